"""A kept call: exact in time, whole after a kill, and gone without a trace when it can't be kept."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.calls.demo import DELIVERY
from tests.support.busy import PATIENCE
from tests.support.messages import raises
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError, StorageError
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Change,
    ChangeKind,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    GapReason,
    Meter,
    Note,
    Response,
    Silence,
    StatusCause,
    Text,
    encode,
)
from voiceassist.core.gap_merger import GapMerger
from voiceassist.core.messages import message, verbatim
from voiceassist.session.engine import CallEngine
from voiceassist.session.replay import replay
from voiceassist.storage import CallFolder, CallMeta, CallWriter, Library, RecordingState, writer
from voiceassist.storage.meta import SEGMENT, write_meta
from voiceassist.storage.recording import Recording

EVENTS: list[Event] = [
    CallStarted(t=0.0, schema=SCHEMA, pack="en 1"),
    Agitation(t=0.25, score=0.0, confidence=0.0, state=AgitationState.LISTENING),
    Agitation(t=5.0, score=0.62, confidence=0.8, state=AgitationState.HIGH, reasons=(Change(ChangeKind.LOUDER, 5),)),
    CueShown(t=5.1, number=1, id="pause", headline="Pause two beats", why="caller 5 dB louder"),
    Note(t=6.0, text="billing"),
    CallEnded(t=7.0),
]


def voices(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Two voice-like sounds, agent and caller, that go on and off; both are on across every tenth second."""
    t = np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE
    both = []
    for hz, shift in ((120, 0.0), (210, 0.05)):
        on = np.cos(2 * np.pi * 1.3 * (t - shift)) > -0.2
        voice = on * sum(np.sin(2 * np.pi * hz * h * t + h) / h for h in range(1, 25))
        both.append(np.resize(0.1 * voice, round(seconds * SAMPLE_RATE)).astype(np.float32))
    return both[0], both[1]


def kept(
    root: Path, agent: np.ndarray, caller: np.ndarray, events: list[Event] = EVENTS, block: int = 1600
) -> CallFolder:
    keeper = CallWriter.create(root, CallMeta(origin="file"))
    for at in range(0, len(caller), block):
        keeper.sound(agent[at : at + block], caller[at : at + block])
    keeper.write(events)
    keeper.close()
    return CallFolder.open(keeper.path)


def heard(folder: CallFolder) -> np.ndarray:
    """Shape (n, 2)."""
    return np.concatenate([np.stack([a, c], axis=1) for a, c in folder.sound() if a is not None and c is not None])


def lag(was: np.ndarray, is_now: np.ndarray, reach: int = 80) -> int:
    """Samples by which the second sound is late against the first."""
    middle = was[reach:-reach]
    scores = [float(np.dot(middle, is_now[reach + k : len(is_now) - reach + k])) for k in range(-reach, reach + 1)]
    return int(np.argmax(scores)) - reach


# --- sound ----------------------------------------------------------------------------------------------------------


def test_length_is_exact_and_segments_join_without_a_seam(tmp_path: Path) -> None:
    agent, caller = voices(121.3)
    folder = kept(tmp_path, agent, caller, block=1777)
    assert sorted(p.name for p in (folder.path / "sound").iterdir()) == ["0000.ogg", "0001.ogg", "0002.ogg"]
    sound = heard(folder)
    assert len(sound) == len(agent)
    assert folder.duration == pytest.approx(121.3)
    for joint in (SEGMENT, 2 * SEGMENT):
        around = slice(joint - 1600, joint + 1600)
        for column, was in enumerate((agent, caller)):
            assert abs(lag(was[around], sound[around, column])) < 0.002 * SAMPLE_RATE
            # In every 5 ms before and after the joint the coded sound is as loud as it was.
            for at in range(joint - 800, joint + 800, 80):
                was_db, now_db = (10 * np.log10(np.mean(s[at : at + 80] ** 2)) for s in (was, sound[:, column]))
                assert now_db == pytest.approx(was_db, abs=3.0)
    assert folder.warnings == []


def test_left_is_the_agent_and_nothing_of_one_side_leaks_into_the_other(tmp_path: Path) -> None:
    agent, caller = voices(5.0)
    sound = heard(kept(tmp_path, agent, 0 * caller))
    assert np.max(np.abs(sound[:, 0])) > 0.1
    assert np.max(np.abs(sound[:, 1])) < 1e-4


