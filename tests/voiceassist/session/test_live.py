"""A live call: everything reaches the journal and the listener in order, and a part that fails stops no other."""

from __future__ import annotations

import pytest

from tests.calls.demo import DELIVERY
from tests.support.live_call import Echo, Kept, Played, of, pieces, play, with_gap
from voiceassist.capture.aligner import Aligned
from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import InputError
from voiceassist.core.events import (
    CallEnded,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    GapReason,
    Meter,
    Note,
    Text,
    Utterance,
)
from voiceassist.core.messages import message, verbatim
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall


def test_listener_and_journal_get_the_same_events_in_the_same_order() -> None:
    heard: list[Event] = []
    kept = Kept()
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, transcriber=Echo(), writer=kept))
    assert heard == kept.events
    assert isinstance(heard[-1], CallEnded)
    assert kept.closed
    assert sum(len(s) for s in kept.agent) == 25 * 16_000


def test_the_model_of_acts_is_ready_before_the_first_word_and_only_where_there_will_be_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready: list[str] = []
    monkeypatch.setattr(CallEngine, "prepare", lambda self: ready.append("acts"))
    play(LiveCall(Played(pieces(end=1.0)), CallEngine(), lambda e: None))
    assert ready == []
    play(LiveCall(Played(pieces(end=1.0)), CallEngine(), lambda e: ready.append("event"), transcriber=Echo()))
    assert ready[0] == "acts"


def test_every_utterance_gets_its_text_even_when_it_comes_after_the_end() -> None:
    heard: list[Event] = []
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, transcriber=Echo(late=True)))
    assert [u.id for u in of(Utterance, heard)] == [t.utterance for t in of(Text, heard)]
    assert isinstance(heard[-1], CallEnded)


class Overheard(Echo):
    """A recognizer that hears the caller's words on both sides, the agent's side first."""

    words = "I have been waiting for three weeks"

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        u = utterance
        text = Text(t=0.0, utterance=u.id, channel=u.channel, start=u.start, end=u.end, text=self.words)
        self.due.insert(0, text) if u.channel is Channel.AGENT else self.due.append(text)


def test_the_callers_words_in_the_microphone_are_not_the_agents() -> None:
    caller = DELIVERY.sound(0.0, 25.0)[1]
    both = [Aligned(caller[at : at + 3200], caller[at : at + 3200]) for at in range(0, len(caller), 3200)]
    heard: list[Event] = []
    play(LiveCall(Played(both), CallEngine(), heard.append, transcriber=Overheard()))
    last = {t.utterance: t for t in of(Text, heard)}
    assert {t.text for t in last.values() if t.channel is Channel.CALLER} == {Overheard.words}
    assert {t.text for t in last.values() if t.channel is Channel.AGENT} == {""}
    assert len(last) == len(of(Utterance, heard))


def test_initial_status_is_reported_and_stored_before_any_sound() -> None:
    heard: list[Event] = []
    kept = Kept()
    told = ComponentStatus(
        t=0.0,
        component=Component.CONSENT,
        state=ComponentState.OK,
        reason=message("consent-announced"),
    )
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, writer=kept, initial_status=[told]))
    assert [event.component for event in heard[1:3] if isinstance(event, ComponentStatus)] == [
        Component.CONSENT,
        Component.RECORDING,
    ]
    assert kept.events[1:3] == heard[1:3]


def test_sound_captured_before_stop_is_analyzed_to_its_end() -> None:
    """A machine that is behind has seconds of it left."""
    kept = Kept()
    call: LiveCall

    def between(index: int) -> None:
        if index == 5:
            call.stop()

    call = LiveCall(Played(pieces(end=4.0), between), CallEngine(), lambda e: None, writer=kept)
    play(call)
    assert kept.events[-1] == CallEnded(t=4.0)


