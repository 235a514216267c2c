"""Keys that work from any program: dismiss, wrong, mute, pause, show.

X11 and Windows let a program take a key for itself and refuse one that another program has; that refusal is told.
Under X11 the keys are taken on a connection of their own, watched by Qt's loop; on Windows they come as messages of
the Qt thread. macOS is not done; there, as under Wayland, the window's own keys and `voiceassist ctl` remain.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication, QObject, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QKeySequence

from ui.overlay import desktop


class Backend(Protocol):
    def take(self, name: str, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Take a key for `name`; False when another program has it, or it cannot be one."""
        ...

    def release_all(self) -> None: ...

    def close(self) -> None: ...


class HotKeys(QObject):
    """The keys in force."""

    pressed = Signal(str)
    """The name of the command whose key was pressed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = _backend(self.pressed.emit)
        self.complaints: dict[str, str] = {}
        """By name of the command: one plain sentence why its key does not work."""

    def set(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Take these keys instead of those before; what could not be taken is returned and kept in `complaints`."""
        self.complaints = {}
        if self._backend is None:
            return {}
        self._backend.release_all()
        taken: dict[str, str] = {}
        for name, words in keys.items():
            if not words:
                continue
            sequence = QKeySequence.fromString(words, QKeySequence.SequenceFormat.PortableText)
            combination = sequence[0] if sequence.count() == 1 else None  # type: ignore[index]  # not in the stubs
            if combination is None or combination.key() == Qt.Key.Key_unknown:
                self.complaints[name] = self.tr("{0} is not a valid shortcut. Example: Ctrl+Shift+F9.").format(words)
            elif sequence.toString() in taken:
                self.complaints[name] = self.tr("{0} is used twice.").format(words)
            elif self._backend.take(name, Qt.Key(combination.key()), combination.keyboardModifiers()):
                taken[sequence.toString()] = name
            else:
                self.complaints[name] = self.tr("{0} is taken by another program; choose another key.").format(words)
        return self.complaints

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()
            self._backend = None


def _backend(pressed: Callable[[str], object]) -> Backend | None:
    if sys.platform == "win32":
        return _Windows(pressed)
    if desktop.on_x11():
        return _X11.connect(pressed)
    return None


# --- X11 ------------------------------------------------------------------------------------------------------------

_KEY_PRESS, _KEY_RELEASE = 2, 3
_SHIFT, _LOCK, _CONTROL, _ALT, _NUM_LOCK, _SUPER = 1, 2, 4, 8, 16, 64
_GRAB_ASYNC = 1
_HELD_MS = 30
"""A release and a press this close together are one held key repeating itself."""
_KEYSYMS = {
    Qt.Key.Key_Backspace: "BackSpace",
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Insert: "Insert",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_PageUp: "Prior",
    Qt.Key.Key_PageDown: "Next",
}


