"""Papers that clients of the demo sign: some signed by both, some that wait for one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.demo.clockwork import Piece, Script
from clausier.demo.conduct import PORTAL_URL
from clausier.demo.founding import LETTERS
from clausier.demo.world import Customer, World
from clausier.directory.models import Contact
from clausier.foundation import documents, mail, secrets, wording
from clausier.signatures import policies
from clausier.signatures import services as signatures
from clausier.signatures.models import SignatureRequest
from clausier.signatures.services import Scan, Trace

PHONE = Trace("203.0.113.24", "Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile")
CONSENT = (
    "J’ai lu le document, j’en accepte le contenu et je le signe. J’accepte de signer par voie électronique."
)
STROKES = (
    "[[[60,140],[78,96],[96,58],[112,44],[120,62],[110,104],[104,140],[126,112],[148,104],[160,120],[150,142],"
    "[168,138],[190,108],[206,112],[204,138],[224,130],[250,92],[262,64],[256,52],[244,78],[246,128],[262,140],"
    "[290,118],[312,110],[318,132],[340,128],[372,96],[410,104],[470,88],[520,96]],[[96,168],[300,156],[500,160]]]"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and what became of it: `end` is opened, asked, signed, both or scan."""

    title: str
    says: str
    days_ago: int
    end: str
    stays: int = 10  # days in which it may be signed


PAPERS = (
    Paper(
        "Avenant : deux postes ajoutés",
        "Deux postes de travail s’ajoutent au périmètre, au tarif du contrat",
        41,
        "both",
    ),
    Paper("Liste des contacts habilités", "Les personnes qui peuvent demander une intervention", 1, "asked"),
    Paper(
        "Avenant : visite mensuelle du serveur",
        "Une visite préventive du serveur s’ajoute chaque mois",
        2,
        "signed",
    ),
    Paper(
        "Avenant : astreinte du samedi matin",
        "Le samedi matin, de 8 h à 12 h, est couvert",
        3,
        "opened",
    ),
    Paper(
        "Conditions d’accès à la salle technique",
        "Le prestataire accède à la salle technique accompagné, du lundi au vendredi",
        16,
        "scan",
    ),
)


def signed_papers(world: World) -> Iterator[Script]:
    """One script a paper, each at another client's."""
    for place, paper in enumerate(PAPERS):
        yield _signed(world, place, paper)


def _signed(world: World, place: int, paper: Paper) -> Script:
    at = yield world.day(paper.days_ago, 9, 20)
    customers = [one for one in world.customers.values() if one.caller.email]
    customer = customers[place % len(customers)]
    request = _ask(world, customer, customer.caller, paper, at)
    role = customer.caller.job_title or "Gérance"
    if paper.end == "asked":
        return
    if paper.end in ("opened", "scan"):
        at = yield at + timedelta(minutes=47)
        signatures.record_opening(by=policies.bearer_of(request), at=at, request=request, trace=PHONE)
    if paper.end == "opened":
        return
    if paper.end == "scan":
        at = yield at + timedelta(minutes=12)
        _scanned(world, request, paper, at)
    else:
        at = yield from signed_by_link(request, role, at + timedelta(minutes=47))
    if paper.end == "signed":
        return
    at = yield at + timedelta(hours=3)
    signatures.countersign(by=world.the("manager"), at=at, request=request, role="Responsable de clientèle")


def signed_by_link(request: SignatureRequest, role: str, at: datetime) -> Piece[datetime]:
    """Opened at `at`, read, and signed on a phone with the code of a letter; when it was."""
    bearer = policies.bearer_of(request)
    at = yield at
    signatures.record_opening(by=bearer, at=at, request=request, trace=PHONE)
    at = yield at + timedelta(minutes=12)
    signatures.send_code(by=bearer, at=at, request=request, trace=PHONE)
    code = _code_read()
    at = yield at + timedelta(minutes=2)
    signatures.confirm_code(by=bearer, at=at, request=request, code=code, trace=PHONE)
    signatures.sign(
        by=bearer,
        at=at,
        request=request,
        name=request.signer_name,
        role=role,
        code=code,
        sha256=request.sha256,
        consent=CONSENT,
        strokes=STROKES,
        trace=PHONE,
    )
    return at


def _ask(world: World, customer: Customer, signer: Contact, paper: Paper, at: datetime) -> SignatureRequest:
    return signatures.request_on_file(
        by=world.the("dispatcher"),
        at=at,
        client=customer.client,
        content=_typeset(world, customer, paper, at),
        file_name="document.pdf",
        purpose=paper.title,
        signer=signer,
        valid_until=at + timedelta(days=paper.stays),
        site_url=PORTAL_URL,
    )


def _typeset(world: World, customer: Customer, paper: Paper, at: datetime) -> bytes:
    day = wording.long_day(at.date(), "fr", year=True)
    return documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": paper.title,
            "provider": {"name": world.provider.name, "identity": world.provider.name},
            "dated": day,
            "reference": customer.client.number,
            "says": paper.says + ".",
            "facts": [["Client", customer.client.name], ["Proposé le", day]],
            "signed": [world.provider.name, customer.client.name],
        },
        at=at,
    )


def _scanned(world: World, request: SignatureRequest, paper: Paper, at: datetime) -> None:
    file = documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": f"{paper.title} — exemplaire signé",
            "provider": {"name": world.provider.name, "identity": world.provider.name},
            "dated": wording.long_day(at.date(), "fr", year=True),
            "reference": request.document.number,
            "says": paper.says + ".",
            "facts": [["Signé par", request.signer_name]],
            "signed": ["", request.signer_name],
        },
        at=at,
    )
    scan = Scan(request.signer_name, at.date(), "papier-signe.pdf", file, role="Gérance")
    signatures.record_scan(by=world.the("dispatcher"), at=at, request=request, scan=scan)


def _code_read() -> str:
    """The code in the letter that has just been written: whoever signs reads it there."""
    job = ProcrastinateJob.objects.filter(task_name=mail.SEND).latest("id")
    letter = json.loads(secrets.unseal(job.args["letter"], mail.PLACE))
    found = re.search(r"^\d{6}$", letter["body"], re.M)
    assert found
    return found[0]
