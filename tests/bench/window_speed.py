"""How quick and how steady the window is. Figures, not tests:

    python -m tests.bench.window_speed up                       from a new process to the first painted window
    python -m tests.bench.window_speed cue                      from a cue's event to its card painted on the overlay
    python -m tests.bench.window_speed long --minutes 60 --speed 8     a long call: event loop and memory

Needs a screen (an Xvfb will do: xvfb-run -s "-screen 0 1920x1080x24" python -m ...). The events are the scripted call
of tests/ui, told from a thread of its own through the very bridge a live call uses, at the rate of a live call.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from voiceassist.core.events import SCHEMA, ClearedBy, CueShown, Event
from voiceassist.service.call_manager import Call, Listener

CHILD = """
import sys, time
start = float(sys.argv[1])
from ui.app import SERVICE_AFTER_MS, Desktop, application
app = application()
from PySide6.QtCore import QTimer
from voiceassist.service.client import ServiceLine
program = Desktop(ServiceLine())
paint = program.window.paintEvent
def painted(event):
    paint(event)
    print(time.time() - start, flush=True)
    app.quit()
program.window.paintEvent = painted
program.show()
QTimer.singleShot(SERVICE_AFTER_MS, program, program.bridge.open)
app.exec()
program.shut()
"""


def window_up(runs: int) -> None:
    """Seconds from starting a new Python to the first paint of the live window."""
    times = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", CHILD, repr(time.time())], capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout.split()[0]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs
    print(f"window up: processor time {used:.2f} s a start, load of the machine {os.getloadavg()[0]:.1f}")
    print(f"window up: first run {times[0]:.2f} s, median of {runs} {statistics.median(times):.2f} s (goal 2 s)")


def cue_painted(count: int, in_service: bool) -> None:
    """Milliseconds from the call telling of a cue to the card being painted, motion on: with the call in this process,
    or in the call service's, as it is in use."""
    from ui.app import Desktop, application
    from voiceassist.service.client import CallServiceClient, InProcess, start_service

    application()
    command = (sys.executable, "-m", "tests.bench.window_speed", "serve", "--cues", str(count))
    line = CallServiceClient(start=lambda: start_service(command)) if in_service else InProcess(cue_call(count))
    program = Desktop(line)
    delays: dict[int, float] = {}
    paint = program.overlay.paintEvent

    def watched(event: object) -> None:
        paint(event)  # type: ignore[arg-type]
        card = program.overlay.card
        if card is not None:
            delays.setdefault(card.number, (time.perf_counter() - card.earned) * 1000)

    program.overlay.paintEvent = watched  # type: ignore[method-assign]
    program.bridge.ended.connect(lambda: application().quit())
    program.show()
    program.bridge.open()
    program.bridge.start()
    application().exec()
    found = sorted(delays.values())
    print(
        f"cue painted, call in {'the call service' if in_service else 'this process'}: {len(found)} of {count} cues, "
        f"median {statistics.median(found):.1f} ms, p95 {found[int(len(found) * 0.95)]:.1f} ms (goal: 100 ms), "
        f"most {found[-1]:.1f} ms"
    )
    program.shut()


def cue_call(count: int) -> Callable[[Listener, str], Call]:
    """A call of `count` cues, each half a second after the other and amid a second's worth of other events. `earned`
    is when it was told: the clock is the same for all processes of a machine."""
    from tests.ui import scripted
    from voiceassist.core.events import CallStarted, CueCleared

    class CueCall(scripted.ScriptedCall):
        def _run(self) -> None:
            self._listener(CallStarted(t=0.0, schema=SCHEMA))
            background = [e for e in scripted.call() if not isinstance(e, CueShown | CueCleared | CallStarted)]
            for number in range(1, count + 1):
                for event in background[(number * 8) % 1000 :][:8]:
                    self._listener(event)
                self._listener(msgspec.structs.replace(scripted.TIP, number=number, earned=time.perf_counter()))
                time.sleep(0.25)
                self._listener(CueCleared(t=1.0, number=number, id="acknowledge", by=ClearedBy.FOLLOWED))
                time.sleep(0.25)

    return lambda listener, reference: CueCall(listener, [])


