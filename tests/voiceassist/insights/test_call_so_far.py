"""The call so far: what events say of a call, the same for the window, the report and the summary."""

from __future__ import annotations

import pytest

from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    CueKind,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    GapReason,
    Note,
    SpeechEnded,
    SpeechStarted,
    Text,
    Word,
)
from voiceassist.core.messages import message, verbatim
from voiceassist.insights.call_so_far import CallSoFar, Change, Changed, call_so_far
from voiceassist.insights.report import analysis

SOFTER = CueShown(t=70.0, number=1, id="lower-voice", headline="Softer voice", why="You are louder than usual")
TIP = CueShown(t=96.0, number=2, id="acknowledge", headline="Name what happened", why="Caller 6 dB louder")
PRAISE = CueShown(t=150.0, number=3, id="well-done", headline="That helped", why="", kind=CueKind.GOOD)


@pytest.fixture
def call() -> CallSoFar:
    return CallSoFar()


def agitation_at(t: float, score: float = 0.1, state: AgitationState = AgitationState.CALM) -> Agitation:
    return Agitation(t=t, score=score, confidence=0.5, state=state)


def heard(number: int, who: Channel, start: float, end: float, words: str, *, final: bool = True) -> Text:
    return Text(t=end, utterance=number, channel=who, start=start, end=end, text=words, final=final)


def play(call: CallSoFar, *events: Event) -> list[Change]:
    return [change for event in events for change in call.take(event)]


def test_a_partial_text_is_replaced_by_the_final_one_in_the_same_row(call: CallSoFar) -> None:
    play(call, heard(7, Channel.CALLER, 1.0, 2.0, "I want", final=False))
    play(call, heard(7, Channel.CALLER, 1.0, 3.0, "I want my money"))
    assert [(row.text, row.final) for row in call.lines] == [("I want my money", True)]


def test_words_that_come_late_stand_where_they_were_spoken(call: CallSoFar) -> None:
    play(
        call,
        heard(2, Channel.AGENT, 8.0, 9.0, "second"),
        heard(3, Channel.CALLER, 12.0, 13.0, "third"),
        heard(1, Channel.CALLER, 3.0, 4.0, "first"),
    )
    assert [row.text for row in call.lines] == ["first", "second", "third"]


def test_text_that_turns_out_empty_leaves_no_words_behind(call: CallSoFar) -> None:
    play(call, heard(1, Channel.CALLER, 1.0, 2.0, "thank you", final=False))
    play(call, heard(1, Channel.CALLER, 1.0, 2.0, ""))
    assert call.lines == []
    play(call, heard(2, Channel.CALLER, 3.0, 4.0, " "))
    assert call.lines == []
    play(call, heard(1, Channel.CALLER, 1.0, 2.0, "after all"))
    assert [row.text for row in call.lines] == ["after all"]


def test_how_much_of_a_partial_is_settled_is_counted_in_the_words_that_are_shown(call: CallSoFar) -> None:
    play(
        call,
        Text(t=2.0, utterance=1, channel=Channel.CALLER, start=1.0, end=2.0, text="  I want my", final=False, stable=8),
    )
    line = call.lines[0]
    assert str(line.text)[: line.stable] == "I want"


def test_a_note_stands_between_the_words_at_its_moment(call: CallSoFar) -> None:
    play(
        call,
        heard(1, Channel.CALLER, 1.0, 2.0, "before"),
        heard(2, Channel.CALLER, 9.0, 10.0, "after"),
        Note(t=5.0, text="call back on Friday"),
    )
    assert [row.text for row in call.lines] == ["before", "call back on Friday", "after"]
    assert call.lines[1].channel is None


def test_one_cue_is_up_at_a_time_and_the_log_keeps_them_all(call: CallSoFar) -> None:
    play(call, SOFTER)
    assert call.current is not None
    assert call.current.shown is SOFTER
    play(call, CueCleared(t=76.0, number=1, id="lower-voice", by=ClearedBy.FOLLOWED), TIP)
    assert call.current is not None
    assert call.current.shown is TIP
    assert [(entry.shown.number, entry.by) for entry in call.cues] == [(1, ClearedBy.FOLLOWED), (2, None)]


def test_clearing_an_older_cue_does_not_take_the_one_on_screen_away(call: CallSoFar) -> None:
    play(call, SOFTER, TIP, CueCleared(t=97.0, number=1, id="lower-voice", by=ClearedBy.OVERRIDDEN))
    assert call.current is not None
    assert call.current.shown is TIP


def test_feedback_marks_the_cue_it_names(call: CallSoFar) -> None:
    play(call, SOFTER, TIP, Feedback(t=98.0, kind=FeedbackKind.WRONG, number=1))
    assert [entry.wrong for entry in call.cues] == [True, False]


