"""Themes: one TOML file each, checked before Textual gets it.

Textual accepts a theme with a wrong colour and fails later: so every colour and variable
is checked here, and an invalid file costs a toast, not the start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, NamedTuple

from ircon.errors import ThemeError
from ircon.toml_table import parse_toml, suggest

DEFAULT: Final = "ircon-dark"

# ircon's own variables, each with the variable of Textual that is its default.
OWN_VARIABLES: Final[Mapping[str, str]] = {
    "faint": "foreground-darken-3",
    "rule": "panel-lighten-2",
    "chosen": "panel-lighten-1",
    "public": "text-primary",
    "internal": "text-secondary",
    "waiting": "text-warning",
    "unknown": "text-warning",
    "failed": "text-error",
    "status-operational": "text-success",
    "status-maintenance": "text-primary",
    "status-degraded": "text-warning",
    "status-partial": "text-warning",
    "status-major": "text-error",
    "sev-none": "foreground-darken-3",
    "sev-maintenance": "text-primary",
    "sev-minor": "text-warning",
    "sev-major": "text-warning",
    "sev-critical": "text-error",
    "due-calm": "text-success",
    "due-soon": "text-warning",
    "due-late": "text-error",
    "production": "text-error",
    "sandbox": "text-success",
}


class KeyRule(NamedTuple):
    """What the value of a theme's key must be."""

    is_valid: Callable[[object], bool]
    wanted: str
    example: str


def _is_colour(value: object) -> bool:
    from textual.color import Color, ColorParseError

    if not isinstance(value, str):
        return False
    colour = re.sub(r"\s+\d{1,3}%$", "", value)
    try:
        return colour == "auto" or Color.parse(colour) is not None
    except ColorParseError:
        return False


def _is_colour_or_style(value: object) -> bool:
    words = value.split() if isinstance(value, str) else []
    return _is_colour(value) or (bool(words) and _STYLE_WORDS.issuperset(words))


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


_STYLE_WORDS: Final = frozenset(
    "none not bold b dim italic i underline u reverse strike initial".split()  # noqa: SIM905 - words
)
_COLOUR: Final = KeyRule(_is_colour, "a colour", 'As "#6fb3e8".')
_SHARE: Final = KeyRule(_is_share, "a number from 0 to 1", "As 0.15.")
_TEXT: Final = KeyRule(lambda value: isinstance(value, str), "a text", 'As "Ada".')
_VARIABLE: Final = KeyRule(
    _is_colour_or_style, "a colour or a text style", 'As "#6fb3e8" or "bold".'
)

# The arguments of Textual's Theme; KEYS adds the name and the author.
SETTINGS: Final[Mapping[str, KeyRule]] = {
    **dict.fromkeys(
        (
            "primary", "secondary", "accent", "warning", "error", "success",
            "foreground", "background", "surface", "panel", "boost",
        ),
        _COLOUR,
    ),
    "luminosity_spread": _SHARE,
    "text_alpha": _SHARE,
    "dark": KeyRule(lambda value: isinstance(value, bool), "true or false", "As true."),
}  # fmt: skip
KEYS: Final[Mapping[str, KeyRule]] = {
    **SETTINGS,
    **dict.fromkeys(("name", "author", "homepage"), _TEXT),
}


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A valid theme; ``settings`` are arguments of ``textual.theme.Theme``."""

    name: str
    settings: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)


class ThemeFailure(NamedTuple):
    """An invalid file; ``reason`` begins with the line, if there is one: ``:3: ...``."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}{self.reason}"

    @property
    def short(self) -> str:
        """The message with the file's name only."""
        return f"{Path(self.path).name}{self.reason}"


@dataclass(frozen=True, slots=True)
class Themes:
    """The valid themes by name, and the problems of the other files."""

    themes: Mapping[str, ThemeFile]
    failed: tuple[ThemeFailure, ...] = ()