def test_a_side_without_a_source_comes_back_as_none(tmp_path: Path) -> None:
    _, caller = voices(2.0)
    keeper = CallWriter.create(tmp_path, CallMeta(origin="file", channels=(Channel.CALLER,)))
    keeper.sound(None, caller)
    keeper.close()
    assert all(agent is None and caller is not None for agent, caller in CallFolder.open(keeper.path).sound())


# --- events and what the call is ------------------------------------------------------------------------------------


def test_events_come_back_as_they_were_without_meters_and_partial_text(tmp_path: Path) -> None:
    meter = Meter(t=1.0, agent_db=-30, caller_db=-20, agent_speaking=False, caller_speaking=True)
    partial = Text(t=1.0, utterance=1, channel=Channel.CALLER, start=0.2, end=0.9, text="I want to", final=False)
    folder = kept(tmp_path, *voices(1.0), events=[*EVENTS[:2], meter, partial, *EVENTS[2:]])
    assert list(folder.events()) == EVENTS


def test_call_json_tells_what_the_call_was(tmp_path: Path) -> None:
    folder = kept(tmp_path, *voices(7.0))
    told = json.loads((folder.path / "call.json").read_text())
    assert (told["state"], told["duration"], told["cues"], told["peak_agitation"]) == ("closed", 7.0, 1, 0.62)
    assert not folder.cut_off
    assert msgspec.json.decode((folder.path / "call.json").read_bytes(), type=CallMeta) == folder.meta


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes; the user's folder is private there")
@pytest.mark.parametrize("umask", [0, 0o022])
def test_only_the_owner_can_read_a_call_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        kept(tmp_path / "calls", *voices(1.0))
    finally:
        os.umask(before)
    found = [tmp_path / "calls", *(tmp_path / "calls").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_file()} == {0o600}


def test_ids_sort_by_time_and_do_not_collide(tmp_path: Path) -> None:
    def meta(second: int) -> CallMeta:
        return CallMeta(origin="live", created=datetime(2026, 3, 4, 5, 6, second, tzinfo=UTC))

    same_second = {CallWriter.create(tmp_path, meta(8)).meta.id for _ in range(50)}
    assert len(same_second) == 50
    earlier = CallWriter.create(tmp_path, meta(7)).meta.id
    assert earlier < min(same_second)
    assert earlier.startswith("20260304-050607-")


# --- killed ---------------------------------------------------------------------------------------------------------

