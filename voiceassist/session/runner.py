"""The one way to run a call: its sound and its other inputs go into the engine, the events that follow to the sinks.

A live, a recorded and a replayed call are run alike and differ in when their inputs take effect, which is up to
`voiceassist.session.inputs`. So the same sound with the same inputs at the same times gives the same events, byte for
byte. Knows no devices, threads or files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import (
    AnyEvent,
    CallEnded,
    Channel,
    Event,
    Gap,
    Input,
    SidesSeparated,
    Text,
    Utterance,
)
from voiceassist.core.gap_merger import GapMerger
from voiceassist.session.engine import CallEngine
from voiceassist.session.payment import CardWatch
from voiceassist.speech.echo_text_filter import EchoTextFilter
from voiceassist.storage.recording import Recorder

Sink = Callable[[AnyEvent], None]
"""Gets every event of a call, meters included, in order."""


class Inputs(Protocol):
    """What reaches a call besides its sound, and when each of it takes effect: the clock of a call."""

    texts_are_raw: bool
    """Texts come from a recognizer: the caller's words that came through the agent's microphone are still in them."""

    def start(self) -> None:
        """The call begins."""
        ...

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        """An utterance is over; the first sample of its sound lies at `offset` seconds."""
        ...

    def due(self, engine: CallEngine) -> Iterable[Input | Gap]:
        """What takes effect now, in order. A gap is a line of a journal; the engine has heard of it already."""
        ...

    def rest(self) -> Iterable[Input | Gap]:
        """The sound is over: everything that is left, in order."""
        ...


class CallRunner:
    """Runs one call on the thread that calls it: `start`, `push` for each piece of sound, `finish`."""

    def __init__(
        self,
        engine: CallEngine,
        inputs: Inputs,
        sinks: Sequence[Sink] = (),
        *,
        recorder: Recorder | None = None,
        card_watch: CardWatch | None = None,
    ) -> None:
        """`card_watch` is given every text first, and takes card numbers out of it."""
        self._card_watch = card_watch
        self.engine = engine
        self._inputs = inputs
        self._sinks = tuple(sinks)
        self._recorder = recorder
        self._gaps = GapMerger()
        self._echo_texts = EchoTextFilter()

    def start(self, initial: Iterable[Input] = ()) -> None:
        """The call begins. `initial` is what is known before anything is heard."""
        self._tell(self.engine.start())
        for event in initial:
            self.feed(event)
        self._inputs.start()
        self._take(self._inputs.due(self.engine))

    def push(self, agent: Samples | None, caller: Samples | None, events: Iterable[Event] = ()) -> None:
        """More sound: mono float32 at 16 kHz, equal lengths, None for a side without a source.

        `events` is what the source has to say of it: gaps, which lie inside these samples, and the states of its parts.
        Raises what an engine or a sink raises; a sink that fails keeps no event from the others.
        """
        for event in events:
            if isinstance(event, Gap):
                # The engine is told of every piece of a gap before its zeros; the sinks get a line for the whole.
                for piece in self.engine.mark_gap(event.channel, event.start, event.end, event.reason):
                    self._tell(self._gaps.add(piece))
            elif isinstance(event, Input):
                self.feed(event)
        if agent is not None or caller is not None:
            self._tell(self._gaps.over(self.engine.now, self.engine.analyzed))
            if self._recorder is not None:
                self._recorder.sound(agent, caller)
            self._tell(self.engine.push(agent, caller))  # type: ignore[arg-type]
        self.take_inputs()

    def take_inputs(self) -> None:
        """Have everything take effect that is due by now."""
        self._take(self._inputs.due(self.engine))
        self._feed_all(self._echo_texts.release_due(self.engine.now))

    def feed(self, event: Input) -> None:
        """An input that takes effect now."""
        if isinstance(event, SidesSeparated):
            self._echo_texts.sides_separated = event.separated
        self._tell(self.engine.feed(event))

    def finish(self) -> None:
        """The call is over. Three steps, for one who wants to go on with the next when one fails."""
        self.end_sound()
        self.end_inputs()
        self.end()

    def end_sound(self) -> None:
        """What is open ends here."""
        self._tell(self._gaps.close(self.engine.analyzed))
        self._tell(event for event in self.engine.finish() if not isinstance(event, CallEnded))

    def end_inputs(self) -> None:
        """What is still to come, above all the last texts."""
        self._take(self._inputs.rest())
        self._feed_all(self._echo_texts.flush())

    def end(self) -> None:
        """The last event of a call."""
        self._tell([CallEnded(t=self.engine.now)])

    def _take(self, inputs: Iterable[Input | Gap]) -> None:
        for event in inputs:
            if isinstance(event, Gap):
                self._tell([msgspec.structs.replace(event, t=self.engine.analyzed)])
            elif isinstance(event, Text) and self._inputs.texts_are_raw:
                if self._card_watch is not None:
                    event = self._card_watch.hear(event)
                caller = self.engine.open_utterance(Channel.CALLER)
                self._feed_all(self._echo_texts.filter(event, self.engine.now, caller.start if caller else None))
            else:
                self.feed(event)

    def _feed_all(self, events: Iterable[Input]) -> None:
        for event in events:
            self.feed(event)

    def _tell(self, events: Iterable[Event]) -> None:
        events = list(events)
        if events and self._recorder is not None:
            self._recorder.write(events)
        failed: Exception | None = None
        for event in events:
            for sink in self._sinks:
                try:
                    sink(event)  # type: ignore[arg-type]
                except Exception as error:
                    failed = failed or error
        for event in events:
            if isinstance(event, Utterance):
                self._echo_texts.expect(event)
                self._inputs.submit(event, self.engine.utterance_sound(event), self.engine.sound_offset(event))
        if failed is not None:
            raise failed
