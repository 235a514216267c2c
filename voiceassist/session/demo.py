"""A bundled call, played through the very pipeline a live call uses: file sources in place of devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from msgspec.structs import replace

from voiceassist.capture import AlignedCapture
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.files.file import file_sources, stereo_call
from voiceassist.config.options import NO_TRANSCRIPTION, Settings
from voiceassist.session import build
from voiceassist.session.demo_assets import CALLS, Bundled
from voiceassist.session.inputs import PlayedInputs
from voiceassist.session.live import LiveCall
from voiceassist.session.runner import Sink
from voiceassist.storage.recording import Writer

DEMO_MODEL = "tiny.en"
"""78 MB, and all cues that need words come."""
OTHER_LANGUAGES_MODEL = "base"

PARTIALS_UP_TO = 2.0
"""Times as fast as it was spoken up to which words are shown while they are spoken; faster, nobody could read them."""


class DemoClock:
    """`speed` times as fast as `clock`; stands still while something is waited for. Read by several threads."""

    def __init__(self, speed: float, clock: Callable[[], float] = capture_clock) -> None:
        self._clock = clock
        self._speed = speed
        now = clock()
        self._since = (now, now, speed)
        """A moment of `clock`, the same moment by this one, and the speed from then on."""

    def __call__(self) -> float:
        real, own, speed = self._since
        return own + (self._clock() - real) * speed

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self._since = (self._clock(), self(), 0.0)
        try:
            yield
        finally:
            self._since = (self._clock(), self(), self._speed)


def demo_call(
    settings: Settings,
    listener: Sink,
    *,
    speed: float = 1.0,
    model: str = "",
    writer: Writer | None = None,
    clock: Callable[[], float] = capture_clock,
    bundled: Bundled = CALLS["delivery"],
) -> LiveCall:
    """A demo call, ready to start. `speed` times as fast as it was spoken; `model` is a speech model's name or
    folder, `demo_model` unless given. The call waits for its words, so its cues are the same on any machine.

    Raises `ModelError` when that model is not there, `InputError` when the cue pack has mistakes.
    """
    own = replace(settings, language=bundled.language)
    running = DemoClock(speed, clock)
    return LiveCall(
        AlignedCapture(file_sources(stereo_call(bundled.sound), running), clock=running),
        build.engine(own),
        listener,
        transcriber=build.transcriber(
            own, model or demo_model(own) or NO_TRANSCRIPTION, live=False, partials=speed <= PARTIALS_UP_TO
        ),
        writer=writer,
        inputs=partial(PlayedInputs, clock_stopped=running.stopped),
    )


def demo_model(settings: Settings) -> str:
    """Name of the installed model that hears a demo call in the settings' language; empty: none, or none is wanted."""
    if settings.speech_model == NO_TRANSCRIPTION:
        return ""
    names = build.fitting_models(settings)
    return DEMO_MODEL if DEMO_MODEL in names else "".join(names[:1])


def missing_demo_model(settings: Settings, bundled: Bundled = CALLS["delivery"]) -> str:
    """Name of the model to fetch for the words of a demo call; empty: there is one, or none is wanted."""
    if settings.speech_model == NO_TRANSCRIPTION or demo_model(replace(settings, language=bundled.language)):
        return ""
    return DEMO_MODEL if bundled.language == "en" else OTHER_LANGUAGES_MODEL