VICTIM = """
    import sys
    import numpy as np
    from pathlib import Path
    from voiceassist.storage import CallMeta, CallWriter
    from voiceassist.core.events import Note
    from voiceassist.storage.recording import Recording

    keeper = Recording(CallWriter.create(Path(sys.argv[1]), CallMeta(origin="live")))
    keeper.start()
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 1600)).astype(np.float32)
    for tenth in range(round(float(sys.argv[2]) * 10)):
        keeper.sound(*noise)
        keeper.write([Note(t=tenth / 10, text="x")])
    assert keeper.flush(60)
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("seconds", [0.0, 0.3, 59.9, 83.5])
def test_a_killed_process_loses_the_last_second_and_no_more(tmp_path: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(VICTIM), str(tmp_path), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"written\n" or victim.wait() == 0
        victim.kill()
    (folder,) = Library(tmp_path).list()
    assert folder.cut_off
    assert folder.warnings[0] == message("call-cut-off")
    assert len(list(folder.events())) == round(seconds * 10)
    length = sum(len(caller) for _, caller in folder.sound() if caller is not None) / SAMPLE_RATE
    assert seconds - 1.5 <= length <= seconds
    assert folder.duration == pytest.approx(length, abs=0.001)


def test_a_half_written_last_line_is_left_out(tmp_path: Path) -> None:
    folder = kept(tmp_path, *voices(1.0))
    with (folder.path / "journal.jsonl").open("ab") as journal:
        journal.write(encode(EVENTS[-1])[:-5])
    assert list(folder.events()) == EVENTS
    assert folder.warnings == []


def test_a_status_whose_cause_only_another_version_knew_is_read(tmp_path: Path) -> None:
    folder = kept(tmp_path, *voices(1.0))
    line = {"type": "component-status", "t": 8.0, "component": "transcription", "state": "ok", "cause": "of-the-past"}
    with (folder.path / "journal.jsonl").open("ab") as journal:
        journal.write(json.dumps(line).encode() + b"\n")
    *_, last = folder.events()
    assert isinstance(last, ComponentStatus)
    assert last.cause is StatusCause.OTHER
    assert folder.warnings == []


def test_a_damaged_line_in_the_middle_is_left_out_and_reported(tmp_path: Path) -> None:
    folder = kept(tmp_path, *voices(1.0))
    journal = folder.path / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], b'{"type":"agit\xff\n', *lines[2:]]))
    assert list(folder.events()) == EVENTS
    assert folder.warnings == [message("journal-damaged", count=1, file=str(journal))]


def test_a_lost_segment_counts_as_silence_and_the_rest_keeps_its_time(tmp_path: Path) -> None:
    agent, caller = voices(125.0)
    folder = kept(tmp_path, agent, caller)
    (folder.path / "sound" / "0001.ogg").write_bytes(b"OggS, once")
    sound = heard(folder)
    assert len(sound) == len(agent)
    assert not sound[SEGMENT : 2 * SEGMENT].any()
    assert lag(caller[2 * SEGMENT :], sound[2 * SEGMENT :, 1]) == 0
    assert folder.warnings == [message("sound-lost", start="1:00", end="2:00")]


# --- can't be kept --------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room for 30 kB more of journal and sound."""
    room = 30_000
    write_all = writer._write_all

    def bounded(file: Any, data: Any) -> None:
        nonlocal room
        fits, room = data[:room], max(room - len(data), 0)
        write_all(file, fits)
        if len(fits) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writer, "_write_all", bounded)


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("what", ["sound", "journal"])
def test_a_full_disk_is_reported_once_and_the_call_goes_on(
    tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    keeper = CallWriter.create(tmp_path, CallMeta(origin="live"))
    agent, caller = voices(1.0)
    told = []
    for t in range(200):
        try:
            if what == "sound":
                keeper.sound(agent, caller)
            else:
                keeper.write([Note(t=float(t), text="x" * 1000)])
        except StorageError as error:
            told.append(error.message)
    keeper.close()
    assert told == [message("call-not-kept", folder=str(tmp_path), reason="no space left on device")]
    folder = CallFolder.open(keeper.path)
    assert folder.cut_off
    length = sum(len(side) for _, side in folder.sound() if side is not None)
    assert length > 0 or what == "journal"
    assert list(folder.events()) or what == "sound"
    assert capfd.readouterr().err == ""


def test_recording_goes_on_at_the_next_minute_when_there_is_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Any, data: Any) -> None:
        file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keeper = CallWriter.create(tmp_path, CallMeta(origin="live"))
    recording = Recording(keeper)
    recording.start()
    sound = voices(10.0)
    for ten in range(14):  # 140 s: full from 40 to 80
        with monkeypatch.context() as patched:
            if 4 <= ten < 8:
                patched.setattr(writer, "_write_all", full)
            recording.write([Note(t=10.0 * ten, text=str(ten))])
            recording.sound(*sound)
            assert recording.flush(PATIENCE)
    told = [(part.state, part.reason) for part in recording.poll()]
    assert told == [
        (ComponentState.FAILED, message("call-not-kept", folder=str(tmp_path), reason="no space left on device")),
        (ComponentState.OK, message("recording-resumes", start="0:40", end="2:00")),
    ]
    assert recording.close(PATIENCE)
    assert recording.poll() == []
    folder = CallFolder.open(keeper.path)
    assert not folder.cut_off
    assert folder.duration == 140.0
    assert [event.text for event in folder.events() if isinstance(event, Note)] == list(map(str, range(14)))
    caller = np.concatenate([side for _, side in folder.sound() if side is not None])
    assert lag(caller[120 * SAMPLE_RATE :], np.concatenate([sound[1], sound[1]])) == 0
    lost, whole_minute = folder.warnings
    assert lost == message("sound-lost", start="0:39", end="1:00")  # the last page was not handed over yet
    assert whole_minute == message("sound-lost", start="1:00", end="2:00")


