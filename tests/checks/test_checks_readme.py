"""The README's own example: what it tells a reader to post passes the checks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from ircon.checks.catalogue import check
from ircon.checks.finding import INFO
from subjects import at, subject_with

README = Path(__file__).parents[2] / "README.md"
TIMES = ("03:12", "03:20", "03:30", "04:00")


def posted() -> list[tuple[str, str]]:
    """Status and text of each post of the README's examples."""
    text = README.read_text(encoding="utf-8").replace("\\\n", " ")
    posts = []
    for line in re.findall(r"^ircon (?:declare|update|resolve) .*", text, re.MULTILINE):
        words = shlex.split(line, comments=True)
        if "-m" not in words:
            continue
        first = {"declare": "investigating", "resolve": "resolved"}
        given = words[words.index("--status") + 1] if "--status" in words else ""
        posts.append((given or first[words[1]], words[words.index("-m") + 1]))
    return posts


def test_the_examples_draw_no_finding():
    posts = posted()
    assert len(posts) >= 3
    updates = [f"{at} {status}: {text}" for at, (status, text) in zip(TIMES, posts, strict=True)]
    for count, (status, text) in enumerate(posts):
        drafted = subject_with(
            *updates[:count],
            title="Checkout fails",
            draft=f"{status}: {text}",
            now=at(TIMES[count]),
        )
        found = [
            (one.rule, one.message)
            for one in check(drafted, focus=drafted.drafts)
            if one.severity != INFO
        ]
        assert found == [], text
    told = subject_with(*updates, title="Checkout fails", now=at("04:10"))
    assert [(one.rule, one.message) for one in check(told) if one.severity != INFO] == []
