"""Papers that wait for a signature, as rows of the alerts: each opens its paper."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.contracts.models import Amendment
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.overview.queries import CountersignAlert, SignatureAlert
from clausier.sales.models import OrderChange
from clausier.signatures.models import SignatureRequest


def countersign_words(one: CountersignAlert, slug: str) -> tuple[str, str, str]:
    """The title of a paper to countersign, whose it is, and where."""
    paper = one.paper
    if isinstance(paper, SignatureRequest):
        title, client = paper.purpose, paper.client.name
        url = reverse("signature", args=[slug, paper.pk])
    elif isinstance(paper, Amendment):
        title, client = f"{paper.number}, {paper.subject}", paper.contract.client.name
        url = reverse("amendment", args=[slug, paper.number])
    elif isinstance(paper, OrderChange):
        title, client = str(paper), paper.client.name
        url = reverse("order", args=[slug, paper.order.number]) + f"#m{paper.number}"
    else:
        title, client = f"{paper.reference}, {paper.title}", paper.client.name
        url = reverse("quote", args=[slug, paper.number])
    return _("À contresigner : %(paper)s") % {"paper": title}, client, url


def signature_words(one: SignatureAlert, slug: str, language: str) -> tuple[str, str, str]:
    """The title of a paper that the client has little time left to sign, whose it is, and where."""
    request = one.request
    until: datetime = (request.valid_until or request.asked_at).astimezone(PARIS)
    title = _("Pas encore signé : %(paper)s") % {"paper": request.purpose}
    second = _("%(client)s, jusqu’au %(until)s") % {
        "client": request.client.name,
        "until": wording.instant(until, language),
    }
    return title, second, reverse("signature", args=[slug, request.pk])
