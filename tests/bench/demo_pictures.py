"""The pictures of the README, taken while the demo plays: `python -m tests.bench.demo_pictures`.

Starts a private X server and metacity with its compositor (apt packages xvfb, metacity), plays the bundled call through
the whole pipeline, waits for a cue, and writes docs/images/demo-live.png and overlay.png. `--model` takes another
speech model than the one the demo chooses, `--cue` another cue than `acknowledge`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

SIZE = (1560, 900)
AROUND = 28
"""Pixels of desktop left around the overlay."""
SETTLED_MS = 700
"""From the cue to the picture: the card is open by then."""
GIVE_UP_MS = 400_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--model", default="")
    parser.add_argument("--cue", default="acknowledge")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    chosen = parser.parse_args()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    os.environ.update(DISPLAY=":" + server.stdout.readline().strip(), QT_QPA_PLATFORM="xcb")
    manager = subprocess.Popen(
        ["metacity", "--compositor=xrender"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with tempfile.TemporaryDirectory() as home:
            os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = home
            take(chosen.folder, chosen.speed, chosen.model, chosen.cue)
    finally:
        manager.terminate()
        server.terminate()


def take(folder: Path, speed: float, model: str, cue: str) -> None:
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtGui import QColor, QPalette
    from PySide6.QtWidgets import QWidget

    from ui.app import Desktop, application
    from ui.theme import Scheme
    from voiceassist.cli import load_settings
    from voiceassist.service.client import InProcess
    from voiceassist.session.demo import demo_call

    app = application()
    ground = QWidget()
    ground.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnBottomHint)
    ground.setAutoFillBackground(True)
    settings = load_settings()
    line = InProcess(lambda listener, _: demo_call(settings, listener, speed=speed, model=model))
    program = Desktop(line, "Demo call")
    program.bridge.open()
    program.theme.choose(scheme=Scheme.LIGHT)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#7d8b99"))
    ground.setPalette(palette)
    ground.setGeometry(0, 0, *SIZE)
    ground.show()
    program.show()
    program.window.setGeometry(28, 60, 1160, 810)

    def shoot() -> None:
        screen = app.primaryScreen()
        folder.mkdir(parents=True, exist_ok=True)
        whole = screen.grabWindow(0)
        whole.save(str(folder / "demo-live.png"))
        shown = program.overlay.card
        print(f"taken at {program.model.call.now:.1f} s of the call, cue {shown.id if shown else 'none'}")
        program.window.hide()
        QTimer.singleShot(SETTLED_MS, crop)

    def crop() -> None:
        box = program.overlay.geometry()
        bottom = program.overlay.mask().boundingRect().bottom() if not program.overlay.mask().isEmpty() else 190
        box = box.adjusted(-AROUND, -AROUND + 8, AROUND, bottom + AROUND - box.height())
        app.primaryScreen().grabWindow(0).copy(box).save(str(folder / "overlay.png"))
        app.quit()

    def look() -> None:
        if program.overlay.card is not None and program.overlay.card.id == cue:
            program.model.cue_changed.disconnect(look)
            QTimer.singleShot(SETTLED_MS, shoot)

    program.model.cue_changed.connect(look)
    QTimer.singleShot(GIVE_UP_MS, app.quit)
    QTimer.singleShot(1500, program.bridge.start)
    app.exec()
    ground.close()
    program.shut()


if __name__ == "__main__":
    main()
