"""A device's sound lies where it was heard: through jitter, backlogs, stalls, overruns, losses and drift."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.voiceassist.capture.sounds import blocks, lag, tone
from voiceassist.capture.channel_buffer import PATIENCE, DeviceBuffer, MissingSpan
from voiceassist.capture.source import Block
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import GapReason


def written(buffer: DeviceBuffer) -> tuple[Samples, list[MissingSpan]]:
    buffer.finish()
    return buffer.take(buffer.end - buffer.begin)


def noise(seconds: float, rate: int, seed: int = 1) -> Samples:
    """Noise below 3 kHz: correlation finds its place to a fraction of a sample."""
    n = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    spectrum[np.fft.rfftfreq(n, 1 / rate) > 3000] = 0
    return (0.1 * np.fft.irfft(spectrum, n)).astype(np.float32)


def heard_by(buffer: DeviceBuffer, stream: Iterator[Block]) -> None:
    for block in stream:
        buffer.push(block)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_sound_lies_where_it_was_heard_whatever_the_rate(rate: int) -> None:
    buffer = DeviceBuffer()
    buffer.opened(rate)
    heard_by(buffer, blocks(tone(2.0, rate), rate))
    sound, spans = written(buffer)
    assert spans == []
    assert sound.size == pytest.approx(2.0 * SAMPLE_RATE, abs=2)
    inside = slice(1600, 30_000)
    np.testing.assert_allclose(sound[inside], tone(2.0, SAMPLE_RATE)[inside], atol=0.25)  # within 0.2 ms
    assert abs(lag(sound[inside], tone(2.0, SAMPLE_RATE, 440)[inside], 15)) <= 2


def test_a_late_start_is_a_gap_and_not_silence() -> None:
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    heard_by(buffer, blocks(tone(1.0, 16_000), 16_000, start=0.5))
    sound, spans = written(buffer)
    assert [(h.start, h.end) for h in spans] == [(0, 8000)]
    assert not sound[:8000].any()
    assert abs(sound[8010:8200]).max() > 0.4


def test_a_backlog_handed_over_at_once_is_placed_by_its_end_not_by_its_arrival() -> None:
    """Ten blocks arrive together, 0.2 s after the first was heard."""
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    stream = list(blocks(noise(2.0, 16_000), 16_000))
    heard_by(buffer, (Block(b.samples, max(b.time, 0.18), b.sequence) for b in stream))
    sound, _ = written(buffer)
    assert abs(lag(sound[:32_000], noise(2.0, 16_000), 4000)) <= 2
    assert buffer.lost == 0


def stalled(seconds: float) -> tuple[Samples, list[MissingSpan]]:
    """Six seconds of noise; from 2 s on nothing comes for a while, and then all that was missed at once."""
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    stream = list(blocks(noise(6.0, 16_000), 16_000))
    back = 2.0 + seconds
    for b in stream[:100]:
        buffer.push(b)
    for k in range(1, round(seconds * 10) + 1):
        buffer.nothing(2.0 + k / 10, GapReason.NO_AUDIO)
    for b in stream[100:]:
        buffer.push(Block(b.samples, max(b.time, back - 0.02), b.sequence))  # stamped when they arrived
    return written(buffer)


def test_stall_shorter_than_a_second_loses_nothing() -> None:
    sound, spans = stalled(0.9)
    assert spans == []
    assert sound.size == pytest.approx(6 * 16_000, abs=16 * 20)
    after = slice(50_000, 94_000)
    assert abs(lag(sound[after], noise(6.0, 16_000)[after], 3200)) < 16 * 5


def test_sound_after_a_longer_stall_is_used_where_it_still_fits() -> None:
    sound, spans = stalled(2.0)
    (span,) = spans
    assert [span.start, span.end] == pytest.approx([2.0 * 16_000, 3.8 * 16_000], abs=2)
    after = slice(64_000, 94_000)
    assert abs(lag(sound[after], noise(6.0, 16_000)[after], 3200)) < 16 * 5


def test_ten_seconds_without_a_packet_are_ten_seconds_of_gap() -> None:
    buffer = DeviceBuffer()
    buffer.opened(48_000)
    stream = list(blocks(noise(2.0, 48_000), 48_000))
    heard_by(buffer, iter(stream))
    for k in range(100):
        buffer.nothing(2.0 + 0.1 * (k + 1), GapReason.NOT_OPEN)
    heard_by(buffer, (Block(b.samples, b.time + 12.0, 100 + b.sequence) for b in stream))
    sound, spans = written(buffer)
    (span,) = spans
    assert [span.start, span.end] == pytest.approx([32_000, 12 * 16_000], abs=3)
    assert span.reason == GapReason.NOT_OPEN
    assert sound.size == pytest.approx(14 * 16_000, abs=3)
    assert abs(lag(sound[12 * 16_000 :], noise(2.0, 16_000 * 3)[::3][: 2 * 16_000], 100)) < 16 * 2


def test_short_lateness_is_no_gap() -> None:
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    stream = list(blocks(tone(2.0, 16_000), 16_000))
    heard_by(buffer, iter(stream[:50]))
    buffer.nothing(1.0 + 0.9 * PATIENCE, GapReason.NO_AUDIO)
    heard_by(buffer, iter(stream[50:]))
    _, spans = written(buffer)
    assert spans == []


def test_an_overrun_is_a_gap_as_long_as_what_was_lost() -> None:
    """A slow consumer: the device's queue ran over, blocks 60 to 84 are missing."""
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    stream = list(blocks(noise(4.0, 16_000), 16_000))
    heard_by(buffer, iter(stream[:60] + stream[85:]))
    sound, spans = written(buffer)
    (span,) = spans
    assert [span.start, span.end] == pytest.approx([60 * 320, 85 * 320], abs=2)
    assert span.reason == "overrun"
    assert abs(lag(sound[30_000:62_000], noise(4.0, 16_000)[30_000:62_000], 100)) < 3