def test_a_call_for_which_there_was_no_room_at_the_start_is_kept_from_the_next_minute_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(writer, "write_meta", _full)
        keeper = CallWriter.create_or_wait(tmp_path / "calls", CallMeta(origin="live"))
        assert keeper.failure is not None
        recording = Recording(keeper)
        recording.start()
        recording.write([Note(t=0.0, text="early")])
        recording.sound(*voices(10.0))
        assert recording.flush(PATIENCE)
    for _ in range(6):
        recording.sound(*voices(10.0))
    assert recording.close(PATIENCE)
    (told,) = recording.poll()
    assert told.reason == message("recording-resumes", start="0:00", end="1:00")
    folder = CallFolder.open(keeper.path)
    assert [event.text for event in folder.events() if isinstance(event, Note)] == ["early"]
    assert folder.duration == 70.0


def test_a_disk_that_stays_full_leaves_the_journal_out_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "ROOM_TO_RESUME", 1 << 62)
    with monkeypatch.context() as patched:
        patched.setattr(writer, "write_meta", _full)
        keeper = CallWriter.create_or_wait(tmp_path / "calls", CallMeta(origin="live"))
    recording = Recording(keeper)
    recording.start()
    for _ in range(30):
        recording.sound(*voices(10.0))
        assert recording.flush(PATIENCE)
    assert recording.close(PATIENCE)
    assert recording.poll() == []
    assert not keeper.path.exists()


def _full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.usefixtures("small_disk")
def test_a_call_that_could_not_be_kept_can_be_removed_completely(tmp_path: Path) -> None:
    keeper = CallWriter.create(tmp_path, CallMeta(origin="file"))
    with pytest.raises(StorageError):
        keeper.sound(*voices(100.0))
    keeper.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with raises(StorageError, "call-not-kept", folder=str(tmp_path / "file" / "calls")):
        CallWriter.create(tmp_path / "file" / "calls", CallMeta(origin="file"))


# --- reading --------------------------------------------------------------------------------------------------------


def test_calls_are_found_by_id_by_its_beginning_by_path_and_as_the_last(tmp_path: Path) -> None:
    old, new = (
        CallWriter.create(tmp_path, CallMeta(origin="live", created=datetime(2026, 1, day, tzinfo=UTC)))
        for day in (1, 2)
    )
    old.close()
    new.close()
    library = Library(tmp_path)
    assert [call.meta.id for call in library.list()] == [old.meta.id, new.meta.id]
    for name in (old.meta.id, "20260101", str(old.path)):
        assert library.find(name).meta.id == old.meta.id
    assert library.find("last").meta.id == new.meta.id


@pytest.mark.parametrize(
    ("name", "key"), [("2026", "call-ambiguous"), ("x", "call-not-found"), ("../..", "call-not-found")]
)
def test_an_ambiguous_or_unknown_call_is_refused(tmp_path: Path, name: str, key: str) -> None:
    for _ in range(2):
        CallWriter.create(tmp_path, CallMeta(origin="live", created=datetime(2026, 1, 1, tzinfo=UTC))).close()
    with raises(InputError, key, name=name):
        Library(tmp_path).find(name)


def test_an_empty_or_missing_library_has_no_calls(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").list() == []
    with raises(InputError, "call-not-found", name="last"):
        Library(tmp_path / "none").find("last")


def test_one_broken_folder_does_not_hide_the_others(tmp_path: Path) -> None:
    good = CallWriter.create(tmp_path, CallMeta(origin="live"))
    good.close()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "call.json").write_text("{")
    library = Library(tmp_path)
    assert [call.path for call in library.list()] == [good.path]
    assert library.warnings == [message("call-damaged", file=str(tmp_path / "broken" / "call.json"))]


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    newer = msgspec.structs.replace(
        CallMeta(origin="live", id="x", program="9.0"), schema=99, state=RecordingState.CLOSED
    )
    write_meta(tmp_path, newer)
    with raises(InputError, "call-newer"):
        CallFolder.open(tmp_path)


# --- replay ---------------------------------------------------------------------------------------------------------


