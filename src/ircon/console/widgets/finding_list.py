"""The findings of a text as lines, in the text's order, and the reason why it cannot be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from ircon.console import safe_content
from ircon.errors import IrconError

if TYPE_CHECKING:  # the checks are imported when a text is first checked, not at start
    from ircon.desk.checking import Finding

_MARKS = {
    "error": ("✗ ", "bold $failed"),
    "warn": ("! ", "bold $waiting"),
    "info": ("· ", "$faint"),
}
_MOST = 12  # findings that are listed; the rest is counted


def refusal(error: IrconError, *, tried: bool) -> Content:
    """Render why a text cannot be sent.

    Args:
        tried: sending was tried already.
    """
    return safe_content.line(
        ("✗ ", "bold $failed"),
        ("Not sent. " if tried else "", "bold"),
        error.message,
        (f" {error.hint}" if error.hint else "", "$faint"),
    )


def finding_counts(findings: Sequence[Finding], holes: int) -> list[Content]:
    """Render how many there are of each severity, and how many placeholders; nothing of none."""
    by_severity = Counter(finding.severity for finding in findings)
    parts: list[tuple[str, str]] = [
        (f"{mark}{by_severity[severity]}  ", style)
        for severity, (mark, style) in _MARKS.items()
        if by_severity[severity]
    ]
    if holes:
        parts.append((f"☐ {holes} to fill in", "bold $waiting"))
    return [safe_content.line(("Findings  ", "$faint"), *parts)] if parts else []


def finding_rows(
    findings: Sequence[Finding],
    chosen: int | None,
    keys: str = "",
    *,
    to_fix: int | None = None,
    narrow: bool = False,
) -> list[Content]:
    """Render a line for each finding; the selected one shows what it was compared with, too.

    Args:
        findings: in the order of the text.
        chosen: the index of the selected one.
        keys: what the keys do with the selected one, else with the one to fix.
        to_fix: the index of the one that the fix key would change.
        narrow: there is room for a few lines only: the selected one comes first.
    """
    first = 0 if chosen is None else chosen if narrow else max(0, chosen - _MOST + 3)
    listed = []
    for index, finding in enumerate(findings[first : first + _MOST], start=first):
        is_chosen = index == chosen
        mark, style = _MARKS.get(finding.severity, _MARKS["info"])
        listed.append(
            safe_content.line(
                ("▸" if is_chosen else " ", "bold $accent"),
                (mark, style),
                (f"{finding.rule} ", "$faint"),
                (finding.message, "bold" if is_chosen else ""),
            )
        )
        if is_chosen:
            listed += _more(finding, keys)
        elif chosen is None and index == to_fix:
            listed += _more(replace(finding, compared_with=""), keys)
    remaining = len(findings) - first - _MOST
    if remaining > 0:
        listed.append(safe_content.line((f"   and {remaining} more", "$faint")))
    return listed


def _more(finding: Finding, keys: str) -> list[Content]:
    details = []
    if finding.compared_with:
        details.append(safe_content.line((f"     {finding.compared_with}", "$faint")))
    if finding.fix:
        details.append(
            safe_content.line(
                ("     becomes ", "$faint"), safe_content.clip(finding.fix.replacement, 80)
            )
        )
    if keys:
        details.append(safe_content.line((f"     {keys}", "$faint")))
    return details
