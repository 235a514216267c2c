"""Words of real two-sided calls through the live path: how soon they are on screen, what they cost, how many are wrong.

    python -m tests.bench.live_words --model tiny.en base --call auto_repairs_40 bill --threads 2

Ours is a live call on a virtual clock: engine, scheduling and recognizer are the real ones, both sides go in 32 ms at a
time, and an answer comes as long after its job as the recognizer really took for it. Beside it, on the same utterances
and the same clock: `plain` hands each finished utterance to `WhisperModel.transcribe` (beam 5 and 1), one after the
other; `agreement` is LocalAgreement-2 (an open utterance is transcribed anew with every second of speech, both sides on
one worker). Run it on a quiet machine; with `--threads 1` processor time is what counts, and the machine may be busy.

Figures: *on screen*, from the last word of an utterance until so many words stand as will in the end, stable or final;
*final* and *first*, from the last word to the final text and from the first word to any; median, 95 %, worst. Where an
utterance begins and ends is what voice activity detection says. *Corrected*: share of words that the final text changed
after they were on screen.

Calls: a name of the natural demo calls, or NAME for NAME_agent.wav and NAME_caller.wav in `--calls`, whose texts are
in `--sides` (see `word_errors`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile

from models.speech import default_store
from tests.bench.word_errors import errors, read
from tests.calls.words import plain as spelled_out
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, Channel, ComponentStatus, Text, Utterance
from voiceassist.session.demo_assets import CALLS
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import LiveInputs
from voiceassist.session.runner import CallRunner
from voiceassist.speech import SpeechOptions, Transcriber, worker
from voiceassist.speech.messages import FromRecognizer, Job, Load, Ready, ToRecognizer
from voiceassist.speech.whisper import WhisperRecognizer

TICK = 512
"""Samples that arrive at once."""


@dataclass(frozen=True)
class Call:
    name: str
    sides: dict[Channel, Samples]
    said: dict[Channel, str]
    language: str = "en"

    @property
    def minutes(self) -> float:
        return len(self.sides[Channel.AGENT]) / SAMPLE_RATE / 60


@dataclass
class Heard:
    """What came when. Seconds of the call."""

    utterances: dict[int, Utterance] = field(default_factory=dict)
    texts: list[tuple[float, Text]] = field(default_factory=list)
    spent: float = 0.0
    """Processor seconds."""
    jobs: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def load(name: str, calls: Path, texts: Path) -> Call:
    if name in CALLS:
        sound, _ = soundfile.read(CALLS[name].sound, dtype="float32", always_2d=True)
        truth = json.loads(CALLS[name].truth.read_text(encoding="utf-8"))
        said = {c: " ".join(line["text"] for line in truth["lines"] if line["who"] == c) for c in Channel}
        return Call(name, {c: sound[:, i].copy() for i, c in enumerate(Channel)}, said, truth["language"])
    sides = {c: read(calls / f"{name}_{c}.wav") for c in Channel}
    length = max(map(len, sides.values()))
    sides = {c: np.pad(s, (0, length - len(s))) for c, s in sides.items()}
    kept = {c: texts / f"{name}_{c}.txt" for c in Channel}
    return Call(name, sides, {c: p.read_text() if p.exists() else "" for c, p in kept.items()})


# --- what takes time ------------------------------------------------------------------------------------------------


class Costs:
    """Runs something real and says how long it took; what was run before is remembered in a folder, if there is one."""

    def __init__(self, threads: int, cache: Path | None) -> None:
        self._clock = time.process_time if threads == 1 else time.perf_counter
        self._cache = cache

    def run(self, key: str, work: Callable[[], Any]) -> tuple[Any, float, float]:
        """Result, seconds it took, processor seconds."""
        path = self._cache / f"live-{hashlib.sha256(key.encode()).hexdigest()[:24]}.pickle" if self._cache else None
        if path is not None and path.exists():
            return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]
        begin, processor = self._clock(), time.process_time()
        result = work()
        outcome = result, self._clock() - begin, time.process_time() - processor
        if path is not None:
            path.write_bytes(pickle.dumps(outcome))
        return outcome


class InlineChild:
    """The recognizer's child, run in this process; its answers come when they would have come."""

    def __init__(self, inbox: queue.Queue[Any], recognizer: WhisperRecognizer, costs: Costs, heard: Heard) -> None:
        self._inbox, self._recognizer, self._costs, self._heard = inbox, recognizer, costs, heard
        self._answers: list[tuple[float, FromRecognizer]] = []
        self._probe = recognizer.probe()
        self.now = 0.0

    def send(self, message: ToRecognizer) -> None:
        if isinstance(message, Load):
            self._answers.append((self.now, Ready(name=self._recognizer.name, probe=self._probe)))
            return
        assert isinstance(message, Job)
        job = message
        sound = hashlib.sha256(job.sound).hexdigest()
        key = f"{self._recognizer.name} {sound} {job.final} {job.context}"
        answer, took, spent = self._costs.run(key, lambda: worker._answer(self._recognizer, job))
        self._heard.spent += spent
        kind = "final" if job.final else "partial"
        self._heard.jobs[kind] = self._heard.jobs.get(kind, 0) + 1
        self._answers.append((self.now + took, msgspec.structs.replace(answer, number=job.number, seconds=took)))

    def tick(self, now: float) -> None:
        self.now = now
        for due in [a for a in self._answers if a[0] <= now]:
            self._answers.remove(due)
            self._inbox.put((self, due[1]))

    def end(self) -> None:
        pass


