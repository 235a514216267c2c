"""Cues in the window: the one that is up, mirrored from the overlay with its buttons, and the log of all of them."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetrics,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.bridge import CallBridge
from ui.i18n import wording
from ui.theme import SPACE, Role, Theme, contrast
from ui.window.call_model import CallModel
from ui.window.paragraph import Paragraph
from voiceassist.core.events import ClearedBy, CueKind, CueShown
from voiceassist.core.formatting import clock
from voiceassist.insights.call_so_far import CueEntry

AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY = int(Qt.ItemDataRole.UserRole)


def announce(widget: QWidget, text: str, urgent: bool = False) -> None:
    """Have a screen reader say `text`, without moving the focus."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class CueBadge(QWidget):
    """The cue's picture on its colour: round for a tip, square for safety."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cue: CueShown | None = None
        self.setFixedSize(40, 40)
        theme.changed.connect(self.update)

    def show_cue(self, cue: CueShown | None) -> None:
        self._cue = cue
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, self._theme, self._cue, QRectF(self.rect()))


def paint_badge(painter: QPainter, theme: Theme, cue: CueShown | None, box: QRectF) -> None:
    """The round (safety: square) badge of a cue; a hollow one when there is no cue."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if cue is None:
        painter.setPen(QColor(theme.colours.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        return
    colour = theme.colours.cue(cue.kind)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if cue.kind is CueKind.SAFETY:
        painter.drawRoundedRect(box, 6, 6)
    else:
        painter.drawEllipse(box)
    ink = max(("#ffffff", "#000000"), key=lambda value: contrast(value, colour))
    inset = box.width() / 4.4
    icons.paint(painter, cue.icon, box.adjusted(inset, inset, -inset, -inset), QColor(ink), 2.2)


class CurrentCue(QWidget):
    """What the overlay shows, where the keyboard and a screen reader can reach it."""

    def __init__(self, model: CallModel, bridge: CallBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._badge = CueBadge(theme)
        self._headline = QLabel()
        self._headline.setProperty("role", "title")
        self._why = Paragraph(2, "small")
        self._phrase = Paragraph(2)
        self._phrase.setAccessibleName(self.tr("Words you could say"))
        self._phrase.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dismiss = QPushButton(self.tr("&Dismiss"))
        self.dismiss.clicked.connect(bridge.dismiss)
        self.wrong = QPushButton(self.tr("&Wrong cue"))
        self.wrong.setToolTip(self.tr("This cue was not right. It will come up less easily."))
        self.wrong.clicked.connect(lambda: bridge.wrong())
        self.mute = QPushButton(self.tr("&Mute cues"))
        self.mute.setCheckable(True)
        self.mute.setToolTip(self.tr("No more cues in this call. Nobody is told."))
        self.mute.clicked.connect(bridge.mute)

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._headline)
        words.addWidget(self._why)
        top = QHBoxLayout()
        top.setSpacing(SPACE[3])
        top.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[2])
        for button in (self.dismiss, self.wrong, self.mute):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[2])
        column.addLayout(top)
        column.addWidget(self._phrase)
        column.addLayout(buttons)
        model.cue_changed.connect(self._changed)
        model.restarted.connect(self.refresh)
        model.phase_changed.connect(self.refresh)
        model.muted_changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def _changed(self) -> None:
        self.refresh()
        entry = self._model.call.current
        if entry is not None:
            announce(self, f"{entry.shown.headline}. {entry.shown.why}", entry.shown.kind is CueKind.SAFETY)

    def refresh(self) -> None:
        entry = self._model.call.current
        self._badge.show_cue(entry.shown if entry is not None else None)
        if entry is not None:
            self._headline.setText(entry.shown.headline)
            self._why.setText(wording.bound(entry.shown.why))
            self._phrase.setText(f"“{entry.shown.phrase}”" if entry.shown.phrase else "")
        else:
            self._headline.setText(self.tr("Cues are muted") if self._model.call.muted else self.tr("No cue"))
            self._why.setText(self.tr("One comes up only when it helps."))
            self._phrase.setText("")
        self.setAccessibleName(self.tr("Cue on screen") + ": " + self._headline.text())
        self.setAccessibleDescription(f"{self._why.text()} {self._phrase.text()}".strip())
        ink = QColor(self._theme.colours.text)
        for button, name in ((self.dismiss, "close"), (self.wrong, "wrong"), (self.mute, "mute")):
            button.setIcon(icons.icon(name, ink, 16))
        on = entry is not None
        self.dismiss.setEnabled(on)
        self.wrong.setEnabled(on)
        self.mute.setEnabled(self._model.phase.live)
        self.mute.setChecked(self._model.call.muted)


