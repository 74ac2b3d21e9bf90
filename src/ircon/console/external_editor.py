"""Giving the terminal away: to one's own editor, and to a console on a practice page."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from textual.app import SuspendNotSupported

from ircon.errors import Refused


def edit(
    text: str,
    environment: Mapping[str, str],
    suspended: Callable[[], AbstractContextManager[None]],
) -> str:
    """Have a person write in $VISUAL, else $EDITOR, on a file that only we can read.

    Args:
        text: to begin with.
        environment: where ``VISUAL`` and ``EDITOR`` are looked up.
        suspended: gives the terminal away for as long as the editor has it.

    Returns:
        The text as they left it.

    Raises:
        Refused: no editor is set, the terminal cannot be given away, or the editor
            failed; then its file is kept and named.
    """
    command = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        argv = shlex.split(command)
    except ValueError as error:
        raise Refused(f"$EDITOR cannot be read: {error}.", 'Write it as "code --wait".') from error
    if not argv:
        raise Refused("No editor is set.", 'Set one in your shell: export EDITOR="vim".')
    handle, name = tempfile.mkstemp(prefix="ircon-", suffix=".md")  # 0600 by its contract
    path = Path(name)
    before = text.encode("utf-8", "replace")
    with os.fdopen(handle, "wb") as file:
        file.write(before)
    try:
        with suspended():
            code = subprocess.run([*argv, name], check=False).returncode
        written = path.read_bytes()
    except SuspendNotSupported as error:
        path.unlink()
        raise _kept_here() from error
    except OSError as error:
        raise Refused(f"The editor {argv[0]!r} failed: {error}.", _where(path)) from error
    if code:
        raise Refused(f"The editor {argv[0]!r} ended with code {code}.", _where(path))
    path.unlink()
    if written == before:
        return text
    changed = written.decode("utf-8", "replace").replace("\r\n", "\n")
    return changed if text.endswith("\n") else changed.removesuffix("\n")


def practise(suspended: Callable[[], AbstractContextManager[None]]) -> None:
    """Run ``ircon demo`` until its person leaves it; its home is its own.

    Raises:
        Refused: the terminal cannot be given away.
    """
    try:
        with suspended():
            subprocess.run([sys.executable, "-m", "ircon", "demo"], check=False)
    except SuspendNotSupported as error:
        raise _kept_here() from error


def _kept_here() -> Refused:
    return Refused("This terminal cannot be given away.", "Run it in a shell beside.")


def _where(path: Path) -> str:
    return f"Nothing was taken over; what it wrote is in {path}."
