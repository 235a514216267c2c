"""The settings, made from the one option table: searched, reset one by one, and locked where somebody above decided.

A choice counts and is written down as soon as it is made. The window knows no option by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.dialogs import offers
from ui.dialogs.choice import Check, Choice
from ui.dialogs.wrong_cues import WrongCuesList
from ui.i18n.language import say
from ui.overlay import desktop
from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE, Theme
from ui.window.column import Column
from voiceassist.config.options import Option, Section, Value, options
from voiceassist.config.settings import Layer
from voiceassist.core.messages import Message

MANY = 1_000_000
EDITOR_WIDTH = 340
"""Logical pixels for an editor with what belongs to it: wide enough for the longest choice, and for what stands in an
empty line beside a button. The same in every row, so that the eye finds all of them in one column."""
WIDEST = 1.5
"""Text size up to which that column grows along."""
translate = QCoreApplication.translate


def words(text: str) -> str:
    """A text of the option table in the person's language."""
    return translate("Settings", text) if text else ""


def title(option: Option) -> str:
    """The option's name as a person reads it."""
    return words(option.about.label)


def explanation(option: Option) -> str:
    """What the option is for."""
    return words(option.about.help).replace("`", "")


class Editor:
    """One widget for one type of option, with one way to read and one to show its value."""

    def __init__(self, widget: QWidget, show: Callable[[Value], object], read: Callable[[], Value]) -> None:
        self.widget, self.show, self.read = widget, show, read


def make_editor(option: Option, theme: Theme, changed: Callable[[], object]) -> Editor:
    """The widget that fits the option's type; `changed` is called when the person has made a choice."""
    if option.choices:
        combo = Choice(theme)
        for value, name in zip(option.choices, option.about.choices or option.choices, strict=True):
            combo.addItem(words(name), value)
        combo.activated.connect(lambda _: changed())
        return Editor(combo, lambda v: combo.setCurrentIndex(combo.findData(v)), combo.currentData)
    if option.type is bool:
        box = Check(theme)
        on, off = translate("SettingsWindow", "On"), translate("SettingsWindow", "Off")
        box.setText(off)
        box.toggled.connect(lambda now: box.setText(on if now else off))
        box.clicked.connect(lambda _: changed())
        return Editor(box, lambda v: box.setChecked(bool(v)), box.isChecked)
    if option.type is int or option.type is float:
        return _number_editor(option, changed)
    line = QLineEdit()
    line.setPlaceholderText(words(option.about.empty))
    line.editingFinished.connect(changed)
    if option.type is Path:
        return Editor(line, lambda v: line.setText(str(v)), lambda: Path(line.text()))
    if option.type is str:
        return Editor(line, lambda v: line.setText(str(v)), line.text)
    return Editor(
        line,
        lambda v: line.setText(", ".join(v) if isinstance(v, tuple) else str(v)),
        lambda: tuple(part.strip() for part in line.text().split(",") if part.strip()),
    )


def _number_editor(option: Option, changed: Callable[[], object]) -> Editor:
    """(The buttons are left away by the stylesheet: told to have none, Qt 6.12 leaves the figure no room.)"""
    low, high = option.about.at_least, option.about.at_most
    low, high = -MANY if low is None else low, MANY if high is None else high
    unit = f" {words(option.about.unit)}" if option.about.unit else ""
    if option.type is int:
        whole = QSpinBox(minimum=int(low), maximum=int(high), suffix=unit)
        whole.setKeyboardTracking(False)
        whole.lineEdit().setTextMargins(SPACE[2], 0, SPACE[2], 0)
        whole.valueChanged.connect(lambda _: changed())
        return Editor(whole, lambda v: whole.setValue(int(str(v))), whole.value)
    real = QDoubleSpinBox(minimum=low, maximum=high, suffix=unit, decimals=2, singleStep=(high - low) / 20)
    real.setKeyboardTracking(False)
    real.lineEdit().setTextMargins(SPACE[2], 0, SPACE[2], 0)
    real.valueChanged.connect(lambda _: changed())
    return Editor(real, lambda v: real.setValue(float(str(v))), real.value)


