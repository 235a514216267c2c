"""How soon words are there, what that costs, and whether the delay stays bounded: ours against two others.

    python -m tests.bench.speech_latency [--shapes small medium] [--minutes 60] [--threads 1]

Models have Whisper's true shape and vocabulary size and random weights (make_shape_models.py), with the number of
tokens forced to that of fluent English, so that all three do the same work on the same sound in the same run.

What a job costs is measured by running it; which job runs when is played on a virtual clock, by the transcriber itself
(ours) or by the other's published policy. So an hour takes a minute. On one thread cost is the CPU time of the process,
so that a busy machine does not blur the result; on more it is the least time by the clock, so let the machine be idle.
"Busy" is how many seconds of a minute the recognizer works: CPU seconds on one thread.

- plain: `WhisperModel.transcribe` on each utterance when its end is known; beam 1, and beam 5 (the library's default).
- agreement: LocalAgreement-2 over a growing buffer as in whisper_streaming (1-s chunks, beam 5, word times, the last
  words as prompt), with voice activity: the buffer ends with the utterance, after one last pass.
"""

from __future__ import annotations

import argparse
import itertools
import queue
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.make_shape_models import SHAPES, make
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import Channel, ComponentStatus, Text, Utterance
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.core.tuning import SpeechTuning
from voiceassist.speech import SpeechOptions, Transcriber
from voiceassist.speech.messages import Done, FromRecognizer, Load, Ready, ToRecognizer
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.short_input import frames_for

TOKENS_A_SECOND = 3.3
"""2.5 words a second of 1.3 tokens each."""
GRID = (1.0, 3.0, 6.0, 12.0)
"""Durations at which costs are measured; in between they are interpolated."""
TICK = 0.04
ENDPOINT = SpeechTuning().utterance_pause
PREROLL, POSTROLL = SpeechTuning().preroll, SpeechTuning().postroll

Cost = Callable[[float], float]
"""Seconds a job takes for so many seconds of sound."""


@dataclass(frozen=True)
class Costs:
    load: float
    probe: float
    final: Cost
    partial: Cost
    plain: Cost
    plain_beam5: Cost
    agreement: Cost


@dataclass(frozen=True)
class Turn:
    channel: Channel
    start: float
    end: float
    pauses: tuple[tuple[float, float], ...] = ()
    """Inside it, too short to end it."""

    def heard(self, now: float) -> float:
        """End of what was said by `now`."""
        return next((a for a, b in self.pauses if a <= now < b), min(now, self.end))


@dataclass
class Outcome:
    """`final`: from the true end of speech to the final text; `first`: from its start to the first text."""

    turns: list[Turn]
    final: list[float]
    first: list[float]
    busy: float
    told: list[str]


# --- what things cost -----------------------------------------------------------------------------------------------


def measure(folder: Path, threads: int, repeats: int = 3) -> Costs:
    from voiceassist.speech import whisper

    begin = time.process_time()
    recognizer = whisper.WhisperRecognizer(folder, threads=threads)
    load = time.process_time() - begin
    clock = time.process_time if threads == 1 else time.perf_counter
    whisper.token_cap = _tokens  # type: ignore[assignment, attr-defined]
    model = recognizer._model

    def window(final: bool) -> Callable[[np.ndarray], object]:
        def run(sound: np.ndarray) -> object:
            features = model.feature_extractor(sound)
            return recognizer._window(features[:, :-1], frames_for(len(sound) / SAMPLE_RATE), final)

        return run

    def plain(beam: int) -> Callable[[np.ndarray], object]:
        def run(sound: np.ndarray) -> object:
            segments, _ = model.transcribe(sound, language="en", **_equal(beam, sound))
            return list(segments)

        return run

    def agreement(sound: np.ndarray) -> object:
        options = _equal(5, sound) | {"word_timestamps": True, "initial_prompt": list(range(300, 340))}
        segments, _ = model.transcribe(sound, language="en", **options)
        # The library goes back for what follows the last word; random words end anywhere, so only one pass counts.
        return next(iter(segments), None)

    return Costs(
        load=load,
        probe=_probe(recognizer, clock),
        final=_curve(window(True), repeats, clock),
        partial=_curve(window(False), repeats, clock),
        plain=_curve(plain(1), repeats, clock),
        plain_beam5=_curve(plain(5), repeats, clock),
        agreement=_curve(agreement, repeats, clock),
    )


