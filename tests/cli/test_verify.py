"""`clausier verify` on a computer without an installation: intact, altered, not sealed, unreadable."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from clausier.cli import main
from clausier.foundation import sealing
from tests.signatures.asking import pdf

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def pair():
    return sealing.make_local("Nébuline Exemple", AT)


@pytest.fixture(scope="module")
def sealed(pair):
    shown = pdf("Devis")
    reason = f"Signé. {sealing.shown_words(shown)}"
    return sealing.seal(shown, pair, at=AT, reason=reason, added=(pdf("Page de signature"),))


def verified(path, capsys, *options):
    status = main.main(["verify", str(path), *options])
    return status, capsys.readouterr()


def test_what_was_changed_after_the_seal_shows(sealed, pair, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    fingerprint = sealing.facts_of(pair.chain).fingerprint
    other_shown = sealed.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    tampered = bytearray(sealed)
    tampered[len(pdf("Devis")) + 40] ^= 1
    for name, content, status, says in (
        ("intact.pdf", sealed, 0, "INTACT"),
        ("byte.pdf", bytes(tampered), 1, "ALTÉRÉ"),
        ("head.pdf", other_shown, 1, "ALTÉRÉ"),
        ("more.pdf", sealed + b"\n% plus", 1, "ajouté après le sceau"),
        ("plain.pdf", pdf("Devis"), 1, "NON SCELLÉ"),
        ("broken.pdf", b"%PDF-1.7\nrien", 2, "ne se lit pas"),
        ("notes.txt", b"bonjour", 2, "sait vérifier"),
    ):
        (tmp_path / name).write_bytes(content)
        answered, said = verified(tmp_path / name, capsys)
        assert (answered, says in said.out + said.err) == (status, True), (name, said)
    assert verified(tmp_path / "nothing.pdf", capsys)[0] == 2
    status, said = verified(tmp_path / "intact.pdf", capsys, "--json")
    (seal,) = json.loads(said.out)["seals"]
    assert (seal["fingerprint"], seal["sealed_by"]) == (fingerprint, "Nébuline Exemple")
    assert verified(tmp_path / "intact.pdf", capsys, "--certificate", sealing.spaced(fingerprint))[0] == 0
    status, said = verified(tmp_path / "intact.pdf", capsys, "--certificate", "0" * 64)
    assert (status, "n’est pas celui" in said.out) == (1, True)


def test_it_needs_neither_django_nor_an_installation(sealed, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(sealed)
    program = (
        "import sys; from clausier.cli.main import main; status = main(sys.argv[1:]);"
        "sys.exit(9 if 'django' in sys.modules else status)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", tmp_path / "paper.pdf"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
