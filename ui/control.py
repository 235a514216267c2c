"""What softphones, CRMs and `voiceassist ctl` ask for, carried from the control server's thread to the window.

The server wants its answer at once, so it is given from what is known of the call; what is to be done follows by one
queued signal.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui import wording
from ui.bridge import CallBridge
from ui.call_model import Phase
from voiceassist.control import Command, Reply


class WindowControl(QObject):
    """Answers commands and has them carried out."""

    show_asked = Signal()
    reference_given = Signal(str)

    _asked = Signal(object)

    def __init__(self, bridge: CallBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._asked.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def handle(self, command: Command) -> Reply:
        """Called on a thread of the control server."""
        if command.action == "status":
            return Reply(True, self._status())
        refusal = self._refusal(command)
        if refusal:
            return Reply(False, refusal)
        self._asked.emit(command)
        return Reply(True)

    def _status(self) -> str:
        model = self._bridge.model
        if not self._bridge.in_call:
            return "No call is under way."
        paused = ", paused" if model.phase is Phase.PAUSED else ""
        return f"A call is under way{paused}: {wording.clock(model.now)}."

    def _refusal(self, command: Command) -> str:
        """Why this cannot be done now; empty when it can."""
        if command.action == "show":
            return ""
        if command.action == "start":
            return "A call is already under way." if self._bridge.busy else ""
        return "" if self._bridge.in_call else "No call is under way."

    @Slot(object)
    def _do(self, command: Command) -> None:
        bridge = self._bridge
        if command.action == "show":
            self.show_asked.emit()
        elif command.action == "start":
            self.reference_given.emit(command.text)
            bridge.start(command.text)
        elif command.action == "stop":
            bridge.stop()
        elif command.action == "pause":
            bridge.pause()
        elif command.action == "resume":
            bridge.resume()
        elif command.action in ("mute", "unmute"):
            bridge.mute(command.action == "mute")
        elif command.action == "ref":
            self.reference_given.emit(command.text)
            bridge.note(f"Reference: {command.text}", author="softphone")
