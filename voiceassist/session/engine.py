"""The engine of a call: blocks of sound in, events out.

One thread, no clock of its own, no devices, no files, no Qt. The same sound and the same inputs give the same events,
byte for byte, however the sound was cut into blocks: live, replayed or analyzed as fast as the machine goes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, overload

import msgspec
import numpy as np

from models.activity import FRAME
from models.acts import LANGUAGES, ActModel
from models.agitation import State
from models.agitation.spectrum import SLOPE
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    GapReason,
    Input,
    Meter,
    Overlap,
    Response,
    SidesSeparated,
    SpeechEnded,
    SpeechStarted,
    Text,
    Utterance,
    decibels,
    seconds,
)
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.core.tuning import EngineConfig
from voiceassist.cues import CallState, CueEngine, Pack, load_pack
from voiceassist.cues.call_state import AGITATED
from voiceassist.cues.engine import reasons
from voiceassist.voice.agent_voice import AgentVoice
from voiceassist.voice.caller_voice import CallerVoice
from voiceassist.voice.endpointing import Endpointer, Step, sound_span
from voiceassist.voice.frames import (
    BLOCK_FRAMES,
    FRAME_SECONDS,
    SILENCE_DB,
    Analyzer,
    Floats,
    FrameAnalyzer,
    Frames,
    Pitch,
    PitchTracker,
)
from voiceassist.voice.measure import active_level, median_pitch
from voiceassist.voice.turns import Conversation

BLOCK = BLOCK_FRAMES * FRAME
"""Samples a side that are analyzed in one go."""
TICK_FRAMES = 7
"""Agitation and meters are told every 224 ms: a little more than four times a second."""
KEEP_SECONDS = 40.0
"""Sound kept for the recognizer: the longest utterance and a good deal of delay."""
KEEP_FRAMES = round(KEEP_SECONDS / FRAME_SECONDS)

T = TypeVar("T")


@dataclass(slots=True)
class _Side:
    """What the engine keeps of one channel: its analyzers and the last frames, from `first` on."""

    analyzer: Analyzer
    segmenter: Endpointer
    present: bool = True
    first: int = 0
    level_db: deque[float] = field(default_factory=lambda: deque(maxlen=KEEP_FRAMES))
    spectrum: deque[Floats] = field(default_factory=lambda: deque(maxlen=KEEP_FRAMES))
    hz: deque[float] = field(default_factory=lambda: deque(maxlen=KEEP_FRAMES))
    voice: deque[bool] = field(default_factory=lambda: deque(maxlen=KEEP_FRAMES))
    count: int = 0
    """Frames so far; the deques hold the last of them. Pitch has `pitched` frames, fewer."""
    pitched: int = 0
    sound: deque[Samples] = field(default_factory=lambda: deque(maxlen=KEEP_FRAMES // BLOCK_FRAMES))
    cuts: deque[float] = field(default_factory=lambda: deque(maxlen=16))
    """Seconds at which long utterances were cut lately: no sound is handed over on both sides of one."""
    number: int = 0
    """Of the utterance under way, given when it opened, so that its partial text has it too; 0: none."""
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    """Utterances that ended but whose pitch is not complete: number, first frame, frame after the last."""
    gaps: deque[tuple[float, float]] = field(default_factory=deque)
    """Stretches without sound that are not over yet: start and end in seconds."""
    pauses: deque[tuple[float, float]] = field(default_factory=deque)
    """Those of them in which the call was paused."""

    def absent(self, start: float, end: float) -> bool:
        """Whether a frame lies in a stretch without sound. To be asked in the order of time."""
        return bool(self.gaps) and _overlaps(self.gaps, start, end)

    def paused(self, start: float, end: float) -> bool:
        """Whether the call was paused in a frame. To be asked in the order of time."""
        return bool(self.pauses) and _overlaps(self.pauses, start, end)


def _overlaps(spans: deque[tuple[float, float]], start: float, end: float) -> bool:
    """Whether start..end overlaps a span; spans that are over are forgotten."""
    while spans and spans[0][1] <= start:
        spans.popleft()
    return bool(spans) and spans[0][0] < end


class CallEngine:
    """Feed it sound with `push` and everything else with `feed`; each returns the events that follow, in order."""

    def __init__(
        self,
        config: EngineConfig | None = None,
        pack: Pack | None = None,
        *,
        sensitivities: Mapping[str, float] | None = None,
        analyzers: Mapping[Channel, Analyzer] | None = None,
        caller: CallerVoice | None = None,
    ) -> None:
        """`sensitivities` say by cue id how readily this agent's cues come, 1 being the usual (see
        `voiceassist.cues.sensitivity`). `analyzers` and `caller` replace what looks at the sound, so that a test can
        script what was heard."""
        self.config = config or EngineConfig()
        self.pack = pack or load_pack("en")
        speech = self.config.speech
        if analyzers is None:
            pitch = PitchTracker()
            analyzers = {channel: FrameAnalyzer(pitch) for channel in Channel}
        thresholds = {Channel.AGENT: speech.agent_threshold, Channel.CALLER: speech.caller_threshold}
        self._sides = {c: _Side(analyzers[c], Endpointer(speech, thresholds[c])) for c in Channel}
        self._caller = caller or CallerVoice(Channel.CALLER)
        self._agitation_on = self.config.agitation
        self._separated = True
        """The two sides can be told apart."""
        self._conversation = Conversation(self.config.turns)
        self._own_voice = AgentVoice(self.config.agent_voice)
        self._call_state = CallState(self._conversation, self._own_voice, understands=self.pack.language in LANGUAGES)
        self._sensitivities = dict(sensitivities or {})
        self._cues = CueEngine(self.pack, self.config.restraint, self._call_state, self._sensitivities)
        self._pending: dict[Channel, list[Samples]] = {c: [] for c in Channel}
        self._pending_samples = 0
        self._frames = 0
        self._samples = 0
        self._utterances = 0
        self._finished = False

    @property
    def now(self) -> float:
        """Seconds of sound pushed so far."""
        return seconds(self._samples / SAMPLE_RATE)

    @property
    def analyzed(self) -> float:
        """Seconds of sound events have been told of: at most one block less than `now`."""
        return min(seconds(self._frames * FRAME_SECONDS), self.now)

    def prepare(self) -> None:
        """Load what words will need, so that the first of them does not wait for it. Changes no event."""
        if self._call_state.understands:
            ActModel.preload()

    def start(self) -> list[Event]:
        """The call begins."""
        events: list[Event] = [
            CallStarted(t=0.0, schema=SCHEMA, pack=self.pack.label, sensitivities=self._sensitivities)
        ]
        if self.pack.warning is not None:
            events.append(
                ComponentStatus(
                    t=0.0, component=Component.CUES, state=ComponentState.DEGRADED, reason=self.pack.warning
                )
            )
        return events

    @overload
    def push(self, agent: Samples, caller: Samples | None) -> list[Event]: ...
    @overload
    def push(self, agent: None, caller: Samples) -> list[Event]: ...
    def push(self, agent: Samples | None, caller: Samples | None) -> list[Event]:
        """More sound: mono float32 at 16 kHz, equal lengths, any length. None: this side has no source at all.

        Raises `ValueError` for unequal lengths or when both are None.
        """
        given = {Channel.AGENT: agent, Channel.CALLER: caller}
        lengths = {len(s) for s in given.values() if s is not None}
        if len(lengths) != 1:
            raise ValueError("push needs two blocks of equal length, or one and None")
        length = lengths.pop()
        for channel, samples in given.items():
            self._sides[channel].present = samples is not None
            block = np.zeros(length, np.float32) if samples is None else np.asarray(samples, dtype=np.float32)
            self._pending[channel].append(block)
        self._pending_samples += length
        self._samples += length
        events: list[Event] = []
        if self._pending_samples >= BLOCK:
            joined = {c: np.concatenate(blocks) for c, blocks in self._pending.items()}
            whole = self._pending_samples // BLOCK * BLOCK
            if whole > BLOCK:
                for channel in Channel:
                    self.prefetch(channel, joined[channel][:whole], self._frames * FRAME)
            for at in range(0, whole, BLOCK):
                events += self._block({c: joined[c][at : at + BLOCK] for c in Channel})
            self._pending = {c: [joined[c][whole:]] for c in Channel}
            self._pending_samples -= whole
        return events

    def prefetch(self, channel: Channel, sound: Samples, at: int) -> None:
        """Let the networks have sound of one side that is going to be pushed, from sample `at` of the call on; whole
        blocks of `BLOCK`, in order. Only makes it quicker: the events are the same. The one thing that may be done in
        other threads, one for each side, while sound is pushed that was announced before.
        """
        self._sides[channel].analyzer.prefetch(sound, at)

    def feed(self, event: Input) -> list[Event]:
        """An input other than sound: text from the recognizer, the agent's feedback, a component's state, a note.

        Comes back stamped with the time it took effect, followed by what it led to.
        """
        stamped = msgspec.structs.replace(event, t=self.analyzed)
        self._call_state.now = stamped.t
        match stamped:
            case Text(final=True, text=""):  # nothing was said, or it is taken back as an echo of the caller
                self._call_state.take_back(stamped.utterance)
            case Text() if stamped.final:
                self._call_state.hear(stamped)
                if stamped.channel is Channel.CALLER:
                    self._caller.said(stamped.text, self.pack.language, self._call_state.escalation(stamped))
                return [stamped] if self._finished else [stamped, *self._cues.step()]
            case Feedback(kind=FeedbackKind.NEW_CALLER):
                self._caller.reset()
            case Feedback():
                return [stamped, *self._cues.feedback(stamped)]
            case SidesSeparated():
                self._separated = stamped.separated
                self._agitation_on = self.config.agitation and self._separated
        return [stamped]

    def mark_gap(self, channel: Channel, start: float, end: float, reason: GapReason = GapReason.UNKNOWN) -> list[Gap]:
        """From `start` to `end` this channel had no sound (zeros are pushed in its place): absence, not silence.

        To be told before its zeros are pushed, in one piece or in adjoining ones, in the order of time. With the reason
        `GapReason.PAUSED`, speech that is open when it begins ends there.
        """
        self._sides[channel].gaps.append((start, end))
        if reason is GapReason.PAUSED:
            self._sides[channel].pauses.append((start, end))
        return [Gap(t=self.analyzed, channel=channel, start=seconds(start), end=seconds(end), reason=reason)]

    def utterance_sound(self, utterance: Utterance) -> Samples:
        """The sound of a recent utterance with a little before and after it, mono 16 kHz; see `sound_offset`.

        Empty when it is too long ago.
        """
        start, end = self._span(utterance.channel, utterance.start, utterance.end)
        return self._cut(utterance.channel, start, end)

    def sound_offset(self, utterance: Utterance) -> float:
        """Time of the first sample of `utterance_sound`."""
        return seconds(self._span(utterance.channel, utterance.start, utterance.end)[0] / SAMPLE_RATE)

    def wipe(self, start: float) -> None:
        """Overwrite the sound from second `start` on that is kept for the recognizer. What was measured stays."""
        for channel, side in self._sides.items():
            first = self._frames * FRAME - sum(map(len, side.sound))
            for i, block in enumerate(side.sound):
                at = max(round(start * SAMPLE_RATE) - first, 0)
                if at < len(block):
                    side.sound[i] = np.concatenate([block[:at], np.zeros(len(block) - at, np.float32)])
                    if block.flags.writeable:
                        block[at:] = 0
                first += len(block)
            self._pending[channel] = [np.zeros_like(block) for block in self._pending[channel]]

    def open_utterance(self, channel: Channel) -> OpenUtterance | None:
        """The utterance somebody is in the middle of, or None. For text while it is being spoken.

        Its sound is what `utterance_sound` will give if nothing more is said; complete once the pause is as long as
        what is kept after an utterance.
        """
        side = self._sides[channel]
        if side.segmenter.utterance_start is None:
            return None
        start = seconds(side.segmenter.utterance_start * FRAME_SECONDS)
        end = seconds(side.segmenter.utterance_end * FRAME_SECONDS)
        first, last = self._span(channel, start, end)
        last = min(last, self._frames * FRAME)
        return OpenUtterance(
            utterance=side.number,
            channel=channel,
            start=start,
            end=end,
            pause=self._frames * FRAME_SECONDS - end,
            offset=seconds(first / SAMPLE_RATE),
            cut=lambda: self._cut(channel, first, last),
        )

    def finish(self) -> list[Event]:
        """The call is over: what is open is closed; the last event is `CallEnded`. Text may still be fed afterwards.

        The last block is filled up with silence.
        """
        duration = self.now
        self._finished = True
        events: list[Event] = []
        if self._pending_samples:
            fill = np.zeros(BLOCK - self._pending_samples, np.float32)
            events += self._block({c: np.concatenate([*self._pending[c], fill]) for c in Channel})
            self._pending_samples = 0
            self._pending = {c: [] for c in Channel}
        for channel, side in self._sides.items():
            pitch = side.analyzer.pitch(last=True)
            if pitch is not None:
                self._pitched(channel, pitch)
            events += self._step_events(channel, side.segmenter.finish(), duration)
        # The last pitch came only now: what it says of the caller is told once more.
        events += self._tick(duration)
        events += self._utterances_due(duration)
        events += self._cues.finish()
        events.append(CallEnded(t=duration))
        # The filling is no part of the call.
        return [e if e.t <= duration else msgspec.structs.replace(e, t=duration) for e in events]

    def _block(self, blocks: dict[Channel, Samples]) -> list[Event]:
        events: list[Event] = []
        frames: dict[Channel, Frames] = {}
        for channel, side in self._sides.items():
            side.sound.append(blocks[channel])
            frames[channel] = side.analyzer.push(blocks[channel])
        for i in range(BLOCK_FRAMES):
            events += self._frame(frames, i)
        for channel, side in self._sides.items():
            pitch = side.analyzer.pitch(wanted=side.waiting[-1][2] if side.waiting else 0)
            if pitch is not None:
                self._pitched(channel, pitch)
        events += self._utterances_due(self._frames * FRAME_SECONDS)
        self._call_state.now = self._frames * FRAME_SECONDS
        events += self._cues.step()
        return events

    def _frame(self, frames: dict[Channel, Frames], i: int) -> list[Event]:
        self._frames += 1
        now = self._frames * FRAME_SECONDS
        events: list[Event] = []
        voice: dict[Channel, bool] = {}
        for channel, side in self._sides.items():
            f = frames[channel]
            level = float(f.level_db[i])
            if side.paused(now - FRAME_SECONDS, now):
                step = side.segmenter.interrupt()
            else:
                step = side.segmenter.step(float(f.probability[i]), level)
            side.level_db.append(level)
            side.spectrum.append(f.spectrum[i])
            side.voice.append(step.voice and step.speaking)
            side.count += 1
            voice[channel] = step.voice
            events += self._step_events(channel, step, now)
        if not self._separated and voice[Channel.CALLER]:
            # What the microphone hears under the caller's voice may be that voice: it is not counted as the agent's.
            self._sides[Channel.AGENT].voice[-1] = voice[Channel.AGENT] = False
        if self._sides[Channel.AGENT].voice[-1]:
            self._own_voice.add_level(self._sides[Channel.AGENT].level_db[-1])
            self._call_state.spoken_since += FRAME_SECONDS
        if self._sides[Channel.CALLER].voice[-1]:
            self._call_state.agitated_speech = (
                self._call_state.agitated_speech + FRAME_SECONDS if self._call_state.agitated else 0.0
            )
        absent = [side.absent(now - FRAME_SECONDS, now) for side in self._sides.values()]
        for event in self._conversation.step(now, voice, absent=any(absent)):
            events.append(event)
            match event:
                case Response():
                    self._call_state.responses.append(event)
                    if event.channel is Channel.CALLER and event.gap < 0:
                        self._caller.cut_in()
                case Overlap():
                    self._call_state.overlaps.append(event)
        if self._frames % TICK_FRAMES == 0:
            events += self._tick(now)
        return events

    def _step_events(self, channel: Channel, step: Step, now: float) -> list[Event]:
        events: list[Event] = []
        t = seconds(now)
        if step.started is not None:
            start = step.started * FRAME_SECONDS
            self._conversation.started(channel, start)
            events.append(SpeechStarted(t=t, channel=channel, start=seconds(start)))
        if step.ended is not None:
            start, end = (frame * FRAME_SECONDS for frame in step.ended)
            self._conversation.ended(channel, end)
            events.append(SpeechEnded(t=t, channel=channel, start=seconds(start), end=seconds(end)))
        side = self._sides[channel]
        if side.segmenter.cut is not None:
            cut = seconds(side.segmenter.cut * FRAME_SECONDS)
            if cut not in side.cuts:
                side.cuts.append(cut)
        if step.utterance is not None:
            side.waiting.append((side.number, *step.utterance))
            side.number = 0
        if side.segmenter.utterance_start is None:
            side.number = 0
        elif not side.number:
            self._utterances += 1
            side.number = self._utterances
        return events

    def _tick(self, now: float) -> list[Event]:
        """What is told four times a second."""
        estimate = self._caller.estimate
        if not self._agitation_on:
            estimate = type(estimate)(type(estimate.state).LISTENING)
        self._call_state.estimate = estimate
        self._call_state.scores.append((now, estimate.score))
        if estimate.state is State.HIGH:
            self._call_state.high_for += TICK_FRAMES * FRAME_SECONDS
        t = seconds(now)
        agent, caller = self._sides[Channel.AGENT], self._sides[Channel.CALLER]
        return [
            Agitation(
                t=t,
                score=round(estimate.score, 3),
                confidence=round(estimate.confidence, 3),
                state=AgitationState(estimate.state.value),
                reasons=reasons(estimate) if estimate.state in AGITATED else (),
            ),
            Meter(
                t=t,
                agent_db=_meter(agent),
                caller_db=_meter(caller),
                agent_speaking=self._conversation.sides[Channel.AGENT].speaking,
                caller_speaking=self._conversation.sides[Channel.CALLER].speaking,
            ),
        ]

    def _pitched(self, channel: Channel, pitch: Pitch) -> None:
        """Pitch of earlier frames has come: hand what is the caller's to the estimator, what is the agent's to the
        agent's own usual."""
        side = self._sides[channel]
        side.hz.extend(pitch.hz)
        side.pitched += len(pitch)
        if channel is Channel.AGENT:
            for voice, hz in zip(self._slice(side, side.voice, pitch), pitch.hz, strict=True):
                if voice and hz > 0:
                    self._own_voice.add_pitch(float(hz))
            return
        # Frames under the agent's voice, and those in a gap, do not count: they may hold another voice, or none.
        agent = self._sides[Channel.AGENT]
        alone = np.array(self._slice(side, side.voice, pitch)) & ~np.array(self._slice(agent, agent.voice, pitch))
        level = np.array(self._slice(side, side.level_db, pitch))
        spectrum = np.array(self._slice(side, side.spectrum, pitch)).reshape(-1, 2)
        self._caller.add(pitch.hz, level, spectrum, alone)

    @staticmethod
    def _slice(side: _Side, values: deque[T], pitch: Pitch) -> list[T]:
        return _between(values, side.count, pitch.first, pitch.first + len(pitch))

    def _utterances_due(self, now: float) -> list[Event]:
        """Utterances whose every frame has its pitch by now, in the order they ended."""
        events: list[Event] = []
        for channel, side in self._sides.items():
            while side.waiting and side.pitched >= min(side.waiting[0][2], side.count):
                events.append(self._utterance(channel, side, *side.waiting.pop(0), now))
        return events

    def _utterance(self, channel: Channel, side: _Side, number: int, start: int, end: int, now: float) -> Utterance:
        active = np.array(_between(side.voice, side.count, start, end), dtype=bool)
        level = np.array(_between(side.level_db, side.count, start, end))
        slope = np.array(_between(side.spectrum, side.count, start, end)).reshape(-1, 2)[:, SLOPE]
        hz = np.array(_between(side.hz, side.pitched, start, end))
        return Utterance(
            t=seconds(now),
            id=number,
            channel=channel,
            start=seconds(start * FRAME_SECONDS),
            end=seconds(end * FRAME_SECONDS),
            level_db=decibels(active_level(level[active])) if active.any() else SILENCE_DB,
            pitch_hz=round(median_pitch(hz[active]), 1),
            tilt_db=decibels(slope[active].mean()) if active.any() else 0.0,
            voiced=seconds(float((hz[active] > 0).sum()) * FRAME_SECONDS),
        )

    def _span(self, channel: Channel, start: float, end: float) -> tuple[int, int]:
        """First sample and the one after the last of the sound of an utterance."""
        return sound_span(start, end, self._sides[channel].cuts, self.config.speech)

    def _cut(self, channel: Channel, start: int, end: int) -> Samples:
        sound = self._sides[channel].sound
        first = self._frames * FRAME - len(sound) * BLOCK
        if start < first or not sound:
            return np.zeros(0, np.float32)
        blocks = list(sound)[(start - first) // BLOCK : -(-(end - first) // BLOCK)]
        if not blocks:
            return np.zeros(0, np.float32)
        offset = (start - first) % BLOCK
        return np.concatenate(blocks)[offset : offset + end - start]


def _between(values: deque[T], count: int, start: int, end: int) -> list[T]:
    """Values of frames start..end of a deque that holds the last ones of `count`."""
    first = count - len(values)
    return [values[i - first] for i in range(max(start, first), min(end, count))]


def _meter(side: _Side) -> float:
    """Level over the last tick in dBFS; -100 for a side without a source, or before its first frame."""
    frames = min(TICK_FRAMES, len(side.level_db))
    if not side.present or not frames:
        return SILENCE_DB
    return decibels(active_level(np.array([side.level_db[-i] for i in range(1, frames + 1)])))
