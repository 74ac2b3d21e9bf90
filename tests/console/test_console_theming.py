"""Themes: readable by everybody, and a wrong file costs a sentence, not the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from frames import awaited, offline, seated
from textual.color import Color

from ircon.console import theming
from ircon.errors import ThemeError

SHIPPED = theming.load([theming.shipped()])
READ = (
    "foreground",
    "primary",
    "accent",
    "warning",
    "error",
    "success",
    *(name for name in theming.OWN_VARIABLES if name not in {"rule", "chosen"}),
)


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 for the same colour, 21 for black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = Color.parse(colour).rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def test_light_dark_and_high_contrast_are_shipped_and_sound():
    assert SHIPPED.failed == ()
    assert {"ircon-dark", "ircon-light", "high-contrast-dark", "high-contrast-light"} <= set(
        SHIPPED.themes
    )
    assert theming.DEFAULT in SHIPPED.themes


@pytest.mark.parametrize("name", sorted(SHIPPED.themes))
def test_every_word_can_be_read_on_every_ground(name: str):
    theme = SHIPPED.themes[name]
    colours = {**theme.settings, **theme.variables}
    wanted = 7.0 if name.startswith("high-contrast") else 4.5
    for word in READ:
        for ground in ("background", "surface", "panel", "chosen"):
            ratio = _contrast(colours[word], colours[ground])
            assert ratio >= wanted, f"{word} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('primary = "notacolor"', "mine.toml:1: primary must be a colour"),
        ('primary = "#fff"\nprimry = "#000"', "mine.toml:2: 'primry' is not a key of a theme"),
        ('primary = "#fff"\n[variables]\npublik = "#000"', "mine.toml:3: 'publik' is not a key"),
        ('primary = "#fff"\n[variables]\npublic = "wobbly"', "mine.toml:3: public must be"),
        ('primary = "#fff"\ndark = "yes"', "dark must be true or false"),
        ('primary = "#fff"\ntext_alpha = 7', "text_alpha must be a number"),
        ("primary = ", "not TOML"),
        ('accent = "#fff"', "'primary' is missing"),
        ("[" * 100_000, "not TOML"),
    ],
)
def test_a_wrong_theme_is_refused_with_its_line(text: str, words: str):
    with pytest.raises(ThemeError) as caught:
        theming.parse(text, "mine.toml")
    assert words in str(caught.value)


@awaited
async def test_a_users_theme_is_used_and_a_wrong_one_costs_a_toast(tmp_path: Path):
    with offline(tmp_path) as bench:
        folder = bench.home / "config" / "themes"
        folder.mkdir()
        (folder / "mine.toml").write_text('primary = "#aa3355"\n[variables]\npublic = "#123456"\n')
        (folder / "broken.toml").write_text('primary = "notacolor"\n')
        (folder / "nord.toml").write_text('primary = "#aa3355"\n')
        config = bench.home / "config" / "config.toml"
        config.write_text('theme = "mine"\n' + config.read_text())
        async with seated(bench.desk) as seat:
            seen = await seat.until("Theme not used")
            assert "broken.toml:1: primary must be a colour" in seen
            assert "instead" not in seen
            assert seat.app.theme == "mine"
            variables = seat.app.get_css_variables()
            assert variables["public"] == "#123456"
            assert variables["status-major"] == variables["text-error"]  # where it says nothing


@awaited
async def test_a_theme_that_does_not_exist_is_said_and_the_default_is_used(tmp_path: Path):
    with offline(tmp_path) as bench:
        config = bench.home / "config" / "config.toml"
        config.write_text('theme = "gone"\n' + config.read_text())
        async with seated(bench.desk) as seat:
            assert "ircon-dark is used instead" in await seat.until("instead of 'gone'")
            assert seat.app.theme == theming.DEFAULT
        folder = bench.home / "config" / "themes"
        folder.mkdir()
        (folder / "gone.toml").write_text('primary = "notacolor"\n')
        async with seated(bench.desk, (40, 12)) as seat:
            seen = await seat.until("used instead")
            assert "gone.toml:1: primary must be" in seen
            assert "␤" not in seen
            assert len(seat.app._notifications) == 1
            await seat.until("No incidents yet.")  # the toast leaves room for what it lies over
