from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voiceassist.coach.calls import keep, noise
from voiceassist.coach import peaks
from voiceassist.coach.peaks import PEAKS, STEP, Peaks, build, extremes, load, save
from voiceassist.storage.folder import CallFolder
from voiceassist.storage.meta import SOUND
from voiceassist.storage.segment_reader import SegmentReader


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("calls"), noise(125.3))


def built(reader: SegmentReader) -> Peaks:
    made = Peaks(reader.samples)
    assert build(reader, made)
    return made


def test_any_sample_reads_as_it_does_from_the_beginning(call: Path) -> None:
    whole = np.concatenate([np.stack(sides, axis=1) for sides in CallFolder.open(call).sound()])  # type: ignore[arg-type]
    reader = SegmentReader(call)
    assert reader.samples == len(whole)
    for start in (0, 1, 5_000, 959_000, 960_000, 1_919_999, 2_000_000):
        part = reader.read(start, start + 3_000)
        np.testing.assert_allclose(
            part, np.concatenate((whole, np.zeros((3_000, 2))))[start : start + 3_000], atol=2e-4
        )
    assert not reader.read(-100, 0).any()
    assert reader.lost == []


def test_peaks_are_the_least_and_greatest_samples_at_any_zoom(call: Path) -> None:
    reader = SegmentReader(call)
    made = built(reader)
    sound = reader.read(0, reader.samples)
    for per_column in (160, 640, 700, 10_007):
        count = -(-len(sound) // per_column)
        columns = made.columns(0, per_column, count)
        exact = extremes(sound, per_column)
        assert columns.shape == exact.shape
        # A column may take in what lies in a peak that it shares with the next one, never less than its own.
        assert (columns[:, :, 0] <= exact[:, :, 0]).all()
        assert (columns[:, :, 1] >= exact[:, :, 1]).all()
        if per_column % STEP == 0 and per_column in (160, 640):
            np.testing.assert_array_equal(columns, exact)


def test_a_click_stands_in_the_same_column_at_the_end_of_the_call_as_at_its_beginning(tmp_path: Path) -> None:
    made = Peaks(60 * 60 * 16_000)
    sound = np.zeros((16_000, 2), np.float32)
    sound[8_000] = 0.9
    for start in (0, 57_584_000):
        made.fill(start, sound)
        columns = made.columns(start, 320, 50)
        assert int(np.argmax(columns[:, 0, 1])) == 25
    assert made.columns(57_584_000 - 32_000, 30_000, 2)[1].max() > 0


def test_columns_before_and_after_the_call_are_flat(call: Path) -> None:
    made = built(SegmentReader(call))
    assert not made.columns(-16_000, 160, 100).any()
    assert not made.columns(made.samples + 160, 160, 100).any()
    assert made.columns(-1_600, 160, 100)[10:].any()


def test_kept_peaks_are_read_back_and_made_again_when_the_sound_differs(tmp_path: Path) -> None:
    call = keep(tmp_path, noise(61.0))
    reader = SegmentReader(call)
    made = built(reader)
    save(call, reader, made)
    found = load(call, reader)
    assert found is not None
    assert found.complete
    for one, other in zip(found.levels, made.levels, strict=True):
        np.testing.assert_array_equal(one, other)
    (call / SOUND / "0001.ogg").unlink()
    assert load(call, SegmentReader(call)) is None


@pytest.mark.parametrize("damage", ["cut", "bit", "version", "empty"])
def test_a_damaged_file_of_peaks_is_left_alone(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    call = keep(tmp_path, noise(3.0))
    reader = SegmentReader(call)
    save(call, reader, built(reader))
    file = call / PEAKS
    data = bytearray(file.read_bytes())
    if damage == "cut":
        del data[-3:]
    elif damage == "bit":
        data[-40] ^= 4
    elif damage == "empty":
        data.clear()
    else:
        monkeypatch.setattr(peaks, "VERSION", 2)
    file.write_bytes(data)
    assert load(call, reader) is None


def test_a_missing_and_a_half_written_segment_are_silence_marked_as_lost(tmp_path: Path) -> None:
    call = keep(tmp_path, noise(185.0))
    (call / SOUND / "0001.ogg").unlink()
    half = call / SOUND / "0002.ogg"
    half.write_bytes(half.read_bytes()[:100_000])
    reader = SegmentReader(call)
    made = built(reader)
    assert made.samples == 185 * 16_000
    assert made.lost[0] == (960_000, 1_920_000)
    start, stop = made.lost[1]
    assert 1_920_000 < start < stop == 2_880_000
    assert not made.columns(960_000, 1_600, 600).any()
    assert made.columns(2_880_000, 1_600, 50).any()
    save(call, reader, made)
    again = load(call, SegmentReader(call))
    assert again is not None
    assert again.lost == made.lost


def test_the_part_that_is_looked_at_is_made_first_and_can_be_drawn_at_once(call: Path) -> None:
    reader = SegmentReader(call)
    made = Peaks(reader.samples)
    spans = []
    stop_after_one = build(
        reader, made, begin_at=70 * 16_000, filled=lambda a, b: spans.append(a), cancelled=lambda: bool(spans)
    )
    assert not stop_after_one
    assert spans == [960_000]
    assert made.columns(960_000, 1_600, 100).any()
    assert not made.complete


def test_an_empty_call_has_no_peaks(tmp_path: Path) -> None:
    reader = SegmentReader(keep(tmp_path, np.zeros((0, 2), np.float32)))
    assert reader.samples == 0
    assert not built(reader).columns(0, 160, 10).any()
    assert reader.read(0, 10).shape == (10, 2)
