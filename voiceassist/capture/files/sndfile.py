"""Plain samples, FLAC of known length and the codings only libsndfile knows, read through libsndfile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from voiceassist.capture.files.headers import Header, Sizes
from voiceassist.capture.files.placing import Piece
from voiceassist.capture.files.window import Window
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

FRAMES_AT_ONCE = 16_384


class Plain:
    """Plain samples (WAV, AIFF, AU), where the header says they are. Several files put together are read in turn."""

    guesses_damage = False

    def __init__(self, path: Path, headers: list[Header]) -> None:
        first = headers[0]
        self.rate, self.channels = first.rate, first.channels
        self.warnings: list[Message] = []
        self.announced = first.announced if len(headers) == 1 else None
        self.seconds: float | None = sum((h.end - h.start) / h.per_second for h in headers)
        self._path, self._headers = path, headers
        self._open: list[Any] = []

    def pieces(self) -> Iterator[Piece]:
        import soundfile

        for number, header in enumerate(self._headers):
            if header.channels != self.channels:
                raise InputError("file-channels-change", path=str(self._path))
            window = Window(self._path, header.start, header.end)
            self._open.append(window)
            sound = soundfile.SoundFile(
                window,
                "r",
                samplerate=header.rate,
                channels=header.channels,
                subtype=header.coding,
                endian="BIG" if header.big_endian else "LITTLE",
                format="RAW",
            )
            begins = number > 0
            for block in _blocks(sound):
                yield Piece(block, header.rate, 0.0 if begins else None, begins=begins)
                begins = False
            sound.close()
            if header.sizes is Sizes.STALE:
                self.warnings.append(message("file-not-finished", path=str(self._path)))

    def close(self) -> None:
        for window in self._open:
            window.close()


class Sndfile:
    """What libsndfile decodes by itself: codings of telephones in WAV, and rare formats."""

    guesses_damage = False

    def __init__(self, path: Path, window: Window, sound: Any) -> None:
        self.rate: int = sound.samplerate
        self.channels: int = sound.channels
        self.warnings: list[Message] = []
        self.announced: float | None = sound.frames / sound.samplerate if 0 < sound.frames < 2**62 else None
        self.seconds = self.announced
        self._window, self._sound = window, sound

    @classmethod
    def attempt(cls, path: Path, window: Window) -> Sndfile | None:
        """None when libsndfile does not know the coding inside the container; FFmpeg may."""
        import soundfile

        try:
            sound = soundfile.SoundFile(window)
        except (soundfile.SoundFileError, TypeError, ValueError):
            return None
        if sound.format == "MP3" or sound.subtype.startswith("MPEG"):  # FFmpeg knows its delay
            sound.close()
            return None
        return cls(path, window, sound)

    def pieces(self) -> Iterator[Piece]:
        import soundfile

        with suppress(soundfile.SoundFileError):  # the rest is damaged: it is missing from what was announced
            for block in _blocks(self._sound):
                yield Piece(block, self.rate)

    def close(self) -> None:
        self._sound.close()
        self._window.close()


def _blocks(sound: Any) -> Iterator[Any]:
    while len(block := sound.read(FRAMES_AT_ONCE, dtype="float32", always_2d=True)):
        yield block