class _KeyEvent(ctypes.Structure):
    """XKeyEvent of Xlib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("root", ctypes.c_ulong),
        ("subwindow", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("x", ctypes.c_int),
        ("y", ctypes.c_int),
        ("x_root", ctypes.c_int),
        ("y_root", ctypes.c_int),
        ("state", ctypes.c_uint),
        ("keycode", ctypes.c_uint),
        ("same_screen", ctypes.c_int),
    )


class _Event(ctypes.Union):
    """XEvent of Xlib.h: as large as 24 longs."""

    _fields_ = (("key", _KeyEvent), ("pad", ctypes.c_long * 24))


_ErrorHandler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _X11:
    def __init__(self, library: Any, display: int, pressed: Callable[[str], object]) -> None:
        self._x, self._display, self._pressed = library, display, pressed
        self._root = library.XDefaultRootWindow(display)
        self._names: dict[tuple[int, int], str] = {}
        self._released: dict[int, int] = {}
        self._refused = False
        self._handler = _ErrorHandler(self._refuse)
        self._notifier = QSocketNotifier(library.XConnectionNumber(display), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    @classmethod
    def connect(cls, pressed: Callable[[str], object]) -> _X11 | None:
        try:
            library = ctypes.CDLL(desktop.X11)
        except OSError:
            return None
        pointer, ulong, whole = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int
        for name, result, arguments in (
            ("XOpenDisplay", pointer, [ctypes.c_char_p]),
            ("XCloseDisplay", whole, [pointer]),
            ("XDefaultRootWindow", ulong, [pointer]),
            ("XConnectionNumber", whole, [pointer]),
            ("XStringToKeysym", ulong, [ctypes.c_char_p]),
            ("XKeysymToKeycode", ctypes.c_ubyte, [pointer, ulong]),
            ("XGrabKey", whole, [pointer, whole, ctypes.c_uint, ulong, whole, whole, whole]),
            ("XUngrabKey", whole, [pointer, whole, ctypes.c_uint, ulong]),
            ("XSync", whole, [pointer, whole]),
            ("XPending", whole, [pointer]),
            ("XNextEvent", whole, [pointer, pointer]),
            ("XSetErrorHandler", pointer, [pointer]),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        display = library.XOpenDisplay(None)
        return cls(library, display, pressed) if display else None

    def take(self, name: str, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        symbol = _KEYSYMS.get(key) or QKeySequence(key).toString()
        if len(symbol) == 1:
            symbol = symbol.lower()
        code = self._x.XKeysymToKeycode(self._display, self._x.XStringToKeysym(symbol.encode()))
        if not code:
            return False
        modifiers = _x11_modifiers(held)
        # With the lock keys on, a key is another one to X11: take it in every state of theirs.
        self._refused = False
        previous = self._x.XSetErrorHandler(self._handler)
        for locks in (0, _LOCK, _NUM_LOCK, _LOCK | _NUM_LOCK):
            self._x.XGrabKey(self._display, code, modifiers | locks, self._root, 0, _GRAB_ASYNC, _GRAB_ASYNC)
        self._x.XSync(self._display, 0)
        self._x.XSetErrorHandler(previous)
        if self._refused:
            self._let_go(code, modifiers)
            return False
        self._names[code, modifiers] = name
        return True

    def _refuse(self, display: object, error: object) -> int:
        self._refused = True
        return 0

    def _let_go(self, code: int, modifiers: int) -> None:
        for locks in (0, _LOCK, _NUM_LOCK, _LOCK | _NUM_LOCK):
            self._x.XUngrabKey(self._display, code, modifiers | locks, self._root)
        self._x.XSync(self._display, 0)

    def release_all(self) -> None:
        for code, modifiers in self._names:
            self._let_go(code, modifiers)
        self._names.clear()

    def close(self) -> None:
        self._notifier.setEnabled(False)
        self.release_all()  # the server may see only later that the line is closed, and refuse the keys to the next
        self._x.XCloseDisplay(self._display)

    def _read(self) -> None:
        event = _Event()
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, ctypes.byref(event))
            key = event.key
            if key.type == _KEY_RELEASE:
                self._released[key.keycode] = key.time
            elif key.type == _KEY_PRESS and key.time - self._released.get(key.keycode, -_HELD_MS) >= _HELD_MS:
                name = self._names.get((key.keycode, key.state & (_SHIFT | _CONTROL | _ALT | _SUPER)))
                if name is not None:
                    self._pressed(name)


def _x11_modifiers(modifiers: Qt.KeyboardModifier) -> int:
    return (
        (_SHIFT if modifiers & Qt.KeyboardModifier.ShiftModifier else 0)
        | (_CONTROL if modifiers & Qt.KeyboardModifier.ControlModifier else 0)
        | (_ALT if modifiers & Qt.KeyboardModifier.AltModifier else 0)
        | (_SUPER if modifiers & Qt.KeyboardModifier.MetaModifier else 0)
    )


# --- Windows (written from Microsoft's documentation of RegisterHotKey; not run yet) ---

_WM_HOTKEY = 0x0312
_MOD_ALT, _MOD_CONTROL, _MOD_SHIFT, _MOD_WIN, _MOD_NOREPEAT = 1, 2, 4, 8, 0x4000
_VIRTUAL_F1 = 0x70


class _Windows(QAbstractNativeEventFilter):
    def __init__(self, pressed: Callable[[str], object]) -> None:
        super().__init__()
        self._pressed = pressed
        self._names: dict[int, str] = {}
        self._user32: Any = getattr(ctypes, "windll").user32  # noqa: B009 - not there on other systems
        app = QCoreApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self)

    def take(self, name: str, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        code = key.value
        if Qt.Key.Key_F1.value <= code <= Qt.Key.Key_F24.value:
            code = _VIRTUAL_F1 + code - Qt.Key.Key_F1.value
        elif not 0x30 <= code <= 0x5A:  # digits and letters are their own virtual keys
            return False
        modifiers = _MOD_NOREPEAT
        for qt, windows in (
            (Qt.KeyboardModifier.AltModifier, _MOD_ALT),
            (Qt.KeyboardModifier.ControlModifier, _MOD_CONTROL),
            (Qt.KeyboardModifier.ShiftModifier, _MOD_SHIFT),
            (Qt.KeyboardModifier.MetaModifier, _MOD_WIN),
        ):
            modifiers |= windows if held & qt else 0
        number = len(self._names) + 1
        if not self._user32.RegisterHotKey(None, number, modifiers, code):
            return False
        self._names[number] = name
        return True

    def release_all(self) -> None:
        for number in self._names:
            self._user32.UnregisterHotKey(None, number)
        self._names.clear()

    def close(self) -> None:
        self.release_all()
        app = QCoreApplication.instance()
        if app is not None:
            app.removeNativeEventFilter(self)

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:
        from ctypes import wintypes

        told = wintypes.MSG.from_address(int(message))
        if told.message == _WM_HOTKEY and told.wParam in self._names:
            self._pressed(self._names[told.wParam])
            return True, 0
        return False, 0
