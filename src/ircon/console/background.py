"""Work beside the keys: a coroutine that Textual runs and watches."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def run(node: DOMNode, work: Work, group: str, *, exclusive: bool = False) -> Worker[None]:
    """Run something beside; it ends with its node.

    Args:
        node: a screen, or the app for what outlives screens.
        work: called when it begins; never a coroutine that might not begin.
        group: what it belongs to.
        exclusive: stop what runs in the group.
    """
    return node.run_worker(work, group=group, exclusive=exclusive)
