"""The outbox among faults of every kind: a model that walks all ways, and three planted mistakes."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from faults.kept_seeds import kept, violation
from faults.outbox_machine import Outbox, model
from faults.planted import BUGS


def test_nothing_is_public_twice_or_called_public_falsely_whatever_happens() -> None:
    run_state_machine_as_test(Outbox, settings=model(500, 50, derandomize=True))


@pytest.mark.parametrize(("name", "bug", "steps"), kept(), ids=[name for name, *_ in kept()])
def test_a_failure_that_was_found_once(
    name: str, bug: str, steps: list[tuple[str, list[int]]]
) -> None:
    assert violation(steps, "none") is None
    if bug != "none":  # the campaign would notice the mistake if it came back
        assert violation(steps, bug)


def test_each_planted_mistake_is_found_by_a_kept_failure() -> None:
    assert {bug for _, bug, _ in kept()} >= set(BUGS)
