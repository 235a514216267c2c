"""Exports: what other parsers read back is what the call holds, to the millisecond."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pympi
import pysubs2
import pytest
import webvtt
from praatio import textgrid

from tests.voiceassist.coach.records import keep, spoken
from voiceassist.coach.exports import Format, Item, export, items, tiers
from voiceassist.coach.kept import KeptCall, read_call
from voiceassist.coach.notes import Notes, Role, Verdict
from voiceassist.core.events import Channel, CueShown, HeardAct
from voiceassist.cues.utterances import read_utterances

HOSTILE = '-->\n\n"quoted" <b>&amp;</b>\t=1+1 \x00\x1b[31m ]]> ' + "\N{SNOWMAN}"
SAID = (
    (Channel.AGENT, "Good morning, how can I help?"),
    (Channel.CALLER, HOSTILE),
    (Channel.AGENT, "I see."),
    (Channel.CALLER, "This is unacceptable."),
)


@pytest.fixture
def call(tmp_path: Path) -> KeptCall:
    cue = CueShown(
        t=9.123,
        number=1,
        id="acknowledge",
        headline="Say what went wrong",
        why="",
        acts=(HeardAct(4, "blames-company", "This is unacceptable."),),
    )
    folder = keep(tmp_path, [*spoken(SAID), cue], duration=16.5)
    notes = Notes(folder.path, folder.meta.id)
    notes.add(1234, author="Kim", role=Role.COACH, text="A moment.")
    notes.add(2001, end_ms=7777, author="Kim", role=Role.COACH, label="missed pause", text=HOSTILE)
    notes.add(3000, end_ms=8000, author="Lee", role=Role.AGENT, text="Overlaps the other.")
    notes.judge(1, Verdict.WRONG, 9123, author="Lee", role=Role.AGENT)
    return read_call(folder)


def flat(call: KeptCall) -> list[tuple[str, int, int, str]]:
    return sorted((t, i.start_ms, i.end_ms or 0, i.text) for t, parts in tiers(call).items() for i in parts)


def lasting(item: Item) -> int:
    return item.start_ms + 2000 if item.end_ms is None else item.end_ms


def test_both_sides_the_cues_and_the_notes_have_a_tier_each_and_what_overlaps_another(call: KeptCall) -> None:
    assert list(tiers(call)) == ["agent", "caller", "cues", "notes", "notes 2", "notes 3"]


def test_web_vtt_is_read_back(call: KeptCall, tmp_path: Path) -> None:
    file = tmp_path / "call.vtt"
    file.write_bytes(export(call, Format.WEBVTT))
    read = [(c.start_time, c.end_time, c.voice, c.text) for c in webvtt.read(str(file)).captions]
    assert len(read) == len(items(call))
    for (start, end, voice, text), item in zip(read, items(call), strict=True):
        assert (start.in_milliseconds(), end.in_milliseconds()) == (item.start_ms, lasting(item))
        assert voice == item.tier.capitalize()
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert plain == item.text


def test_srt_is_read_back(call: KeptCall) -> None:
    read = pysubs2.SSAFile.from_string(export(call, Format.SRT).decode(), format_="srt", keep_html_tags=True)
    assert [(e.start, e.end) for e in read] == [(i.start_ms, lasting(i)) for i in items(call)]
    assert read[0].plaintext == "Agent: Good morning, how can I help?"


def test_audacity_labels_are_read_back(call: KeptCall) -> None:
    lines = [line.split("\t") for line in export(call, Format.AUDACITY).decode().splitlines()]
    assert [(round(float(a) * 1000), round(float(b) * 1000)) for a, b, _ in lines] == [
        (i.start_ms, i.start_ms if i.end_ms is None else i.end_ms) for i in items(call)
    ]


def test_text_grid_is_read_back(call: KeptCall, tmp_path: Path) -> None:
    file = tmp_path / "call.TextGrid"
    file.write_bytes(export(call, Format.TEXTGRID))
    grid = textgrid.openTextgrid(str(file), includeEmptyIntervals=False, reportingMode="error")
    read = sorted(
        (name, round(e.start * 1000), round(e.end * 1000), e.label)
        for name in grid.tierNames
        for e in grid.getTier(name).entries
    )
    assert read == flat(call)


def test_elan_is_read_back(call: KeptCall, tmp_path: Path) -> None:
    file = tmp_path / "call.eaf"
    file.write_bytes(export(call, Format.ELAN, "call.ogg"))
    eaf = pympi.Elan.Eaf(str(file))
    read = sorted(
        (name, start, end, text)
        for name in eaf.get_tier_names()
        for start, end, text in eaf.get_annotation_data_for_tier(name)
    )
    assert read == flat(call)


def test_label_studio_is_read_back(call: KeptCall) -> None:
    ((task),) = json.loads(export(call, Format.LABEL_STUDIO, "call.ogg"))
    texts = [r for r in task["annotations"][0]["result"] if r["type"] == "textarea"]
    read = [(round(r["value"]["start"] * 1000), r["value"]["text"][0]) for r in texts]
    assert read == [(i.start_ms, i.text) for i in items(call)]
    assert {r["value"].get("channel") for r in texts} == {0, 1, None}


def test_csv_is_read_back_and_holds_no_formula(call: KeptCall) -> None:
    rows = list(csv.DictReader(io.StringIO(export(call, Format.CSV).decode())))
    assert [(int(r["start_ms"]), r["tier"]) for r in rows] == [(i.start_ms, i.tier) for i in items(call)]
    assert all(r["text"][0] not in "=+-@" for r in rows)


def test_json_lines_hold_the_words_and_the_notes(call: KeptCall) -> None:
    records = [json.loads(line) for line in export(call, Format.JSON_LINES).splitlines()]
    assert records[0]["kind"] == "call"
    words = [w for r in records if r["kind"] == "utterance" for w in r["words"]]
    assert words[0] == {"start_ms": 0, "end_ms": 200, "text": "Good"}
    assert sum(r["kind"] == "note" for r in records) == 4


def test_a_verdict_becomes_a_labelled_utterance_that_cues_evaluate_reads(call: KeptCall, tmp_path: Path) -> None:
    data = export(call, Format.VERDICTS)
    (utterance,) = read_utterances(data.splitlines(), tmp_path)
    assert (utterance.role, utterance.text, utterance.previous) == ("caller", "This is unacceptable.", "I see.")
    assert utterance.labels == ()
    assert "blames-company" not in utterance.unsure


def test_an_empty_call_gives_files_without_parts(tmp_path: Path) -> None:
    empty = read_call(keep(tmp_path / "calls", []))
    for form in Format:
        data = export(empty, form)
        assert isinstance(data, bytes)
    file = tmp_path / "empty.TextGrid"
    file.write_bytes(export(empty, Format.TEXTGRID))
    assert len(textgrid.openTextgrid(str(file), includeEmptyIntervals=False).tierNames) == 4
