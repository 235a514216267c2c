"""A journal that an earlier version wrote is read as if it had been written today."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    CallStarted,
    Change,
    ChangeKind,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    Gap,
    GapReason,
    Note,
    SidesSeparated,
)
from voiceassist.core.messages import verbatim
from voiceassist.storage import CallFolder, CallMeta, CallWriter
from voiceassist.storage.meta import JOURNAL
from voiceassist.storage.reference_index import calls_with

LINES = [
    b'{"type":"call-started","t":0.0,"schema":1,"pack":"English 1"}',
    b'{"type":"part","t":0.0,"part":"agent-sound","state":"live","detail":"Headset"}',
    b'{"type":"part","t":0.5,"part":"agitation","state":"off","detail":"Use a headset."}',
    b'{"type":"note","t":1.0,"text":"Reference: AB 12","author":"softphone"}',
    b'{"type":"note","t":1.5,"text":"The caller was told."}',
    b'{"type":"note","t":2.0,"text":"billing"}',
    b'{"type":"agitation","t":3.0,"score":0.6,"confidence":0.9,"state":"rising","reasons":["5 dB louder"]}',
    b'{"type":"cue-cleared","t":4.0,"number":1,"id":"pause","by":"heeded"}',
    b'{"type":"gap","t":6.0,"channel":"caller","start":4.5,"end":6.0,"reason":"paused"}',
    b'{"type":"gap","t":7.0,"channel":"agent","start":6.5,"end":7.0,"reason":"no sound came"}',
    b'{"type":"call-ended","t":8.0}',
]


@pytest.fixture
def folder(tmp_path: Path) -> CallFolder:
    writer = CallWriter.create(tmp_path, CallMeta(origin="live"))
    writer.close()
    (writer.path / JOURNAL).write_bytes(b"\n".join(LINES) + b"\n")
    return CallFolder.open(writer.path)


def test_every_line_of_schema_1_becomes_the_event_of_today(folder: CallFolder) -> None:
    assert list(folder.events()) == [
        CallStarted(t=0.0, schema=1, pack="English 1"),
        ComponentStatus(t=0.0, component=Component.AGENT_AUDIO, state=ComponentState.OK, reason=verbatim("Headset")),
        ComponentStatus(
            t=0.5, component=Component.AGITATION, state=ComponentState.DISABLED, reason=verbatim("Use a headset.")
        ),
        SidesSeparated(t=0.5, separated=False),
        CallerReference(t=1.0, reference="AB 12"),
        ConsentGiven(t=1.5),
        Note(t=2.0, text="billing"),
        Agitation(
            t=3.0,
            score=0.6,
            confidence=0.9,
            state=AgitationState.RISING,
            reasons=(Change(ChangeKind.OTHER, phrase="5 dB louder"),),
        ),
        CueCleared(t=4.0, number=1, id="pause", by=ClearedBy.FOLLOWED),
        Gap(t=6.0, channel=Channel.CALLER, start=4.5, end=6.0, reason=GapReason.PAUSED),
        Gap(t=7.0, channel=Channel.AGENT, start=6.5, end=7.0, reason=GapReason.UNKNOWN),
        CallEnded(t=8.0),
    ]
    assert folder.warnings == []


def test_a_damaged_line_of_schema_1_is_left_out_with_a_warning(folder: CallFolder) -> None:
    path = folder.path / JOURNAL
    path.write_bytes(path.read_bytes().replace(b'"heeded"', b'"no such way"'))
    assert not [event for event in folder.events() if isinstance(event, CueCleared)]
    assert len(folder.warnings) == 1


def test_the_reference_of_a_call_of_schema_1_is_found(folder: CallFolder) -> None:
    assert calls_with(folder.path.parent, "ab12") == [folder.path.name]


def test_the_journal_of_today_holds_no_sentence_where_a_type_will_do(tmp_path: Path) -> None:
    status = ComponentStatus(t=0.0, component=Component.AGITATION, state=ComponentState.DISABLED)
    assert msgspec.json.decode(msgspec.json.encode(status)) == {
        "type": "component-status",
        "t": 0.0,
        "component": "agitation",
        "state": "disabled",
    }
