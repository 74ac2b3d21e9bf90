"""``ircon practice``: a status page of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from ircon.commands.context import Context
from ircon.commands.parsing import Line, whole
from ircon.commands.words import exactly

USAGE = "[--host 127.0.0.1] [--port 0] [--db FILE] [--token T] [--rate 60]"
EXAMPLES = """\
  ircon practice --db page.db
  ircon practice --port 8080 --rate 0 --seed"""


def options(parser: argparse.ArgumentParser) -> None:
    """Those of ``practice.server.serve``."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    add("--port", type=whole(0, 65_535), default=0, help="port; 0 is any free one (0)")
    add("--db", type=Path, metavar="FILE", help="keep the page there; without it, nowhere")
    add("--token", metavar="T", help="the API's token; without it one is made up")
    add(
        "--rate",
        type=whole(0, 1_000_000),
        default=60,
        metavar="N",
        help="requests per 60 s; 0 is no limit (60)",
    )
    add("--seed", action="store_true", help="give a page without incidents a past")


def run(line: Line, _context: Context) -> int:
    """Serve until told to stop."""
    exactly(line.words)
    from ircon.practice.server import serve  # a web server: nothing else needs it

    return serve(line.host, line.port, line.db, line.token, line.rate, seed=line.seed)
