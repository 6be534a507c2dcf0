"""`clausier init`: from an empty directory to somebody who signs in."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

import pytest

from clausier.care import units
from tests.care.conftest import ask, clausier

pytestmark = pytest.mark.engine

WORDS = (
    *("init", "--name", "Éclipse Exemple", "--siren", "900000019"),
    *("--owner-name", "Modèle Essai", "--owner-email", "modele@eclipse.example.org"),
    *("--hosts", "desk.example.org", "--https", "1"),
)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("un mot de passe assez long\n")
    return path


def test_an_installation_is_founded_once(engine_home: Path, password: Path) -> None:
    home = engine_home.parent / "founded"
    words = (*WORDS, "--owner-password-file", str(password))
    done = clausier(home, *words, CLAUSIER_MAIL_HOST="127.0.0.1", CLAUSIER_HEARTBEAT="2")
    assert done.returncode == 0, done.stderr
    assert ask(home, "select slug from foundation_provider") == "eclipse-exemple"
    assert ask(home, "select email from foundation_person") == "modele@eclipse.example.org"
    assert ask(home, "select role from foundation_membership") == "owner"
    assert ask(home, "select count(*) from directory_agency") == 1

    settings = (home / "settings.env").read_text()
    assert 'CLAUSIER_HOSTS="desk.example.org"' in settings
    assert 'CLAUSIER_MAIL_HOST="127.0.0.1"' in settings
    assert (home / "settings.env").stat().st_mode & 0o777 == 0o600
    shown = json.loads(clausier(home, "settings", "--json").stdout)
    assert shown["CLAUSIER_HTTPS"] == "1"

    again = clausier(home, *words)
    assert again.returncode == 1
    assert "exists already" in again.stderr


def test_what_is_not_said_is_asked_for_by_its_option(engine_home: Path) -> None:
    done = clausier(engine_home.parent / "unsaid", "init", "--name", "Éclipse Exemple")
    assert done.returncode == 1
    assert "--owner-name is missing" in done.stderr


def test_a_refused_founding_leaves_nothing_behind(engine_home: Path, password: Path) -> None:
    home = engine_home.parent / "refused"
    words = (*WORDS, "--owner-password-file", str(password))
    refused = clausier(home, *words, "--siren", "900000018")
    assert refused.returncode == 1
    assert "SIREN" in refused.stderr
    assert not (home / "settings.env").exists()
    for table in ("foundation_provider", "foundation_person", "foundation_installedbook"):
        assert ask(home, f"select count(*) from {table}") == 0
    assert clausier(home, *words).returncode == 0


def read(unit: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    return parser


@pytest.mark.parametrize(
    ("managed", "commands"),
    [
        (False, {"clausier.service": "serve --port 8001"}),
        (
            True,
            {
                "clausier-web.service": "serve --without-worker --port 8001",
                "clausier-post.service": "post",
                "clausier-worker.service": "worker",
            },
        ),
    ],
)
def test_the_units_start_what_belongs_on_the_machine(managed: bool, commands: dict[str, str]) -> None:
    machine = units.Machine(
        program=Path("/opt/clausier/.venv/bin/clausier"),
        home=Path("/srv/clausier"),
        account="clausier",
        host="desk.example.org",
        port=8001,
        managed=managed,
    )
    made = {name: read(text) for name, text in units.units(machine).items()}
    assert {name: unit["Service"]["ExecStart"].split(" ", 1)[1] for name, unit in made.items()} == commands
    for unit in made.values():
        assert unit["Service"]["User"] == "clausier"
        assert unit["Service"]["Environment"] == '"CLAUSIER_HOME=/srv/clausier"'
    assert "proxy_pass http://127.0.0.1:8001;" in units.nginx(machine)
