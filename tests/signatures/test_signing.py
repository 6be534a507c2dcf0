"""Signing: asked by a link, opened, a code, drawn or typed, countersigned and sealed; frozen from then on."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client as Browser

from clausier.foundation import files, isolation, sealing
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.signatures import policies, queries, services, tasks
from clausier.signatures.errors import (
    AlreadySettled,
    CodeRefused,
    NotOpened,
    NotThisPaper,
    SignatureExpired,
    TooManyCodes,
    UnknownRequest,
)
from clausier.signatures.models import Signature, SignatureCode, SignatureRequest, TrailEntry
from clausier.signatures.services import Scan
from tests.people import FRIDAY_1630
from tests.signatures.asking import STROKES, ask, code_in, link_in, opened, paper, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_paper_is_signed_by_link_and_code_then_countersigned_and_sealed(imri, letters, tmp_path):
    request = ask(imri)
    shown = files.read(request.document.file)
    link = link_in(letters()[-1])
    browser = Browser(REMOTE_ADDR="198.51.100.7", headers={"user-agent": "Navigateur d’essai"})

    assert "page-1.png" not in browser.get(link).content.decode()
    request.refresh_from_db()
    assert request.first_opened_at is None, "a program that follows links has not received the paper"
    assert browser.get(f"{link}document.pdf").status_code == 404

    assert browser.post(link, {"act": "open"}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.first_opened_at) == ("opened", FRIDAY_1630)
    assert browser.get(f"{link}document.pdf").content == shown
    assert browser.get(f"{link}page-2.png").content.startswith(b"\x89PNG")
    assert browser.get(f"{link}page-3.png").status_code == 404

    browser.post(link, {"act": "code"})
    code = code_in(letters()[-1])
    answer = {
        **{"act": "sign", "name": "Maëlle Cobaye", "role": "Gérante", "means": "drawn", "drawing": STROKES},
        **{"consent": "on", "sha256": request.sha256},
    }
    wrong = browser.post(link, answer | {"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    assert browser.post(link, answer | {"code": code}).status_code == 302
    request.refresh_from_db()
    signature = request.signature
    assert (request.state, request.signed_at) == ("signed", FRIDAY_1630)
    assert (signature.means, signature.address, signature.agent) == (
        "drawn",
        "198.51.100.7",
        "Navigateur d’essai",
    )
    assert signature.sha256 == hashlib.sha256(shown).hexdigest()
    assert signature.code.confirmed_at == FRIDAY_1630
    assert "au nom de Biscuiterie Imaginaire" in signature.consent

    services.countersign(by=imri.manager, at=FRIDAY_1630, request=request, role="Responsable")
    request = SignatureRequest.objects.get(pk=request.pk)
    sealed = files.read(request.signed_document.file)
    assert sealed.startswith(shown), "what was shown comes first, to the byte"
    (seal,) = sealing.check(sealed)
    assert seal.holds
    assert seal.sealed_at == FRIDAY_1630
    assert seal.certificate.fingerprint == queries.certificate_of(imri.provider).fingerprint
    assert Browser().get(f"{link_in(letters()[-1])}signe.pdf").content == sealed
    assert [*TrailEntry.objects.order_by("pk").values_list("kind", flat=True)] == [
        *("asked", "sent", "opened", "code-sent", "code-wrong", "signed", "countersigned"),
    ]
    codes = [*JournalEntry.objects.filter(code__startswith="signatures.").values_list("code", flat=True)]
    for code in ("requested", "opened", "signed", "countersigned"):
        assert f"signatures.{code}" in codes
    told = JournalEntry.objects.get(code="signatures.countersigned")
    assert told.data["about"] == {"kind": "quote", "id": 7, "label": "D-0007"}

    if shutil.which("pdfsig") is None:
        pytest.skip("no pdfsig on this machine (Debian: apt install poppler-utils)")
    (tmp_path / "signed.pdf").write_bytes(sealed)
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=True)
    assert "Signature is Valid" in said.stdout
    assert "Total document signed" in said.stdout


def test_no_path_changes_what_was_signed(imri, letters, program_role):
    request = signed(ask(imri), letters)
    bearer = policies.bearer_of(request)
    again = {"name": "X", "role": "Y", "code": "123456", "sha256": request.sha256, "consent": "oui"}
    for act, by, given in (
        (services.sign, bearer, again),
        (services.decline, bearer, {"reason": "non"}),
        (services.withdraw, imri.manager, {"reason": "erreur"}),
        (services.set_deadline, imri.manager, {"valid_until": None}),
        (services.record_scan, imri.manager, {"scan": Scan("X", FRIDAY_1630.date(), "a.pdf", b"%PDF-")}),
    ):
        with pytest.raises(AlreadySettled):
            act(by=by, at=FRIDAY_1630, request=request, **given)
    link = link_in(next(one for one in letters() if "À signer" in one.subject))
    assert Browser().post(link, {"act": "decline", "reason": "non"}).status_code == 409
    services.countersign(by=imri.owner, at=FRIDAY_1630, request=request)
    with pytest.raises(AlreadySettled):
        services.countersign(by=imri.owner, at=FRIDAY_1630, request=request)

    request = SignatureRequest.objects.get(pk=request.pk)
    request.purpose = "Autre chose"
    kept = request.signed_document
    kept.title = "Autre chose"
    request.signature.name = "Quelqu’un d’autre"
    for row in (request, kept, kept.file, request.signature, request.answer, request.signature.code):
        with pytest.raises(DatabaseError), program_role():
            row.save()
        with pytest.raises(DatabaseError), program_role():
            type(row).objects.filter(pk=row.pk).update(provider=row.provider)
    for table in (
        *("signaturerequest", "signature", "countersignature", "signaturelink", "trailentry"),
        "signaturecode",
    ):
        for statement in (
            f"update signatures_{table} set provider_id = provider_id",
            f"delete from signatures_{table}",
        ):
            with pytest.raises(DatabaseError), program_role(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_code_is_tried_a_few_times_and_asked_for_a_few_times(imri, letters):
    request = opened(ask(imri))
    bearer = policies.bearer_of(request)
    with pytest.raises(CodeRefused):
        services.sign(
            **{"by": bearer, "at": FRIDAY_1630, "request": request, "name": "A", "role": "B", "code": "1"},
            **{"sha256": request.sha256, "consent": "oui"},
        )
    services.send_code(by=bearer, at=FRIDAY_1630, request=request)
    code = code_in(letters()[-1])
    with pytest.raises(TooManyCodes):
        services.send_code(by=bearer, at=FRIDAY_1630, request=request)
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    for _try in range(5):
        assert not services.confirm_code(by=bearer, at=FRIDAY_1630, request=request, code=wrong)
    assert not services.confirm_code(by=bearer, at=FRIDAY_1630, request=request, code=code), "tried too often"
    later = FRIDAY_1630 + timedelta(minutes=2)
    services.send_code(by=bearer, at=later, request=request)
    fresh = code_in(letters()[-1])
    late = later + timedelta(minutes=15)
    assert not services.confirm_code(by=bearer, at=late, request=request, code=fresh), "too old"
    for turn in range(3):
        services.send_code(by=bearer, at=later + timedelta(minutes=turn + 1), request=request)
    with pytest.raises(TooManyCodes):
        services.send_code(by=bearer, at=later + timedelta(minutes=9), request=request)
    assert code not in str(list(SignatureCode.objects.values()))


def test_what_is_signed_is_what_was_shown(imri, letters):
    request = ask(imri)
    with pytest.raises(NotOpened):
        services.send_code(by=policies.bearer_of(request), at=FRIDAY_1630, request=request)
    with pytest.raises(NotThisPaper):
        signed(request, letters, sha256="0" * 64)
    for field, given in (("drawing", {"strokes": "[[[1, 1]]]"}), ("consent", {"consent": " "})):
        with pytest.raises(InvalidInput) as refused:
            signed_again(request, **given)
        assert refused.value.field == field


def signed_again(request, **changes):
    given = {"name": "A", "role": "B", "code": "1", "sha256": request.sha256, "consent": "oui", **changes}
    return services.sign(by=policies.bearer_of(request), at=FRIDAY_1630, request=request, **given)


def test_after_its_deadline_a_paper_is_signed_no_more_but_a_scan_that_came_in_time_is_filed(imri, letters):
    request = ask(imri)
    end = request.valid_until
    with pytest.raises(SignatureExpired):
        opened(request, end)
    assert tasks.expire(0) == 0
    services.set_deadline(
        by=imri.manager, at=FRIDAY_1630, request=request, valid_until=end - timedelta(days=1)
    )
    assert services.expire(by=imri.owner, at=end, request=request)
    request.refresh_from_db()
    assert request.state == "expired"
    scan = Scan(
        "Maëlle Cobaye", FRIDAY_1630.date(), "papier.pdf", files.read(paper(imri).file), role="Gérante"
    )
    with pytest.raises(SignatureExpired):
        services.record_scan(by=imri.dispatcher, at=end, request=request, scan=scan)
    came = FRIDAY_1630 + timedelta(days=3)
    services.record_scan(by=imri.dispatcher, at=end, request=request, scan=scan, received_at=came)
    services.countersign(by=imri.manager, at=end, request=request)
    request = SignatureRequest.objects.get(pk=request.pk)
    assert (request.signed_at, request.signature.means) == (came, "scan")
    (seal,) = sealing.check(files.read(request.signed_document.file))
    assert seal.holds


def test_only_who_was_asked_signs_and_only_who_may_countersigns(imri, ims, letters):
    request = ask(imri, signer=imri.colleague)
    with pytest.raises(UnknownRequest):
        services.record_opening(by=imri.correspondent, at=FRIDAY_1630, request=request)
    with pytest.raises(UnknownRequest):
        services.withdraw(by=ims.manager, at=FRIDAY_1630, request=request)
    with pytest.raises(InvalidInput):
        ask(imri, signer=ims.caller)
    done = signed(request, letters)
    for role in ("dispatcher", "technician", "accountant", "reader", "correspondent"):
        with pytest.raises(NotAllowed):
            services.countersign(by=getattr(imri, role), at=FRIDAY_1630, request=done)
    services.refuse_countersignature(by=imri.manager, at=FRIDAY_1630, request=done, reason="Prix erroné")
    assert SignatureRequest.objects.get(pk=done.pk).countersigned_at is None
    with isolation.confined(ims.owner.scope):
        assert not SignatureRequest.objects.exists()
        assert not Signature.objects.exists()
