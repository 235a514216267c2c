"""Word errors of our recognizer on real sound, beside plain faster-whisper, with what both cost.

    python -m tests.bench.word_errors --model base --set read prompts-en --line clean noisy --half report
    python -m tests.bench.word_errors --recorded --model tiny.en base --set read prompts-en sides --line clean noisy

Ours is the live path without its clock: the engine cuts a whole side into utterances, and what the recognizer's child
runs for each is run here. With `--recorded` it is what `analyze` does with a recorded call, the search for utterances
included. Plain is `WhisperModel.transcribe` on the whole side, beam 5 and (live) 1, its voice filter off and on. Texts
go through Whisper's own normaliser before they are compared. Processor seconds are those of this process.

Sound is not part of the repository. `--data` names a folder with `speech/manifest.json` (files with their transcripts),
`--prompts` one with the unpacked Debian packages `asterisk-core-sounds-LANG` and `-LANG-wav` (CC BY-SA 3.0), `--sides`
one of whole sides, each NAME.wav with NAME.txt; `demo-en` and `demo-de` are the calls of the demo. Every other set is
in two halves, `tune` and `report`: numbers are tuned on the one and told of the other. `--no-speech 60` adds a minute
of each kind of sound in which nobody speaks.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import itertools
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import soundfile
import soxr
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from models.speech import default_store
from tests.calls import line_sounds
from tests.calls.demo import CALLS, DemoCall
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Channel, Event, Utterance
from voiceassist.core.tuning import EngineConfig
from voiceassist.session.engine import CallEngine
from voiceassist.session.offline import as_spoken
from voiceassist.speech import RecordedTranscriber, SpeechOptions, worker
from voiceassist.speech.left_context import LeftContext
from voiceassist.speech.messages import Done, FromRecognizer, Job, Load, Ready, ToRecognizer, WindowJob
from voiceassist.speech.recorded import SpokenUtterance
from voiceassist.speech.short_input import frames_for
from voiceassist.speech.transcriber import Inbox
from voiceassist.speech.tuning import PADDED_FRAMES
from voiceassist.speech.whisper import WhisperRecognizer
from voiceassist.voice.utterance_finder import UtteranceFinder

GAP = 1.2
"""Seconds between two clips that are joined to one side."""
PROMPTS = 24
"""Prompts of a half."""
NOISE_DB = 10.0
"""Speech over noise on the noisy line."""
SEED = 5


@dataclass(frozen=True)
class Side:
    name: str
    sound: Samples
    text: str
    language: str


@dataclass(frozen=True)
class Heard:
    text: str
    seconds: float
    """Of processor time."""
    utterances: int = 0
    twice: int = 0
    """Utterances that were recognized a second time with longer input."""
    pieces: tuple[str, ...] = ()


# --- sound ----------------------------------------------------------------------------------------------------------


def read(path: Path) -> Samples:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound.mean(axis=1), rate, SAMPLE_RATE), np.float32)


def join(name: str, clips: Iterable[tuple[Samples, str]], language: str = "en", gap: float = GAP) -> Side:
    """One side of a call on which the clips are said one after the other, each at the same level."""
    rng = np.random.default_rng(SEED)
    parts, texts = [], []
    for sound, text in clips:
        parts += [np.zeros(round(gap * SAMPLE_RATE), np.float32), 0.06 * sound / max(_active(sound), 1e-6)]
        texts.append(text)
    joined = np.concatenate([*parts, np.zeros(2 * SAMPLE_RATE, np.float32)])
    joined = joined + 1e-4 * rng.standard_normal(len(joined))
    return Side(name, np.asarray(np.clip(joined, -1, 1), np.float32), " ".join(texts), language)


def _active(sound: Samples) -> float:
    """Root mean square of the louder half."""
    frames = np.square(sound[: len(sound) // 512 * 512].reshape(-1, 512)).mean(axis=1)
    return float(np.sqrt(np.mean(np.sort(frames)[len(frames) // 2 :]))) if len(frames) else 0.0


def on_line(side: Side, line: str) -> Side:
    """`clean`: as it is; `telephone`: 8 kHz mu-law; `noisy`: the same with pink noise 10 dB under the speech."""
    if line == "clean":
        return side
    sound = side.sound
    if line == "noisy":
        noise = line_sounds.noise(len(sound) / SAMPLE_RATE, np.random.default_rng(SEED), exponent=1.0)[: len(sound)]
        noise = np.pad(noise, (0, len(sound) - len(noise)))
        level = _active(sound[np.abs(sound) > 1e-3]) * 10 ** (-NOISE_DB / 20)
        sound = np.clip(sound + noise * level / float(np.std(noise)), -1, 1)
    return Side(side.name, line_sounds.telephone(np.asarray(sound, np.float32)), side.text, side.language)


# --- sets -----------------------------------------------------------------------------------------------------------


def _half(items: list[Any], half: str) -> list[Any]:
    return items if half == "both" else items[0 if half == "tune" else 1 :: 2]


def manifest_clips(data: Path, wanted: str) -> list[tuple[Samples, str]]:
    entries = json.loads((data / "speech" / "manifest.json").read_text())
    short = wanted == "short"
    return [
        (read(data / "speech" / e["file"]), e["ref"])
        for e in sorted(entries, key=lambda e: str(e["file"]))
        if e.get("ref") and str(e["file"]).startswith("short_") == short
    ]


def _prompt_texts(folder: Path, language: str) -> dict[str, str]:
    found = next(folder.rglob(f"core-sounds-{language}.txt.gz"))
    lines = gzip.decompress(found.read_bytes()).decode("utf-8", "replace").splitlines()
    return {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines) if v and k[:1] != ";"}


def prompts(folder: Path, language: str) -> list[tuple[Samples, str]]:
    """Whole sentences of the telephone exchange's voice, in an order that is no alphabet's."""
    texts = _prompt_texts(folder, language)
    root = next(folder.rglob(f"{language}_*_*_*"))
    names = sorted(texts, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    good, seen = [], set()
    for name in names:
        path, text = root / f"{name}.wav", texts[name]
        odd = re.search(r"[\[\]<>�?/_]|\.\.\.", text) or len(text.split()) < 4 or text in seen
        if path.is_file() and not odd and soundfile.info(path).duration < 25:
            seen.add(text)
            good.append((path, text))
    return [(read(path), text) for path, text in good[: 2 * PROMPTS]]


def spelled(folder: Path) -> list[tuple[Samples, str]]:
    """Names letter by letter and numbers digit by digit, with the pauses people make."""
    root = next(folder.rglob("en_US_*"))
    rng = np.random.default_rng(SEED)
    words = ["fitille", "40721", "harrow", "5550186", "quigley", "98104", "zimmer", "31207764", "vance", "20394"]
    clips = []
    for word in words:
        parts = []
        for sign in word:
            kind = "digits" if sign.isdigit() else "letters"
            sound = read(root / kind / f"{sign}.wav")
            loud = np.flatnonzero(np.abs(sound) > 0.02)
            parts += [sound[max(loud[0] - 800, 0) : loud[-1] + 1600]]
            parts += [np.zeros(round(rng.uniform(0.15, 0.75) * SAMPLE_RATE), np.float32)]
        clips.append((np.concatenate(parts), " ".join(word)))
    return clips


def sides(name: str, arguments: argparse.Namespace) -> list[Side]:
    half = arguments.half
    if name in ("read", "short"):
        return [join(name, _half(manifest_clips(arguments.data, name), half))]
    if name == "spelled":
        return [join(name, _half(spelled(arguments.prompts), half), gap=2.0)]
    if name.startswith("prompts-"):
        language = name.removeprefix("prompts-")
        return [join(name, _half(prompts(arguments.prompts, language), half), language)]
    if name in ("demo-en", "demo-de"):
        calls = [call for call in CALLS if call.language == name.removeprefix("demo-")]
        return [_demo_side(call, channel) for call in calls for channel in Channel]
    if name == "sides":
        texts = _half(sorted(arguments.sides.glob("*.txt")), half)
        return [Side(t.stem, read(t.with_suffix(".wav")), t.read_text(), "en") for t in texts]
    raise SystemExit(f"no such set: {name}")


def _demo_side(call: DemoCall, channel: Channel) -> Side:
    said = " ".join(line.text for line in call.lines if line.who is channel)
    return Side(f"{call.name} {channel}", call.sound()[list(Channel).index(channel)], said, call.language)


# --- recognizers ----------------------------------------------------------------------------------------------------


def utterances(sound: Samples, config: EngineConfig | None = None) -> Iterator[tuple[Utterance, Samples]]:
    """What the engine hands the recognizer of one side."""
    engine = CallEngine(config)

    def found(events: list[Event]) -> Iterator[tuple[Utterance, Samples]]:
        return ((e, engine.utterance_sound(e)) for e in events if isinstance(e, Utterance))

    engine.start()
    for at in range(0, len(sound), SAMPLE_RATE):
        yield from found(engine.push(None, sound[at : at + SAMPLE_RATE]))
    yield from found(engine.finish())


def ours(recognizer: WhisperRecognizer, sound: Samples) -> Heard:
    texts, pieces, spent, twice = [], [], 0.0, 0
    said = LeftContext()
    for number, (utterance, piece) in enumerate(utterances(sound)):
        before, context = said.before(utterance.start, len(piece) / SAMPLE_RATE)
        job = Job(
            number=number,
            sound=np.concatenate([before, piece]).astype("<f4").tobytes(),
            final=True,
            context=context,
            context_samples=len(before),
        )
        begin = time.process_time()
        done = worker._answer(recognizer, job)
        spent += time.process_time() - begin
        assert isinstance(done, Done), done
        result = done.result
        said.add(utterance.start, utterance.end, piece, result.words)
        twice += result.padded and frames_for(len(piece) / SAMPLE_RATE) < PADDED_FRAMES
        reason = f" !{result.rejected}" if result.rejected else ""
        pieces.append(f"{utterance.start:7.2f}-{utterance.end:7.2f} {result.logprob:5.2f} {result.text}{reason}")
        pieces[-1] += " (again)" if result.padded else ""
        texts.append(result.text)
    return Heard(" ".join(texts), spent, len(texts), twice, tuple(pieces))


class InlineChild:
    """The recognizer's child, run in this process."""

    def __init__(self, inbox: Inbox, recognizer: WhisperRecognizer) -> None:
        self._inbox, self._recognizer = inbox, recognizer

    def send(self, sent: ToRecognizer) -> None:
        if isinstance(sent, Load):
            self._say(Ready(name=self._recognizer.name, probe=0.0))
        else:
            assert isinstance(sent, WindowJob)
            self._say(worker._answer_window(self._recognizer, sent))

    def _say(self, said: FromRecognizer) -> None:
        self._inbox.put((self, said))

    def end(self) -> None:
        pass


