"""The vocabulary of a call: two channels, one timeline, and the events on it.

Time is in seconds since the call began, the same for both channels. Every event is a small frozen record that turns
into one JSON object with a `type` and back again; the journal of a call is a sequence of them, one a line. Events
carry states, kinds, amounts and messages by key, never a finished sentence. Nothing here computes anything, and
nothing here may know of Qt, of devices or of files.

Times are rounded to milliseconds and levels to hundredths when events are made, so that the journal, its replay and a
second run agree byte for byte.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from voiceassist.core.messages import Message

SCHEMA = 2
"""Version of the JSON form of events. Raised when a reader of the old form would misread the new one; what schema 1
was, and how it is read, is in `voiceassist.storage.schema1`."""


class Channel(StrEnum):
    """Who is heard. Left in two-channel files is the agent, right the caller."""

    AGENT = "agent"
    CALLER = "caller"

    @property
    def other(self) -> Channel:
        return Channel.CALLER if self is Channel.AGENT else Channel.AGENT


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """Something that is true at `t` seconds (when the engine knew it, which may be later than what it tells of)."""

    t: float


# --- the call -------------------------------------------------------------------------------------------------------


class CallStarted(Event, frozen=True, tag="call-started"):
    schema: int
    pack: str = ""
    """Name and version of the cue pack in force."""
    sensitivities: dict[str, float] = {}
    """How readily single cues came for this agent, by id; 1, the usual, is left out."""


class CallEnded(Event, frozen=True, tag="call-ended"):
    """The last event of a call that ended in an orderly way. `t` is its duration."""


# --- what was heard -------------------------------------------------------------------------------------------------


class SpeechStarted(Event, frozen=True, tag="speech-started"):
    channel: Channel
    start: float


class SpeechEnded(Event, frozen=True, tag="speech-ended"):
    """A stretch of speech, without the pause that ended it."""

    channel: Channel
    start: float
    end: float


class Utterance(Event, frozen=True, tag="utterance"):
    """One channel's speech between two pauses (or two cuts in a long one), with what was measured in it.

    `id` counts up over both channels. `level_db` is the active level in dBFS, `pitch_hz` the median of the voiced
    frames (0 when there were too few), `tilt_db` the spectral tilt (dB an octave), `voiced` the seconds of voiced
    speech.
    `start` and `end` are the speech itself; what is transcribed has some sound added on both sides.
    """

    id: int
    channel: Channel
    start: float
    end: float
    level_db: float
    pitch_hz: float
    tilt_db: float
    voiced: float


class Overlap(Event, frozen=True, tag="overlap"):
    """Both talked at once from `start` to `end`; `by` is the one who began while the other was talking."""

    start: float
    end: float
    by: Channel


class Response(Event, frozen=True, tag="response"):
    """`channel` took the turn `gap` seconds after the other's last word; negative: before it (cut in)."""

    channel: Channel
    gap: float


class Silence(Event, frozen=True, tag="silence"):
    """Nobody spoke from `start` to `end` (dead air; only stretches of some seconds are told)."""

    start: float
    end: float


class GapReason(StrEnum):
    """Why there is no sound. What exactly is wrong with a source is told by its `ComponentStatus`."""

    NO_AUDIO = "no-audio"
    """The source is open, and nothing came."""
    NOT_OPEN = "not-open"
    """The source was not opened yet, or went away."""
    OVERRUN = "overrun"
    """Sound came faster than it was taken, and was lost."""
    PAUSED = "paused"
    """The agent paused: what was said then is not kept anywhere."""
    UNKNOWN = "unknown"


class Gap(Event, frozen=True, tag="gap"):
    """No sound was had from this channel's source from `start` to `end`: not silence, absence."""

    channel: Channel
    start: float
    end: float
    reason: GapReason = GapReason.UNKNOWN


class Meter(Event, frozen=True, tag="meter"):
    """Four times a second, for the eye: level in dBFS and whether each side is talking. Not kept in the journal."""

    agent_db: float
    caller_db: float
    agent_speaking: bool
    caller_speaking: bool


