"""Colours, sizes, fonts and the one stylesheet. Every look of the program is decided here and nowhere else.

Hues follow Okabe and Ito's colour-blind safe set ("Color Universal Design", 2008), darkened on light ground and
lightened on dark ground until text reaches a contrast of 4.5 and graphics 3 (tests hold every palette to that).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessibilityHints, QColor, QFont, QFontDatabase, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

from voiceassist.core.events import AgitationState, ComponentState, CueKind


class Scheme(StrEnum):
    """What the person may choose; `system` follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Role(StrEnum):
    """What a piece of text is for; its size follows from that."""

    SMALL = "small"
    BODY = "body"
    STRONG = "strong"
    TITLE = "title"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Colours:
    """One palette. Values are `#rrggbb`."""

    window: str
    surface: str
    sunken: str
    line: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    agent_bubble: str
    caller_bubble: str
    listening: str
    calm: str
    rising: str
    high: str
    falling: str
    safety: str
    border: int = 1
    """Width of lines around panels and controls, in logical pixels."""

    # One hue has one meaning: what is good is the green of falling agitation, what is lost the red of high agitation.

    @property
    def focus(self) -> str:
        return self.accent

    @property
    def tip(self) -> str:
        return self.calm

    @property
    def good(self) -> str:
        return self.falling

    @property
    def warning(self) -> str:
        return self.rising

    @property
    def lost(self) -> str:
        return self.high

    def agitation(self, state: AgitationState) -> QColor:
        return QColor(str(getattr(self, state.value)))

    def cue(self, kind: CueKind) -> QColor:
        return QColor(str(getattr(self, kind.value)))

    def component(self, state: ComponentState) -> QColor:
        by_state = {
            ComponentState.STARTING: self.listening,
            ComponentState.OK: self.good,
            ComponentState.DEGRADED: self.warning,
            ComponentState.FAILED: self.lost,
            ComponentState.DISABLED: self.muted,
        }
        return QColor(by_state[state])


LIGHT = Colours(
    window="#f3f5f8",
    surface="#ffffff",
    sunken="#eaeef3",
    line="#d3dae3",
    text="#17202b",
    muted="#556070",
    disabled="#6b7686",
    accent="#0b62a4",
    on_accent="#ffffff",
    agent_bubble="#e3eef8",
    caller_bubble="#f1f2f4",
    listening="#6b7686",
    calm="#0072b2",
    rising="#9c6200",
    high="#c2500a",
    falling="#00795a",
    safety="#9c3a74",
)

DARK = Colours(
    window="#14181d",
    surface="#1d232a",
    sunken="#262d36",
    line="#38424e",
    text="#eef2f6",
    muted="#a7b3c0",
    disabled="#8b97a5",
    accent="#6cb8ec",
    on_accent="#0b1218",
    agent_bubble="#1f3346",
    caller_bubble="#2a3038",
    listening="#9aa6b4",
    calm="#6cb8ec",
    rising="#f0b030",
    high="#f58a52",
    falling="#4cc9a0",
    safety="#e59ac4",
)

CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    line="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    disabled="#a8a8a8",
    accent="#ffe14d",
    on_accent="#000000",
    agent_bubble="#00264d",
    caller_bubble="#1a1a1a",
    listening="#ffffff",
    calm="#7fd0ff",
    rising="#ffc233",
    high="#ff9a66",
    falling="#5fe8b8",
    safety="#ffb0dc",
    border=2,
)

SPACE = (0, 4, 8, 12, 16, 24, 32)
"""The only distances used between things, in logical pixels."""

RADIUS = 10
"""Corner radius of panels, in logical pixels; controls use 6."""

PIXELS = {Role.SMALL: 12, Role.BODY: 14, Role.STRONG: 15, Role.TITLE: 18, Role.DISPLAY: 26}
"""Text sizes in logical pixels, before the person's text scale."""

WEIGHTS = {Role.STRONG: QFont.Weight.DemiBold, Role.TITLE: QFont.Weight.DemiBold, Role.DISPLAY: QFont.Weight.DemiBold}


