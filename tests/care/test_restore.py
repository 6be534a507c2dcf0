"""Made on one machine, put back on an empty one: the same to the last entry, and proven so."""

from __future__ import annotations

import base64
import json
import shutil
import tarfile
from pathlib import Path
from urllib.parse import quote

import pytest

from clausier import cluster
from clausier.care import dumps
from tests.care.conftest import ask, at_home, clausier

pytestmark = pytest.mark.engine

EVERYTHING = """
    select md5(string_agg(hash, ',' order by provider_id nulls first, position))
    from foundation_journalseal where position <= 400
"""
# By columns that the first walk had: those added since come with the restore.
TICKETS = """
    select md5(string_agg(concat_ws(' ', id, number, title, state, called_at, closed_at), ',' order by id))
    from desk_ticket
"""


def backup_of(home: Path) -> Path:
    done = clausier(home, "backup", "--json")
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["file"])


def test_a_backup_is_restored_onto_an_empty_data_directory_and_nowhere_else(first_walk: Path) -> None:
    backup = backup_of(first_walk)
    assert backup.parent == first_walk / "backups"
    elsewhere = first_walk.with_name("elsewhere")
    done = clausier(elsewhere, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "Restored and read again: 1227 journal entries, 1 file(s)" in done.stdout
    for question in (EVERYTHING, TICKETS):
        assert ask(elsewhere, question) == ask(first_walk, question)

    verified = clausier(elsewhere, "journal", "verify", "--json")
    assert json.loads(verified.stdout)["breaks"] == []

    again = clausier(elsewhere, "restore", str(backup))
    assert again.returncode == 1
    assert "already holds data" in again.stderr

    # What happens after the backup is gone once it replaces what is there.
    before = ask(elsewhere, "select count(*) from foundation_journalentry")
    assert clausier(elsewhere, "restore", "--replace", str(backup)).returncode == 0
    assert ask(elsewhere, "select count(*) from foundation_journalentry") == before
    assert ask(elsewhere, TICKETS) == ask(first_walk, TICKETS)
    shutil.rmtree(elsewhere, ignore_errors=True)


def test_no_secret_goes_into_a_backup(upgraded: Path) -> None:
    assert clausier(upgraded, "keys", "add").returncode == 0
    (upgraded / "settings.env").write_text('CLAUSIER_MAIL_PASSWORD="hush-hush"\n')
    backup = backup_of(upgraded)
    key = (upgraded / "secrets" / "django-secret-key").read_bytes()
    content = backup.read_bytes()
    assert key not in content
    sealing = (upgraded / "keys" / "data.keys").read_text().split()[1]
    assert sealing.encode() not in content
    assert base64.b64decode(sealing) not in content
    assert b"hush-hush" not in content
    with tarfile.open(backup) as tar:
        assert {name.split("/")[0] for name in tar.getnames()} == {"database.dump", "files", "manifest.json"}


def test_a_damaged_backup_touches_nothing_and_a_lost_file_is_told(upgraded: Path) -> None:
    backup = backup_of(upgraded)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = backup.with_name("damaged.tar")
    damaged.write_bytes(content)
    fresh = upgraded.with_name("fresh")
    done = clausier(fresh, "restore", str(damaged))
    assert done.returncode == 1
    assert "damaged or incomplete" in done.stderr
    assert ask(fresh, "select count(*) from pg_class where relname = 'desk_ticket'") == 0

    assert clausier(upgraded, "migrate").returncode == 0  # which gives the roles their rights again
    [lost] = [path for path in (upgraded / "files").rglob("*") if path.is_file()]
    lost.unlink()
    done = clausier(upgraded, "backup")
    assert done.returncode == 1
    assert lost.name in done.stderr
    doctor = clausier(upgraded, "doctor", "--json")
    findings = {found["part"]: found for found in json.loads(doctor.stdout)["findings"]}
    assert findings["files"]["state"] == "fault"
    assert doctor.returncode == 1


def test_the_days_backup_is_made_once_and_old_ones_go(upgraded: Path) -> None:
    old = upgraded / "backups" / "clausier-20200101T013000Z.tar"
    old.parent.mkdir(mode=0o700)
    old.touch()
    always_due = {"CLAUSIER_BACKUP_AT": "00:00"} | {
        f"CLAUSIER_BACKUP_KEEP_{period}": "1" for period in ("DAYS", "WEEKS", "MONTHS")
    }
    assert clausier(upgraded, "backup", "--if-due", **always_due).returncode == 0
    [made] = (upgraded / "backups").glob("clausier-*.tar")
    assert made != old
    assert clausier(upgraded, "backup", "--if-due", **always_due).returncode == 0
    assert list((upgraded / "backups").iterdir()) == [made]


def test_a_managed_database_is_backed_up_and_restored_the_same(upgraded: Path) -> None:
    with at_home(upgraded), cluster.running():
        with cluster.Cluster.of_home().connect() as connection:
            connection.execute(f"create database second owner {cluster.OWNER}")
        machine = upgraded.with_name("managed")
        shutil.copytree(upgraded / "files", machine / "files")
        made = clausier(machine, "backup", "--json", **addresses(upgraded, cluster.DATABASE))
        assert made.returncode == 0, made.stderr
        backup = json.loads(made.stdout)["file"]

        other = upgraded.with_name("managed-too")
        empty = clausier(other, "restore", backup, **addresses(upgraded, "second"))
        assert empty.returncode == 0, empty.stderr
        replaced = clausier(machine, "restore", "--replace", backup, **addresses(upgraded, "second"))
        assert replaced.returncode == 0, replaced.stderr

        with (
            dumps.Database.as_owner("second").connect() as second,
            dumps.Database.as_owner().connect() as first,
        ):
            assert second.execute(TICKETS).fetchone() == first.execute(TICKETS).fetchone()
            assert second.execute(EVERYTHING).fetchone() == first.execute(EVERYTHING).fetchone()


def addresses(home: Path, database: str) -> dict[str, str]:
    """What a managed PostgreSQL is reached by, played by the private one of `home`."""
    host = quote(str(cluster.Place.of(home).socket), safe="")
    return {
        name: f"postgresql:///{database}?host={host}&port={cluster.PORT}&user={role}"
        for name, role in (("DATABASE_URL", cluster.APP), ("DATABASE_OWNER_URL", cluster.OWNER))
    }
