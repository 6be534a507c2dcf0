"""Data directories for real engines."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausier import cluster
from tests.engine.served import Served


@pytest.fixture(scope="module")
def engine_home() -> Iterator[Path]:
    """A data directory of its own, outside pytest's, which is closed to the server's account under root."""
    directory = Path(tempfile.mkdtemp(prefix="clausier-engine-", dir="/tmp"))
    directory.chmod(0o711)
    home = directory / "home"
    yield home
    for leftover in (cluster.Place.of(home).base, cluster.Place.of(home).socket, directory):
        shutil.rmtree(leftover, ignore_errors=True)


@pytest.fixture(scope="module")
def served(engine_home: Path) -> Iterator[Served]:
    """An installation that serves; a test that stops it starts it again."""
    installation = Served(engine_home)
    installation.start()
    yield installation
    installation.stop()
