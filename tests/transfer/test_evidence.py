"""Bundles of evidence: all of a matter but what its clause keeps out of court, verified anywhere."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clausier.cli import verify
from clausier.desk import services as desk
from clausier.foundation import clock, documents
from clausier.foundation.errors import NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import services as lifecycle
from clausier.lifecycle.services import Journey, Paper
from clausier.transfer import services as transfer
from clausier.transfer.evidence import services
from clausier.transfer.models import EvidenceBundle
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House
from tests.post.mails import mailbox_of, raw, take
from tests.transfer.files import do_jobs

NOW = FRIDAY_1630 + timedelta(hours=2)
SECRET = b"%PDF-1.7 l'expert estime que chacun a sa part"
PROOF = b"%PDF-1.7 bon de livraison du serveur"


def zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("dossier/copie.pdf", content)
    return made.getvalue()


def disputed(house: House) -> Any:
    """A dispute with the expert's report, which lies in five other places as well."""
    mailbox = mailbox_of(house)
    ticket = open_ticket(house)
    reply = {"by": house.technician, "at": FRIDAY_1630, "ticket": ticket}
    desk.reply(
        **reply,
        text="Voici le bon de livraison, et l’avis reçu.",
        files=[
            ("bon de livraison.pdf", "application/pdf", PROOF),
            ("avis.pdf", "application/pdf", SECRET),
            ("liasse.zip", "application/zip", zipped(SECRET)),
        ],
    )
    desk.add_note(**reply, text="Le client se plaint depuis avril.")
    take(
        mailbox,
        raw(
            sender=f"Camille <{house.caller.email}>",
            subject=f"Re: [#{ticket.number}] Le serveur",
            text="Je joins ce que l’expert a écrit.",
            files=(("rapport.pdf", "application/pdf", SECRET),),
        ),
    )
    session = desk.log_work(
        by=house.technician,
        at=FRIDAY_1630 + timedelta(minutes=40),
        ticket=ticket,
        mode="remote",
        started_at=FRIDAY_1630,
        ended_at=FRIDAY_1630 + timedelta(minutes=35),
        entries=[{"domain": "server-network", "text": "Contrôleur de disques relancé"}],
    )
    desk.validate_work(by=house.technician, at=FRIDAY_1630 + timedelta(minutes=41), session=session)
    documents.file_document(
        SECRET,
        by=house.manager,
        at=FRIDAY_1630,
        kind="other",
        title="Copie égarée",
        name="copie.pdf",
        client_id=house.client.pk,
    )
    dispute = lifecycle.record_dispute(
        by=house.owner,
        at=FRIDAY_1630,
        contract=house.contract,
        matter="Le serveur est tombé six fois",
        complaint="Six pannes depuis avril.",
        journey=Journey(posted_on=FRIDAY_1630.date(), presented_on=FRIDAY_1630.date()),
        scan=Paper(b"%PDF-1.7 reclamation", "reclamation.pdf"),
    )
    lifecycle.add_note(by=house.owner, at=FRIDAY_1630, dispute=dispute, text="Transiger à mi-chemin")
    lifecycle.add_paper(
        by=house.owner,
        at=FRIDAY_1630,
        dispute=dispute,
        document=Paper(SECRET, "rapport de l’expert.pdf"),
        kind="expert-report",
        title="Le rapport de Maître Fictive",
        dated_on=FRIDAY_1630.date(),
        source="expert",
        disclosed=False,
    )
    return dispute


@pytest.fixture
def bundled(imri: House, at: Any, tmp_path: Path) -> tuple[Path, EvidenceBundle]:
    """The evidence of that dispute, made and taken."""
    at(NOW.isoformat())
    dispute = disputed(imri)
    scope = services.usual_scope(dispute, NOW)
    assert services.preview(by=imri.owner, dispute=dispute, scope=scope)["tickets"] == 2
    bundle = services.ask_bundle(by=imri.owner, at=NOW, dispute=dispute, scope=scope)
    do_jobs("transfer.make_bundle")
    bundle.refresh_from_db()
    assert bundle.state == "ready"
    path = tmp_path / bundle.name
    with services.fetch_bundle(by=imri.owner, at=NOW, bundle=bundle) as opened:
        path.write_bytes(opened.read())
    return path, bundle


