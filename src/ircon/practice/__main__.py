"""``python -m ircon.practice``: the practice page alone."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ircon.practice.server import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the flags and run the page until it is told to stop; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ircon.practice",
        description="A status page on this machine, to practise on. Nothing is mailed.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port; 0 is any free one")
    parser.add_argument("--db", type=Path, help="SQLite file; without it nothing is kept")
    parser.add_argument("--token", help="token of the manage API; without it one is made up")
    parser.add_argument("--rate", type=int, default=60, help="requests per 60 s; 0 is no limit")
    parser.add_argument("--seed", action="store_true", help="give a page without incidents a past")
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="stop when standard input ends"
    )
    given = parser.parse_args(arguments)
    return serve(
        given.host,
        given.port,
        given.db,
        given.token,
        given.rate,
        seed=given.seed,
        exit_with_stdin=given.exit_with_stdin,
    )


if __name__ == "__main__":
    sys.exit(main())