class AgitationState(StrEnum):
    LISTENING = "listening"
    """Not enough of the caller's voice yet, or doubtful sound: no score is given."""
    CALM = "calm"
    RISING = "rising"
    HIGH = "high"
    FALLING = "falling"


class ChangeKind(StrEnum):
    """What changed about the caller, against the caller's own start."""

    LOUDER = "louder"
    """`amount` in dB."""
    HIGHER = "higher"
    """`amount` in semitones."""
    SHARPER = "sharper"
    FASTER = "faster"
    SAID = "said"
    """A telling phrase: `phrase` is what the list calls it."""
    CUT_IN = "cut-in"
    """`amount` is how often."""
    OTHER = "other"
    """From a journal of schema 1: `phrase` is the sentence that stood there."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason why the caller counts as agitated."""

    kind: ChangeKind
    amount: int = 0
    phrase: str = ""


class Agitation(Event, frozen=True, tag="agitation"):
    """The caller's agitation, four times a second. There is no such event about the agent, by design.

    While `state` is `listening` the estimator abstains and `score` and `confidence` are 0. `reasons` come with the
    states rising and high, what tells most first.
    """

    score: float
    confidence: float
    state: AgitationState
    reasons: tuple[Change, ...] = ()


class SidesSeparated(Event, frozen=True, tag="sides-separated"):
    """Whether the two channels carry different sound. While they do not, agitation is not estimated, and nothing under
    the caller's speech counts as the agent's. An input of the engine, like `Text`."""

    separated: bool


# --- words ----------------------------------------------------------------------------------------------------------


class Word(msgspec.Struct, frozen=True):
    start: float
    end: float
    text: str
    probability: float


class Text(Event, frozen=True, tag="text"):
    """What was said. A partial (`final` false) is replaced by the next text of the same utterance.

    `t` is when the engine was given the text; it is an input of the engine and part of what a replay feeds it.
    """

    utterance: int
    channel: Channel
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    final: bool = True
    stable: int = 0
    """Partials only: how many characters of `text` will not change any more."""
    language: str = ""
    logprob: float = 0.0
    """Mean log probability of the tokens, and below the probability that there was no speech at all."""
    no_speech: float = 0.0
    model: str = ""
    rejected: str = ""
    """Finals without text only: why the words of what was probably speech are not believed."""


# --- cues -----------------------------------------------------------------------------------------------------------


class CueKind(StrEnum):
    """How a cue looks. A safety cue may override another; a good one is green."""

    TIP = "tip"
    SAFETY = "safety"
    GOOD = "good"


class HeardAct(msgspec.Struct, frozen=True):
    """What an utterance did, as far as a cue came of it: `act` as `models.acts` names it, or the list of phrases it
    was found by; `words` are those of the utterance that carry it. `score` is 0..1."""

    utterance: int
    act: str
    words: str
    score: float = 1.0


class CueShown(Event, frozen=True, tag="cue-shown"):
    """A cue came up. `number` counts the cues of the call; `earned` is when the sound or words that earned it were;
    `acts` are those it came of, none where sound alone earned it."""

    number: int
    id: str
    headline: str
    why: str
    phrase: str = ""
    kind: CueKind = CueKind.TIP
    icon: str = ""
    earned: float = 0.0
    acts: tuple[HeardAct, ...] = ()


class ClearedBy(StrEnum):
    """Why a cue went."""

    FOLLOWED = "followed"
    """The agent did what the cue asked."""
    CALLER_CALMED = "caller-calmed"
    """The caller's agitation fell by itself."""
    EXPIRED = "expired"
    DISMISSED = "dismissed"
    WRONG = "wrong"
    MUTED = "muted"
    OVERRIDDEN = "overridden"
    """A safety cue took its place."""
    ENDED = "ended"
    """The call ended."""


class CueCleared(Event, frozen=True, tag="cue-cleared"):
    """The cue went."""

    number: int
    id: str
    by: ClearedBy