def _run_beside(work: Callable[[], None], over: threading.Event) -> None:
    """Run Qt's loop here and `work` on a thread, until `over` is set."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    thread = threading.Thread(target=work)
    look = QTimer(interval=200)
    look.timeout.connect(lambda: QApplication.quit() if over.is_set() else None)
    look.start()
    thread.start()
    QApplication.exec()
    thread.join()


def long_call(minutes: float, speed: float) -> None:
    """The lateness of a 10-ms heartbeat on the Qt thread, and the process's memory, over a long call.

    On a machine that others keep busy the beat is late through no fault of the program; what the Qt thread itself
    used between two beats tells that apart.
    """
    from PySide6.QtCore import Qt, QTimer

    from tests.ui import scripted
    from ui.app import Desktop, application
    from voiceassist.service.client import InProcess

    application()
    program = Desktop(InProcess(lambda listener, reference: scripted.ScriptedCall(listener, [])))
    program.show()
    program.overlay.show()
    late: list[float] = []
    busy: list[float] = []
    last = [time.perf_counter(), time.thread_time()]

    def beat() -> None:
        now, used = time.perf_counter(), time.thread_time()
        late.append(max(0.0, (now - last[0]) * 1000 - 10))
        busy.append((used - last[1]) * 1000)
        last[:] = [now, used]

    heart = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
    heart.timeout.connect(beat)
    memory: list[tuple[float, float]] = []
    over = threading.Event()
    heart.start()
    _run_beside(lambda: _tell_long(program.bridge.listener, minutes, speed, memory, over.set), over)
    heart.stop()
    settled, worked = sorted(late[100:]), sorted(busy[100:])  # the first second is the window coming up
    blocked = [x for x in settled if x > 50]
    print(
        f"long call: {minutes:g} min at {speed:g}x, {len(program.model.call.lines)} lines, "
        f"{len(program.model.call.cues)} cues\n"
        f"event loop: p50 {settled[len(settled) // 2]:.1f} ms late, p99.9 {settled[int(len(settled) * 0.999)]:.1f} ms, "
        f"most {settled[-1]:.1f} ms; over 50 ms: {len(blocked)} of {len(settled)} (goal: none)"
    )
    print(
        f"processor time of the Qt thread between two beats: p50 {worked[len(worked) // 2]:.1f} ms, "
        f"p99.9 {worked[int(len(worked) * 0.999)]:.1f} ms, most {worked[-1]:.1f} ms; "
        f"over 50 ms: {sum(x > 50 for x in worked)} (load of the machine {os.getloadavg()[0]:.1f})"
    )
    print("memory: " + ", ".join(f"{t / 60:.0f} min {mb:.1f} MB" for t, mb in memory))
    program.shut()


def _tell_long(
    listener: Callable[[Event], None],
    minutes: float,
    speed: float,
    memory: list[tuple[float, float]],
    done: Callable[[], None],
) -> None:
    """The scripted call over and over on one timeline, paced by the clock."""
    script = scripted_round()
    length = 160.0
    begin = time.perf_counter()
    told_memory = 0
    rounds = int(minutes * 60 / length) + 1
    for turn in range(rounds):
        for event in script:
            t = event.t + turn * length
            if t > minutes * 60:
                break
            wait = begin + t / speed - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            listener(_moved(event, turn, length))
            if t >= told_memory * minutes * 10:
                memory.append((t, resident_mb()))
                told_memory += 1
    memory.append((minutes * 60, resident_mb()))
    done()


def scripted_round() -> list[Event]:
    from tests.ui import scripted

    return scripted.call(160.0)


def _moved(event: Event, turn: int, length: float) -> Event:
    """The event as it is in the given round: later, and with numbers of its own."""
    changes: dict[str, object] = {"t": event.t + turn * length}
    for name in ("start", "end"):
        if hasattr(event, name):
            changes[name] = getattr(event, name) + turn * length
    for name, step in (("utterance", 100), ("number", 10)):
        if hasattr(event, name):
            changes[name] = getattr(event, name) + turn * step
    return msgspec.structs.replace(event, **changes)


def resident_mb() -> float:
    """Memory of this process that is in use, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["up", "cue", "long", "serve"])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--cues", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--speed", type=float, default=8.0)
    chosen = parser.parse_args()
    if chosen.what == "serve":  # the call service of `cue`
        from voiceassist.service.process import serve

        sys.exit(serve(cue_call(chosen.cues)))
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_RUNTIME_DIR"] = home
        if chosen.what == "up":
            window_up(chosen.runs)
        elif chosen.what == "cue":
            for in_service in (False, True):
                cue_painted(chosen.cues, in_service)
        else:
            long_call(chosen.minutes, chosen.speed)


if __name__ == "__main__":
    main()
