"""The library: every kept call, found by words and filters, and opened with one key; recordings are dropped here.

Looking up, reading and importing happen beside the Qt thread; each shows what it does and can be stopped.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from models.speech import Cancelled
from ui.i18n.language import say
from ui.overlay import desktop
from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE, Theme
from ui.window.banner import Banner
from voiceassist.coach.index import Entry, Index, Query, Sort
from voiceassist.coach.notes import author
from voiceassist.coach.share import ENDING, share
from voiceassist.config import settings
from voiceassist.core.errors import InputError
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message
from voiceassist.session.import_call import Planned, import_call, plan
from voiceassist.storage import Library, audit

TYPING_MS = 150
"""Without a key before what is typed is looked for."""
SHOWN = 500
"""Calls in the table at most: who looks for one among more says more about it."""
HIGH = 0.65
RISING = 0.35
"""Highest scores from which a call is offered as one with high or raised agitation."""

COLUMNS = (Sort.DATE, None, Sort.LENGTH, Sort.PEAK, Sort.CUES, Sort.NOTES, Sort.REFERENCE, None)
"""What a click on each heading sorts by."""
_ABOUT = 1
AnyIndex = QModelIndex | QPersistentModelIndex


class LibraryModel(QAbstractTableModel):
    """The calls that were found, one a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (
            self.tr("Began"),
            self.tr("About"),
            self.tr("Length"),
            self.tr("Peak"),
            self.tr("Cues"),
            self.tr("Notes"),
            self.tr("Reference"),
            self.tr("Agent"),
        )[section]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry, column = self.entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (2, 3, 4, 5):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and column == _ABOUT:
            return html.escape(self._text(entry, column))
        return None

    def _text(self, entry: Entry, column: int) -> str:
        match column:
            case 0:
                return day_and_time(entry.created)
            case 1:
                if entry.snippets:
                    return entry.snippets[0].text
                return say(entry.about)
            case 2:
                return clock(entry.duration_ms / 1000) + (" …" if entry.cut_off else "")
            case 3:
                return "–" if entry.peak is None else QLocale().toString(entry.peak, "f", 2)
            case 4:
                return str(entry.cues)
            case 5:
                return str(entry.notes) if entry.notes else ""
            case 6:
                return entry.reference
        return entry.agent


