"""The caller's agitation in the window: the state in shape and word, its reasons, and the curve of the last minutes.

Where the engine abstains there is no line. The marks above the curve are the cues. There is no such view of the agent.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.i18n import wording
from ui.i18n.language import say
from ui.theme import SPACE, Role, Theme
from ui.window.call_model import CURVE_SECONDS, CallModel, Phase
from ui.window.paragraph import Paragraph
from voiceassist.core.events import Agitation, AgitationState
from voiceassist.core.formatting import changes_message, clock

SHORTEST = 60.0
"""Seconds the curve's width stands for at least, so that a young call does not look wild."""
TICK = 60.0


class Curve(QWidget):
    """The score over time, 0 to 1."""

    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Curve of the caller's agitation"))
        model.agitation_changed.connect(self.update)
        model.cue_changed.connect(self.update)
        model.restarted.connect(self.update)
        theme.changed.connect(self.update)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint().expandedTo(QSize(320, 130))

    def minimumSizeHint(self) -> QSize:
        """Room for the marks above, the clock below, and two words beside the curve that are well apart."""
        return QSize(120, 24 + round(3.7 * QFontMetrics(self._theme.font(Role.SMALL)).height()))

    def runs(self) -> list[list[Agitation]]:
        """The trace, cut where the engine abstains."""
        result: list[list[Agitation]] = []
        open_run = False
        for point in self._model.call.curve:
            if point.state is AgitationState.LISTENING:
                open_run = False
            elif open_run:
                result[-1].append(point)
            else:
                result.append([point])
                open_run = True
        return result

    def _span(self) -> tuple[float, float]:
        end = self._model.call.curve[-1].t if self._model.call.curve else 0.0
        length = min(CURVE_SECONDS, max(SHORTEST, end))
        return max(0.0, end - length), max(end, length)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Role.SMALL))
        label = painter.fontMetrics().height()
        side = max(painter.fontMetrics().horizontalAdvance(word) for word in (self.tr("high"), self.tr("calm"))) + 6
        plot = QRectF(side, 18, self.width() - side - 6, self.height() - 18 - label - 6)
        start, end = self._span()

        def at(t: float, score: float) -> QPointF:
            return QPointF(
                plot.left() + (t - start) / (end - start) * plot.width(), plot.bottom() - score * plot.height()
            )

        self._paint_grid(painter, plot, start, end)
        for run in self.runs():
            self._paint_run(painter, plot, [(at(p.t, p.score), p) for p in run])
        self._paint_cues(painter, plot, start, end)

    def _paint_grid(self, painter: QPainter, plot: QRectF, start: float, end: float) -> None:
        c = self._theme.colours
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(QPen(QColor(c.line), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(plot.left(), plot.center().y()), QPointF(plot.right(), plot.center().y()))
        painter.setPen(QColor(c.muted))
        ascent = painter.fontMetrics().ascent()
        painter.drawText(QPointF(0, plot.top() + ascent), self.tr("high"))
        painter.drawText(QPointF(0, plot.bottom()), self.tr("calm"))
        step = TICK if end - start > TICK * 1.5 else TICK / 4
        tick = -(-start // step) * step
        metrics = painter.fontMetrics()
        while tick <= end:
            x = plot.left() + (tick - start) / (end - start) * plot.width()
            words = clock(tick)
            width = metrics.horizontalAdvance(words)
            left = min(max(plot.left(), x - width / 2), plot.right() - width)
            painter.setPen(QColor(c.muted))
            painter.drawText(QPointF(left, plot.bottom() + metrics.ascent() + 4), words)
            tick += step

    def _paint_run(self, painter: QPainter, plot: QRectF, points: list[tuple[QPointF, Agitation]]) -> None:
        c = self._theme.colours
        area = QPainterPath(QPointF(points[0][0].x(), plot.bottom()))
        for where, _ in points:
            area.lineTo(where)
        area.lineTo(points[-1][0].x(), plot.bottom())
        shade = QLinearGradient(plot.topLeft(), plot.bottomLeft())
        top = QColor(c.high)
        top.setAlpha(70)
        bottom = QColor(c.calm)
        bottom.setAlpha(25)
        shade.setColorAt(0.0, top)
        shade.setColorAt(1.0, bottom)
        painter.fillPath(area, shade)
        for (before, _), (after, point) in pairwise(points):
            painter.setPen(QPen(c.agitation(point.state), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(before, after)
        last, point = points[-1]
        if point is self._model.call.curve[-1]:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.agitation(point.state))
            painter.drawEllipse(last, 4, 4)

    def _paint_cues(self, painter: QPainter, plot: QRectF, start: float, end: float) -> None:
        for entry in self._model.call.cues:
            if start <= entry.shown.t <= end:
                x = plot.left() + (entry.shown.t - start) / (end - start) * plot.width()
                colour = self._theme.colours.cue(entry.shown.kind)
                painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, 16), QPointF(x, plot.bottom()))
                icons.paint(painter, entry.shown.icon, QRectF(x - 7, 0, 14, 14), colour)


class AgitationView(QWidget):
    """State, reasons and curve."""

    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._shape = _Shape(model, theme)
        self._word = QLabel()
        self._word.setProperty("role", "title")
        self._reasons = Paragraph(2, "small")
        self.curve = Curve(model, theme)
        line = QHBoxLayout()
        line.setSpacing(SPACE[2])
        line.addWidget(self._shape)
        line.addWidget(self._word, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addLayout(line)
        column.addWidget(self._reasons)
        column.addWidget(self.curve, 1)
        model.agitation_changed.connect(self.refresh)
        model.restarted.connect(self.refresh)
        model.phase_changed.connect(self.refresh)
        self.refresh()

    def reason_words(self) -> str:
        """Why the state is what it is, in the engine's plain words."""
        agitation = self._model.call.agitation
        if self._model.phase is Phase.IDLE:
            return self.tr("It shows here once a call has begun.")
        if agitation is None or agitation.state is AgitationState.LISTENING:
            return self.tr("Not enough of the caller's voice yet to tell.")
        if agitation.reasons:
            return self.tr("Caller:") + " " + say(changes_message(agitation.reasons))
        return self.tr("Much as at the start of the call.")

    def refresh(self) -> None:
        idle = self._model.phase is Phase.IDLE
        word = self.tr("No call yet") if idle else wording.agitation(self._model.call.state)
        if (word, self.reason_words()) == (self._word.text(), self._reasons.text()):
            return
        self._word.setText(word)
        self._reasons.setText(self.reason_words())
        self.setAccessibleName(self.tr("Caller's agitation") + ": " + word)
        self.setAccessibleDescription(self.reason_words())


class _Shape(QWidget):
    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self.setFixedSize(22, 22)
        model.agitation_changed.connect(self.update)
        model.restarted.connect(self.update)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self._theme.colours.agitation(self._model.call.state)
        icons.paint_state(QPainter(self), self._model.call.state, QRectF(self.rect()).adjusted(1, 1, -1, -1), colour)
