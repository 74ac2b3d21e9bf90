"""The share of the journal's campaigns that every run makes; the rest is ``make soak``."""

import importlib.util
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from faults.journal_campaign import CAMPAIGNS, kept_seeds
from ircon.errors import JournalDamaged

SHARE = {"writers": 300, "migrations": 100, "recoveries": 10, "flips": 60}

needs_apsw = pytest.mark.skipif(
    importlib.util.find_spec("apsw") is None, reason="apsw, which records the writes, is not here"
)

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace, which fails calls, is not here"
)


def share(campaign):
    return [(campaign, seed) for seed in (1, *kept_seeds(campaign))]


@pytest.fixture
def memory(tmp_path):
    """A folder without a disk behind it, where there is one: nobody pulls a plug here."""
    if not Path("/dev/shm").is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.mark.parametrize(("campaign", "seed"), [one for name in SHARE for one in share(name)])
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(memory, campaign, seed):
    figures = CAMPAIGNS[campaign](SHARE[campaign], seed, memory)
    assert figures.get("kills", figures.get("flips", 0)) >= SHARE[campaign]
    if campaign == "writers":
        assert figures["acknowledged"] > SHARE[campaign] / 2
    if campaign == "migrations":
        assert figures["before"] > 0 < figures["after"]


@needs_apsw
@pytest.mark.parametrize(("campaign", "seed"), share("images"))
@pytest.mark.parametrize("part", range(3))
def test_no_power_cut_loses_what_was_acknowledged(memory, campaign, seed, part):
    figures = CAMPAIGNS[campaign](1000, seed * 3 + part, memory)
    assert figures["images"] >= 1000
    assert figures["while_recovering"] > 10
    assert figures["acknowledged"] > 1000


@needs_apsw
@pytest.mark.parametrize(
    ("pragma", "weaker"),
    [
        ("synchronous = EXTRA", "synchronous = OFF"),
        ("synchronous = EXTRA", "synchronous = NORMAL"),
    ],
)
def test_weaker_settings_are_found_out(memory, pragma, weaker):
    from ircon.journal.storage import connection

    pragmas = tuple(weaker if one == pragma else one for one in connection._PRAGMAS)
    assert pragmas != connection._PRAGMAS
    with (
        patch.object(connection, "_PRAGMAS", pragmas),
        pytest.raises((AssertionError, JournalDamaged)),
    ):
        CAMPAIGNS["images"](3000, 1, memory)


@needs_strace
def test_no_failing_system_call_loses_what_was_said_to_be_kept(memory):
    figures = CAMPAIGNS["calls"](5, 0, memory)
    assert figures["failed_calls"] > 5
    assert figures["kept"]
    assert figures["beside"]


@needs_strace
@pytest.mark.parametrize("seed", kept_seeds("calls"))
def test_what_failed_once_with_a_failing_call_does_not_again(memory, seed):
    assert CAMPAIGNS["calls"](1, seed, memory)["failed_calls"]
