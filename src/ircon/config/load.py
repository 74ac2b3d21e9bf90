"""Loader of config.toml: reads, validates and explains it.

``TABLES`` is all that the file may say: load() checks by it, the handbook prints
it. ircon never rewrites the file; ``append_page`` adds to it.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from ircon.config.schema import (
    SUBTABLES,
    TABLE_NAMES,
    TABLES,
    TOKEN_SOURCES,
    is_loopback,
)
from ircon.errors import ConfigError
from ircon.toml_table import TomlDocument, parse_toml, suggest

# When the next update is due, in minutes since the last one: GitLab's communications
# handbook, and five minutes to the first update (PagerDuty's external guidelines).
# Statuses that are not named have no countdown.
DEFAULT_CADENCE: Final[Mapping[str, Mapping[str, float]]] = {
    "sev1": {"first": 5, "investigating": 10, "identified": 10, "monitoring": 30},
    "sev2": {"first": 5, "investigating": 15, "identified": 30, "monitoring": 60},
    "sev3": {"first": 5, "investigating": 15, "identified": 30, "monitoring": 60},
    "sev4": {"first": 5, "investigating": 15, "identified": 30, "monitoring": 60},
}


@dataclass(frozen=True, slots=True)
class PageConfig:
    """A configured page, ``[pages.NAME]``.

    Attributes:
        name: NAME, what ``--page`` takes.
        kind: the vendor; a key of ``schema.VENDORS``.
        environment: ``production`` or ``sandbox``.
        url: the origin of its API; public_url: where customers read it.
        page_id, page_name: what the page must say it is (``page_name`` is the
            file's ``name``).
        notify: whether updates notify subscribers by default.
        token_command, token_env, token_file: where the token comes from; one is set.
        ca_file: certificates to trust instead of the system's; by default the file's own.
        distrusted: why ``token_command`` is not run: somebody else may have written it.
        token_seconds: how long it may take, where whoever asks has less time than usual.
    """

    name: str
    url: str
    page_id: str
    kind: str = "statuspage"
    environment: str = "production"
    public_url: str | None = None
    page_name: str | None = None
    notify: bool = True
    token_command: tuple[str, ...] | None = None
    token_env: str | None = None
    token_file: str | None = None
    ca_file: str | None = None
    distrusted: str = ""
    token_seconds: float | None = None

    @property
    def title(self) -> str:
        """The name for people: as the page calls itself, else as config.toml does."""
        return self.page_name or self.name


_NOT_WRITTEN: Final = frozenset({"name", "distrusted", "token_seconds"})  # no keys of the file


@dataclass(frozen=True, slots=True)
class ConsoleConfig:
    """``hold_seconds``: to take an update back in; ``pull_seconds``: between two pulls."""

    hold_seconds: float = 10
    pull_seconds: float = 30


@dataclass(frozen=True, slots=True)
class CheckConfig:
    """The team's setting of one rule: ``severity`` (``off`` silences it) and the reason."""

    severity: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file, with defaults for what it does not say.

    ``author`` is what the person is called in the record; ``ca_file`` holds for every page
    that does not say its own, and for imports. ``cadence`` maps severity to status to
    minutes; the status ``first`` is the first update. ``keys`` maps acts to keys, or to
    ``unbound``.
    """

    path: Path
    default_page: str | None = None
    zone: str | None = None
    theme: str | None = None
    mouse: bool = True
    author: str | None = None
    ca_file: str | None = None
    pages: Mapping[str, PageConfig] = field(default_factory=dict)
    console: ConsoleConfig = ConsoleConfig()
    cadence: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {name: dict(row) for name, row in DEFAULT_CADENCE.items()}
    )
    checks: Mapping[str, CheckConfig] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    public_links: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def page(self, name: str | None = None) -> PageConfig:
        """The page of that name; without one the default, or the only one.

        Raises:
            ConfigError: there is none, or it is not clear which.
        """
        if not self.pages:
            raise ConfigError(
                "No status page is configured.",
                "Add one with 'ircon init', or try 'ircon demo', which needs none.",
            )
        listed = ", ".join(self.pages)
        wanted = name or self.default_page
        if wanted is None and len(self.pages) == 1:
            wanted = next(iter(self.pages))
        if wanted is None:
            raise ConfigError(
                f"Several pages are configured and none is the default: {listed}.",
                f"Use --page, or set default_page in {self.path}.",
            )
        if wanted not in self.pages:
            raise ConfigError(f"Page {wanted!r} not found.", f"Configured: {listed}.")
        return self.pages[wanted]


def load(path: Path) -> Config:
    """Read and check config.toml; a file that does not exist says nothing.

    Raises:
        ConfigError: it cannot be used; names file, line, key and what is allowed.
    """
    raw = _bytes(path)
    if not raw:
        return Config(path)
    config = _read(raw, path)
    why = distrust(path) if any(page.token_command for page in config.pages.values()) else ""
    if not why:
        return config
    pages = {name: replace(page, distrusted=why) for name, page in config.pages.items()}
    return replace(config, pages=pages)


def distrust(path: Path) -> str:
    """Return why somebody else may have written a file, as a sentence; empty where nobody can.

    It counts who may write the file, or put another in its place.
    """
    real = path.resolve()
    for what in dict.fromkeys((real, real.parent, path.parent)):
        try:
            found = what.stat()
        except OSError:  # gone meanwhile: nobody reads it
            continue
        if found.st_uid not in {os.geteuid(), 0}:
            return f"{what} belongs to another user."
        shared = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX  # as /tmp is
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not shared:
            return f"{what} can be written by others (mode {stat.S_IMODE(found.st_mode):04o})."
    return ""


def append_page(path: Path, page: PageConfig) -> None:
    """Add a ``[pages.NAME]`` block; not a byte of what is there changes.

    A new file also gets ``default_page``. It is replaced in one step and readable
    only by its owner afterwards.

    Raises:
        ConfigError: the name is taken, or the file would not be valid with it.
    """
    import tomli_w  # only 'init' writes

    target = path.resolve()  # a link into somebody's dotfiles stays one
    old = _bytes(target)
    if page.name in _read(old, path).pages:
        raise ConfigError(
            f"{path} already has a page called {page.name!r}.", "Give another --name."
        )
    renamed = {"name": None, "page_name": "name"}  # [pages.NAME] has the one, 'name' is the other
    block = {
        renamed.get(one.name, one.name): list(value) if isinstance(value, tuple) else value
        for one in fields(page)
        if (value := getattr(page, one.name)) is not None and one.name not in _NOT_WRITTEN
    }
    text = tomli_w.dumps({"pages": {page.name: block}})
    if old.removeprefix(codecs.BOM_UTF8).strip():
        text = ("" if old.endswith(b"\n") else "\n") + "\n" + text
    else:  # keys of the top level must come before any table
        text = tomli_w.dumps({"default_page": page.name}) + "\n" + text
    new = old + text.encode()
    _read(new, path)
    _replace(target, new)


def _bytes(path: Path) -> bytes:
    """What is in a file; nothing where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", "Check its owner."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a crash leaves the old file or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.", "Nothing in it was changed."
        ) from error
    finally:
        with suppress(OSError):  # gone already, where all went well
            beside.unlink()


