"""The practice page as one that customers read."""

from __future__ import annotations

import pytest

from desks import Bench
from ircon.config.paths import app_paths


@pytest.fixture
def production(bench: Bench) -> Bench:
    """The same page, said to be one that customers read."""
    config = app_paths(str(bench.home)).config / "config.toml"
    config.write_text(config.read_text().replace('"sandbox"', '"production"'))
    return bench
