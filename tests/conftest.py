"""A status page, the network before it, and a desk over it: what most tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from desks import Bench
from faulty_proxy import FaultyProxy
from practice_page import PracticePage

# A slow machine is no defect of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

CAMPAIGNS = {"test_faults_posting", "test_faults_outbox"}  # half a minute and more each


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long fault campaigns over the first half, so that each worker begins with one.

    Each is put between two modules: a module's practice page is started once.
    """
    campaigns = [item for item in items if item.path.stem in CAMPAIGNS]
    others = [item for item in items if item.path.stem not in CAMPAIGNS]
    step = len(others) // (2 * len(campaigns) or 1)
    for number, campaign in reversed(list(enumerate(campaigns))):
        index = number * step
        while 0 < index < len(others) and others[index].path == others[index - 1].path:
            index += 1
        others.insert(index, campaign)
    items[:] = others


@pytest.fixture(scope="module")
def page() -> Iterator[PracticePage]:
    """A practice page of the module's own."""
    with PracticePage() as running:
        yield running


@pytest.fixture
def network(page: PracticePage) -> Iterator[FaultyProxy]:
    """A way to the page that fails by plan."""
    with FaultyProxy(page.url) as proxy:
        yield proxy


@pytest.fixture
def bench(tmp_path: Path, page: PracticePage) -> Iterator[Bench]:
    """A desk whose page is the practice page, without faults between."""
    with Bench(tmp_path / "home", page.url, page.page_id, page.token or "") as made:
        yield made