def ours(call: Call, recognizer: WhisperRecognizer, costs: Costs) -> Heard:
    heard = Heard()
    now, ended = 0.0, False
    children: list[InlineChild] = []

    def launch(inbox: queue.Queue[Any]) -> InlineChild:
        children.append(InlineChild(inbox, recognizer, costs, heard))
        return children[-1]

    def listen(event: AnyEvent) -> None:
        if isinstance(event, Utterance):
            heard.utterances[event.id] = event
        elif isinstance(event, Text):
            heard.texts.append((now, event))
        elif isinstance(event, ComponentStatus) and event.state.impaired:
            heard.told.append(f"{now:.1f} s: {event.reason}")

    options = SpeechOptions(languages=(call.language,))

    def clock() -> float:
        nonlocal now
        if ended:  # it waits for what is still due, and nothing else moves the clock
            now += 0.01
            children[-1].tick(now)
        return now

    transcriber = Transcriber(Path(recognizer.name), options, clock=clock, launch=launch)
    runner = CallRunner(CallEngine(), LiveInputs(transcriber), [listen])
    runner.start()
    for at in range(0, len(call.sides[Channel.AGENT]), TICK):
        now = at / SAMPLE_RATE
        children[-1].tick(now)
        runner.push(*(side[at : at + TICK] for side in call.sides.values()))
    ended = True
    runner.finish()
    return heard


# --- the others -----------------------------------------------------------------------------------------------------


def utterances(call: Call) -> list[tuple[float, Utterance, Samples]]:
    """When each is known to be over, and its sound: what the engine hands over."""
    engine = CallEngine()
    engine.start()
    found = []
    for at in range(0, len(call.sides[Channel.AGENT]), TICK):
        for event in engine.push(*(s[at : at + TICK] for s in call.sides.values())):
            if isinstance(event, Utterance):
                found.append((engine.now, event, engine.utterance_sound(event)))
    for event in engine.finish():
        if isinstance(event, Utterance):
            found.append((engine.now, event, engine.utterance_sound(event)))
    return found


def transcribe(recognizer: WhisperRecognizer, call: Call, sound: Samples, beam: int, costs: Costs) -> Any:
    key = f"{recognizer.name} plain {hashlib.sha256(sound.tobytes()).hexdigest()} {beam} {call.language}"

    def work() -> str:
        segments, _ = recognizer._model.transcribe(sound, language=call.language, beam_size=beam)
        return " ".join(s.text.strip() for s in segments)

    return costs.run(key, work)


