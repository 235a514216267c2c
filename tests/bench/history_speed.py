"""How long it takes to find the last call with a caller among many kept ones.

python -m tests.bench.history_speed [CALLS]

Makes that many calls (by default 1000 and 5000) in a temporary folder, each with the journal of the demo call as it is
kept, and looks callers up: the first time, when every journal must be read, and later.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec

from tests.calls.demo import DELIVERY
from tests.voiceassist.session.test_channel_check import OWN_SIDE, Knows
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.core.events import Event, Meter, Note, encode
from voiceassist.insights.history import history
from voiceassist.session.engine import CallEngine
from voiceassist.session.offline import analyze
from voiceassist.storage import CallMeta, CallWriter, Library
from voiceassist.storage.meta import JOURNAL, META

FIRST = datetime(2025, 1, 1, 9, tzinfo=UTC)


def made(root: Path, calls: int) -> None:
    events: list[Event] = []
    with CallFile(stereo_call(DELIVERY.path)) as call:
        analyze(call, CallEngine(), Knows(OWN_SIDE), listener=events.append)
    lines = b"".join(encode(event) + b"\n" for event in events if not isinstance(event, Meter))
    template = CallWriter.create(root, CallMeta(origin="live", created=FIRST))
    template.close()
    for number in range(calls):
        created = FIRST + timedelta(minutes=30 * number)
        name = f"{created:%Y%m%d-%H%M%S}-bench0"
        folder = root / name
        folder.mkdir()
        meta = msgspec.structs.replace(
            template.meta, id=name, created=created, state="closed", duration=DELIVERY.seconds
        )
        (folder / META).write_bytes(msgspec.json.encode(meta))
        note = Note(t=0.0, text=f"Reference: C{number % (calls // 4)}", author="softphone")
        (folder / JOURNAL).write_bytes(encode(note) + b"\n" + lines)
    size = (root / name / JOURNAL).stat().st_size
    print(f"{calls} calls, a journal has {size / 1000:.0f} kB")


def seconds(library: Library, reference: str) -> float:
    began = time.perf_counter()
    assert history(library, reference) is not None
    return time.perf_counter() - began


def main(sizes: list[int]) -> None:
    for calls in sizes:
        with tempfile.TemporaryDirectory() as folder:
            made(Path(folder), calls)
            library = Library(Path(folder))
            first = seconds(library, "C1")
            later = [seconds(library, f"C{n}") for n in range(2, 13)]
            print(f"  first look-up {first:.2f} s, later ones {median(later):.3f} s (median of {len(later)})")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 5000])
