"""What a start drags in, and that nothing works before it is asked to.

These fail the same on every machine, where a measured start would not: an import
that creeps in is named. Each runs in an interpreter of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HTTP = {"httpx", "httpcore", "h11", "anyio", "truststore", "ssl"}
SERVER = {"starlette", "uvicorn", "click"}
TERMINAL = {"textual", "rich", "markdown_it"}
SLOW = {"asyncio", "zoneinfo", "tomllib", "tomli_w", "platformdirs"}  # ... for a shell prompt
LATER = {"ircon.desk.cadence", "ircon.incident.promise", "ircon.incident.state"}  # after a frame


def run(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints for some code."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded(code: str, *arguments: str) -> set[str]:
    """The modules that a fresh interpreter has after some code."""
    told = run(f"{code}\nimport sys\nprint('modules:', *sys.modules)", *arguments)
    return set(told.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("ircon.commands.main", HTTP | SERVER | TERMINAL | SLOW | {"sqlite3", "json"}),
        ("ircon.console.start", HTTP | SERVER | TERMINAL | {"sqlite3"}),
        ("ircon.console.app", HTTP - {"ssl"} | SERVER | LATER | {"markdown_it"}),  # asyncio has ssl
        ("ircon.console.screens.incidents", HTTP - {"ssl"} | SERVER | LATER | {"markdown_it"}),
        ("ircon.console.acts", HTTP | SERVER | TERMINAL),
        ("ircon.desk.desk", HTTP | SERVER | TERMINAL | SLOW | {"sqlite3"}),
        ("ircon.writing.json_documents", HTTP | SERVER | TERMINAL | {"sqlite3", "asyncio"}),
        ("ircon.history", HTTP | SERVER | TERMINAL | {"sqlite3", "asyncio"}),
        ("ircon.incident.fold", HTTP | SERVER | TERMINAL | SLOW | {"sqlite3"}),
        ("ircon.incident.metrics", HTTP | SERVER | TERMINAL | SLOW | {"sqlite3", "statistics"}),
    ],
)
def test_an_import_brings_only_what_it_needs(module, unwanted):
    found = loaded(f"import {module}")
    assert module in found
    assert found & unwanted == set()


def test_a_note_is_written_without_the_rest_of_the_house(tmp_path):
    ircon = "import sys\nfrom ircon.commands.main import main\nassert main(sys.argv[1:]) == 0"
    home = ["--home", str(tmp_path)]
    run(ircon, *home, "declare", "Checkout fails", "--internal")
    found = loaded(ircon, *home, "note", "disk is full")
    assert "ircon.journal.store" in found
    assert found & (HTTP | SERVER | TERMINAL | SLOW) == set()
    rooms = {name.split(".")[1] for name in found if name.startswith("ircon.")}
    assert rooms & {"console", "delivery", "history", "pages", "practice", "writing"} == set()


def test_the_version_is_told_without_opening_anything():
    found = loaded("from ircon.commands.main import main\nmain(['--version'])")
    assert found & (HTTP | SERVER | TERMINAL | SLOW | {"sqlite3", "ircon.desk.desk"}) == set()


# Imports every module of ours and prints what each did meanwhile that an import
# should not: files, folders, sockets, processes, the environment. What libraries do
# while they are imported is theirs, so they are imported first.
WATCH = """
import importlib, os, pkgutil, sys
import httpx, starlette.applications, textual.app, textual.widgets, truststore, uvicorn
import ircon

HOME = os.path.dirname(ircon.__file__)
ACTS = {"os.mkdir", "os.rename", "os.remove", "os.chmod", "os.putenv", "os.system"}
did = []

def watch(event, arguments):
    if event == "open":
        path, _, flags = arguments
        path = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
        ours = path.startswith(HOME) and not path.endswith((".py", ".pyc"))
        if ours or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            did.append(f"open {path}")
    elif event in ACTS or event.split(".")[0] in {"socket", "sqlite3", "subprocess"}:
        did.append(f"{event} {arguments}")

class Watched(type(os.environ)):
    def __getitem__(self, name):
        frame = sys._getframe(1)
        while frame.f_globals["__name__"] in {"os", "posixpath", "pathlib", "collections.abc"}:
            frame = frame.f_back
        if frame.f_globals["__name__"].startswith("ircon"):
            did.append(f"environ {name}")
        return super().__getitem__(name)

sys.dont_write_bytecode = True
sys.addaudithook(watch)
os.environ.__class__ = Watched
for module in pkgutil.walk_packages(ircon.__path__, "ircon."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        for act in did:
            print(module.name, act)
        did.clear()
"""


def test_no_module_does_work_when_it_is_imported():
    assert run(WATCH) == ""


def test_every_package_has_its_row_in_the_map_of_the_house():
    root = Path(__file__).resolve().parents[1]
    packages = {path.parent.name for path in (root / "src" / "ircon").glob("*/__init__.py")}
    listed = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)/` \|", listed, re.MULTILINE))
    assert packages == rows
