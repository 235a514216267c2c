"""Speak a demo call: script.toml becomes call.ogg and truth.json, long.toml becomes long.ogg and long.truth.json.

    python -m tools.demo_call.make            write both beside the script
    python -m tools.demo_call.make --long     the long call instead
    python -m tools.demo_call.make --into DIR write them elsewhere (what the tests do)

Needs the synthesisers (`apt-get install espeak-ng libespeak-ng1 flite`); the application itself never does. The same
script gives the same sound, sample by sample, and the same file. Knows nothing of the engine: what is *due* follows
from the script and from what cues promise to an agent, never from what the engine happens to say.
"""

from __future__ import annotations

import argparse
import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from models.demo.synthesis import SAMPLE_RATE, Spoken, Voice, speak
from voiceassist.session.demo_assets import LONG, SCRIPT, SHORT

Samples = npt.NDArray[np.float32]
Who = Literal["agent", "caller"]


@dataclass(frozen=True)
class Style:
    """How a line is spoken, against the calm speech of the same voice.

    Raised voices are louder, higher, livelier and flatter in spectrum at once (Eyben et al. 2016, GeMAPS; the size of
    the steps lies between what measurements of high arousal and of acted anger against the same speaker's neutral
    speech gave: +5 dB, +3.5 to +9 semitones, up to +7 dB above 1 kHz). `tilt_db` is the gain of a shelf above 1 kHz.
    """

    level_db: float = 0.0
    semitones: float = 0.0
    rate: float = 1.0
    liveliness: float = 1.0
    tilt_db: float = 0.0
    pause: float = 0.6
    """Longest pause inside a line, in seconds; pauses get shorter before anger (Alam et al., COLING 2016)."""


STYLES: dict[Who, dict[str, Style]] = {
    "caller": {
        "calm": Style(),
        "quiet": Style(level_db=-3.0),  # nobody says every sentence equally loud
        "tense": Style(level_db=4.0, semitones=2.5, rate=1.08, liveliness=1.25, tilt_db=2.0, pause=0.2),
        "upset": Style(level_db=7.0, semitones=5.5, rate=1.12, liveliness=1.35, tilt_db=4.5, pause=0.2),
        "angry": Style(level_db=7.0, semitones=5.0, rate=1.15, liveliness=1.3, tilt_db=4.0, pause=0.2),
        "furious": Style(level_db=9.0, semitones=6.5, rate=1.18, liveliness=1.3, tilt_db=5.0, pause=0.2),
    },
    "agent": {
        "calm": Style(),
        "raised": Style(level_db=7.0, semitones=3.0, rate=1.05, liveliness=1.3, tilt_db=3.0),
    },
}

VOICES: dict[Who, Voice] = {
    "agent": Voice("flite", "slt", rate_wpm=152.0),
    "caller": Voice("espeak", "en-gb+m3", rate_wpm=142.0),
}

LEVEL_DB: dict[Who, float] = {"agent": -26.0, "caller": -29.0}
"""Active level (dBFS) of calm speech: room for +9 dB of anger below full scale, at a crest factor of 16 dB."""

NOISE_DB = -62.0
"""Faint line noise, so that silence is not digital zero and both lines sound alike between words."""

TELEPHONE_BAND = (300.0, 3400.0)
"""Hz; the caller comes over the line, the agent from a headset."""

BIT_RATE = 32_000
"""Of the Opus stream, both sides together: three minutes are 0.7 MB."""

LEAD_OUT = 2.5
"""Seconds of line noise after the last word."""

