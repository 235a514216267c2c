"""How every component is doing: name, state in shape and word, what to do about it, and a level bar for each side."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui import icons
from ui.i18n import wording
from ui.i18n.language import say
from ui.theme import SPACE, Theme
from ui.window.call_model import CallModel, Phase
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus

QUIETEST_DB = -60.0
"""Left end of a level bar, dBFS; the right end is 0."""

COMPONENTS = (
    Component.AGENT_AUDIO,
    Component.CALLER_AUDIO,
    Component.TRANSCRIPTION,
    Component.AGITATION,
    Component.RECORDING,
    Component.CONSENT,
)
"""The components that are always shown, in the order they are shown in."""

LIVE_ONLY = COMPONENTS[:4]
"""Those that are off once the call has ended: what was kept, and whether the caller knew, stays to be seen."""

AUDIO_OF = {Component.AGENT_AUDIO: Channel.AGENT, Component.CALLER_AUDIO: Channel.CALLER}

SHAPES = {
    ComponentState.STARTING: "clock",
    ComponentState.OK: "check",
    ComponentState.DEGRADED: "warning",
    ComponentState.FAILED: "close",
    ComponentState.DISABLED: "dash",
}


def off(component: Component) -> ComponentStatus:
    """The state of a component before a call."""
    return ComponentStatus(t=0.0, component=component, state=ComponentState.DISABLED)


class LevelBar(QWidget):
    """A level in dBFS as a bar, with a dot while this side is talking."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._level = QUIETEST_DB
        self._speaking = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(80, 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(36, 10)

    def show_level(self, level_db: float, speaking: bool) -> None:
        if (level_db, speaking) != (self._level, self._speaking):
            self._level, self._speaking = level_db, speaking
            self.update()

    @property
    def filled(self) -> float:
        """How much of the bar is filled, 0 to 1."""
        return min(1.0, max(0.0, 1 - self._level / QUIETEST_DB))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, 2, self.width() - 16, 6)
        painter.setPen(QColor(c.line) if c.border > 1 else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.line if c.border == 1 else c.sunken))
        painter.drawRoundedRect(track, 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.accent if self._speaking else c.listening))
        painter.drawRoundedRect(QRectF(0, 2, track.width() * self.filled, 6), 3, 3)
        if self._speaking:
            painter.setBrush(QColor(c.accent))
            painter.drawEllipse(QRectF(self.width() - 10, 0, 10, 10))


