"""A bundled call, played through the very pipeline a live call uses: file sources in place of devices."""

from __future__ import annotations

from collections.abc import Callable

from voiceassist.capture import AlignedCapture
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.files.file import file_sources, stereo_call
from voiceassist.config.options import Settings
from voiceassist.session import build
from voiceassist.session.demo_assets import SHORT, Bundled
from voiceassist.session.live import LiveCall
from voiceassist.session.runner import Sink
from voiceassist.storage.recording import Writer


def demo_call(
    settings: Settings,
    listener: Sink,
    *,
    speed: float = 1.0,
    model: str = "",
    writer: Writer | None = None,
    clock: Callable[[], float] = capture_clock,
    bundled: Bundled = SHORT,
) -> LiveCall:
    """A demo call, ready to start. `speed` times as fast as it was spoken; `model` is a speech model's name or
    folder, the bundled one that knows the demo's voices unless said otherwise.

    Raises `ModelError` when that model is not there, `InputError` when the cue pack has mistakes.
    """
    begin = clock()

    def faster() -> float:
        return begin + (clock() - begin) * speed

    capture = AlignedCapture(file_sources(stereo_call(bundled.sound), faster), clock=faster)
    transcriber = build.transcriber(settings, model or demo_model(settings))
    return LiveCall(capture, build.engine(settings), listener, transcriber=transcriber, writer=writer)


def demo_model(settings: Settings) -> str:
    """The bundled model where it was built, otherwise what the settings choose."""
    names = [model.name for model in build.model_store(settings).list()]
    return build.DEMO_MODEL if build.DEMO_MODEL in names else ""