def _probe(recognizer: object, clock: Callable[[], float]) -> float:
    begin = clock()
    recognizer.probe()  # type: ignore[attr-defined]
    return (clock() - begin) / 4


def _equal(beam: int, sound: np.ndarray) -> dict[str, Any]:
    """The same tokens for everybody, and no second tries, which random words would always need."""
    # CTranslate2 writes at most half of max_length, hence twice.
    return {"beam_size": beam, "temperature": [0.0], "max_new_tokens": 2 * _tokens(len(sound) / SAMPLE_RATE)}


def _tokens(seconds: float) -> int:
    return int(TOKENS_A_SECOND * seconds) + 1


def _curve(run: Callable[[np.ndarray], object], repeats: int, clock: Callable[[], float]) -> Cost:
    costs = []
    for seconds in GRID:
        sound = np.random.default_rng(int(seconds)).normal(0, 0.1, int(seconds * SAMPLE_RATE)).astype(np.float32)
        best = float("inf")
        for _ in range(repeats):
            begin = clock()
            run(sound)
            best = min(best, clock() - begin)
        costs.append(best)
    return lambda seconds: float(np.interp(seconds, GRID, costs))


# --- two people talking ---------------------------------------------------------------------------------------------


def conversation(minutes: float, seed: int = 1) -> list[Turn]:
    """Turns that fill 80 % of the time, a fifth of them over the other's end, one in ten at once with the other."""
    rng = np.random.default_rng(seed)
    turns: list[Turn] = []
    now = 1.0
    for speaker in itertools.cycle(Channel):
        if now > minutes * 60:
            return sorted(turns, key=lambda t: t.start)
        for _ in range(rng.integers(1, 4)):
            length = float(np.clip(rng.lognormal(1.0, 0.65), 0.5, 15.0))
            turns.append(Turn(speaker, now, now + length, _pauses(rng, now, now + length)))
            if rng.random() < 0.1:
                other = now + 0.3 * length
                turns.append(Turn(speaker.other, other, other + min(1.0, 0.5 * length)))
            now += length + 0.6 + float(rng.exponential(0.15))
        now += float(rng.choice([-0.8, 0.1], p=[0.2, 0.8]))
    raise AssertionError


def _pauses(rng: np.random.Generator, start: float, end: float) -> tuple[tuple[float, float], ...]:
    """One every second and a half, 0.1 to 0.5 s long."""
    found = []
    at = start + 0.4 + float(rng.exponential(1.5))
    while at + 0.5 < end - 0.3:
        found.append((at, at + float(rng.uniform(0.1, 0.5))))
        at = found[-1][1] + 0.4 + float(rng.exponential(1.5))
    return tuple(found)


def talk_share(turns: list[Turn]) -> float:
    return sum(t.end - t.start for t in turns) / max(t.end for t in turns)


# --- the three of them ----------------------------------------------------------------------------------------------


