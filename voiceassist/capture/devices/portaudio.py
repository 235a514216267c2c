"""PortAudio in this process (sounddevice): loaded, started anew and asked by one thread at a time.

PortAudio is not safe to use from two threads, and lists devices only when it starts; it can be started anew only while
no stream is open. A process of its own (`child.py`) needs none of this.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from voiceassist.capture.devices.stderr_filter import suppress_native_stderr
from voiceassist.core.errors import InputError

_lock = threading.RLock()
_open_streams = 0


@contextmanager
def exclusive() -> Iterator[None]:
    """Round everything that starts, ends or asks a PortAudio; other threads wait."""
    with _lock, suppress_native_stderr():
        yield


@contextmanager
def portaudio() -> Iterator[Any]:
    """The module sounddevice for this thread alone, with the devices as they are now unless a stream is open.

    Raises `InputError` with the remedy where the PortAudio library is missing.
    """
    with exclusive():
        try:
            import sounddevice
        except OSError as error:
            raise InputError("portaudio-missing") from error
        if _open_streams == 0:
            sounddevice._terminate()
            sounddevice._initialize()
        yield sounddevice


def stream_opened() -> None:
    """Call it inside `portaudio`: PortAudio is not restarted until the stream is closed."""
    global _open_streams
    _open_streams += 1


def close_stream(stream: Any) -> None:
    """Stop and close a stream that `stream_opened` was called for."""
    global _open_streams
    with exclusive():
        _open_streams -= 1
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
