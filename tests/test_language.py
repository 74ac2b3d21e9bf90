"""The English of the program: docstrings that stand alone, and one word for one thing.

docs/words.toml is the list of words; docs/vocabulary.md prints it. What fails here is a
text that a stranger would not understand at its place, or a second word for a known thing.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "ircon").rglob("*.py"))
PROSE = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WORDS = tomllib.loads((ROOT / "docs" / "words.toml").read_text(encoding="utf-8"))["word"]

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# A module is a thing: its docstring begins with a noun, not with a question or a deed.
NO_NOUN = re.compile(
    r"(?:What|How|Which|Whether|When|Where|Why|Who|Did|Does|Is|Are|Can|Looking|Finding|Choosing"
    r"|Composing|Writing|Putting|Taking|Making|Keeping|Saying|Running|Opening|Beginning|Deciding"
    r"|(?:Reads|Writes|Takes|Makes|Puts|Opens|Keeps|Finds|Turns|Says|Tells|Gives|Holds))\b"
)
# These continue something that stands elsewhere.
CONTINUES = re.compile(
    r"(?:And|Also|But|Nor|So|Else|Otherwise|Likewise|Same|The same|As above|As before|None of"
    r"|The other way|It|They|Them|Those|These|Too|Neither|Either|Ditto|(?:No|Yes)(?=[.,:]))\b(?![-'])"
)
FEWEST_WORDS = 3


class Docstring(NamedTuple):
    """A docstring, and where it stands: ``desk/drafts.py:14 PublicDraft``."""

    where: str
    text: str
    is_module: bool


@cache
def tree(path: Path) -> ast.Module:
    """A source file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def docstrings() -> Iterator[Docstring]:
    """Every docstring of the program."""
    for path in SOURCES:
        name = path.relative_to(ROOT / "src" / "ircon").as_posix()
        for node in ast.walk(tree(path)):
            if isinstance(node, Documented) and (text := ast.get_docstring(node)):
                is_module = isinstance(node, ast.Module)
                line = 1 if is_module else node.lineno
                called = "" if is_module else f" {node.name}"
                yield Docstring(f"{name}:{line}{called}", text, is_module)


def messages() -> Iterator[tuple[str, str]]:
    """Every text in the code but docstrings and patterns, and where it stands."""
    for path in SOURCES:
        name = path.relative_to(ROOT / "src" / "ircon").as_posix()
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree(path))
            if isinstance(node, Documented) and node.body and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            is_pattern = "\\" in node.value or "(?" in node.value or "|" in node.value
            if id(node) not in documents and not is_pattern:
                yield f"{name}:{node.lineno}", node.value


def test_a_module_says_first_what_it_is():
    wrong = [
        f"{each.where} {each.text.splitlines()[0]}"
        for each in docstrings()
        if each.is_module and NO_NOUN.match(each.text)
    ]
    assert wrong == [], "begin with a noun: the thing that the module is"


def test_a_docstring_stands_alone():
    wrong = [
        f"{each.where} {each.text.splitlines()[0]}"
        for each in docstrings()
        if CONTINUES.match(each.text) or len(each.text.split()) < FEWEST_WORDS
    ]
    assert wrong == [], "say it so that it is understood without what stands above it"


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word["use"])
def test_one_word_for_one_thing(word):
    never = re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, word["never"])) + r")(?![\w-])", re.IGNORECASE
    )
    texts = [
        *((each.where, each.text) for each in docstrings()),
        *messages(),
        *((path.name, path.read_text(encoding="utf-8")) for path in PROSE if _is_ours(path)),
    ]
    wrong = [
        f"{where} ...{text[max(0, match.start() - 30) : match.end() + 30]!r}"
        for where, text in texts
        for match in never.finditer(text)
    ]
    assert wrong == [], f"say {word['use']!r}: {word['means']}"


def _is_ours(path: Path) -> bool:
    """Whether a page is written by hand in today's words: vocabulary.md lists the others."""
    return path.name != "vocabulary.md"