# When the cue for an event is due, in seconds after the scripted moment. The earliest is when what earns it has
# happened; the latest leaves the engine a second and a half (speech must be told from noise, and an average moves).
DUE_AFTER: dict[str, tuple[float, float]] = {
    "answers-too-fast": (0.0, 1.5),  # from the agent's first sound, 0.1 s after the caller's last
    "no-word-about-the-trouble": (0.0, 1.5),  # from the caller's last sound: the agent's turn comes
    "talks-over": (1.0, 2.5),  # from the agent's first sound; more than 1 s of overlap earns it
    "raises-the-voice": (1.5, 3.5),  # from the agent's first sound; 2 s of raised speech earn it
    "calms-down": (0.0, 20.0),  # from the caller's first calmer sound: two turns of the caller's that are
    "goes-silent": (5.5, 7.0),  # from the last sound of the line before: 6 s of dead air earn it
    # What was said earns these, from its last sound: the pause that ends an utterance is 0.5 s, and then it is read.
    "speaks-of-the-queue": (0.0, 3.0),
    "names-a-fault": (0.0, 3.0),
    "contradicts": (0.0, 3.0),
    "still-no-next-step": (0.0, 3.0),
    "refuses": (0.0, 3.0),
    "insults": (0.0, 3.0),
    "refuses-again": (0.0, 3.0),
    "asks-for-somebody-else": (0.0, 3.0),
    "closes": (0.0, 3.0),
}

AT_THE_START = {"answers-too-fast", "talks-over", "raises-the-voice", "calms-down", "acknowledges"}
"""Events whose moment is the begin of their line; the others happen when it ends."""
BEFORE = {"goes-silent"}
"""Events whose moment is the end of the line before."""

CLEARED_BY = {"acknowledges": "acknowledge"}
"""Events that earn no cue but end one."""


@dataclass(frozen=True)
class Line:
    """One turn of the script."""

    who: Who
    text: str
    gap: float
    style: str = "calm"
    event: str = ""
    cue: str = ""


@dataclass(frozen=True)
class Turn:
    """A line as it is heard from `start` to `end` seconds, with its words on the same timeline."""

    line: Line
    start: float
    end: float
    words: tuple[tuple[float, float, str], ...]


def read_script(path: Path = SCRIPT) -> tuple[str, list[Line]]:
    """The title and the lines. Raises ValueError naming the line that makes no sense."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    lines = [Line(**entry) for entry in document["line"]]
    for number, line in enumerate(lines, start=1):
        if line.style not in STYLES.get(line.who, {}):
            raise ValueError(f"{path.name}, line {number}: {line.who} has no style {line.style!r}")
        if line.event and line.event not in DUE_AFTER and line.event not in CLEARED_BY:
            raise ValueError(f"{path.name}, line {number}: there is no event {line.event!r}")
        if line.cue and line.event not in DUE_AFTER:
            raise ValueError(f"{path.name}, line {number}: a cue needs an event that says when it is due")
    return document["title"], lines


# --- one line -------------------------------------------------------------------------------------------------------


def say(line: Line) -> Spoken:
    """The line as its speaker says it, without silence around it, at its level; words from the first sample on."""
    style = STYLES[line.who][line.style]
    band = TELEPHONE_BAND if line.who == "caller" else None
    return speak_in_style(line.text, VOICES[line.who], style, level_db=LEVEL_DB[line.who], band=band)


def speak_in_style(
    text: str, voice: Voice, style: Style, *, level_db: float, band: tuple[float, float] | None = None
) -> Spoken:
    """`text` in `voice` as `style` has it, `level_db` dBFS plus the style's own, limited to `band` Hz."""
    styled = Voice(
        voice.engine,
        voice.name,
        rate_wpm=voice.rate_wpm * style.rate,
        pitch_semitones=voice.pitch_semitones + style.semitones,
        pitch_range=voice.pitch_range * style.liveliness,
    )
    spoken = _shorten_pauses(_trim(speak(text, styled)), style.pause)
    sound = spoken.samples.astype(np.float64)
    if style.tilt_db:
        sound = sosfilt(high_shelf(1000.0, style.tilt_db), sound)
    if band:
        sound = sosfilt(butter(4, band, "bandpass", fs=SAMPLE_RATE, output="sos"), sound)
    sound = sound * 10 ** ((level_db + style.level_db - active_level_db(sound)) / 20)
    return Spoken(_soft_limit(sound).astype(np.float32), spoken.words)


