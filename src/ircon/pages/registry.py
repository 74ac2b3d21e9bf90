"""Which kinds of page there are, and how a configured one is opened.

A new vendor is one adapter module and one row of ``KINDS`` (and its name in
``config_schema.PAGE_KINDS``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Final

from ircon.config.load import PageConfig
from ircon.incident.times import Clock
from ircon.pages.protocol import StatusPage
from ircon.pages.rate_limit import Budget
from ircon.pages.secrets import Secret, Tokens

Adapter = Callable[[PageConfig, Clock, Secret, Budget], StatusPage]


def _statuspage(profile: PageConfig, clock: Clock, secret: Secret, budget: Budget) -> StatusPage:
    from ircon.pages.http import Wire
    from ircon.pages.vendors.statuspage import Statuspage  # httpx: only once a page is opened

    wire = Wire(profile.url, clock, secret=secret, budget=budget, ca_file=profile.ca_file)
    return Statuspage(profile, wire)


KINDS: Final[Mapping[str, Adapter]] = {"statuspage": _statuspage}


class PageOpener:
    """Opens the pages of one process: tokens are got once, each has one budget.

    Args:
        environ: the environment, out of which ``token_env`` is taken.
    """

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._tokens = Tokens(environ)
        self._budgets: dict[Secret, Budget] = {}

    def tokens(self, profiles: Iterable[PageConfig]) -> list[Secret]:
        """The tokens of pages, as far as they can be had without a command."""
        return self._tokens.at_hand(profiles)

    def __call__(self, profile: PageConfig, clock: Clock) -> StatusPage:
        """The adapter of a page. Nothing is sent; a token command may run, and ask.

        Raises:
            ConfigError: the token cannot be had, or the address cannot be used.
        """
        secret = self._tokens.of(profile)
        budget = self._budgets.setdefault(secret, Budget(clock))
        return KINDS[profile.kind](profile, clock, secret, budget)