def recorded(recognizer: WhisperRecognizer, side: Side) -> Heard:
    speech = EngineConfig().speech
    spent = time.process_time()

    def found() -> Iterator[SpokenUtterance]:
        finder = UtteranceFinder(speech, speech.caller_threshold)
        for at in range(0, len(side.sound), 10 * SAMPLE_RATE):
            yield from as_spoken(Channel.CALLER, finder.push(side.sound[at : at + 10 * SAMPLE_RATE]))
        yield from as_spoken(Channel.CALLER, finder.finish())

    transcriber = RecordedTranscriber(
        Path(recognizer.name), SpeechOptions(languages=(side.language,)), launch=lambda i: InlineChild(i, recognizer)
    )
    transcript = transcriber.transcribe(found())
    assert not transcript.problems, transcript.problems
    texts = list(transcript.texts.values())
    pieces = tuple(f"{t.start:7.2f}-{t.end:7.2f} {t.logprob:5.2f} {t.text}" for t in texts)
    return Heard(" ".join(t.text for t in texts if t.text), time.process_time() - spent, pieces=pieces)


def plain(recognizer: WhisperRecognizer, side: Side, beam: int, vad: bool) -> Heard:
    begin = time.process_time()
    segments, _ = recognizer._model.transcribe(side.sound, language=side.language, beam_size=beam, vad_filter=vad)
    text = " ".join(s.text.strip() for s in segments)
    return Heard(text, time.process_time() - begin)


