"""The configuration of one desk, read when a part first needs it, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ircon.errors import BadTime, ConfigError

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ircon.config.load import Config, PageConfig
    from ircon.pages.secrets import Secret

TokenSource = Callable[[Iterable["PageConfig"]], "Iterable[Secret]"]


class Settings:
    """config.toml and the folder it is in.

    Args:
        folder: holds config.toml and the user's own templates.
        tokens: gives the tokens of configured pages that can be had without asking.
    """

    def __init__(self, folder: Path, tokens: TokenSource) -> None:
        self.folder = folder
        self._tokens = tokens

    @property
    def path(self) -> Path:
        """Where config.toml is, or would be."""
        return self.folder / "config.toml"

    @cached_property
    def config(self) -> Config:
        """config.toml, read once.

        Raises:
            ConfigError: it cannot be used; names file, line and key.
        """
        from ircon.config.load import load

        return load(self.path)

    def reload(self) -> None:
        """Read config.toml again when it is next needed."""
        self.__dict__.pop("config", None)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that times are shown in: config.toml's, else the machine's.

        Raises:
            ConfigError: config.toml names one that does not exist.
        """
        from ircon.desk.system_clock import local_zone
        from ircon.incident.time_input import load_zone

        if not self.config.zone:
            return local_zone()
        try:
            return load_zone(self.config.zone)
        except BadTime as error:
            raise ConfigError(f"{self.config.path}: {error.message}", error.hint) from error

    def without_tokens(self, output: str) -> str:
        """Return a program's output without any page's token: the journal is permanent."""
        from ircon.pages.secrets import hide_all

        try:
            pages = list(self.config.pages.values())
        except ConfigError:  # only tokens from environment variables are known then
            pages = []
        return hide_all(output, self._tokens(pages))

    def prints_token(self, argv: Sequence[str]) -> bool:
        """Whether a command line runs the token command of a page: its output is a token."""
        try:
            pages = self.config.pages.values()
        except ConfigError:
            return False
        line = " ".join(argv)
        return any(page.token_command and " ".join(page.token_command) in line for page in pages)