def _trim(spoken: Spoken) -> Spoken:
    """Cut what is quieter than 1/200 of the peak off both ends, but for 10 ms."""
    loud = np.flatnonzero(np.abs(spoken.samples) > np.abs(spoken.samples).max() / 200)
    margin = SAMPLE_RATE // 100
    first, last = max(0, int(loud[0]) - margin), min(len(spoken.samples), int(loud[-1]) + margin)
    shift, length = first / SAMPLE_RATE, (last - first) / SAMPLE_RATE
    words = [(min(max(a - shift, 0.0), length), min(max(b - shift, 0.0), length), w) for a, b, w in spoken.words]
    return Spoken(spoken.samples[first:last], words)


def _shorten_pauses(spoken: Spoken, longest: float) -> Spoken:
    """Cut the middle out of every pause longer than `longest` seconds (quieter than 1/100 of the peak)."""
    hop = SAMPLE_RATE // 200
    frames = np.abs(spoken.samples[: len(spoken.samples) // hop * hop]).reshape(-1, hop).max(axis=1)
    quiet = np.concatenate([[False], frames < frames.max() / 100, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int))).reshape(-1, 2) * hop
    keep = np.ones(len(spoken.samples), dtype=bool)
    spare = round(longest * SAMPLE_RATE)
    for begin, end in edges:
        if end - begin > spare:
            keep[begin + spare // 2 : end - (spare - spare // 2)] = False
    after = np.concatenate([[0], np.cumsum(keep)]) / SAMPLE_RATE

    def at(t: float) -> float:
        return float(after[min(round(t * SAMPLE_RATE), len(keep))])

    return Spoken(spoken.samples[keep], [(at(a), at(b), w) for a, b, w in spoken.words])


def active_level_db(sound: npt.NDArray[Any]) -> float:
    """Level in dBFS of the 20 ms frames within 25 dB of the loudest: speech without its pauses."""
    hop = SAMPLE_RATE // 50
    power = np.square(sound[: len(sound) // hop * hop].reshape(-1, hop)).mean(axis=1)
    return float(10 * np.log10(power[power > power.max() * 10**-2.5].mean()))


def high_shelf(corner_hz: float, gain_db: float) -> npt.NDArray[np.float64]:
    """Second-order shelf, shape (1, 6): 0 dB well below `corner_hz`, `gain_db` well above (R. Bristow-Johnson's
    audio EQ cookbook, slope 1)."""
    a = 10 ** (gain_db / 40)
    w = 2 * math.pi * corner_hz / SAMPLE_RATE
    cos, alpha = math.cos(w), math.sin(w) / math.sqrt(2)
    root = 2 * math.sqrt(a) * alpha
    b0, b1, b2 = (
        a * ((a + 1) + (a - 1) * cos + root),
        -2 * a * ((a - 1) + (a + 1) * cos),
        a * ((a + 1) + (a - 1) * cos - root),
    )
    a0, a1, a2 = (a + 1) - (a - 1) * cos + root, 2 * ((a - 1) - (a + 1) * cos), (a + 1) - (a - 1) * cos - root
    return np.array([[b0, b1, b2, a0, a1, a2]]) / a0


def _soft_limit(sound: npt.NDArray[np.float64], knee: float = 0.6, ceiling: float = 0.9) -> npt.NDArray[np.float64]:
    """Straight up to `knee`, then bent so that nothing passes `ceiling`."""
    room = ceiling - knee
    over = np.maximum(np.abs(sound) - knee, 0.0)
    return np.sign(sound) * (np.minimum(np.abs(sound), knee) + room * np.tanh(over / room))


# --- the call -------------------------------------------------------------------------------------------------------


def perform(lines: list[Line]) -> tuple[Samples, list[Turn]]:
    """The sound of the call, shape (2, n), agent first, and its turns.

    A line starts `gap` seconds after the end of the line before it; with a negative gap both talk, and the one who
    was cut into goes on. Raises ValueError where a speaker would talk over himself.
    """
    turns: list[Turn] = []
    pieces: list[tuple[int, int, Samples]] = []
    clock = 0.0
    free = {"agent": 0.0, "caller": 0.0}
    for line in lines:
        spoken = say(line)
        start = round((clock + line.gap) * SAMPLE_RATE) / SAMPLE_RATE
        if start < free[line.who]:
            raise ValueError(f"{line.who} would talk over their own words: {line.text!r} (gap {line.gap})")
        clock = free[line.who] = start + spoken.seconds
        turns.append(Turn(line, start, clock, tuple((start + a, start + b, w) for a, b, w in spoken.words)))
        pieces.append((0 if line.who == "agent" else 1, round(start * SAMPLE_RATE), spoken.samples))
    length = round((max(free.values()) + LEAD_OUT) * SAMPLE_RATE)
    call = np.stack([line_noise(length, seed=0), line_noise(length, seed=1)])
    for channel, first, samples in pieces:
        call[channel, first : first + len(samples)] += samples
    return call, turns


def line_noise(length: int, seed: int, level_db: float = NOISE_DB) -> Samples:
    """Noise as on a quiet line: telephone band, `level_db` dBFS, the same for the same seed. Shape (length,)."""
    white = np.random.default_rng(seed).standard_normal(length)
    shaped = sosfilt(butter(2, (150.0, 3800.0), "bandpass", fs=SAMPLE_RATE, output="sos"), white)
    return np.asarray(shaped * 10 ** (level_db / 20) / np.sqrt(np.mean(shaped**2)), np.float32)


def truth(title: str, call: Samples, turns: list[Turn]) -> dict[str, Any]:
    """What is in the call, for tests and benchmarks: JSON-ready, times in seconds to the millisecond."""
    events: list[dict[str, Any]] = []
    for turn in turns:
        name = turn.line.event
        if not name:
            continue
        moment = turn.start if name in AT_THE_START else turn.end
        if name in BEFORE:
            moment = turn.start - turn.line.gap
        event: dict[str, Any] = {"event": name, "t": round(moment, 3), "cue": turn.line.cue or None}
        if turn.line.cue:
            earliest, latest = DUE_AFTER[name]
            event["due"] = [round(moment + earliest, 3), round(moment + latest, 3)]
        if name in CLEARED_BY:
            event["clears"] = CLEARED_BY[name]
        events.append(event)
    return {
        "title": title,
        "duration": round(call.shape[1] / SAMPLE_RATE, 3),
        "voices": {who: f"{voice.engine} {voice.name}" for who, voice in VOICES.items()},
        "lines": [
            {
                "who": turn.line.who,
                "text": turn.line.text,
                "style": turn.line.style,
                "start": round(turn.start, 3),
                "end": round(turn.end, 3),
                "words": [{"start": round(a, 3), "end": round(b, 3), "word": w} for a, b, w in turn.words],
            }
            for turn in turns
        ],
        "events": events,
    }


def to_json(document: dict[str, Any]) -> str:
    """JSON with one line of text for each entry of a list, so that a change of the script reads well in a diff."""
    parts = []
    for key, value in document.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            text = "[\n" + ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in value) + "\n ]"
        parts.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write_opus(path: Path, call: Samples) -> None:
    """Write `call`, shape (2, n), 16 kHz, as Ogg Opus. "Bit exact" gives the stream the same serial number each time.

    libopus through PyAV at this rate keeps the two sides apart (a talking side is 60 dB down on the silent one, at the
    noise of the line); libsndfile's own Opus writer at its smallest size leaks 5 dB below the talker.
    """
    import av

    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as out:
        options = {"application": "voip", "compression_level": "10"}
        stream = out.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo", options=options)
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(call.T).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.demo_call.make", description="Speak a demo call.")
    parser.add_argument("--long", action="store_true", help="the long call instead of the short one")
    parser.add_argument("--into", type=Path, default=SCRIPT.parent, help="folder to write the sound and its truth to")
    chosen = parser.parse_args(arguments)
    bundled, folder = LONG if chosen.long else SHORT, chosen.into
    title, lines = read_script(bundled.script)
    call, turns = perform(lines)
    folder.mkdir(parents=True, exist_ok=True)
    sound = folder / bundled.sound.name
    write_opus(sound, call)
    (folder / bundled.truth.name).write_text(to_json(truth(title, call, turns)), encoding="utf-8")
    print(f"{sound}: {call.shape[1] / SAMPLE_RATE:.1f} s, {sound.stat().st_size / 1000:.0f} kB, {len(turns)} lines")


if __name__ == "__main__":
    main()
