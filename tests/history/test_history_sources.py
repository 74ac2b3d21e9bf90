"""Files, folders and archives as documents."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ircon.errors import NotFound, Unreadable
from ircon.history.sources import gather_documents


def zipped(path: Path, members: dict[str, bytes], **more: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data, **more)
    return path


def test_a_folder_gives_its_documents_by_name(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"b")
    (tmp_path / "a.json").write_bytes(b"a")
    (tmp_path / "photo.png").write_bytes(b"p")
    (tmp_path / ".hidden.txt").write_bytes(b"h")
    (tmp_path / "2025").mkdir()
    (tmp_path / "2025" / "c.md").write_bytes(b"c")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.txt").write_bytes(b"d")
    assert gather_documents([tmp_path]) == [("2025/c.md", b"c"), ("a.json", b"a"), ("b.txt", b"b")]


def test_a_file_that_is_named_may_be_called_anything(tmp_path):
    path = tmp_path / "incident"
    path.write_bytes(b"words")
    assert gather_documents([path]) == [("incident", b"words")]


def test_links_lead_nowhere_out_of_a_folder(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(b"secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.txt").write_bytes(b"a")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    assert gather_documents([inside]) == [("a.txt", b"a")]


def test_an_archive_gives_its_documents_and_nothing_is_extracted(tmp_path):
    path = zipped(
        tmp_path / "past.zip",
        {
            "one.txt": b"1",
            "../../esc.txt": b"2",
            "/abs.txt": b"3",
            "x.png": b"4",
            "in.zip": b"5",
            "__MACOSX/a.txt": b"6",
        },
    )
    before = sorted(tmp_path.parent.rglob("*"))
    assert [data for _, data in gather_documents([path])] == [b"1", b"3"]
    assert gather_documents([path])[0][0] == "past.zip/one.txt"
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_link_in_an_archive_is_no_document(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "past.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", "a")
    assert gather_documents([path]) == [("past.zip/a.txt", b"a")]


def test_a_bomb_is_refused(tmp_path):
    path = zipped(tmp_path / "bomb.zip", {"a.txt": b"\0" * 9_000_000})
    with pytest.raises(Unreadable, match="compressed more than"):
        gather_documents([path])
    path = zipped(tmp_path / "large.zip", {"a.txt": os.urandom(11_000_000)})
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        gather_documents([path])


def test_a_damaged_archive_is_refused(tmp_path):
    path = zipped(tmp_path / "past.zip", {"a.txt": b"some words " * 100})
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="damaged"):
        gather_documents([path])
    path.write_bytes(bytes(data[:50]))
    with pytest.raises(Unreadable, match="damaged"):
        gather_documents([path])


def test_a_large_file_is_refused(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        gather_documents([path])


def test_nothing_there_no_documents_and_no_file(tmp_path):
    with pytest.raises(NotFound, match="does not exist"):
        gather_documents([tmp_path / "missing.txt"])
    with pytest.raises(Unreadable, match="no documents"):
        gather_documents([tmp_path])
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(Unreadable, match="not a file"):
        gather_documents([tmp_path / "pipe.txt"])
