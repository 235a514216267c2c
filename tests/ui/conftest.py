"""The program on a private screen with a call made of events, and guards against things that outlive their test."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QAbstractAnimation, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from tests.support.qt_thread import QtThreadWatch
from tests.ui.scripted import ScriptedCall
from ui.app import Desktop
from ui.bridge import CallBridge
from ui.preferences import Preferences
from ui.theme import Scheme, Theme
from ui.window.call_model import CallModel
from voiceassist.service.call_manager import Listener
from voiceassist.service.client import InProcess


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """What a test leaves behind is cleared away at its end, on Qt's thread. Python's collector runs on whichever thread
    makes it necessary, and a widget or timer that another thread takes apart hangs or ends the program."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()  # whatever is still there need not be looked through after the next test
        gc.enable()


@pytest.fixture(scope="session")
def qt_thread_watch(qapp: QApplication) -> Iterator[QtThreadWatch]:
    watch = QtThreadWatch()
    watch.start()
    yield watch
    watch.stop()


@pytest.fixture(autouse=True)
def qt_thread_never_waits(qt_thread_watch: QtThreadWatch) -> Iterator[None]:
    """Code of `ui` that waits on the Qt thread, for a thread, a process or a file, fails the test."""
    qt_thread_watch.begin()
    yield
    seen = qt_thread_watch.seen()
    assert not seen, seen


@pytest.fixture(autouse=True)
def nothing_left_on_screen(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A window, timer or animation that is still going when its test is over fails it."""
    started: weakref.WeakSet[QObject] = weakref.WeakSet()
    for kind in (QTimer, QAbstractAnimation):
        start = kind.start

        def watched(self: Any, *args: Any, _start: Any = start) -> Any:
            started.add(self)
            return _start(self, *args)

        monkeypatch.setattr(kind, "start", watched)
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    going = [thing for thing in started if shiboken6.isValid(thing) and _goes(thing)]
    assert not going, f"still going after the test: {going}"
    seen = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    for widget in seen:
        widget.close()
    assert not seen, f"still on screen after the test: {seen}"


def _goes(thing: QObject) -> bool:
    if isinstance(thing, QTimer):
        return thing.isActive()
    return isinstance(thing, QAbstractAnimation) and thing.state() == QAbstractAnimation.State.Running


@pytest.fixture
def model(qapp: QApplication) -> CallModel:
    return CallModel()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(Scheme.LIGHT)
    theme.choose(reduced_motion=True)
    return theme


@pytest.fixture
def preferences(qapp: QApplication) -> Iterator[Preferences]:
    preferences = Preferences()
    yield preferences
    preferences.finish()


@pytest.fixture
def calls() -> list[ScriptedCall]:
    """The calls that were made, for a look at the commands they were given."""
    return []


@pytest.fixture
def bridge(model: CallModel, calls: list[ScriptedCall]) -> Iterator[CallBridge]:
    bridge = CallBridge(model, InProcess(_maker(calls)))
    bridge.open()
    yield bridge
    bridge.shut()


def _maker(calls: list[ScriptedCall]) -> Callable[[Listener, str], ScriptedCall]:
    def make(listener: Listener, reference: str) -> ScriptedCall:
        calls.append(ScriptedCall(listener, []))
        return calls[-1]

    return make


@pytest.fixture
def program(qapp: QApplication, calls: list[ScriptedCall]) -> Iterator[Desktop]:
    """The whole program in light colours, without motion and without a call yet."""
    program = Desktop(InProcess(_maker(calls)))
    program.bridge.open()
    program.theme.choose(scheme=Scheme.LIGHT, reduced_motion=True)
    yield program
    program.shut()
    qapp.processEvents()
    program.window.deleteLater()
    program.overlay.deleteLater()