def plain(call: Call, recognizer: WhisperRecognizer, beam: int, costs: Costs) -> Heard:
    heard, free = Heard(), 0.0
    for known, utterance, sound in utterances(call):
        text, took, spent = transcribe(recognizer, call, sound, beam, costs)
        free = max(free, known) + took
        heard.spent += spent
        heard.utterances[utterance.id] = utterance
        heard.texts.append((free, _text(utterance, text, True)))
    return heard


def agreement(call: Call, recognizer: WhisperRecognizer, costs: Costs) -> Heard:
    """Each second of speech, and once more when the utterance is over."""
    heard, now = Heard(), 0.0
    waiting: list[tuple[float, float, Utterance, Samples, bool]] = []
    for known, utterance, sound in utterances(call):
        heard.utterances[utterance.id] = utterance
        before = (len(sound) / SAMPLE_RATE) - (utterance.end - utterance.start) - 0.25
        for second in np.arange(1.0, utterance.end - utterance.start, 1.0):
            until = round((before + second) * SAMPLE_RATE)
            waiting.append((utterance.start + second, known, utterance, sound[:until], False))
        waiting.append((known, known, utterance, sound, True))
    said: dict[int, list[str]] = {}
    while waiting:
        now = max(now, min(w[0] for w in waiting))
        # Of each utterance only the newest sound counts; the one whose sound has waited longest goes first.
        ready = {}
        for w in sorted((w for w in waiting if w[0] <= now), key=lambda w: w[0]):
            ready[w[2].id] = w
        chosen = min(ready.values(), key=lambda w: w[0])
        waiting = [w for w in waiting if w[2].id != chosen[2].id or w[0] > chosen[0]]
        text, took, spent = transcribe(recognizer, call, chosen[3], 5, costs)
        now += took
        heard.spent += spent
        words, last = text.split(), said.get(chosen[2].id, [])
        common = next(
            (i for i, (a, b) in enumerate(zip(words, last, strict=False)) if a != b), min(len(words), len(last))
        )
        said[chosen[2].id] = words
        heard.texts.append((now, _text(chosen[2], text, chosen[4], len(" ".join(words[:common])))))
    return heard


def _text(utterance: Utterance, text: str, final: bool, stable: int = 0) -> Text:
    return Text(
        t=0.0,
        utterance=utterance.id,
        channel=utterance.channel,
        start=utterance.start,
        end=utterance.end,
        text=text,
        final=final,
        stable=stable,
    )


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass
class Figures:
    shown: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    corrected: int = 0
    words: int = 0


def figures(heard: Heard) -> Figures:
    found = Figures()
    for number, utterance in heard.utterances.items():
        texts = [(at, t) for at, t in heard.texts if t.utterance == number]
        done = next(((at, t) for at, t in texts if t.final), None)
        if done is None or not done[1].text:
            continue
        words = _words(done[1].text)
        found.final.append(done[0] - utterance.end)
        found.first.append(next(at for at, t in texts if t.text) - utterance.start)
        shown = [(at, _words(t.text if t.final else t.text[: t.stable])) for at, t in texts]
        at, said = next((at, said) for at, said in shown if len(said) >= len(words))
        found.shown.append(at - utterance.end)
        same = sum(block.size for block in SequenceMatcher(None, said, words, autojunk=False).get_matching_blocks())
        found.corrected += len(words) - same
        found.words += len(words)
    return found


def _words(text: str) -> list[str]:
    return ["".join(c for c in word if c.isalnum()) for word in text.lower().split()]


def wrong(call: Call, heard: Heard) -> tuple[int, int]:
    """Words in error, and words said."""
    total = np.zeros(4, int)
    for channel, said in call.said.items():
        last = {t.utterance: t for _, t in heard.texts if t.final and t.channel is channel}
        text = " ".join(t.text for t in sorted(last.values(), key=lambda t: t.start))
        if said:
            if call.name in CALLS:
                said, text = spelled_out(said, call.language), spelled_out(text, call.language)
            total += errors(said, text, call.language)
    return int(total[1:].sum()), int(total[0])


