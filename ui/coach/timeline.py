"""The call over time: the whole call with the part in view, both waves, the caller's agitation, cues and notes, and the
playhead. A click is heard there; dragging selects a passage; the wheel scrolls, with Ctrl it zooms."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.coach.axis import Axis
from ui.coach.recording import Recording, sample
from ui.coach.tiles import WIDTH, Look, Tiles
from ui.i18n import wording
from ui.i18n.language import say
from ui.theme import SPACE, Colours, Role, Theme
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import AgitationState, Channel, ClearedBy, CueKind
from voiceassist.core.formatting import changes_message, clock
from voiceassist.insights.call_so_far import CueEntry

LANE, CURVE, SPECTROGRAM = 64, 84, 96
"""Logical pixels."""
ZOOM_STEP = 1.4
CLICK = 4
"""Logical pixels the mouse may move in a click."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A note on the timeline, in samples."""

    start: int
    stop: int | None
    words: str


def precise(at: float) -> str:
    """A moment with its tenth of a second: 1:52.4."""
    seconds = at / SAMPLE_RATE
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"


class Timeline(QWidget):
    """Shows and changes where the call is heard; it plays nothing itself."""

    sought = Signal(int)
    """The person wants to hear the call from this sample on."""
    selected = Signal()
    """The selection changed."""
    viewed = Signal()
    """Another part of the call is in view."""

    def __init__(self, recording: Recording, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording, self._theme = recording, theme
        self.axis = Axis(recording.samples)
        self.tiles = Tiles(recording)
        self.names = 0
        """Logical pixels that stand on the left for what the window puts there."""
        self.position = 0
        self.selection: tuple[int, int] | None = None
        self.notes: list[Mark] = []
        self.spectrogram: tuple[int, int, QImage] | None = None
        """First sample, sample after the last, and the picture of that span."""
        self.shows_spectrogram = False
        call = recording.call
        self._overlaps = sorted((sample(o.start), sample(o.end)) for o in call.overlaps)
        self._silences = sorted((sample(s.start), sample(s.end)) for s in call.silences)
        self._gaps = sorted((sample(g.start), sample(g.end), g.channel) for g in call.absences)
        self._cues = [(sample(entry.shown.t), entry) for entry in call.cues]
        self._agitated: list[tuple[int, int, AgitationState]] | None = None
        self._pressed: QPoint | None = None
        self._pressed_in_overview = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The call over time"))
        theme.changed.connect(self.arrange)
        self.arrange()

    # --- where things are, in logical pixels --------------------------------------------------------------------------

    def arrange(self) -> None:
        """Lay the rows out: at the start, when the look changes, and when a row comes or goes."""
        self._small = self._theme.font(Role.SMALL)
        self._line = QFontMetrics(self._small).height()
        scale = self._theme.text_scale
        self._lane, self._curve = round(LANE * scale), round(CURVE * scale)
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(700, self._bottom())

    @property
    def gutter(self) -> int:
        """Width of the column of names on the left."""
        words = QFontMetrics(self._small).horizontalAdvance(self.tr("whole call"))
        return max(round(96 * self._theme.text_scale), words, self.names) + SPACE[2]

    def row(self, name: str) -> tuple[int, int]:
        """Top and height of a row."""
        tops = {}
        top = SPACE[2]
        for row, height in (
            ("overview", round(22 * self._theme.text_scale)),
            ("axis", self._line + SPACE[2]),
            ("agent", self._lane),
            ("caller", self._lane),
            ("spectrogram", round(SPECTROGRAM * self._theme.text_scale) if self.shows_spectrogram else 0),
            ("notes", self._line + SPACE[1]),
            ("curve", self._curve),
            ("cues", self._line + SPACE[2]),
            ("went", self._line),
        ):
            tops[row] = (top, height)
            top += height + (SPACE[1] if row in ("curve", "overview") else 0)
        return tops[name]

    def _bottom(self) -> int:
        top, height = self.row("went")
        return top + height + SPACE[2]

    def plot(self) -> QRect:
        return QRect(self.gutter, 0, max(1, self.width() - self.gutter - SPACE[3]), self.height())

    def x_of(self, at: float) -> float:
        return self.gutter + self.axis.x(at) / self.devicePixelRatioF()

    def sample_at(self, x: float) -> int:
        return self.axis.sample((x - self.gutter) * self.devicePixelRatioF())

    # --- what is in view ----------------------------------------------------------------------------------------------

    def set_position(self, at: float, follow: bool) -> None:
        """Where the call is heard. With `follow` the view goes along."""
        before, self.position = self.position, round(at)
        if follow and self.axis.reveal(self.position):
            self._scrolled()
        elif before != self.position:
            for x in (self.x_of(before), self.x_of(self.position)):
                self.update(QRect(int(x) - 8, 0, 16, self.height()))
            top, height = self.row("overview")
            self.update(0, top, self.width(), height)

    def set_notes(self, notes: Sequence[Mark]) -> None:
        self.notes = list(notes)
        self.update()

    def select(self, selection: tuple[int, int] | None) -> None:
        self.selection = selection
        self.selected.emit()
        self.update()

    def zoom(self, factor: float, about: int | None = None) -> None:
        """More than 1: closer, about the playhead or another sample in view."""
        if about is None:
            inside = self.axis.origin <= self.position < self.axis.origin + self.axis.span
            about = self.position if inside else self.axis.origin + self.axis.span // 2
        before = self.axis.per_pixel
        after = before / factor
        if factor > 1 and round(after) == before:
            after = before - 1
        self.axis.zoom(after, about)
        self._scrolled()

    def show_all(self) -> None:
        self.axis.show(0, self._recording.samples)
        self._scrolled()

    def show_span(self, start: int, stop: int) -> None:
        margin = (stop - start) // 20
        self.axis.show(max(0, start - margin), stop + margin)
        self._scrolled()

    def scroll_by(self, part: float) -> None:
        """By a part of what is in view."""
        self.axis.scroll_to(self.axis.origin + part * self.axis.span)
        self._scrolled()

    def reveal(self, at: int) -> None:
        if self.axis.reveal(at):
            self._scrolled()

    def _scrolled(self) -> None:
        per_pixel = self.axis.per_pixel
        first = self.axis.origin // (WIDTH * per_pixel)
        last = (self.axis.origin + self.axis.span) // (WIDTH * per_pixel)
        self.tiles.ahead(per_pixel, [last + 1, first - 1, last + 2])
        self.viewed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.axis.resize(round(self.plot().width() * self.devicePixelRatioF()))
        self._scrolled()

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        c = self._theme.colours
        painter.fillRect(event.rect(), QColor(c.surface))
        painter.setFont(self._small)
        self._paint_names(painter, c)
        self._paint_overview(painter, c)
        painter.setClipRect(self.plot())
        self._paint_tiles(painter, c)
        self._paint_bands(painter, c)
        self._paint_marks(painter, c)
        self._paint_notes(painter, c)
        self._paint_cues(painter, c)
        self._paint_playhead(painter, c)

    def _paint_names(self, painter: QPainter, c: Colours) -> None:
        width = self.gutter - SPACE[2]
        bold = self._theme.font(Role.SMALL)
        bold.setBold(True)
        top, height = self.row("overview")
        painter.setPen(QColor(c.muted))
        painter.drawText(QRect(0, top, width, height), Qt.AlignmentFlag.AlignVCenter, self.tr("whole call"))
        painter.setFont(bold)
        top, height = self.row("curve")
        painter.setPen(QColor(c.text))
        painter.drawText(QRect(0, top, width, height), Qt.AlignmentFlag.AlignVCenter, self.tr("Agitation"))
        cues, cue_height = self.row("cues")
        painter.drawText(QRect(0, cues, width, cue_height), Qt.AlignmentFlag.AlignVCenter, self.tr("Cues"))
        notes, note_height = self.row("notes")
        if self.notes:
            painter.drawText(QRect(0, notes, width, note_height), Qt.AlignmentFlag.AlignVCenter, self.tr("Notes"))
        painter.setFont(self._small)
        painter.setPen(QColor(c.muted))
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRect(0, top, width, height), right | Qt.AlignmentFlag.AlignTop, self.tr("high"))
        painter.drawText(QRect(0, top, width, height), right | Qt.AlignmentFlag.AlignBottom, self.tr("calm"))

    def _paint_overview(self, painter: QPainter, c: Colours) -> None:
        """The whole call: the states of agitation along it, cues and notes, and the part in view."""
        top, height = self.row("overview")
        plot = self.plot()
        whole = self._recording.samples

        def x(at: float) -> float:
            return plot.left() + at / whole * plot.width()

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.sunken))
        painter.drawRoundedRect(QRectF(plot.left(), top, plot.width(), height), 4, 4)
        for start, stop, state in self._stretches():
            colour = c.agitation(state)
            colour.setAlpha(150)
            painter.fillRect(QRectF(x(start), top + height - 5, max(1.0, x(stop) - x(start)), 5), colour)
        for at, _ in self._cues:
            painter.fillRect(QRectF(x(at) - 1, top + 4, 2, height - 10), QColor(c.accent))
        for note in self.notes:
            painter.fillRect(QRectF(x(note.start) - 1, top + 4, 2, height - 10), QColor(c.safety))
        left, right = x(self.axis.origin), x(min(whole, self.axis.origin + self.axis.span))
        shade = QColor(c.accent)
        shade.setAlpha(46)
        painter.setBrush(shade)
        painter.setPen(QPen(QColor(c.accent), 1.5))
        painter.drawRoundedRect(QRectF(left, top, max(6.0, right - left), height), 4, 4)
        painter.setPen(QPen(QColor(c.text), 1.5))
        painter.drawLine(QPointF(x(self.position), top), QPointF(x(self.position), top + height))

    def _stretches(self) -> list[tuple[int, int, AgitationState]]:
        """Stretches of the call that were rising or high; reckoned once."""
        if self._agitated is None:
            found: list[tuple[int, int, AgitationState]] = []
            for at, point in zip(self._recording.curve_at, self._recording.curve, strict=True):
                if point.state in (AgitationState.RISING, AgitationState.HIGH):
                    if found and found[-1][2] is point.state and at - found[-1][1] <= SAMPLE_RATE:
                        found[-1] = (found[-1][0], at, point.state)
                    else:
                        found.append((at, at, point.state))
            self._agitated = found
        return self._agitated

    def _paint_tiles(self, painter: QPainter, c: Colours) -> None:
        ratio = self.devicePixelRatioF()
        lanes_top, _ = self.row("agent")
        curve_top, curve_height = self.row("curve")
        lanes = round(2 * self._lane * ratio)
        look = Look(round(self._lane * ratio), round(curve_height * ratio), ratio, c)
        lanes = 2 * look.lane
        self.tiles.use(look)
        per_tile = WIDTH * self.axis.per_pixel
        first = self.axis.origin // per_tile
        last = (self.axis.origin + self.axis.span) // per_tile
        for index in range(first, last + 1):
            tile = self.tiles.get(self.axis.per_pixel, index)
            x = self.gutter + self.axis.x(index * per_tile) / ratio
            for top, source in (
                (lanes_top, QRectF(0, 0, WIDTH, lanes)),
                (curve_top, QRectF(0, lanes, WIDTH, look.curve)),
            ):
                target = QRectF(x, top, WIDTH / ratio, source.height() / ratio)
                painter.drawImage(target, tile, source)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(self.plot().left(), curve_top + curve_height, self.plot().right(), curve_top + curve_height)
        if self.shows_spectrogram and self.spectrogram is not None:
            start, stop, picture = self.spectrogram
            top, height = self.row("spectrogram")
            painter.drawImage(
                QRectF(self.x_of(start), top + 2, self.x_of(stop) - self.x_of(start), height - 4), picture
            )

    def _in_view(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        origin, end = self.axis.origin, self.axis.origin + self.axis.span
        return [span for span in spans[: bisect_left(spans, (end, 0))] if span[1] > origin]

    def _paint_bands(self, painter: QPainter, c: Colours) -> None:
        top, _ = self.row("agent")
        bottom = sum(self.row("caller"))
        words = painter.fontMetrics()

        def band(start: float, stop: float, colour: str, alpha: int, name: str, y: int, height: int) -> None:
            shade = QColor(colour)
            shade.setAlpha(alpha)
            box = QRectF(self.x_of(start), y, max(2.0, self.x_of(stop) - self.x_of(start)), height)
            painter.fillRect(box, shade)
            if words.horizontalAdvance(name) + 6 < box.width():
                painter.setPen(QColor(colour))
                painter.drawText(QPointF(box.left() + 3, y + words.ascent()), name)

        for start, stop in self._in_view(self._overlaps):
            band(start, stop, c.rising, 46, self.tr("both"), top, bottom - top)
        for start, stop in self._in_view(self._silences):
            band(start, stop, c.muted, 30, self.tr("nobody speaks"), top, bottom - top)
        for start, stop, channel in self._gaps:
            y, height = self.row(channel.value)
            if stop > self.axis.origin and start < self.axis.origin + self.axis.span:
                band(start, stop, c.lost, 40, self.tr("no sound"), y, height)
        for start, stop in self._in_view(self._recording.peaks.lost):
            band(start, stop, c.lost, 40, self.tr("sound lost"), top, bottom - top)
        if self.selection is not None:
            start, stop = self.selection
            shade = QColor(c.accent)
            shade.setAlpha(50)
            y = sum(self.row("axis"))
            painter.fillRect(
                QRectF(self.x_of(start), y, self.x_of(stop) - self.x_of(start), self.row("cues")[0] - y), shade
            )
            painter.setPen(QPen(QColor(c.accent), 1.5))
            for at in (start, stop):
                painter.drawLine(QPointF(self.x_of(at), y), QPointF(self.x_of(at), self.row("cues")[0]))

    def _paint_marks(self, painter: QPainter, c: Colours) -> None:
        """Moments along the top."""
        top, height = self.row("axis")
        words = painter.fontMetrics()
        ratio = self.devicePixelRatioF()
        tenths = self.axis.per_pixel * 90 * ratio < SAMPLE_RATE
        for seconds in self.axis.marks(90 * ratio * self._theme.text_scale):
            x = self.x_of(seconds * SAMPLE_RATE)
            name = precise(seconds * SAMPLE_RATE) if tenths else clock(seconds)
            painter.setPen(QPen(QColor(c.line), 1))
            painter.drawLine(QPointF(x, top + height), QPointF(x, self.row("curve")[0]))
            painter.setPen(QColor(c.muted))
            width = words.horizontalAdvance(name)
            left = min(max(float(self.plot().left()), x - width / 2), self.plot().right() - width)
            painter.drawText(QPointF(left, top + words.ascent() + 2), name)

    def _paint_notes(self, painter: QPainter, c: Colours) -> None:
        top, height = self.row("notes")
        words = painter.fontMetrics()
        colour = QColor(c.safety)
        last = -1e9
        for note in self.notes:
            x = self.x_of(note.start)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if note.stop is not None:
                painter.fillRect(QRectF(x, top + height - 3, max(2.0, self.x_of(note.stop) - x), 3), colour)
            middle = top + height / 2
            painter.drawPolygon(
                QPolygonF([QPointF(x - 5, middle - 4), QPointF(x + 5, middle - 4), QPointF(x, middle + 5)])
            )
            if x - last > 60:
                painter.setPen(colour)
                painter.drawText(QPointF(x + 9, middle + words.ascent() / 2 - 1), self.tr("note"))
            last = x

    def _paint_cues(self, painter: QPainter, c: Colours) -> None:
        top, height = self.row("cues")
        went_top, went_height = self.row("went")
        words = painter.fontMetrics()
        bold = self._theme.font(Role.SMALL)
        bold.setBold(True)
        for n, (at, entry) in enumerate(self._cues):
            x = self.x_of(at)
            until = self.x_of(self._cues[n + 1][0]) - 4 if n + 1 < len(self._cues) else float(self.plot().right())
            if until < self.plot().left() or x > self.plot().right():
                continue
            room = max(4.0, until - x)
            colour = c.cue(entry.shown.kind)
            painter.setFont(bold)
            headline = painter.fontMetrics().elidedText(
                entry.shown.headline, Qt.TextElideMode.ElideRight, int(room - 14)
            )
            width = min(room, painter.fontMetrics().horizontalAdvance(headline) + 16.0)
            painter.fillRect(QRectF(x, top, width, height - 2), QColor(c.agent_bubble))
            painter.fillRect(QRectF(x, top, 3, height - 2), colour)
            painter.setPen(QColor(c.text))
            if room > 30:
                box = QRectF(x + 8, top, width, height - 2)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, headline)
            painter.setFont(self._small)
            painter.setPen(QColor(c.good if entry.by is ClearedBy.FOLLOWED else c.muted))
            went = words.elidedText(how_it_went(entry), Qt.TextElideMode.ElideRight, int(room - 12))
            if room > 30:
                painter.drawText(QRectF(x + 8, went_top, room, went_height), Qt.AlignmentFlag.AlignVCenter, went)

    def _paint_playhead(self, painter: QPainter, c: Colours) -> None:
        x = self.x_of(self.position)
        top = sum(self.row("axis"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.accent), 2))
        painter.drawLine(QPointF(x, top), QPointF(x, self.row("went")[0]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.accent))
        painter.drawPolygon(QPolygonF([QPointF(x - 6, top - 4), QPointF(x + 6, top - 4), QPointF(x, top + 5)]))

    # --- the mouse ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position().toPoint()
        top, height = self.row("overview")
        self._pressed_in_overview = top <= self._pressed.y() <= top + height
        if self._pressed_in_overview:
            self._centre(self._pressed.x())

    def _centre(self, x: float) -> None:
        at = (x - self.plot().left()) / self.plot().width() * self._recording.samples
        self.axis.scroll_to(at - self.axis.span / 2)
        self._scrolled()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if self._pressed_in_overview:
            self._centre(event.position().x())
        elif abs(event.position().x() - self._pressed.x()) > CLICK:
            start, stop = sorted((self.sample_at(self._pressed.x()), self.sample_at(event.position().x())))
            self.selection = (start, stop)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        moved = abs(event.position().x() - pressed.x()) > CLICK
        if self._pressed_in_overview:
            if not moved:
                at = (pressed.x() - self.plot().left()) / self.plot().width() * self._recording.samples
                self.sought.emit(round(min(max(0.0, at), self._recording.samples)))
        elif moved:
            self.selected.emit()
        elif pressed.x() >= self.gutter:
            self.sought.emit(self._meant(pressed))

    def _meant(self, where: QPoint) -> int:
        """The sample a click is about: where a cue or a note begins that was clicked, or else the place itself."""
        cues_top = self.row("cues")[0]
        if where.y() >= cues_top and (entry := self.cue_at(where.x())) is not None:
            return sample(entry.shown.t)
        top, height = self.row("notes")
        if top <= where.y() < top + height:
            for note in self.notes:
                if -8 <= where.x() - self.x_of(note.start) <= 50:
                    return note.start
        return self.sample_at(where.x())

    def cue_at(self, x: float) -> CueEntry | None:
        n = bisect_right(self._cues, self.sample_at(x), key=lambda cue: cue[0]) - 1
        return self._cues[n][1] if n >= 0 else None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (turn / 120), self.sample_at(event.position().x()))
        else:
            self.scroll_by(-turn / 120 * 0.1)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._explain(event.pos()), self)
            return True
        return super().event(event)

    def _explain(self, where: QPoint) -> str:
        """What is under the mouse, and why."""
        if where.x() < self.gutter:
            return ""
        if where.y() >= self.row("cues")[0]:
            entry = self.cue_at(where.x())
            return "" if entry is None else cue_words(entry)
        top, height = self.row("notes")
        if top <= where.y() < top + height:
            near = [note.words for note in self.notes if -8 <= where.x() - self.x_of(note.start) <= 50]
            return "\n".join(near)
        if where.y() >= self.row("curve")[0]:
            return self.why(self.sample_at(where.x()))
        return precise(self.sample_at(where.x()))

    def why(self, at: int) -> str:
        """The caller's agitation at a sample, and the reasons."""
        point = self._recording.agitation_at(at)
        if point is None or point.state is AgitationState.LISTENING:
            return f"{clock(at / SAMPLE_RATE)} · " + self.tr("not enough of the caller's voice to tell")
        reasons = say(changes_message(point.reasons))
        words = f"{clock(at / SAMPLE_RATE)} · {wording.agitation(point.state)} {round(100 * point.score)} %"
        return f"{words} · {reasons}" if reasons else words


def how_it_went(entry: CueEntry) -> str:
    """In a word or two, also for what nobody followed."""
    if entry.wrong:
        return wording.cleared(ClearedBy.WRONG)
    if entry.by is ClearedBy.FOLLOWED or entry.shown.kind is CueKind.GOOD:
        return wording.cleared(entry.by)
    return wording.translate("Wording", "not followed") + f" ({wording.cleared(entry.by)})"


def cue_words(entry: CueEntry) -> str:
    """What a cue said, why it came and how it went."""
    shown = entry.shown
    lines = [f"{clock(shown.t)} · {shown.headline}", shown.phrase, shown.why, how_it_went(entry)]
    return "\n".join(line for line in lines if line)


def side(channel: Channel) -> str:
    return wording.translate("Wording", "Agent") if channel is Channel.AGENT else wording.channel(channel)
