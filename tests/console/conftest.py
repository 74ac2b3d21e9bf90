"""A practice page for the screens that publish, and desks over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import Bench
from ircon.places import places
from practice_page import PracticePage


@pytest.fixture(scope="module")
def page() -> Iterator[PracticePage]:
    with PracticePage() as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, page: PracticePage) -> Iterator[Bench]:
    with Bench(tmp_path / "home", page.url, page.page_id, page.token or "") as made:
        yield made


@pytest.fixture
def production(bench: Bench) -> Bench:
    """The same page, said to be one that customers read."""
    config = places(str(bench.home)).config / "config.toml"
    config.write_text(config.read_text().replace('"sandbox"', '"production"'))
    return bench
