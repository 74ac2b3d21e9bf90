"""Reading folders of TOML files that people write: strict, and saying where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

from ircon.errors import TemplateError
from ircon.toml_table import parse_toml

MAX_BYTES: Final = 64 * 1024
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class _Named(Protocol):
    @property
    def name(self) -> str:
        """What people call it."""


T = TypeVar("T", bound=_Named)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """Templates by name, and what was wrong with the other files."""

    templates: dict[str, T]
    failed: list[TemplateError]


class Table:
    """A TOML table, read key by key; ``where`` begins each message about it.

    Every method raises ``TemplateError`` for a value that is missing or wrong.
    """

    def __init__(self, where: str, values: dict[str, Any]) -> None:
        self._where = where
        self._values = values

    def wrong(self, what: str, hint: str) -> TemplateError:
        """The error that says so, with the file's name in front."""
        return TemplateError(f"{self._where}: {what}", hint)

    def only(self, *known: str) -> None:
        """Nothing but these keys: an unknown one is a misspelt one."""
        for key in self._values:
            if key not in known:
                raise self.wrong(f"unknown key {key!r}.", f"Known are: {', '.join(known)}.")

    def name(self) -> str:
        """Its ``name``, which people type on a command line."""
        name = self.text("name")
        if not _NAME.fullmatch(name):
            raise self.wrong(f"name {name[:70]!r} cannot be used.", "Use a-z, 0-9 and hyphens.")
        return name

    def text(self, key: str) -> str:
        """A text that must be there, and say something."""
        text = self.optional_text(key)
        if text is None:
            raise self.wrong(f"{key!r} is missing.", f'Add a line: {key} = "...".')
        return text

    def optional_text(self, key: str) -> str | None:
        """A text; an empty one is as good as none."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(f"{key!r} must be a text.", f'Write it as {key} = "...".')
        return value.strip() or None

    def optional_flag(self, key: str) -> bool | None:
        """``true`` or ``false``, if said."""
        value = self._values.get(key)
        if not isinstance(value, bool | None):
            raise self.wrong(f"{key!r} must be true or false.", f"Write it as {key} = true.")
        return value

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """A word out of a list."""
        return self._allowed(key, self.text(key), allowed)

    def words_of(self, key: str, allowed: Collection[str]) -> dict[str, str]:
        """A table of words out of a list; none is an empty one."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"{key!r} must be a table.", f"Begin it with [{key}].")
        return {name: self._allowed(f"{key}.{name}", word, allowed) for name, word in value.items()}

    def tables(self, key: str) -> list[Table]:
        """``[[key]]``, at least once."""
        value = self._values.get(key)
        if not isinstance(value, list) or not value:
            raise self.wrong(f"no [[{key}]].", f"Begin each {key} with [[{key}]].")
        if not all(isinstance(one, dict) for one in value):
            raise self.wrong(f"{key!r} must be tables.", f"Begin each {key} with [[{key}]].")
        return [Table(f"{self._where}, {key} {place}", one) for place, one in enumerate(value, 1)]

    def _allowed(self, key: str, word: Any, allowed: Collection[str]) -> str:
        if not isinstance(word, str) or word not in allowed:
            raise self.wrong(f"{key} {word!r} is not valid.", f"Use one of: {', '.join(allowed)}.")
        return word


def load(shipped: str, user_folder: Path | None, parse: Callable[[Table], T]) -> Loaded[T]:
    """Read ircon's own files of one kind, and a user's, which win by name.

    Args:
        shipped: the folder below ``ircon/writing/templates``.
        user_folder: one that need not exist.
        parse: makes a template of a file's table, or raises ``TemplateError``.
    """
    loaded = _read_folder(files("ircon.writing") / "templates" / shipped, parse)
    if user_folder is not None and user_folder.is_dir():
        own = _read_folder(user_folder, parse)
        loaded.templates.update(own.templates)
        loaded.failed.extend(own.failed)
    return loaded


def _read_folder(folder: Traversable, parse: Callable[[Table], T]) -> Loaded[T]:
    loaded: Loaded[T] = Loaded({}, [])
    try:
        found = sorted(folder.iterdir(), key=lambda file: file.name)
    except OSError as error:
        problem = TemplateError(f"{folder}: {error.strerror}.", "Make the folder readable.")
        return Loaded({}, [problem])
    for file in found:
        if not file.name.endswith(".toml") or file.name.startswith("."):
            continue
        try:
            template = parse(Table(file.name, _read(file)))
        except TemplateError as error:
            loaded.failed.append(error)
            continue
        if template.name in loaded.templates:
            taken = f"{file.name}: another file here is called {template.name!r} too."
            loaded.failed.append(TemplateError(taken, "Give each a name of its own."))
        else:
            loaded.templates[template.name] = template
    return loaded


def _read(file: Traversable) -> dict[str, Any]:
    try:
        with file.open("rb") as source:
            content = source.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "Make it a file that you may read."
        raise TemplateError(f"{file.name}: {error.strerror}.", hint) from error
    if len(content) > MAX_BYTES:
        hint = "A template is a page of text."
        raise TemplateError(f"{file.name}: larger than {MAX_BYTES // 1024} KiB.", hint)
    return parse_toml(content, file.name, TemplateError).values
