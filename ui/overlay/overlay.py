"""The overlay: a small pill on top of everything that opens into one cue card.

It shows the caller's agitation as shape, word and colour, and at most one cue. It is click-through, never takes focus,
never blinks, and is drawn by hand because nothing in it can be pressed. What it shows comes from the call's model.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QScreen,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from ui import icons
from ui.i18n import wording
from ui.overlay import desktop
from ui.overlay.placement import Placement, placed_at, resolve
from ui.preferences import Preferences
from ui.theme import SPACE, Role, Theme
from ui.window.call_model import CallModel, Phase
from ui.window.cue_views import paint_badge
from ui.window.meters import AUDIO_OF
from voiceassist.core.events import AgitationState, ComponentState, CueKind, CueShown

WIDTH = 340
PILL = 40
GAP = 8
CARD = 208
"""Room for the tallest card: headline, two lines of why, three of phrase."""
MARGIN = 2
OPENING_MS = 160
GOOD_MS = 2000
"""A good cue stays this long by the wall clock, however fast the call is played, and not longer."""
STEP = 10
"""Pixels an arrow key moves the overlay while it is arranged."""


class Overlay(QWidget):
    """One window of a fixed size; what is not drawn is not there for the mouse either."""

    def __init__(self, model: CallModel, theme: Theme, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme, self._preferences = model, theme, preferences
        self._arranging = False
        self._grip: QPoint | None = None
        self._wanted: CueShown | None = None
        self._card: CueShown | None = None
        self.placement = preferences.placement

        self.setWindowFlags(desktop.overlay_flags())
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWindowTitle(self.tr("VoiceAssist overlay"))
        self.setAccessibleName(self.tr("VoiceAssist overlay"))
        self.setWindowOpacity(preferences.now.overlay_opacity)

        self._opening = QVariantAnimation(self)
        self._opening.setDuration(OPENING_MS)
        self._opening.setStartValue(0.0)
        self._opening.setEndValue(1.0)
        self._opening.valueChanged.connect(self._redraw)
        self._opening.finished.connect(self._opened)
        self._good = QTimer(self, singleShot=True, interval=GOOD_MS)
        self._good.timeout.connect(self._cue_changed)
        self._masked = not desktop.blends_windows()

        self._fit()
        model.agitation_changed.connect(self._redraw)
        model.phase_changed.connect(self._redraw)
        model.muted_changed.connect(self._redraw)
        model.component_changed.connect(self._redraw)
        model.restarted.connect(self._restarted)
        model.cue_changed.connect(self._cue_changed)
        theme.changed.connect(self._fit)
        preferences.changed.connect(self._choices_changed)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._screen_added)
        app.screenRemoved.connect(self.place)
        app.primaryScreenChanged.connect(self.place)
        for screen in QGuiApplication.screens():
            screen.availableGeometryChanged.connect(self.place)

    # --- size and place ---------------------------------------------------------------------------------------------

    def move_to(self, placement: Placement) -> None:
        """Put the overlay somewhere; kept for the next start."""
        self.placement = placement
        self._preferences.place_overlay(placement)
        self.place()

    def reset_place(self) -> None:
        self.move_to(Placement())

    def place(self) -> None:
        """Go where the placement says, on the screens that are there now."""
        self.move(resolve(self.placement, self._rooms(), _primary(), self.size()))
        self._redraw()

    def _screen_added(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self.place)
        self.place()

    def _rooms(self) -> dict[str, QRect]:
        return {screen.name(): screen.availableGeometry() for screen in QGuiApplication.screens()}

    def _choices_changed(self) -> None:
        self.setWindowOpacity(self._preferences.now.overlay_opacity)
        self.placement = self._preferences.placement
        self._fit()

    def _fit(self) -> None:
        stretch = self._stretch()
        self.setFixedSize(QSize(round(WIDTH * stretch), round((PILL + GAP + CARD + 2 * MARGIN) * stretch)))
        self.place()

    def _stretch(self) -> float:
        return self._preferences.now.overlay_size * self._theme.text_scale

    # --- arranging --------------------------------------------------------------------------------------------------

    @property
    def arranging(self) -> bool:
        return self._arranging

    def arrange(self, on: bool) -> None:
        """While on, the overlay takes the mouse and can be dragged; while off, clicks go through it."""
        self._arranging = on
        self._grip = None
        window = self.windowHandle()
        if window is not None:
            window.setFlag(Qt.WindowType.WindowTransparentForInput, not on)
        self.setCursor(Qt.CursorShape.SizeAllCursor if on else Qt.CursorShape.ArrowCursor)
        if not on:
            self.move_to(placed_at(self.geometry(), self._rooms(), _primary()))
        self._redraw()

    def nudge(self, dx: int, dy: int) -> None:
        """Move by the keyboard (the live window sends the arrow keys here while arranging)."""
        self.move(self.pos() + QPoint(dx * STEP, dy * STEP))
        self.placement = placed_at(self.geometry(), self._rooms(), _primary())
        self.place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._arranging and event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.move_to(placed_at(self.geometry(), self._rooms(), _primary()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # never the overlay's business

    # --- what is shown ----------------------------------------------------------------------------------------------

    @property
    def card(self) -> CueShown | None:
        """The cue that is up. (One that is just closing is not.)"""
        return self._wanted

    def state_word(self) -> str:
        """The word on the pill."""
        if self._model.phase is not Phase.RUNNING:
            return wording.phase(self._model.phase)
        return wording.agitation(self._model.call.state)

    def trouble_words(self) -> str:
        """What the pill warns of: a part that is lost or in doubt, or cues that are switched off. Mostly nothing."""
        if self._model.phase in (Phase.IDLE, Phase.ENDED):
            return ""
        for status in self._model.call.troubles():
            if status.state is ComponentState.FAILED or status.component in AUDIO_OF:
                return f"{wording.component(status.component)}: {wording.component_state(status.state)}"
        return self.tr("Cues muted") if self._model.call.muted else ""

    def _restarted(self) -> None:
        self._good.stop()
        self._show_card(None)

    def _cue_changed(self) -> None:
        entry = self._model.call.current
        cue = entry.shown if entry else None
        if self._good.isActive() and cue is None:
            return  # a good cue stays its two seconds
        if cue is not None and cue.kind is CueKind.GOOD and cue is not self._wanted:
            self._good.start()
        elif not self._good.isActive() and cue is not None and cue.kind is CueKind.GOOD:
            cue = None
        self._show_card(cue)

    def _show_card(self, cue: CueShown | None) -> None:
        if cue is self._wanted:
            return
        opens = self._wanted is None and cue is not None
        closes = self._wanted is not None and cue is None
        self._wanted = cue
        self._card = cue or self._card
        self._describe(cue)
        if cue is not None and desktop.on_x11():
            self.raise_()  # no window manager does it for a window that goes past it
        if (opens or closes) and self._theme.moves and self.isVisible():
            way = QVariantAnimation.Direction
            self._opening.setDirection(way.Forward if opens else way.Backward)
            self._opening.start()
        else:
            self._opening.stop()
            self._opened()
        self._redraw()

    def _opened(self) -> None:
        self._card = self._wanted
        self._redraw()

    def _describe(self, cue: CueShown | None) -> None:
        words = [self.state_word(), self.trouble_words()]
        if cue is not None:
            words += [cue.headline, cue.why, cue.phrase]
        self.setAccessibleDescription(". ".join(w for w in words if w))

    def _openness(self) -> float:
        """How far the card is open, 0 to 1."""
        if self._card is None:
            return 0.0
        if self._opening.state() == QVariantAnimation.State.Running:
            return float(self._opening.currentValue())
        return 1.0

    # --- drawing ----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place()
        desktop.hide_from_capture(int(self.winId()), self._preferences.now.overlay_hidden_when_sharing)

    def _redraw(self) -> None:
        if self._masked:
            shape = self._region(self._pill_box(), PILL / 2)
            if self._card is not None:
                shape += self._region(self._card_box(self._card), 12)
            self.setMask(QRegion(self.rect()) if self._arranging else shape)
        self.update()

    def _to_window(self, box: QRectF) -> QRectF:
        stretch = self._stretch()
        return QRectF(box.topLeft() * stretch, box.size() * stretch)

    def _region(self, box: QRectF, radius: float) -> QRegion:
        path = QPainterPath()
        path.addRoundedRect(self._to_window(box), radius * self._stretch(), radius * self._stretch())
        return QRegion(path.toFillPolygon().toPolygon())

    def _font(self, role: Role) -> QFont:
        """Fonts on the overlay's own grid, which is stretched as a whole."""
        font = self._theme.font(role)
        font.setPixelSize(round(self._theme.pixels(role) / self._theme.text_scale))
        return font

    def _pill_box(self) -> QRectF:
        words = QFontMetricsF(self._font(Role.STRONG)).horizontalAdvance(self.state_word())
        width = 14 + 20 + 8 + words + (24 if self._shows_trend() else 0) + 16
        trouble = self.trouble_words()
        if trouble:
            width += 26 + QFontMetricsF(self._font(Role.SMALL)).horizontalAdvance(trouble) + 4
        width = min(width, WIDTH - 2 * MARGIN)
        left = MARGIN if self.placement.corner.left else WIDTH - MARGIN - width
        top = MARGIN if self.placement.corner.top else MARGIN + CARD + GAP
        return QRectF(left, top, width, PILL)

    def _shows_trend(self) -> bool:
        return self._model.phase is Phase.RUNNING and self._model.call.trend != 0

    def _card_box(self, cue: CueShown) -> QRectF:
        height = 14 + self._headline_height(cue) + 14
        if cue.phrase:
            height += 12 + self._wrapped(cue.phrase, Role.BODY, WIDTH - 2 * MARGIN - 28 - 24, 3) + 14
        top = MARGIN + PILL + GAP if self.placement.corner.top else MARGIN + CARD - height
        return QRectF(MARGIN, top, WIDTH - 2 * MARGIN, height)

    def _headline_height(self, cue: CueShown) -> float:
        room = WIDTH - 2 * MARGIN - 28 - 44 - 12
        tag = 16.0 if cue.kind is CueKind.SAFETY else 0.0
        height = (
            tag
            + QFontMetricsF(self._font(Role.TITLE)).height()
            + 3
            + self._wrapped(wording.bound(cue.why), Role.SMALL, room, 2)
        )
        return max(44.0, height)

    def _wrapped(self, text: str, role: Role, width: float, lines: int) -> float:
        metrics = QFontMetricsF(self._font(role))
        flags = int(Qt.TextFlag.TextWordWrap.value)
        height = metrics.boundingRect(QRectF(0, 0, width, 1000), flags, text).height()
        return min(height, lines * metrics.lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._arranging:
            self._paint_frame(painter)
        painter.scale(self._stretch(), self._stretch())
        self._paint_pill(painter)
        if self._card is not None:
            open_by = self._openness()
            painter.setOpacity(open_by)
            slide = (1 - open_by) * (-6 if self.placement.corner.top else 6)
            painter.translate(0, slide)
            self._paint_card(painter, self._card)

    def _paint_frame(self, painter: QPainter) -> None:
        c = self._theme.colours
        ground = QColor(c.window)
        ground.setAlpha(255 if self._masked else 170)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(c.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.setPen(QColor(c.text))
        painter.setFont(self._theme.font(Role.SMALL))
        edge = Qt.AlignmentFlag.AlignBottom if self.placement.corner.top else Qt.AlignmentFlag.AlignTop
        painter.drawText(
            self.rect().adjusted(0, 16, 0, -16),
            Qt.AlignmentFlag.AlignHCenter | edge,
            self.tr("Drag me where I am not in the way.\nArrow keys move me, Enter is done."),
        )

    def _ground(self, painter: QPainter, box: QRectF, edge: QColor, width: float, radius: float) -> None:
        if self._masked and not self._arranging:  # cut to shape: no half-transparent edges, so colour below them
            painter.fillRect(box, edge)
        painter.setBrush(QColor(self._theme.colours.surface))
        painter.setPen(QPen(edge, width))
        inset = width / 2
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)

    def _paint_pill(self, painter: QPainter) -> None:
        c, state = self._theme.colours, self._model.call.state
        running = self._model.phase is Phase.RUNNING
        box = self._pill_box()
        colour = c.agitation(state if running else AgitationState.LISTENING)
        self._ground(painter, box, QColor(c.line), c.border, PILL / 2)
        x = box.left() + 14
        shape = QRectF(x, box.center().y() - 10, 20, 20)
        if running:
            icons.paint_state(painter, state, shape, colour)
        else:
            icons.paint(painter, "pause" if self._model.phase is Phase.PAUSED else "dash", shape, colour)
        x += 28
        painter.setFont(self._font(Role.STRONG))
        painter.setPen(QColor(c.text))
        word = self.state_word()
        painter.drawText(QPointF(x, _baseline(painter, box)), word)
        x += painter.fontMetrics().horizontalAdvance(word)
        if self._shows_trend():
            name = "rising" if self._model.call.trend > 0 else "falling"
            icons.paint(painter, name, QRectF(x + 6, box.center().y() - 8, 16, 16), QColor(c.muted))
            x += 24
        trouble = self.trouble_words()
        if trouble:
            colour = QColor(c.warning if not self._model.call.troubles() else c.lost)
            icons.paint(
                painter,
                "warning" if self._model.call.troubles() else "mute",
                QRectF(x + 10, box.center().y() - 9, 18, 18),
                colour,
            )
            painter.setFont(self._font(Role.SMALL))
            painter.setPen(QColor(c.text))
            room = box.right() - 12 - (x + 32)
            text = painter.fontMetrics().elidedText(trouble, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QPointF(x + 32, _baseline(painter, box)), text)

    def _paint_card(self, painter: QPainter, cue: CueShown) -> None:
        c = self._theme.colours
        colour = c.cue(cue.kind)
        box = self._card_box(cue)
        self._ground(painter, box, colour, 3 if cue.kind is CueKind.SAFETY else max(1.5, c.border), 12)
        inner = box.adjusted(14, 14, -14, -14)
        badge = QRectF(inner.left(), inner.top(), 44, 44)
        paint_badge(painter, self._theme, cue, badge)
        left, top = badge.right() + SPACE[3], inner.top()
        room = inner.right() - left
        if cue.kind is CueKind.SAFETY:
            painter.setFont(self._font(Role.SMALL))
            painter.setPen(colour)
            painter.drawText(QRectF(left, top - 2, room, 16), int(Qt.AlignmentFlag.AlignLeft), self.tr("Safety"))
            top += 16
        painter.setFont(self._font(Role.TITLE))
        painter.setPen(QColor(c.text))
        line = painter.fontMetrics().height()
        headline = painter.fontMetrics().elidedText(cue.headline, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, top, room, line), int(Qt.AlignmentFlag.AlignLeft), headline)
        top += line + 3
        wrap = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value)
        painter.setFont(self._font(Role.SMALL))
        painter.setPen(QColor(c.muted))
        painter.drawText(
            QRectF(left, top, room, self._wrapped(wording.bound(cue.why), Role.SMALL, room, 2)),
            wrap,
            wording.bound(cue.why),
        )
        if cue.phrase:
            self._paint_phrase(painter, inner, inner.top() + self._headline_height(cue) + 12, cue.phrase, colour)

    def _paint_phrase(self, painter: QPainter, inner: QRectF, top: float, phrase: str, colour: QColor) -> None:
        room = inner.width() - 24
        height = self._wrapped(phrase, Role.BODY, room, 3)
        ground = QRectF(inner.left(), top, inner.width(), height + 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.sunken))
        painter.drawRoundedRect(ground, 6, 6)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(ground.left(), ground.top(), 4, ground.height()), 2, 2)
        painter.setFont(self._font(Role.BODY))
        painter.setPen(QColor(self._theme.colours.text))
        wrap = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value)
        painter.drawText(QRectF(ground.left() + 14, top + 7, room, height), wrap, phrase)


def _baseline(painter: QPainter, box: QRectF) -> float:
    metrics = painter.fontMetrics()
    return box.center().y() + (metrics.ascent() - metrics.descent()) / 2


def _primary() -> str:
    screen = QGuiApplication.primaryScreen()
    return screen.name() if screen is not None else ""
