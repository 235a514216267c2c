"""Pictures of every screen in every state and look, for a person to check:

    python -m tests.bench.window_pictures [FOLDER] [--language de] [--look light]

Without a folder they go to build/pictures. The views are driven by a scripted call, so the pictures are the same on
every run. Set QT_SCALE_FACTOR=2 for the 200 % set. On a screen of one's own (xvfb-run) they are of real windows, else
of Qt's offscreen ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from models.speech import ModelStore
from tests.ui import scripted
from ui.app import Desktop, translate
from ui.dialogs.first_run import FirstRun
from ui.dialogs.settings_window import SettingsWindow
from ui.theme import Scheme
from ui.window.call_model import Phase
from voiceassist.config import settings
from voiceassist.core.events import CallEnded, Component, ComponentState, ComponentStatus, Feedback, FeedbackKind
from voiceassist.core.messages import message
from voiceassist.service.client import InProcess

GROUNDS = {Scheme.LIGHT: "#8a98a8", Scheme.DARK: "#3a4654", Scheme.CONTRAST: "#404040"}
"""What lies below the overlay."""
MOMENTS = {"listening": 8.0, "calm": 33.0, "rising": 71.0, "high": 100.0, "safety": 131.0, "good": 151.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/pictures"))
    parser.add_argument("--language", default="en", help="de for German")
    parser.add_argument("--look", type=Scheme, choices=list(GROUNDS), help="only this one")
    chosen = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "STATE", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = home
        settings.machine_folder = lambda: Path(home) / "machine"
        (Path(home) / "machine" / "policies").mkdir(parents=True)
        (Path(home) / "machine" / "policies" / "company.json").write_text('{"call_start": "manual"}')
        (Path(home) / "machine" / "settings.toml").write_text('echo = "off"\n[defaults]\nlanguage = "en"\n')
        camera = Camera(chosen.folder, chosen.language)
        for look in [chosen.look] if chosen.look else GROUNDS:
            camera.take(look)


class Camera:
    """Takes one picture after another; the name says what is on it."""

    def __init__(self, folder: Path, language: str) -> None:
        self._app = QApplication(sys.argv[:1])
        self._folder = folder
        self._end = f"{language}-{os.environ.get('QT_SCALE_FACTOR', '1')}x"
        folder.mkdir(parents=True, exist_ok=True)
        translate(self._app, QLocale(language))

    def _shoot(self, widget: QWidget, name: str, ground: str = "") -> None:
        self._app.processEvents()
        picture = widget.grab()
        if ground:
            below = QPixmap(picture.size())
            below.setDevicePixelRatio(picture.devicePixelRatio())
            below.fill(QColor(ground))
            painter = QPainter(below)
            if not widget.mask().isEmpty():  # without a compositor the overlay is cut to its shape
                painter.setClipRegion(widget.mask())
            painter.drawPixmap(0, 0, picture)
            painter.end()
            picture = below
        picture.save(str(self._folder / f"{name}-{self._end}.png"))

    def take(self, scheme: Scheme) -> None:
        program = Desktop(InProcess(lambda listener, _: scripted.ScriptedCall(listener, [])))
        program.preferences.change(theme=scheme.value, reduced_motion=True)
        program.show()
        program.window.resize(1160, 820)
        ground = GROUNDS[scheme]
        self._shoot(program.window, f"window-idle-{scheme}")
        events, done = scripted.call(), 0
        for name, until in MOMENTS.items():
            for event in events[done:]:
                if event.t > until:
                    break
                program.model.take(event)
                done += 1
            self._shoot(program.overlay, f"overlay-{name}-{scheme}", ground)
            if name in ("listening", "rising", "high", "safety"):
                self._shoot(program.window, f"window-{name}-{scheme}")
        self._take_phases(program, scheme)
        program.window.resize(620, 700)
        self._shoot(program.window, f"window-narrow-{scheme}")
        program.window.resize(1160, 820)
        lost = message("caller-not-heard-from", name="USB Headset", reason=message("source-no-sound"))
        program.model.take(
            ComponentStatus(t=151.0, component=Component.CALLER_AUDIO, state=ComponentState.FAILED, reason=lost)
        )
        program.model.take(Feedback(t=151.0, kind=FeedbackKind.MUTE))
        self._shoot(program.window, f"window-lost-{scheme}")
        self._shoot(program.overlay, f"overlay-lost-{scheme}", ground)
        program.overlay.arrange(True)
        self._shoot(program.overlay, f"overlay-arrange-{scheme}", ground)
        program.overlay.arrange(False)
        program.model.take(CallEnded(t=152.0))
        self._shoot(program.window, f"window-ended-{scheme}")
        self._take_menus(program, scheme)
        self._take_dialogs(program, scheme)
        program.shut()
        program.deleteLater()

    def _take_phases(self, program: Desktop, scheme: Scheme) -> None:
        """The overlay while nothing is followed."""

        for phase in (Phase.STARTING, Phase.PAUSED, Phase.STOPPING):
            program.model.enter(phase)
            self._shoot(program.overlay, f"overlay-{phase}-{scheme}", GROUNDS[scheme])
            if phase is Phase.PAUSED:
                self._shoot(program.window, f"window-{phase}-{scheme}")
        program.model.enter(Phase.RUNNING)
        program.quit_guard.ask()
        assert program.quit_guard.question is not None
        self._shoot(program.quit_guard.question, f"quit-{scheme}")
        program.quit_guard.question.reject()

    def _take_menus(self, program: Desktop, scheme: Scheme) -> None:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        menus = [menu for menu in program.window.menuBar().findChildren(QMenu, options=direct) if menu.title()]
        for number, menu in enumerate([*menus, program.tray._menu]):
            menu.popup(QPoint(20, 20))
            self._shoot(menu, f"menu-{number}-{scheme}")
            menu.close()

    def _take_dialogs(self, program: Desktop, scheme: Scheme) -> None:
        program.open_settings()
        window = program._settings
        assert isinstance(window, SettingsWindow)
        bar = window.area.verticalScrollBar()
        for quarter in range(4):
            bar.setValue(bar.maximum() * quarter // 3)
            self._shoot(window, f"settings-{quarter}-{scheme}")
        window.search.setText("overlay corner")
        self._shoot(window, f"settings-search-{scheme}")
        window.search.setText("zebra")
        self._shoot(window, f"settings-none-{scheme}")
        window.search.setText("")
        program.preferences.refused.emit(message("calendar-not-written", file="C:/Calls.ics", reason="read-only"))
        self._shoot(window, f"settings-refused-{scheme}")
        guide = FirstRun(program.preferences, program.theme, store=ModelStore(self._folder / "none"))
        guide.show()
        for page in ("privacy", "sound", "transcription", "rehearsal"):
            self._shoot(guide, f"guide-{page}-{scheme}")
            guide.next()
        guide.reject()


if __name__ == "__main__":
    main()
