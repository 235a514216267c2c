"""The screen: Qt widgets that show the events of a call and send the person's commands back."""

import ctypes
import sys

if sys.version_info < (3, 12):
    # PySide6 6.12 hands out None, True and False without counting the reference, as Python allows since 3.12, where
    # they never die (PEP 683). Under 3.11 every call that returns nothing takes one away; after some thousand calls
    # the interpreter ends with "deallocating None". A large count makes them as lasting as they are in 3.12.
    # Shown with sys.getrefcount(None) around QPainter.setPen: -1 a call. tests/ui/test_singletons.py watches it.
    for _singleton in (None, True, False, NotImplemented, Ellipsis):
        ctypes.c_ssize_t.from_address(id(_singleton)).value += 1 << 40
