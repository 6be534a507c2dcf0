"""Installations to take care of: an empty data directory each, and the data of the first walk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
    home = engine_home.parent / request.node.name[:40]
    with at_home(home), cluster.running():
        dumps.load(dumps.Database.as_owner(), FIRST_WALK / "database.dump")
    shutil.copytree(FIRST_WALK / "files", home / "files", dirs_exist_ok=True)
    return home
