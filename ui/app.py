"""The desktop program: makes the Qt application, puts model, bridge, overlay and window together, and runs it.

The command line imports this lazily and hands it a way to make calls; nothing here knows how sound is captured.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QSocketNotifier, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog

from ui import desktop
from ui.bridge import CallBridge, MakeCall
from ui.call_model import CallModel
from ui.control import WindowControl
from ui.hotkeys import HotKeys
from ui.live_window import LiveWindow
from ui.overlay import Overlay
from ui.preferences import Preferences
from ui.theme import Theme
from ui.tray import Tray
from voiceassist.control import AlreadyRunning, Command, ControlServer, send

TRANSLATIONS = Path(__file__).parent / "translations"
"""One file a language, made from ui/*.py: see docs/window.md."""
REHEARSAL_SPEED = 4.0
REHEARSAL_MS = 30_000


class Desktop(QObject):
    """Everything on screen, and the one call."""

    def __init__(self, make_call: MakeCall, title: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = Preferences(self)
        self.theme = Theme(parent=self)
        self._choose_look()
        self.model = CallModel(self)
        self.bridge = CallBridge(self.model, make_call, self)
        self.overlay = Overlay(self.model, self.theme, self.preferences)
        self.window = LiveWindow(self.model, self.bridge, self.theme, self.preferences, self.overlay, title)
        self.tray = Tray(self.model, self.bridge, self.theme, self)
        self.control = WindowControl(self.bridge, self)
        self._keys: HotKeys | None = None
        self._keys_set: dict[str, str] = {}
        self._settings: QDialog | None = None
        self._rehearsal = QTimer(self, singleShot=True, interval=REHEARSAL_MS)
        self._rehearsal.timeout.connect(self.bridge.stop)
        self.bridge.ended.connect(self._rehearsal.stop)
        self.control.show_asked.connect(self.bring_up)
        self.control.reference_given.connect(self.window.reference.setText)
        self.tray.show_asked.connect(self.bring_up)
        self.tray.settings_asked.connect(self.open_settings)
        self.window.settings_asked.connect(self.open_settings)
        self.window.set_up_asked.connect(self.set_up)
        self.model.phase_changed.connect(self._show_overlay)
        self.preferences.changed.connect(self._choices_changed)

    def show(self) -> None:
        self.window.show()

    def bring_up(self) -> None:
        """The window to the front: the person asked for it."""
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def open_settings(self) -> None:
        if self._settings is None:
            from ui.settings_window import SettingsWindow  # not needed to start

            self._settings = SettingsWindow(self.preferences, self.theme, self.window)
        self._settings.show()
        self._settings.raise_()
        self._settings.activateWindow()

    def set_up(self) -> None:
        """The guided set-up."""
        from ui.first_run import FirstRun  # brings the capture and model code with it, which a start can do without

        guide = FirstRun(self.preferences, self.theme, self.window)
        guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        guide.rehearsal_asked.connect(self.rehearse)
        guide.open()

    def set_up_if_new(self) -> None:
        if self.preferences.recall("set_up") is None:
            self.set_up()

    def rehearse(self) -> None:
        """Half a minute of the demo call, fast enough to see it become difficult."""
        from voiceassist.demo.play import demo_call

        chosen = self.preferences.now
        self.bridge.start(make_call=lambda listener, _: demo_call(chosen, listener, speed=REHEARSAL_SPEED))
        self._rehearsal.start()

    def shut(self) -> None:
        """Close everything; the call is ended and written down first."""
        self._rehearsal.stop()
        if self._keys is not None:
            self._keys.close()
        self.tray.icon.hide()
        self.overlay.close()
        self.window.close()
        self.bridge.shut()

    def _choices_changed(self) -> None:
        self._choose_look()
        self._show_overlay()
        self._set_keys()

    def _choose_look(self) -> None:
        now = self.preferences.now
        self.theme.choose(scheme=self.preferences.scheme, text_scale=now.text_size, reduced_motion=now.reduced_motion)

    def take_keys(self) -> None:
        """Make the commands work from any program."""
        self._keys = HotKeys(self)
        self._keys.pressed.connect(self._key_pressed)
        self._set_keys()

    def _set_keys(self) -> None:
        if self._keys is not None and self.preferences.keys != self._keys_set:
            self._keys_set = self.preferences.keys
            self.window.remark(self._keys.set(self._keys_set).values())

    def _key_pressed(self, name: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "show": self.bring_up,
            "dismiss": self.bridge.dismiss,
            "wrong": self.bridge.wrong,
            "mute": lambda: self.bridge.mute(not self.model.muted),
            "pause": self.window.pause_or_resume,
        }
        acts[name]()

    def _show_overlay(self) -> None:
        """The overlay is there during calls and while it is arranged, and not otherwise."""
        wanted = self.preferences.now.overlay and self.bridge.in_call
        self.overlay.setVisible(wanted or self.overlay.arranging)


def application() -> QApplication:
    """The one Qt application of this process."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    desktop.prefer_x11()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("VoiceAssist")
    app.setApplicationDisplayName("VoiceAssist")
    app.setDesktopFileName("voiceassist")
    translate(app, QLocale.system())
    return app


def translate(app: QApplication, locale: QLocale) -> None:
    """The program's words, and Qt's own, in the person's language where there is a translation."""
    for name, folder in (
        ("voiceassist", str(TRANSLATIONS)),
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)


def run_demo(make_call: MakeCall) -> int:
    """The demo in the window: the bundled call starts by itself, and closing the window ends it."""
    app = application()
    program = Desktop(make_call, QCoreApplication.translate("Desktop", "Demo call"))
    watch = _SignalWatch(app)
    program.show()
    program.take_keys()
    QTimer.singleShot(0, program.bridge.start)
    app.exec()
    program.shut()
    return 130 if watch.came else 0


def run_app(make_call: MakeCall) -> int:
    """The desktop app: the window, and calls when the person or a softphone starts them.

    There is one for each person; a second start brings the window of the first one up. Where the desktop has a tray,
    closing the window leaves the program there, with a call that is under way.
    """
    app = application()
    program = Desktop(make_call)
    server = ControlServer(program.control.handle)
    try:
        server.open()
    except AlreadyRunning:
        send(Command("show"))
        return 0
    try:
        watch = _SignalWatch(app)
        if Tray.available():
            app.setQuitOnLastWindowClosed(False)
            program.tray.icon.show()
        program.tray.quit_asked.connect(app.quit)
        program.window.quit_asked.connect(app.quit)
        program.show()
        program.take_keys()
        QTimer.singleShot(0, program, program.set_up_if_new)
        app.exec()
        program.shut()
    finally:
        server.close()
    return 130 if watch.came else 0


class _SignalWatch:
    """Lets Ctrl-C end the program in an orderly way while Qt's loop runs, without waking Python up all the time."""

    def __init__(self, app: QApplication) -> None:
        self.came = False
        self._app = app
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno())
        signal.signal(signal.SIGINT, self._note)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._quit)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.came = True

    def _quit(self) -> None:
        self._read.recv(16)
        self._app.quit()