def test_sound_lost_inside_the_device_is_found_by_the_times_of_its_blocks() -> None:
    """No gap in the sequence, no pause, but 0.3 s are missing: a second later the buffer knows and says so."""
    buffer = DeviceBuffer()
    buffer.opened(16_000)
    whole = noise(8.0, 16_000)
    stream = list(blocks(whole, 16_000))
    kept = stream[:100] + [Block(b.samples, b.time, b.sequence - 15) for b in stream[115:]]
    heard_by(buffer, iter(kept))
    sound, spans = written(buffer)
    assert len(spans) == 1
    assert spans[0].end - spans[0].start == pytest.approx(0.3 * 16_000, abs=16 * 5)
    assert spans[0].reason is GapReason.OVERRUN
    assert abs(lag(sound[70_000:120_000], whole[70_000:120_000], 200)) < 16 * 5


def test_rate_change_during_a_call_shifts_nothing() -> None:
    """48 to 16 to 8 kHz, as a Bluetooth headset does it: reopened each time, half a second apart."""
    buffer = DeviceBuffer()
    whole = noise(12.0, 48_000)
    for k, rate in enumerate((48_000, 16_000, 8_000)):
        buffer.opened(rate)
        part = whole[k * 4 * 48_000 : round((k * 4 + 3.5) * 48_000)][:: 48_000 // rate]
        heard_by(buffer, blocks(part, rate, start=4.0 * k))
    sound, spans = written(buffer)
    reference = whole[::3]
    for k in range(3):
        inside = slice(k * 64_000 + 3200, k * 64_000 + 50_000)
        assert abs(lag(sound[inside], reference[inside], 300)) < 3, k
    assert [round((h.end - h.start) / SAMPLE_RATE, 2) for h in spans] == [0.5, 0.5]


def drifting(seconds: float, rate: int, ppm: float, jitter: float, every: float) -> Iterator[Block]:
    """A device whose clock is `ppm` slow, hearing a pulse at each `every` seconds of true time, handed over late."""
    random = np.random.default_rng(7)
    true_rate = rate * (1 - ppm * 1e-6)
    size = rate // 10
    for k in range(round(seconds * true_rate / size)):
        first = k * size / true_rate
        t = first + np.arange(size) / true_rate
        away = (t + every / 2) % every - every / 2
        pulse = np.exp(-0.5 * (away / 0.0004) ** 2).astype(np.float32)
        late = random.exponential(jitter) if random.random() < 0.99 else 0.3
        yield Block(pulse, first + late, k)


@pytest.mark.slow
@pytest.mark.parametrize("ppm", [300.0, -300.0])
def test_two_hours_of_a_clock_300_ppm_off_stay_within_20_ms(ppm: float) -> None:
    buffer, every = DeviceBuffer(), 10.0
    buffer.opened(8_000)
    worst, position, carry = 0.0, 0, np.zeros(0, np.float32)
    gaps = looked = 0
    for block in drifting(7200.0, 8_000, ppm, jitter=0.004, every=every):
        buffer.push(block)
        if buffer.end - buffer.begin < 20 * SAMPLE_RATE:
            continue
        sound, spans = buffer.take(20 * SAMPLE_RATE)
        gaps += len([h for h in spans if h.start > SAMPLE_RATE])
        for second in (5, 15):  # the pulses at 10 and 20 s of this stretch would straddle it: look half a period off
            seen = np.concatenate([carry, sound])[: round((second + 10) * SAMPLE_RATE)]
            if seen.size >= SAMPLE_RATE:
                at = (position - carry.size + int(seen.argmax())) / SAMPLE_RATE
                if seen.max() > 0.5:
                    looked += 1
                    worst = max(worst, abs(at - round(at / every) * every))
        position, carry = position + sound.size, sound[-SAMPLE_RATE:]
    print(f"{ppm:+.0f} ppm: worst {worst * 1000:.2f} ms, estimate {buffer.drift.correction * 1e6:+.1f} ppm")
    assert looked > 600  # ten an hour would prove nothing
    assert gaps == 0
    assert buffer.drift.correction * 1e6 == pytest.approx(ppm, abs=30)
    assert worst < 0.020
