"""Posts by two processes over one journal, through a bad network, with kills."""

from __future__ import annotations

import pytest

from faults.campaign import run

_POSTS = 250


@pytest.mark.timeout(900)  # a watchdog for slow machines, not a measure
@pytest.mark.parametrize("seed", range(4))
def test_what_a_bad_network_does_to_the_posts_of_two_processes(seed: int) -> None:
    figures = run(_POSTS, seed, kills=5)
    assert figures.posts == _POSTS
    assert figures.failures == 0, figures
    faulted = figures.writes - figures.met["write: none"]
    assert faulted > figures.writes / 4, "the network was not bad enough to prove anything"
    assert figures.kills >= 3
    assert figures.states["confirmed"] > 0.7 * _POSTS, figures.states
