"""Registry of adapters: finds a vendor's, and opens the page that it is configured for.

The vendors are the rows of ``config.schema.VENDORS``. An adapter's module is imported when it
is first asked for, and httpx once a page is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from importlib import import_module
from typing import cast

from ircon.config.load import PageConfig
from ircon.config.schema import VENDORS
from ircon.incident.times import Clock
from ircon.pages.protocol import StatusPage
from ircon.pages.rate_limit import RateLimiter
from ircon.pages.secrets import Secret, Tokens


def adapter_class(kind: str) -> type[StatusPage]:
    """The adapter of a vendor, a key of ``VENDORS``; its capabilities are an attribute."""
    module, _, name = VENDORS[kind].partition(":")
    return cast("type[StatusPage]", getattr(import_module(module), name))


class PageOpener:
    """Opens the pages of one process: each token is got once, and has one rate limiter.

    Args:
        environ: the environment, out of which ``token_env`` is taken.
    """

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._tokens = Tokens(environ)
        self._rate_limiters: dict[Secret, RateLimiter] = {}

    def tokens(self, profiles: Iterable[PageConfig]) -> list[Secret]:
        """The tokens of pages, as far as they can be had without running a command."""
        return self._tokens.at_hand(profiles)

    def __call__(self, profile: PageConfig, clock: Clock) -> StatusPage:
        """Return the adapter of a page. Nothing is sent; a token command may run, and ask.

        Raises:
            ConfigError: the token cannot be had, or the address cannot be used.
        """
        adapter = adapter_class(profile.kind)
        secret = self._tokens.of(profile)
        limiter = self._rate_limiters.setdefault(secret, RateLimiter(clock, adapter.rate))
        from ircon.pages.http import HttpClient  # httpx

        http = HttpClient(
            profile.url,
            clock,
            secret=secret,
            authentication=adapter.authentication,
            rate_limiter=limiter,
            ca_file=profile.ca_file,
        )
        return adapter(profile, http)