class CueRows(QAbstractListModel):
    """The cues of the call as a list, the latest first."""

    def __init__(self, model: CallModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._count = len(model.call.cues)
        model.cue_logged.connect(self._logged)
        model.restarted.connect(self._reset)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def entry(self, row: int) -> CueEntry:
        return self._model.call.cues[self._count - 1 - row]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= self._count:
            return None
        entry = self.entry(index.row())
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.shown.headline
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{clock(entry.shown.t)} {entry.shown.headline}. {entry.shown.why}. {outcome(entry)}"
        return None

    def _logged(self, where: int) -> None:
        if where >= self._count:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._count += 1
            self.endInsertRows()
            return
        index = self.index(self._count - 1 - where)
        self.dataChanged.emit(index, index)

    def _reset(self) -> None:
        self.beginResetModel()
        self._count = len(self._model.call.cues)
        self.endResetModel()


def outcome(entry: CueEntry) -> str:
    """How the cue went, in words."""
    return wording.cleared(ClearedBy.WRONG if entry.wrong else entry.by)


class _CueDelegate(QStyledItemDelegate):
    """Badge, headline and why on the left, time and outcome on the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def _heights(self) -> tuple[int, int]:
        strong = QFontMetrics(self._theme.font(Role.STRONG)).height()
        return strong, QFontMetrics(self._theme.font(Role.SMALL)).height()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, sum(self._heights()) + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        entry = index.data(ENTRY)
        if not isinstance(entry, CueEntry):
            return
        c, strong_height = self._theme.colours, self._heights()[0]
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(c.focus))
            painter.setBrush(QColor(c.sunken))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        paint_badge(painter, self._theme, entry.shown, QRectF(box.left() + 8, box.center().y() - 14, 28, 28))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        left, right, top = box.left() + 46, box.right() - 8, box.top() + 6
        small, strong = self._theme.font(Role.SMALL), self._theme.font(Role.STRONG)
        words = QFontMetrics(small)
        when, how = clock(entry.shown.t), outcome(entry)
        painter.setFont(small)
        painter.setPen(QColor(c.muted))
        painter.drawText(QPointF(right - words.horizontalAdvance(when), top + words.ascent() + 1), when)
        below = top + strong_height
        how_left = right - words.horizontalAdvance(how)
        painter.drawText(QPointF(how_left, below + words.ascent() + 1), how)
        why = words.elidedText(entry.shown.why, Qt.TextElideMode.ElideRight, int(how_left - left - 12))
        painter.drawText(QPointF(left, below + words.ascent() + 1), why)
        painter.setFont(strong)
        painter.setPen(QColor(c.text))
        room = int(right - words.horizontalAdvance(when) - left - 12)
        headline = QFontMetrics(strong).elidedText(entry.shown.headline, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, top + QFontMetrics(strong).ascent()), headline)
        painter.restore()


class CueLog(QWidget):
    """Every cue of the call, and a button for the ones that were wrong."""

    def __init__(self, model: CallModel, bridge: CallBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._theme = bridge, theme
        self.rows = CueRows(model, self)
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_CueDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Cues of this call"))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(56)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.wrong = QPushButton(self.tr("&Selected cue was wrong"))
        self.wrong.setProperty("slim", "true")
        self.wrong.clicked.connect(self._mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[2])
        column.addWidget(self.list, 1)
        self.list.selectionModel().selectionChanged.connect(self.refresh)
        model.restarted.connect(self.refresh)
        model.phase_changed.connect(self.refresh)
        self.rows.dataChanged.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self._model = model
        self.refresh()

    def selected(self) -> CueEntry | None:
        chosen = self.list.selectionModel().selectedIndexes()
        return self.rows.entry(chosen[0].row()) if chosen else None

    def _mark(self) -> None:
        entry = self.selected()
        if entry is not None:
            self._bridge.wrong(entry.shown.number)

    def refresh(self) -> None:
        entry = self.selected()
        self.wrong.setIcon(icons.icon("wrong", QColor(self._theme.colours.text), 16))
        self.wrong.setEnabled(self._model.phase.live and entry is not None and not entry.wrong)
        self.list.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.list.doItemsLayout()
