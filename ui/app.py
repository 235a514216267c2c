"""The desktop program: makes the Qt application, puts model, bridge, overlay and window together, and runs it.

The command line imports this lazily and says where calls are run; nothing here knows how sound is captured.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import shiboken6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QSocketNotifier, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from ui.bridge import CallBridge, CallClient
from ui.dialogs.quit_guard import QuitGuard
from ui.hotkeys import HotKeys
from ui.i18n.language import use_language
from ui.overlay import desktop
from ui.overlay.overlay import Overlay
from ui.preferences import Preferences
from ui.task import wait_for_all
from ui.theme import Theme
from ui.tray import Tray
from ui.window.after_call import AfterCall
from ui.window.call_model import CallModel
from ui.window.history_card import HistoryCard
from ui.window.live_window import LiveWindow
from voiceassist.core.messages import message

TRANSLATIONS = Path(__file__).parent / "i18n"
"""One file a language, made from ui/*.py: see docs/window.md."""
REHEARSAL_MS = 30_000
TASKS_END_WITHIN_S = 5.0
"""Seconds the program waits at exit for work that was cancelled."""
SERVICE_AFTER_MS = 200
"""The call service starts once the window is painted: both at once would take the time of two."""


class Desktop(QObject):
    """Everything on screen, and the one call."""

    def __init__(self, client: CallClient, title: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = Preferences(self)
        self.theme = Theme(parent=self)
        self._choose_look()
        self.model = CallModel(self)
        self.bridge = CallBridge(self.model, client, self)
        self.overlay = Overlay(self.model, self.theme, self.preferences)
        self.window = LiveWindow(self.model, self.bridge, self.theme, self.preferences, self.overlay, title)
        self.history = HistoryCard(self.preferences)
        self.after_call = AfterCall(self.model, self.preferences)
        for card in (self.history, self.after_call):
            self.window.add_card(card)
        self.bridge.reference_given.connect(self.history.look_up)
        self.bridge.ended.connect(self.history.hide)
        self.after_call.failed.connect(self.preferences.refused.emit)
        self.tray = Tray(self.model, self.bridge, self.theme, self)
        self.quit_guard = QuitGuard(self.model, self.window, self.theme, lambda: self._rehearsal.isActive(), self)
        self._keys: HotKeys | None = None
        self._keys_set: dict[str, str] = {}
        self._settings: QDialog | None = None
        self._library: QWidget | None = None
        self._replays: list[QWidget] = []
        self._rehearsal = QTimer(self, singleShot=True, interval=REHEARSAL_MS)
        self._rehearsal.timeout.connect(self.bridge.stop)
        self.bridge.ended.connect(self._rehearsal.stop)
        self.bridge.show_asked.connect(self.bring_up)
        for quit_asked in (self.window.quit_asked, self.tray.quit_asked):
            quit_asked.connect(self.quit_guard.ask)
        self.bridge.reference_given.connect(self.window.reference.setText)
        self.tray.show_asked.connect(self.bring_up)
        self.tray.settings_asked.connect(self.open_settings)
        self.window.settings_asked.connect(self.open_settings)
        self.window.library_asked.connect(self.open_library)
        self.window.set_up_asked.connect(self.set_up)
        self.window.kept_call_asked.connect(self.choose_kept_call)
        self.window.model_asked.connect(lambda: self.set_up(at_transcription=True))
        self.model.phase_changed.connect(self._show_overlay)
        self.preferences.changed.connect(self._choices_changed)
        self.preferences.saved.connect(self.bridge.settings_changed)

    def show(self) -> None:
        self.window.show()

    def bring_up(self) -> None:
        self.window.bring_up()

    def open_settings(self) -> None:
        if self._settings is None:
            from ui.dialogs.settings_window import SettingsWindow  # not needed to start

            self._settings = SettingsWindow(self.preferences, self.theme, self.window)
        self._settings.show()
        self._settings.raise_()
        self._settings.activateWindow()

    def open_library(self) -> None:
        """The kept calls, in a window of their own that outlives a look."""
        if self._library is None:
            from ui.coach.library_view import LibraryWindow  # not needed to start

            library = LibraryWindow(self.theme, self.preferences)
            library.open_asked.connect(self.open_kept_call)
            self._library = library
        self._library.show()
        self._library.raise_()
        self._library.activateWindow()

    def choose_kept_call(self) -> None:
        """Let the person choose the folder of a kept call."""
        dialog = QFileDialog(self.window, self.tr("Open a kept call: choose its folder"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setDirectory(str(self.preferences.now.library))
        dialog.fileSelected.connect(lambda folder: self.open_kept_call(Path(folder)))
        dialog.open()

    def open_kept_call(self, folder: Path, at: float = 0.0) -> None:
        """The replay of a kept call, in a window of its own."""
        from ui.coach.replay_window import ReplayWindow  # not needed to start

        window = ReplayWindow(folder, self.theme, self.preferences, at)
        self._replays.append(window)
        window.closed.connect(lambda: self._replays.remove(window))
        window.show()

    def set_up(self, at_transcription: bool = False) -> None:
        """The guided set-up, from the beginning or from the choice of a speech model on."""
        from ui.dialogs.first_run import (
            FirstRun,  # brings the capture and model code with it, which a start can do without
        )

        guide = FirstRun(self.preferences, self.theme, self.window)
        guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        guide.rehearsal_asked.connect(self.rehearse)
        if at_transcription:
            guide.begin_at_transcription()
        guide.open()

    def set_up_if_new(self) -> None:
        if self.preferences.recall("set_up") is None:
            self.set_up()

    def rehearse(self) -> None:
        """Half a minute of the demo call, fast enough to see it become difficult; not in place of a real one."""
        if self.bridge.busy:
            self.bridge.failed.emit(message("call-already-under-way"))
            return
        self.bridge.rehearse()
        self._rehearsal.start()

    def shut(self) -> None:
        """Close everything; the call is ended and written down first."""
        try:
            self.quit_guard.disable_prompt()
            self._rehearsal.stop()
            if self._keys is not None:
                self._keys.close()
            self.tray.icon.hide()
            self.history.stop()
            if self._library is not None:
                self._library.close()
            self.overlay.close()
            for replay in list(self._replays):
                replay.close()
            self.window.close()
        finally:  # whatever goes wrong above, no call may stay behind unseen; no window is up that could freeze
            self.bridge.shut()
            self.preferences.finish()
            wait_for_all(TASKS_END_WITHIN_S)

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
            self.window.show_notices(self._keys.set(self._keys_set).values())

    def _key_pressed(self, name: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "show": self.bring_up,
            "dismiss": self.bridge.dismiss,
            "wrong": self.bridge.wrong,
            "mute": lambda: self.bridge.mute(not self.model.call.muted),
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
    use_language(locale.name()[:2])
    for name, folder in (
        ("voiceassist", str(TRANSLATIONS)),
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)


def run_demo(client: CallClient) -> int:
    """The demo in the window: the bundled call starts by itself, and closing the window ends it."""
    app = application()
    program = Desktop(client, QCoreApplication.translate("Desktop", "Demo call"))
    watch = _SignalWatch(app)
    program.quit_guard.disable_prompt()  # nobody's call
    program.quit_guard.quit_confirmed.connect(app.quit)
    program.show()
    program.take_keys()
    program.bridge.open()
    QTimer.singleShot(0, program.bridge.start)
    app.exec()
    program.shut()
    return watch.exit_status


def run_replay(folder: Path, at: float) -> int:
    """A kept call in a window of its own, without a call service."""
    from ui.coach.replay_window import ReplayWindow

    app = application()
    preferences = Preferences()
    now = preferences.now
    theme = Theme()
    theme.choose(scheme=preferences.scheme, text_scale=now.text_size, reduced_motion=now.reduced_motion)
    watch = _SignalWatch(app)
    window = ReplayWindow(folder, theme, preferences, at)
    window.show()
    app.exec()
    if shiboken6.isValid(window):
        window.close()
    preferences.finish()
    wait_for_all(TASKS_END_WITHIN_S)
    return watch.exit_status


def run_app(client: CallClient) -> int:
    """The desktop app: the window, and calls when the person or a softphone starts them.

    There is one for each person: when another window has the calls, that one comes up and this one goes. Where the
    desktop has a tray, closing the window leaves the program there, with a call that is under way.
    """
    app = application()
    program = Desktop(client)
    watch = _SignalWatch(app)
    if Tray.available():
        app.setQuitOnLastWindowClosed(False)
        program.tray.icon.show()
    else:
        program.window.may_close = program.quit_guard.may_close
    program.quit_guard.quit_confirmed.connect(app.quit)
    program.bridge.superseded.connect(app.quit)
    program.show()
    program.take_keys()
    QTimer.singleShot(SERVICE_AFTER_MS, program, program.bridge.open)
    QTimer.singleShot(0, program, program.set_up_if_new)
    app.exec()
    program.shut()
    return watch.exit_status


class _SignalWatch:
    """Lets Ctrl-C, and the end of the session, end the program in an orderly way while Qt's loop runs, without waking
    Python up all the time."""

    def __init__(self, app: QApplication) -> None:
        self.exit_status = 0
        """As a shell tells of a program that was ended by a signal."""
        self._app = app
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._end)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.exit_status = 128 + number

    def _end(self) -> None:
        self._read.recv(16)
        self._app.exit()  # `quit` would ask the windows first
