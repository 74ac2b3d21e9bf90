"""``.pre-commit-hooks.yaml`` and ``action.yml``: valid by their own rules, and they run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from test_docs import ROOT

BIN = Path(sys.executable).parent
HOOKS = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
ACTION = YAML(typ="safe").load(ROOT / "action.yml")
REPORT = """\
# Uploads failed

## Timeline

| time (UTC) | what |
|---|---|
| 09:00 | uploads fail |
| 09:40 | uploads work |

The outage of uploads lasted from 09:00 to 09:40 UTC on 2025-06-23. TODO: say why.
"""


def run(*argv: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        argv,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PATH": path, "IRCON_HOME": str(cwd / "home"), **environment},
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "postmortems").mkdir()
    (tmp_path / "postmortems" / "uploads failed.md").write_text(REPORT)
    return tmp_path


def test_the_action_is_valid_by_its_own_schema():
    done = run(
        str(BIN / "check-jsonschema"),
        *("--builtin-schema", "vendor.github-actions", "action.yml"),
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_uses_no_input_as_part_of_a_script():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert step["uses"].startswith("actions/")


@pytest.mark.skipif(not shutil.which("bash"), reason="the action's script is for bash")
def test_the_actions_script_checks_and_its_exit_code_is_that_of_the_check(folder):
    inputs = {name: str(row.get("default", "")) for name, row in ACTION["inputs"].items()}
    inputs["paths"] = "'postmortems/uploads failed.md' postmortems"
    step = ACTION["runs"]["steps"][-1]
    given = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], value)
        for name, value in step["env"].items()
    }
    script = f"set -eo pipefail\n{step['run']}"
    done = run("bash", "-c", script, cwd=folder, **given)
    assert done.returncode == 3, done.stderr
    assert "::error file=postmortems/uploads failed.md,line=10," in done.stdout
    given |= {"IRCON_FORMAT": "sarif", "IRCON_OUTPUT": "ircon.sarif", "IRCON_RULES": "T4"}
    done = run("bash", "-c", script, cwd=folder, **given)
    assert done.returncode == 0, done.stderr
    assert '"2.1.0"' in (folder / "ircon.sarif").read_text()


def test_the_hook_has_what_pre_commit_wants_and_its_entry_runs(folder):
    (hook,) = HOOKS
    assert (hook["id"], hook["language"]) == ("ircon-check", "python")
    assert {"id", "name", "entry", "language"} <= set(hook)
    pattern = re.compile(hook["files"])
    assert pattern.search("docs/postmortems/2025-06-23-uploads.md")
    assert pattern.search("Incident 12.txt")
    assert not pattern.search("README.md")
    file = "postmortems/uploads failed.md"
    done = run(*shlex.split(hook["entry"]), file, cwd=folder)
    assert done.returncode == 3
    assert "error U17" in done.stdout
