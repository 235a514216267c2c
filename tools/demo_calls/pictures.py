"""A picture of a demo call: level, spectrogram, and the pitch that was commanded beside the pitch that is measured.

    python -m tools.demo_calls.pictures calm --into DIR       writes DIR/calm.png and prints what does not add up

Needs `pip install --group demo-calls`. Measured by swift-f0, as the engine measures it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.demo_calls.make import FOLDER
from tools.demo_calls.turns import PITCH_STEP, SAMPLE_RATE

HOP = SAMPLE_RATE // 50


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.demo_calls.pictures", description="Look at demo calls.")
    parser.add_argument("names", nargs="+")
    parser.add_argument("--calls", type=Path, default=FOLDER, help="where the calls are")
    parser.add_argument("--into", type=Path, default=Path("."))
    chosen = parser.parse_args(arguments)
    import soundfile

    for name in chosen.names:
        sound, _ = soundfile.read(chosen.calls / f"{name}.ogg", dtype="float32", always_2d=True)
        truth = json.loads((chosen.calls / f"{name}.json").read_text(encoding="utf-8"))
        measured = {who: pitch(sound[:, n]) for n, who in enumerate(("agent", "caller"))}
        check(name, sound, truth, measured)
        draw(chosen.into / f"{name}.png", sound, truth, measured)


def pitch(sound: npt.NDArray[np.float32]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """(seconds, Hz) of the voiced frames."""
    from swift_f0 import SwiftF0

    found = SwiftF0(threads=1, spin=False).detect(sound, SAMPLE_RATE, 65, 500)
    sure = found.confidence >= 0.5
    return found.timestamps[sure], found.pitch_hz[sure]


def level_db(sound: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    frames = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    return np.asarray(10 * np.log10(np.square(frames).mean(axis=1) + 1e-9))


def check(name: str, sound: npt.NDArray[np.float32], truth: dict[str, Any], measured: dict[str, Any]) -> None:
    """Print peak, clipped samples, silence where words are, and commanded against measured pitch."""
    print(f"{name}: {len(sound) / SAMPLE_RATE:.1f} s")
    for n, who in enumerate(("agent", "caller")):
        side = sound[:, n]
        lines = [line for line in truth["lines"] if line["who"] == who]
        levels = level_db(side)
        quiet = [
            (word["word"], word["start"])
            for line in lines
            for word in line["words"]
            if word["end"] - word["start"] > 0.1
            and levels[int(word["start"] * 50) : int(word["end"] * 50) + 1].max() < -50
        ]
        talking = np.zeros(len(levels), dtype=bool)
        for line in lines:
            talking[int(line["start"] * 50) - 5 : int(line["end"] * 50) + 6] = True
        digital = int((np.abs(side) < 1e-6).reshape(-1)[: len(side) // 800 * 800].reshape(-1, 800).all(axis=1).sum())
        times, hertz = measured[who]
        off = []
        for line in lines:
            for n_step, commanded in enumerate(line["pitch_hz"]):
                at = line["start"] + n_step * PITCH_STEP
                near = hertz[np.abs(times - at) < 0.02]
                if commanded and len(near):
                    off.append(12 * np.log2(np.median(near) / commanded))
        semitones = np.abs(np.array(off))
        print(
            f"  {who:6} peak {np.abs(side).max():.2f}, {int((np.abs(side) > 0.98).sum())} clipped, between lines"
            f" {np.median(levels[~talking]):.0f} dB (at most {levels[~talking].max():.0f}), {digital} pieces of"
            f" 50 ms of digital silence, words without sound: {quiet or 'none'}; pitch {len(off)} points, median off"
            f" {np.median(semitones):.2f} st, within 1 st {np.mean(semitones < 1):.0%}, octave errors"
            f" {np.mean(semitones > 7):.1%}"
        )


def draw(path: Path, sound: npt.NDArray[np.float32], truth: dict[str, Any], measured: dict[str, Any]) -> None:
    import matplotlib  # type: ignore[import-not-found,unused-ignore]

    matplotlib.use("Agg")
    from matplotlib import pyplot  # type: ignore[import-not-found,unused-ignore]

    figure, axes = pyplot.subplots(6, 1, figsize=(22, 20), sharex=True, constrained_layout=True)
    for n, who in enumerate(("agent", "caller")):
        side = sound[:, n]
        levels = level_db(side)
        level, spectrum, curve = axes[3 * n : 3 * n + 3]
        level.plot(np.arange(len(levels)) / 50, levels, lw=0.6, color="tab:blue")
        level.set(ylabel=f"{who}: dBFS", ylim=(-75, 0))
        for line in truth["lines"]:
            if line["who"] == who:
                level.axvspan(
                    line["start"], line["end"], alpha=0.1 + 0.04 * max(0, line["voice"]["level_db"]), color="tab:red"
                )
        for event in truth["events"]:
            if event["cue"] and n:
                level.axvline(event["t"], color="black", lw=0.8)
                level.text(event["t"], -3, event["cue"], rotation=90, va="top", fontsize=8)
        spectrum.specgram(side, NFFT=512, Fs=SAMPLE_RATE, noverlap=256, vmin=-130, vmax=-40)
        spectrum.set(ylabel="Hz")
        for line in truth["lines"]:
            if line["who"] == who:
                hertz = np.array(line["pitch_hz"], float)
                hertz[hertz == 0] = np.nan
                curve.plot(
                    line["start"] + PITCH_STEP * np.arange(len(hertz)), hertz, "-", color="tab:orange", lw=3, alpha=0.6
                )
        curve.plot(*measured[who], ".", ms=1.5, color="black")
        curve.set(ylabel="Hz: commanded, measured", ylim=(60, 500))
    axes[-1].set(xlabel="seconds")
    figure.savefig(path, dpi=70)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
