"""What the checks found in a text, worst first where it matters: in the text's order."""

from __future__ import annotations

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
    """Why it cannot be sent.

    Args:
        tried: it was to be sent, and was not.
    """
    return safe_content.line(
        ("✗ ", "bold $failed"),
        ("Not sent. " if tried else "", "bold"),
        error.message,
        (f" {error.hint}" if error.hint else "", "$faint"),
    )


def finding_rows(
    findings: Sequence[Finding],
    chosen: int | None,
    keys: str = "",
    *,
    to_fix: int | None = None,
    narrow: bool = False,
) -> list[Content]:
    """A line for each finding; the chosen one says what it was compared with, too.

    Args:
        findings: in the order of the text.
        chosen: the one that the cursor was led to.
        keys: what may be done with the chosen one, else with the one to fix.
        to_fix: the one that the fixing key would mend.
        narrow: there is room for a few lines only: the chosen one comes first.
    """
    first = 0 if chosen is None else chosen if narrow else max(0, chosen - _MOST + 3)
    listed = []
    for place, finding in enumerate(findings[first : first + _MOST], start=first):
        here = place == chosen
        mark, style = _MARKS.get(finding.severity, _MARKS["info"])
        listed.append(
            safe_content.line(
                ("▸" if here else " ", "bold $accent"),
                (mark, style),
                (f"{finding.rule} ", "$faint"),
                (finding.message, "bold" if here else ""),
            )
        )
        if here:
            listed += _more(finding, keys)
        elif chosen is None and place == to_fix:
            listed += _more(replace(finding, compared_with=""), keys)
    left = len(findings) - first - _MOST
    if left > 0:
        listed.append(safe_content.line((f"   and {left} more", "$faint")))
    return listed


def _more(finding: Finding, keys: str) -> list[Content]:
    said = []
    if finding.compared_with:
        said.append(safe_content.line((f"     {finding.compared_with}", "$faint")))
    if finding.fix:
        said.append(
            safe_content.line(
                ("     becomes ", "$faint"), safe_content.clip(finding.fix.replacement, 80)
            )
        )
    if keys:
        said.append(safe_content.line((f"     {keys}", "$faint")))
    return said
