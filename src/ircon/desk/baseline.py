"""A baseline: the findings that a file of records accepts, so that only new ones count.

It makes an old archive checkable from today on. A finding is known again by its document's path
(relative to the baseline's folder) and its fingerprint, so that it stays known when lines move.
The words are kept for whoever reviews the file, unless they may be a secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ircon.checks.fingerprint import fingerprints
from ircon.desk.archive import is_address
from ircon.errors import NotFound, Unreadable
from ircon.incident.text import safe_line

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.desk.checking import CheckResult

_VERSION: Final = 1
_WORDS: Final = 80  # characters of the words that are kept
_WRITE: Final = "'ircon check SOURCE --baseline FILE --write-baseline' writes one."

Key = tuple[str, str]  # path and fingerprint


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is new against a baseline.

    Attributes:
        checked: the results without the findings that the baseline knows.
        known: how many were left out.
        gone: how many entries, of the documents and rules that were checked, no longer occur.
    """

    checked: list[CheckResult]
    known: int
    gone: int


class Baseline:
    """The baseline in a file.

    Args:
        file: where it is.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def compare(self, checked: Sequence[CheckResult], rules: Sequence[str]) -> Comparison:
        """Leave out what the baseline knows.

        Args:
            checked: the results.
            rules: the ids of the rules that were applied.

        Raises:
            NotFound: there is no such file.
            Unreadable: it is not a baseline.
        """
        entries = {(row["path"], row["fingerprint"]): row for row in self._read()}
        keys = self._keys(checked)
        known = 0
        new = []
        for one, marks in zip(checked, keys, strict=True):
            left = [
                found for found, key in zip(one.findings, marks, strict=True) if key not in entries
            ]
            known += len(one.findings) - len(left)
            new.append(replace(one, findings=tuple(left)))
        found_again = {key for marks in keys for key in marks}
        paths = {self._path(one) for one in checked}
        gone = sum(
            row["path"] in paths and row["rule"] in rules and key not in found_again
            for key, row in entries.items()
        )
        return Comparison(new, known, gone)

    def write(self, checked: Sequence[CheckResult], rules: Sequence[str]) -> int:
        """Write the findings as the baseline; entries of what was not checked stay.

        Returns:
            The number of its entries.
        """
        paths = {self._path(one) for one in checked}
        before = self._read() if self._file.exists() else []
        rows = [row for row in before if row["path"] not in paths or row["rule"] not in rules]
        for one, marks in zip(checked, self._keys(checked), strict=True):
            rows += [_row(found, key) for found, key in zip(one.findings, marks, strict=True)]
        rows.sort(key=lambda row: (row["path"], row["rule"], row["fingerprint"]))
        document = {"ircon_baseline": _VERSION, "findings": rows}
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        self._file.write_text(text, encoding="utf-8")
        return len(rows)

    def _keys(self, checked: Sequence[CheckResult]) -> list[list[Key]]:
        """Path and fingerprint of each finding; those of one document are counted together."""
        by_path: dict[str, list[Finding]] = {}
        for one in checked:
            by_path.setdefault(self._path(one), []).extend(one.findings)
        marks = {path: iter(fingerprints(found)) for path, found in by_path.items()}
        return [
            [(self._path(one), next(marks[self._path(one)])) for _ in one.findings]
            for one in checked
        ]

    def _path(self, one: CheckResult) -> str:
        if one.path is None or is_address(one.path):
            return one.path or one.source
        folder = self._file.resolve().parent
        try:
            return Path(os.path.relpath(Path(one.path).resolve(), folder)).as_posix()
        except ValueError:  # on another drive
            return Path(one.path).as_posix()

    def _read(self) -> list[dict[str, Any]]:
        try:
            document = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NotFound(f"There is no baseline {self._file}.", _WRITE) from error
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"{self._file}: not a baseline.", _WRITE) from error
        rows = document.get("findings") if isinstance(document, dict) else None
        if not isinstance(rows, list) or document.get("ircon_baseline") != _VERSION:
            raise Unreadable(f"{self._file}: not a baseline of this version.", _WRITE)
        if not all(isinstance(row, dict) and row.keys() >= _FIELDS for row in rows):
            raise Unreadable(f"{self._file}: an entry has no {', '.join(sorted(_FIELDS))}.", _WRITE)
        return rows


_FIELDS: Final = {"path", "rule", "fingerprint"}


def _row(found: Finding, key: Key) -> dict[str, Any]:
    path, fingerprint = key
    words = None if found.confidential else safe_line(found.quote, _WORDS)
    return {"path": path, "rule": found.rule, "words": words, "fingerprint": fingerprint}
