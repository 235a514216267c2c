"""A plugin of pytest for tests in real time: one that had no time does not pass.

Sound that a sound server plays waits for nobody. Where other programs keep the processors, some of it is lost, rightly
reported as a gap, and says nothing about the code. Linux knows to the nanosecond how long a test and its programs
waited for a processor. A test that asks for `in_real_time` and fails while they waited long is

- skipped at a desk, and counted at the end of the run, so that nobody takes it for a test that passed;
- run once more in continuous integration (`CI` is set), and failed if it fails again: there, no test may say nothing.

A test that is slow by its own doing does not wait for a processor, and fails at once.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from _pytest.runner import runtestprotocol

from tests.support.busy import Starvation

STARVATION = pytest.StashKey[Starvation]()
SKIPPED = pytest.StashKey[list[str]]()


@pytest.fixture
def in_real_time(request: pytest.FixtureRequest) -> Iterator[None]:
    """Asked for by tests that cannot wait."""
    starvation = Starvation()
    request.node.stash[STARVATION] = starvation
    starvation.start()
    yield
    starvation.stop()


def _why(item: pytest.Item) -> str:
    """Why the test had no time; empty when it had, or did not ask."""
    starvation = item.stash.get(STARVATION, None)
    return starvation.told() if starvation is not None else ""


def in_ci() -> bool:
    return bool(os.environ.get("CI"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """In continuous integration: what failed for want of time is run once more, and that run counts."""
    if not in_ci() or "in_real_time" not in getattr(item, "fixturenames", ()):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports) and _why(item):
        item._initrequest()  # type: ignore[attr-defined]  # as pytest itself prepares a test
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """At a desk: what failed for want of time is skipped, and counted."""
    report = yield
    if report.failed and call.excinfo is not None and not in_ci() and (why := _why(item)):
        report.outcome = "skipped"
        reason = f"Skipped: {why}; then: {call.excinfo.exconly()[:500]}"
        report.longrepr = (str(item.path), item.location[1] or 0, reason)
        item.config.stash.setdefault(SKIPPED, []).append(item.nodeid)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = config.stash.get(SKIPPED, [])
    if skipped:
        terminalreporter.section("failed on a busy machine: neither passed nor failed", yellow=True)
        terminalreporter.line(f"{len(skipped)} tests in real time had no time; run them again on a quiet machine:")
        for name in skipped:
            terminalreporter.line(f"  {name}")
