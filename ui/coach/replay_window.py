"""The replay of one kept call: timeline, transport, transcript and notes, in step with the sound."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.coach import acts, spectrogram
from ui.coach.notes_panel import NotesPanel, day_and_time
from ui.coach.recording import Recording, load, sample
from ui.coach.shortcuts import ShortcutSheet
from ui.coach.timeline import ZOOM_STEP, Mark, Timeline, precise, side
from ui.coach.words import Words
from ui.i18n.language import say
from ui.overlay import desktop
from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE, Theme
from ui.window.banner import Banner
from voiceassist.coach import peaks
from voiceassist.coach.notes import NoteEntry
from voiceassist.coach.playback import SPEEDS, Player
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import system_reason
from voiceassist.core.events import Channel
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message
from voiceassist.storage import audit

TICK_MS = 33
"""Between looks at where the call is heard, while it plays."""
BOTH = frozenset(Channel)
JUST_HEARD = SAMPLE_RATE
"""Going back to the cue before goes past one that began within the last second."""


class _Scroller(QScrollArea):
    """Scrolls where the screen is too small; its keys are the window's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class ReplayWindow(QMainWindow):
    """Opens `folder` beside the Qt thread and shows it, heard from `at` seconds on."""

    opened = Signal()
    closed = Signal()

    def __init__(
        self,
        folder: Path,
        theme: Theme,
        preferences: Preferences,
        at: float = 0.0,
        player: Callable[[Recording], Player] | None = None,
    ) -> None:
        """`player` makes what plays; a test has one of its own."""
        super().__init__()
        self._theme, self._preferences = theme, preferences
        self._make_player = player or (lambda recording: Player(recording.reader))
        self._at = at
        self.setWindowTitle(self.tr("Replay"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.recording: Recording | None = None
        self.player: Player | None = None
        self.banner = Banner(theme)
        self._warnings: list[str] = []
        self._building: Task | None = None
        self._loading_acts: Task | None = None
        self._drawing: Task | None = None
        self._solo = BOTH
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        self._column.setSpacing(SPACE[3])
        self._column.addWidget(self.banner)
        self._waiting = QLabel(self.tr("Opening the call…"))
        self._column.addWidget(self._waiting, 1, Qt.AlignmentFlag.AlignCenter)
        body = QWidget()
        body.setObjectName("column")
        body.setLayout(self._column)
        area = _Scroller()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        self.setCentralWidget(area)
        desktop.resize(self, round(1320 * theme.text_scale), round(860 * theme.text_scale))
        theme.changed.connect(self._restyle)
        self._heard = False

        def open_call(task: Task) -> Recording:
            recording = load(folder)
            audit.record(folder.parent, "opened", recording.meta.id)
            return recording

        self._opening = Task(open_call, self)
        self._opening.succeeded.connect(self._loaded)
        self._opening.failed.connect(self._not_opened)
        self._opening.start()

    # --- opening ------------------------------------------------------------------------------------------------------

    def _not_opened(self, error: Message) -> None:
        self._waiting.setText("")
        self.banner.say(say(error), warns=True)

    def _loaded(self, recording: Recording) -> None:
        self.recording = recording
        self._waiting.hide()
        self.player = self._make_player(recording)
        self.timeline = Timeline(recording, self._theme)
        self.words = Words(recording, self._theme)
        self.notes = NotesPanel(recording, self._preferences, self._theme)
        self._column.addLayout(self._make_top(recording))
        self._column.addWidget(self._panel(self._with_sides(self.timeline)))
        self._column.addWidget(self._panel(self._make_transport(recording)))
        self._column.addWidget(self._make_bottom(), 1)
        self.timeline.sought.connect(self.hear)
        self.timeline.selected.connect(self._selection_changed)
        self.timeline.viewed.connect(self._view_changed)
        self.words.sought.connect(self.hear)
        self.words.scrolled_away.connect(self._follow.setVisible)
        self.notes.sought.connect(self.hear)
        self.notes.changed.connect(self._notes_changed)
        self.notes.failed.connect(self._tell)
        for warning in recording.warnings:
            self._tell(warning)
        if recording.reader.samples:
            self.player.prepare()
        self.seek(sample(self._at))
        self.notes.reload()
        self._restyle()
        self.timeline.setFocus()
        self._begin_building()
        self._loading_acts = Task(lambda task: acts.recognised(recording.call.texts, lambda: task.cancelled), self)
        self._loading_acts.succeeded.connect(self.words.show_acts)
        self._loading_acts.start()
        self.opened.emit()

    def _begin_building(self) -> None:
        """Make the waveform where none is kept; what is there is shown meanwhile."""
        recording = self.recording
        assert recording is not None
        if recording.peaks.complete:
            self._found_lost()
            return

        def work(task: Task) -> Message | None:
            total = max(1, recording.reader.count)
            done = 0

            def filled(start: int, stop: int) -> None:
                nonlocal done
                done += 1
                task.report(done / total)

            whole = peaks.build(
                recording.reader,
                recording.peaks,
                begin_at=sample(self._at),
                filled=filled,
                cancelled=lambda: task.cancelled,
            )
            if whole:
                try:
                    peaks.save(recording.path, recording.reader, recording.peaks)
                except OSError as error:
                    return message("peaks-not-kept", folder=str(recording.path), reason=system_reason(error))
            return None

        self._building = Task(work, self)
        self._building.progressed.connect(self._peaks_grew)
        self._building.succeeded.connect(self._built)
        self._building.failed.connect(self._tell)
        self._building.start()

    def _peaks_grew(self, part: float) -> None:
        self.timeline.tiles.refresh()
        self.timeline.update()
        self._progress.setText("" if part >= 1 else self.tr("Waveform {0} %").format(round(part * 100)))

    def _built(self, trouble: Message | None) -> None:
        self._progress.setText("")
        if trouble is not None:
            self._tell(trouble)
        self._found_lost()

    def _found_lost(self) -> None:
        assert self.recording is not None
        self.timeline.tiles.refresh()
        self.timeline.update()
        for start, stop in self.recording.peaks.lost:
            self._tell(message("sound-lost", start=clock(start / SAMPLE_RATE), end=clock(stop / SAMPLE_RATE)))

    def _tell(self, what: Message) -> None:
        """Keep a sentence on screen; the same one stands there once."""
        words = say(what)
        if words and words not in self._warnings:
            self._warnings.append(words)
            self.banner.say("\n".join(self._warnings), warns=True)

    # --- the parts of the window --------------------------------------------------------------------------------------

    def _panel(self, content: QWidget) -> QFrame:
        frame = QFrame()
        frame.setProperty("panel", "true")
        column = QVBoxLayout(frame)
        column.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        column.addWidget(content)
        return frame

    def _make_top(self, recording: Recording) -> QHBoxLayout:
        begun = day_and_time(recording.meta.created)
        self.title = QLabel(self._title(recording))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "title")
        facts = [begun, clock(recording.samples / SAMPLE_RATE) + self.tr(" min")]
        if recording.call.reference:
            facts.append(self.tr("reference {0}").format(recording.call.reference))
        if recording.model:
            facts.append(self.tr("words by {0}").format(recording.model))
        about = QLabel(" · ".join(facts))
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setProperty("role", "small")
        self._progress = QLabel()
        self._progress.setProperty("role", "small")
        self.setWindowTitle(f"{self.title.text()} · {begun}")
        words = QVBoxLayout()
        words.setSpacing(SPACE[1])
        words.addWidget(self.title)
        words.addWidget(about)
        keys = self._button(self.tr("Keys (?)"), self.show_keys)
        top = QHBoxLayout()
        top.setSpacing(SPACE[3])
        top.addLayout(words, 1)
        top.addWidget(self._progress)
        top.addWidget(keys)
        return top

    def _title(self, recording: Recording) -> str:
        if recording.call.reference:
            return self.tr("Call {0}").format(recording.call.reference)
        names = dict.fromkeys(recording.meta.sources.values())
        return ", ".join(names) or self.tr("Call {0}").format(recording.meta.id)

    def _with_sides(self, timeline: Timeline) -> Timeline:
        """Puts name, solo and mute of each side beside its lane."""
        self._side_boxes: dict[Channel, QWidget] = {}
        self._solos: dict[Channel, QPushButton] = {}
        self._mutes: dict[Channel, QPushButton] = {}
        for channel in Channel:
            box = QWidget(timeline)
            name = QLabel(side(channel))
            name.setProperty("role", "strong")
            solo = self._button(self.tr("solo"), lambda c=channel: self.solo(c), slim=True)  # type: ignore[misc]
            mute = self._button(self.tr("mute"), lambda c=channel: self.mute(c), slim=True)  # type: ignore[misc]
            for button, what in ((solo, self.tr("Only {0}")), (mute, self.tr("Mute {0}"))):
                button.setCheckable(True)
                button.setAccessibleName(what.format(side(channel)))
                button.setToolTip(what.format(side(channel)))
            self._solos[channel], self._mutes[channel] = solo, mute
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(2)
            line.addWidget(solo)
            line.addWidget(mute)
            line.addStretch(1)
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addStretch(1)
            column.addWidget(name)
            column.addLayout(line)
            column.addStretch(1)
            self._side_boxes[channel] = box
        return timeline

    def _make_transport(self, recording: Recording) -> QWidget:
        self.why = QLabel()
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setProperty("role", "small")
        self.why.setAccessibleName(self.tr("Agitation and its reasons where the call is heard"))
        self.why.setMinimumWidth(1)
        self.play = QPushButton()
        self.play.setProperty("main", "true")
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.play.clicked.connect(self.play_or_pause)
        self.time = QLabel("0:00.0")
        self.time.setProperty("role", "title")
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance("0:00:00.0") + SPACE[4])
        self.time.setAccessibleName(self.tr("Where it is heard"))
        total = QLabel("/ " + clock(recording.samples / SAMPLE_RATE))
        total.setProperty("role", "small")
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE[1])
        line.addWidget(self.play)
        line.addSpacing(SPACE[2])
        line.addWidget(self.time)
        line.addWidget(total)
        line.addSpacing(SPACE[3])
        self._speeds = QButtonGroup(self)
        for speed in SPEEDS:
            words = QLocale().toString(speed, "g", 3) + "×"
            button = self._button(words, lambda s=speed: self.set_speed(s), slim=True)  # type: ignore[misc]
            button.setCheckable(True)
            button.setChecked(speed == 1.0)
            button.setAccessibleName(self.tr("Speed {0}").format(words))
            self._speeds.addButton(button)
            line.addWidget(button)
        line.addSpacing(SPACE[4])
        line.addWidget(self.why, 1)
        jumps = QHBoxLayout()
        jumps.setContentsMargins(0, 0, 0, 0)
        jumps.setSpacing(SPACE[1])
        for words, names, moments in (
            (self.tr("cue"), (self.tr("Cue before"), self.tr("Next cue")), self.cue_moments),
            (self.tr("note"), (self.tr("Note before"), self.tr("Next note")), self.note_moments),
            (self.tr("peak"), (self.tr("Peak before"), self.tr("Next peak")), recording.highest),
            (self.tr("overlap"), (self.tr("Overlap before"), self.tr("Next overlap")), self.overlap_moments),
        ):
            for step, label in ((-1, f"◂ {words}"), (1, f"{words} ▸")):
                go = self._button(label, lambda m=moments, s=step: self.go(m(), s), slim=True)  # type: ignore[misc]
                go.setAccessibleName(names[0 if step < 0 else 1])
                jumps.addWidget(go)
        jumps.addSpacing(SPACE[3])
        self.repeat = self._button(self.tr("repeat passage"), self.toggle_loop, slim=True)
        self.repeat.setCheckable(True)
        self.repeat.setEnabled(False)
        jumps.addWidget(self.repeat)
        jumps.addStretch(1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addLayout(line)
        column.addLayout(jumps)
        transport = QWidget()
        transport.setLayout(column)
        return transport

    def _make_bottom(self) -> QSplitter:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in this call"))
        self.search.setAccessibleName(self.tr("Find in this call"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find_changed)
        self.search.returnPressed.connect(lambda: self.find_next(1))
        self._found = QLabel()
        self._found.setProperty("role", "small")
        self._follow = self._button(self.tr("Follow the sound"), self.words.follow, slim=True)
        self._follow.hide()
        new = self._button(self.tr("New note (N)"), self.new_note)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(SPACE[3])
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setMinimumHeight(round(240 * self._theme.text_scale))
        self.splitter.addWidget(self._titled(self.tr("Transcript"), self.words, self._follow, self._found, self.search))
        self.splitter.addWidget(self._titled(self.tr("Notes"), self.notes, new))
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        return self.splitter

    def _titled(self, title: str, content: QWidget, *beside: QWidget) -> QFrame:
        frame = QFrame()
        frame.setProperty("panel", "true")
        heading = QLabel(title)
        heading.setProperty("role", "strong")
        line = QHBoxLayout()
        line.setSpacing(SPACE[2])
        line.addWidget(heading)
        line.addStretch(1)
        for widget in beside:
            line.addWidget(widget)
        column = QVBoxLayout(frame)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[3], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addLayout(line)
        column.addWidget(content, 1)
        return frame

    def _button(self, words: str, act: Callable[[], object], slim: bool = False) -> QPushButton:
        button = QPushButton(words)
        if slim:
            button.setProperty("slim", "true")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the timeline
        button.clicked.connect(lambda _=False: act())
        return button

    def _restyle(self) -> None:
        if self.recording is None:
            return
        colour = QColor(self._theme.colours.on_accent)
        playing = self.player is not None and self.player.playing
        self.play.setIcon(icons.icon("pause" if playing else "start", colour))
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))
        self.play.setToolTip(self.play.accessibleName() + " (" + self.tr("Space") + ")")
        self._place_sides()

    def _place_sides(self) -> None:
        self.timeline.names = max(box.sizeHint().width() for box in self._side_boxes.values())
        for channel, box in self._side_boxes.items():
            top, height = self.timeline.row(channel.value)
            box.setGeometry(0, top, self.timeline.gutter, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.recording is not None:
            self._place_sides()

    # --- hearing ------------------------------------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """The sample that is heard, or from which it goes on."""
        return round(self.player.position) if self.player is not None else 0

    def play_or_pause(self) -> None:
        assert self.player is not None
        assert self.recording is not None
        if self.player.playing:
            self.player.pause()
        elif self.recording.reader.samples:
            self.player.play()
            self.words.follow()
            self._record_heard(self.recording)
        self._tick()
        if self.player.playing:
            self._timer.start()

    def _record_heard(self, recording: Recording) -> None:
        """Once a window, beside the Qt thread, and to its end when the window is closed."""
        if not self._heard:
            self._heard = True
            Task(lambda task: audit.record(recording.path.parent, "heard", recording.meta.id)).start()

    def hear(self, at: int) -> None:
        """Play from this sample on."""
        assert self.player is not None
        self.seek(at)
        if not self.player.playing:
            self.play_or_pause()

    def seek(self, at: int) -> None:
        """Go to this sample; it plays on if it played."""
        assert self.player is not None
        assert self.recording is not None
        at = min(max(0, at), self.recording.samples)
        loop = self.player.loop
        if loop is not None and not loop[0] <= at < loop[1]:
            self.player.set_loop(None)
            self.repeat.setChecked(False)
        self.player.seek(at)
        self._show_position(at)

    def _tick(self) -> None:
        assert self.player is not None
        self.player.poll(time.monotonic())
        self._show_position(self.position)
        if self.player.trouble is not None:
            self._tell(self.player.trouble)
        if not self.player.playing:
            self._timer.stop()
        self._restyle_play()

    def _restyle_play(self) -> None:
        playing = self.player is not None and self.player.playing
        if (self.play.accessibleName() == self.tr("Pause")) != playing:
            self._restyle()

    def _show_position(self, at: int) -> None:
        assert self.player is not None
        self.timeline.set_position(at, follow=True)
        self.words.set_position(at)
        self.time.setText(precise(at))
        self.why.setText(self.timeline.why(at))
        self.why.setToolTip(self.why.text())

    def set_speed(self, speed: float) -> None:
        assert self.player is not None
        self.player.set_speed(speed)
        for button, one in zip(self._speeds.buttons(), SPEEDS, strict=True):
            button.setChecked(one == speed)

    def solo(self, channel: Channel) -> None:
        """Only this side; again: both."""
        self._hear_sides(BOTH if self._solo == {channel} else frozenset({channel}))

    def mute(self, channel: Channel) -> None:
        """Without this side; again: with it."""
        self._hear_sides(self._solo ^ {channel})

    def _hear_sides(self, sides: frozenset[Channel]) -> None:
        assert self.player is not None
        self._solo = sides
        self.player.set_sides(sides)
        for channel in Channel:
            self._solos[channel].setChecked(sides == {channel})
            self._mutes[channel].setChecked(channel not in sides)

    def toggle_loop(self) -> None:
        """Repeat the selected passage, or no longer."""
        assert self.player is not None
        selection = self.timeline.selection
        wanted = self.player.loop is None and selection is not None
        self.player.set_loop(selection if wanted else None)
        self.repeat.setChecked(wanted)
        if wanted and not self.player.playing:
            self.play_or_pause()

    def _selection_changed(self) -> None:
        assert self.player is not None
        selection = self.timeline.selection
        self.repeat.setEnabled(selection is not None)
        if self.player.loop is not None:  # what repeats follows the passage; a new one does not start by itself
            self.player.set_loop(selection)
            self.repeat.setChecked(selection is not None)

    def begin_passage(self) -> None:
        end = self.timeline.selection[1] if self.timeline.selection else self.position + 2 * SAMPLE_RATE
        self.timeline.select((self.position, max(end, self.position + SAMPLE_RATE // 10)))

    def end_passage(self) -> None:
        start = self.timeline.selection[0] if self.timeline.selection else self.position - 2 * SAMPLE_RATE
        start = max(0, min(start, self.position - SAMPLE_RATE // 10))
        self.timeline.select((start, max(self.position, start + SAMPLE_RATE // 10)))

    def show_passage(self) -> None:
        """Zoom to the passage."""
        if self.timeline.selection is not None:
            self.timeline.show_span(*self.timeline.selection)

    def no_passage(self) -> None:
        self.timeline.select(None)

    # --- going about --------------------------------------------------------------------------------------------------

    def cue_moments(self) -> list[int]:
        assert self.recording is not None
        return [sample(entry.shown.t) for entry in self.recording.call.cues]

    def note_moments(self) -> list[int]:
        return [mark.start for mark in self.timeline.notes]

    def overlap_moments(self) -> list[int]:
        assert self.recording is not None
        return sorted(sample(overlap.start) for overlap in self.recording.call.overlaps)

    def go(self, moments: list[int], step: int) -> None:
        """To the next of these, or the one before."""
        at = self.position
        if step > 0:
            n = bisect_right(moments, at + SAMPLE_RATE // 100)
        else:
            playing = self.player is not None and self.player.playing
            n = bisect_left(moments, at - (JUST_HEARD if playing else SAMPLE_RATE // 100)) - 1
        if 0 <= n < len(moments):
            self.seek(moments[n])

    def new_note(self) -> None:
        """At the playhead, or over the passage."""
        start, stop = self.timeline.selection or (self.position, None)
        self.notes.new(start, stop)

    def _notes_changed(self, entries: list[NoteEntry]) -> None:
        marks = []
        for entry in entries:
            note = entry.note
            if not note.reply_to and (note.text or note.label):
                stop = None if note.end_ms is None else note.end_ms * SAMPLE_RATE // 1000
                words = f"{clock(note.start_ms / 1000)} · {note.author}\n{note.label} {note.text}".strip()
                marks.append(Mark(note.start_ms * SAMPLE_RATE // 1000, stop, words))
        self.timeline.set_notes(sorted(marks, key=lambda mark: mark.start))

    def _find_changed(self, words: str) -> None:
        found = self.words.find_words(words.strip())
        self._found.setText(self.tr("{0} found").format(found) if words.strip() else "")

    def find_next(self, step: int) -> None:
        at = self.words.next_found(step)
        if at is not None:
            self.seek(at)

    def toggle_spectrogram(self) -> None:
        self.timeline.shows_spectrogram = not self.timeline.shows_spectrogram
        self.timeline.arrange()  # it grows, so the picture is made once it has its size
        self._place_sides()

    def _view_changed(self) -> None:
        if not self.timeline.shows_spectrogram or self.recording is None:
            return
        axis, reader = self.timeline.axis, self.recording.reader
        start, stop = axis.origin, min(axis.origin + axis.span, self.recording.samples)
        if stop - start > spectrogram.LONGEST:
            self.timeline.spectrogram = None
            self.why.setText(self.tr("Zoom in to two minutes or less to see the spectrogram."))
            return
        colours, columns = self._theme.colours, axis.pixels
        self._drawing = Task(
            lambda task: (start, stop, spectrogram.picture(reader, start, stop, columns, colours)),
            self,
            after=self._drawing,
        )
        self._drawing.succeeded.connect(self._drawn)
        self._drawing.start()

    def _drawn(self, picture: object) -> None:
        self.timeline.spectrogram = picture  # type: ignore[assignment]
        self.timeline.update()

    def show_keys(self) -> None:
        ShortcutSheet(self).open()

    def _tell_why(self) -> None:
        """Where a screen reader says it, and the eye finds it."""
        self.why.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.why.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.recording is None:
            super().keyPressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() == Qt.Key.Key_F:
                self.search.setFocus()
                self.search.selectAll()
            elif event.key() == Qt.Key.Key_W:
                self.close()
            else:
                super().keyPressEvent(event)
            return
        act = self._keys(shift).get(Qt.Key(event.key())) or self._signs().get(event.text())
        if act is None:
            super().keyPressEvent(event)
            return
        act()
        event.accept()

    def _keys(self, shift: bool) -> dict[Qt.Key, Callable[[], object]]:
        assert self.recording is not None
        recording, step = self.recording, -1 if shift else 1
        pace = SAMPLE_RATE // 10 if shift else SAMPLE_RATE
        turn = self.mute if shift else self.solo
        key = Qt.Key
        return {
            key.Key_Space: self.play_or_pause,
            key.Key_K: self.play_or_pause,
            key.Key_J: lambda: self.seek(self.position - 5 * SAMPLE_RATE),
            key.Key_L: lambda: self.seek(self.position + 5 * SAMPLE_RATE),
            key.Key_Left: lambda: self.seek(self.position - pace),
            key.Key_Right: lambda: self.seek(self.position + pace),
            key.Key_Home: lambda: self.seek(0),
            key.Key_End: lambda: self.seek(recording.samples),
            key.Key_PageUp: lambda: self.timeline.scroll_by(-0.8),
            key.Key_PageDown: lambda: self.timeline.scroll_by(0.8),
            key.Key_A: lambda: turn(Channel.AGENT),
            key.Key_D: lambda: turn(Channel.CALLER),
            key.Key_C: lambda: self.go(self.cue_moments(), step),
            key.Key_M: lambda: self.go(self.note_moments(), step),
            key.Key_P: lambda: self.go(recording.highest(), step),
            key.Key_O: lambda: self.go(self.overlap_moments(), step),
            key.Key_F3: lambda: self.find_next(step),
            key.Key_T: self.words.follow,
            key.Key_R: self.toggle_loop,
            key.Key_Escape: self.no_passage,
            key.Key_Z: self.show_passage,
            key.Key_G: self.toggle_spectrogram,
            key.Key_N: self.new_note,
            key.Key_W: self._tell_why,
        }

    def _signs(self) -> dict[str, Callable[[], object]]:
        """Keys that are where the language puts them."""
        speeds: dict[str, Callable[[], object]] = {
            str(n): lambda s=speed: self.set_speed(s)  # type: ignore[misc]
            for n, speed in enumerate(SPEEDS, 1)
        }
        return speeds | {
            "[": self.begin_passage,
            "]": self.end_passage,
            "+": lambda: self.timeline.zoom(ZOOM_STEP),
            "=": lambda: self.timeline.zoom(ZOOM_STEP),
            "-": lambda: self.timeline.zoom(1 / ZOOM_STEP),
            "0": self.timeline.show_all,
            "?": self.show_keys,
        }

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow() and self.recording is not None:
            self.notes.reload()  # another window on the same call may have written some

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        for task in (self._opening, self._building, self._loading_acts, self._drawing):
            if task is not None:
                task.cancel()
        if self.player is not None:
            self.player.close()
            self.timeline.tiles.close()
        self.closed.emit()
        super().closeEvent(event)
