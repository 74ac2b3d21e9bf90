"""Tokens of pages: their sources, and the one header of a request that they may go into.

No error of this module holds anything that was read: it may be the token.
"""

from __future__ import annotations

import base64
import os
import re
import select
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from html.entities import html5
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from ircon.config.load import PageConfig, distrust
from ircon.errors import ConfigError

_NO_WORD: Final = 12  # signs: no token of a vendor is shorter, few words are longer
COMMAND_SECONDS: Final = 10.0  # a pinentry that nobody answers
_MOST: Final = 65_536  # bytes of a token command: no password manager's notes are longer
_GLANCE: Final = 0.05  # seconds between two looks whether the command has ended


class Secret:
    """A token whose representation is masked: tracebacks and logs show no more."""

    __slots__ = ("_pattern", "_value")

    def __init__(self, value: str) -> None:
        self._value: Final = value
        self._pattern: str | None = None

    def reveal(self) -> str:
        """The token itself; for the header of a request, and nothing else."""
        return self._value

    def hide(self, text: str) -> str:
        """A foreign text without the token: servers, proxies and programs do print it."""
        return re.sub(self._forms(), "[token]", text)

    def hide_in(self, answer: bytes) -> bytes:
        """As ``hide``, in bytes: what was never read is never kept either.

        Not of a token so short that it is a word of the page's, as a practice page may have.
        """
        if len(self._value) < _NO_WORD:
            return answer
        return re.sub(self._forms().encode(), b"[token]", answer)

    def _forms(self) -> str:
        """A pattern of all that the token can be made of without being another one."""
        if self._pattern is None:
            raw = self._value.encode()
            if len(raw) < _NO_WORD:  # a word in another case is only a word
                forms = [_token_pattern(self._value), re.escape(base64.b64encode(raw).decode())]
            else:
                forms = [f"(?i:{_token_pattern(self._value)})", _as_hex(raw), *_as_base64(raw)]
            self._pattern = "|".join(forms)
        return self._pattern

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not written down")


class Authentication(NamedTuple):
    """The header that carries a vendor's token, and the scheme in front of it, if any."""

    header: str = "Authorization"
    scheme: str = "Bearer"

    def value(self, secret: Secret) -> str:
        """The header's value, with the token."""
        return f"{self.scheme} {secret.reveal()}" if self.scheme else secret.reveal()


# How ASCII signs are called in HTML: ``&sol;`` is a slash.
_ENTITIES: Final = [
    (char, name) for name, char in html5.items() if name[-1] == ";" and char < "\x7f"
]
_BREAK: Final = r"(?:[\\=]?\r?\n)?"  # a long line is folded, in shells and in mails


def _token_pattern(value: str) -> str:
    """Return a pattern of a token: plain, or quoted for a URL, JSON, HTML, email or a shell."""
    return _BREAK.join(_char_pattern(char) for char in value)


def _char_pattern(char: str) -> str:
    code = ord(char)
    named = "".join(rf"|{re.escape(name)}" for quoted, name in _ENTITIES if quoted == char)
    entity = rf"(?i:&(?:amp;){{0,3}}(?:#0{{0,6}}{code};?|#x0{{0,6}}{code:x};?{named}))"
    escaped = rf"(?i:\\{{1,4}}(?:u00{code:02x}|u\{{0*{code:x}\}}|x{code:02x}|{code:03o}))"
    return rf"(?:\\{{0,4}}{re.escape(char)}|(?i:[%=](?:25){{0,3}}{code:02x})|{escaped}|{entity})"


def _as_hex(raw: bytes) -> str:
    """As dumps write it: with or without blanks, colons or ``0x`` between the bytes."""
    between = r"(?:[\s:,-]|\\x|0x){0,4}"
    return f"(?i:{between.join(f'{byte:02x}' for byte in raw)})"


