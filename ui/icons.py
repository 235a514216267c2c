"""Every picture in the program, drawn as strokes on a 24 x 24 grid. No image files, sharp at any scale.

`paint` draws one into a rectangle, `icon` makes a `QIcon` for a control. Cue packs name icons by the keys of `CUES`;
a name that is not known gets the plain speech bubble, so that a new pack never shows a hole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from voiceassist.core.events import AgitationState

GRID = 24.0
STROKE = 2.0
CENTRE = QPointF(12, 12)


def _lines(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for points in strokes:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    return path


def _arc(path: QPainterPath, box: tuple[float, float, float, float], start: float, sweep: float) -> None:
    rect = QRectF(*box)
    path.arcMoveTo(rect, start)
    path.arcTo(rect, start, sweep)


def _bubble() -> QPainterPath:
    path = QPainterPath(QPointF(8, 17))
    path.lineTo(6, 17)
    path.arcTo(QRectF(3, 11, 6, 6), 270, -90)
    path.lineTo(3, 7)
    path.arcTo(QRectF(3, 4, 6, 6), 180, -90)
    path.lineTo(18, 4)
    path.arcTo(QRectF(15, 4, 6, 6), 90, -90)
    path.lineTo(21, 14)
    path.arcTo(QRectF(15, 11, 6, 6), 0, -90)
    path.lineTo(13, 17)
    path.lineTo(8, 21)
    path.closeSubpath()
    return path


def _bubble_with(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = _bubble()
    path.addPath(_lines(*strokes))
    return path


def _words_bubble() -> QPainterPath:
    return _bubble_with(((7.5, 9), (16.5, 9)), ((7.5, 12.5), (13, 12.5)))


def _heart_bubble() -> QPainterPath:
    path = _bubble()
    path.moveTo(12, 14)
    path.cubicTo(7.5, 11.2, 8.2, 7.4, 10.4, 7.4)
    path.cubicTo(11.4, 7.4, 12, 8.4, 12, 8.4)
    path.cubicTo(12, 8.4, 12.6, 7.4, 13.6, 7.4)
    path.cubicTo(15.8, 7.4, 16.5, 11.2, 12, 14)
    return path


def _speaker(*extra: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = _lines(((4, 9.5), (4, 14.5), (7.5, 14.5), (12, 18.5), (12, 5.5), (7.5, 9.5), (4, 9.5)))
    path.addPath(_lines(*extra))
    return path


def _ear() -> QPainterPath:
    path = QPainterPath(QPointF(6, 9.5))
    path.cubicTo(6, 0.5, 18, 0.5, 18, 9)
    path.cubicTo(18, 13, 14.5, 13.5, 14, 17)
    path.cubicTo(13.5, 22, 7.5, 22.5, 7.2, 17.5)
    path.moveTo(9.5, 9.5)
    path.cubicTo(9.5, 5.5, 14.5, 5.5, 14.5, 9)
    path.cubicTo(14.5, 11, 12, 11.5, 12, 13.5)
    return path


def _shield() -> QPainterPath:
    path = QPainterPath(QPointF(12, 3))
    path.lineTo(19.5, 6)
    path.cubicTo(19.5, 14, 17, 18.5, 12, 21)
    path.cubicTo(7, 18.5, 4.5, 14, 4.5, 6)
    path.closeSubpath()
    path.addPath(_lines(((8.5, 11.5), (15.5, 11.5))))
    return path


def _people() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(5, 5, 6, 6))
    _arc(path, (2.5, 13.5, 11, 13), 0, 180)
    path.addEllipse(QRectF(14.5, 7, 4.6, 4.6))
    _arc(path, (13.8, 14, 8, 11), 15, 90)
    return path


def _microphone() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(9, 3, 6, 11), 3, 3)
    _arc(path, (5.5, 5, 13, 13), 180, 180)
    path.addPath(_lines(((12, 18), (12, 21)), ((8.5, 21), (15.5, 21))))
    return path


def _headset() -> QPainterPath:
    path = QPainterPath()
    _arc(path, (4, 4, 16, 16), 0, 180)
    path.addRoundedRect(QRectF(3, 12, 4, 7), 1.5, 1.5)
    path.addRoundedRect(QRectF(17, 12, 4, 7), 1.5, 1.5)
    return path


def _clock() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(3.5, 3.5, 17, 17))
    path.addPath(_lines(((12, 7.5), (12, 12), (15.5, 14))))
    return path


def _record() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(3.5, 3.5, 17, 17))
    path.addEllipse(QRectF(9, 9, 6, 6))
    return path


def _gear() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(8.5, 8.5, 7, 7))
    path.addEllipse(QRectF(5, 5, 14, 14))
    path.addPath(
        _lines(
            ((12, 2.5), (12, 5)),
            ((12, 19), (12, 21.5)),
            ((2.5, 12), (5, 12)),
            ((19, 12), (21.5, 12)),
            ((5.3, 5.3), (7, 7)),
            ((17, 17), (18.7, 18.7)),
            ((5.3, 18.7), (7, 17)),
            ((17, 7), (18.7, 5.3)),
        )
    )
    return path


def _warning() -> QPainterPath:
    path = _lines(((12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5)), ((12, 9.5), (12, 14)))
    path.addEllipse(QRectF(11.6, 16.6, 0.8, 0.8))
    return path


def _info() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(3.5, 3.5, 17, 17))
    path.addPath(_lines(((12, 11), (12, 16.5))))
    path.addEllipse(QRectF(11.6, 7.4, 0.8, 0.8))
    return path


def _snail() -> QPainterPath:
    path = QPainterPath(QPointF(2.5, 19.5))
    path.lineTo(17, 19.5)
    path.cubicTo(21, 19.5, 20.5, 15, 20, 10)
    path.addEllipse(QRectF(4.5, 7, 12.5, 12.5))
    path.moveTo(10.7, 16)
    path.cubicTo(6.5, 15, 8.5, 9.8, 12, 11)
    path.cubicTo(13.5, 11.6, 13.5, 13.6, 12, 13.8)
    path.addPath(_lines(((20, 10), (17.8, 6.5)), ((20, 10), (21.8, 6.5))))
    return path


def _hand() -> QPainterPath:
    path = QPainterPath(QPointF(7, 12.5))
    for x, top in ((7, 6.5), (10.3, 4), (13.6, 4.4), (16.9, 7)):
        path.lineTo(x, top + 1)
        path.cubicTo(x + 0.2, top - 0.8, x + 3.1, top - 0.8, x + 3.3, top + 1)
        path.lineTo(x + 3.3, 11.5)
    path.cubicTo(20.4, 18, 18, 21.5, 13.5, 21.5)
    path.cubicTo(9, 21.5, 8, 19.5, 4, 14.5)
    path.cubicTo(3.4, 12.6, 5.4, 11.2, 7, 13.6)
    return path


def _echo() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3, 3.5, 13, 10), 3, 3)
    path.moveTo(19, 9.5)
    path.cubicTo(21.5, 9.5, 21, 12, 21, 16)
    path.cubicTo(21, 20.5, 20, 20, 12, 20)
    path.cubicTo(9.5, 20, 8.5, 19.5, 8.5, 17)
    return path


def _refresh() -> QPainterPath:
    path = QPainterPath()
    _arc(path, (4, 4, 16, 16), 100, -250)
    _arc(path, (4, 4, 16, 16), 180, -60)
    path.addPath(_lines(((9.5, 1.6), (13.2, 4.2), (10, 7.4))))
    return path


def _link() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 8.5, 11, 7), 3.5, 3.5)
    path.addRoundedRect(QRectF(11, 8.5, 11, 7), 3.5, 3.5)
    return path


def _door() -> QPainterPath:
    path = _lines(((6, 20.5), (6, 3.5), (18, 3.5), (18, 20.5)), ((3, 20.5), (21, 20.5)))
    path.addEllipse(QRectF(14, 11.5, 1, 1))
    return path


def _sun() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(8, 8, 8, 8))
    for angle in range(0, 360, 45):
        turn = QTransform().rotate(angle)
        path.addPolygon(QPolygonF([turn.map(QPointF(0, -7)) + CENTRE, turn.map(QPointF(0, -9.5)) + CENTRE]))
    return path


CUES: dict[str, Callable[[], QPainterPath]] = {
    "pause": lambda: _lines(((9, 5), (9, 19)), ((15, 5), (15, 19))),
    "volume": lambda: _speaker(((15.5, 10), (18.5, 13.5), (21.5, 10))),
    "louder": lambda: _speaker(((15.5, 14), (18.5, 10.5), (21.5, 14))),
    "heart": _heart_bubble,
    "ear": _ear,
    "check": lambda: _lines(((4.5, 12.5), (10, 18), (19.5, 6.5))),
    "clock": _clock,
    "snail": _snail,
    "shield": _shield,
    "hand": _hand,
    "people": _people,
    "question": lambda: _bubble_with(((9.8, 8.6), (12, 7.2), (14, 8.8), (12, 11), (12, 11.6)), ((12, 13.9), (12, 14))),
    "speech": _words_bubble,
    "echo": _echo,
    "refresh": _refresh,
    "plus": lambda: _lines(((12, 4.5), (12, 19.5)), ((4.5, 12), (19.5, 12))),
    "link": _link,
    "arrow": lambda: _lines(((4, 12), (19, 12)), ((13, 6), (19, 12), (13, 18))),
    "branch": lambda: _lines(((4, 12), (10, 12)), ((19, 6), (15, 6), (10, 12), (15, 18), (19, 18))),
    "door": _door,
    "sun": _sun,
    "steady": lambda: _lines(((4, 9), (20, 9)), ((4, 15), (20, 15))),
    "breath": lambda: _lines(((3, 9), (8, 6), (13, 9), (18, 6), (21, 8)), ((3, 16), (8, 13), (13, 16), (21, 14))),
}
"""Pictures a cue pack may name."""

CONTROLS: dict[str, Callable[[], QPainterPath]] = {
    "start": lambda: _lines(((7.5, 4.5), (19, 12), (7.5, 19.5), (7.5, 4.5))),
    "stop": lambda: _lines(((6, 6), (18, 6), (18, 18), (6, 18), (6, 6))),
    "close": lambda: _lines(((6, 6), (18, 18)), ((18, 6), (6, 18))),
    "wrong": lambda: _lines(((5, 21), (5, 4), (18, 4), (14.5, 8.5), (18, 13), (5, 13))),
    "newest": lambda: _lines(((12, 4), (12, 18)), ((6, 12.5), (12, 18.5), (18, 12.5))),
    "note": lambda: _lines(((4.5, 19.5), (5.5, 15), (16, 4.5), (19.5, 8), (9, 18.5), (4.5, 19.5))),
    "agent-audio": _microphone,
    "caller-audio": _headset,
    "recording": _record,
    "agitation": lambda: _lines(((2.5, 13), (7, 13), (10, 5.5), (14, 18.5), (17, 11), (21.5, 11))),
    "settings": _gear,
    "warning": _warning,
    "info": _info,
    "mute": lambda: _speaker(((15.5, 9.5), (20.5, 14.5)), ((20.5, 9.5), (15.5, 14.5))),
    "rising": lambda: _lines(((12, 19), (12, 5)), ((6, 11), (12, 5), (18, 11))),
    "falling": lambda: _lines(((12, 5), (12, 19)), ((6, 13), (12, 19), (18, 13))),
    "open": lambda: _lines(((5, 9), (12, 16), (19, 9))),
    "dash": lambda: _lines(((5, 12), (19, 12))),
}

SOLID = {"start", "stop"}
"""Drawn filled as well as stroked."""


@cache
def outline(name: str) -> QPainterPath:
    """The strokes of the picture called `name` on the 24 x 24 grid; the plain bubble when there is none."""
    make = CUES.get(name) or CONTROLS.get(name) or _bubble
    return make()


def paint(painter: QPainter, name: str, box: QRectF, colour: QColor, weight: float = STROKE) -> None:
    """Draw the picture `name` into the square `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    pen = QPen(colour, weight, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour if name in SOLID else Qt.BrushStyle.NoBrush)
    painter.drawPath(outline(name))
    painter.restore()


def state_shape(state: AgitationState) -> QPainterPath:
    """The agitation's shape on the 24 x 24 grid, so that the state is never told by colour alone."""
    path = QPainterPath()
    if state is AgitationState.LISTENING:
        path.addEllipse(QRectF(4, 4, 16, 16))
        path.addEllipse(QRectF(8, 8, 8, 8))  # odd-even filling leaves a ring
    elif state is AgitationState.CALM:
        path.addEllipse(QRectF(3.5, 3.5, 17, 17))
    elif state is AgitationState.RISING:
        path.addPolygon(QPolygonF([QPointF(12, 2.5), QPointF(22, 20.5), QPointF(2, 20.5)]))
    elif state is AgitationState.HIGH:
        path.addPolygon(QPolygonF([QPointF(12, 1), QPointF(23, 12), QPointF(12, 23), QPointF(1, 12)]))
    else:
        path.addPolygon(QPolygonF([QPointF(12, 21.5), QPointF(22, 3.5), QPointF(2, 3.5)]))
    path.closeSubpath()
    return path


def paint_state(painter: QPainter, state: AgitationState, box: QRectF, colour: QColor) -> None:
    """Draw the agitation's shape, filled, into the square `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(colour)
    painter.drawPath(state_shape(state))
    painter.restore()


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """The picture `name` for a button or menu, sharp at 100, 200 and 300 %."""
    return _rendered(size, lambda painter, box: paint(painter, name, box, colour))


def state_icon(state: AgitationState, colour: QColor, size: int = 22) -> QIcon:
    """The agitation's shape for the tray."""
    return _rendered(size, lambda painter, box: paint_state(painter, state, box.adjusted(2, 2, -2, -2), colour))


def program_icon() -> QIcon:
    """The program's own sign, for title bars and task lists: a headset on blue, whatever the palette."""

    def draw(painter: QPainter, box: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#0b62a4"))
        painter.drawRoundedRect(box, box.width() / 5, box.width() / 5)
        inset = box.width() / 8
        paint(painter, "caller-audio", box.adjusted(inset, inset, -inset, -inset), QColor("#ffffff"), 2.6)

    return _rendered(32, draw)


def _rendered(size: int, draw: Callable[[QPainter, QRectF], None]) -> QIcon:
    result = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(size, size) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        draw(painter, QRectF(0, 0, size * ratio, size * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        result.addPixmap(pixmap)
    return result
