"""The outbox among faults of every kind: a model that walks all ways, and three planted mistakes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from faults.kept_seeds import kept, violation
from faults.outbox_world import WEIGHTS, World, numbers_for
from faults.planted import BUGS

_NAMES = [name for name, weight in WEIGHTS.items() for _ in range(weight)]


class Outbox(RuleBasedStateMachine):
    """Any step may follow any other; ``World.check`` says what must hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.broken = False

    @rule(name=st.sampled_from(_NAMES), drawn=st.integers(0, 2**20 - 1))
    def happens(self, name: str, drawn: int) -> None:
        self.broken = True
        self.world.do(name, *numbers_for(name, drawn))
        self.broken = False

    def teardown(self) -> None:
        if self.broken:
            self.world.close()
        else:
            self.world.heal()


def model(examples: int, steps: int, *, derandomize: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_nothing_is_public_twice_or_called_public_falsely_whatever_happens() -> None:
    run_state_machine_as_test(Outbox, settings=model(500, 50, derandomize=True))


@pytest.mark.parametrize(("name", "bug", "steps"), kept(), ids=lambda value: str(value)[:24])
def test_a_failure_that_was_found_once(
    name: str, bug: str, steps: list[tuple[str, list[int]]]
) -> None:
    assert violation(steps, "none") is None
    if bug != "none":  # the campaign would notice the mistake if it came back
        assert violation(steps, bug)


def test_each_planted_mistake_is_found_by_a_kept_failure() -> None:
    assert {bug for _, bug, _ in kept()} >= set(BUGS)
