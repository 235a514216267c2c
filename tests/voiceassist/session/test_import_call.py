"""Importing: what a heap of files is taken for, and a call kept whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.messages import raises
from voiceassist.config.options import Settings
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message
from voiceassist.session.import_call import import_call, plan
from voiceassist.storage import CallFolder


def sound(path: Path, channels: int = 2, seconds: float = 1.0) -> Path:
    noise = np.random.default_rng(channels).normal(0, 0.01, (round(seconds * SAMPLE_RATE), channels))
    soundfile.write(path, noise, SAMPLE_RATE)
    return path


def test_a_folder_is_its_recordings_and_sides_that_belong_together_are_one_call(tmp_path: Path) -> None:
    for name in ("one.wav", "two-agent.wav", "two-caller.wav", "Customer 3.wav"):
        sound(tmp_path / name)
    (tmp_path / "notes.txt").write_text("x")
    planned = {one.name: one.sides for one in plan([tmp_path])}
    assert list(planned) == ["Customer 3.wav", "one.wav", "two-agent.wav, two-caller.wav"]
    pair = planned["two-agent.wav, two-caller.wav"]
    assert pair is not None
    assert {channel: side.path.name for channel, side in pair.items()} == {
        Channel.AGENT: "two-agent.wav",
        Channel.CALLER: "two-caller.wav",
    }


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with raises(InputError, "file-not-found"):
        plan([tmp_path / "none.wav"])


def test_a_recording_is_kept_with_who_the_agent_was(tmp_path: Path) -> None:
    (planned,) = plan([sound(tmp_path / "a \N{SNOWMAN} #?.wav")])
    shares: list[float] = []
    warnings: list[Message] = []
    id = import_call(
        planned,
        Settings(),
        tmp_path / "calls",
        agent="Lee",
        transcribe=False,
        progress=shares.append,
        warn=warnings.append,
    )
    meta = CallFolder.open(tmp_path / "calls" / id).meta
    assert (meta.agent, meta.origin, meta.sources[Channel.AGENT]) == ("Lee", "file", "a \N{SNOWMAN} #?.wav")
    assert shares[-1] == pytest.approx(1, abs=0.2)
    assert warnings  # there is no speech in it


def test_a_mono_recording_says_that_the_sides_cannot_be_told_apart(tmp_path: Path) -> None:
    (planned,) = plan([sound(tmp_path / "mono.wav", 1)])
    with raises(InputError, "file-mono"):
        import_call(planned, Settings(), tmp_path / "calls", transcribe=False)
    assert not (tmp_path / "calls").exists()


def test_an_import_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    (planned,) = plan([sound(tmp_path / "long.wav", seconds=30)])

    def stop(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_call(planned, Settings(), tmp_path / "calls", transcribe=False, progress=stop)
    assert list((tmp_path / "calls").iterdir()) == []
