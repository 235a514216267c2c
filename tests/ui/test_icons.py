from __future__ import annotations

from importlib import resources

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from ui import icons
from voiceassist.core.events import AgitationState
from voiceassist.cues.pack import load_pack


def drawn(name: str) -> QImage:
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    icons.paint(painter, name, QRectF(0, 0, 48, 48), QColor("black"))
    painter.end()
    return image


def test_every_state_of_agitation_has_a_shape_of_its_own() -> None:
    shapes = [icons.state_shape(state) for state in AgitationState]
    assert all(one != other for n, one in enumerate(shapes) for other in shapes[:n])


@pytest.mark.parametrize("name", [*icons.CUES, *icons.CONTROLS])
def test_every_picture_stays_inside_its_square(name: str) -> None:
    box = icons.outline(name).boundingRect()
    half = icons.STROKE / 2
    assert box.left() - half >= 0
    assert box.top() - half >= 0
    assert box.right() + half <= icons.GRID
    assert box.bottom() + half <= icons.GRID


def test_no_two_pictures_of_cues_look_alike() -> None:
    pictures = [drawn(name) for name in icons.CUES]
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_the_shipped_packs_name_only_pictures_there_are() -> None:
    packs = [entry for entry in resources.files("voiceassist.cues.packs").iterdir() if entry.name.endswith(".toml")]
    assert packs
    for entry in packs:
        with resources.as_file(entry) as path:
            named = {cue.icon for cue in load_pack(path).cues}
        assert named <= set(icons.CUES), entry.name


def test_an_unknown_icon_is_shown_as_a_speech_bubble() -> None:
    assert drawn("no such thing") == drawn("nor this")
    assert drawn("no such thing") != drawn("pause")
