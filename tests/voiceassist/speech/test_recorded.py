"""A recorded call is written down the same whatever the machine does, and a failing recognizer costs little of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.messages import keys
from tests.voiceassist.speech.conftest import Clock, speech
from voiceassist.core.child_process import ChildEnded
from voiceassist.core.events import Channel, ComponentState, StatusCause, Word
from voiceassist.core.messages import message
from voiceassist.speech import RecordedTranscriber, SpeechOptions, tuning
from voiceassist.speech.messages import Failed, Load, Ready, WindowDone, WindowJob
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.recorded import SpokenUtterance, Transcript

AGENT, CALLER = Channel.AGENT, Channel.CALLER
SPANISH = {"es": 0.95, "en": 0.01}
ENGLISH = {"en": 0.97, "es": 0.01}


def said(count: int, channel: Channel = CALLER, seconds: float = 10.0, first: float = 0.0) -> list[SpokenUtterance]:
    sound = speech(seconds)
    return [
        SpokenUtterance(channel, at + 0.5, at + seconds - 0.25, sound, at)
        for at in (first + n * (seconds + 5.0) for n in range(count))
    ]


class Child:
    """Says it is ready, and does with each job what `answer` does."""

    def __init__(self, inbox: Any, answer: Callable[[Child, WindowJob], None]) -> None:
        self.inbox, self._answer = inbox, answer
        self.loads: list[Load] = []
        self.jobs: list[WindowJob] = []

    def send(self, sent: Any) -> None:
        if isinstance(sent, Load):
            self.loads.append(sent)
            self.say(Ready(name="fake", probe=0.1))
        else:
            self.jobs.append(sent)
            self._answer(self, sent)

    def say(self, said: Any) -> None:
        self.inbox.put((self, said))

    def end(self) -> None:
        pass

    def done(self, job: WindowJob, languages: dict[str, float] | None = None) -> None:
        results = tuple(
            RecognitionResult(
                f"{len(job.pieces)} together",
                words=(Word(0.5, 1.0, "together", 0.9),),
                language="en",
                languages=languages or {},
            )
            for _ in job.pieces
        )
        self.say(WindowDone(job.number, results, f"{job.before}+{len(job.pieces)}"))


class Children:
    def __init__(self, answer: Callable[[Child, WindowJob], None] = Child.done) -> None:
        self.all: list[Child] = []
        self._answer = answer

    def __call__(self, inbox: Any) -> Child:
        self.all.append(Child(inbox, self._answer))
        return self.all[-1]

    @property
    def jobs(self) -> list[WindowJob]:
        return [job for child in self.all for job in child.jobs]


def transcribe(
    children: Children, utterances: list[SpokenUtterance] | Iterator[SpokenUtterance], **options: Any
) -> Transcript:
    return RecordedTranscriber(Path("big"), SpeechOptions(**options), launch=children).transcribe(utterances)


def reasons(transcript: Transcript) -> list[str]:
    return [key for problem in transcript.problems for key in keys(problem.reason)]


def test_the_utterances_of_a_side_are_recognized_in_windows_that_know_what_was_said_before() -> None:
    children = Children()
    transcript = transcribe(children, said(5))
    assert [len(job.pieces) for job in children.jobs] == [2, 2, 1]
    assert [job.before for job in children.jobs] == ["", "+2", "+2+2"]
    assert [text.text for text in transcript.texts.values()] == 4 * ["2 together"] + ["1 together"]
    assert transcript.problems == ()


def test_texts_are_found_by_side_and_start_with_word_times_of_the_call() -> None:
    both = sorted([*said(1), *said(1, AGENT, first=20.0)], key=lambda u: u.end)
    transcript = transcribe(Children(), both)
    assert set(transcript.texts) == {(CALLER, 0.5), (AGENT, 20.5)}
    text = transcript.texts[AGENT, 20.5]
    assert (text.start, text.end, text.final, text.model) == (20.5, 29.75, True, "fake")
    assert text.words == (Word(20.5, 21.0, "together", 0.9),)


def test_each_window_is_computed_on_one_thread_so_that_the_machine_has_no_say() -> None:
    children = Children()
    transcribe(children, said(1), threads=8)
    (load,) = children.all[0].loads
    assert (load.threads, load.workers) == (1, 2)


@pytest.mark.parametrize("late", [False, True])
def test_the_order_of_answers_changes_nothing(late: bool) -> None:
    waiting: list[tuple[Child, WindowJob]] = []

    def answer(child: Child, job: WindowJob) -> None:
        waiting.append((child, job))
        if not late or len(waiting) == 2:
            for held in reversed(waiting):
                Child.done(*held)
            waiting.clear()

    both = sorted([*said(4), *said(4, AGENT, first=5.0)], key=lambda u: u.end)
    transcript = transcribe(Children(answer), both)
    assert transcript == transcribe(Children(), both)


def test_little_sound_is_held_while_the_recognizer_is_busy() -> None:
    taken = 0

    def come() -> Iterator[SpokenUtterance]:
        nonlocal taken
        for utterance in said(40, seconds=25.0):
            taken += 1
            yield utterance

    def answer(child: Child, job: WindowJob) -> None:
        assert taken <= len(children.jobs) + tuning.WINDOWS_WAITING + 2
        child.done(job)

    children = Children(answer)
    assert len(transcribe(children, come()).texts) == 40


# --- failures --------------------------------------------------------------------------------------------------------


def poisoned(utterance: SpokenUtterance, how: Callable[[Child, WindowJob], None]) -> Callable[[Child, WindowJob], None]:
    data = np.ascontiguousarray(utterance.sound, "<f4").tobytes()

    def answer(child: Child, job: WindowJob) -> None:
        if any(piece.sound == data for piece in job.pieces):
            how(child, job)
        else:
            child.done(job)

    return answer


def crash(child: Child, job: WindowJob) -> None:
    child.say(ChildEnded())


def fail(child: Child, job: WindowJob) -> None:
    child.say(Failed(number=job.number, reason=message("transcription-no-memory")))


def odd_one(utterances: list[SpokenUtterance], n: int) -> SpokenUtterance:
    old = utterances[n]
    utterances[n] = SpokenUtterance(old.channel, old.start, old.end, speech(old.seconds, first=2), old.offset)
    return utterances[n]


@pytest.mark.parametrize("how", [crash, fail])
def test_an_utterance_that_ends_the_recognizer_again_and_again_is_given_up_alone_and_named(how: Any) -> None:
    utterances = sorted([*said(4), *said(4, AGENT, first=5.0)], key=lambda u: u.end)
    bad = odd_one(utterances, 3)
    transcript = transcribe(Children(poisoned(bad, how)), utterances)
    empty = [key for key, text in transcript.texts.items() if not text.text]
    assert len(transcript.texts) == 8
    assert empty == [(bad.channel, bad.start)]
    told = "agent-not-transcribed" if bad.channel is AGENT else "caller-not-transcribed"
    assert told in reasons(transcript)
    assert len(transcript.problems) == 1


def test_a_recognizer_that_is_killed_once_changes_no_word() -> None:
    killed = False

    def answer(child: Child, job: WindowJob) -> None:
        nonlocal killed
        if not killed:
            killed = True
            child.say(ChildEnded())
        else:
            child.done(job)

    children = Children(answer)
    assert transcribe(children, said(5)) == transcribe(Children(), said(5))
    assert len(children.all) == 2


def test_a_recognizer_that_hangs_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "LOOK_S", 0.001)
    clock = Clock()
    children = Children(
        lambda child, job: setattr(clock, "now", clock.now + 1000) if len(children.all) == 1 else child.done(job)
    )
    transcript = RecordedTranscriber(Path("big"), launch=children, clock=clock).transcribe(said(2))
    assert len(children.all) == 2
    assert all(text.text for text in transcript.texts.values())
    assert transcript.problems == ()


def test_a_model_that_does_not_load_leaves_no_words_and_one_sentence() -> None:
    class Unloadable(Child):
        def send(self, sent: Any) -> None:
            self.say(Failed(number=None, reason=message("speech-model-no-memory", folder="big")))

    transcriber = RecordedTranscriber(Path("big"), launch=lambda inbox: Unloadable(inbox, Child.done))
    transcript = transcriber.transcribe(said(20))
    assert transcript.texts == {}
    assert reasons(transcript) == ["both", "speech-model-no-memory", "sound-only"]
    assert transcript.problems[0].state is ComponentState.DISABLED


def test_a_recognizer_that_never_comes_up_is_given_up() -> None:
    class Stillborn(Child):
        def send(self, sent: Any) -> None:
            self.say(ChildEnded())

    transcriber = RecordedTranscriber(Path("big"), launch=lambda inbox: Stillborn(inbox, Child.done))
    assert reasons(transcriber.transcribe(said(20))) == ["both", "transcriber-stopped", "sound-only"]


def test_without_a_model_nothing_is_read_and_it_is_said() -> None:
    transcript = RecordedTranscriber(None).transcribe(iter([]))
    assert reasons(transcript) == ["speech-model-none"]


# --- languages -------------------------------------------------------------------------------------------------------


def speaks(*languages: dict[str, float]) -> Children:
    """A caller whose windows are in these languages."""
    coming = list(languages)
    return Children(lambda child, job: child.done(job, coming.pop(0)))


def test_a_side_in_another_language_is_told_and_not_written_down() -> None:
    transcript = transcribe(speaks(SPANISH, SPANISH), said(4))
    assert [text.text for text in transcript.texts.values()] == 4 * [""]
    (problem,) = transcript.problems
    assert problem.cause is StatusCause.OTHER_LANGUAGE
    assert "Spanish" in str(problem.reason)


def test_half_a_minute_is_enough_to_tell() -> None:
    transcript = transcribe(speaks(SPANISH), said(2))
    assert len(transcript.problems) == 1


def test_what_such_a_side_says_in_the_expected_language_is_written_down() -> None:
    transcript = transcribe(speaks(ENGLISH, SPANISH, SPANISH), said(6))
    assert [bool(text.text) for text in transcript.texts.values()] == [True, True, False, False, False, False]


def test_a_language_that_is_set_beside_the_main_one_is_expected() -> None:
    transcript = transcribe(speaks(SPANISH, ENGLISH), said(4), languages=("en", "es"))
    assert all(text.text for text in transcript.texts.values())
    assert transcript.problems == ()
