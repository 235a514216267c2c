"""Calls of one caller whose voice rises at a known moment: Kokoro with commanded pitch, tempo, level and tilt.

    python -m tools.agitation.ramps CACHE               makes what the calls are put together from: some 25 minutes
    python -m tools.agitation.ramps CACHE --keep DIR    writes the small share that tests use

A call is calm for half a minute of speech, raised for six sentences and calm again, with the agent's turns as silence
between. What is done to the voice is known for every sentence (`Sentence`). Each of the 28 English voices says the
same sentences; `ramp` draws their order, the pauses, the level and tilt of each, and the line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly, sosfilt

from models.activity import SAMPLE_RATE
from tools.agitation.sound import LINES, Samples
from tools.demo_calls.kokoro import RATE, Kokoro
from tools.demo_calls.turns import active_level_db, high_shelf, soft_limit

VOICES = (
    *("af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_nicole", "af_nova", "af_river"),
    *("af_sarah", "af_sky", "am_adam", "am_echo", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_onyx"),
    *("am_puck", "am_santa", "bf_alice", "bf_emma", "bf_isabella", "bf_lily", "bm_daniel", "bm_fable", "bm_george"),
    "bm_lewis",
)
"""American (a) and British (b) women (f) and men (m)."""

CALM = (
    "I ordered it two weeks ago, and it has not come yet.",
    "The order number is on the letter that you sent me.",
    "I was at home all morning, and nobody rang the bell.",
    "Is there anything that you can see on your side?",
    "My wife spoke to one of your colleagues on Monday.",
    "We have been with you for a couple of years now.",
    "The first part arrived, but the second one is missing.",
    "Yes, that is the right address, second floor.",
    "I think it was in the afternoon, around three o'clock.",
    "The package was supposed to be left with the neighbours.",
    "I can wait a moment while you look that up.",
    "It says here that it was sent on the twelfth.",
)
RAISED = (
    "This is the third time that I have to explain all of this.",
    "Nobody told me anything about that, and nobody called me back.",
    "I took a whole day off work, and again nobody came.",
    "You keep saying that, and nothing at all has happened.",
    "I have been waiting for more than three weeks now.",
    "That is not what I was promised, and you know it.",
    "I do not want to hear that again, I want this to be solved.",
)


@dataclass(frozen=True)
class Raise:
    """How far a voice is raised: semitones, dB, dB of a shelf above 1 kHz, and times the tempo."""

    semitones: float
    level_db: float
    tilt_db: float
    tempo: float


HOW = {
    "mild": Raise(2.5, 3.5, 2.0, 1.04),
    "clear": Raise(4.5, 6.5, 4.0, 1.08),
    "loud": Raise(6.5, 9.0, 5.5, 1.12),
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of a call, in seconds, and what was done to the voice, from its begin to its end."""

    start: float
    end: float
    semitones: tuple[float, float]
    level_db: tuple[float, float]
    tilt_db: float
    raised: bool


@dataclass(frozen=True)
class Ramp:
    """A call: sound (16 kHz mono), who speaks, how far the voice is raised, over which line, and the truth."""

    samples: Samples
    voice: str
    how: str
    gradual: bool
    """The first raised sentence begins calm and ends raised; else it is raised from its first word."""
    line: str
    sentences: tuple[Sentence, ...]

    @property
    def onset(self) -> float:
        return next(s.start for s in self.sentences if s.raised)

    @property
    def calm_again(self) -> float:
        """End of the last raised sentence."""
        return max(s.end for s in self.sentences if s.raised)

    def spoken(self, begin: float, end: float) -> float:
        """Seconds of the caller's speech between two moments."""
        return sum(max(0.0, min(s.end, end) - max(s.start, begin)) for s in self.sentences)


