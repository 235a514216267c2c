from __future__ import annotations

from voiceassist.speech import tuning
from voiceassist.speech.degradation import ALL_PARTIALS, CALLER_PARTIALS, NO_PARTIALS, DegradationPolicy


def behind(policy: DegradationPolicy, start: float, seconds: float) -> list[tuple[int, int]]:
    steps = []
    for tenth in range(int(seconds * 10)):
        if policy.look(start + tenth / 10, waited=tuning.BEHIND + 1, backlog=10.0):
            steps.append((policy.partials, policy.model))
    return steps


def test_the_agent_s_partials_go_first_then_all_then_model_by_model() -> None:
    assert behind(DegradationPolicy(2), 0.0, 60.0) == [
        (CALLER_PARTIALS, 0),
        (NO_PARTIALS, 0),
        (NO_PARTIALS, 1),
        (NO_PARTIALS, 2),
    ]


def test_each_step_is_given_time_to_work() -> None:
    assert len(behind(DegradationPolicy(2), 0.0, 2 * tuning.STEP_WAIT - 0.2)) == 2


def test_no_smaller_model_while_an_outage_s_backlog_is_being_worked_off() -> None:
    policy = DegradationPolicy(2)
    for second in range(60):
        policy.look(float(second), waited=tuning.BEHIND + 1, backlog=100.0 - second)
    assert (policy.partials, policy.model) == (NO_PARTIALS, 0)


def test_partials_come_back_one_by_one_and_the_smaller_model_stays() -> None:
    policy = DegradationPolicy(1)
    behind(policy, 0.0, 60.0)
    for tenth in range(int(25 * tuning.CALM)):
        policy.look(100.0 + tenth / 10, waited=0.0, backlog=0.0)
    assert (policy.partials, policy.model) == (ALL_PARTIALS, 1)
    assert policy.lowered


def test_a_short_wait_now_and_then_changes_nothing() -> None:
    policy = DegradationPolicy(1)
    for second in range(100):
        assert not policy.look(float(second), waited=tuning.BEHIND - 0.1 if second % 3 else 0.0, backlog=1.0)


def test_partials_that_are_not_wanted_never_come() -> None:
    policy = DegradationPolicy(0, partials=False)
    for second in range(100):
        policy.look(float(second), waited=0.0, backlog=0.0)
    assert policy.partials == NO_PARTIALS
    assert not policy.lowered
