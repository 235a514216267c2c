"""The call so far, observed by the views: what an event changed becomes a signal.

What is known of the call is in `call` (`voiceassist.insights.call_so_far`); here is only where the call is as the
person sees it, and Qt. It knows of no widget, no thread and no device, and it must be used from the Qt thread (the
bridge sees to that).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from voiceassist.core.events import Event
from voiceassist.insights.call_so_far import CallSoFar, Change, Changed

CURVE_SECONDS = 300.0
"""How much of the agitation curve is held: what the window shows. Memory stays the same however long the call is."""


class Phase(StrEnum):
    """Where the call is, as the person sees it."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"

    @property
    def live(self) -> bool:
        """Whether there is a call that takes commands."""
        return self in (Phase.RUNNING, Phase.PAUSED)


class CallModel(QObject):
    """One call after another. Every change is told by one narrow signal."""

    restarted = Signal()
    phase_changed = Signal()
    metered = Signal()
    agitation_changed = Signal()
    line_added = Signal(int)
    line_changed = Signal(int)
    line_removed = Signal(int)
    cue_changed = Signal()
    cue_logged = Signal(int)
    muted_changed = Signal()
    component_changed = Signal(object)
    """A `Component`."""
    talk_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begin()

    def _begin(self) -> None:
        self.phase = Phase.IDLE
        self.call = CallSoFar(curve_seconds=CURVE_SECONDS, keep_words=False)

    def restart(self) -> None:
        """Forget the last call: a new one begins."""
        self._begin()
        self.restarted.emit()
        self.phase_changed.emit()

    @contextmanager
    def catching_up(self) -> Iterator[None]:
        """While a call that has long begun is taken in at once: the views are told only how it stands at the end, so
        that nothing of the past moves on screen or is read out."""
        blocked = self.blockSignals(True)
        try:
            yield
        finally:
            self.blockSignals(blocked)
        self.restarted.emit()
        self.phase_changed.emit()
        for component in self.call.components:
            self.component_changed.emit(component)
        for changed in (self.agitation_changed, self.muted_changed, self.cue_changed):
            changed.emit()

    def enter(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit()

    def take(self, event: Event) -> None:
        """Let one event in. Events that have nothing to show are passed over."""
        for change in self.call.take(event):
            self._tell(change)

    def _tell(self, change: Change) -> None:
        match change.what:
            case Changed.STARTED:
                self.enter(Phase.RUNNING)
            case Changed.ENDED:
                self.enter(Phase.ENDED)
            case Changed.METER:
                self.metered.emit()
            case Changed.AGITATION:
                self.agitation_changed.emit()
            case Changed.TALK:
                self.talk_changed.emit()
            case Changed.LINE_ADDED:
                self.line_added.emit(change.at)
            case Changed.LINE_CHANGED:
                self.line_changed.emit(change.at)
            case Changed.LINE_REMOVED:
                self.line_removed.emit(change.at)
            case Changed.CUE:
                self.cue_changed.emit()
            case Changed.CUE_LOG:
                self.cue_logged.emit(change.at)
            case Changed.MUTED:
                self.muted_changed.emit()
            case Changed.COMPONENT:
                self.component_changed.emit(change.component)
