"""Every tuned number of the engine, in one place, each with the figure or the source that justifies it.

Numbers of the agitation estimator live with its model card in `models/agitation`; numbers of single cues (how many
seconds, how many decibels) live in the cue packs, where a coach can change them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpeechTuning:
    """When sound counts as speech, and where speech is cut into utterances. Seconds and decibels."""

    agent_threshold: float = 0.5
    caller_threshold: float = 0.35
    """Silero's own default is 0.5. A caller arrives over the telephone, where 0.35 gives the recall that 0.5 gives on
    clean sound (.96 against .92 on 30 hand-labelled clips in telephone band)."""
    release: float = 0.15
    """Speech goes on until the probability is this far under the threshold, so that it does not flicker."""
    onset: float = 0.096
    """Speech must last three frames before it counts: shorter bursts are clicks, breath and line noise."""
    pause: float = 0.256
    """A pause this long ends a stretch of speech for turn taking: longer than the closure of a stop consonant."""
    utterance_pause: float = 0.704
    """A pause this long ends an utterance for transcription. What comes before it is recognized in the pause, so that a
    longer one makes no text later than the recognizer does; with 0.544 a real call had 50 utterances instead of 45 and
    21.7 % word errors instead of 20.1 (tiny.en)."""
    soft_split: float = 8.0
    hard_split: float = 15.0
    """From the first on an utterance is cut in the next pause, at the second in the lowest dip there was."""
    split_pause: float = 0.256
    """Such a pause: a breath. Shorter ones are the closures of consonants."""
    split_dip: float = 0.192
    """Length of a dip."""
    preroll: float = 0.5
    postroll: float = 0.25
    """Sound handed to the recognizer before and after the speech itself, so that no first or last consonant is lost. On
    telephone prompts 0.5 instead of 0.3 before it is 4.1 % word errors instead of 5.8 (tiny.en)."""
    above_floor: float = 6.0
    """In a stretch of speech, an active frame is at least this many dB over the channel's noise floor. An utterance
    needs none of it: with it, 10 dB of noise made 30.1 % word errors of 25.0 (tiny.en), and of 26 minutes of sound
    without speech, 13 kinds, the network lets 4 bursts of key tones through, which are no text either way."""
    floor_rise: float = 1.5
    """The noise floor follows quieter sound at once and louder sound at this many dB a second."""


@dataclass(frozen=True, slots=True)
class TurnTuning:
    """Turn taking. Seconds."""

    overlap: float = 0.2
    """Both talking for less than this is an ordinary change of turn, not an overlap."""
    backchannel: float = 0.7
    """Speech shorter than this inside the other's turn is "mm-hm", not a cut-in."""
    silence: float = 3.0
    """Stretches in which nobody speaks are told from this length on."""


@dataclass(frozen=True, slots=True)
class OwnVoiceTuning:
    """The agent's own level and pitch against the agent's own usual: plain behaviour, nothing about feelings."""

    window: float = 2.0
    """Seconds of the agent's speech that are compared (the cue page asks for 2 s)."""
    baseline: float = 5.0
    """Seconds of the agent's speech before there is anything to compare with."""
    memory: float = 120.0
    """Seconds of the agent's speech the usual level is taken from."""


@dataclass(frozen=True, slots=True)
class RestraintTuning:
    """How sparing cues are. The defaults are those of the settings table. Seconds."""

    spacing: float = 20.0
    """From the going of one cue to the coming of the next."""
    repeats: int = 2
    """How often the same cue may come in a call without having been heeded."""
    again: float = 60.0
    """The same cue does not come again sooner than this after it went."""
    budget: int = 10
    """Cues in any ten minutes; good and safety cues do not count."""
    agent_start: float = 5.0
    """No cue before the agent has spoken this long."""
    expiry: float = 10.0
    """A cue that was neither heeded nor eased goes after this long, unless its pack says otherwise: practitioners call
    a hint dead after 5 to 8 s."""


@dataclass(frozen=True, slots=True)
class EngineConfig:
    speech: SpeechTuning = field(default_factory=SpeechTuning)
    turns: TurnTuning = field(default_factory=TurnTuning)
    agent_voice: OwnVoiceTuning = field(default_factory=OwnVoiceTuning)
    restraint: RestraintTuning = field(default_factory=RestraintTuning)
    agitation: bool = True
    """Off: no agitation is estimated, and no cue that needs it comes."""
