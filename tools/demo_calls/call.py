"""A whole call: its turns on one timeline, two sides, and the truth about what is in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from tools.demo_calls.kokoro import Kokoro
from tools.demo_calls.script import ALONE_DUE_AFTER, AT_THE_START, BEFORE, CLEARED_BY, DUE_AFTER, Line, Script
from tools.demo_calls.telephone import over_the_line
from tools.demo_calls.turns import PITCH_STEP, SAMPLE_RATE, Spoken, speak_line

Samples = npt.NDArray[np.float32]

NOISE_DB = -62.0
"""Faint noise of the line and of the headset, so that silence is not digital zero."""
LEAD_OUT = 2.5
"""Seconds of noise after the last word."""
BIT_RATE = 24_000
"""Of the Opus stream, both sides together."""


@dataclass(frozen=True)
class Turn:
    """A line as it is heard from `start` to `end` seconds."""

    line: Line
    spoken: Spoken
    start: float

    @property
    def end(self) -> float:
        return self.start + self.spoken.seconds


def perform(script: Script, kokoro: Kokoro) -> tuple[Samples, list[Turn]]:
    """The sound of the call, shape (2, n), agent first, and its turns.

    A line starts `gap` seconds after the end of the line before it; with a negative gap both talk, and the one who
    was cut into goes on. Raises ValueError where a speaker would talk over their own words.
    """
    turns: list[Turn] = []
    clock = 0.0
    free = {"agent": 0.0, "caller": 0.0}
    for line in script.lines:
        spoken = speak_line(kokoro, line, script.speakers[line.who])
        start = round((clock + line.gap) * SAMPLE_RATE) / SAMPLE_RATE
        if start < free[line.who]:
            raise ValueError(f"{line.who} would talk over their own words: {line.text!r} (gap {line.gap})")
        turns.append(Turn(line, spoken, start))
        clock = free[line.who] = turns[-1].end
    length = round((max(free.values()) + LEAD_OUT) * SAMPLE_RATE)
    sides = [noise(length, seed=0, band=(100.0, 7000.0)), noise(length, seed=1, band=(150.0, 3800.0))]
    for turn in turns:
        first = round(turn.start * SAMPLE_RATE)
        side = sides[0 if turn.line.who == "agent" else 1]
        side[first : first + len(turn.spoken.samples)] += turn.spoken.samples
    return np.stack([sides[0], over_the_line(sides[1], script.codec)]), turns


def noise(length: int, seed: int, band: tuple[float, float], level_db: float = NOISE_DB) -> Samples:
    """Noise in `band` Hz, `level_db` dBFS, the same for the same seed. Shape (length,)."""
    white = np.random.default_rng(seed).standard_normal(length)
    shaped = sosfilt(butter(2, band, "bandpass", fs=SAMPLE_RATE, output="sos"), white)
    return np.asarray(shaped * 10 ** (level_db / 20) / np.sqrt(np.mean(shaped**2)), np.float32)


def truth(script: Script, call: Samples, turns: list[Turn]) -> dict[str, Any]:
    """What is in the call, for tests and benchmarks: JSON-ready, times in seconds to the millisecond."""
    return {
        "title": script.title,
        "language": script.language,
        "duration": round(call.shape[1] / SAMPLE_RATE, 3),
        "codec": script.codec,
        "pitch_step": PITCH_STEP,
        "voices": {who: f"{s.voice} {s.phonemes}" for who, s in script.speakers.items()},
        "lines": [_line_truth(turn) for turn in turns],
        "events": [event for turn in turns for event in _event_truths(turn)],
    }


def _line_truth(turn: Turn) -> dict[str, Any]:
    style = turn.spoken.style
    return {
        "who": turn.line.who,
        "text": turn.line.heard,
        "style": turn.line.style,
        "start": round(turn.start, 3),
        "end": round(turn.end, 3),
        "voice": {
            "level_db": style.level_db,
            "semitones": [style.semitones, style.semitones_end],
            "tempo": style.tempo,
            "tilt_db": style.tilt_db,
        },
        "pitch_hz": [round(hertz) for hertz in turn.spoken.pitch],
        "words": [
            {"start": round(turn.start + a, 3), "end": round(turn.start + b, 3), "word": w}
            for a, b, w in turn.spoken.words
        ],
    }


def _event_truths(turn: Turn) -> list[dict[str, Any]]:
    line = turn.line
    events = [_event_truth(turn)] if line.event else []
    if line.alone:
        due = [round(turn.end + seconds, 3) for seconds in ALONE_DUE_AFTER]
        events.append(
            {"event": "nothing-is-read", "t": round(turn.end, 3), "cue": line.alone, "due": due, "needs": "no words"}
        )
    return events


def _event_truth(turn: Turn) -> dict[str, Any]:
    line = turn.line
    moment = turn.start if line.event in AT_THE_START else turn.end
    if line.event in BEFORE:
        moment = turn.start - line.gap
    event: dict[str, Any] = {"event": line.event, "t": round(moment, 3), "cue": line.cue or None}
    if line.cue:
        earliest, latest = DUE_AFTER[line.event]
        event["due"] = [round(moment + earliest, 3), round(moment + latest, 3)]
        event["needs"] = line.needs
    if line.event in CLEARED_BY:
        event["clears"] = CLEARED_BY[line.event]
    return event


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

    libopus through PyAV at this rate keeps the two sides apart; libsndfile's own Opus writer at its smallest size leaks
    5 dB below the talker.
    """
    import av

    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as out:
        options = {"application": "voip", "compression_level": "10"}
        stream: Any = out.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo", options=options)
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(call.T).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