def test_inputs_take_effect_in_a_replay_when_they_did_in_the_call(tmp_path: Path) -> None:
    """Not only cues: what the agent said about them, gaps, and the state of parts are in the journal as they were."""
    agent, caller = voices(12.0)
    engine = CallEngine()
    keeper = CallWriter.create(tmp_path, CallMeta(origin="live"))
    keeper.write(engine.start())
    for at in range(0, len(agent), 1600):
        keeper.sound(agent[at : at + 1600], caller[at : at + 1600])
        keeper.write(engine.push(agent[at : at + 1600], caller[at : at + 1600]))
        if at == 3 * SAMPLE_RATE:
            keeper.write(engine.feed(Feedback(t=0.0, kind=FeedbackKind.MUTE)))
            keeper.write(
                engine.feed(
                    ComponentStatus(
                        t=0.0, component=Component.AGITATION, state=ComponentState.DISABLED, reason=verbatim("echo")
                    )
                )
            )
            keeper.write(engine.mark_gap(Channel.CALLER, 2.5, 3.0, GapReason.NOT_OPEN))
    keeper.write(engine.finish())
    keeper.close()
    folder = CallFolder.open(keeper.path)
    again = list(replay(folder, CallEngine()))

    def inputs(events: Iterable[Event]) -> list[Event]:
        return [event for event in events if isinstance(event, Feedback | ComponentStatus | Note | Gap)]

    assert len(inputs(again)) == 3
    assert inputs(again) == inputs(folder.events())
    assert isinstance(again[0], CallStarted)
    assert again[-1] == CallEnded(t=12.0)


def test_a_gap_told_once_it_was_over_takes_effect_in_a_replay_where_it_began(tmp_path: Path) -> None:
    """The engine knew each piece of it before its zeros came; the journal has it in one line, later."""
    agent, caller = DELIVERY.sound(0.0, 24.0)
    agent[8 * SAMPLE_RATE : 20 * SAMPLE_RATE] = 0
    caller[8 * SAMPLE_RATE : 20 * SAMPLE_RATE] = 0
    engine = CallEngine()
    keeper = CallWriter.create(tmp_path, CallMeta(origin="live"))
    lines = GapMerger()
    for at in range(0, len(agent), 1600):
        start, end = at / SAMPLE_RATE, (at + 1600) / SAMPLE_RATE
        if 8 <= start < 20:
            for piece in engine.mark_gap(Channel.CALLER, start, end, GapReason.NOT_OPEN):
                keeper.write(lines.add(piece))
        keeper.write(lines.over(engine.now, engine.analyzed))
        keeper.sound(agent[at : at + 1600], caller[at : at + 1600])
        keeper.write(engine.push(agent[at : at + 1600], caller[at : at + 1600]))
    keeper.write(engine.finish())
    keeper.close()
    journal = list(CallFolder.open(keeper.path).events())
    again = list(replay(CallFolder.open(keeper.path), CallEngine()))
    told = [(event.start, event.end) for event in journal if isinstance(event, Gap)]
    assert told == [(8.0, 18.0), (18.0, 20.0)]

    def turns(events: Iterable[Event]) -> list[Event]:
        return [e for e in events if isinstance(e, Response | Silence)]

    assert [(e.start, e.end) for e in again if isinstance(e, Gap)] == told
    assert [type(e) for e in turns(again)] == [type(e) for e in turns(journal)]
    deaf = CallEngine()
    unmarked = [*deaf.push(agent, caller), *deaf.finish()]
    assert [type(e) for e in turns(unmarked)] != [type(e) for e in turns(journal)]  # so the gap did matter


@pytest.mark.slow
def test_a_replay_of_the_kept_demo_call_gives_the_same_cues(tmp_path: Path) -> None:
    agent, caller = DELIVERY.sound(0.0, DELIVERY.cues()[1].due[1] + 10.0)
    engine = CallEngine()
    events = engine.start()
    for at in range(0, len(agent), SAMPLE_RATE):
        events += engine.push(agent[at : at + SAMPLE_RATE], caller[at : at + SAMPLE_RATE])
    events += engine.finish()
    folder = kept(tmp_path, agent, caller, events)
    again = list(replay(folder, CallEngine()))
    was = [event for event in events if isinstance(event, CueShown)]
    cues = [event for event in again if isinstance(event, CueShown)]
    assert len(was) >= 2
    assert [cue.id for cue in cues] == [cue.id for cue in was]
    assert [cue.t for cue in cues] == pytest.approx([cue.t for cue in was], abs=0.5)
