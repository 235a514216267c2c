"""A kept call in the formats of other programs. Times are whole milliseconds; the agent, the caller, the cues and the
notes have a tier each where the format knows tiers.

Each writer takes a call and returns the file's content. Formats in which parts of a tier may not overlap get a second
tier for what does (`notes 2`); in those that cannot hold a moment, a note at one lasts two seconds.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

import msgspec

from voiceassist.coach.kept import KeptCall
from voiceassist.coach.notes import Note, Verdict
from voiceassist.core.events import AgitationState, Channel

MOMENT_MS = 2000
"""How long a note at a moment lasts where it must last."""


class Format(StrEnum):
    WEBVTT = "vtt"
    SRT = "srt"
    AUDACITY = "audacity"
    TEXTGRID = "textgrid"
    ELAN = "elan"
    LABEL_STUDIO = "label-studio"
    CSV = "csv"
    JSON_LINES = "jsonl"
    VERDICTS = "verdicts"
    """What people said of cues, as utterances for `voiceassist cues evaluate`."""

    @property
    def ending(self) -> str:
        """Of the file's name."""
        return _ENDINGS.get(self, f".{self}")


_ENDINGS = {
    Format.AUDACITY: ".txt",
    Format.TEXTGRID: ".TextGrid",
    Format.ELAN: ".eaf",
    Format.LABEL_STUDIO: ".json",
    Format.VERDICTS: ".jsonl",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a tier; `end_ms` None: a moment."""

    tier: str
    start_ms: int
    end_ms: int | None
    text: str


def export(call: KeptCall, form: Format, sound: str = "") -> bytes:
    """`sound` is the name of the sound file beside it, for formats that name one."""
    return _WRITERS[form](call, sound).encode("utf-8", "replace")


def items(call: KeptCall) -> list[Item]:
    """Everything that has a time, in the order of the call. A line is a line: no text has a line end in it."""
    found = [
        Item(text.channel, _ms(text.start), max(_ms(text.end), _ms(text.start) + 1), _line(text.text))
        for text in call.call.texts
    ]
    for entry in call.call.cues:
        end = call.duration_ms if entry.cleared is None else _ms(entry.cleared)
        how = f" ({entry.by})" if entry.by else ""
        start = _ms(entry.shown.t)
        found.append(Item("cues", start, max(end, start + 1), _line(f"{entry.shown.headline}{how}")))
    for line in call.call.lines:
        if line.heard is None and isinstance(line.text, str):
            found.append(Item("notes", _ms(line.start), None, _line(line.text)))
    for note in _notes(call):
        found.append(Item("notes", note.start_ms, note.end_ms, _line(note_text(note))))
    return sorted(found, key=lambda item: (item.start_ms, item.tier))


def note_text(note: Note) -> str:
    """A note in one line: who, label, verdict, text."""
    label = f"[{note.label}] " if note.label else ""
    verdict = ""
    if note.verdict is not None:
        verdict = "cue missing. " if note.verdict is Verdict.MISSING else f"cue {note.cue} {note.verdict}. "
    return f"{note.author}: {label}{verdict}{note.text}".strip()


def tiers(call: KeptCall) -> dict[str, list[Item]]:
    """The items by tier, moments lasting, none overlapping another of its tier. Empty tiers of the call are there."""
    made: dict[str, list[Item]] = {"agent": [], "caller": [], "cues": [], "notes": []}
    for item in items(call):
        end = item.start_ms + MOMENT_MS if item.end_ms is None else max(item.end_ms, item.start_ms + 1)
        number, name = 1, item.tier
        while (before := made.setdefault(name, [])) and (before[-1].end_ms or 0) > item.start_ms:
            number += 1
            name = f"{item.tier} {number}"
        made[name].append(Item(name, item.start_ms, end, item.text))
    return made


def _web_vtt(call: KeptCall, sound: str) -> str:
    parts = ["WEBVTT\n"]
    for item in items(call):
        text = item.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f"{_times(item, '.')}\n<v {item.tier.capitalize()}>{text or '…'}</v>\n")
    return "\n".join(parts)


def _srt(call: KeptCall, sound: str) -> str:
    return "\n".join(
        f"{number}\n{_times(item, ',')}\n{item.tier.capitalize()}: {item.text}\n"
        for number, item in enumerate(items(call), start=1)
    )


def _times(item: Item, point: str) -> str:
    end = item.start_ms + MOMENT_MS if item.end_ms is None else max(item.end_ms, item.start_ms + 1)
    return f"{_clock(item.start_ms, point)} --> {_clock(end, point)}"


def _clock(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{point}{ms % 1000:03d}"


def _audacity(call: KeptCall, sound: str) -> str:
    return "".join(
        f"{item.start_ms / 1000:.6f}\t{(item.start_ms if item.end_ms is None else item.end_ms) / 1000:.6f}\t"
        f"{item.tier.capitalize()}: {item.text}\n"
        for item in items(call)
    )


def _text_grid(call: KeptCall, sound: str) -> str:
    """Praat's long text format. Praat wants its interval tiers without holes."""
    made = tiers(call)
    length = max([call.duration_ms, 1, *(item.end_ms or 0 for tier in made.values() for item in tier)])
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {_seconds(length)}"]
    lines += ["tiers? <exists>", f"size = {len(made)}", "item []:"]
    for number, (name, parts) in enumerate(made.items(), start=1):
        whole: list[tuple[int, int, str]] = []
        at = 0
        for item in parts:
            end = item.end_ms or item.start_ms
            if item.start_ms > at:
                whole.append((at, item.start_ms, ""))
            whole.append((item.start_ms, end, item.text))
            at = end
        if at < length:
            whole.append((at, length, ""))
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f'        name = "{name}"']
        lines += ["        xmin = 0", f"        xmax = {_seconds(length)}", f"        intervals: size = {len(whole)}"]
        for place, (start, end, text) in enumerate(whole, start=1):
            quoted = text.replace('"', '""')
            lines += [f"        intervals [{place}]:", f"            xmin = {_seconds(start)}"]
            lines += [f"            xmax = {_seconds(end)}", f'            text = "{quoted}"']
    return "\n".join(lines) + "\n"


