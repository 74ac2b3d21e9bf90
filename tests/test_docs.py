"""The handbook's printed pages are those of the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("page", ["checks.md", "delivery-states.md", "vocabulary.md"])
def test_the_page_is_what_make_docs_prints(page: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "docs" / "generate.py", tmp_path], check=True)
    printed = (tmp_path / page).read_text(encoding="utf-8")
    assert printed == (ROOT / "docs" / page).read_text(encoding="utf-8"), "run 'make docs'"
