"""A short run of what `python -m tests.bench.fuzz` does for long."""

from __future__ import annotations

from tests.bench import fuzz


def test_files_and_messages_that_were_changed_at_random_end_in_sentences() -> None:
    assert fuzz.main(1_400, seed=3) == 0
