"""Drivers of tests, run in a child process as the real ones are."""

from __future__ import annotations

import sys


def child_with(driver: str, *arguments: object) -> tuple[str, ...]:
    """The command line of a capture helper whose driver is `driver`, a function "module:name" of the tests that takes
    the `BlockSender` and these arguments."""
    module, _, name = driver.partition(":")
    given = "".join(f", {argument!r}" for argument in arguments)
    code = (
        f"from {module} import {name} as driver\n"
        "from voiceassist.capture.devices.child import serve\n"
        f"serve(lambda asked: lambda sender, device: driver(sender{given}))\n"
    )
    return (sys.executable, "-c", code)
