"""A backup file is whole, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausier.care import archive
from clausier.care.archive import DUMP, FILES, Manifest
from clausier.care.errors import CareError, DamagedBackup

PLACE = "1/ab/" + "ab" * 32


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "clausier.tar"
    with archive.writing(path) as writer:
        writer.add_bytes(DUMP, b"a dump" * 500)
        writer.add_bytes(FILES + PLACE, b"a file")
        writer.add_manifest(
            Manifest(
                made_at="2026-11-20T02:30:00+01:00",
                version="1",
                reason="",
                migrations=("desk.0001",),
                chains={"": (3, "hash"), "7": (1, "other")},
                secrets=("django-secret-key",),
                members=writer.members,
            )
        )
    return path


def test_what_was_written_is_read_back(backup: Path, tmp_path: Path) -> None:
    manifest = archive.verify(backup)
    assert set(manifest.members) == {DUMP, FILES + PLACE}
    assert manifest.chains == {"": (3, "hash"), "7": (1, "other")}
    assert list(archive.stored_files(backup)) == [(PLACE, b"a file")]
    archive.extract_dump(backup, tmp_path / "dump")
    assert (tmp_path / "dump").read_bytes() == b"a dump" * 500


def test_only_its_account_reads_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_changed_byte_is_found(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    at = content.index(b"a dump")
    content[at] ^= 1
    backup.write_bytes(content)
    with pytest.raises(DamagedBackup, match=r"database\.dump"):
        archive.verify(backup)


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.8])
def test_a_file_cut_short_is_refused(backup: Path, share: float) -> None:
    content = backup.read_bytes()
    whole = len(content.rstrip(b"\0"))
    backup.write_bytes(content[: int(whole * share)])
    with pytest.raises(DamagedBackup):
        archive.verify(backup)


def test_something_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clausier.tar"
    path.write_text("no tar")
    with pytest.raises(DamagedBackup, match="damaged or incomplete"):
        archive.verify(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CareError, match="cannot be read: No such file"):
        archive.verify(tmp_path / "clausier.tar")


def test_a_backup_cut_off_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), archive.writing(tmp_path / "clausier.tar") as writer:
        writer.add_file(DUMP, tmp_path / "not there")
    assert list(tmp_path.iterdir()) == []
