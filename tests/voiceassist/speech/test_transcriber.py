"""What is transcribed when, and what becomes of it when things go wrong: with a child that does as the test says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.messages import keys
from tests.voiceassist.speech.conftest import Children, Clock, FakeChild, speech, utterance
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import (
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    Event,
    StatusCause,
    Text,
    Word,
)
from voiceassist.core.messages import message, render
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session.engine import BLOCK
from voiceassist.speech import SpeechOptions, Transcriber, tuning
from voiceassist.speech.messages import Done
from voiceassist.speech.recognition_result import RecognitionResult

CALLER, AGENT = Channel.CALLER, Channel.AGENT


def started(clock: Clock, children: Children, **options: Any) -> tuple[Transcriber, FakeChild]:
    chosen = SpeechOptions(**{"threads": 1, **options})
    transcriber = Transcriber(Path("big"), chosen, clock=clock, launch=children)
    transcriber.start()
    children.last.ready()
    transcriber.poll()
    return transcriber, children.last


def speaking(number: int, channel: Channel = CALLER, length: float = 1.0, pause: float = 0.0) -> OpenUtterance:
    return OpenUtterance(number, channel, 0.0, length, pause, -0.3, lambda: speech(length + 0.3, number))


def texts(events: Iterable[Event]) -> list[Text]:
    return [e for e in events if isinstance(e, Text)]


def parts(events: Iterable[Event]) -> list[ComponentStatus]:
    return [e for e in events if isinstance(e, ComponentStatus)]


# --- no model -------------------------------------------------------------------------------------------------------


def test_without_a_model_transcription_is_disabled_and_reported_once() -> None:
    transcriber = Transcriber(None)
    transcriber.start()
    assert transcriber.poll() == [
        ComponentStatus(
            t=0.0,
            component=Component.TRANSCRIPTION,
            state=ComponentState.DISABLED,
            reason=message("speech-model-none"),
            cause=StatusCause.NO_SPEECH_MODEL,
        )
    ]
    transcriber.submit(utterance(1), speech(), 0.0)
    assert transcriber.close(1.0) == []


# --- what is worth most goes first ----------------------------------------------------------------------------------


def test_the_callers_finals_come_first_each_side_in_its_order(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.submit(utterance(1, AGENT), speech(first=1), 0.0)
    for number, channel in ((2, AGENT), (3, CALLER), (4, AGENT), (5, CALLER)):
        transcriber.submit(utterance(number, channel), speech(first=number), 0.0)
    answered = []
    for _ in range(5):
        child.answer("words")
        answered += [t.utterance for t in texts(transcriber.poll())]
    assert answered == [1, 3, 5, 2, 4]


def test_the_recognizer_has_one_job_at_a_time(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    for number in (1, 2, 3):
        transcriber.submit(utterance(number), speech(first=number), 0.0)
        transcriber.poll()
    assert len(child.jobs) == 1


def test_the_two_sides_are_transcribed_beside_each_other(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children, threads=2)
    (load,) = child.loads
    assert (load.workers, load.threads) == (2, 1)
    for number, channel in ((1, AGENT), (2, CALLER), (3, CALLER)):
        transcriber.submit(utterance(number, channel), speech(first=number), 0.0)
    assert len(child.jobs) == 2, "one of each side"
    child.answer("caller", job=child.jobs[1])
    transcriber.poll()
    child.answer("caller again", job=child.jobs[2])
    child.answer("agent", job=child.jobs[0])
    assert [t.utterance for t in texts(transcriber.poll())] == [3, 1]


def test_partial_text_of_one_side_is_made_while_the_other_has_its_final(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children, threads=2)
    transcriber.submit(utterance(1, AGENT), speech(first=1), 0.0)
    transcriber.offer(speaking(2, CALLER))
    transcriber.offer(speaking(3, AGENT))
    transcriber.poll()
    assert [job.final for job in child.jobs] == [True, False]


def test_what_ended_the_recognizer_runs_alone_so_that_nothing_else_is_given_up(
    clock: Clock, children: Children
) -> None:
    transcriber, _ = started(clock, children, threads=2)
    transcriber.submit(utterance(1, CALLER), speech(first=1), 0.0)
    transcriber.submit(utterance(2, AGENT), speech(first=2), 0.0)
    out: list[Event] = []
    for _ in range(tuning.CRASHES):
        children.last.die()
        out += transcriber.poll()
        clock.now += tuning.RESTART_MOST
        out += transcriber.poll()
        children.last.ready()
        out += transcriber.poll()
        assert len(children.last.jobs) == 1
    children.last.answer("fine")
    out += transcriber.poll()
    assert [(t.utterance, t.text) for t in texts(out)] == [(1, ""), (2, "fine")]


def test_finals_come_before_partials_and_the_callers_partial_before_the_agents(
    clock: Clock, children: Children
) -> None:
    transcriber, child = started(clock, children)
    transcriber.offer(speaking(2, AGENT))
    transcriber.offer(speaking(3, CALLER))
    transcriber.submit(utterance(1, AGENT), speech(first=1), 0.0)
    transcriber.poll()
    assert [j.final for j in child.jobs] == [True]
    child.answer("final")
    transcriber.poll()
    transcriber.offer(speaking(2, AGENT))
    transcriber.offer(speaking(3, CALLER))
    transcriber.poll()
    child.answer("partial")
    assert [t.channel for t in texts(transcriber.poll()) if not t.final] == [CALLER]


# --- partial text ---------------------------------------------------------------------------------------------------


def test_a_partial_is_made_of_the_newest_sound(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.submit(utterance(1, AGENT), speech(first=1), 0.0)
    for length in (1.0, 2.0, 3.0):
        transcriber.offer(speaking(2, CALLER, length))
        transcriber.poll()
    child.answer("final")
    transcriber.offer(speaking(2, CALLER, 4.0))
    transcriber.poll()
    assert [len(j.sound) for j in child.jobs[1:]] == [4 * int(16000 * 4.3)]


def test_an_open_utterance_is_used_at_the_next_poll_or_not_at_all(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.submit(utterance(1, AGENT), speech(first=1), 0.0)
    transcriber.offer(speaking(2, CALLER))
    transcriber.poll()
    child.answer("final")
    transcriber.poll()
    transcriber.poll()
    assert len(child.jobs) == 1


def test_no_partial_is_in_the_way_of_a_pause_that_is_about_to_settle(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    for pause, jobs in ((tuning.SETTLED - 0.01, 0), (tuning.PAUSING, 1)):
        transcriber.offer(speaking(1, CALLER, 0.5, pause=pause))
        transcriber.offer(speaking(2, AGENT))
        transcriber.poll()
        assert len(child.jobs) == jobs


def test_a_partial_that_brought_no_text_is_soon_followed_by_another(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    for length in (0.7, 1.4):
        transcriber.offer(speaking(1, CALLER, length))
        transcriber.poll()
        child.answer("")
        transcriber.poll()
    assert len(child.jobs) == 2


def test_a_partial_that_repeats_itself_is_not_shown(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.offer(speaking(1, CALLER))
    transcriber.poll()
    child.answer("ten of close, ten of close")
    assert not texts(transcriber.poll())


def pause(transcriber: Transcriber, child: FakeChild, spoken: OpenUtterance, text: str) -> list[Text]:
    transcriber.offer(spoken)
    transcriber.poll()
    child.answer(text)
    return texts(transcriber.poll())


def test_in_a_pause_all_words_stand_and_only_what_follows_is_looked_at(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    (shown,) = pause(transcriber, child, speaking(1, CALLER, 2.0, pause=tuning.SETTLED), "half of it")
    assert (shown.text, shown.stable) == ("half of it", len("half of it"))
    (shown,) = pause(transcriber, child, speaking(1, CALLER, 6.0), "and the rest")
    assert (shown.text, shown.text[: shown.stable]) == ("half of it and the rest", "half of it")
    whole, rest = (len(job.sound) / 4 / 16000 for job in child.jobs)
    assert rest == pytest.approx(6.3 - whole + tuning.PIECE_OVERLAP, abs=0.01)


def test_the_words_are_shown_first_and_the_whole_is_transcribed_when_the_pause_lasts(
    clock: Clock, children: Children
) -> None:
    transcriber, child = started(clock, children)
    pause(transcriber, child, speaking(1, CALLER, 2.0, pause=tuning.SETTLED), "half of it")
    (shown,) = pause(transcriber, child, speaking(1, CALLER, 4.0, pause=tuning.SETTLED), "and the rest")
    assert (shown.text, shown.stable) == ("half of it and the rest", len("half of it and the rest"))
    ended = speaking(1, CALLER, 4.0, pause=tuning.WHOLE)
    assert pause(transcriber, child, ended, "Half of it, and the rest.") == []
    transcriber.submit(utterance(1), ended.sound, -0.3)
    assert [(t.text, t.final) for t in texts(transcriber.poll())] == [("Half of it, and the rest.", True)]
    assert [job.final for job in child.jobs] == [False, False, True]


def test_a_pause_is_looked_at_before_the_whole_is_due_however_the_blocks_of_sound_fall() -> None:
    assert tuning.SETTLED + BLOCK / SAMPLE_RATE < tuning.WHOLE


def test_a_pause_is_looked_at_once_and_transcribed_once(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    for length in (tuning.SETTLED, tuning.WHOLE, 0.6):
        pause(transcriber, child, speaking(1, CALLER, 2.0, pause=length), "all of it")
    assert [job.final for job in child.jobs] == [False, True]


def test_each_retry_gets_more_time(clock: Clock, children: Children) -> None:
    transcriber, _ = started(clock, children)
    transcriber.submit(utterance(1), speech(), 0.0)
    waited = []
    for _ in range(tuning.CRASHES - 1):
        begin = clock.now
        while not any(p.state is ComponentState.FAILED for p in parts(transcriber.poll())):
            clock.now += 0.5
        waited.append(clock.now - begin)
        clock.now += 1
        transcriber.poll()
        children.last.ready()
        transcriber.poll()
    assert waited[1] >= 1.9 * waited[0]


def test_a_partial_waits_for_enough_new_speech(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    asked = []
    for tenth in range(1, 30):
        transcriber.offer(speaking(1, CALLER, tenth / 10))
        before = len(child.jobs)
        transcriber.poll()
        if len(child.jobs) > before:
            asked.append(tenth / 10)
            child.answer("some words")
            transcriber.poll()
    assert asked[0] == pytest.approx(tuning.FIRST_PARTIAL)
    assert all(b - a >= tuning.PARTIAL_STEP - 0.01 for a, b in pairwise(asked))


def test_the_stable_words_of_a_partial_stay_until_the_final_replaces_all(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    shown = []
    for length, heard in (
        (1.0, "my parcel came"),
        (1.1 + tuning.PARTIAL_STEP, "my parcel game broken"),
        (1.2 + 2 * tuning.PARTIAL_STEP, "my parcel game broken again"),
    ):
        transcriber.offer(speaking(1, CALLER, length))
        transcriber.poll()
        child.answer(heard)
        shown += [(t.text, t.text[: t.stable]) for t in texts(transcriber.poll())]
    assert shown == [
        ("my parcel came", ""),
        ("my parcel game broken", "my parcel"),
        ("my parcel game broken again", "my parcel game broken"),
    ]
    transcriber.submit(utterance(1), speech(6.0), 0.0)
    child.answer("My parcel came broken again.")
    (final,) = texts(transcriber.poll())
    assert final.final
    assert final.utterance == 1
    assert final.text == "My parcel came broken again."


def test_a_transcript_made_in_a_pause_is_the_final_when_the_utterance_ends_there(
    clock: Clock, children: Children
) -> None:
    transcriber, child = started(clock, children)
    settled = speaking(1, CALLER, 2.0, pause=tuning.WHOLE)
    transcriber.offer(settled)
    transcriber.poll()
    assert child.jobs[-1].final
    child.answer("all of it")
    assert [t.final for t in texts(transcriber.poll())] == [False]
    transcriber.submit(utterance(1), settled.sound, -0.3)
    (final,) = texts(transcriber.poll())
    assert (final.text, final.final) == ("all of it", True)
    assert len(child.jobs) == 1


def test_a_transcription_that_runs_when_the_utterance_ends_is_not_done_twice(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    settled = speaking(1, CALLER, 2.0, pause=tuning.WHOLE)
    transcriber.offer(settled)
    transcriber.poll()
    transcriber.submit(utterance(1), settled.sound, -0.3)
    child.answer("all of it")
    assert [(t.text, t.final) for t in texts(transcriber.poll())] == [("all of it", True)]
    assert len(child.jobs) == 1


def test_a_transcript_made_in_a_pause_is_not_used_when_speech_goes_on(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.offer(speaking(1, CALLER, 2.0, pause=tuning.WHOLE))
    transcriber.poll()
    child.answer("half of it")
    transcriber.poll()
    transcriber.submit(utterance(1), speech(4.0), 0.0)
    assert not texts(transcriber.poll())
    child.answer("half of it and the rest")
    assert [t.text for t in texts(transcriber.poll())] == ["half of it and the rest"]


def test_no_partials_when_they_are_not_wanted(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children, partials=False)
    transcriber.offer(speaking(1, CALLER, 3.0))
    transcriber.poll()
    assert child.jobs == []


# --- what was said before -------------------------------------------------------------------------------------------


def answer(child: FakeChild, *words: str) -> None:
    each = tuple(Word(i / 10, (i + 1) / 10, word, 0.9) for i, word in enumerate(words))
    result = RecognitionResult(" ".join(words), words=each, language="en", logprob=-0.2)
    child.inbox.put((child, Done(child.jobs[-1].number, result, 0.1)))


def test_an_utterance_is_transcribed_with_what_its_side_said_before(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    first, agents, second = speech(2.0, 1), speech(2.0, 2), speech(1.0, 3)
    transcriber.submit(utterance(1, CALLER, 0.0, 2.0), first, 0.0)
    answer(child, "my", "name", "is")
    transcriber.submit(utterance(2, AGENT, 0.5, 2.0), agents, 0.5)
    answer(child, "yes")
    transcriber.poll()
    transcriber.submit(utterance(3, CALLER, 3.0, 1.0), second, 3.0)
    job = child.jobs[-1]
    assert (job.context, job.context_samples) == ("my name is", len(first))
    assert job.sound == np.concatenate([first, second]).tobytes()


def test_a_transcript_made_in_a_pause_has_the_same_context_as_the_final(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.submit(utterance(1, CALLER, 0.0, 2.0), speech(2.0, 1), 0.0)
    answer(child, "my", "name", "is")
    transcriber.poll()
    transcriber.offer(speaking(2, CALLER, 1.0, pause=tuning.WHOLE))
    transcriber.poll()
    assert (child.jobs[-1].final, child.jobs[-1].context) == (True, "my name is")


@pytest.mark.parametrize("languages", [("en", "es"), ()])
def test_where_the_language_may_change_nothing_before_is_taken_along(
    clock: Clock, children: Children, languages: tuple[str, ...]
) -> None:
    transcriber, child = started(clock, children, languages=languages)
    transcriber.submit(utterance(1, CALLER, 0.0, 2.0), speech(2.0, 1), 0.0)
    answer(child, "my", "name", "is")
    transcriber.poll()
    transcriber.submit(utterance(2, CALLER, 3.0, 1.0), speech(1.0, 2), 3.0)
    assert child.jobs[-1].context == ""


# --- falling behind -------------------------------------------------------------------------------------------------


def test_a_recorded_call_that_waits_for_the_model_to_load_is_not_told_as_impaired(
    clock: Clock, children: Children
) -> None:
    transcriber = Transcriber(Path("big"), SpeechOptions(live=False), clock=clock, launch=children)
    transcriber.start()
    transcriber.submit(utterance(1), speech(), 0.0)
    children.last.ready()
    transcriber.poll()
    children.last.answer("words")
    told = transcriber.poll()
    assert [t.text for t in texts(told)] == ["words"]
    assert transcriber._status is not None
    assert transcriber._status.state is ComponentState.OK


def test_when_behind_agent_partials_stop_then_all_partials_then_a_smaller_model_is_used(
    clock: Clock, children: Children
) -> None:
    transcriber, child = started(clock, children, smaller=(Path("little"),))
    transcriber.submit(utterance(1), speech(), 0.0)
    told: list[str] = []
    for _ in range(40):
        clock.now += 0.5
        told += [key for part in parts(transcriber.poll()) for key in keys(part.reason)]
        if len(child.loads) > 1:
            break
    assert child.loads[-1].folder == "little"
    assert "transcription-late" in told
    steps = ["transcription-no-agent-partials", "transcription-no-partials", "transcription-smaller-model"]
    assert list(dict.fromkeys(key for key in told if key in steps)) == steps


def test_no_text_is_lost_while_a_smaller_model_loads(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children, smaller=(Path("little"),))
    transcriber.submit(utterance(1), speech(first=1), 0.0)
    transcriber.submit(utterance(2), speech(first=2), 0.0)
    while len(child.loads) < 2:
        clock.now += 1.0
        transcriber.poll()
        assert clock.now < 200
    child.answer("first", job=child.jobs[0])
    child.ready("little")
    out = transcriber.poll()
    child.answer("second")
    assert [t.text for t in texts(out + transcriber.poll())] == ["first", "second"]


def test_partials_come_back_when_the_backlog_is_gone(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    transcriber.submit(utterance(1), speech(), 0.0)
    for _ in range(20):
        clock.now += 0.5
        transcriber.poll()
    transcriber.offer(speaking(2))
    child.answer("late")
    transcriber.poll()
    assert len(child.jobs) == 1, "no partials while behind"
    out: list[Event] = []
    for _ in range(80):
        clock.now += 0.5
        out += transcriber.poll()
    transcriber.offer(speaking(2))
    transcriber.poll()
    assert len(child.jobs) == 2
    assert parts(out)[-1].state is ComponentState.OK


def test_a_slow_machine_uses_the_smaller_model_from_the_start(clock: Clock, children: Children) -> None:
    transcriber = Transcriber(Path("big"), SpeechOptions(smaller=(Path("little"),)), clock=clock, launch=children)
    transcriber.start()
    children.last.ready("big", probe=1.0)
    transcriber.poll()
    assert [load.folder for load in children.last.loads] == ["big", "little"]
    children.last.ready("little", probe=0.3)
    (said,) = parts(transcriber.poll())
    assert said.state is ComponentState.OK
    assert said.reason == message("transcribing-instead", model="little", slow="big")


# --- staying alive --------------------------------------------------------------------------------------------------


def test_an_utterance_that_crashes_the_recognizer_every_time_is_given_up_and_the_rest_goes_on(
    clock: Clock, children: Children
) -> None:
    transcriber, _ = started(clock, children)
    transcriber.submit(utterance(1, start=61.0), speech(first=1), 0.0)
    transcriber.submit(utterance(2), speech(first=2), 0.0)
    out: list[Event] = []
    for _ in range(tuning.CRASHES):
        children.last.die()
        out += transcriber.poll()
        clock.now += tuning.RESTART_MOST
        out += transcriber.poll()
        children.last.ready()
        out += transcriber.poll()
    children.last.answer("fine")
    out += transcriber.poll()
    assert [(t.utterance, t.text) for t in texts(out)] == [(1, ""), (2, "fine")]
    (reason,) = (part.reason for part in parts(out) if "caller-not-transcribed" in keys(part.reason))
    assert reason is not None
    assert render(reason) == (
        "What the caller said from 61 s to 62 s could not be transcribed. The transcriber stopped."
    )
    assert render(reason, "de") == (
        "Was der Anrufer von 61 s bis 62 s sagte, ließ sich nicht transkribieren. Die Transkription ist ausgefallen."
    )


def test_restarts_wait_longer_each_time(clock: Clock, children: Children) -> None:
    transcriber, _ = started(clock, children)
    waits = []
    for _ in range(4):
        children.last.die()
        transcriber.poll()
        died, count = clock.now, len(children.all)
        while len(children.all) == count:
            clock.now += 0.05
            transcriber.poll()
        waits.append(clock.now - died)
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(tuning.RESTART_FIRST, abs=0.06)
    assert waits[-1] == pytest.approx(8 * tuning.RESTART_FIRST, abs=0.06)


def test_a_recognizer_that_hangs_is_replaced_and_its_late_answer_ignored(clock: Clock, children: Children) -> None:
    transcriber, first = started(clock, children)
    transcriber.submit(utterance(1), speech(), 0.0)
    clock.now += tuning.HUNG_LEAST - 1
    transcriber.poll()
    assert not first.ended
    clock.now += 2
    out = transcriber.poll()
    assert first.ended
    assert parts(out)[-1].state is ComponentState.FAILED
    clock.now += 1
    out += transcriber.poll()
    first.answer("too late")
    first.die()
    children.last.ready()
    out += transcriber.poll()
    children.last.answer("in time")
    assert [t.text for t in texts(out + transcriber.poll())] == ["in time"]
    assert len(children.all) == 2, "the old one's end is not the new one's"


def test_loading_that_hangs_is_tried_again(clock: Clock, children: Children) -> None:
    transcriber = Transcriber(Path("big"), clock=clock, launch=children)
    transcriber.start()
    clock.now += tuning.LOADING_MOST + 1
    transcriber.poll()
    clock.now += 1
    transcriber.poll()
    assert len(children.all) == 2


def test_a_model_that_does_not_load_is_replaced_by_a_smaller_one(clock: Clock, children: Children) -> None:
    transcriber = Transcriber(Path("big"), SpeechOptions(smaller=(Path("little"),)), clock=clock, launch=children)
    transcriber.start()
    children.last.fail(message("speech-model-no-memory", folder="big"), loading=True)
    transcriber.poll()
    assert [load.folder for load in children.last.loads] == ["big", "little"]


def test_utterances_that_are_not_transcribed_in_time_at_the_end_are_reported(clock: Clock, children: Children) -> None:
    transcriber, _ = started(clock, children)
    transcriber.submit(utterance(1), speech(), 0.0)
    transcriber.poll()
    out = transcriber.close(0.0)
    assert parts(out)[-1].reason == message("transcription-unfinished", count=1)
    assert children.last.ended


def test_the_backlog_is_bounded_when_nothing_can_transcribe(
    clock: Clock, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "KEPT_SPEECH", 10.0)
    transcriber = Transcriber(Path("big"), clock=clock, launch=children)
    transcriber.start()
    for number in range(1, 8):
        clock.now += 1
        transcriber.submit(utterance(number), np.zeros(2 * 16000, np.float32), 0.0)
    assert [t.utterance for t in texts(transcriber.poll())] == [1, 2]