def parse(raw: bytes | str, source: str) -> ThemeFile:
    """Parse one theme; its name defaults to the file's.

    Raises:
        ThemeError: the theme is invalid; names file, line, key and what is expected.
    """
    document = parse_toml(raw, source, ThemeError)
    values = document.values
    if "primary" not in values:
        raise ThemeError(f"{source}: 'primary' is missing.", 'Give at least primary = "#6fb3e8".')
    variables = values.pop("variables", {})
    if not isinstance(variables, dict):
        raise ThemeError(f"{source}: 'variables' must be a table.", "Write [variables].")
    variable_keys = dict.fromkeys((*OWN_VARIABLES, *_textual_variables()), _VARIABLE)
    for path, rows, table in (((), KEYS, values), (("variables",), variable_keys, variables)):
        for key, value in table.items():
            row = rows.get(key)
            if row is not None and row.is_valid(value):
                continue
            location = document.location(path, key)
            if row is None:
                raise ThemeError(
                    f"{location}: {key!r} is not a key of a theme.", suggest(key, rows).strip()
                )
            raise ThemeError(f"{location}: {key} must be {row.wanted}.", row.example)
    return ThemeFile(
        values.get("name", Path(source).stem),
        {key: value for key, value in values.items() if key in SETTINGS},
        variables,
    )


def load(folders: Iterable[Traversable]) -> Themes:
    """Load all themes of these folders; the first folder with a name wins."""
    themes: dict[str, ThemeFile] = {}
    failed: list[ThemeFailure] = []
    for folder in folders:
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir(), key=lambda path: path.name):
            if not path.name.endswith(".toml"):
                continue
            try:
                theme = parse(path.read_bytes(), str(path))
                if theme.name in _textual_themes():
                    problem = f": Textual has a theme {theme.name!r}: rename yours."
                    failed.append(ThemeFailure(str(path), problem))
                else:
                    themes.setdefault(theme.name, theme)
            except ThemeError as error:
                failed.append(ThemeFailure(str(path), str(error).removeprefix(str(path))))
            except OSError as error:
                failed.append(ThemeFailure(str(path), f": cannot be read: {error}."))
    return Themes(themes, tuple(failed))


def choose(
    configured: str, available: Container[str], failed: Iterable[ThemeFailure]
) -> tuple[str, list[str]]:
    """Return the theme to use, and the problems to show.

    Args:
        configured: the name in config.toml.
        available: the names of all themes.
        failed: the files that cannot be used.
    """
    problems = [failure.short for failure in failed]
    if configured in available:
        return configured, problems
    name = DEFAULT if DEFAULT in available else "textual-dark"
    hint = "" if problems else " 'ircon themes' lists them."
    return name, [*problems, f"{name} is used instead of {configured!r}.{hint}"]


def shipped() -> Traversable:
    """Return the folder of ircon's own themes: in the package, or in a source checkout."""
    inside = files("ircon") / "themes"
    return inside if inside.is_dir() else Path(str(files("ircon"))).parents[1] / "themes"


def folders(config: Path, extra: str | None) -> list[Traversable]:
    """Return the folders of themes, the one with precedence first.

    Args:
        config: the folder of config.toml; its ``themes`` are the user's own.
        extra: ``$IRCON_THEMES``, if it is set.
    """
    return [*([Path(extra).expanduser()] if extra else []), config / "themes", shipped()]


def defaults(generated: Mapping[str, str]) -> dict[str, str]:
    """Return ircon's own variables by Textual's, for themes that do not set them."""
    return {name: generated[source] for name, source in OWN_VARIABLES.items()}


@cache
def _textual_variables() -> frozenset[str]:
    from textual.theme import BUILTIN_THEMES

    return frozenset(BUILTIN_THEMES["textual-dark"].to_color_system().generate())


@cache
def _textual_themes() -> frozenset[str]:
    from textual.theme import BUILTIN_THEMES

    return frozenset(BUILTIN_THEMES)
