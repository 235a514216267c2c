"""A kept call without what is sensitive: in no file of it, and silent on both sides."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.events import CallEnded, Channel, CueShown, HeardAct, Note, Text, Word
from voiceassist.core.sensitive import Kind
from voiceassist.storage import CallFolder, CallMeta, CallWriter
from voiceassist.storage.redact import redact

NUMBER = "four one one one one one one one one one one one one one one one"


def text(start: float, said: str, channel: Channel = Channel.CALLER, probability: float = 0.9) -> Text:
    words, step = [], 4.0 / len(said.split())
    for i, word in enumerate(said.split()):
        words.append(Word(start + i * step, start + (i + 1) * step, word, probability))
    return Text(t=start + 4, utterance=1, channel=channel, start=start, end=start + 4, text=said, words=tuple(words))


def kept(tmp_path: Path, probability: float = 0.9) -> CallWriter:
    writer = CallWriter.create(tmp_path, CallMeta(origin="live"))
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    for _ in range(75):
        writer.sound(noise, noise)
    cue = CueShown(t=66.0, number=1, id="x", headline="h", why=f"“{NUMBER}”", acts=(HeardAct(1, "a", NUMBER),))
    said = f"well my card number is {NUMBER} okay then"
    writer.write(
        [text(58.0, said, probability=probability), cue, Note(t=67.0, text="4111111111111111"), CallEnded(t=75.0)]
    )
    return writer


def loudness(folder: CallFolder) -> tuple[np.ndarray, np.ndarray]:
    """Level of each 0.1 s, agent and caller."""
    both = [(a, c) for a, c in folder.sound(1600) if a is not None and c is not None]
    return tuple(np.array([float(np.abs(side).max()) for side in sides]) for sides in zip(*both, strict=True))  # type: ignore[return-value]


def test_a_card_is_in_no_file_and_silent_on_both_sides_across_a_joint(tmp_path: Path) -> None:
    writer = kept(tmp_path)
    writer.close()
    folder = CallFolder.open(writer.path)
    done = redact(folder)
    assert done.counts == {Kind.CARD: 1}
    assert NUMBER[:12].encode() not in (writer.path / "journal.jsonl").read_bytes()
    assert b"4111111111111111" not in (writer.path / "journal.jsonl").read_bytes()
    ((start, end),) = done.muted
    for side in loudness(CallFolder.open(writer.path)):
        assert side[round(start * 10) + 1 : round(end * 10) - 1].max() < 0.01
        assert side[: round(start * 10) - 1].min() > 0.1
        assert side[round(end * 10) + 1 :].min() > 0.1
    assert len(loudness(CallFolder.open(writer.path))[0]) == 750
    assert redact(CallFolder.open(writer.path)).counts == {}
    assert not list(writer.path.rglob("*.new"))


def test_words_whose_times_are_doubtful_are_muted_with_their_whole_utterance(tmp_path: Path) -> None:
    writer = kept(tmp_path, probability=0.2)
    writer.close()
    ((start, end),) = redact(CallFolder.open(writer.path), only_look=True).muted
    assert start < 58.0
    assert end > 62.0


def test_looking_changes_nothing(tmp_path: Path) -> None:
    writer = kept(tmp_path)
    writer.close()
    before = {path: path.read_bytes() for path in writer.path.rglob("*") if path.is_file()}
    redact(CallFolder.open(writer.path), only_look=True)
    assert {path: path.read_bytes() for path in writer.path.rglob("*") if path.is_file()} == before


def test_a_call_that_goes_on_is_not_redacted(tmp_path: Path) -> None:
    writer = kept(tmp_path)
    with pytest.raises(InputError):
        redact(CallFolder.open(writer.path))
    writer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
@pytest.mark.parametrize("after", range(1, 6))
def test_killed_at_any_step_the_call_is_readable_and_redacting_again_finishes_it(tmp_path: Path, after: int) -> None:
    writer = kept(tmp_path)
    writer.close()
    code = """
import os, sys
from pathlib import Path
from voiceassist.storage import CallFolder
from voiceassist.storage.redact import redact
left = int(sys.argv[2])
def counted(real):
    def step(*args, **more):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)
        return real(*args, **more)
    return step
os.fsync, Path.replace = counted(os.fsync), counted(Path.replace)
redact(CallFolder.open(Path(sys.argv[1])))
"""
    done = subprocess.run([sys.executable, "-c", code, str(writer.path), str(after)], env=dict(os.environ))
    assert done.returncode == -9
    folder = CallFolder.open(writer.path)
    assert folder.duration == 75.0
    assert len(loudness(folder)[0]) == 750
    assert redact(CallFolder.open(writer.path)).counts == {Kind.CARD: 1}
    assert b"one one one" not in (writer.path / "journal.jsonl").read_bytes()
    assert redact(CallFolder.open(writer.path)).counts == {}
