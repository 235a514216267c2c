"""How fast a one-hour call opens, scrolls and zooms in the replay, and how far sound and position are apart:

    python -m tests.bench.replay_speed [--minutes 60]

The call is made of noise and clicks with words, a curve and cues; it lies in a temporary folder. Set DISPLAY for a
real screen (Xvfb), or it is Qt's offscreen one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

RATE = 16_000
CLICK = 480
"""Samples of a click: 30 ms. At double speed every other window is left out, and with it what is shorter."""


def make(root: Path, minutes: int) -> Path:
    """A click each second on both sides, the last second's too; words, curve and cues all along."""
    from tests.voiceassist.coach.calls import keep
    from voiceassist.core.events import (
        Agitation,
        AgitationState,
        Channel,
        ClearedBy,
        CueCleared,
        CueShown,
        Event,
        Text,
        Word,
    )

    n = minutes * 60 * RATE
    sound = np.random.default_rng(0).standard_normal((n, 2)).astype(np.float32) * 0.002
    burst = 0.8 * np.sin(np.arange(CLICK) / 2.0, dtype=np.float32)[:, None]
    for at in range(RATE // 2, n - RATE // 4, RATE):
        sound[at - CLICK // 2 : at + CLICK // 2] += burst
    events: list[Event] = []
    for k in range(minutes * 240):
        t = k / 4
        score = float(0.5 + 0.5 * np.sin(t / 40))
        state = AgitationState.HIGH if score > 0.7 else AgitationState.CALM
        events.append(Agitation(t=t, score=round(score, 3), confidence=0.9, state=state))
    for k in range(minutes * 12):
        start = k * 5.0
        words = tuple(
            Word(start=start + 0.3 * i, end=start + 0.3 * i + 0.25, text=f" word{i}", probability=0.9)
            for i in range(14)
        )
        side = Channel.AGENT if k % 2 else Channel.CALLER
        text = " ".join(word.text.strip() for word in words)
        events.append(
            Text(t=start + 4.5, utterance=k, channel=side, start=start, end=start + 4.2, text=text, words=words)
        )
        if k % 12 == 6:
            events.append(CueShown(t=start, number=k, id="x", headline="Pause two beats", why="You answered at once"))
            events.append(CueCleared(t=start + 8, number=k, id="x", by=ClearedBy.FOLLOWED))
    events.sort(key=lambda event: event.t)
    return keep(root, sound, events)


def opened(folder: Path) -> tuple[float, object]:
    """Seconds until everything is shown, painted once."""
    from PySide6.QtWidgets import QApplication

    from ui.coach.replay_window import ReplayWindow
    from ui.preferences import Preferences
    from ui.theme import Scheme, Theme

    app = QApplication.instance() or QApplication([])
    theme = Theme(Scheme.LIGHT)
    theme.choose(reduced_motion=True)
    began = time.perf_counter()
    window = ReplayWindow(folder, theme, Preferences())
    window.resize(1920, 1000)
    window.show()
    while window.recording is None:
        app.processEvents()
        time.sleep(0.001)
    window.timeline.repaint()
    window.words.viewport().repaint()
    return time.perf_counter() - began, window


def frames(window, count: int) -> tuple[list[float], list[float]]:  # type: ignore[no-untyped-def]
    """Milliseconds to paint the timeline after each scroll by 40 pixels, and after each zoom."""
    line = window.timeline
    line.show_span(600 * RATE, 660 * RATE)
    scrolled, zoomed = [], []

    def paint() -> float:
        began = time.perf_counter()
        line.repaint()
        return 1000 * (time.perf_counter() - began)

    paint()
    for _ in range(count):
        began = time.perf_counter()
        line.scroll_by(40 / 1800)
        line.repaint()
        scrolled.append(1000 * (time.perf_counter() - began))
        time.sleep(0.008)  # a hand scrolls at 60 Hz at most
    for k in range(count // 4):
        began = time.perf_counter()
        line.zoom(1.4 if k % 24 < 12 else 1 / 1.4)
        line.repaint()
        zoomed.append(1000 * (time.perf_counter() - began))
        time.sleep(0.008)
    return scrolled, zoomed


def sync(folder: Path) -> dict[float, float]:
    """By speed: the greatest distance in ms between where a click is heard and where it is said to be, after 100
    random seeks into the last minute."""
    from voiceassist.coach.playback import SPEEDS, Feed, Sound
    from voiceassist.storage.segment_reader import SegmentReader

    reader = SegmentReader(folder)
    rng = np.random.default_rng(1)
    worst = {}
    for speed in SPEEDS:
        feed = Feed(Sound(reader).read, reader.samples)
        feed.speed = speed
        feed.play()
        off = 0.0
        for _ in range(100):
            second = int(rng.integers(reader.samples // RATE - 60, reader.samples // RATE - 1))
            click = second * RATE + RATE // 2
            begin = click - int(rng.integers(1_600, 6_000))
            feed.restart(begin)
            out = np.zeros((round(9_000 / speed) // 160 * 160, 2), np.float32)
            for k in range(0, len(out), 160):
                while feed.fill():
                    pass
                feed.take(out[k : k + 160], k / RATE)
            energy = out[:, 0].astype(np.float64) ** 2
            energy[energy < energy.max() / 50] = 0
            heard_at = (energy * np.arange(len(energy))).sum() / energy.sum() / RATE
            off = max(off, abs(feed.heard(heard_at) - click))
        worst[speed] = 1000 * off / RATE
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    minutes = parser.parse_args().minutes
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.task import wait_for_all
    from voiceassist.coach import peaks
    from voiceassist.storage.segment_reader import SegmentReader

    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        folder = make(Path(home) / "calls", minutes)
        reader = SegmentReader(folder)
        made = peaks.Peaks(reader.samples)
        began = time.perf_counter()
        peaks.build(reader, made)
        print(f"peaks of {minutes} min made in {time.perf_counter() - began:.1f} s", end="; ")
        peaks.save(folder, reader, made)
        print(f"{(folder / peaks.PEAKS).stat().st_size / 1e6:.1f} MB")
        for name in ("first", "again", "again"):
            seconds, window = opened(folder)
            print(f"opened, {name}: {seconds:.2f} s")
            if name == "first":
                window.close()  # type: ignore[attr-defined]
        time.sleep(1.0)
        scrolled, zoomed = frames(window, 600)
        for name, times in (("scrolling", scrolled), ("zooming", zoomed)):
            p50, p99 = np.percentile(times, [50, 99])
            print(f"{name}: median {p50:.1f} ms, p99 {p99:.1f} ms, worst {max(times):.1f} ms")
        window.close()  # type: ignore[attr-defined]
        for speed, off in sync(folder).items():
            print(f"sync at {speed:g}x: at most {off:.1f} ms apart")
        wait_for_all(5.0)


if __name__ == "__main__":
    main()