def plain_once(recognizer: WhisperRecognizer, side: Side, beam: int, vad: bool, cache: Path | None) -> Heard:
    if cache is None:
        return plain(recognizer, side, beam, vad)
    key = hashlib.sha256(side.sound.tobytes() + f"{recognizer.name} {side.language} {beam} {vad}".encode()).hexdigest()
    kept = cache / f"plain-{key[:24]}.json"
    if not kept.exists():
        heard = plain(recognizer, side, beam, vad)
        kept.write_text(json.dumps([heard.text, heard.seconds]))
    return Heard(*json.loads(kept.read_text()))


# --- nobody speaks --------------------------------------------------------------------------------------------------


def phantom_words(recognizer: WhisperRecognizer, seconds: float, as_recorded: bool) -> None:
    for kind, make in line_sounds.NON_SPEECH.items():
        sound = line_sounds.telephone(make(seconds, np.random.default_rng(SEED)))
        heard = recorded(recognizer, Side(kind, sound, "", "en")) if as_recorded else ours(recognizer, sound)
        rate = 60 * len(heard.text.split()) / seconds
        print(f"  {kind:16} {rate:5.1f} words a minute, {heard.utterances} utterances  {heard.text}", flush=True)


# --- the table ------------------------------------------------------------------------------------------------------


