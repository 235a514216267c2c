"""The live window: what is said, how agitated the caller is and why, the cue, the log, and how each component is doing.

It shows the model and passes the person's commands to the bridge; it holds no state of the call itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.bridge import CallBridge
from ui.i18n import wording
from ui.i18n.language import say
from ui.overlay import desktop
from ui.overlay.overlay import Overlay
from ui.overlay.placement import Corner, Placement
from ui.preferences import Preferences
from ui.theme import SPACE, Role, Scheme, Theme
from ui.window.agitation_view import AgitationView
from ui.window.banner import Banner
from ui.window.call_model import CallModel, Phase
from ui.window.column import Column
from ui.window.cue_views import CueLog, CurrentCue, announce
from ui.window.meters import Components, TalkShare
from ui.window.transcript import Transcript
from voiceassist.config.options import NO_TRANSCRIPTION
from voiceassist.core.events import Component, ComponentState, ComponentStatus, StatusCause
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

TRANSCRIPT_WIDTH = 260
"""Logical pixels the transcript has at least: a bubble of three or four words a line."""


def panel(title: str, content: QWidget, beside: QWidget | None = None) -> QFrame:
    """A framed panel with a small heading, and perhaps a control beside the heading."""
    frame = QFrame()
    frame.setProperty("panel", "true")
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    column = QVBoxLayout(frame)
    column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
    column.setSpacing(SPACE[2])
    line = QHBoxLayout()
    line.addWidget(heading, 1)
    if beside is not None:
        line.addWidget(beside)
    column.addLayout(line)
    column.addWidget(content, 1)
    return frame


def trouble(status: ComponentStatus) -> str:
    """What is the matter with a component: the reason, which says by itself what it is about, or else its state."""
    if status.reason is not None:
        return say(status.reason)
    return f"{wording.component(status.component)}: {wording.component_state(status.state, status.component)}"


class LiveWindow(QMainWindow):
    """One call on one screenful."""

    settings_asked = Signal()
    library_asked = Signal()
    set_up_asked = Signal()
    model_asked = Signal()
    """The person wants a speech model."""
    quit_asked = Signal()
    kept_call_asked = Signal()
    """The person wants to hear a kept call."""

    def __init__(
        self,
        model: CallModel,
        bridge: CallBridge,
        theme: Theme,
        preferences: Preferences,
        overlay: Overlay | None = None,
        title: str = "",
    ) -> None:
        super().__init__()
        self._model, self._bridge, self._theme, self._preferences = model, bridge, theme, preferences
        self._overlay = overlay
        self.setWindowTitle(title or "VoiceAssist")
        QApplication.setWindowIcon(icons.program_icon())
        self.setMinimumHeight(380)

        self.transcript = Transcript(model, theme)
        self.agitation = AgitationView(model, theme)
        self.cue = CurrentCue(model, bridge, theme)
        self.log = CueLog(model, bridge, theme)
        self.components = Components(model, theme)
        self.share = TalkShare(model, theme)

        column = QVBoxLayout()
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[3])
        column.addLayout(self._make_top())
        column.addLayout(self._make_banners())
        column.addWidget(self._make_middle(), 1)
        column.addWidget(self.components)
        body = QWidget()
        body.setLayout(column)
        self.setCentralWidget(body)
        self._make_menus()

        model.phase_changed.connect(self._phase_changed)
        model.metered.connect(self._tick)
        model.component_changed.connect(self._component_changed)
        model.restarted.connect(self._restarted)
        self.components.told.connect(lambda: bridge.consent())
        bridge.failed.connect(self._failed)
        bridge.unavailable.connect(self._service_unavailable)
        bridge.attached.connect(self._attached)
        preferences.refused.connect(self._failed)
        preferences.changed.connect(self._show_banner)
        theme.changed.connect(self._restyle)
        self.may_close: Callable[[], bool] = lambda: True
        """Asked before it closes."""
        self._failure: Message | None = None
        self._unavailable: Message | None = None
        self._notices: list[str] = []
        self._restyle()
        geometry = preferences.recall("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            desktop.resize(self, round(1160 * theme.text_scale), round(820 * theme.text_scale))
        self.start.setFocus()

    # --- the parts of the window --------------------------------------------------------------------------------------

    def _make_top(self) -> QHBoxLayout:
        self.start = QPushButton()
        self.start.setProperty("main", "true")
        self.start.clicked.connect(self._start_or_stop)
        self.pause = QPushButton()
        self.pause.setProperty("big", "true")
        self.pause.clicked.connect(self.pause_or_resume)
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(self.tr("Caller reference (order, ticket, number)"))
        self.reference.setAccessibleName(self.tr("Caller reference"))
        self.reference.setMaximumWidth(380)
        self.reference.returnPressed.connect(self._start_or_stop)  # it cannot be written in during a call
        self._phase = QLabel()
        self._phase.setProperty("role", "strong")
        self._clock = QLabel()
        self._clock.setProperty("role", "strong")
        self._clock.setAccessibleName(self.tr("Length of the call"))
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(SPACE[3])
        top.addWidget(self.start)
        top.addWidget(self.pause)
        top.addWidget(self.reference, 1)
        top.addStretch(1)
        top.addWidget(self._phase)
        top.addWidget(self._clock)
        return top

    def _make_banners(self) -> QVBoxLayout:
        get = QPushButton(self.tr("&Get a speech model…"))
        get.clicked.connect(self.model_asked)
        self.model_banner = Banner(self._theme, get)
        self.banner = Banner(self._theme)
        banners = QVBoxLayout()
        banners.setSpacing(SPACE[2])
        banners.addWidget(self.model_banner)
        banners.addWidget(self.banner)
        self._banners = banners
        return banners

    def add_card(self, card: QWidget) -> None:
        """Something to read under the banners, when it has something to say."""
        self._banners.addWidget(card)

    def _make_middle(self) -> QSplitter:
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Write a note at this moment"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.returnPressed.connect(self._add_note)
        self.add_note = QPushButton(self.tr("&Add note"))
        self.add_note.clicked.connect(self._add_note)
        line = QHBoxLayout()
        line.setSpacing(SPACE[2])
        line.addWidget(self.note, 1)
        line.addWidget(self.add_note)
        words = QWidget()
        words.setMinimumWidth(TRANSCRIPT_WIDTH)
        left = QVBoxLayout(words)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(SPACE[2])
        left.addWidget(self.share)
        left.addWidget(self.transcript, 1)
        left.addLayout(line)

        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[3])
        column.addWidget(panel(self.tr("Caller's agitation"), self.agitation), 4)
        column.addWidget(panel(self.tr("Cue"), self.cue))
        column.addWidget(panel(self.tr("Cues of this call"), self.log, self.log.wrong), 3)

        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(SPACE[3])
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(panel(self.tr("What is said"), words))
        self._splitter.addWidget(Column(column))
        self._splitter.setStretchFactor(0, 5)
        self._splitter.setStretchFactor(1, 4)
        return self._splitter

    def _make_menus(self) -> None:
        call = self.menuBar().addMenu(self.tr("&Call"))
        self.start_action = self._action(self.tr("&Start or end the call"), "Ctrl+Return", self._start_or_stop)
        self.pause_action = self._action(self.tr("&Pause or go on"), "Ctrl+P", self.pause_or_resume)
        call.addActions([self.start_action, self.pause_action])
        other = self._action(self.tr("Another person is on the &line"), None, self._bridge.new_caller)
        call.addAction(other)
        call.addSeparator()
        call.addAction(self._action(self.tr("&Kept call…"), "Ctrl+O", self.kept_call_asked.emit))
        call.addAction(self._action(self.tr("All k&ept calls…"), "Ctrl+L", self.library_asked.emit))
        call.addAction(self._action(self.tr("Se&ttings…"), "Ctrl+,", self.settings_asked.emit))
        call.addAction(self._action(self.tr("Set &up…"), None, self.set_up_asked.emit))
        call.addAction(self._action(self.tr("&Close window"), "Ctrl+W", self.close))
        call.addAction(self._action(self.tr("&Quit"), "Ctrl+Q", self.quit_asked.emit))
        cue = self.menuBar().addMenu(self.tr("C&ue"))
        dismiss = self._action(self.tr("&Dismiss the cue"), "Ctrl+D", self._bridge.dismiss)
        wrong = self._action(self.tr("The last cue was &wrong"), "Ctrl+Shift+D", lambda: self._bridge.wrong())
        mute = self._action(self.tr("&Mute cues or let them come"), "Ctrl+M", lambda: self.cue.mute.click())
        cue.addActions([dismiss, wrong, mute])
        self._in_call_only = [self.pause_action, other, dismiss, wrong, mute]
        view = self.menuBar().addMenu(self.tr("&View"))
        looks = QActionGroup(self)
        self._looks: dict[Scheme, QAction] = {}
        for scheme, name in (
            (Scheme.SYSTEM, self.tr("Look of the &desktop")),
            (Scheme.LIGHT, self.tr("&Light")),
            (Scheme.DARK, self.tr("Dar&k")),
            (Scheme.CONTRAST, self.tr("&High contrast")),
        ):
            action = self._looks[scheme] = QAction(name, self, checkable=True)
            action.triggered.connect(lambda _=False, s=scheme: self._choose_scheme(s))
            looks.addAction(action)
            view.addAction(action)
        view.addSeparator()
        view.addAction(self._action(self.tr("La&rger text"), QKeySequence.StandardKey.ZoomIn, lambda: self._zoom(0.1)))
        view.addAction(
            self._action(self.tr("S&maller text"), QKeySequence.StandardKey.ZoomOut, lambda: self._zoom(-0.1))
        )
        view.addSeparator()
        view.addAction(self._action(self.tr("&Newest words"), "Ctrl+End", self.transcript.follow))
        if self._overlay is not None:
            self._make_overlay_menu(self._overlay)

    def _make_overlay_menu(self, overlay: Overlay) -> None:
        menu = self.menuBar().addMenu(self.tr("&Overlay"))
        self.arrange_action = self._action(self.tr("&Arrange: drag it or use the arrow keys"), "Ctrl+G", self._arrange)
        self.arrange_action.setCheckable(True)
        menu.addAction(self.arrange_action)
        corners = menu.addMenu(self.tr("&Corner"))
        for corner, name in (
            (Corner.TOP_LEFT, self.tr("Top left")),
            (Corner.TOP_RIGHT, self.tr("Top right")),
            (Corner.BOTTOM_LEFT, self.tr("Bottom left")),
            (Corner.BOTTOM_RIGHT, self.tr("Bottom right")),
        ):
            corners.addAction(self._action(name, None, partial(self._to_corner, overlay, corner)))
        sizes = menu.addMenu(self.tr("&Size"))
        for percent in (80, 100, 125, 150):
            sizes.addAction(
                self._action(f"{percent} %", None, partial(self._preferences.change, overlay_size=percent / 100))
            )
        opacities = menu.addMenu(self.tr("O&pacity"))
        for percent in (60, 80, 100):
            opacities.addAction(
                self._action(f"{percent} %", None, partial(self._preferences.change, overlay_opacity=percent / 100))
            )
        menu.addAction(self._action(self.tr("&Reset place"), None, overlay.reset_place))

    def _to_corner(self, overlay: Overlay, corner: Corner) -> None:
        overlay.move_to(Placement(overlay.placement.screen, corner))

    def _action(self, name: str, keys: object, act: Callable[[], object]) -> QAction:
        action = QAction(name, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
        action.triggered.connect(lambda _=False: act())
        return action

    # --- commands -----------------------------------------------------------------------------------------------------

    def _start_or_stop(self) -> None:
        if self._bridge.busy:
            self._bridge.stop()
        else:
            self._bridge.start(self.reference.text().strip())

    def pause_or_resume(self) -> None:
        if self._model.phase is Phase.PAUSED:
            self._bridge.resume()
        else:
            self._bridge.pause()

    def bring_up(self) -> None:
        """To the front, as large as it was: the person asked for it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _add_note(self) -> None:
        self._bridge.note(self.note.text())
        self.note.clear()

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._preferences.change(theme=scheme.value)

    def _zoom(self, step: float) -> None:
        scale = min(2.0, max(0.8, round(self._theme.text_scale + step, 1)))
        self._preferences.change(text_size=scale)

    def _arrange(self) -> None:
        if self._overlay is None:
            return
        on = self.arrange_action.isChecked()
        self._overlay.setVisible(on or (self._bridge.in_call and self._preferences.now.overlay))
        self._overlay.arrange(on)
        app = QApplication.instance()
        assert app is not None
        if on:
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the overlay is arranged, the arrow keys move it; Escape and Return end the arranging."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._overlay is not None:
            key = Qt.Key(event.key())
            if key in ARROWS:
                self._overlay.nudge(*ARROWS[key])
                return True
            if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.arrange_action.trigger()
                return True
        return super().eventFilter(watched, event)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        phase = self._model.phase
        ink = QColor(self._theme.colours.text)
        on_main = QColor(self._theme.colours.on_accent)
        busy = phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED, Phase.STOPPING)
        self.start.setText(self.tr("End call") if busy else self.tr("Start call"))
        self.start.setIcon(icons.icon("stop" if busy else "start", on_main, 18))
        self.start.setEnabled(phase is not Phase.STOPPING)
        paused = phase is Phase.PAUSED
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setIcon(icons.icon("start" if paused else "pause", ink, 18))
        self.pause.setEnabled(phase.live)
        self.pause.setToolTip(self.tr("While paused nothing is heard, written down or kept."))
        for action in self._in_call_only:
            action.setEnabled(phase.live)
        self.reference.setEnabled(not busy)
        self.note.setEnabled(phase.live)
        self.add_note.setEnabled(phase.live)
        self._phase.setText(wording.phase(phase))
        self._tick()
        self._show_banner()

    def _phase_changed(self) -> None:
        self.refresh()
        if self._model.phase in (Phase.PAUSED, Phase.ENDED):
            announce(self, wording.phase(self._model.phase))

    def _tick(self) -> None:
        words = clock(self._model.call.now)
        if words != self._clock.text():
            self._clock.setText(words)

    def _restyle(self) -> None:
        self._looks[self._theme.scheme].setChecked(True)
        self._clock.setMinimumWidth(self._theme.pixels(Role.STRONG) * 4)
        self.add_note.setIcon(icons.icon("note", QColor(self._theme.colours.text), 16))
        self.refresh()

    def _restarted(self) -> None:
        self._failure = self._unavailable = None
        self._show_banner()

    def _failed(self, error: Message) -> None:
        self._failure = error
        self._show_banner()
        announce(self, say(error), urgent=True)

    def _service_unavailable(self, why: Message) -> None:
        self._unavailable = why
        self._show_banner()
        announce(self, say(why), urgent=True)

    def _attached(self) -> None:
        self._unavailable = None
        self._show_banner()

    def show_notices(self, sentences: Iterable[str]) -> None:
        """Say these things in the banner until others are said: keys that do not work, for example."""
        self._notices = list(sentences)
        self._show_banner()

    def _component_changed(self, component: Component) -> None:
        status = self._model.call.components[component]
        self._show_banner()
        if status.state is ComponentState.FAILED:
            name, state = wording.component(component), wording.component_state(status.state, component)
            announce(self, f"{name}: {state}. {say(status.reason)}", urgent=True)

    def banner_words(self) -> str:
        """What the person must know about this call before trusting it. Empty when all is well."""
        words = [
            say(self._unavailable),
            say(self._failure),
            *map(say, self._preferences.loaded.complaints),
            *self._notices,
        ]
        over = self._model.phase is Phase.ENDED
        for status in self._model.call.troubles():
            failed = status.state is ComponentState.FAILED
            if failed or (status.reason is not None and not over):  # afterwards nothing can be done about a doubt
                words.append(trouble(status))
        for status in self._model.call.components.values():
            told = status.reason is not None and status.cause is not StatusCause.NO_SPEECH_MODEL
            if status.state is ComponentState.DISABLED and told and not over:
                words.append(trouble(status))
        return "\n".join(filter(None, words))

    def _show_banner(self) -> None:
        troubles = self._model.call.troubles()
        bad = bool(self._failure or self._unavailable or self._preferences.loaded.complaints) or any(
            s.state is ComponentState.FAILED for s in troubles
        )
        self.banner.say(self.banner_words(), bad)
        self.model_banner.say(self._about_the_model(), False)

    def _about_the_model(self) -> str:
        """That there is none, unless none is wanted."""
        speech = self._model.call.components.get(Component.TRANSCRIPTION)
        if self._model.phase is Phase.ENDED or speech is None:
            return ""
        none = speech.cause is StatusCause.NO_SPEECH_MODEL
        missed = none and self._preferences.now.speech_model != NO_TRANSCRIPTION
        return self.tr("No speech model: cues come from sound only.") if missed else ""

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self._preferences.remember("geometry", self.saveGeometry())
        super().closeEvent(event)
