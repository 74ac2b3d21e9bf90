"""Folders of ircon's files. Apart from config/load.py, which ``ircon note`` does not need."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class AppPaths(NamedTuple):
    """The folders for config, data and cache. None is made before it is needed."""

    config: Path
    data: Path
    cache: Path


def app_paths(home: str | None) -> AppPaths:
    """Return the three folders.

    Args:
        home: the folder that holds all three (``--home``, ``IRCON_HOME``); None
            for the platform's own folders.
    """
    if home is not None:
        root = Path(home).expanduser().absolute()
        return AppPaths(root / "config", root / "data", root / "cache")
    import platformdirs  # only without --home

    return AppPaths(
        platformdirs.user_config_path("ircon", appauthor=False),
        platformdirs.user_data_path("ircon", appauthor=False),
        platformdirs.user_cache_path("ircon", appauthor=False),
    )