class Theme(QObject):
    """The look in force. Widgets that paint themselves take it and repaint on `changed`."""

    changed = Signal()

    def __init__(self, scheme: Scheme = Scheme.SYSTEM, text_scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self._still = False
        self._applied = False
        self.text_scale = text_scale
        style, accessibility = _hints()
        style.colorSchemeChanged.connect(self._system_changed)
        accessibility.contrastPreferenceChanged.connect(self._system_changed)

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    @property
    def colours(self) -> Colours:
        by_choice = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}
        return by_choice.get(self._scheme) or self._system_colours()

    @property
    def moves(self) -> bool:
        """Whether things may move. Off when the person here asks for less motion, or the desktop does.

        Before 6.12 Qt does not know what the desktop asks for.
        """
        asked_by_desktop = getattr(_hints()[1], "motionPreference", None)
        return not self._still and (asked_by_desktop is None or asked_by_desktop().name != "ReducedMotion")

    def choose(
        self, scheme: Scheme | None = None, text_scale: float | None = None, reduced_motion: bool | None = None
    ) -> None:
        """Change the look and restyle the whole program."""
        before = (self._scheme, self.text_scale, self._still, self._applied)
        self._scheme = scheme if scheme is not None else self._scheme
        self.text_scale = text_scale if text_scale is not None else self.text_scale
        self._still = reduced_motion if reduced_motion is not None else self._still
        if before != (self._scheme, self.text_scale, self._still, True):
            self.apply()

    def apply(self) -> None:
        """Lay the look over the running application."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            if not app.property("styled"):  # once: widgets that are on their way out do not survive a second style
                app.setStyle("fusion")
                app.setProperty("styled", True)
            app.setFont(self.font(Role.BODY))
            app.setPalette(_palette(self.colours))
            app.setStyleSheet(_sheet(self.colours, self))
        self._applied = True
        self.changed.emit()

    def font(self, role: Role) -> QFont:
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        font.setPixelSize(self.pixels(role))
        font.setWeight(WEIGHTS.get(role, QFont.Weight.Normal))
        return font

    def pixels(self, role: Role) -> int:
        return round(PIXELS[role] * self.text_scale)

    def _system_colours(self) -> Colours:
        style, accessibility = _hints()
        if accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        return DARK if style.colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _system_changed(self) -> None:
        if self._scheme is Scheme.SYSTEM:
            self.apply()


@cache
def _hints() -> tuple[QStyleHints, QAccessibilityHints]:
    """What the desktop prefers. Held for good: PySide6 6.12 does not find them again once their wrapper was let go."""
    style = QGuiApplication.styleHints()
    return style, style.accessibility()


def contrast(one: str | QColor, other: str | QColor) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it (relative luminance)."""
    lighter, darker = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    for role, value in (
        (QPalette.ColorRole.Window, c.window),
        (QPalette.ColorRole.WindowText, c.text),
        (QPalette.ColorRole.Base, c.surface),
        (QPalette.ColorRole.AlternateBase, c.sunken),
        (QPalette.ColorRole.Text, c.text),
        (QPalette.ColorRole.PlaceholderText, c.muted),
        (QPalette.ColorRole.Button, c.surface),
        (QPalette.ColorRole.ButtonText, c.text),
        (QPalette.ColorRole.Highlight, c.accent),
        (QPalette.ColorRole.HighlightedText, c.on_accent),
        (QPalette.ColorRole.ToolTipBase, c.surface),
        (QPalette.ColorRole.ToolTipText, c.text),
        (QPalette.ColorRole.Link, c.accent),
    ):
        palette.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.disabled))
    return palette