class VirtualChild:
    """Answers every job when its measured time is over."""

    def __init__(self, inbox: queue.Queue[Any], costs: Costs, clock: Callable[[], float]) -> None:
        self._inbox, self._costs, self._clock = inbox, costs, clock
        self._answers: list[tuple[float, FromRecognizer]] = []
        self.cpu = 0.0

    def send(self, message: ToRecognizer) -> None:
        if isinstance(message, Load):
            self._later(self._costs.load, Ready(name="model", probe=self._costs.probe))
            return
        seconds = len(message.sound) / 4 / SAMPLE_RATE
        cost = (self._costs.final if message.final else self._costs.partial)(seconds)
        done = Done(message.number, RecognitionResult("words " * int(2.5 * seconds), language="en", logprob=-0.3), cost)
        self._later(cost, done)

    def _later(self, cost: float, message: FromRecognizer) -> None:
        self.cpu += cost
        self._answers.append((self._clock() + cost, message))

    def tick(self) -> None:
        for answer in [a for a in self._answers if a[0] <= self._clock()]:
            self._answers.remove(answer)
            self._inbox.put((self, answer[1]))

    def end(self) -> None:
        pass


def ours(turns: list[Turn], costs: Costs) -> Outcome:
    now = 0.0
    children: list[VirtualChild] = []

    def launch(inbox: queue.Queue[Any]) -> VirtualChild:
        children.append(VirtualChild(inbox, costs, lambda: now))
        return children[-1]

    noise = np.random.default_rng(3).normal(0, 0.1, 17 * SAMPLE_RATE).astype(np.float32)
    transcriber = Transcriber(Path("model"), SpeechOptions(), clock=lambda: now, launch=launch)
    transcriber.start()
    finals: dict[int, float] = {}
    firsts: dict[int, float] = {}
    told: list[str] = []
    waiting = list(enumerate(turns, 1))
    open_turns: list[tuple[int, Turn]] = []
    while len(finals) < len(turns):
        now += TICK
        while waiting and waiting[0][1].start <= now:
            open_turns.append(waiting.pop(0))
        for item in list(open_turns):
            number, turn = item
            end = turn.heard(now)
            length = end - turn.start + PREROLL + min(now - end, POSTROLL)
            sound = noise[: int(length * SAMPLE_RATE)]
            if now >= turn.end + ENDPOINT:
                open_turns.remove(item)
                transcriber.submit(_utterance(number, turn), sound, turn.start - PREROLL)
            else:
                transcriber.offer(
                    OpenUtterance(number, turn.channel, turn.start, end, now - end, turn.start - PREROLL, sound.copy)
                )
        children[-1].tick()
        for event in transcriber.poll():
            if isinstance(event, ComponentStatus):
                told.append(f"{now / 60:5.1f} min  {event.state}: {event.reason}")
            elif isinstance(event, Text):
                firsts.setdefault(event.utterance, now)
                if event.final:
                    finals[event.utterance] = now
    return Outcome(
        turns,
        [finals[n] - t.end for n, t in enumerate(turns, 1)],
        [firsts[n] - t.start for n, t in enumerate(turns, 1)],
        sum(c.cpu for c in children),
        told,
    )


def _utterance(number: int, turn: Turn) -> Utterance:
    return Utterance(
        t=turn.end,
        id=number,
        channel=turn.channel,
        start=turn.start,
        end=turn.end,
        level_db=-20,
        pitch_hz=150,
        tilt_db=-10,
        voiced=1,
    )


def plain(turns: list[Turn], cost: Cost) -> Outcome:
    """Each utterance when its end is known, in that order, on one worker."""
    free, cpu, final = 0.0, 0.0, {}
    for turn in sorted(turns, key=lambda t: t.end):
        seconds = cost(turn.end - turn.start + PREROLL + POSTROLL)
        free = max(free, turn.end + ENDPOINT) + seconds
        final[id(turn)] = free
        cpu += seconds
    return Outcome(turns, [final[id(t)] - t.end for t in turns], [final[id(t)] - t.start for t in turns], cpu, [])