class StateMark(QWidget):
    """The state of a component as a small shape: tick, ring, triangle, cross or dash."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = ComponentState.DISABLED
        self.setFixedSize(16, 16)
        theme.changed.connect(self.update)

    def show_state(self, state: ComponentState) -> None:
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self._theme.colours.component(self._state)
        icons.paint(QPainter(self), SHAPES[self._state], QRectF(self.rect()), colour, 2.6)


class ComponentItem(QWidget):
    """One component: shape, name, and a word, or for a sound that is heard its level."""

    def __init__(self, component: Component, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.component = component
        self._mark = StateMark(theme)
        self._title = QLabel(wording.component(component))
        self._word = QLabel()
        self._word.setProperty("role", "small")
        self.state = ComponentState.DISABLED
        self._resting = False
        self.bar = LevelBar(theme) if component in AUDIO_OF else None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE[2])
        line.addWidget(self._mark)
        line.addWidget(self._title)
        line.addWidget(self._word)
        if self.bar is not None:
            self.bar.setAccessibleName(self.tr("Level: {0}").format(wording.component(component)))
            line.addWidget(self.bar, 1)
        line.addStretch(0 if self.bar is not None else 1)  # takes the room of a bar that is not shown
        self._line = line
        self.show_status(off(component))

    def add(self, control: QWidget) -> None:
        """Put a control beside the word, before what takes the room that is left."""
        self._line.insertWidget(self._line.count() - 1, control)

    def show_status(self, status: ComponentStatus) -> None:
        name = wording.component(self.component)
        word = wording.component_state(status.state, self.component)
        why = say(status.reason)
        self.state = status.state
        self._mark.show_state(status.state)
        self._word.setText(word)
        if self.bar is not None:
            self.bar.setVisible(status.state in (ComponentState.OK, ComponentState.DEGRADED))
        self._show_word()
        self.setToolTip(f"{name}: {word}. {why}".strip())
        self.setAccessibleName(f"{name}: {word}")
        self.setAccessibleDescription(why)

    def rest(self, resting: bool) -> None:
        """While there is no call a component is not "off", as if something were wrong: it is not there yet."""
        self._resting = resting
        self._show_word()

    def _show_word(self) -> None:
        heard = self.bar is not None and self.state is ComponentState.OK
        self._word.setVisible(not heard and not (self._resting and self.state is ComponentState.DISABLED))


class Components(QFrame):
    """All components of the call, always in sight: in one row where there is room, else in two or three. Whether the
    caller was told is there only where somebody has to tell."""

    told = Signal()
    """The agent has told the caller, and says so."""

    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("banner", "true")
        self.setAccessibleName(self.tr("Status"))
        self.items = {component: ComponentItem(component, theme, self) for component in COMPONENTS}
        self.caller_told = QPushButton(self.tr("Caller was &told"))
        self.caller_told.setProperty("slim", "true")
        self.caller_told.setToolTip(self.tr("Writes into the call's record that the caller knows."))
        self.caller_told.clicked.connect(self.told)
        self.caller_told.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes once pressed, and must not drag the focus on
        self.caller_told.hide()
        self.items[Component.CONSENT].add(self.caller_told)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        self._grid.setHorizontalSpacing(SPACE[4])
        self._grid.setVerticalSpacing(SPACE[1])
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._arranged: tuple[list[ComponentItem], int] = ([], 0)
        self._refresh()
        model.component_changed.connect(self._show)
        model.phase_changed.connect(self._refresh)
        model.metered.connect(self._meter)
        model.restarted.connect(self._restarted)

    def _listed(self) -> list[ComponentItem]:
        return [
            item
            for component, item in self.items.items()
            if component is not Component.CONSENT or item.state is not ComponentState.DISABLED
        ]

    def _arrange(self, listed: list[ComponentItem], columns: int) -> None:
        if (listed, columns) == self._arranged:
            return
        self._arranged = listed, columns
        for item in self.items.values():
            self._grid.removeWidget(item)
            item.setVisible(item in listed)
        for n, item in enumerate(listed):
            self._grid.addWidget(item, n // columns, n % columns)
        for column in range(len(self.items)):
            self._grid.setColumnStretch(column, 0)
        for n, item in enumerate(listed):
            stretch = 3 if item.component in AUDIO_OF else 2
            self._grid.setColumnStretch(n % columns, max(stretch, self._grid.columnStretch(n % columns)))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As few rows as there is room for."""
        listed = self._listed()
        widths = [item.minimumSizeHint().width() for item in listed]
        room = self.width() - 2 * SPACE[3]
        for columns in (len(widths), 3, 2):
            needed = sum(max(widths[at::columns]) for at in range(columns)) + (columns - 1) * SPACE[4]
            if needed <= room or columns == 2:
                self._arrange(listed, columns)
                return

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for two columns, whatever the rows are now."""
        widths = [item.minimumSizeHint().width() for item in self._listed()]
        return QSize(max(widths[::2]) + max(widths[1::2]) + SPACE[4] + 2 * SPACE[3], super().minimumSizeHint().height())

    def _restarted(self) -> None:
        for component, item in self.items.items():
            item.show_status(off(component))
        self._meter()
        self._refresh()

    def _show(self, component: Component) -> None:
        if component in self.items:
            self.items[component].show_status(self._model.call.components[component])
            self._refresh()

    def _refresh(self) -> None:
        consent = self._model.call.components.get(Component.CONSENT)
        due = consent is not None and consent.state is ComponentState.DEGRADED
        self.caller_told.setVisible(due and self._model.phase.live)
        for item in self.items.values():
            item.rest(self._model.phase is Phase.IDLE)
        if self._model.phase is Phase.ENDED:
            for component in LIVE_ONLY:
                self.items[component].show_status(off(component))
        self._fit()

    def _meter(self) -> None:
        meter = self._model.call.meter
        for component, channel in AUDIO_OF.items():
            bar = self.items[component].bar
            assert bar is not None
            if meter is None:
                bar.show_level(QUIETEST_DB, False)
            elif channel is Channel.AGENT:
                bar.show_level(meter.agent_db, meter.agent_speaking)
            else:
                bar.show_level(meter.caller_db, meter.caller_speaking)


class TalkShare(QWidget):
    """Who has talked how much: two figures and one divided line. Plain seconds, no judgement."""

    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._agent = QLabel()
        self._caller = QLabel()
        self._line = _ShareLine(theme)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(SPACE[1])
        grid.addWidget(self._caller, 0, 0)
        grid.addWidget(self._agent, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._line, 1, 0, 1, 2)
        model.talk_changed.connect(self.refresh)
        model.metered.connect(self.refresh)
        model.restarted.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        agent, caller = self._model.call.talked(Channel.AGENT), self._model.call.talked(Channel.CALLER)
        total = agent + caller
        share = caller / total if total else 0.5
        self._line.show_share(share, total > 0)
        if not total:
            words = (wording.channel(Channel.CALLER), wording.channel(Channel.AGENT))
        else:
            percent = round(share * 100)
            words = (
                f"{wording.channel(Channel.CALLER)} {percent} %",
                f"{wording.channel(Channel.AGENT)} {100 - percent} %",
            )
        if words == (self._caller.text(), self._agent.text()):
            return
        self._caller.setText(words[0])
        self._agent.setText(words[1])
        self.setAccessibleName(self.tr("Talk share") + ": " + ", ".join(words))


class _ShareLine(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share, self._known = 0.5, False
        self.setFixedHeight(8)
        theme.changed.connect(self.update)

    def show_share(self, caller: float, known: bool) -> None:
        self._share, self._known = caller, known
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect())
        if not self._known:
            painter.setBrush(QColor(c.line))
            painter.drawRoundedRect(box, 4, 4)
            return
        middle = box.width() * self._share
        painter.setBrush(QColor(c.listening))
        painter.drawRoundedRect(QRectF(0, 0, max(0.0, middle - 1), box.height()), 4, 4)
        painter.setBrush(QColor(c.accent))
        painter.drawRoundedRect(QRectF(middle + 1, 0, max(0.0, box.width() - middle - 1), box.height()), 4, 4)
