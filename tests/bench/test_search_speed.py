"""How long a search takes in a library of 2 500 and of 25 000 calls: make bench ARGS=-k search"""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from tests.voiceassist.coach.records import keep
from voiceassist.coach.index import Index, Query, Sort

WORDS = 3_000
"""Different words; the k-th most common comes 1/k as often as the first."""
SPOKEN = 700
"""Words in a call of five minutes."""
LIMITS_MS = {2_500: 100.0, 25_000: 300.0}


def fill(index: Index, count: int) -> None:
    """Copies of one real row with other words, as `Index` would write them."""
    dice = np.random.default_rng(1)
    share = 1 / np.arange(1, WORDS + 1)
    words = np.array([f"w{n:04d}" for n in range(WORDS)])
    with index._connection() as base:
        (row,) = base.execute(sa.text("SELECT * FROM calls")).mappings()
        for number in range(count - 1):
            said = dice.choice(words, SPOKEN, p=share / share.sum())
            lines = "\n".join(" ".join(said[at : at + 12]) for at in range(0, SPOKEN, 12))
            new = {**row, "id": f"call{number:06d}", "created": row["created"] - 600 * number, "peak": dice.random()}
            new["lines"] = "[" + ",".join(f'[{1000 * n},"caller"]' for n in range(lines.count("\n") + 1)) + "]"
            columns = ", ".join(new)
            blanks = ", ".join(f":{name}" for name in new)
            done = base.execute(sa.text(f"INSERT INTO calls ({columns}) VALUES ({blanks})"), new)
            base.execute(
                sa.text("INSERT INTO words (rowid, said) VALUES (:id, :said)"), {"id": done.lastrowid, "said": lines}
            )
            base.execute(sa.text("INSERT INTO cues VALUES (:id, :cue)"), {"id": new["id"], "cue": f"c{number % 12}"})


@pytest.mark.bench
@pytest.mark.parametrize("count", LIMITS_MS)
def test_search_stays_within_its_time(tmp_path: Path, count: int) -> None:
    keep(tmp_path)
    dice = random.Random(2)
    with Index(tmp_path) as index:
        index.refresh()
        fill(index, count)
        times: dict[str, list[float]] = {}
        for _ in range(40):
            rare, common = f"w{dice.randrange(500, WORDS):04d}", f"w{dice.randrange(0, 20):04d}"
            asked = {
                "a rare word": Query(words=rare),
                "a common word": Query(words=common),
                "two common words": Query(words=f"w0001 {common}"),
                "a beginning": Query(words=f"w{dice.randrange(0, 30):03d}"),
                "a word and filters": Query(words=common, peak_at_least=0.8, cue="c3"),
                "filters, by peak": Query(peak_at_least=0.5, open_promise=True, sort=Sort.PEAK),
            }
            for name, query in asked.items():
                began = time.perf_counter()
                index.search(query)
                times.setdefault(name, []).append(1000 * (time.perf_counter() - began))
    print(f"\n{count} calls, {index.path.stat().st_size / 1e6:.0f} MB; ms, median and 95th percentile")
    for name, taken in times.items():
        print(f"{name:20} {np.median(taken):7.1f} {np.percentile(taken, 95):7.1f}")
    every = [one for taken in times.values() for one in taken]
    assert np.percentile(every, 95) <= LIMITS_MS[count]
