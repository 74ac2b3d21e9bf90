from pathlib import Path

import pytest

from command_line import CommandLine
from practice_page import PracticePage


@pytest.fixture
def bare(tmp_path: Path) -> CommandLine:
    """A home with nothing in it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return CommandLine(home)


@pytest.fixture
def ircon(bare: CommandLine, page: PracticePage) -> CommandLine:
    """A home with the practice page set up."""
    bare.use(page.url, page.page_id, page.token)
    return bare