class LibraryWindow(QMainWindow):
    """`open_asked` is told which call is to be replayed, from how many seconds on."""

    open_asked = Signal(Path, float)

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self._theme, self._preferences = theme, preferences
        self._root = preferences.now.library
        self.setWindowTitle(self.tr("Kept calls"))
        self.setAcceptDrops(True)
        self.banner = Banner(theme)
        self._sort, self._ascending = Sort.MATCH, False
        self._searching: Task | None = None
        self._reading: Task | None = None
        self._importing: Task | None = None
        self._sharing: Task | None = None
        self._looking: Task | None = None
        self._deleting: Task | None = None
        self._queue: list[Planned] = []
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(self.search)
        self.model = LibraryModel()
        column = QVBoxLayout()
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[3])
        column.addWidget(self.banner)
        column.addLayout(self._make_top())
        column.addLayout(self._make_filters())
        column.addWidget(self._make_results(), 1)
        column.addWidget(self._make_progress())
        body = QWidget()
        body.setLayout(column)
        self.setCentralWidget(body)
        desktop.resize(self, round(1100 * theme.text_scale), round(720 * theme.text_scale))
        self._make_keys()
        self.words.setFocus()

    # --- parts --------------------------------------------------------------------------------------------------------

    def _make_top(self) -> QHBoxLayout:
        self.words = QLineEdit(clearButtonEnabled=True)
        self.words.setPlaceholderText(self.tr("Search what was said or noted"))
        self.words.setAccessibleName(self.tr("Search what was said or noted"))
        self.words.textChanged.connect(lambda: self._typed.start())
        self.words.returnPressed.connect(self.table_focus)
        self.import_button = QPushButton(self.tr("&Import…"))
        self.import_button.clicked.connect(self.choose_files)
        line = QHBoxLayout()
        line.setSpacing(SPACE[3])
        line.addWidget(self.words, 1)
        line.addWidget(self.import_button)
        return line

    def _make_filters(self) -> QGridLayout:
        self.date = self._choice(
            self.tr("When"),
            [
                (self.tr("Any day"), 0),
                (self.tr("Last 7 days"), 7),
                (self.tr("Last 30 days"), 30),
                (self.tr("Last year"), 365),
            ],
        )
        self.length = self._choice(
            self.tr("Length"),
            [(self.tr("Any length"), 0), (self.tr("Over 2 minutes"), 2), (self.tr("Over 10 minutes"), 10)],
        )
        self.peak = self._choice(
            self.tr("Peak"),
            [(self.tr("Any agitation"), 0.0), (self.tr("Raised"), RISING), (self.tr("High"), HIGH)],
        )
        self.cue = self._choice(self.tr("Cue"), [(self.tr("Any cue"), "")])
        self.tag = self._choice(self.tr("Tag"), [(self.tr("Any tag"), "")])
        self.agent = self._choice(self.tr("Agent"), [(self.tr("Any agent"), "")])
        self.promise = QCheckBox(self.tr("Open &promise"))
        self.unseen = QCheckBox(self.tr("&Unseen notes"))
        grid = QGridLayout()
        grid.setSpacing(SPACE[2])
        rows = ((self.date, self.length, self.peak, self.promise), (self.cue, self.tag, self.agent, self.unseen))
        for row, widgets in enumerate(rows):
            for place, widget in enumerate(widgets):
                grid.addWidget(widget, row, place)
                grid.setColumnStretch(place, int(place < 3))
        for box in (self.promise, self.unseen):
            box.toggled.connect(self.search)
        return grid

    def _choice(self, name: str, choices: list[tuple[str, object]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setMinimumContentsLength(6)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for text, value in choices:
            box.addItem(text, value)
        box.currentIndexChanged.connect(self.search)
        return box

    def _make_results(self) -> QStackedWidget:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Kept calls"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_ABOUT, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        self.table.doubleClicked.connect(lambda: self.open_selected())
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_details())
        self.details = QTextBrowser(openLinks=False)
        self.details.setAccessibleName(self.tr("What was found in this call"))
        self.details.anchorClicked.connect(self._open_link)
        self.open_button = self._button(self.tr("&Open"), self.open_selected)
        self.share_button = self._button(self.tr("&Share…"), self.share_selected)
        self.delete_button = self._button(self.tr("&Delete…"), self.delete_selected)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[2])
        self.count = QLabel()
        self.count.setProperty("role", "small")
        buttons.addWidget(self.count, 1)
        for button in (self.delete_button, self.share_button, self.open_button):
            buttons.addWidget(button)
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE[2])
        inside.addWidget(self.details, 1)
        inside.addLayout(buttons)
        found = QSplitter(Qt.Orientation.Vertical)
        found.setChildrenCollapsible(False)
        found.addWidget(self.table)
        found.addWidget(below)
        found.setStretchFactor(0, 3)
        found.setStretchFactor(1, 1)
        self.nothing = QLabel(wordWrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_button = QPushButton()
        self.nothing_button.clicked.connect(self._out_of_nothing)
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addStretch(1)
        middle.addWidget(self.nothing)
        middle.addWidget(self.nothing_button, 0, Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(1)
        self.results = QStackedWidget()
        self.results.addWidget(found)
        self.results.addWidget(empty)
        return self.results

    def _make_progress(self) -> QFrame:
        self.progress = QFrame()
        self.progress_name = QLabel()
        self.progress_name.setTextFormat(Qt.TextFormat.PlainText)
        self.progress_bar = QProgressBar(maximum=1000)
        self.progress_bar.setAccessibleName(self.tr("Progress"))
        self.stop_button = self._button(self.tr("Sto&p"), self.stop)
        line = QHBoxLayout(self.progress)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE[3])
        line.addWidget(self.progress_name, 1)
        line.addWidget(self.progress_bar, 2)
        line.addWidget(self.stop_button)
        self.progress.hide()
        return self.progress

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: act())
        return button

    def _make_keys(self) -> None:
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Find), lambda: self.words.setFocus()),
            (QKeySequence("Ctrl+I"), self.choose_files),
            (QKeySequence("F5"), self.read),
            (QKeySequence("Ctrl+W"), self.close),
        ):
            QShortcut(keys, self).activated.connect(act)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            enter = QShortcut(QKeySequence(key), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            enter.activated.connect(self.open_selected)
        delete = QAction(self.table, shortcut=QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(lambda: self.delete_selected())
        self.table.addAction(delete)

    # --- finding ------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.read()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Reading and searching end; an import goes on behind a window that may come back."""
        self._typed.stop()
        for task in (self._searching, self._reading):
            if task is not None:
                task.cancel()
        self._searching = self._reading = None
        super().closeEvent(event)

    def query(self) -> Query:
        """What the fields ask for."""
        days, minutes, peak = self.date.currentData(), self.length.currentData(), self.peak.currentData()
        return Query(
            words=self.words.text(),
            since=datetime.now().astimezone() - timedelta(days=days) if days else None,
            shortest_ms=minutes * 60_000 or None,
            peak_at_least=peak or None,
            cue=self.cue.currentData() or "",
            tag=self.tag.currentData() or "",
            agent=self.agent.currentData() or "",
            open_promise=self.promise.isChecked(),
            unseen_by=author(self._preferences.now.note_author) if self.unseen.isChecked() else "",
            sort=self._sort,
            ascending=self._ascending,
            limit=SHOWN,
        )

    def read(self) -> None:
        """Take in what changed in the library, and show it; what is known already is shown at once."""
        self.search()
        self._root = root = self._preferences.now.library

        def work(task: Task) -> tuple[dict[str, list[str]], list[Message]]:
            def goes_on(done: int, total: int) -> bool:
                if total > 1:
                    task.report(done / total)
                return not task.cancelled

            with Index(root) as index:
                index.refresh(thorough=True, progress=goes_on)
                return index.choices(), index.warnings

        self._reading = Task(work, self, after=self._reading)
        self._reading.progressed.connect(lambda share: self._show_progress(self.tr("Reading calls"), share))
        self._reading.succeeded.connect(self._have_read)
        self._reading.failed.connect(self._reading_failed)
        self._reading.start()

    def _have_read(self, result: tuple[dict[str, list[str]], list[Message]]) -> None:
        choices, warnings = result
        self._reading = None
        self._hide_progress()
        for box, name in ((self.cue, "cue"), (self.tag, "tag"), (self.agent, "agent")):
            self._offer(box, choices[name])
        if warnings:
            self.banner.say(" ".join(say(warning) for warning in warnings[:3]), warns=True)
        self.search()

    def _reading_failed(self, error: Message) -> None:
        self._reading = None
        self._hide_progress()
        self._tell(error)

    def _offer(self, box: QComboBox, choices: list[str]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        while box.count() > 1:
            box.removeItem(1)
        for choice in choices:
            box.addItem(choice, choice)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)

    def search(self) -> None:
        query, root = self.query(), self._root

        def work(task: Task) -> tuple[Query, list[Entry], int]:
            with Index(root) as index:
                return query, index.search(query), index.count()

        self._searching = Task(work, self, after=self._searching)
        self._searching.succeeded.connect(self._found)
        self._searching.failed.connect(self._tell)
        self._searching.start()

    def _found(self, result: tuple[Query, list[Entry], int]) -> None:
        query, entries, whole = result
        selected = self.selected()
        self.model.show(entries)
        place = next((n for n, one in enumerate(entries) if selected is not None and one.id == selected.id), 0)
        if entries:
            self.table.selectRow(place)
        self.count.setText(self.tr("Calls: {0}").format(len(entries)))
        self.results.setCurrentIndex(0 if entries else 1)
        if not entries:
            asked = replace(query, sort=Sort.MATCH, ascending=False, limit=SHOWN) != Query(limit=SHOWN)
            if whole and asked:
                self.nothing.setText(self.tr("No kept call is like that."))
                self.nothing_button.setText(self.tr("&Clear search and filters"))
            else:
                self.nothing.setText(
                    self.tr("No calls are kept yet. Drop recordings or shared calls here, or import them.")
                )
                self.nothing_button.setText(self.tr("I&mport recordings…"))
            self.nothing_button.setProperty("clears", bool(whole and asked))
        self._show_details()

    def _out_of_nothing(self) -> None:
        if not self.nothing_button.property("clears"):
            self.choose_files()
            return
        for box in (self.date, self.length, self.peak, self.cue, self.tag, self.agent):
            box.setCurrentIndex(0)
        self.promise.setChecked(False)
        self.unseen.setChecked(False)
        self.words.clear()
        self.words.setFocus()

    def _sort_by(self, column: int) -> None:
        sort = COLUMNS[column]
        if sort is None:
            return
        self._ascending = not self._ascending if sort is self._sort else False
        self._sort = sort
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(True)
        order = Qt.SortOrder.AscendingOrder if self._ascending else Qt.SortOrder.DescendingOrder
        header.setSortIndicator(column, order)
        self.search()

    # --- one call -----------------------------------------------------------------------------------------------------

    def selected(self) -> Entry | None:
        row = self.table.currentIndex().row()
        return self.model.entries[row] if 0 <= row < len(self.model.entries) else None

    def table_focus(self) -> None:
        self.table.setFocus()

    def _show_details(self) -> None:
        entry = self.selected()
        for button in (self.open_button, self.share_button, self.delete_button):
            button.setEnabled(entry is not None)
        if entry is None:
            self.details.clear()
            return
        lines = [f"<p>{html.escape(say(entry.about))}</p>"]
        facts = [entry.sources, entry.model, self.tr("shared by {0}").format(entry.agent) if entry.agent else ""]
        if entry.open_promises:
            facts.append(self.tr("Open promises: {0}").format(entry.open_promises))
        lines.append(f"<p>{html.escape(' · '.join(fact for fact in facts if fact))}</p>")
        who = {"agent": self.tr("Agent"), "caller": self.tr("Caller"), "note": self.tr("Note")}
        for snippet in entry.snippets:
            text, at = "", 0
            for start, end in snippet.marks:
                text += html.escape(snippet.text[at:start]) + f"<b>{html.escape(snippet.text[start:end])}</b>"
                at = end
            text += html.escape(snippet.text[at:])
            moment = clock(snippet.start_ms / 1000)
            lines.append(f'<p><a href="at:{snippet.start_ms}">{moment}</a> {who.get(snippet.who, "")}: {text}</p>')
        self.details.setHtml("".join(lines))

    def open_selected(self) -> None:
        entry = self.selected()
        if entry is not None:
            self._open(entry, entry.snippets[0].start_ms / 1000 if entry.snippets else 0.0)

    def _open_link(self, link: QUrl) -> None:
        entry = self.selected()
        if entry is not None and link.scheme() == "at":
            self._open(entry, int(link.path()) / 1000)

    def _open(self, entry: Entry, at: float) -> None:
        root, reader = self._root, author(self._preferences.now.note_author)

        def see(task: Task) -> None:
            with Index(root) as index:
                index.see(entry.id, reader)

        Task(see, self).start()
        self.open_asked.emit(root / entry.id, at)

    def share_selected(self) -> None:
        entry = self.selected()
        if entry is None:
            return
        suggested = str(Path.home() / (entry.id + ENDING))
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Share a call"), suggested, f"*{ENDING}")
        if chosen:
            self.share_to(entry, Path(chosen))

    def share_to(self, entry: Entry, target: Path) -> None:
        """Redacted and without sound: `voiceassist calls share` can do more."""
        library, name = Library(self._root), author(self._preferences.now.note_author)

        def work(task: Task) -> Path:
            path = share(library.find(entry.id), target, shared_by=name)
            audit.record(library.root, "shared", entry.id)
            return path

        self._sharing = Task(work, self)
        self._sharing.succeeded.connect(
            lambda path: self.banner.say(
                self.tr(
                    "Written: {0}. Numbers, addresses and the sound are left out; names of people are not: look through"
                    " it before you hand it on."
                ).format(path)
            )
        )
        self._sharing.failed.connect(self._tell)
        self._sharing.start()

    def delete_selected(self) -> None:
        entry = self.selected()
        if entry is None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Delete this call with its sound and notes?"))
        box.setInformativeText(self.tr("It cannot be brought back."))
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete.clicked.connect(lambda: self.delete(entry))
        box.open()

    def delete(self, entry: Entry) -> None:
        root = self._root

        def work(task: Task) -> None:
            library = Library(root)
            library.delete(library.find(entry.id))
            audit.record(root, "deleted", entry.id)
            with Index(root) as index:
                index.update(entry.id)

        self._deleting = Task(work, self)
        self._deleting.succeeded.connect(lambda _: self.search())
        self._deleting.failed.connect(self._tell)
        self._deleting.start()

    # --- importing ----------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.bring_in([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def choose_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Import recordings or shared calls"))
        if chosen:
            self.bring_in([Path(name) for name in chosen])

    def bring_in(self, paths: list[Path]) -> None:
        """Import what these files and folders hold, one after the other; more may be added meanwhile."""

        def work(task: Task) -> list[Planned]:
            if not settings.load().may_keep_calls:
                raise InputError("import-forbidden")
            return plan(paths)

        self._looking = Task(work, self)
        self._looking.succeeded.connect(self._planned)
        self._looking.failed.connect(self._tell)
        self._looking.start()

    def _planned(self, planned: list[Planned]) -> None:
        if not planned:
            self._tell(InputError("import-nothing").message)
            return
        self._queue += planned
        if self._importing is None:
            self.banner.say("")
            self._import_next()

    def _import_next(self) -> None:
        if not self._queue:
            self._importing = None
            self._hide_progress()
            self.read()
            return
        planned = self._queue.pop(0)
        chosen, root = self._preferences.now, self._root

        def work(task: Task) -> list[Message]:
            warnings: list[Message] = []

            def goes_on(share: float) -> None:
                if task.cancelled:
                    raise Cancelled
                task.report(share)

            import_call(planned, chosen, root, progress=goes_on, warn=warnings.append)
            return warnings

        name = planned.name if not self._queue else self.tr("{0} (and {1} more)").format(planned.name, len(self._queue))
        self._show_progress(self.tr("Importing {0}").format(name), 0.0)
        self._importing = Task(work, self)
        self._importing.progressed.connect(
            lambda share: self._show_progress(self.tr("Importing {0}").format(name), share)
        )
        self._importing.succeeded.connect(self._imported)
        self._importing.failed.connect(self._not_imported)
        self._importing.start()

    def _imported(self, warnings: list[Message]) -> None:
        if warnings:
            self._tell(warnings[0])
        self._importing = None
        self._import_next()

    def _not_imported(self, error: Message) -> None:
        self._tell(error)
        self._importing = None
        self._import_next()

    def stop(self) -> None:
        """Stop what goes on: of an import nothing is kept, and nothing more is imported."""
        self._queue.clear()
        for task in (self._importing, self._reading):
            if task is not None:
                task.cancel()
        self._importing = self._reading = None
        self._hide_progress()
        self.search()

    # --- telling ------------------------------------------------------------------------------------------------------

    def _tell(self, error: Message) -> None:
        self.banner.say(say(error), warns=True)

    def _show_progress(self, name: str, share: float) -> None:
        self.progress_name.setText(name)
        self.progress_bar.setValue(round(1000 * share))
        self.progress.show()

    def _hide_progress(self) -> None:
        if self._importing is None:
            self.progress.hide()


def day_and_time(when: datetime) -> str:
    """With the month's name: no two countries agree on the order of the figures."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(round(when.timestamp())), "d MMM yyyy HH:mm")
