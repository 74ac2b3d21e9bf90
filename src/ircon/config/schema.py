"""Schema of config.toml: one row a key, which checks its value and explains it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ircon.incident.vocabulary import SEVERITIES, STATUSES

TOKEN_SOURCES: Final = ("token_command", "token_env", "token_file")
# The vendors of status pages: what ``kind`` may say, and the adapter that speaks to it. It is a
# name, since configuration is read without importing an adapter.
VENDORS: Final[Mapping[str, str]] = {
    "statuspage": "ircon.pages.vendors.statuspage:Statuspage",
}
ENVIRONMENTS: Final = ("production", "sandbox")
CHECK_SEVERITIES: Final = ("error", "warn", "info", "off")

Check = Callable[[Any], Any]


class Key(NamedTuple):
    """A key: ``check`` returns the value to use or raises ValueError("must ...").

    What it raises never repeats the value: it may be a token in the wrong place.
    """

    check: Check
    meaning: str


def is_loopback(url: str) -> bool:
    """Whether an address can only lead to this machine."""
    host = (urlsplit(url).hostname or "").casefold()
    return host in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def allowed_keys() -> Iterator[tuple[str, str, str]]:
    """Every table, key and meaning, for the handbook."""
    for table, rows in TABLES.items():
        for key, row in rows.items():
            yield table, key, row.meaning


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - one error for all checks
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _argv(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list: a program and its arguments")
    return _texts(value)


def _at_least(least: float) -> Check:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= least:
            raise ValueError(f"must be a number, {least} or more")
        return value

    return check


def _one_of(*words: str) -> Check:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return check


def _like(pattern: str, what: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {what}")
        return value

    return check


def _address(value: Any) -> str:
    """An https address, or an http one of this machine (docs/security.md, HTTP)."""
    text = _text(value).strip()
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that begins with https://")
    _ = parts.port  # raises ValueError where it is none
    if parts.username is not None:
        raise ValueError("must not contain a user name or a password")
    if parts.scheme == "http" and not is_loopback(text):
        raise ValueError("must begin with https://: http can be read and changed on the way")
    return text.rstrip("/")


def checked_origin(value: Any) -> str:
    """An API's origin, without the slash at its end.

    Raises:
        ValueError: it is none, says a path, or would carry a token in clear.
    """
    text = _address(value)
    parts = urlsplit(text)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must end after the host, without /v1 or any other path")
    return text


def _path(value: Any) -> str:
    text = _text(value)
    if not (text.startswith("~") or Path(text).is_absolute()):
        raise ValueError("must be an absolute path, or begin with ~")
    return text


def _zone(value: Any) -> str:
    from ircon.errors import BadTime
    from ircon.incident.time_input import load_zone  # zones are read only where one is said

    text = _text(value)
    try:
        load_zone(text)
    except BadTime:
        raise ValueError("must be the name of a time zone") from None
    return text


_IDENTIFIER: Final = r"[A-Za-z0-9_-]{1,64}"
_MINUTES: Final = Key(_at_least(1), "Minutes until the next update is due in this status.")

TABLES: Final[Mapping[str, Mapping[str, Key]]] = {
    "": {
        "default_page": Key(_text, "The page that is used without --page."),
        "zone": Key(
            _zone, "The time zone that times are shown in: Europe/Amsterdam; else the machine's."
        ),
        "theme": Key(_text, "The console's theme; 'ircon themes' lists them."),
        "mouse": Key(_flag, "Whether the console takes the mouse (true)."),
        "author": Key(_text, "Your name in the record; else the login's name."),
        "ca_file": Key(_path, "Certificates (PEM) to trust instead of the system's, everywhere."),
    },
    "pages.*": {
        "kind": Key(_one_of(*VENDORS), f"The vendor: {', '.join(VENDORS)} (statuspage)."),
        "environment": Key(
            _one_of(*ENVIRONMENTS),
            "production or sandbox; by default sandbox on this machine, else production.",
        ),
        "url": Key(checked_origin, "The API's origin: https://api.statuspage.io."),
        "public_url": Key(_address, "Where customers read the page."),
        "page_id": Key(
            _like(_IDENTIFIER, "an id of letters and digits"),
            "The page's id, as its API settings show it.",
        ),
        "name": Key(_text, "The name that the page must have; another one is refused."),
        "notify": Key(_flag, "Whether updates notify subscribers by default (true)."),
        "token_command": Key(
            _argv, 'A program that prints the token: ["pass", "show", "statuspage"]. No shell.'
        ),
        "token_env": Key(
            _like(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable"),
            "The environment variable that holds the token, not the token.",
        ),
        "token_file": Key(_path, "A file with the token: yours, mode 0600, no link."),
        "ca_file": Key(
            _path, "Certificates (PEM) to trust instead of the system's, for this page."
        ),
    },
    "console": {
        "hold_seconds": Key(
            _at_least(1), "Seconds in which an update can be taken back before it is sent (10)."
        ),
        "pull_seconds": Key(
            _at_least(5), "Seconds between checks for updates that others posted (30)."
        ),
    },
    "cadence.*": {
        "first": Key(_at_least(1), "Minutes until the first public update is due."),
        **{name: _MINUTES for name, row in STATUSES.items() if row.phase != "closed"},
    },
    "checks.*": {
        "severity": Key(
            _one_of(*CHECK_SEVERITIES), f"How much it matters: {', '.join(CHECK_SEVERITIES)}."
        ),
        "reason": Key(_text, "Why; required where a rule is off."),
    },
    "words": {
        "known": Key(_texts, "Words that the spelling check accepts: product names."),
        "public_links": Key(_texts, "Beginnings of addresses that a public text may link to."),
    },
    "keys": {"*": Key(_text, 'ACT = KEYS, as "u,f2", or "unbound"; \'ircon keys\' lists acts.')},
}

# What may stand between the dots of [pages.NAME], and so on; and how to say so.
TABLE_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "pages": (_IDENTIFIER, "Use letters, digits, - and _."),
    "cadence": ("|".join(SEVERITIES), f"Use one of {', '.join(SEVERITIES)}."),
    "checks": (r"[A-Z]\d{1,2}", "Use a rule's id, as T1; 'ircon check --list' has them."),
}
SUBTABLES: Final = tuple(dict.fromkeys(table.partition(".")[0] for table in TABLES if table))
