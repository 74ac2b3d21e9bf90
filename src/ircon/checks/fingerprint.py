"""Fingerprints of findings: the same when lines above move, and when white space changes.

A finding is known again by its rule, by its words, and by which of several equal ones it is; what
concerns a whole postmortem by its rule alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from ircon.checks.finding import Finding
from ircon.checks.subject import POSTMORTEM


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A fingerprint for each finding of one document, in their order."""
    seen: Counter[str] = Counter()
    marks = []
    for found in findings:
        is_of_document = found.of_all and found.passage.role == POSTMORTEM
        words = "" if is_of_document else " ".join(found.quote.casefold().split())
        passage = found.passage.entry or found.passage.role
        told = f"{found.rule}\x00{passage}\x00{words}"
        seen[told] += 1
        marks.append(sha256(f"{told}\0{seen[told]}".encode()).hexdigest()[:32])
    return marks
