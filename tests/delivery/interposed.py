"""A page whose methods do something first: what happens between two requests is a test's to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desks import Bench
from ircon.pages.registry import PageOpener


class Interposed:
    """Everything of a page; a method named in ``first`` does that before it asks.

    A hook that raises is the answer; one that returns something else than None too.
    """

    def __init__(self, page: Any, first: dict[str, Callable[[], Any]]) -> None:
        self._page = page
        self._first = first

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._page, name)
        if name not in self._first:
            return method

        async def asked(*args: Any) -> Any:
            said = self._first[name]()
            return await method(*args) if said is None else said

        return asked

    def in_background(self) -> Interposed:
        return Interposed(self._page.in_background(), self._first)


def interpose(bench: Bench, **first: Callable[[], Any]) -> None:
    """Let a desk's pages do something first, by the name of the method."""
    opened = PageOpener({})
    bench.desk.open_page = lambda profile, clock: Interposed(opened(profile, clock), first)  # type: ignore[assignment,return-value]


def once(action: Callable[[], Any]) -> Callable[[], Any]:
    """An action that is done the first time only."""
    left = [action]
    return lambda: left.pop()() if left else None
