"""Installations to take care of: an empty data directory each, and the data of the first walk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clausier import cluster
from clausier.care import dumps
from tests.engine.conftest import engine_home
from tests.engine.served import ROOT, environment

__all__ = ["engine_home"]

FIRST_WALK = Path(__file__).parent / "first-walk"

Run = Callable[..., subprocess.CompletedProcess[str]]


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """This very process works on the installation `home` for the length of the block."""
    before = os.environ["CLAUSIER_HOME"]
    os.environ["CLAUSIER_HOME"] = str(home)
    try:
        yield
    finally:
        os.environ["CLAUSIER_HOME"] = before


def clausier(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a sub-command on the installation `home`, with nobody to answer questions."""
    return subprocess.run(
        [sys.executable, "-m", "clausier.cli.main", *words],
        env=environment(home, **({"DJANGO_SETTINGS_MODULE": "clausier.settings"} | variables)),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def ask(home: Path, question: str) -> object:
    """The first column of the first row; the installation must be stopped."""
    with at_home(home), cluster.running(), dumps.Database.as_reader_of_all().connect() as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


@pytest.fixture
def first_walk(engine_home: Path, request: pytest.FixtureRequest) -> Path:
    """An installation as the program of the first walk left it: 180 tickets, 1227 acts, one stored file."""
    return furnished(engine_home.parent / request.node.name[:40], FIRST_WALK / "database.dump")


@pytest.fixture
def upgraded(engine_home: Path, request: pytest.FixtureRequest, upgraded_dump: Path) -> Path:
    """The same, as this program keeps it: to be upgraded no more, which takes its time."""
    return furnished(engine_home.parent / request.node.name[:40], upgraded_dump)


@pytest.fixture(scope="session")
def upgraded_dump() -> Iterator[Path]:
    """The database of the first walk after `clausier migrate`."""
    directory = Path(tempfile.mkdtemp(prefix="clausier-engine-", dir="/tmp"))
    directory.chmod(0o711)
    home = furnished(directory / "home", FIRST_WALK / "database.dump")
    done = clausier(home, "migrate")
    assert done.returncode == 0, done.stderr
    with at_home(home), cluster.running():
        dumps.dump(dumps.Database.as_reader_of_all(), directory / "database.dump")
    yield directory / "database.dump"
    for leftover in (cluster.Place.of(home).base, cluster.Place.of(home).socket, directory):
        shutil.rmtree(leftover, ignore_errors=True)


def furnished(home: Path, dump: Path) -> Path:
    """An installation with the database of `dump`, and the first walk's file."""
    with at_home(home), cluster.running():
        dumps.load(dumps.Database.as_owner(), dump)
    shutil.copytree(FIRST_WALK / "files", home / "files", dirs_exist_ok=True)
    return home
