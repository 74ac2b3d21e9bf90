"""A postmortem's first draft: recorded facts and visible holes, nothing else.

No sentence is made up, no apology inserted and no section padded. What a person
has to add stands in the text as ``{{fill in: ...}}``, which cannot be sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from ircon.incident.metrics import Metrics
from ircon.incident.promise import Promise
from ircon.incident.state import Incident
from ircon.writing.figures import catalogue
from ircon.writing.placeholders import fill, hole
from ircon.writing.postmortem_blocks import internal_blocks, public_blocks
from ircon.writing.templates import PostmortemTemplate, Section

DEFAULT: Final = "four-questions"

_TRAILING: Final = re.compile(r"[ \t]+$", re.MULTILINE)
_DOUBLED: Final = re.compile(r"(?<=\S) {2,}(?=\{\{|\|)")  # where a field had nothing to say
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def draft(
    incident: Incident,
    metrics: Metrics,
    template: PostmortemTemplate,
    zone: tzinfo,
    promises: Sequence[Promise] | None = None,
) -> str:
    """The draft as Markdown, its times in ``zone`` and in UTC.

    A template for the public gets what is public, and the times of what is not;
    one for readers inside gets everything. ``promises`` are those its updates made,
    each with its outcome; None where nobody looked, which leaves a hole.
    """
    internal = template.audience == "internal"
    blocks = (internal_blocks if internal else public_blocks)(incident, metrics, zone, promises)
    values = {
        name: hole(label) if text is None else text
        for name, (label, text) in catalogue(incident, metrics, zone).items()
    }
    parts = [_section(section, values | blocks) for section in template.sections]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, values: dict[str, str]) -> str:
    body = _DOUBLED.sub(" ", _TRAILING.sub("", fill(section.body, values)))
    body = _BLANK_LINES.sub("\n\n", body).strip()
    if section.heading is None:
        return body
    if not body:
        kept = "" if section.required else ", or take it out"
        body = hole(f"nothing is recorded for this section: write it{kept}")
    return f"## {section.heading}\n\n{body}"