def ramp(kokoro: Kokoro, seed: int, *, how: str = "", line: str = "telephone") -> Ramp:
    """Call number `seed`: the voices go round, the three sizes of raise and the two kinds of onset too. Without
    raise with `how="none"`."""
    dice = np.random.default_rng(seed)
    voice = VOICES[seed % len(VOICES)]
    size = how or list(HOW)[seed % len(HOW)]
    gradual = seed // len(HOW) % 2 == 1
    calm = [CALM[i] for i in dice.permutation(len(CALM))]
    raised = [RAISED[i] for i in dice.permutation(len(RAISED))[:6]] if size != "none" else []
    level, tilt = dice.uniform(-4, 4), dice.uniform(-2, 2)
    pieces: list[npt.NDArray[np.float32]] = [np.zeros(SAMPLE_RATE, np.float32)]
    sentences: list[Sentence] = []
    length = SAMPLE_RATE
    for number, text in enumerate([*calm[:8], *raised, *calm[8:]]):
        is_raised = text in raised
        step = HOW[size] if is_raised else Raise(0, 0, 0, 1)
        glides = is_raised and gradual and text == raised[0]
        sound = _said(kokoro, voice, text, step, glides=glides)
        change = step.level_db + dice.normal(0, 1.0)
        shelf = step.tilt_db + tilt + dice.normal(0, 0.5)
        gain = np.linspace(change - step.level_db if glides else change, change, len(sound))
        heard = sosfilt(high_shelf(1000.0, shelf), sound)
        heard = soft_limit(heard * 10 ** ((gain + level - 27.0 - active_level_db(heard)) / 20)).astype(np.float32)
        begin, end = length / SAMPLE_RATE, (length + len(heard)) / SAMPLE_RATE
        first = 0.0 if glides else step.semitones
        loud = (float(gain[0]), float(gain[-1]))
        sentences.append(Sentence(begin, end, (first, step.semitones), loud, round(shelf - tilt, 2), is_raised))
        # Two sentences to a turn; the agent's turn is silence.
        wait = dice.uniform(0.3, 0.8) if number % 2 == 0 else dice.uniform(2.0, 5.0)
        pause = np.zeros(round(wait * SAMPLE_RATE), np.float32)
        pieces += [heard, pause]
        length += len(heard) + len(pause)
    whole = np.concatenate(pieces)
    floor = 10 ** (-62 / 20) * dice.standard_normal(len(whole)).astype(np.float32)
    return Ramp(LINES[line](whole + floor), voice, size, gradual, line, tuple(sentences))


def _said(kokoro: Kokoro, voice: str, text: str, step: Raise, *, glides: bool) -> npt.NDArray[np.float32]:
    """From its first sound to its last, at 16 kHz. Nobody says two sentences at the same pitch and tempo."""
    own = np.random.default_rng([VOICES.index(voice), *text.encode()])
    shift, tempo = own.normal(0, 0.5), step.tempo * own.uniform(0.97, 1.03)
    first, last = (2 ** ((s + shift) / 12) for s in (0.0 if glides else step.semitones, step.semitones))
    language = "en-us" if voice.startswith("a") else "en-gb"
    said = kokoro.say(text, voice, language=language, speed=tempo, pitch=(first, last)).samples
    loud = np.flatnonzero(np.abs(said) > np.abs(said).max() / 150)
    said = said[max(0, int(loud[0]) - RATE // 100) : int(loud[-1]) + RATE // 100]
    return np.asarray(resample_poly(said, SAMPLE_RATE // 8000, RATE // 8000), np.float32)


def speak_all(kokoro: Kokoro, voices: Sequence[str]) -> None:
    """Everything that `ramp` may need of these voices, into the cache."""
    for voice in voices:
        for text in CALM:
            _said(kokoro, voice, text, Raise(0, 0, 0, 1), glides=False)
        for step in HOW.values():
            for text in RAISED:
                for glides in (False, True):
                    _said(kokoro, voice, text, step, glides=glides)


KEPT = (97, 98, 107, 133)
"""Numbers of the calls that are kept beside the tests: clear and loud, women and men, at once and gradual."""


def keep(kokoro: Kokoro, folder: Path) -> None:
    """The kept calls as `NUMBER.ogg` and the truth about them as `ramps.json`."""
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for number in KEPT:
        made = ramp(kokoro, number)
        soundfile.write(folder / f"{number}.ogg", made.samples, SAMPLE_RATE, format="OGG", subtype="VORBIS")
        sentences = [asdict(sentence) for sentence in made.sentences]
        truth[str(number)] = {"voice": made.voice, "how": made.how, "gradual": made.gradual, "sentences": sentences}
    (folder / "ramps.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    from tools.demo_calls.packages import voice_model

    parser = argparse.ArgumentParser(prog="python -m tools.agitation.ramps", description=__doc__.split("\n")[0])
    parser.add_argument("cache", type=Path, help="folder for the voice model and what was spoken")
    parser.add_argument("--voices", nargs="*", default=VOICES, choices=VOICES)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the calls that tests use")
    asked = parser.parse_args(arguments)
    kokoro = Kokoro(voice_model(asked.cache), asked.cache / "ramps")
    if asked.keep:
        keep(kokoro, asked.keep)
    else:
        speak_all(kokoro, asked.voices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