class OptionRow(QWidget):
    """One option: its name, what it is for, the editor, and who decided it."""

    def __init__(self, option: Option, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self._showing = False
        self._looking: Task | None = None
        self.menu: QMenu | None = None
        self._preferences, self._theme = preferences, theme
        name = QLabel(title(option))
        name.setProperty("role", "strong")
        about = QLabel(explanation(option))
        about.setProperty("role", "small")
        about.setWordWrap(True)
        self._who = QLabel()
        self._who.setProperty("role", "small")
        self.editor = make_editor(option, theme, self._changed)
        self.editor.widget.setAccessibleName(title(option))
        self.editor.widget.setAccessibleDescription(explanation(option))
        self.editor.widget.setMinimumHeight(30)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setProperty("slim", "true")
        self.reset.setAccessibleName(self.tr("Reset {0}").format(title(option)))
        self.reset.clicked.connect(lambda: preferences.change(**{option.name: None}))

        heading = QHBoxLayout()
        heading.setSpacing(SPACE[3])
        heading.addWidget(name)
        heading.addWidget(self.reset)
        heading.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addLayout(heading)
        text.addWidget(about)
        text.addWidget(self._who)
        self._right = QWidget()
        right = QHBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(SPACE[2])
        right.addWidget(self.editor.widget, 1)
        self.choose = self._make_chooser()
        if self.choose is not None:
            right.addWidget(self.choose)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, SPACE[1], 0, SPACE[1])
        line.setSpacing(SPACE[4])
        line.addLayout(text, 1)
        line.addWidget(self._right)
        preferences.changed.connect(self.refresh)
        theme.changed.connect(self._fit)
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        self._right.setFixedWidth(round(EDITOR_WIDTH * min(self._theme.text_scale, WIDEST)))

    def _make_chooser(self) -> QPushButton | None:
        """A button that leads to the values there are, for folders and for what this computer can tell."""
        if self.option.type is not Path and not self.option.about.offers:
            return None
        button = QPushButton(self.tr("Choose…"))
        button.setAccessibleName(self.tr("Choose: {0}").format(title(self.option)))
        button.clicked.connect(self._choose_folder if self.option.type is Path else self._look)
        return button

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, title(self.option), str(self.editor.read()))
        if folder:
            self._preferences.change(**{self.option.name: Path(folder)})

    def _look(self) -> None:
        """Ask the computer what there is, and offer that in a menu."""
        if self._looking is not None:
            return
        kind, now = self.option.about.offers, self._preferences.now
        self._looking = Task(lambda task: offers.offers(kind, now), self)
        self._looking.succeeded.connect(self._offer)
        self._looking.failed.connect(self._found_nothing)
        self._looking.start()

    def _offer(self, found: list[offers.Offer]) -> None:
        self._looking = None
        if self.choose is None or not self.isVisible():
            return
        menu = self.menu = QMenu(self)
        if self.option.about.empty:
            found = [("", words(self.option.about.empty)), *found]
        for value, name in found:
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == self.editor.read())
            action.triggered.connect(partial(self._choose_offer, value))
        if not found:
            menu.addAction(self.tr("There is none on this computer.")).setEnabled(False)
        menu.popup(self.choose.mapToGlobal(self.choose.rect().bottomLeft()))

    def _choose_offer(self, value: str) -> None:
        self._preferences.change(**{self.option.name: value})

    def _found_nothing(self, error: Message) -> None:
        self._looking = None
        self._preferences.refused.emit(error)

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
        if self.choose is not None:
            self.choose.setEnabled(free)
        self.reset.setVisible(layer is Layer.USER)
        who = {
            Layer.POLICY: self.tr("Managed by your organisation."),
            Layer.MACHINE: self.tr("Set for this computer by whoever looks after it."),
            Layer.DEFAULTS: self.tr("Your organisation's default; you may choose otherwise."),
        }.get(layer, "")
        self._who.setText(who)
        self._who.setVisible(bool(who))

    def matches(self, searched: str) -> bool:
        """Whether every word that is searched for is in the option's name, label, section or help."""
        section = words(self.option.about.section)
        text = f"{self.option.name} {title(self.option)} {section} {explanation(self.option)}".casefold()
        return all(word in text for word in searched.casefold().split())


class SettingsWindow(QDialog):
    """All options by section."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        desktop.resize(self, round(860 * theme.text_scale), round(680 * theme.text_scale))
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
        column.setContentsMargins(0, 0, SPACE[2], 0)
        column.setSpacing(SPACE[3])
        for section in dict.fromkeys(option.about.section for option in options().values()):
            column.addWidget(self._make_section(section, preferences, theme))
        column.addWidget(self._none)
        column.addStretch(1)
        self.area = Column(column)
        close = QPushButton(self.tr("&Close"))
        close.clicked.connect(self.accept)
        top = QVBoxLayout(self)
        top.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        top.setSpacing(SPACE[3])
        top.addWidget(self.search)
        top.addWidget(self._error)
        top.addWidget(self.area, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return ends the writing in a line; it must not press the nearest button

    def _make_section(self, section: Section, preferences: Preferences, theme: Theme) -> QFrame:
        frame = QFrame()
        frame.setProperty("panel", "true")
        heading = QLabel(words(section))
        heading.setProperty("role", "heading")
        column = QVBoxLayout(frame)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        column.addWidget(heading)
        rows = [
            OptionRow(option, preferences, theme) for option in options().values() if option.about.section == section
        ]
        for row in rows:
            column.addWidget(row)
        if section is Section.CUES:
            column.addWidget(WrongCuesList(preferences))
        self.rows += rows
        self._panels.append((frame, rows))
        return frame

    def _filter(self, searched: str) -> None:
        found = False
        for frame, rows in self._panels:
            fitting = [row.matches(searched) for row in rows]
            for row, fits in zip(rows, fitting, strict=True):
                row.setVisible(fits)
            frame.setVisible(any(fitting))
            found = found or any(fitting)
        self._none.setVisible(not found)

    def _refused(self, error: Message) -> None:
        self._error.setText(say(error))
        self._error.show()
