"""Sharing: what is handed on is what was meant to be, and what comes back adds and never takes away."""

from __future__ import annotations

import json
import random
import stat
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.messages import raises
from tests.voiceassist.coach.records import keep, spoken
from voiceassist.coach.notes import NOTES, Notes, Role
from voiceassist.coach.redaction import redact
from voiceassist.coach.share import receive, share, unpack
from voiceassist.core.errors import InputError, StorageError
from voiceassist.core.events import Channel, Text
from voiceassist.storage import CallFolder, Library
from voiceassist.storage.meta import SOUND

SECRET = (
    (Channel.CALLER, "My number is 0171 2345678 or four seven one nine, mail kim@example.org."),
    (Channel.AGENT, "Two of them, I see."),
)


@pytest.fixture
def call(tmp_path: Path) -> CallFolder:
    folder = keep(tmp_path / "agent", spoken(SECRET), reference="AB-471926", cue="pause")
    (folder.path / SOUND / "0000.ogg").write_bytes(b"sound")
    note(folder, "Order 4711 was hard.")
    return folder


def note(folder: CallFolder, text: str, author: str = "Lee") -> None:
    Notes(folder.path, folder.meta.id).add(1000, author=author, role=Role.AGENT, text=text)


def texts(folder: CallFolder) -> list[str]:
    return [entry.note.text for entry in Notes(folder.path, folder.meta.id).all()]


def test_numbers_read_out_or_written_and_addresses_are_left_out() -> None:
    assert redact("call 0171-23 or four seven one, or www.example.org") == "call • • • • • or •"
    assert redact("two of them,  one more") == "two of them,  one more"
    assert redact("write to kim at example dot org today") == "write to • • • • • today"
    assert redact("born on the third of May nineteen eighty") == "born on the • • • • •"


