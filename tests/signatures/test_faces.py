"""Signatures in the console, the signed-in portal and the API, and what seals."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate
from django.core.files.uploadedfile import SimpleUploadedFile

from clausier.foundation import files, sealing
from clausier.foundation.models import Provider
from clausier.signatures import queries, services
from clausier.signatures.models import SealingCertificate, SignatureRequest
from tests.api.asking import Machine
from tests.console.visits import address, get, post, signed_in
from tests.people import FRIDAY_1630
from tests.signatures.asking import SITE, ask, code_in, pdf, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_staff_ask_and_the_correspondent_signs_signed_in(imri, letters):
    upload = SimpleUploadedFile("avenant.pdf", pdf("Avenant"), "application/pdf")
    where = f"{address(imri, 'signature-ask')}?client=CL-001"
    sent = signed_in(imri.dispatcher).post(
        where, {"purpose": "Avenant n° 1", "paper": upload, "signer": imri.caller.pk, "until": "2026-11-30"}
    )
    made = SignatureRequest.objects.get()
    assert sent["Location"] == address(imri, "signature", made.pk)
    assert made.about.kind == "document"

    client = signed_in(imri.correspondent)
    here = address(imri, "portal-signature", made.pk)
    assert "Avenant n° 1" in client.get(address(imri, "portal-signatures")).content.decode()
    client.post(here, {"act": "open"})
    client.post(here, {"act": "code"})
    answer = {"act": "sign", "name": "Maëlle Cobaye", "role": "Gérante", "means": "typed", "consent": "on"}
    answer |= {"sha256": made.sha256, "code": code_in(letters()[-1])}
    assert client.post(here, answer).status_code == 302

    assert "Avenant n° 1" in get(imri, "signatures", role="manager").content.decode()
    assert post(imri, "signature-countersign", made.pk, role="dispatcher").status_code == 403
    assert post(imri, "signature-countersign", made.pk, role="manager", role_="").status_code == 302
    shown = get(imri, "signature", made.pk, role="reader").content.decode()
    assert "contresigné et scellé" in shown.lower()
    assert client.get(f"{here}signe.pdf").content.startswith(b"%PDF-")
    assert signed_in(imri.user).get(here).status_code == 403


def test_a_paper_that_came_back_signed_is_filed_and_a_wrong_file_is_refused_by_its_field(imri):
    made = ask(imri, signer=None, signer_name="Quentin Supposé", signer_email="quentin@client.example.org")
    given = {"signed_by": "Quentin Supposé", "signed_on": "2026-11-20"}
    bad = SimpleUploadedFile("notes.txt", b"bonjour", "text/plain")
    refused = post(imri, "signature-record", made.pk, **given, paper=bad)
    assert refused.status_code == 422
    assert "Donnez le papier signé en PDF" in refused.content.decode()
    good = SimpleUploadedFile("scan.pdf", pdf("Signé"), "application/pdf")
    assert post(imri, "signature-record", made.pk, **given, paper=good).status_code == 302
    assert SignatureRequest.objects.get().state == "signed"
    assert get(imri, "signature-scan", made.pk).content.startswith(b"%PDF-")


def test_a_machine_asks_follows_and_countersigns(imri, letters):
    machine = Machine(imri, imri.manager)
    file = {"name": "devis.pdf", "content": base64.b64encode(pdf("Devis")).decode()}
    asked = {"client": "CL-001", "purpose": "Devis", "file": file, "signer": imri.caller.pk}
    made = machine.post("/signatures", asked)
    path = f"/signatures/{made['id']}"
    assert (made["state"], made["signer_email"]) == ("asked", imri.caller.email)
    wrong = machine.refused("POST", "/signatures", {"client": "CL-001", "document": "rien"})
    assert wrong["field"] == "document"
    assert machine.refused("POST", f"{path}/countersignature", {})["code"] == "not_yet_signed"
    signed(SignatureRequest.objects.get(pk=made["id"]), letters)
    assert [one["id"] for one in machine.get("/signatures?to_countersign=true")["items"]] == [made["id"]]
    done = machine.post(f"{path}/countersignature", {"role": "Responsable"})
    certificate = machine.get("/sealing-certificate")
    assert done["fingerprint"] == certificate["fingerprint"]
    assert machine.refused("POST", f"{path}/withdrawal", {"reason": "x"})["code"] == "signature_settled"
    assert machine.get(f"{path}/trail")["items"][0]["kind"] == "countersigned"


def p12(password: str = "mot de passe") -> bytes:
    """A certificate as an authority would deliver it, in a file."""
    pair = sealing.make_local("Autorité Exemple", FRIDAY_1630)
    key = serialization.load_pem_private_key(pair.key.encode(), None)
    certificate = load_pem_x509_certificate(pair.chain.encode())
    closed = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"sceau", key, certificate, None, closed)  # type: ignore[arg-type]


def test_the_owner_brings_a_certificate_and_its_key_is_kept_sealed(imri, letters):
    first = services.make_certificate(by=imri.owner, at=FRIDAY_1630)
    upload = SimpleUploadedFile("sceau.p12", p12(), "application/x-pkcs12")
    wrong = post(imri, "sealing", role="owner", content=upload, password="faux")
    assert (wrong.status_code, "mot de passe est faux" in wrong.content.decode()) == (422, True)
    upload.seek(0)
    assert post(imri, "sealing", role="owner", content=upload, password="mot de passe").status_code == 302
    brought = queries.certificate_of(imri.provider)
    assert (brought.subject, brought.origin) == ("Autorité Exemple", "brought")
    assert "PRIVATE KEY" not in brought.key
    page = get(imri, "sealing", role="owner").content.decode()
    assert sealing.spaced(brought.fingerprint) in page
    assert sealing.spaced(first.fingerprint) in page, "papers that it sealed are still compared with it"
    assert get(imri, "sealing", role="manager").status_code == 403
    made = signed(ask(imri, site_url=SITE), letters)
    services.countersign(by=imri.manager, at=FRIDAY_1630, request=made)
    sealed = files.read(SignatureRequest.objects.get().signed_document.file)
    assert sealing.check(sealed)[0].certificate.subject == "Autorité Exemple"
    assert SealingCertificate.objects.filter(retired_at=None).count() == Provider.objects.count()