class Stage(Event, frozen=True, tag="stage"):
    """The call moved on between hearing a trouble and settling it: listen, acknowledge, act, settled."""

    stage: str


class FeedbackKind(StrEnum):
    DISMISS = "dismiss"
    WRONG = "wrong"
    MUTE = "mute"
    UNMUTE = "unmute"
    NEW_CALLER = "new-caller"
    """Somebody else is on the caller's side from here on."""


class Feedback(Event, frozen=True, tag="feedback"):
    """The agent's say about the cue on screen, cues in this call, or who calls. An input of the engine, like `Text`."""

    kind: FeedbackKind
    number: int = 0


# --- how the components are doing -------------------------------------------------------------------------------------


class Component(StrEnum):
    AGENT_AUDIO = "agent-audio"
    CALLER_AUDIO = "caller-audio"
    ECHO = "echo"
    """Echo cancelling."""
    TRANSCRIPTION = "transcription"
    RECORDING = "recording"
    AGITATION = "agitation"
    CONSENT = "consent"
    """Whether the caller knows that the call is followed."""
    CUES = "cues"
    PAUSE = "pause"
    """Told when the call pauses or goes on by itself."""


class ComponentState(StrEnum):
    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"
    """Working, but late or with doubts; `reason` says what."""
    FAILED = "failed"
    DISABLED = "disabled"

    @property
    def impaired(self) -> bool:
        """Whether the component does less than it could, or nothing."""
        return self in (ComponentState.DEGRADED, ComponentState.FAILED, ComponentState.DISABLED)


class StatusCause(StrEnum):
    """What a component's state comes from or means, where parts of the program decide by it."""

    NO_SPEECH_MODEL = "no-speech-model"
    """Transcription is disabled: no model is installed, or none is wanted."""
    OTHER_LANGUAGE = "other-language"
    """A side of the call is in a language that is not expected, and what it says is not written down."""
    OTHER = "other"
    """One that this version does not know: a call that another version kept."""

    @classmethod
    def _missing_(cls, value: object) -> StatusCause:
        return cls.OTHER


class ComponentStatus(Event, frozen=True, tag="component-status"):
    """The state of one component changed. `reason` is for people, with the remedy where there is one; no part of the
    program decides by it."""

    component: Component
    state: ComponentState
    reason: Message | None = None
    cause: StatusCause | None = None


# --- what people say of the call --------------------------------------------------------------------------------------


class CallerReference(Event, frozen=True, tag="caller-reference"):
    """Which caller this is: a case or customer number, from the softphone, the CRM or the agent."""

    reference: str


class ConsentGiven(Event, frozen=True, tag="consent-given"):
    """The agent confirms that the caller was told."""


class Note(Event, frozen=True, tag="note"):
    """The agent (or a coach) wrote something down at this moment."""

    text: str
    author: str = "agent"


AnyEvent = (
    CallStarted
    | CallEnded
    | SpeechStarted
    | SpeechEnded
    | Utterance
    | Overlap
    | Response
    | Silence
    | Gap
    | Meter
    | Agitation
    | SidesSeparated
    | Text
    | CueShown
    | CueCleared
    | Stage
    | Feedback
    | ComponentStatus
    | CallerReference
    | ConsentGiven
    | Note
)

Input = Text | Feedback | ComponentStatus | SidesSeparated | CallerReference | ConsentGiven | Note
"""What the engine is fed besides sound, and what a replay feeds it again."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def seconds(t: float) -> float:
    """Time as it is written in events: milliseconds, never minus zero."""
    return round(float(t), 3) + 0.0


def decibels(x: float) -> float:
    """Level or tilt as it is written in events: hundredths of a decibel."""
    return round(float(x), 2) + 0.0


def encode(event: Event) -> bytes:
    """One event as one line of JSON, without the line end."""
    return _encoder.encode(event)


def decode(line: bytes | str) -> AnyEvent:
    """The event in one line of JSON. Raises `msgspec.ValidationError` or `msgspec.DecodeError` if it is none."""
    return _decoder.decode(line)