def test_a_shared_call_is_redacted_and_without_sound_unless_asked(call: CallFolder, tmp_path: Path) -> None:
    path = share(call, tmp_path / "x.vacall", shared_by="Lee")
    manifest, parts = unpack(path)
    content = b"".join(parts.values()).decode()
    assert (manifest.redacted, manifest.sound) == (True, False)
    for secret in ("0171", "2345678", "471926", "4711", "seven", "kim@"):
        assert secret not in content
    assert not any(name.startswith(SOUND) for name in parts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    whole = unpack(share(call, tmp_path / "y.vacall", shared_by="Lee", sound=True, redacted=False))[1]
    assert "2345678" in b"".join(whole.values()).decode()
    assert whole[f"{SOUND}/0000.ogg"] == b"sound"


def test_words_keep_their_times_when_they_are_redacted(call: CallFolder, tmp_path: Path) -> None:
    received = receive(share(call, tmp_path / "x.vacall", shared_by="Lee"), tmp_path / "coach")
    before, after = (
        [(word.start, word.end) for event in folder.events() if isinstance(event, Text) for word in event.words]
        for folder in (call, CallFolder.open(tmp_path / "coach" / received.call))
    )
    assert before == after


def test_a_received_call_is_the_agents_and_only_the_person_can_read_it(call: CallFolder, tmp_path: Path) -> None:
    received = receive(share(call, tmp_path / "x.vacall", shared_by="Lee"), tmp_path / "coach")
    folder = CallFolder.open(tmp_path / "coach" / received.call)
    assert (received.new, folder.meta.agent, folder.meta.id) == (True, "Lee", call.meta.id)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.path.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_notes_come_back_the_way_the_call_went(call: CallFolder, tmp_path: Path) -> None:
    id = receive(share(call, tmp_path / "x.vacall", shared_by="Lee"), tmp_path / "coach").call
    theirs = CallFolder.open(tmp_path / "coach" / id)
    note(theirs, "A good pause.", "Kim")
    back = receive(share(theirs, tmp_path / "back.vacall", shared_by="Kim"), tmp_path / "agent")
    assert (back.new, back.notes) == (False, 1)
    assert texts(call) == ["Order 4711 was hard.", "A good pause."]
    assert receive(tmp_path / "back.vacall", tmp_path / "agent").notes == 0


def test_two_people_on_a_shared_folder_lose_no_note(call: CallFolder, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    path = share(call, shared, shared_by="Lee")
    id = receive(path, tmp_path / "coach").call
    theirs = CallFolder.open(tmp_path / "coach" / id)
    note(theirs, "from Kim", "Kim")
    note(call, "from Lee")
    share(theirs, shared, shared_by="Kim")
    share(call, shared, shared_by="Lee")
    assert "from Kim" in texts(call)
    receive(path, tmp_path / "coach")
    assert {"from Kim", "from Lee"} <= set(texts(theirs))


def test_a_file_cut_short_anywhere_is_refused_and_nothing_is_changed(call: CallFolder, tmp_path: Path) -> None:
    data = share(call, tmp_path / "x.vacall", shared_by="Lee").read_bytes()
    broken = tmp_path / "broken.vacall"
    for length in (0, 1, len(data) // 3, len(data) // 2, len(data) - 30, len(data) - 1):
        broken.write_bytes(data[:length])
        with raises(InputError, "share-damaged"):
            receive(broken, tmp_path / "coach")
    assert not (tmp_path / "coach").exists()


def test_a_file_altered_anywhere_is_refused_or_the_same(call: CallFolder, tmp_path: Path) -> None:
    path = share(call, tmp_path / "x.vacall", shared_by="Lee")
    data, content = path.read_bytes(), unpack(path)
    dice = random.Random(1)
    broken = tmp_path / "broken.vacall"
    for _ in range(300):
        altered = bytearray(data)
        altered[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        broken.write_bytes(altered)
        with suppress(InputError):
            assert unpack(broken)[1] == content[1]


def rewrite(path: Path, change: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()} | change
    new = path.with_name("rewritten.vacall")
    with zipfile.ZipFile(new, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return new


@pytest.mark.parametrize("name", ["../evil", "sound/../../evil", "/evil", "evil.sh", "sound/x.ogg", "C:\\evil"])
def test_a_part_with_another_name_than_those_of_a_call_is_refused(call: CallFolder, tmp_path: Path, name: str) -> None:
    path = share(call, tmp_path / "x.vacall", shared_by="Lee")
    with raises(InputError, "share-damaged"):
        receive(rewrite(path, {name: b"x"}), tmp_path / "coach")
    with zipfile.ZipFile(path) as file:
        manifest = json.loads(file.read("manifest.json"))
    manifest["parts"][name] = {"size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    with raises(InputError, "share-damaged"):
        receive(rewrite(path, {name: b"x", "manifest.json": json.dumps(manifest).encode()}), tmp_path / "coach")
    assert not (tmp_path / "evil").exists()


def test_a_file_of_a_newer_version_is_refused_politely(call: CallFolder, tmp_path: Path) -> None:
    path = share(call, tmp_path / "x.vacall", shared_by="Lee")
    newer = b'{"format":"voiceassist-call","version":2,"other":[]}'
    with raises(InputError, "call-newer"):
        receive(rewrite(path, {"manifest.json": newer}), tmp_path / "coach")


def test_another_call_is_not_written_over(call: CallFolder, tmp_path: Path) -> None:
    path = share(call, tmp_path / "x.vacall", shared_by="Lee")
    before = path.read_bytes()
    with raises(InputError, "share-other-call"):
        share(keep(tmp_path / "agent"), path, shared_by="Lee")
    assert path.read_bytes() == before


def test_a_target_that_cannot_be_written_is_said(call: CallFolder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises(StorageError, "target-not-written"):
        share(call, tmp_path / "file" / "x.vacall", shared_by="Lee")


def test_a_received_call_stands_in_the_library(call: CallFolder, tmp_path: Path) -> None:
    receive(share(call, tmp_path / "x.vacall", shared_by="Lee"), tmp_path / "coach")
    assert [one.meta.id for one in Library(tmp_path / "coach").list()] == [call.meta.id]
    assert (tmp_path / "coach" / call.meta.id / NOTES).is_file()