def _sheet(c: Colours, theme: Theme) -> str:
    small, title = theme.pixels(Role.SMALL), theme.pixels(Role.TITLE)
    strong, display = theme.pixels(Role.STRONG), theme.pixels(Role.DISPLAY)
    mark = round(16 * theme.text_scale)
    control = f"border: {c.border}px solid {c.line}; border-radius: 6px; background: {c.surface}; color: {c.text};"
    return f"""
    QToolTip {{ border: {c.border}px solid {c.line}; background: {c.surface}; color: {c.text}; padding: 4px; }}
    QLabel[role="small"] {{ font-size: {small}px; color: {c.muted}; }}
    QLabel[role="heading"] {{ font-size: {small}px; font-weight: 600; color: {c.muted}; }}
    QLabel[role="strong"] {{ font-size: {strong}px; font-weight: 600; }}
    QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
    QLabel[role="display"] {{ font-size: {display}px; font-weight: 600; }}
    QFrame[panel="true"] {{ border: {c.border}px solid {c.line}; border-radius: {RADIUS}px; background: {c.surface}; }}
    QFrame[banner="true"] {{ border: {c.border}px solid {c.line}; border-radius: 6px; background: {c.sunken}; }}
    QFrame[banner="true"][warns="true"] {{ border: 2px solid {c.lost}; }}
    QScrollArea, QScrollArea > QWidget > QWidget#column {{ border: none; background: transparent; }}
    QPushButton, QToolButton {{ {control} padding: 6px 12px; min-height: 20px; }}
    QPushButton:hover, QToolButton:hover {{ background: {c.sunken}; border-color: {c.accent}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {c.line}; }}
    QPushButton:checked {{ background: {c.agent_bubble}; border: 2px solid {c.accent}; font-weight: 600; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {c.disabled}; background: {c.window}; border-style: dashed; }}
    QPushButton[main="true"] {{ background: {c.accent}; border-color: {c.accent}; color: {c.on_accent};
        font-size: {strong}px; font-weight: 600; padding: 8px 20px; }}
    QPushButton[main="true"]:disabled {{ background: {c.window}; color: {c.disabled}; border-color: {c.line}; }}
    QPushButton[slim="true"] {{ padding: 1px 8px; font-size: {small}px; }}
    QPushButton[big="true"] {{ font-size: {strong}px; padding: 8px 16px; }}
    QLineEdit, QSpinBox, QDoubleSpinBox {{ {control}
        placeholder-text-color: {c.muted}; padding: 5px 8px; min-height: 20px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{ color: {c.disabled};
        placeholder-text-color: {c.disabled}; background: {c.window}; border-style: dashed; }}
    QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; }}
    QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:disabled {{ border: none; padding: 0; min-height: 0;
        background: transparent; }}
    QPushButton:focus, QToolButton:focus, QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QTextEdit:focus, QListView:focus {{ border: 2px solid {c.focus}; }}
    QPushButton[main="true"]:focus {{ border: 2px solid {c.text}; }}
    QTextEdit, QListView {{ border: 2px solid transparent; border-radius: 6px;
        background: {c.surface}; color: {c.text}; placeholder-text-color: {c.muted}; }}
    QListView::item {{ padding: 3px; }}
    QListView::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
    QCheckBox {{ spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 6px; }}
    QCheckBox:focus {{ border-color: {c.focus}; }}
    QCheckBox::indicator {{ width: {mark}px; height: {mark}px; border: 2px solid {c.muted}; border-radius: 4px; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; }}
    QCheckBox:disabled {{ color: {c.disabled}; }}
    QCheckBox::indicator:disabled {{ border-color: {c.line}; }}
    QCheckBox::indicator:checked:disabled {{ background: {c.disabled}; border-color: {c.disabled}; }}
    QMenuBar {{ background: {c.window}; color: {c.text}; }}
    QMenuBar::item:selected, QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
    QMenu {{ background: {c.surface}; color: {c.text}; border: {c.border}px solid {c.line}; }}
    QMenu::item:disabled {{ color: {c.disabled}; }}
    QMenu::separator {{ height: {c.border}px; margin: 3px 8px; background: {c.line}; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {c.muted}; border-radius: 3px; min-height: 28px; margin: 2px 3px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; height: 0; }}
    QSplitter::handle {{ background: transparent; }}
    """