def _as_base64(raw: bytes) -> Iterator[str]:
    """What of it is certain wherever it stands in what was encoded, in either alphabet.

    Three bytes become four signs, so there are three ways to meet them; those at either end
    depend on the neighbours.
    """
    other = {"+": "(?:[+-]|(?i:%(?:25)*2b))", "/": "(?:[/_]|(?i:%(?:25)*2f))"}
    for before, unsure in enumerate((0, 2, 3)):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        certain = encoded[unsure : (before + len(raw)) * 8 // 6]
        yield r"(?:\\?[\r\n]{1,2}|\\r|\\n){0,2}".join(
            other.get(char, re.escape(char)) for char in certain
        )


# A header or a query that hands a token over says so itself, whoever's it is.
_HANDED_OVER: Final = re.compile(
    r"(?i)(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:oauth|bearer|basic|token)\s+|[?&]api_key=)"
    r"[^\s'\"&,;]+"
)


def hide_all(text: str, secrets: Iterable[Secret]) -> str:
    """What a program printed, without these tokens, nor any that is plainly handed over."""
    for secret in secrets:
        text = secret.hide(text)
    return _HANDED_OVER.sub(r"\1[token]", text)


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

    def at_hand(self, pages: Iterable[PageConfig]) -> list[Secret]:
        """The tokens of pages, as far as nobody is asked for one and no command is run."""
        found = []
        for page in pages:
            if page.token_command and page.token_command not in self._known:
                continue
            try:
                found.append(self.of(page))
            except ConfigError:  # then nobody here knows it either
                continue
        return found

    def _read(self, page: PageConfig) -> Secret:
        if page.token_command and page.distrusted:
            raise ConfigError(
                f"The token command of the page '{page.name}' is not run: {page.distrusted}",
                "Others could change what is run: chmod go-w it.",
            )
        if page.token_command:
            whence, text = (
                f"'{page.token_command[0]}'",
                _from_command(page.token_command, page.token_seconds),
            )
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
                f"What {whence} gives is not a token: it is empty or has invalid characters.",
                "It must print the API key alone, on its first line.",
            )
        return Secret(token)


def _from_command(argv: Sequence[str], seconds: float | None) -> str:
    limit = COMMAND_SECONDS if seconds is None else min(seconds, COMMAND_SECONDS)
    hint = "Try it in a shell; it must print the token on its first line."
    problem, said = "", b""
    try:
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            try:
                said, problem = _heard(child, limit)
            finally:
                child.kill()  # no more than a signal to one that has ended
    except OSError as error:
        problem = f"cannot be started: {error.strerror}"
    if not problem and child.returncode:
        problem = f"failed with exit code {child.returncode}"
    if problem:  # raised here, so that no exception with its output hangs on this one
        raise ConfigError(f"The token command '{argv[0]}' {problem}.", hint)
    return said.decode("utf-8", "replace")


def _heard(child: subprocess.Popen[bytes], limit: float) -> tuple[bytes, str]:
    """What a command prints until it ends, and what is wrong with that.

    Its end counts, not that of the pipe: what it left running in the background has it too.
    """
    assert child.stdout is not None  # noqa: S101 - it was asked for
    pipe, said = child.stdout.fileno(), bytearray()
    os.set_blocking(pipe, False)
    until = time.monotonic() + limit
    is_over = False
    while True:
        ended = child.poll() is not None  # looked at first: what it printed is in the pipe then
        ready = not is_over and select.select([pipe], [], [], 0 if ended else _GLANCE)[0]
        if ready:
            more = os.read(pipe, _MOST)
            is_over = not more
            said += more
        if len(said) > _MOST:
            return b"", f"printed more than {_MOST // 1024} KiB: that is no token"
        if ended and not (ready and more):
            return bytes(said), ""
        if time.monotonic() > until:
            return b"", f"gave no answer in {limit:.3g} s"
        if is_over and not ended:
            time.sleep(_GLANCE)


_FILE_RULES: Final[tuple[tuple[Callable[[os.stat_result], bool], str], ...]] = (
    (lambda found: not stat.S_ISREG(found.st_mode), "is not a regular file"),
    (lambda found: found.st_uid != os.geteuid(), "belongs to another user"),
    (lambda found: bool(found.st_mode & 0o077), "can be used by others"),
)


def _from_file(path: Path) -> str:
    hint = "It must be your own file, no link, readable by you alone: chmod 600."
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
        if replaceable := distrust(path):
            raise ConfigError(f"The token file {path} may have been replaced: {replaceable}", hint)
        return os.read(handle, 4096).decode("utf-8", "replace")
    finally:
        os.close(handle)