def test_a_full_disk_is_reported_once_and_the_call_goes_on() -> None:
    heard: list[Event] = []
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, writer=Kept(full_after=5)))
    kept, part = of(ComponentStatus, heard)
    assert (kept.component, kept.state) == (Component.RECORDING, ComponentState.OK)
    assert (part.component, part.state) == (Component.RECORDING, ComponentState.FAILED)
    assert "disk is full" in str(part.reason)
    assert of(Utterance, heard)
    assert isinstance(heard[-1], CallEnded)


def test_a_capture_that_cannot_open_ends_the_call_with_its_reason() -> None:
    class Broken(Played):
        def open(self) -> None:
            raise InputError(verbatim("There is no microphone. Plug one in and try again."))

    capture = Broken([])
    call = LiveCall(capture, CallEngine(), lambda event: None)
    play(call)
    assert str(call.error) == "There is no microphone. Plug one in and try again."
    assert capture.closed


def test_what_the_agent_does_reaches_the_engine() -> None:
    heard: list[Event] = []
    call: LiveCall

    def between(index: int) -> None:
        if index == 3:
            call.post(Note(t=0.0, text="called before"))
            call.post(Feedback(t=0.0, kind=FeedbackKind.MUTE))

    call = LiveCall(Played(pieces(end=3.0), between), CallEngine(), heard.append)
    play(call)
    assert [n.text for n in of(Note, heard)] == ["called before"]
    assert [f.kind for f in of(Feedback, heard)] == [FeedbackKind.MUTE]


def test_the_agents_last_words_are_stored_too() -> None:
    class Ending(Played):
        def read(self, timeout: float) -> Aligned:
            if self.index == len(self.pieces):
                call.post(Note(t=0.0, text="called back"))
            return super().read(timeout)

    kept = Kept()
    call: LiveCall
    call = LiveCall(Ending(pieces(end=1.0)), CallEngine(), lambda e: None, writer=kept)
    play(call)
    assert [n.text for n in of(Note, kept.events)] == ["called back"]
    assert kept.events[-1] == CallEnded(t=1.0)


def test_gaps_and_states_from_the_capture_become_events() -> None:
    heard: list[Event] = []
    given = pieces(end=2.0)
    given[4] = Aligned(
        given[4].agent,
        given[4].caller,
        (
            Gap(t=0.0, channel=Channel.CALLER, start=0.5, end=0.8, reason=GapReason.NOT_OPEN),
            ComponentStatus(
                t=0.0,
                component=Component.CALLER_AUDIO,
                state=ComponentState.FAILED,
                reason=verbatim("I can't hear the caller."),
            ),
        ),
    )
    play(LiveCall(Played(given), CallEngine(), heard.append))
    assert of(Gap, heard)[0].end == 0.8
    assert of(ComponentStatus, heard)[0].reason == verbatim("I can't hear the caller.")


def test_ten_seconds_without_sound_are_one_line_of_the_journal() -> None:
    heard: list[Event] = []
    kept = Kept()
    play(LiveCall(Played(with_gap(pieces(), Channel.CALLER, 5.0, 14.9)), CallEngine(), heard.append, writer=kept))
    assert [(g.channel, g.start, g.end) for g in of(Gap, kept.events)] == [(Channel.CALLER, 5.0, 14.9)]
    assert [e.t for e in kept.events] == sorted(e.t for e in kept.events)


def test_a_gap_at_the_end_of_a_call_is_reported_too() -> None:
    kept = Kept()
    play(LiveCall(Played(with_gap(pieces(), Channel.AGENT, 20.0, 25.0)), CallEngine(), lambda e: None, writer=kept))
    assert [(g.start, g.end) for g in of(Gap, kept.events)] == [(20.0, 25.0)]
    assert isinstance(kept.events[-1], CallEnded)


def test_meters_reach_the_listener_four_times_a_second() -> None:
    heard: list[Event] = []
    play(LiveCall(Played(pieces(end=4.0)), CallEngine(), heard.append))
    assert len(of(Meter, heard)) >= 16
    assert not of(CueShown, heard)
