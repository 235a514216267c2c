"""The settings, made from the one option table: searched, reset one by one, and locked where somebody above decided.

A choice counts and is written down as soon as it is made. The window knows no option by name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.choice import Choice
from ui.preferences import Preferences
from ui.theme import SPACE, Theme
from voiceassist.settings import Layer, Option, Value, options

MANY = 1_000_000
translate = QCoreApplication.translate


class Editor:
    """One widget for one type of option, with one way to read and one to show its value."""

    def __init__(self, widget: QWidget, show: Callable[[Value], object], read: Callable[[], Value]) -> None:
        self.widget, self.show, self.read = widget, show, read


def make_editor(option: Option, theme: Theme, changed: Callable[[], object]) -> Editor:
    """The widget that fits the option's type; `changed` is called when the person has made a choice."""
    if option.choices:
        combo = Choice(theme)
        combo.addItems(option.choices)
        combo.activated.connect(lambda _: changed())
        return Editor(combo, lambda v: combo.setCurrentText(str(v)), combo.currentText)
    if option.type is bool:
        box = QCheckBox()
        on, off = translate("SettingsWindow", "On"), translate("SettingsWindow", "Off")
        box.setText(off)
        box.toggled.connect(lambda now: box.setText(on if now else off))
        box.clicked.connect(lambda _: changed())
        return Editor(box, lambda v: box.setChecked(bool(v)), box.isChecked)
    if option.type is int or option.type is float:
        return _number_editor(option, changed)
    line = QLineEdit()
    line.editingFinished.connect(changed)
    if option.type is Path:
        return Editor(line, lambda v: line.setText(str(v)), lambda: Path(line.text()))
    if option.type is str:
        return Editor(line, lambda v: line.setText(str(v)), line.text)
    line.setPlaceholderText(translate("SettingsWindow", "one, another, a third"))
    return Editor(
        line,
        lambda v: line.setText(", ".join(v) if isinstance(v, tuple) else str(v)),
        lambda: tuple(part.strip() for part in line.text().split(",") if part.strip()),
    )


def _number_editor(option: Option, changed: Callable[[], object]) -> Editor:
    low, high = option.about.at_least, option.about.at_most
    low, high = -MANY if low is None else low, MANY if high is None else high
    unit = f" {option.about.unit}" if option.about.unit else ""
    if option.type is int:
        whole = QSpinBox(minimum=int(low), maximum=int(high), suffix=unit)
        whole.setKeyboardTracking(False)
        whole.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        whole.valueChanged.connect(lambda _: changed())
        return Editor(whole, lambda v: whole.setValue(int(str(v))), whole.value)
    real = QDoubleSpinBox(minimum=low, maximum=high, suffix=unit, decimals=2, singleStep=(high - low) / 20)
    real.setKeyboardTracking(False)
    real.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    real.valueChanged.connect(lambda _: changed())
    return Editor(real, lambda v: real.setValue(float(str(v))), real.value)


def title(option: Option) -> str:
    """The option's name as a person reads it."""
    return option.name.replace("_", " ").capitalize()


