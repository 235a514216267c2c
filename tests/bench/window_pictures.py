"""Pictures of every screen in every look, for a person to check: `python -m tests.bench.window_pictures [FOLDER]`.

Without a folder they go to build/pictures. The views are driven by a scripted call, so the pictures are the same on
every run. Set QT_SCALE_FACTOR=2 for the 200 % set.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main(folder: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = home
        _take(folder)


def _take(folder: Path) -> None:
    from PySide6.QtGui import QColor, QPixmap
    from PySide6.QtWidgets import QApplication, QWidget

    from models.speech import ModelStore
    from tests.ui import scripted
    from ui.app import Desktop
    from ui.first_run import FirstRun
    from ui.theme import Scheme
    from voiceassist.timeline import Feedback, FeedbackKind, Part, PartState

    app = QApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    scale = os.environ.get("QT_SCALE_FACTOR", "1")

    def shoot(widget: QWidget, name: str, ground: str = "") -> None:
        app.processEvents()
        picture = widget.grab()
        if ground:
            below = QPixmap(picture.size())
            below.setDevicePixelRatio(picture.devicePixelRatio())
            below.fill(QColor(ground))
            from PySide6.QtGui import QPainter

            painter = QPainter(below)
            painter.drawPixmap(0, 0, picture)
            painter.end()
            picture = below
        picture.save(str(folder / f"{name}-{scale}x.png"))

    for scheme in (Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST):
        program = Desktop(lambda listener, _: scripted.ScriptedCall(listener, []))
        program.theme.choose(scheme=scheme, reduced_motion=True)
        program.show()
        program.window.resize(1160, 820)
        shoot(program.window, f"window-idle-{scheme}")
        moments = {"listening": 8.0, "calm": 33.0, "rising": 71.0, "high": 100.0, "safety": 131.0, "good": 151.0}
        done = 0
        events = scripted.call()
        ground = {"light": "#8a98a8", "dark": "#3a4654", "contrast": "#404040"}[scheme]
        for name, until in moments.items():
            for event in events[done:]:
                if event.t > until:
                    break
                program.model.take(event)
                done += 1
            shoot(program.overlay, f"overlay-{name}-{scheme}", ground)
            if name in ("high", "safety"):
                shoot(program.window, f"window-{name}-{scheme}")
        program.model.take(
            Part(
                t=151.0,
                part="caller-sound",
                state=PartState.LOST,
                detail="The headset was unplugged. Plug it in again, or choose another in the settings.",
            )
        )
        program.model.take(Feedback(t=151.0, kind=FeedbackKind.MUTE))
        shoot(program.window, f"window-lost-{scheme}")
        shoot(program.overlay, f"overlay-lost-{scheme}", ground)
        program.overlay.arrange(True)
        shoot(program.overlay, f"overlay-arrange-{scheme}", ground)
        program.open_settings()
        assert program._settings is not None
        shoot(program._settings, f"settings-{scheme}")
        guide = FirstRun(program.preferences, program.theme, store=ModelStore(folder / "none"))
        guide.show()
        for page in ("privacy", "sound", "words", "rehearsal"):
            shoot(guide, f"guide-{page}-{scheme}")
            guide.next()
        guide.reject()
        program.shut()
        program.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures"))
