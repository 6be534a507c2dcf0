"""Asking for a signature and giving it, as the tests do: through acts and through the links of letters."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from clausier.foundation import acts, documents
from clausier.foundation.models import Document
from clausier.signatures import policies, services
from clausier.signatures.models import About, SignatureRequest
from tests.people import FRIDAY_1630, House

SITE = "https://contrats.example.org/"
CONSENT = "J’ai lu le document et je le signe."
STROKES = "[[[40, 120], [120, 40], [200, 150], [320, 60]]]"


def pdf(title: str) -> bytes:
    """A PDF of two pages, set by typst as papers are."""
    return documents.typeset(Path(__file__).parent / "paper.typ", {"title": title}, at=FRIDAY_1630)


def paper(house: House, text: str = "Devis de démonstration") -> Document:
    """A PDF of the client's, filed."""
    with acts.whole():
        return documents.file_document(
            pdf(text),
            by=house.owner,
            at=FRIDAY_1630,
            kind="quote",
            title=text,
            name="devis.pdf",
            client_id=house.client.pk,
        )


def ask(house: House, **changes: Any) -> SignatureRequest:
    """The correspondent is asked to sign a quote."""
    given: dict[str, Any] = {
        "document": None,
        "about": About("quote", 7, "D-0007"),
        "client": house.client,
        "signer": house.caller,
        "valid_until": FRIDAY_1630 + timedelta(days=10),
        "purpose": "Devis D-0007",
        "site_url": SITE,
        **changes,
    }
    given["document"] = given["document"] or paper(house)
    return services.request_signature(by=house.manager, at=FRIDAY_1630, **given)


def link_in(letter: Any) -> str:
    """The path of the link that a letter bears."""
    found = re.search(r"https://contrats\.example\.org(/\S+)", letter.body)
    assert found, letter.body
    return found[1]


def code_in(letter: Any) -> str:
    """The code that a letter bears."""
    found = re.search(r"^\d{6}$", letter.body, re.M)
    assert found, letter.body
    return found[0]


def opened(request: SignatureRequest, at: datetime = FRIDAY_1630) -> SignatureRequest:
    """The signer opened the paper."""
    return services.record_opening(by=policies.bearer_of(request), at=at, request=request)


def signed(
    request: SignatureRequest, letters: Any, at: datetime = FRIDAY_1630, **changes: Any
) -> SignatureRequest:
    """The signer opened the paper, got a code and signed."""
    bearer = policies.bearer_of(request)
    opened(request, at)
    services.send_code(by=bearer, at=at, request=request)
    code = code_in(letters()[-1])
    assert services.confirm_code(by=bearer, at=at, request=request, code=code)
    given: dict[str, Any] = {
        "name": request.signer_name,
        "role": "Gérante",
        "code": code,
        "sha256": request.sha256,
        "consent": CONSENT,
        **changes,
    }
    services.sign(by=bearer, at=at, request=request, **given)
    return SignatureRequest.objects.get(pk=request.pk)