class OptionRow(QWidget):
    """One option: its name, what it is for, the editor, and who decided it."""

    def __init__(self, option: Option, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self._showing = False
        self._preferences, self._theme = preferences, theme
        name = QLabel(title(option))
        name.setProperty("role", "strong")
        about = QLabel(option.about.help.replace("`", ""))
        about.setProperty("role", "small")
        about.setWordWrap(True)
        self._who = QLabel()
        self._who.setProperty("role", "small")
        self.editor = make_editor(option, theme, self._changed)
        self.editor.widget.setAccessibleName(title(option))
        self.editor.widget.setAccessibleDescription(option.about.help)
        self.editor.widget.setMinimumSize(220, 30)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setProperty("slim", "true")
        self.reset.setAccessibleName(self.tr("Reset {0}").format(title(option)))
        self.reset.clicked.connect(lambda: preferences.change(**{option.name: None}))

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(about)
        words.addWidget(self._who)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, SPACE[1], 0, SPACE[1])
        line.setSpacing(SPACE[4])
        line.addLayout(words, 1)
        line.addWidget(self.editor.widget)
        if option.type is Path:
            line.addWidget(self._make_chooser())
        line.addWidget(self.reset)
        preferences.changed.connect(self.refresh)
        self.refresh()

    def _make_chooser(self) -> QPushButton:
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose a folder: {0}").format(title(self.option)))
        self.choose.clicked.connect(self._choose)
        return self.choose

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, title(self.option), str(self.editor.read()))
        if folder:
            self._preferences.change(**{self.option.name: Path(folder)})

    def _changed(self) -> None:
        if self._showing:
            return
        value = self.editor.read()
        if value != getattr(self._preferences.now, self.option.name):
            self._preferences.change(**{self.option.name: value})
            self.refresh()

    def refresh(self) -> None:
        loaded = self._preferences.loaded
        layer = loaded.origins[self.option.name].layer
        free = loaded.may_change(self.option.name)
        self._showing = True
        self.editor.show(getattr(loaded.settings, self.option.name))
        self._showing = False
        self.editor.widget.setEnabled(free)
        if self.option.type is Path:
            self.choose.setEnabled(free)
        self.reset.setVisible(layer is Layer.USER)
        words = {
            Layer.POLICY: self.tr("Managed by your organisation."),
            Layer.MACHINE: self.tr("Set for this computer by whoever looks after it."),
        }.get(layer, "" if free else self.tr("Can only be set for the whole computer."))
        self._who.setText(words)
        self._who.setVisible(bool(words))

    def matches(self, words: str) -> bool:
        """Whether every one of the words is in the option's name, section or help."""
        about = self.option.about
        text = f"{self.option.name} {title(self.option)} {about.section} {about.help}".casefold()
        return all(word in text for word in words.casefold().split())


class SettingsWindow(QDialog):
    """All options by section."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(760, 640)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._error = QLabel()
        self._error.setWordWrap(True)
        self._error.hide()
        preferences.refused.connect(self._refused)
        preferences.changed.connect(self._error.hide)
        self._none = QLabel(self.tr("No setting fits these words."))
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.hide()

        self.rows: list[OptionRow] = []
        self._panels: list[tuple[QFrame, list[OptionRow]]] = []
        column = QVBoxLayout()
        column.setSpacing(SPACE[3])
        for section in dict.fromkeys(option.about.section for option in options().values()):
            column.addWidget(self._make_section(section, preferences, theme))
        column.addWidget(self._none)
        column.addStretch(1)
        inside = QWidget()
        inside.setObjectName("column")
        inside.setLayout(column)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close = QPushButton(self.tr("&Close"))
        close.clicked.connect(self.accept)
        top = QVBoxLayout(self)
        top.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        top.setSpacing(SPACE[3])
        top.addWidget(self.search)
        top.addWidget(self._error)
        top.addWidget(scroll, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return ends the writing in a line; it must not press the nearest button

    def _make_section(self, section: str, preferences: Preferences, theme: Theme) -> QFrame:
        frame = QFrame()
        frame.setProperty("panel", "true")
        heading = QLabel(section)
        heading.setProperty("role", "heading")
        column = QVBoxLayout(frame)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        column.addWidget(heading)
        rows = [
            OptionRow(option, preferences, theme) for option in options().values() if option.about.section == section
        ]
        for row in rows:
            column.addWidget(row)
        self.rows += rows
        self._panels.append((frame, rows))
        return frame

    def _filter(self, words: str) -> None:
        found = False
        for frame, rows in self._panels:
            fitting = [row.matches(words) for row in rows]
            for row, fits in zip(rows, fitting, strict=True):
                row.setVisible(fits)
            frame.setVisible(any(fitting))
            found = found or any(fitting)
        self._none.setVisible(not found)

    def _refused(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.show()
