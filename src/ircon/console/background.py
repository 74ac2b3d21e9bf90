"""Background work: a coroutine that Textual runs as a worker of a screen or the app."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def run(node: DOMNode, work: Work, group: str, *, exclusive: bool = False) -> Worker[None]:
    """Start background work; it is cancelled with its node.

    Args:
        node: a screen, or the app for work that outlives screens.
        work: called when the worker starts, so that no coroutine is left unawaited.
        group: the name of the group of workers.
        exclusive: cancel other workers of the group.
    """
    return node.run_worker(work, group=group, exclusive=exclusive)
