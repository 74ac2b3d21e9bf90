"""Spelling by the program ``typos`` of the extra ircon[spelling].

Each word is looked up once: a check while typing reuses earlier answers, and only
``look_up`` starts the program (40 ms, never on the way of a key).
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

# A word that is not all capitals, nor part of an address, a path or a name with digits.
_WORD: Final = re.compile(
    r"(?<![\w@./\\:#-])(?![A-Z]+\b)[^\W\d_]{3,40}(?![\w@/\\]|[.-]\w)(?:['’][^\W\d_]{1,3})?"
)
_SECONDS: Final = 10  # until the program is stopped
_OFF: Final = "U18 is off: the program typos is missing. 'pip install ircon[spelling]' adds it."


class Spelling:
    """The misspelt words among those that were looked up.

    Attributes:
        problem: why spelling is off, in a sentence; None where it works.
    """

    def __init__(self) -> None:
        self._corrections: dict[str, tuple[str, ...]] = {}
        self.problem: str | None = None

    def misspelt(
        self, texts: Iterable[str], known: Collection[str]
    ) -> Mapping[str, tuple[str, ...]] | None:
        """The misspelt words in texts, with corrections; None where spelling is off.

        Args:
            texts: texts whose words were looked up.
            known: words and names that are correct, whatever the program says.
        """
        if self.problem:
            return None
        correct = {word.casefold() for name in known for word in _WORD.findall(name)}
        correct |= {name.casefold() for name in known}
        return {
            word: corrections
            for text in texts
            for word in words_of(text)
            if (corrections := self._corrections.get(word)) and word.casefold() not in correct
        }

    def look_up(self, texts: Iterable[str]) -> bool:
        """Look up the words that are new; True when there were any and the program answered."""
        new = {word for text in texts for word in words_of(text)} - self._corrections.keys()
        if not new or self.problem:
            return False
        program = _program()
        if program is None:
            self.problem = _OFF
            return False
        try:
            answers = _corrections(program, sorted(new))
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
            self.problem = f"U18 is off: {program} does not work ({type(error).__name__})."
            return False
        self._corrections.update(dict.fromkeys(new, ()) | answers)
        return True


def words_of(text: str) -> set[str]:
    """The words of a text's prose that have a spelling."""
    return set(_WORD.findall(mask_markup(text)))


def _program() -> str | None:
    """The path of the program: where pip installs it, beside the interpreter, else on the PATH."""
    beside = Path(sys.executable).with_name("typos")
    return str(beside) if beside.is_file() else shutil.which("typos")


def _corrections(program: str, words: list[str]) -> dict[str, tuple[str, ...]]:
    """The program's corrections by misspelt word; its own configuration files do not count."""
    answer = subprocess.run(
        [program, "--format", "json", "--isolated", "-"],
        input="\n".join(words),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,  # it exits 2 where a word is misspelt
    )
    if answer.returncode not in {0, 2}:
        raise subprocess.SubprocessError(f"exit code {answer.returncode}")
    corrections = {}
    for line in answer.stdout.splitlines():
        report = json.loads(line)
        word = words[report["line_num"] - 1] if report.get("type") == "typo" else None
        if word == report.get("typo"):
            corrections[word] = tuple(str(correction) for correction in report["corrections"])
    return corrections
