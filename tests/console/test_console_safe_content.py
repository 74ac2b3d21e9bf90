"""Foreign text has one way to a widget: through ``safe_content``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

import ircon.console
from ircon.console import safe_content

ROOM = Path(str(ircon.console.__path__[0]))
# What parses markup of a str, by constructor, method and attribute (docs/security.md, 1).
CONSTRUCTORS = {
    "Static", "Label", "Button", "Checkbox", "Collapsible", "ListItem", "Markdown", "Option",
    "OptionList", "RadioButton", "Select", "Selection", "SelectionList", "TabPane", "Tree",
}  # fmt: skip
METHODS = {"update", "notify", "add_option", "add_row", "add_leaf", "set_label", "write"}
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "label", "prompt"}


def _is_inert(node: ast.expr) -> bool:
    """A text of the code's own, or something that is not made of text at this place.

    What is a bare str here is an f-string, a sum, a formatted or joined text.
    """
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, (ast.JoinedStr, ast.BinOp)):
        return False
    if isinstance(node, ast.IfExp):
        return _is_inert(node.body) and _is_inert(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr not in {"format", "join", "strip", "replace", "upper", "lower"}
    return True


def _texts(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that a widget would read as text."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return call.args[:1] if name in CONSTRUCTORS or method in METHODS else []


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.stem)
def test_no_widget_takes_a_text_that_safe_content_did_not_make(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call):
            found = _texts(node)
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES
            for target in node.targets
        ):
            found = [node.value]
        for text in found:
            assert _is_inert(text), f"{path.name}:{text.lineno}: {ast.unparse(text)}"


def test_every_toast_is_without_markup():
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".notify"):
                said = {one.arg: ast.unparse(one.value) for one in node.keywords}
                assert said.get("markup") == "False", f"{path.name}:{node.lineno}"


@pytest.mark.parametrize(
    "text", ["[/x]", "[ERROR] disk", "[@click=app.quit]x[/]", "a[b]", "x\\", "\\[x]", "[$x]"]
)
def test_brackets_are_shown_as_they_are(text: str):
    assert safe_content.line(text).plain == text
    assert safe_content.line((text, "bold")).plain == text
    assert safe_content.block(text).plain == text


def test_the_last_line_of_defence_replaces_what_a_terminal_obeys():
    hostile = "a\x1b]52;c;x\x07b\x9b31m\u202ec\u200bd\ud800e"
    (segment,) = safe_content.InertFilter().apply([Segment(hostile)], Color(0, 0, 0))
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in segment.text)
    assert not set(segment.text) & {"\u202e", "\u200b", "\ud800"}
    assert segment.cell_length == Segment(hostile).cell_length
    clean = [Segment("plain [text] 日本語 👩‍👩‍👧")]
    assert safe_content.InertFilter().apply(clean, Color(0, 0, 0)) is clean


@pytest.mark.parametrize(
    ("text", "width"), [("日本語テキスト", 7), ("plain", 3), ("x\ny", 5), ("", 4)]
)
def test_a_cut_text_has_the_width_that_was_asked_for(text: str, width: int):
    assert safe_content.line(safe_content.pad(text, width)).cell_length == width