def test_muting_holds_until_unmuted(call: CallSoFar) -> None:
    play(call, Feedback(t=1.0, kind=FeedbackKind.MUTE))
    assert call.muted
    play(call, Feedback(t=2.0, kind=FeedbackKind.UNMUTE))
    assert not call.muted


def test_talk_is_counted_in_seconds_of_speech_of_each_side(call: CallSoFar) -> None:
    play(
        call,
        SpeechEnded(t=3.0, channel=Channel.AGENT, start=1.0, end=2.5),
        SpeechEnded(t=9.0, channel=Channel.CALLER, start=4.0, end=8.5),
    )
    assert (call.talked(Channel.AGENT), call.talked(Channel.CALLER)) == (1.5, 4.5)


def test_talk_counts_what_is_being_said_just_now(call: CallSoFar) -> None:
    play(call, SpeechStarted(t=10.0, channel=Channel.CALLER, start=9.5), agitation_at(12.5))
    assert call.talked(Channel.CALLER) == 3.0
    play(call, SpeechEnded(t=13.0, channel=Channel.CALLER, start=9.5, end=12.5), agitation_at(20.0))
    assert call.talked(Channel.CALLER) == 3.0
    assert call.talked(Channel.AGENT) == 0.0


def test_confirmed_consent_sets_the_consent_status(call: CallSoFar) -> None:
    play(
        call,
        ComponentStatus(
            t=0.0, component=Component.CONSENT, state=ComponentState.DEGRADED, reason=message("consent-missing")
        ),
    )
    assert [part.component for part in call.troubles()] == [Component.CONSENT]
    play(call, Note(t=8.0, text="something else"))
    assert call.components[Component.CONSENT].state is ComponentState.DEGRADED
    play(call, ConsentGiven(t=9.0))
    assert call.components[Component.CONSENT].state is ComponentState.OK
    assert call.troubles() == []


def test_the_trend_follows_the_score_and_is_flat_while_the_estimator_abstains(call: CallSoFar) -> None:
    for n in range(60):
        call.take(Agitation(t=n / 4, score=n / 60, confidence=1.0, state=AgitationState.HIGH))
    assert call.trend == 1
    for n in range(60, 120):
        call.take(Agitation(t=n / 4, score=2 - n / 60, confidence=1.0, state=AgitationState.HIGH))
    assert call.trend == -1
    call.take(Agitation(t=31.0, score=0.0, confidence=0.0, state=AgitationState.LISTENING))
    assert call.trend == 0


def test_failed_components_come_before_degraded_ones_and_healthy_ones_not_at_all(call: CallSoFar) -> None:
    play(
        call,
        ComponentStatus(t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.DEGRADED),
        ComponentStatus(t=0.0, component=Component.AGENT_AUDIO, state=ComponentState.OK),
        ComponentStatus(t=0.0, component=Component.CALLER_AUDIO, state=ComponentState.FAILED),
        ComponentStatus(t=0.0, component=Component.RECORDING, state=ComponentState.DISABLED),
    )
    assert [part.component for part in call.troubles()] == [Component.CALLER_AUDIO, Component.TRANSCRIPTION]


def test_a_text_that_is_taken_back_is_in_no_report(call: CallSoFar) -> None:
    play(
        call,
        heard(1, Channel.AGENT, 1.0, 2.0, "I want my money"),
        heard(2, Channel.CALLER, 1.0, 2.0, "I want my money"),
    )
    play(call, heard(1, Channel.AGENT, 1.0, 2.0, ""))
    assert [text.utterance for text in call.texts] == [2]
    assert [segment.channel for segment in analysis(call, 5.0, Channel).segments] == [Channel.CALLER]


def test_partial_text_is_in_no_report(call: CallSoFar) -> None:
    play(call, heard(1, Channel.CALLER, 1.0, 2.0, "I want", final=False))
    assert call.texts == []
    assert len(call.lines) == 1


def test_a_line_stays_where_its_first_text_put_it_and_the_report_has_the_times_of_the_last(call: CallSoFar) -> None:
    play(
        call, heard(1, Channel.CALLER, 1.0, 2.0, "I want", final=False), heard(1, Channel.CALLER, 0.9, 3.0, "I want it")
    )
    assert call.lines[0].start == 1.0
    assert (call.texts[0].start, call.texts[0].end) == (0.9, 3.0)


def test_the_reference_and_consent_are_lines_without_a_speaker(call: CallSoFar) -> None:
    play(call, CallerReference(t=1.0, reference="AB 12"), ConsentGiven(t=2.0))
    assert call.reference == "AB 12"
    assert call.consent_given
    assert [line.text for line in call.lines] == [
        message("caller-reference", reference="AB 12"),
        message("consent-given"),
    ]
    assert all(line.channel is None and line.final for line in call.lines)


