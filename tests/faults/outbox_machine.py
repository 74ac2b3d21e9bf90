"""The world of the outbox as Hypothesis walks it."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from faults.outbox_world import WEIGHTS, Violated, World, numbers_for

_NAMES = [name for name, weight in WEIGHTS.items() for _ in range(weight)]


class Recorded:
    """The steps of the run that failed last: after shrinking, the shortest."""

    steps: list[tuple[str, list[int]]] = []  # noqa: RUF012 - replaced, never changed


class Outbox(RuleBasedStateMachine):
    """Any step may follow any other; ``World.check`` says what must hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.broken = False

    @rule(name=st.sampled_from(_NAMES), drawn=st.integers(0, 2**20 - 1))
    def happens(self, name: str, drawn: int) -> None:
        self.broken = True
        try:
            self.world.do(name, *numbers_for(name, drawn))
        except Violated:
            Recorded.steps = list(self.world.log)
            raise
        self.broken = False

    def teardown(self) -> None:
        if self.broken:
            self.world.close()
            return
        try:
            self.world.heal()
        except Violated:
            Recorded.steps = list(self.world.log)
            raise


def model(examples: int, steps: int, *, derandomize: bool) -> settings:
    """So many runs of so many steps; the same ones each time, or others."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
