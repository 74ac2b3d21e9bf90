"""The command line as a test uses it: in this process, or as the real program."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ircon.commands.main import main

IRCON = str(Path(sys.executable).with_name("ircon"))


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; fails where there is more or less."""
        return json.loads(self.out)


class CommandLine:
    """``ircon --home HOME ...``."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str, stdin: str = "") -> Said:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        typed, sys.stdin = sys.stdin, io.StringIO(stdin)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(["--home", str(self.home), *words])
        finally:
            sys.stdin = typed
        return Said(code, out.getvalue(), err.getvalue())

    def real(self, *words: str, **environment: str) -> Said:
        """Run the program itself."""
        done = subprocess.run(
            [IRCON, "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def json(self, *words: str) -> Any:
        """The document of a command that is expected to do it."""
        said = self(*words, "--json")
        assert said.code == 0, said.err
        return said.document

    def use(self, url: str, page_id: str, token: str, name: str = "main") -> None:
        """Set a page up, as a script would."""
        file = self.home / f"{name}.token"
        file.touch(mode=0o600)
        file.write_text(token)
        page = ("--url", url, "--page-id", page_id, "--token-file", str(file), "--name", name)
        said = self("init", *page)
        assert said.code == 0, said.err
