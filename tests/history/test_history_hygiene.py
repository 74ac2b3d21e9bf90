"""What reading a document drags in."""

from __future__ import annotations

import subprocess
import sys


def test_reading_needs_neither_the_network_nor_the_screen():
    program = "import ircon.history.reading, ircon.history.imported, ircon.history.sources, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ircon.history.reading" in loaded
    assert not {"httpx", "textual", "sqlite3", "rich"} & {name.partition(".")[0] for name in loaded}
