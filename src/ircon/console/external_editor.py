"""Programs that take over the terminal: an external editor, and a console on a practice page."""

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
    """Edit a text in $VISUAL, else $EDITOR, in a file that only this user can read.

    Args:
        text: the text to edit.
        environment: where ``VISUAL`` and ``EDITOR`` are looked up.
        suspended: suspends the app while the editor runs.

    Returns:
        The edited text.

    Raises:
        Refused: no editor is set, the app cannot be suspended here, or the editor failed;
            then its file is kept and named.
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
        raise _cannot_suspend() from error
    except OSError as error:
        raise Refused(f"The editor {argv[0]!r} failed: {error}.", _unused_file(path)) from error
    if code:
        raise Refused(f"The editor {argv[0]!r} ended with code {code}.", _unused_file(path))
    path.unlink()
    if written == before:
        return text
    changed = written.decode("utf-8", "replace").replace("\r\n", "\n")
    return changed if text.endswith("\n") else changed.removesuffix("\n")


def practise(suspended: Callable[[], AbstractContextManager[None]]) -> None:
    """Run ``ircon demo``, which has a home of its own, until it is quit.

    Raises:
        Refused: the app cannot be suspended here.
    """
    try:
        with suspended():
            subprocess.run([sys.executable, "-m", "ircon", "demo"], check=False)
    except SuspendNotSupported as error:
        raise _cannot_suspend() from error


def _cannot_suspend() -> Refused:
    return Refused("The console cannot be suspended here.", "Run it in another shell.")


def _unused_file(path: Path) -> str:
    return f"The text is unchanged; what the editor wrote is in {path}."
