"""The transcriber as the call sees it: utterances in, text events out; it loses none, and waits for no answer.

The sound of an utterance is kept here until its text has come. When the child process dies, hangs or runs out of
memory, it is started again and what is due is transcribed late; only an utterance that ends the child again and again
is given up, and that is said. What is worth most goes first: the caller's finals, the agent's finals, then partials,
which are only ever made of the newest sound and left away when time is short. The two sides are transcribed beside each
other, each in its order.

Runs on the thread of the call; `offer`, `submit` and `poll` belong to that one thread.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.child_process import ChildEnded, ChildProcess
from voiceassist.core.errors import system_reason
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus, StatusCause, Text, Utterance
from voiceassist.core.messages import Message, message
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.speech import cpu, degradation, tuning
from voiceassist.speech.language import LanguageCheck, counts, language_name
from voiceassist.speech.left_context import LeftContext
from voiceassist.speech.messages import Done, Failed, FromRecognizer, Job, Load, Ready, ToRecognizer
from voiceassist.speech.options import SpeechOptions
from voiceassist.speech.partial_text import PartialText
from voiceassist.speech.recognition_result import (
    NOT_SPOKEN,
    RecognitionResult,
    Rejection,
    partial_text_event,
    text_event,
)
from voiceassist.speech.short_input import doubled, frames_for

log = logging.getLogger(__name__)

COMPONENT = Component.TRANSCRIPTION

Inbox = queue.Queue[tuple["RecognizerProcess", FromRecognizer | ChildEnded]]
"""Where every process puts what it says, with itself as the sender."""


class RecognizerProcess(Protocol):
    """A `ChildProcess`, or in tests and measurements one that is made up."""

    def send(self, message: ToRecognizer, /) -> None: ...
    def end(self) -> None: ...


def launch_recognizer(inbox: Inbox, *, live: bool = True) -> ChildProcess[FromRecognizer]:
    """In a live call it steps behind the softphone. Raises `OSError` when the machine cannot."""
    return ChildProcess("speech", inbox, FromRecognizer, low_priority=live)


@dataclass(slots=True)
class _Due:
    utterance: Utterance
    sound: Samples
    offset: float
    since: float
    tries: int = 0


@dataclass(slots=True)
class _Running:
    number: int
    due: _Due | None
    speaking: OpenUtterance | None
    final: bool
    deadline: float
    seconds: float
    """Of sound."""


class Transcriber:
    def __init__(
        self,
        model: Path | None,
        options: SpeechOptions = SpeechOptions(),
        *,
        clock: Callable[[], float] = time.monotonic,
        launch: Callable[[Inbox], RecognizerProcess] | None = None,
    ) -> None:
        """`model` is the folder of a CTranslate2 Whisper model, or None: then there are no words, and that is said."""
        self._models = [] if model is None else [model, *options.smaller]
        self._options = options
        self._clock = clock
        self._launch = launch or partial(launch_recognizer, live=options.live)
        self._policy = self._new_policy()
        self._inbox: Inbox = queue.Queue()
        self._out: list[Text | ComponentStatus] = []
        self._status: ComponentStatus | None = None
        """As it was told last."""
        self._told_late = 0.0

        self._child: RecognizerProcess | None = None
        self._loaded = False
        self._name = ""
        """Of the model that was loaded last."""
        self._too_slow = ""
        """Name of the model that does not keep up on this machine."""
        self._loading_until = 0.0
        self._open_since = 0.0
        self._restart_at: float | None = None
        self._failures = 0
        self._off = model is None
        self._closing = False

        self._number = 0
        threads = options.threads or cpu.threads_for(cpu.available_cores())
        self._workers = min(threads, len(Channel))
        """Jobs at the same time, one of each side."""
        self._threads = threads // self._workers
        """Of one job."""
        self._running: dict[Channel, _Running] = {}
        self._due: dict[int, _Due] = {}
        self._offers: dict[Channel, OpenUtterance] = {}
        self._ahead: dict[Channel, tuple[Samples, RecognitionResult]] = {}
        self._languages = {channel: LanguageCheck(options.languages) for channel in Channel}
        self._likely: dict[Channel, str] = {}
        """Language of what a side said last that was long enough to tell."""
        self._doubtful: dict[Channel, list[Text]] = {channel: [] for channel in Channel}
        """What was written down since a side began to sound like another language."""
        self._contexts = {channel: LeftContext() for channel in Channel}
        self._partials: dict[int, PartialText] = {}
        """By open utterance."""
        self._cost: float | None = None
        """Seconds the recognizer takes for one frame of its input, in the running mean."""

    # --- what the call does -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the child, which loads the model by itself. Takes as long as starting a process."""
        if self._off:
            self._tell(ComponentState.DISABLED, message("speech-model-none"), StatusCause.NO_SPEECH_MODEL)
        else:
            self._open()

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        """Hand over a finished utterance; its text comes out of `poll`. Waits for no answer.

        `sound`: mono float32, 16 kHz, shape (n,), its first sample at `offset` seconds of the call.
        """
        if self._off:
            return
        due = _Due(utterance, np.array(sound, dtype="<f4"), offset, self._clock())
        self._offers.pop(utterance.channel, None)
        ahead = self._ahead.pop(utterance.channel, None)
        if ahead is not None and np.array_equal(ahead[0], due.sound):
            self._text(due, ahead[1])
            return
        self._due[utterance.id] = due
        running = self._running.get(utterance.channel)
        if running and running.final and running.speaking and np.array_equal(running.speaking.sound, due.sound):
            running.due, running.speaking = due, None  # it is being transcribed already
        self._forget_oldest()
        self._pump()

    def offer(self, speaking: OpenUtterance) -> None:
        """Show an open utterance as it stands. Used at the next `poll`, or not at all."""
        if not self._off and self._policy.partials < degradation.NO_PARTIALS:
            self._offers[speaking.channel] = speaking

    def poll(self) -> list[Text | ComponentStatus]:
        """What came since: texts, and the component's changes of state. Never waits."""
        self._pump()
        self._offers.clear()
        out, self._out = self._out, []
        return out

    def wait_for(self, utterance_id: int, timeout: float) -> None:
        """Wait until that utterance is answered or given up, at most `timeout` seconds. For recorded calls."""
        until = self._clock() + timeout
        while utterance_id in self._due and (left := until - self._clock()) > 0:
            self._pump(wait=min(left, 0.1))

    def close(self, timeout: float) -> list[Text | ComponentStatus]:
        """Finish what is due for at most `timeout` seconds, end the child, and return what came."""
        self._closing = True
        self._offers.clear()
        until = self._clock() + timeout
        self._pump()
        while self._due and not self._off and (left := until - self._clock()) > 0:
            self._pump(wait=min(left, 0.1))
        if self._due:
            self._tell(ComponentState.FAILED, message("transcription-unfinished", count=len(self._due)))
            self._due.clear()
        self._end_child()
        self._off = True
        out, self._out = self._out, []
        return out

    # --- the machinery ----------------------------------------------------------------------------------------------

    def _pump(self, wait: float = 0.0) -> None:
        """Take what the child said, see whether it still lives, and give it the next job."""
        try:
            while True:
                sender, said = self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait()
                wait = 0.0
                if sender is self._child:
                    self._take(said)
        except queue.Empty:
            pass
        if self._off:
            return
        self._watch()
        self._step_if_behind()
        self._give()

    def _take(self, said: FromRecognizer | ChildEnded) -> None:
        match said:
            case ChildEnded():
                self._crashed(message("transcriber-outdated" if said.other_version else "transcriber-stopped"))
            case Ready():
                self._opened(said)
            case Failed(number=None):
                self._not_loaded(said.reason)
            case Failed() | Done() if running := self._answered(said.number):
                if isinstance(said, Done):
                    self._done(running, said)
                elif running.due:
                    self._failed_again(running.due, said.reason)

    def _answered(self, number: int | None) -> _Running | None:
        """The job of that number, which is no longer running."""
        channel = next((channel for channel, running in self._running.items() if running.number == number), None)
        return self._running.pop(channel) if channel else None

    def _watch(self) -> None:
        now = self._clock()
        if self._restart_at is not None and now >= self._restart_at:
            self._open()
        elif self._child and not self._loaded and now > self._loading_until:
            self._crashed(message("transcriber-loading-hung"))
        elif any(now > running.deadline for running in self._running.values()):
            self._crashed(message("transcriber-hung"))

    def _give(self) -> None:
        """Give each side that has no job the one that is worth most, as far as there are workers."""
        if not self._loaded:
            return
        for due in sorted(self._due.values(), key=lambda d: (d.utterance.channel is Channel.AGENT, d.utterance.id)):
            if self._is_free(due.utterance.channel, alone=due.tries > 0):
                self._run(due.sound, final=True, due=due)
        waiting = {due.utterance.channel for due in self._due.values()}
        for speaking in sorted(self._offers.values(), key=_worth):
            if speaking.channel not in waiting and self._is_free(speaking.channel):
                self._look(speaking)

    def _is_free(self, channel: Channel, *, alone: bool = False) -> bool:
        """Whether there is a worker for that side. What failed once runs `alone`: nothing else is to fail with it."""
        beside = self._running.values()
        return (
            channel not in self._running
            and len(beside) < (1 if alone else self._workers)
            and not any(running.due and running.due.tries for running in beside)
        )

    def _look(self, speaking: OpenUtterance) -> None:
        """Transcribe an open utterance as far as it goes, if that is worth its time now."""
        if self._closing or (speaking.channel is Channel.AGENT and self._policy.partials > degradation.ALL_PARTIALS):
            return
        partial = self._partials.setdefault(speaking.utterance, PartialText())
        sound = speaking.sound
        rest = sound[partial.begin :]
        if speaking.pause < tuning.SETTLED:
            if not self._wants_partial(speaking, partial, len(rest)):
                return
            self._run(rest, final=False, speaking=speaking)
        elif speaking.pause >= tuning.WHOLE:
            if self._is_ahead(speaking):
                return
            self._run(sound, final=True, speaking=speaking)
        elif partial.complete_until < speaking.end:
            self._run(rest, final=False, speaking=speaking)
        else:
            return
        partial.looked_at = len(sound)

    def _wants_partial(self, speaking: OpenUtterance, partial: PartialText, samples: int) -> bool:
        """Whether `samples` of sound in which somebody is speaking are worth a look."""
        if self._languages[speaking.channel].other:
            return False
        cost = self._predict(samples / SAMPLE_RATE, final=False)
        # A pause that is about to settle will want the recognizer at once: nothing is begun that would be in its way.
        held = [speaking] if self._workers > 1 else self._offers.values()
        settling = [tuning.SETTLED - s.pause for s in held if s.pause >= tuning.PAUSING]
        if cost > min([tuning.PARTIAL_BUDGET, *(left for left in settling if left > 0)]):
            return False
        if not partial.looked_at:
            return speaking.end - speaking.start >= tuning.FIRST_PARTIAL
        step = tuning.PARTIAL_STEP if partial.shown else tuning.FIRST_PARTIAL
        new = (len(speaking.sound) - partial.looked_at) / SAMPLE_RATE
        return new >= max(step, tuning.PARTIAL_SHARE * samples / SAMPLE_RATE, 2 * cost)

    def _is_ahead(self, speaking: OpenUtterance) -> bool:
        """Whether the final text of this sound is there already."""
        ahead = self._ahead.get(speaking.channel)
        return ahead is not None and np.array_equal(ahead[0], speaking.sound)

    def _run(
        self,
        sound: Samples,
        *,
        final: bool,
        due: _Due | None = None,
        speaking: OpenUtterance | None = None,
    ) -> None:
        assert self._child is not None
        self._number += 1
        before, context = self._context(due, speaking, len(sound)) if final else (sound[:0], "")
        length, now = (len(before) + len(sound)) / SAMPLE_RATE, self._clock()
        # Twice as long with every try, and for a recorded call: a machine may be busier than it was ever measured.
        patience = 2 ** (due.tries if due else 0) * (1 if self._options.live else tuning.HUNG_RECORDED)
        deadline = now + patience * max(tuning.HUNG_LEAST, tuning.HUNG_TIMES * self._predict(length, final=final))
        of = due.utterance if due else speaking
        assert of is not None
        channel = of.channel
        self._running[channel] = _Running(self._number, due, speaking, final, deadline, length)
        self._child.send(
            Job(
                number=self._number,
                sound=np.ascontiguousarray(np.concatenate([before, sound]), dtype="<f4").tobytes(),
                final=final,
                context=context,
                context_samples=len(before),
                likely=self._likely.get(channel, "") if len(self._options.languages) != 1 else "",
            )
        )

    def _context(self, due: _Due | None, speaking: OpenUtterance | None, samples: int) -> tuple[Samples, str]:
        """Sound and words of the same side before an utterance. Its texts come in order, so they are there by then."""
        of = due.utterance if due else speaking
        if of is None or len(self._options.languages) != 1:
            return np.zeros(0, np.float32), ""  # what was said before may have been in another language
        return self._contexts[of.channel].before(of.start, samples / SAMPLE_RATE)

    def _predict(self, length: float, *, final: bool) -> float:
        """Seconds the recognizer will take for `length` seconds of sound."""
        return tuning.COST_GUESS if self._cost is None else self._cost * self._frames(length, final)

    def _frames(self, length: float, final: bool) -> int:
        floor = tuning.FLOOR_FRAMES if final else tuning.PARTIAL_FLOOR_FRAMES
        return frames_for(length, floor) if self._options.short_input else tuning.PADDED_FRAMES

    # --- answers ----------------------------------------------------------------------------------------------------

    def _done(self, running: _Running, done: Done) -> None:
        self._failures = 0
        if not done.result.rejected:
            cost = done.seconds / self._frames(running.seconds, running.final)
            self._cost = cost if self._cost is None else 0.7 * self._cost + 0.3 * cost
        if running.due:
            self._text(running.due, done.result)
        elif running.speaking:
            if running.final:
                self._ahead[running.speaking.channel] = (np.array(running.speaking.sound, "<f4"), done.result)
            self._partial(running.speaking, done.result, whole=running.final)

    def _text(self, due: _Due, result: RecognitionResult) -> None:
        utterance = due.utterance
        self._due.pop(utterance.id, None)
        self._forget_partials(utterance.id)
        changed = self._check_language(utterance.channel, result, len(due.sound) / SAMPLE_RATE)
        if self._languages[utterance.channel].is_foreign(result.languages, len(due.sound) / SAMPLE_RATE):
            result = msgspec.structs.replace(result, text="", words=(), rejected=Rejection.OTHER_LANGUAGE)
        text = text_event(
            result,
            utterance=utterance.id,
            channel=utterance.channel,
            start=utterance.start,
            end=utterance.end,
            offset=due.offset,
            model=self._name,
        )
        self._contexts[utterance.channel].add(utterance.start, utterance.end, due.sound, result.words)
        self._out.append(text)
        doubtful = self._doubtful[utterance.channel]
        if changed:
            self._out += [msgspec.structs.replace(said, text="", words=()) for said in doubtful]
            self._tell_working()
        if self._languages[utterance.channel].doubtful and text.text:
            doubtful.append(text)
        else:
            doubtful.clear()

    def _check_language(self, channel: Channel, result: RecognitionResult, seconds: float) -> bool:
        """Whether that side turns out to be in another language than before."""
        if result.rejected in NOT_SPOKEN:
            return False
        if counts(result.languages, seconds):
            self._likely[channel] = result.language
        return self._languages[channel].add(result.languages, seconds)

    def _partial(self, speaking: OpenUtterance, result: RecognitionResult, *, whole: bool) -> None:
        partial = self._partials.setdefault(speaking.utterance, PartialText())
        if partial.complete_until >= speaking.end or (whole and partial.pieces):
            return  # these words are there already, or all but the last ones
        settled = speaking.pause >= tuning.SETTLED
        # Very short input now and then repeats itself.
        said = "" if doubled(result.text) or result.capped or self._languages[speaking.channel].other else result.text
        if settled:
            text, stable = partial.complete(said, len(speaking.sound), speaking.end)
        else:
            text, stable = partial.add(said) if said else ("", 0)
        if not said:
            return
        self._out.append(
            partial_text_event(
                result,
                utterance=speaking.utterance,
                channel=speaking.channel,
                start=speaking.start,
                end=speaking.end,
                text=text,
                stable=stable,
                model=self._name,
            )
        )

    def _forget_partials(self, utterance: int) -> None:
        for old in [u for u in self._partials if u <= utterance]:
            del self._partials[old]

    # --- falling behind ---------------------------------------------------------------------------------------------

    def _step_if_behind(self) -> None:
        if not self._options.live or not self._loaded:
            return
        now = self._clock()
        late, model = max((now - d.since for d in self._due.values()), default=0.0), self._policy.model
        # What waited for the model to load says nothing about the machine.
        waited = max((now - max(d.since, self._open_since) for d in self._due.values()), default=0.0)
        backlog = sum(len(d.sound) for d in self._due.values()) / SAMPLE_RATE
        changed = self._policy.update(now, waited, backlog)
        if late > tuning.BEHIND:
            if changed or abs(late - self._told_late) >= tuning.TELL_EVERY:
                self._told_late = late
                late_by, why = message("transcription-late", seconds=round(late)), self._reduced()
                self._tell(ComponentState.DEGRADED, message("both", first=late_by, second=why) if why else late_by)
        elif changed or self._told_late:
            self._told_late = 0.0
            if self._policy.reduced:
                self._tell(ComponentState.DEGRADED, self._reduced())
            else:
                self._tell_working()
        if self._policy.model != model:
            self._load()

    def _new_policy(self) -> degradation.DegradationPolicy:
        return degradation.DegradationPolicy(len(self._models) - 1, partials=self._options.partials)

    def _transcribing(self) -> Message:
        if self._too_slow:
            return message("transcribing-instead", model=self._name, slow=self._too_slow)
        return message("transcribing", model=self._name)

    def _reduced(self) -> Message | None:
        """What is left out because the machine is busy."""
        if self._policy.model:
            return message("transcription-smaller-model", model=self._models[self._policy.model].name)
        if self._policy.partials == degradation.NO_PARTIALS and self._options.partials:
            return message("transcription-no-partials")
        if self._policy.partials == degradation.CALLER_PARTIALS:
            return message("transcription-no-agent-partials")
        return None

    def _forget_oldest(self) -> None:
        """Keep what waits within bounds, when nothing has been able to transcribe it for a very long time."""
        while sum(len(d.sound) for d in self._due.values()) > tuning.KEPT_SPEECH * SAMPLE_RATE:
            oldest = min(self._due.values(), key=lambda d: d.since)
            self._give_up(oldest, message("transcription-backlog", minutes=round(tuning.KEPT_SPEECH / 60)))

    # --- staying alive ----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Start a child and have it load the model."""
        self._restart_at = None
        try:
            self._child = self._launch(self._inbox)
        except OSError as error:
            self._crashed(message("transcriber-not-started", reason=system_reason(error)))
            return
        self._load()

    def _load(self) -> None:
        assert self._child is not None
        folder = self._models[self._policy.model]
        if self._status is None:
            self._tell(ComponentState.STARTING, message("speech-model-loading"))
        self._loaded = False
        self._cost = None
        self._ahead.clear()
        self._loading_until = self._clock() + tuning.LOADING_MOST
        self._child.send(
            Load(
                folder=str(folder),
                threads=self._threads,
                languages=self._options.languages,
                terms=self._options.terms,
                short_input=self._options.short_input,
                workers=self._workers,
            )
        )

    def _opened(self, ready: Ready) -> None:
        is_last = self._policy.model == len(self._models) - 1
        if self._options.live and not self._name and not is_last and not cpu.keeps_up(ready.probe):
            self._too_slow = ready.name
            self._models = self._models[self._policy.model + 1 :]
            self._policy = self._new_policy()
            self._load()
            return
        self._loaded, self._name, self._open_since = True, ready.name, self._clock()
        self._cost = ready.probe * cpu.FINAL_OVER_PROBE / self._frames(5.0, final=True)
        if self._due and self._options.live:
            catching_up = message("transcription-catching-up", count=len(self._due))
            self._tell(ComponentState.DEGRADED, message("both", first=self._transcribing(), second=catching_up))
            self._told_late = tuning.BEHIND
        else:
            self._tell_working()

    def _not_loaded(self, reason: Message) -> None:
        self._failures += 1
        if self._policy.fall_back():
            self._tell(ComponentState.FAILED, message("both", first=reason, second=message("trying-smaller-model")))
            self._load()
        elif not self._options.live:
            self._switch_off(reason)
        else:
            self._tell(ComponentState.FAILED, message("both", first=reason, second=message("sound-only-retrying")))
            self._end_child()
            self._restart_later()

    def _crashed(self, how: Message) -> None:
        log.warning("%s", how)
        lost, was_loaded = [running.due for running in self._running.values() if running.due], self._loaded
        self._end_child()
        self._failures += 1
        for due in lost:
            self._failed_again(due, how)
        if not was_loaded and not self._options.live and self._failures >= tuning.CRASHES:
            self._switch_off(how)
            return
        self._tell(ComponentState.FAILED, message("both", first=how, second=message("transcriber-restarting")))
        self._restart_later()

    def _failed_again(self, due: _Due, reason: Message) -> None:
        due.tries += 1
        if due.tries >= tuning.CRASHES:
            self._give_up(due, reason)

    def _give_up(self, due: _Due, reason: Message) -> None:
        """The one way an utterance stays without text: it is told, and an empty final closes the utterance."""
        utterance = due.utterance
        self._text(due, RecognitionResult("", rejected=Rejection.NOT_TRANSCRIBED))
        key = "agent-not-transcribed" if utterance.channel is Channel.AGENT else "caller-not-transcribed"
        self._tell(ComponentState.DEGRADED, message(key, start=utterance.start, end=utterance.end, reason=reason))

    def _restart_later(self) -> None:
        wait = min(tuning.RESTART_FIRST * 2 ** (self._failures - 1), tuning.RESTART_MOST)
        self._restart_at = self._clock() + wait

    def _switch_off(self, reason: Message) -> None:
        self._end_child()
        self._due.clear()
        self._off = True
        self._tell(ComponentState.DISABLED, message("both", first=reason, second=message("sound-only")))

    def _end_child(self) -> None:
        if self._child:
            self._child.end()
        self._child, self._loaded = None, False
        self._running.clear()

    def _tell_working(self) -> None:
        """Nothing is late or left out."""
        for channel, check in self._languages.items():
            if check.other:
                heard = language_name(check.other)
                key = "other-language-agent" if channel is Channel.AGENT else "other-language-caller"
                names: list[str | Message] = [language_name(code) for code in self._options.languages]
                self._tell(
                    ComponentState.DEGRADED, message(key, heard=heard, expected=names), StatusCause.OTHER_LANGUAGE
                )
                return
        self._tell(ComponentState.OK, self._transcribing())

    def _tell(self, state: ComponentState, reason: Message | None, cause: StatusCause | None = None) -> None:
        status = ComponentStatus(t=0.0, component=COMPONENT, state=state, reason=reason, cause=cause)
        if status != self._status:
            self._status = status
            self._out.append(status)


def _worth(speaking: OpenUtterance) -> tuple[bool, bool]:
    """Settled ones first, then the caller's."""
    return speaking.pause < tuning.SETTLED, speaking.channel is Channel.AGENT