def _read(raw: bytes, path: Path) -> Config:
    return _ConfigReader(path, parse_toml(raw, str(path), ConfigError)).read()


class _ConfigReader:
    """Reader of one config.toml, which checks it against ``TABLES``."""

    def __init__(self, path: Path, document: TomlDocument) -> None:
        self._path = path
        self._document = document

    def read(self) -> Config:
        """Return the configuration.

        Raises:
            ConfigError: a key or a value is not allowed; names its line.
        """
        document = self._document.values
        top = self._table((), {k: v for k, v in document.items() if k not in SUBTABLES})
        common = {"ca_file": top["ca_file"]} if "ca_file" in top else {}
        pages = {
            name: self._page(name, {**common, **table})
            for name, table in self._tables(document, "pages")
        }
        default = top.get("default_page")
        if default is not None and default not in pages:
            listed = ", ".join(pages) or "none"
            raise self._error(
                (), "default_page", f"no page is called {default!r}", f"Configured: {listed}."
            )
        cadence = {name: dict(row) for name, row in DEFAULT_CADENCE.items()}
        for severity, table in self._tables(document, "cadence"):
            cadence[severity].update(self._table(("cadence", severity), table))
        words = self._table(("words",), self._sub(document, "words"))
        return Config(
            self._path,
            **top,
            pages=pages,
            console=ConsoleConfig(**self._table(("console",), self._sub(document, "console"))),
            cadence=cadence,
            checks={
                rule: self._check(rule, table) for rule, table in self._tables(document, "checks")
            },
            words=words.get("known", ()),
            public_links=words.get("public_links", ()),
            keys=self._table(("keys",), dict(_flat(self._sub(document, "keys")))),
        )

    def _page(self, name: str, table: Mapping[str, Any]) -> PageConfig:
        where = ("pages", name)
        said = self._table(where, table)
        for wanted in ("url", "page_id"):
            if wanted not in said:
                raise self._error(
                    where, None, f"{wanted!r} is missing", TABLES["pages.*"][wanted].meaning
                )
        sources = [key for key in TOKEN_SOURCES if key in said]
        if len(sources) != 1:
            have = " and ".join(sources) or "none"
            raise self._error(
                where,
                sources[-1] if sources else None,
                f"a page needs one source for its token, this one has {have}",
                f"Keep one of {', '.join(TOKEN_SOURCES)}.",
            )
        said["page_name"] = said.pop("name", None)
        said.setdefault("environment", "sandbox" if is_loopback(said["url"]) else "production")
        return PageConfig(name=name, **said)

    def _check(self, rule: str, table: Mapping[str, Any]) -> CheckConfig:
        said = CheckConfig(**self._table(("checks", rule), table))
        if said.severity == "off" and not said.reason:
            raise self._error(
                ("checks", rule),
                "severity",
                "a rule is silenced with a reason only",
                'Add reason = "...".',
            )
        return said

    def _sub(self, document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = document.get(name, {})
        if not isinstance(table, dict):
            raise self._error((), name, "must be a table", f"Write [{name}].")
        return table

    def _tables(
        self, document: Mapping[str, Any], name: str
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The tables below ``[name.*]``, their own names checked."""
        for key, table in self._sub(document, name).items():
            if not isinstance(table, dict):
                raise self._error((name,), key, "must be a table", f"Write [{name}.{key}].")
            pattern, hint = TABLE_NAMES[name]
            if not re.fullmatch(pattern, key):
                raise self._error((name, key), None, f"{key!r} is not allowed here", hint)
            yield key, table

    def _table(self, where: tuple[str, ...], table: Mapping[str, Any]) -> dict[str, Any]:
        """A table's values, each checked by its row of ``TABLES``."""
        rows = TABLES[".".join(where[:1]) + (".*" if len(where) > 1 else "")]
        said: dict[str, Any] = {}
        for key, value in table.items():
            row = rows.get(key) or rows.get("*")
            if row is None:
                raise self._unknown(where, key, value, rows)
            try:
                said[key] = row.check(value)
            except ValueError as error:
                raise self._error(where, key, f"{key} {error}", row.meaning) from error
        return said

    def _unknown(
        self, where: tuple[str, ...], key: str, value: Any, rows: Mapping[str, Any]
    ) -> ConfigError:
        """What is meant is suggested from what can stand there: a table's name for a table."""
        if where and key in TABLES[""]:
            hint = f"{key} stands above the first [table]. Allowed here: {', '.join(rows)}."
            return self._error(where, key, f"{key!r} is not a key of it", hint)
        is_table = isinstance(value, dict) or (
            isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
        )
        tables = () if where else SUBTABLES
        listed = ", ".join([*rows, *tables])
        suggestion = suggest(key, tables if is_table else rows)
        what = "table" if is_table else "key"
        hint = f"{suggestion}Allowed: {listed}."
        return self._error(where, key, f"{key!r} is not a {what} of it", hint)

    def _error(self, where: tuple[str, ...], key: str | None, what: str, hint: str) -> ConfigError:
        location = self._document.location(where, key)
        table = f" [{'.'.join(where)}]" if where else ""
        return ConfigError(f"{location}:{table} {what}.", hint[:1].upper() + hint[1:])


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """``incident.note = "n"`` with and without quotes round the act."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