def test_pieces_of_a_gap_are_one_absence(call: CallSoFar) -> None:
    for start in (3.0, 3.1, 3.2):
        for channel in Channel:
            play(call, Gap(t=start, channel=channel, start=start, end=start + 0.1, reason=GapReason.NOT_OPEN))
    play(call, Gap(t=9.0, channel=Channel.AGENT, start=8.0, end=9.0, reason=GapReason.OVERRUN))
    told = [(gap.channel, gap.start, round(gap.end, 3), gap.reason) for gap in call.absences]
    assert told == [
        (Channel.AGENT, 3.0, 3.3, GapReason.NOT_OPEN),
        (Channel.CALLER, 3.0, 3.3, GapReason.NOT_OPEN),
        (Channel.AGENT, 8.0, 9.0, GapReason.OVERRUN),
    ]


def test_the_peak_and_the_time_of_high_agitation_leave_out_where_no_estimate_was_given(call: CallSoFar) -> None:
    high = AgitationState.HIGH
    play(call, *(agitation_at(n / 4, 0.7, high) for n in range(9)))
    play(call, *(agitation_at(2 + n / 4, 0.0, AgitationState.LISTENING) for n in range(1, 40)))
    play(call, agitation_at(60.0, 0.9, high), agitation_at(60.25, 0.1))
    assert call.figures.peak is not None
    assert call.figures.peak.t == 60.0
    assert call.figures.high_seconds == 2.0 + 1.0 + 0.25
    assert len(call.curve) == 50


def test_without_an_estimate_there_is_no_peak(call: CallSoFar) -> None:
    play(call, agitation_at(1.0, 0.0, AgitationState.LISTENING))
    assert call.figures.peak is None
    assert call.state is AgitationState.LISTENING


def test_praise_counts_as_a_cue_but_not_as_a_tip(call: CallSoFar) -> None:
    play(call, SOFTER, TIP, PRAISE)
    assert (call.figures.cues, call.tips) == (3, 2)


def test_what_was_the_matter_is_remembered_once_after_it_is_over(call: CallSoFar) -> None:
    unplugged = verbatim("The headset was unplugged.")
    for t in (1.0, 3.0):
        play(
            call,
            ComponentStatus(t=t, component=Component.AGENT_AUDIO, state=ComponentState.FAILED, reason=unplugged),
            ComponentStatus(t=t + 1, component=Component.AGENT_AUDIO, state=ComponentState.OK),
        )
    assert call.troubles() == []
    assert call.troubles_met == [unplugged]
    assert analysis(call, 5.0, Channel).warnings == [unplugged]


def test_every_event_says_what_it_changed(call: CallSoFar) -> None:
    text = heard(1, Channel.CALLER, 5.0, 6.0, "Hello", final=False)
    assert play(call, Note(t=9.0, text="note")) == [Change(Changed.LINE_ADDED, 0)]
    assert play(call, text) == [Change(Changed.LINE_ADDED, 0)]
    assert play(call, heard(1, Channel.CALLER, 5.0, 6.0, "Hello.")) == [Change(Changed.LINE_CHANGED, 0)]
    assert play(call, heard(1, Channel.CALLER, 5.0, 6.0, "")) == [Change(Changed.LINE_REMOVED, 0)]
    assert play(call, SOFTER) == [Change(Changed.CUE_LOG, 0), Change(Changed.CUE)]
    cleared = CueCleared(t=76.0, number=1, id="lower-voice", by=ClearedBy.FOLLOWED)
    assert play(call, cleared) == [Change(Changed.CUE_LOG, 0), Change(Changed.CUE)]
    assert play(call, cleared) == [Change(Changed.CUE_LOG, 0)]
    works = Change(Changed.COMPONENT, component=Component.AGITATION)
    assert play(call, agitation_at(77.0)) == [works, Change(Changed.AGITATION)]
    assert play(call, agitation_at(78.0)) == [Change(Changed.AGITATION)]
    assert play(call, CallEnded(t=80.0)) == [Change(Changed.METER), Change(Changed.ENDED)]


def test_a_window_holds_a_part_of_the_curve_and_no_times_of_words_and_all_else_is_the_same() -> None:
    word = Word(start=1.0, end=1.5, text="Hello", probability=0.9)
    said = Text(t=2.0, utterance=1, channel=Channel.CALLER, start=1.0, end=2.0, text="Hello", words=(word,))
    events: list[Event] = [said, *(agitation_at(n / 4, 0.8, AgitationState.HIGH) for n in range(4000)), TIP]
    whole, window = call_so_far(events), CallSoFar(curve_seconds=300.0, keep_words=False)
    play(window, *events)
    assert len(whole.curve) == 4000
    assert len(window.curve) == 1201
    assert (whole.texts[0].words, window.texts[0].words) == ((word,), ())
    assert whole.figures.high_seconds == window.figures.high_seconds
    assert [line.text for line in whole.lines] == [line.text for line in window.lines]
