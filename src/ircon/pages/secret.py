"""Tokens: where they come from, and that they go nowhere but into a request's header.

No error of this module holds anything that was read: it may be the token.
"""

from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from ircon.config import PageConfig
from ircon.errors import ConfigError

_NO_WORD: Final = 12  # signs: no token of a vendor is shorter, few words are longer
COMMAND_SECONDS: Final = 10.0  # a pinentry that nobody answers


class Secret:
    """A token whose representation is masked: tracebacks and logs show no more."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Final = value

    def reveal(self) -> str:
        """The token itself; for the header of a request, and nothing else."""
        return self._value

    def hide(self, text: str) -> str:
        """A foreign text without the token: servers and proxies do echo headers."""
        return re.sub(self._forms(), "[token]", text)

    def hide_in(self, answer: bytes) -> bytes:
        """As ``hide``, in bytes: what was never read is never kept either.

        Not of a token so short that it is a word of the page's, as a practice page may have.
        """
        if len(self._value) < _NO_WORD:
            return answer
        return re.sub(self._forms().encode(), b"[token]", answer)

    def _forms(self) -> str:
        """The token as it is, quoted for a URL in any part, escaped for JSON, or in base64."""
        signs = (
            rf"(?:\\?{re.escape(sign)}|(?i:%{ord(sign):02x})|(?i:\\u{ord(sign):04x}))"
            for sign in self._value
        )
        encoded = base64.b64encode(self._value.encode()).decode()
        return f"{''.join(signs)}|{re.escape(encoded)}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not written down")


class Tokens:
    """Gets each token once: a variable is gone after it was read, a command may ask a person.

    Args:
        environ: the environment; a token is taken out of it, so that programs
            started later do not inherit it.
    """

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._environ = environ
        self._known: dict[object, Secret] = {}

    def of(self, page: PageConfig) -> Secret:
        """The token of a page. May take seconds, and may ask on the terminal.

        Raises:
            ConfigError: it cannot be had; says why, never what was read.
        """
        source = page.token_command or page.token_env or page.token_file
        if source not in self._known:
            self._known[source] = self._read(page)
        return self._known[source]

    def _read(self, page: PageConfig) -> Secret:
        if page.token_command:
            whence, text = f"'{page.token_command[0]}'", _from_command(page.token_command)
        elif page.token_env:
            whence, text = f"${page.token_env}", self._environ.pop(page.token_env, "")
            if not text:
                raise ConfigError(
                    f"The environment variable {page.token_env} is not set.",
                    f"Export the token of the page '{page.name}' in it.",
                )
        else:
            whence = page.token_file or ""
            text = _from_file(Path(whence).expanduser())
        token = text.strip().partition("\n")[0].rstrip()  # 'pass' prints notes below the secret
        if not re.fullmatch(r"[!-~]{1,1024}", token):
            raise ConfigError(
                f"What {whence} gives is not a token: it is empty or holds signs no token has.",
                "It must print the API key alone, on its first line.",
            )
        return Secret(token)


def _from_command(argv: Sequence[str]) -> str:
    hint = "Try it in a shell; it must print the token on its first line."
    problem = ""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problem = f"gave no answer in {COMMAND_SECONDS:.0f} s"
    except OSError as error:
        problem = f"cannot be started: {error.strerror}"
    if not problem and done.returncode:
        problem = f"failed with exit code {done.returncode}"
    if problem:  # raised here, so that no exception with its output hangs on this one
        raise ConfigError(f"The token command '{argv[0]}' {problem}.", hint)
    return done.stdout.decode("utf-8", "replace")


_FILE_RULES: Final[tuple[tuple[Callable[[os.stat_result], bool], str], ...]] = (
    (lambda found: not stat.S_ISREG(found.st_mode), "is not a file"),
    (lambda found: found.st_uid != os.geteuid(), "belongs to somebody else"),
    (lambda found: bool(found.st_mode & 0o077), "can be used by others"),
)


def _from_file(path: Path) -> str:
    hint = "It must be a file of yours, no link, that only you may read: chmod 600."
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        why = "it is a link" if path.is_symlink() else error.strerror
        raise ConfigError(f"The token file {path} cannot be used: {why}.", hint) from None
    try:
        found = os.fstat(handle)
        problem = next((words for wrong, words in _FILE_RULES if wrong(found)), None)
        if problem:
            raise ConfigError(f"The token file {path} {problem}.", hint)
        return os.read(handle, 4096).decode("utf-8", "replace")
    finally:
        os.close(handle)
