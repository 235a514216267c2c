"""What differs between desktops: click-through windows that stay on top, and what the machine can show.

Found with PySide6 6.12: under X11 `WindowTransparentForInput` alone lets clicks through under metacity, but openbox's
own frame swallows them; with `BypassWindowManagerHint` they pass under both. Such a window is not raised by anybody
else, so the overlay raises itself.
"""

from __future__ import annotations

import ctypes
import os
import sys

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QWidget

OVERLAY_FLAGS = (
    Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.Tool
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.NoDropShadowWindowHint
)


X11 = "libX11.so.6"
"""Its name on every Linux. `ctypes.util.find_library` runs programs to find it, and takes a tenth of a second."""


def prefer_x11() -> None:
    """Before the application is made: take X11 where Wayland offers it too. Wayland has no windows on top."""
    if sys.platform == "linux" and os.environ.get("XDG_SESSION_TYPE") == "wayland" and os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")


def on_x11() -> bool:
    return QGuiApplication.platformName() == "xcb"


def overlay_flags() -> Qt.WindowType:
    return OVERLAY_FLAGS | Qt.WindowType.BypassWindowManagerHint if on_x11() else OVERLAY_FLAGS


TITLE_BAR = 40
"""Logical pixels a window manager puts above a window, at most, as far as is known."""


def _room() -> QRect:
    """What is free of the screen the person works on: where the pointer is."""
    return (QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()).availableGeometry()


def resize(window: QWidget, width: int, height: int) -> None:
    """Give a window that is not shown yet this size in logical pixels, or what there is room for."""
    room = _room()
    window.resize(min(width, room.width()), min(height, room.height() - TITLE_BAR))


def centre(window: QWidget) -> None:
    """Put a window that is not shown yet in the middle of the screen the person works on."""
    place = QRect(0, 0, window.width(), window.height() + TITLE_BAR)
    place.moveCenter(_room().center())
    window.move(place.topLeft())  # of the title bar


def blends_windows() -> bool:
    """Whether translucent windows are really translucent. Only X11 without a compositor says no."""
    if not on_x11():
        return True
    try:
        x11 = ctypes.CDLL(X11)
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XGetSelectionOwner.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    try:
        # The compositing manager of screen 0 owns this selection (ICCCM manager selections, EWMH _NET_WM_CM_Sn).
        return bool(x11.XGetSelectionOwner(display, x11.XInternAtom(display, b"_NET_WM_CM_S0", 0)))
    finally:
        x11.XCloseDisplay(display)


def hide_from_capture(window_id: int, hidden: bool) -> bool:
    """Ask the desktop to leave a window out of screen sharing. Best effort; False when it cannot or would not.

    Windows only (SetWindowDisplayAffinity, WDA_EXCLUDEFROMCAPTURE); it is no security feature there either.
    """
    if sys.platform != "win32":
        return False
    return bool(ctypes.windll.user32.SetWindowDisplayAffinity(window_id, 0x11 if hidden else 0))
