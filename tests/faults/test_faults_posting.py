"""A thousand posts by two processes over one journal, through a bad network, with kills."""

from __future__ import annotations

import pytest

from faults.campaign import run


@pytest.mark.timeout(900)  # a watchdog for slow machines, not a measure
def test_what_a_bad_network_does_to_a_thousand_posts_of_two_processes() -> None:
    figures = run(1_000, seed=20_260_302, kills=20)
    assert figures.posts == 1_000
    assert figures.failures == 0, figures
    faulted = figures.writes - figures.met["write: none"]
    assert faulted > figures.writes / 4, "the network was not bad enough to prove anything"
    assert figures.kills >= 10
    assert figures.states["confirmed"] > 700, figures.states