def agreement(turns: list[Turn], cost: Cost) -> Outcome:
    """A growing buffer for each side, transcribed anew with every second of speech; both on one worker."""
    now, cpu = 0.0, 0.0
    heard = {id(t): 0.0 for t in turns}
    first: dict[int, float] = {}
    final: dict[int, float] = {}
    begin = 0
    while len(final) < len(turns):
        while begin < len(turns) and id(turns[begin]) in final:
            begin += 1
        ready = list(_ready(turns[begin:], heard, final, now))
        if not ready:
            now += TICK
            continue
        turn = min(ready, key=lambda t: t.start + heard[id(t)])  # whose sound has waited longest
        over = now >= turn.end + ENDPOINT
        length = min(now, turn.end) - turn.start
        seconds = cost(length + PREROLL)
        now += seconds
        cpu += seconds
        heard[id(turn)] = length
        first.setdefault(id(turn), now)
        if over:
            final[id(turn)] = now
    return Outcome(turns, [final[id(t)] - t.end for t in turns], [first[id(t)] - t.start for t in turns], cpu, [])


def _ready(turns: list[Turn], heard: dict[int, float], final: dict[int, float], now: float) -> Iterator[Turn]:
    for turn in turns:
        if turn.start > now:
            return
        if id(turn) not in final and (
            now >= turn.end + ENDPOINT or min(now, turn.end) - turn.start - heard[id(turn)] >= 1.0
        ):
            yield turn


# --- what is said about it ------------------------------------------------------------------------------------------


def line(name: str, outcome: Outcome) -> str:
    minutes = max(t.end for t in outcome.turns) / 60
    f50, f95 = np.percentile(outcome.final, (50, 95))
    p50, p95 = np.percentile(outcome.first, (50, 95))
    return (
        f"  {name:22} final {f50:6.2f} {f95:6.2f} s   first text {p50:6.2f} {p95:6.2f} s   "
        f"busy {outcome.busy / minutes:5.1f} s/min"
    )


def _ratio(turns: list[Turn], other: Cost, own: Cost) -> float:
    lengths = [t.end - t.start + PREROLL + POSTROLL for t in turns]
    return sum(map(other, lengths)) / sum(map(own, lengths))


def lag_by_tenth(outcome: Outcome) -> str:
    """95th percentile of the delay in each tenth of the call."""
    last = max(t.end for t in outcome.turns)
    tenths: list[list[float]] = [[] for _ in range(10)]
    for turn, delay in zip(outcome.turns, outcome.final, strict=True):
        tenths[min(int(10 * turn.end / last), 9)].append(delay)
    return " ".join(f"{np.percentile(t, 95):.2f}" for t in tenths if t)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", default=["small"], choices=sorted(SHAPES))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--models", type=Path, help="where the models are, or are to be made; a temporary folder if not given"
    )
    arguments = parser.parse_args()
    turns = conversation(arguments.minutes)
    print(f"{arguments.minutes:.0f} min, {len(turns)} turns, speech {talk_share(turns):.0%} of the time, p50 and p95:")
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.models or Path(temporary)
        for shape in arguments.shapes:
            folder = root / shape
            if not (folder / "model.bin").is_file():
                make(folder, SHAPES[shape])
            costs = measure(folder, arguments.threads)
            print(
                f"{shape} shape, {arguments.threads} thread(s); seconds for one utterance of 3 s: final "
                f"{costs.final(3.55):.2f}, partial {costs.partial(3.3):.2f}, plain {costs.plain(3.55):.2f} "
                f"(beam 5: {costs.plain_beam5(3.55):.2f}), agreement {costs.agreement(3.3):.2f}"
            )
            result = ours(turns, costs)
            print(line("ours", result))
            print(line("plain, beam 1", plain(turns, costs.plain)))
            print(line("plain, beam 5", plain(turns, costs.plain_beam5)))
            print(line("agreement", agreement(turns, costs.agreement)))
            once, often = (_ratio(turns, other, costs.final) for other in (costs.plain, costs.plain_beam5))
            print(f"  each turn once, ours with word times: {once:.1f} x faster than plain, {often:.1f} x with beam 5")
            print(f"  ours, delay in each tenth of the call (p95): {lag_by_tenth(result)}")
            for said in result.told:
                print(f"    {said}")


if __name__ == "__main__":
    main()