def _elan(call: KeptCall, sound: str) -> str:
    made = tiers(call)
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "VoiceAssist",
            "DATE": call.meta.created.isoformat(),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        },
    )
    header = ElementTree.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if sound:
        media = {"MEDIA_URL": sound, "MIME_TYPE": "audio/ogg", "RELATIVE_MEDIA_URL": f"./{sound}"}
        ElementTree.SubElement(header, "MEDIA_DESCRIPTOR", media)
    order = ElementTree.SubElement(root, "TIME_ORDER")
    slot = place = 0
    for name, parts in made.items():
        tier = ElementTree.SubElement(root, "TIER", {"LINGUISTIC_TYPE_REF": "default", "TIER_ID": name})
        for item in parts:
            place += 1
            ends = []
            for ms in (item.start_ms, item.end_ms or item.start_ms):
                slot += 1
                ends.append(f"ts{slot}")
                ElementTree.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": f"ts{slot}", "TIME_VALUE": str(ms)})
            annotation = ElementTree.SubElement(ElementTree.SubElement(tier, "ANNOTATION"), "ALIGNABLE_ANNOTATION")
            annotation.attrib.update(
                {"ANNOTATION_ID": f"a{place}", "TIME_SLOT_REF1": ends[0], "TIME_SLOT_REF2": ends[1]}
            )
            ElementTree.SubElement(annotation, "ANNOTATION_VALUE").text = item.text
    kind = {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": "default", "TIME_ALIGNABLE": "true"}
    ElementTree.SubElement(root, "LINGUISTIC_TYPE", kind)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _label_studio(call: KeptCall, sound: str) -> str:
    """One task with a region for each part; its labels are the tiers, its text the words."""
    results: list[dict[str, object]] = []
    for number, item in enumerate(items(call)):
        end = item.start_ms if item.end_ms is None else item.end_ms
        value: dict[str, object] = {"start": item.start_ms / 1000, "end": end / 1000}
        if item.tier in list(Channel):
            value["channel"] = list(Channel).index(Channel(item.tier))
        common = {"id": f"part{number}", "to_name": "audio"}
        results.append(
            {**common, "from_name": "label", "type": "labels", "value": {**value, "labels": [item.tier.capitalize()]}}
        )
        results.append({**common, "from_name": "text", "type": "textarea", "value": {**value, "text": [item.text]}})
    task = {"data": {"audio": sound, "call": call.meta.id}, "annotations": [{"result": results}]}
    return msgspec.json.format(msgspec.json.encode([task]), indent=1).decode() + "\n"


def _csv(call: KeptCall, sound: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["start_ms", "end_ms", "tier", "text"])
    for item in items(call):
        text = "'" + item.text if item.text[:1] in ("=", "+", "-", "@") else item.text
        writer.writerow([item.start_ms, "" if item.end_ms is None else item.end_ms, item.tier, text])
    return out.getvalue()


def _json_lines(call: KeptCall, sound: str) -> str:
    return "".join(msgspec.json.encode(line).decode() + "\n" for line in _records(call))


def _records(call: KeptCall) -> Iterator[dict[str, object]]:
    """Everything that is known of the call, a record a thing."""
    so_far, meta = call.call, call.meta
    yield {
        "kind": "call",
        "id": meta.id,
        "created": meta.created,
        "duration_ms": call.duration_ms,
        "reference": so_far.reference,
        "pack": meta.pack,
        "model": meta.model,
    }
    for text in so_far.texts:
        words = [{"start_ms": _ms(w.start), "end_ms": _ms(w.end), "text": w.text} for w in text.words]
        span = {"start_ms": _ms(text.start), "end_ms": _ms(text.end)}
        yield {"kind": "utterance", "who": text.channel, **span, "text": text.text, "words": words}
    for estimate in so_far.curve:
        if estimate.state is not AgitationState.LISTENING:
            figures = {"score": estimate.score, "confidence": estimate.confidence, "state": estimate.state}
            yield {"kind": "agitation", "t_ms": _ms(estimate.t), **figures}
    for entry in so_far.cues:
        shown = entry.shown
        end = None if entry.cleared is None else _ms(entry.cleared)
        span = {"start_ms": _ms(shown.t), "end_ms": end or call.duration_ms}
        what = {"number": shown.number, "cue": shown.id, "headline": shown.headline, "why": shown.why}
        yield {"kind": "cue", **span, **what, "cleared_by": entry.by or ""}
    for overlap in so_far.overlaps:
        yield {"kind": "overlap", "start_ms": _ms(overlap.start), "end_ms": _ms(overlap.end), "by": overlap.by}
    for silence in so_far.silences:
        yield {"kind": "silence", "start_ms": _ms(silence.start), "end_ms": _ms(silence.end)}
    for gap in so_far.absences:
        span = {"start_ms": _ms(gap.start), "end_ms": _ms(gap.end)}
        yield {"kind": "gap", "who": gap.channel, **span, "reason": gap.reason}
    for note in _notes(call):
        told: dict[str, object] = msgspec.to_builtins(note)
        yield {"kind": "note", **told}


def _verdicts(call: KeptCall, sound: str) -> str:
    """One line for each utterance that a judged cue came of, as `voiceassist.cues.utterances` reads it. A verdict says
    something of one act only: all others are unsure. A late cue was right about what was said."""
    from models.acts import ACTS

    shown = {entry.shown.number: entry.shown for entry in call.call.cues}
    texts = {text.utterance: text for text in call.call.texts}
    lines = []
    for note in _notes(call):
        cue = shown.get(note.cue or 0)
        if cue is None or note.verdict is None:
            continue
        for heard in cue.acts:
            text = texts.get(heard.utterance)
            if text is None or heard.act not in ACTS[text.channel]:
                continue
            other = (t for t in call.call.texts if t.channel is not text.channel and t.start < text.start)
            previous = max(other, key=lambda t: t.start, default=None)
            record = {
                "role": text.channel,
                "previous": previous.text if previous else "",
                "text": text.text,
                "labels": [] if note.verdict is Verdict.WRONG else [heard.act],
                "unsure": [act for act in ACTS[text.channel] if act != heard.act],
                "call": call.meta.id,
                "cue": cue.id,
                "verdict": note.verdict,
                "by": note.role,
            }
            lines.append(msgspec.json.encode(record).decode() + "\n")
    return "".join(lines)


def _notes(call: KeptCall) -> Iterable[Note]:
    """Every version that stands, those in conflict too."""
    return [note for entry in call.notes for note in (entry.note, *entry.conflicts)]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}"


def _line(text: str) -> str:
    """Without line ends, tabs, and what XML cannot hold."""
    return re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+", " ", text).strip()


_WRITERS: dict[Format, Callable[[KeptCall, str], str]] = {
    Format.WEBVTT: _web_vtt,
    Format.SRT: _srt,
    Format.AUDACITY: _audacity,
    Format.TEXTGRID: _text_grid,
    Format.ELAN: _elan,
    Format.LABEL_STUDIO: _label_studio,
    Format.CSV: _csv,
    Format.JSON_LINES: _json_lines,
    Format.VERDICTS: _verdicts,
}