def row(label: str, calls: list[Call], heard: list[Heard]) -> str:
    each = [figures(h) for h in heard]
    minutes = sum(c.minutes for c in calls)
    spans = [
        "{:5.2f} {:5.2f} {:5.2f}".format(*np.percentile([x for f in each for x in getattr(f, name)], (50, 95, 100)))
        for name in ("shown", "final", "first")
    ]
    bad, said = np.sum([wrong(c, h) for c, h in zip(calls, heard, strict=True)], axis=0)
    corrected = sum(f.corrected for f in each) / max(sum(f.words for f in each), 1)
    jobs = {kind: sum(h.jobs.get(kind, 0) for h in heard) for kind in ("final", "partial")}
    return (
        f"  {label:13} on screen {spans[0]}  final {spans[1]}  first {spans[2]} s  "
        f"CPU {sum(h.spent for h in heard) / minutes:5.1f} s/min  errors {100 * bad / max(said, 1):5.1f} % of {said}  "
        f"corrected {100 * corrected:4.1f} %"
        + (
            f"  {jobs['final']} finals, {jobs['partial']} partials of {sum(len(f.final) for f in each)}"
            if jobs["final"]
            else ""
        )
    )


def systems(
    names: list[str], recognizer: WhisperRecognizer, costs: Costs
) -> Iterator[tuple[str, Callable[[Call], Heard]]]:
    every: dict[str, Callable[[Call], Heard]] = {
        "ours": lambda call: ours(call, recognizer, costs),
        "plain-5": lambda call: plain(call, recognizer, 5, costs),
        "plain-1": lambda call: plain(call, recognizer, 1, costs),
        "agreement": lambda call: agreement(call, recognizer, costs),
    }
    yield from ((name, every[name]) for name in names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=["tiny.en"])
    parser.add_argument("--call", nargs="+", default=["auto_repairs_40"])
    parser.add_argument("--calls", type=Path, default=Path("../shared/data/calls"))
    parser.add_argument("--sides", type=Path, default=Path("../shared/data/sides"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cache", type=Path, help="folder in which results and times are kept")
    parser.add_argument("--system", nargs="+", default=["ours", "plain-5", "plain-1", "agreement"])
    parser.add_argument("--late", type=float, help="print what was on screen later than so many seconds")
    arguments = parser.parse_args()
    calls = [load(name, arguments.calls, arguments.sides) for name in arguments.call]
    for model in arguments.model:
        folder, languages = default_store().find(model), (calls[0].language,)
        recognizer = WhisperRecognizer(folder, threads=arguments.threads, languages=languages)
        print(f"{model}, {arguments.threads} thread(s), {', '.join(arguments.call)}; median, 95 %, worst", flush=True)
        for label, run in systems(arguments.system, recognizer, Costs(arguments.threads, arguments.cache)):
            heard = [run(call) for call in calls]
            print(row(label, calls, heard), flush=True)
            for one in heard:
                for said in one.told:
                    print(f"    {said}")
                if arguments.late and label == "ours":
                    _print_late(one, arguments.late)


def _print_late(heard: Heard, limit: float) -> None:
    for number, utterance in heard.utterances.items():
        texts = [(at - utterance.end, t) for at, t in heard.texts if t.utterance == number]
        first = next((at + utterance.end - utterance.start for at, t in texts if t.text), 0.0)
        if first > limit or any(t.final and t.text and at > limit for at, t in texts):
            print(f"    {utterance.channel} {utterance.start:.2f}-{utterance.end:.2f}, first text after {first:.2f} s")
            for at, t in texts:
                shown = t.text if t.final else f"{t.text[: t.stable]} | {t.text[t.stable :]}"
                print(f"      {at:+6.2f} {'final' if t.final else '     '} {shown}")


if __name__ == "__main__":
    main()
