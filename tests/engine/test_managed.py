"""The same program on a PostgreSQL that somebody else runs: two addresses instead of a private cluster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from clausier import cluster
from tests.engine.served import ROOT, Served, environment, eventually

pytestmark = pytest.mark.engine


def test_it_asks_for_migrations_then_serves(engine_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_HOME", str(engine_home))
    with cluster.running():
        host = quote(str(cluster.Place.of(engine_home).socket), safe="")
        addresses = {
            name: f"postgresql:///{cluster.DATABASE}?host={host}&port={cluster.PORT}&user={role}"
            for name, role in (("DATABASE_URL", cluster.APP), ("DATABASE_OWNER_URL", cluster.OWNER))
        }
        elsewhere = Served(engine_home.parent / "elsewhere", **addresses)
        with pytest.raises(AssertionError, match="run “clausier migrate”"):
            elsewhere.start()
        migrate = [sys.executable, "-m", "clausier.cli.main", "migrate"]
        subprocess.run(migrate, env=environment(elsewhere.home, **addresses), cwd=ROOT, check=True)
        elsewhere.start()
        assert eventually(lambda: elsewhere.get("who"))
        assert "database:" not in elsewhere.said()
        assert elsewhere.stop() == 0
