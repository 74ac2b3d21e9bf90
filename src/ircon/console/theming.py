"""Themes: one TOML file each, checked before Textual sees it.

Textual takes a theme with a wrong colour and falls over it later; so every colour
and every variable is read here first, and a file that cannot be used costs one
toast, not the start.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from ircon.config_lines import line_of
from ircon.config_schema import near
from ircon.errors import ThemeError

DEFAULT: Final = "ircon-dark"

COLOURS: Final = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel", "boost",
)  # fmt: skip
_NUMBERS: Final = ("luminosity_spread", "text_alpha")
_TEXTS: Final = ("name", "author", "homepage")
_KEYS: Final = (*COLOURS, *_NUMBERS, *_TEXTS, "dark", "variables")

# ircon's own variables, each with the one of Textual's that it is unless a theme says.
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
_STYLE_WORDS: Final = frozenset(
    {
        "none",
        "not",
        "bold",
        "b",
        "dim",
        "italic",
        "i",
        "underline",
        "u",
        "reverse",
        "strike",
        "initial",
    }
)


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme that can be used; ``settings`` are ``textual.theme.Theme``'s."""

    name: str
    settings: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Themes by name, and what is wrong with the others, as sentences."""

    themes: Mapping[str, ThemeFile]
    failed: tuple[str, ...] = ()


def parse(text: str, source: str) -> ThemeFile:
    """Read one theme; its name is the file's unless it says one.

    Raises:
        ThemeError: it cannot be used; names file, line, key and what is wanted.
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeError(f"{source}: not TOML: {error}.", "https://toml.io/en/v1.0.0") from error

    def wrong(where: tuple[str, ...], key: str, what: str, hint: str) -> ThemeError:
        return ThemeError(f"{source}:{line_of(text, where, key)}: {what}.", hint)

    for key in said:
        if key not in _KEYS:
            hint = f"{near(key, _KEYS)}Allowed: {', '.join(_KEYS)}."
            raise wrong((), key, f"{key!r} is not a key of a theme", hint)
    if "primary" not in said:
        raise ThemeError(f"{source}: 'primary' is missing.", 'Give at least primary = "#6fb3e8".')
    for key in COLOURS:
        if key in said and not _is_colour(said[key]):
            raise wrong((), key, f"{key} is no colour", 'Write it as "#6fb3e8".')
    for key in _NUMBERS:
        if key in said and (not isinstance(said[key], (int, float)) or not 0 <= said[key] <= 1):
            raise wrong(
                (), key, f"{key} must be a number from 0 to 1", "Textual's is 0.15 or 0.95."
            )
    for key, kind in (*((key, str) for key in _TEXTS), ("dark", bool), ("variables", dict)):
        if key in said and not isinstance(said[key], kind):
            raise wrong((), key, f"{key} is of the wrong kind", f"It is a {kind.__name__}.")
    variables = said.get("variables", {})
    for key, value in variables.items():
        if key not in OWN_VARIABLES and key not in _textual_variables():
            hint = near(key, [*OWN_VARIABLES, *_textual_variables()])
            raise wrong(("variables",), key, f"there is no variable {key!r}", hint.strip())
        if not isinstance(value, str) or not (_is_colour(value) or _is_style(value)):
            raise wrong(("variables",), key, f"{key} is neither colour nor style", 'As "#6fb3e8".')
    return ThemeFile(
        said.get("name", Path(source).stem),
        {key: said[key] for key in (*COLOURS, *_NUMBERS, "dark") if key in said},
        variables,
    )


def load(folders: Iterable[Traversable]) -> Loaded:
    """All themes in these folders; the first folder that has a name wins."""
    themes: dict[str, ThemeFile] = {}
    failed: list[str] = []
    for folder in folders:
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir(), key=lambda path: path.name):
            if not path.name.endswith(".toml"):
                continue
            try:
                theme = parse(path.read_text(encoding="utf-8"), str(path))
                if theme.name in _textual_themes():
                    raise ThemeError(
                        f"{path}: Textual has a theme {theme.name!r}.", "Rename yours."
                    )
                themes.setdefault(theme.name, theme)
            except ThemeError as error:
                failed.append(str(error))
            except (OSError, UnicodeDecodeError) as error:
                failed.append(f"{path}: cannot be read: {error}.")
    return Loaded(themes, tuple(failed))


def shipped() -> Traversable:
    """The folder of ircon's own themes: in the package, or beside it in a source checkout."""
    inside = files("ircon") / "themes"
    return inside if inside.is_dir() else Path(str(files("ircon"))).parents[1] / "themes"


def folders(config: Path, extra: str | None) -> list[Traversable]:
    """Where themes are looked for, nearest first.

    Args:
        config: the folder of config.toml; its ``themes`` are the user's own.
        extra: ``$IRCON_THEMES``, if it is set.
    """
    return [*([Path(extra).expanduser()] if extra else []), config / "themes", shipped()]


def defaults(generated: Mapping[str, str]) -> dict[str, str]:
    """ircon's own variables out of Textual's, for themes that do not say them."""
    return {name: generated[source] for name, source in OWN_VARIABLES.items()}


def _is_colour(value: object) -> bool:
    from textual.color import Color, ColorParseError

    if not isinstance(value, str):
        return False
    colour = re.sub(r"\s+\d{1,3}%$", "", value)
    if colour == "auto":
        return True
    try:
        Color.parse(colour)
    except ColorParseError:
        return False
    return True


def _is_style(value: str) -> bool:
    return bool(value.split()) and set(value.split()) <= _STYLE_WORDS


@cache
def _textual_variables() -> frozenset[str]:
    from textual.theme import BUILTIN_THEMES

    return frozenset(BUILTIN_THEMES["textual-dark"].to_color_system().generate())


@cache
def _textual_themes() -> frozenset[str]:
    from textual.theme import BUILTIN_THEMES

    return frozenset(BUILTIN_THEMES)
