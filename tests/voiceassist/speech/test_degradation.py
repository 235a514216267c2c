from __future__ import annotations

from voiceassist.speech import tuning
from voiceassist.speech.degradation import ALL_PARTIALS, CALLER_PARTIALS, NO_PARTIALS, DegradationPolicy


def behind(policy: DegradationPolicy, start: float, seconds: float) -> list[tuple[int, int]]:
    steps = []
    for tenth in range(int(seconds * 10)):
        if policy.update(start + tenth / 10, waited=tuning.BEHIND + 1, backlog=10.0):
            steps.append((policy.partials, policy.model))
    return steps


def test_agent_partials_are_left_out_first_then_all_partials_then_the_models_get_smaller() -> None:
    assert behind(DegradationPolicy(2), 0.0, 60.0) == [
        (CALLER_PARTIALS, 0),
        (NO_PARTIALS, 0),
        (NO_PARTIALS, 1),
        (NO_PARTIALS, 2),
    ]


def test_two_steps_down_are_apart_in_time() -> None:
    assert len(behind(DegradationPolicy(2), 0.0, 2 * tuning.STEP_WAIT - 0.2)) == 2


def test_no_smaller_model_while_the_backlog_shrinks() -> None:
    policy = DegradationPolicy(2)
    for second in range(60):
        policy.update(float(second), waited=tuning.BEHIND + 1, backlog=100.0 - second)
    assert (policy.partials, policy.model) == (NO_PARTIALS, 0)


def test_partials_come_back_one_by_one_and_the_smaller_model_stays() -> None:
    policy = DegradationPolicy(1)
    behind(policy, 0.0, 60.0)
    for tenth in range(int(25 * tuning.CALM)):
        policy.update(100.0 + tenth / 10, waited=0.0, backlog=0.0)
    assert (policy.partials, policy.model) == (ALL_PARTIALS, 1)
    assert policy.reduced


def test_short_waits_change_nothing() -> None:
    policy = DegradationPolicy(1)
    for second in range(100):
        assert not policy.update(float(second), waited=tuning.BEHIND - 0.1 if second % 3 else 0.0, backlog=1.0)


def test_partials_that_are_not_wanted_never_start() -> None:
    policy = DegradationPolicy(0, partials=False)
    for second in range(100):
        policy.update(float(second), waited=0.0, backlog=0.0)
    assert policy.partials == NO_PARTIALS
    assert not policy.reduced
