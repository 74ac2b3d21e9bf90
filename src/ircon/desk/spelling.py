"""Spelling, by the program ``typos`` of the extra ircon[spelling] (CHECKS, U18).

PageAnswer once a word: a check while typing finds the answers of earlier ones, and only
``look_up`` starts the program (40 ms, never where keys are waited for).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from ircon.text.prose import mask_markup

# Not capitals alone, nor parts of addresses, paths and names with digits in them.
_WORD: Final = re.compile(
    r"(?<![\w@./\\:#-])(?![A-Z]+\b)[^\W\d_]{3,40}(?![\w@/\\]|[.-]\w)(?:['’][^\W\d_]{1,3})?"
)
_SECONDS: Final = 10  # after which the program is given up
_OFF: Final = "U18 is off: the program typos is missing. 'pip install ircon[spelling]' adds it."


class Spelling:
    """Which words are wrong, as far as they were looked up."""

    def __init__(self) -> None:
        self._corrections: dict[str, tuple[str, ...]] = {}
        self.problem: str | None = None  # why spelling is off, in a sentence

    def misspelt(
        self, texts: Iterable[str], known: Collection[str]
    ) -> Mapping[str, tuple[str, ...]] | None:
        """The wrong words in texts and what they should be; None where spelling is off.

        Args:
            known: words and names that are right here, whatever the program says.
        """
        if self.problem:
            return None
        right = {word.casefold() for name in known for word in _WORD.findall(name)}
        right |= {name.casefold() for name in known}
        return {
            word: found
            for text in texts
            for word in words_of(text)
            if (found := self._corrections.get(word)) and word.casefold() not in right
        }

    def look_up(self, texts: Iterable[str]) -> bool:
        """Ask the program about the words it was not asked yet; True when there was one."""
        asked = {word for text in texts for word in words_of(text)} - self._corrections.keys()
        if not asked or self.problem:
            return False
        program = _program()
        if program is None:
            self.problem = _OFF
            return False
        try:
            found = _ask(program, sorted(asked))
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
            self.problem = f"U18 is off: {program} does not answer ({type(error).__name__})."
            return False
        self._corrections.update(dict.fromkeys(asked, ()) | found)
        return True


def words_of(text: str) -> set[str]:
    """The words of a text's prose that spelling is about."""
    return set(_WORD.findall(mask_markup(text)))


def _program() -> str | None:
    """Beside the interpreter, where pip puts it, also without its environment on the PATH."""
    beside = Path(sys.executable).with_name("typos")
    return str(beside) if beside.is_file() else shutil.which("typos")


def _ask(program: str, words: list[str]) -> dict[str, tuple[str, ...]]:
    """What the program says of words, one a line; its own configuration files do not count."""
    answer = subprocess.run(
        [program, "--format", "json", "--isolated", "-"],
        input="\n".join(words),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,  # it exits 2 when it found something
    )
    if answer.returncode not in {0, 2}:
        raise subprocess.SubprocessError(f"exit code {answer.returncode}")
    found = {}
    for line in answer.stdout.splitlines():
        said = json.loads(line)
        word = words[said["line_num"] - 1] if said.get("type") == "typo" else None
        if word == said.get("typo"):
            found[word] = tuple(str(better) for better in said["corrections"])
    return found
