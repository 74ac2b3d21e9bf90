"""config.toml as people write it: what is read, what is refused, and where the error points."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.config.load import Config, PageConfig, append_page, load
from ircon.config.paths import app_paths
from ircon.config.schema import TABLES, VENDORS, allowed_keys
from ircon.errors import ConfigError

FULL = """\
default_page = "prod"
zone = "Europe/Amsterdam"
theme = "night"
mouse = false
author = "Ada"
ca_file = "/etc/ssl/all.pem"

[pages.prod]
kind = "statuspage"
url = "https://api.statuspage.io"
public_url = "https://status.example.com/"
page_id = "8m2l51279rpl"
name = "Example"
notify = false
token_command = ["pass", "show", "statuspage"]

[pages.trial]
url = "http://127.0.0.1:8080"
page_id = "abc"
token_file = "~/token"
ca_file = "/etc/ssl/corp.pem"

[console]
hold_seconds = 20
pull_seconds = 60

[cadence.sev1]
first = 3
identified = 15.5
in_progress = 45

[checks.T1]
severity = "warn"

[checks.L3]
severity = "off"
reason = "we like it"

[words]
known = ["Kubernetes", "dblat"]

[keys]
"incident.note" = "n"
incident.update = "unbound"
"""


def page_table(**lines: str) -> str:
    said = {
        "url": '"https://api.statuspage.io"',
        "page_id": '"abc"',
        "token_env": '"STATUSPAGE_TOKEN"',
        **lines,
    }
    return "[pages.prod]\n" + "".join(f"{key} = {value}\n" for key, value in said.items() if value)


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text))
    return caught.value


def test_everything_that_may_be_said_is_read(tmp_path):
    config = load(write(tmp_path, FULL))
    assert (config.author, config.ca_file) == ("Ada", "/etc/ssl/all.pem")
    assert (config.default_page, config.zone, config.theme, config.mouse) == (
        "prod",
        "Europe/Amsterdam",
        "night",
        False,
    )
    assert config.page() == PageConfig(
        name="prod",
        url="https://api.statuspage.io",
        page_id="8m2l51279rpl",
        public_url="https://status.example.com",
        page_name="Example",
        notify=False,
        token_command=("pass", "show", "statuspage"),
        ca_file="/etc/ssl/all.pem",
    )
    trial = config.page("trial")
    assert trial.ca_file == "/etc/ssl/corp.pem"
    assert (trial.environment, trial.notify, trial.token_file) == ("sandbox", True, "~/token")
    assert (config.console.hold_seconds, config.console.pull_seconds) == (20, 60)
    assert config.cadence["sev1"] == {
        "first": 3,
        "investigating": 10,
        "identified": 15.5,
        "monitoring": 30,
        "in_progress": 45,
    }
    assert config.cadence["sev4"]["identified"] == 30
    assert config.checks["L3"].severity == "off"
    assert config.words == ("Kubernetes", "dblat")
    assert config.keys == {"incident.note": "n", "incident.update": "unbound"}


def test_without_a_file_the_defaults_hold_and_the_hint_names_init(tmp_path):
    config = load(tmp_path / "none" / "config.toml")
    assert config == Config(tmp_path / "none" / "config.toml")
    assert config.console.hold_seconds == 10
    with pytest.raises(ConfigError, match="ircon init"):
        config.page()
    assert not (tmp_path / "none").exists()


WRONG = [
    (
        'colour = "red"',
        1,
        "'colour' is not a key",
        "default_page, zone, theme, mouse, author, ca_file, pages",
    ),
    ('\ntheem = "x"', 2, "'theem' is not a key", "Did you mean 'theme'?"),
    ("[consol]\nhold_seconds = 3", 1, "'consol' is not a table", "Did you mean 'console'?"),
    ('[[check_s]]\nseverity = "off"', 1, "'check_s' is not a table", "Did you mean 'checks'?"),
    ('[page.main]\nurl = "x"', 1, "'page' is not a table", "Did you mean 'pages'?"),
    ("zon_ = 3", 1, "'zon_' is not a key", "Did you mean 'zone'?"),
    ('[console]\ntheme = "x"', 2, "'theme' is not a key", "stands above the first [table]"),
    ("[console]\nhold_second = 3", 2, "'hold_second'", "Did you mean 'hold_seconds'?"),
    ('zone = "Europe/Amsterdm"', 1, "zone must be the name of a time zone", "Amsterdam"),
    ("author = 3", 1, "author must be a text", "the record"),
    (page_table(tokn_env='"X"'), 5, "[pages.prod] 'tokn_env'", "Did you mean 'token_env'?"),
    (page_table(page_id="12"), 3, "page_id must be", "page's id"),
    (page_table(page_id='"../x"'), 3, "page_id must be", "page's id"),
    (page_table(url='"http://status.example.com"'), 2, "https://", "api.statuspage.io"),
    (page_table(url='"http://127.0.0.1.example.com"'), 2, "https://", ""),
    (page_table(url='"https://api.statuspage.io/v1"'), 2, "without /v1", ""),
    (
        page_table(url='"https://me:secret@api.statuspage.io"'),
        2,
        "must not contain a user name",
        "",
    ),
    (page_table(url='"https://api.statuspage.io:port"'), 2, "url", ""),
    (page_table(url=""), 1, "'url' is missing", "https://api.statuspage.io"),
    (page_table(page_id=""), 1, "'page_id' is missing", ""),
    (page_table(token_env=""), 1, "this one has none", "token_command, token_env, token_file"),
    (page_table(token_file='"/t"'), 5, "token_env and token_file", "Keep one"),
    (
        page_table(token_env="", token_command='"pass show x"'),
        4,
        "a program and its arg",
        "No shell",
    ),
    (page_table(token_env="", token_file='"token"'), 4, "absolute path", "0600"),
    (page_table(kind='"cachet"'), 5, "kind must be one of statuspage", ""),
    (page_table(environment='"staging"'), 5, "production, sandbox", ""),
    (page_table(notify='"yes"'), 5, "notify must be true or false", ""),
    ("pages = 3", 1, "must be a table", "Write [pages]"),
    ("[pages]\nprod = 3", 2, "must be a table", "Write [pages.prod]"),
    ('[pages."my page"]\nurl = "x"', 1, "'my page' is not allowed here", "letters"),
    ('default_page = "prod"', 1, "no page is called 'prod'", "Configured: none"),
    ("[console]\nhold_seconds = 0", 2, "hold_seconds must be a number, 1 or more", "taken back"),
    ("[console]\nhold_seconds = nan", 2, "hold_seconds", ""),
    ("[console]\npull_seconds = true", 2, "pull_seconds", ""),
    ("[cadence.sev9]\nfirst = 1", 1, "'sev9' is not allowed", "sev1, sev2, sev3, sev4"),
    ("[cadence.sev1]\nresolved = 9", 2, "'resolved' is not a key", "investigating"),
    ("[cadence.sev1]\nidentified = 0", 2, "identified must be", "Minutes"),
    ('[checks.T1]\nseverity = "loud"', 2, "error, warn, info, off", ""),
    ('[checks.T1]\nseverity = "off"', 2, "silenced with a reason", 'reason = "..."'),
    ('[checks.spelling]\nseverity = "off"', 1, "'spelling' is not allowed", "T1"),
    ('[words]\nknown = "x"', 2, "list of texts", ""),
    ("[keys]\nnote = 3", 2, "note must be a text", "unbound"),
    ("a = 1\nb = = 2", 2, "not TOML", "toml.io"),
    ("a = [", 1, "not TOML", "toml.io"),
    ('theme = "x"\ntheme = "y"', 2, "not TOML", "toml.io"),
]


@pytest.mark.parametrize(("text", "line", "what", "hint"), WRONG)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(tmp_path, text, line, what, hint):
    error = refused(tmp_path, text)
    assert error.message.startswith(f"{tmp_path / 'config.toml'}:{line}:"), error
    assert what in error.message
    assert hint in error.hint


@pytest.mark.parametrize("key", ["token", "token_env", "token_file", "token_command", "url"])
def test_a_token_in_the_wrong_place_is_not_repeated(tmp_path, key):
    error = refused(tmp_path, page_table(**{key: '"canary 4711"'}))
    assert "canary" not in f"{error} {error!r} {error.__cause__!r}"


def test_a_file_that_is_not_utf8_says_where(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b'theme = "x"\n# caf\xe9\n')
    with pytest.raises(ConfigError, match=r"config\.toml:2: not UTF-8"):
        load(path)


MARK = "\ufeff"


@pytest.mark.parametrize(
    "raw",
    [
        (MARK + 'theme = "x"\n').encode(),
        b'theme = "x"\r\n\r\n[console]\r\nhold_seconds = 3\r\n',
        (MARK + '# Notepad\r\ntheme = "x"\r\n').encode(),
        b'theme = "x"',
    ],
    ids=["a byte order mark", "line ends of Windows", "both", "no last line end"],
)
def test_what_editors_add_is_no_mistake(tmp_path, raw):
    path = tmp_path / "config.toml"
    path.write_bytes(raw)
    assert load(path).theme == "x"


@pytest.mark.parametrize(
    ("raw", "line", "what", "hint"),
    [
        ('theme = "x"\n'.encode("utf-16"), 1, "UTF-16", "Save it as UTF-8"),
        ('theme = "x"\n'.encode("utf-16-le"), 1, "UTF-16", "Save it as UTF-8"),
        (b'theme = "x"\n# caf\xe9\n', 2, "byte 0xe9", "Latin-1"),
        (b"\xef\xbb\xbf# a\n# caf\xe9\n", 2, "byte 0xe9", "Latin-1"),
        (b'theme = "x"\n\0\0\0\0', 2, "NUL byte", "restore"),
        ("theme = “x”\n".encode(), 1, "not TOML", "Typographic quotes"),
        ("# a\n\u00a0theme = 'x'\n".encode(), 2, "not TOML", "cannot be seen"),
        (b'theme = "x"\rmouse = true\r', 1, "not TOML", "old Macs"),
        (b'mouse = true\n<<<<<<< HEAD\ntheme = "x"\n', 2, "not TOML", "A merge"),
    ],
)
def test_what_editors_break_is_a_clear_sentence(tmp_path, raw, line, what, hint):
    path = tmp_path / "config.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.message.startswith(f"{path}:{line}:"), caught.value
    assert what in caught.value.message
    assert hint in caught.value.hint


def test_init_leaves_a_byte_order_mark_where_it_is(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(MARK.encode())
    append_page(path, PAGE)
    assert path.read_bytes().startswith(MARK.encode())
    assert load(path).page() == PAGE


COMMAND = page_table(token_env="", token_command='["pass", "show", "x"]')


@pytest.mark.parametrize("mode", [0o660, 0o606, 0o646, 0o622])
def test_a_file_that_others_may_write_is_not_trusted_with_a_command(tmp_path, mode):
    path = write(tmp_path, COMMAND)
    assert load(path).page().distrusted == ""
    path.chmod(mode)
    assert load(path).page().distrusted == (f"{path} can be written by others (mode 0{mode:o}).")


@pytest.mark.parametrize(("mode", "trusted"), [(0o770, False), (0o757, False), (0o1777, True)])
def test_nor_is_one_in_a_folder_where_others_may_put_another(tmp_path, mode, trusted):
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700)
    path = write(folder, COMMAND)
    folder.chmod(mode)
    assert bool(load(path).page().distrusted) is not trusted
    link = tmp_path / "config.toml"
    link.symlink_to(path)
    assert bool(load(link).page().distrusted) is not trusted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_nor_is_one_that_belongs_to_somebody_else(tmp_path):
    path = write(tmp_path, COMMAND)
    os.chown(path, 1, -1)
    assert "belongs to another user" in load(path).page().distrusted


def test_a_folder_in_its_place_is_an_error_and_not_a_traceback(tmp_path):
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "config.toml")


def test_which_page_is_meant_is_never_guessed(tmp_path):
    two = FULL.replace('default_page = "prod"\n', "")
    config = load(write(tmp_path, two))
    with pytest.raises(ConfigError, match=r"none is the default: prod, trial.*--page"):
        config.page()
    with pytest.raises(ConfigError, match=r"'prdo'.*prod, trial"):
        config.page("prdo")
    assert load(write(tmp_path, page_table())).page().name == "prod"


@given(st.text(max_size=200))
def test_whatever_stands_in_it_is_read_or_refused_with_a_line(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "config.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    error = None
    try:
        load(path)
    except ConfigError as caught:
        error = caught
    assert error is None or (error.message.startswith(f"{path}:") and error.hint)


PAGE = PageConfig(
    name="second",
    url="http://127.0.0.1:9",
    page_id="xyz",
    environment="sandbox",
    page_name='A "quoted" näme',
    notify=False,
    token_command=("sh", "-c", "echo 'x'"),
)


@pytest.mark.parametrize("end", ["\n", "", "\r\n", "# last word"])
def test_init_appends_and_changes_no_byte_of_what_is_there(tmp_path, end):
    path = tmp_path / "config.toml"
    before = ("# mine\r\n" + page_table() + end).encode()
    path.write_bytes(before)
    append_page(path, PAGE)
    assert path.read_bytes().startswith(before)
    config = load(path)
    assert config.page("second") == PAGE
    assert config.page("prod").page_id == "abc"
    assert config.default_page is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


def test_the_first_page_becomes_the_default(tmp_path):
    path = tmp_path / "new" / "config.toml"
    append_page(path, PAGE)
    assert load(path).page() == PAGE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_name_that_is_taken_leaves_the_file_alone(tmp_path):
    path = write(tmp_path, page_table())
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="already has a page called 'prod'"):
        append_page(path, PageConfig(name="prod", url="https://x.io", page_id="a", token_env="T"))
    assert path.read_bytes() == before


def test_a_page_that_would_not_be_read_back_is_not_written(tmp_path):
    path = write(tmp_path, page_table())
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="https://"):
        append_page(path, PageConfig(name="b", url="http://x.io", page_id="a", token_env="T"))
    assert path.read_bytes() == before


def test_a_link_into_somebodys_dotfiles_stays_a_link(tmp_path):
    real = write(tmp_path, page_table())
    link = tmp_path / "link.toml"
    link.symlink_to(real)
    append_page(link, PAGE)
    assert link.is_symlink()
    assert load(real).page("second") == PAGE


def test_a_place_that_cannot_be_written_is_an_error_and_not_a_traceback(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "file" / "config.toml", tmp_path / "file" / "deep" / "config.toml"):
        with pytest.raises(ConfigError, match="cannot be"):
            append_page(path, PAGE)
    assert (tmp_path / "file").read_text() == "in the way"


def test_home_holds_all_three_folders_and_makes_none(tmp_path):
    found = app_paths(str(tmp_path / "h"))
    assert (found.config, found.data, found.cache) == (
        tmp_path / "h" / "config",
        tmp_path / "h" / "data",
        tmp_path / "h" / "cache",
    )
    assert not (tmp_path / "h").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG folders are Linux's")
def test_without_home_the_platform_says_where(monkeypatch, tmp_path):
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    found = app_paths(None)
    assert (found.config, found.data, found.cache) == (
        tmp_path / "CONFIG" / "ircon",
        tmp_path / "DATA" / "ircon",
        tmp_path / "CACHE" / "ircon",
    )


def test_the_handbooks_table_is_the_one_that_is_checked_by():
    rows = list(allowed_keys())
    assert ("console", "hold_seconds") in {row[:2] for row in rows}
    assert len(rows) == sum(len(table) for table in TABLES.values())
    assert all(meaning.endswith(".") for _, _, meaning in rows)


@pytest.mark.parametrize("kind", VENDORS)
def test_every_kind_that_may_be_configured_can_be_opened(kind):
    from ircon.pages.capabilities import Capabilities
    from ircon.pages.registry import PageOpener, adapter_class
    from page_wires import StillClock

    adapter = adapter_class(kind)
    assert isinstance(adapter.capabilities, Capabilities)
    assert 0 < adapter.rate.reserved < adapter.rate.requests
    clock = StillClock()
    profile = PageConfig("p", "https://api.example", "x1", kind=kind, token_env="T")
    page = PageOpener({"T": "a-token-of-a-page"})(profile, clock)
    assert isinstance(page, adapter)