def errors(said: str, heard: str, language: str) -> tuple[int, int, int, int]:
    """Words, substitutions, deletions, insertions."""
    normal = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    reference, hypothesis = normal(said), normal(heard)
    if not hypothesis:
        count = len(reference.split())
        return count, 0, count, 0
    out = jiwer.process_words(reference, hypothesis)
    return len(reference.split()), out.substitutions, out.deletions, out.insertions


def _row(label: str, sides: list[Side], heard: list[Heard]) -> str:
    counts = np.sum([errors(s.text, h.text, s.language) for s, h in zip(sides, heard, strict=True)], axis=0)
    words, changed, lost, added = (int(n) for n in counts)
    minutes = sum(len(s.sound) for s in sides) / SAMPLE_RATE / 60
    twice = (
        f"  twice {sum(h.twice for h in heard)} of {sum(h.utterances for h in heard)}" if heard[0].utterances else ""
    )
    return (
        f"  {label:22} {100 * (changed + lost + added) / max(words, 1):5.1f} %  of {words:4} words  "
        f"S{changed} D{lost} I{added}  {sum(h.seconds for h in heard) / minutes:5.1f} s/min{twice}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=["tiny.en"], help="installed models (default: tiny.en)")
    parser.add_argument(
        "--set", nargs="*", default=["read"], help="read, short, spelled, prompts-en/-fr/-it/-es, sides, demo-en/-de"
    )
    parser.add_argument("--line", nargs="+", default=["clean"], choices=["clean", "telephone", "noisy"])
    parser.add_argument("--recorded", action="store_true", help="as a recorded call, not as a live one")
    parser.add_argument("--half", default="report", choices=["tune", "report", "both"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--prompts", type=Path, default=Path("../shared/data/prompts"))
    parser.add_argument("--sides", type=Path, default=Path("../shared/data/sides"))
    parser.add_argument("--cache", type=Path, help="folder in which plain results are kept, since they do not change")
    parser.add_argument("--no-plain", action="store_true", help="ours only")
    parser.add_argument("--no-speech", type=float, default=0, help="seconds of each kind of sound without speech")
    parser.add_argument("--texts", action="store_true", help="print every utterance")
    arguments = parser.parse_args()
    for model in arguments.model:
        folder = default_store().find(model)
        if arguments.no_speech:
            print(f"{model}, nobody speaks")
            phantom_words(WhisperRecognizer(folder, threads=1), arguments.no_speech, arguments.recorded)
        for name in arguments.set:
            clean = sides(name, arguments)
            recognizer = WhisperRecognizer(folder, threads=1, languages=(clean[0].language,))
            for line in arguments.line:
                made = [on_line(side, line) for side in clean]
                print(f"{model}, {name} ({arguments.half}), {line}", flush=True)
                if arguments.recorded:
                    heard = [recorded(recognizer, side) for side in made]
                else:
                    heard = [ours(recognizer, side.sound) for side in made]
                print(_row("ours", made, heard), flush=True)
                if arguments.texts:
                    print("".join(f"    {piece}\n" for h in heard for piece in h.pieces), flush=True)
                if arguments.no_plain:
                    continue
                for beam, vad in itertools.product((5,) if arguments.recorded else (5, 1), (False, True)):
                    heard = [plain_once(recognizer, side, beam, vad, arguments.cache) for side in made]
                    print(_row(f"plain beam {beam}{', filter' if vad else ''}", made, heard), flush=True)


if __name__ == "__main__":
    main()