def changed(path: Path, name: str, content: bytes | None, *, added: bool = False) -> Path:
    """The bundle with one member replaced, removed (None) or added."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
            elif content is not None:
                after.writestr(one, content)
        if added:
            after.writestr(name, content or b"")
    return other


def test_a_bundle_holds_the_matter_and_nothing_of_what_its_clause_keeps_out_of_court(bundled, imri):
    path, bundle = bundled
    packed = zipfile.ZipFile(path)
    contents = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(contents["manifest.json"])
    digest = hashlib.sha256(SECRET).hexdigest().encode()
    for name, content in contents.items():
        assert SECRET not in content, name
        assert digest not in content, name
        for word in (
            "rapport de l’expert.pdf",
            "Le rapport de Ma",
            "Copie égarée",
            "avis.pdf",
            "liasse.zip",
            "Transiger",
        ):
            assert word.encode() not in content, (name, word)
    assert any(content == PROOF for content in contents.values())
    assert manifest["counts"]["mails"] == 0  # it brought the report along
    threads = [content.decode() for name, content in contents.items() if name.startswith("tickets/")]
    thread = "".join(threads)
    assert "Contrôleur de disques relancé" in thread
    assert "Je joins ce que l’expert a écrit." in thread
    assert "Le client se plaint depuis avril." not in thread
    assert "Première présentation" in contents["procedure.html"].decode()
    assert all(manifest["rulings"].values())
    told = [json.loads(contents[f"calculs/{pk}.json"])["outcome"]["rule"] for pk in manifest["rulings"]]
    assert {"promise", "coverage", "priority", "amicable-procedure"} <= set(told)
    assert manifest["scope"]["tickets"]
    told = [
        json.loads(json.loads(line)["canonical"]) for line in contents["journal/journal.jsonl"].splitlines()
    ]
    assert {"desk.ticket_opened", "lifecycle.dispute_opened"} <= {one["code"] for one in told}
    assert not {one["code"] for one in told} & {
        "lifecycle.dispute_paper_added",
        "lifecycle.dispute_note_added",
    }
    written = JournalEntry.objects.filter(object_kind="evidencebundle").values_list("code", flat=True)
    assert sorted(written) == ["transfer.bundle_asked", "transfer.bundle_fetched", "transfer.bundle_made"]
    with pytest.raises(NotAllowed):
        services.fetch_bundle(by=imri.manager, at=NOW, bundle=bundle)


def _without_django(path: Path) -> int:
    """What the command answers in a process that knows no installation; 9 if it loaded Django."""
    program = (
        "import sys; from clausier.cli.main import main; status = main(sys.argv[1:]);"
        "sys.exit(9 if 'django' in sys.modules else status)"
    )
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(path.parent)}
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", path], env=known, capture_output=True, check=False
    )
    return done.returncode


def test_a_bundle_is_verified_on_another_computer_and_every_tampering_is_found(bundled):
    path, bundle = bundled
    found = verify.examine(path)
    assert found.is_intact, found.facts["faults"]
    assert found.certificates == {bundle.fingerprint}
    assert found.facts["rulings_replayed"] > 3
    assert _without_django(path) == 0
    packed = zipfile.ZipFile(path)
    page = next(name for name in packed.namelist() if name.startswith("tickets/"))
    ruling = next(n for n in packed.namelist() if n.startswith("calculs/") and n.endswith(".json"))
    manifest = packed.read("manifest.json")
    lines = packed.read("journal/journal.jsonl")
    links = packed.read("journal/chaine.jsonl").splitlines(keepends=True)
    acts = (
        (page, packed.read(page).replace(b"35", b"36", 1), "changed"),
        (page, None, "missing"),
        ("manifest.json", manifest.replace(b"Odile", b"Odila"), "no more what was signed"),
        ("journal/journal.jsonl", lines.replace(b"Odile", b"Odila", 1), "was changed"),
        ("journal/chaine.jsonl", b"".join(links[:-1]), "does not end"),
        ("journal/chaine.jsonl", b"".join(links[:3] + links[4:]), "broken"),
        ("manifest.p7s", None, "not signed"),
        (ruling, packed.read(ruling).replace(b'"value": ', b'"value": "0", "was": '), "another"),
    )
    for name, content, says in acts:
        tampered = verify.examine(changed(path, name, content))
        assert not tampered.is_intact, (name, says)
        assert any(says in one for one in tampered.facts["faults"]), (name, tampered.facts["faults"])
    added = verify.examine(changed(path, "pieces/9-nouvelle.pdf", b"x", added=True))
    assert any("added" in one for one in added.facts["faults"])


def test_no_archive_of_the_provider_or_of_its_client_holds_the_file_of_a_dispute(imri, at):
    at(NOW.isoformat())
    disputed(imri)
    for archive in (
        transfer.ask_archive(by=imri.owner, at=clock.now()),
        transfer.ask_client_archive(by=imri.owner, at=clock.now(), client=imri.client, with_internal=True),
    ):
        do_jobs("transfer.make_archive")
        archive.refresh_from_db()
        with transfer.fetch_archive(by=imri.owner, at=clock.now(), archive=archive) as opened:
            packed = zipfile.ZipFile(io.BytesIO(opened.read()))
        everything = b"".join(packed.read(name) for name in packed.namelist())
        for word in ("Le rapport de Maître Fictive", "Transiger", "Six pannes"):
            assert word.encode() not in everything
