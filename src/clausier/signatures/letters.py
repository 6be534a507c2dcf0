"""Letters about signatures. They carry ways in and codes: sealed while they wait, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import mail, wording
from clausier.foundation.models import Person
from clausier.signatures.models import SignatureRequest


@contextmanager
def language_of(email: str) -> Iterator[None]:
    """The block speaks the language of whoever has that address: of their account, else French."""
    known = Person.objects.filter(email__iexact=email).values_list("language", flat=True).first()
    with translation.override(known or "fr"):
        yield


def ask(request: SignatureRequest, token: str) -> None:
    """Send the signer the way to the paper."""
    with language_of(request.signer_email):
        subject = _("À signer : %(what)s") % {"what": request.purpose}
        until = request.valid_until
        last = wording.instant(until, get_language() or "fr", year=True) if until else ""
        _send(request, "signatures/asked.txt", subject, url=_link(request, token), until=last)


def send_code(request: SignatureRequest, code: str, minutes: int) -> None:
    """Send the signer a one-time code."""
    with language_of(request.signer_email):
        # The code is not in the subject: phones show subjects while they are locked.
        subject = _("Votre code pour signer chez %(host)s") % {"host": request.provider.name}
        _send(request, "signatures/code.txt", subject, code=code, minutes=minutes)


def tell_complete(request: SignatureRequest, token: str) -> None:
    """Tell the signer that both have signed, and where the paper is."""
    with language_of(request.signer_email):
        subject = _("Signé par les deux parties : %(what)s") % {"what": request.purpose}
        _send(request, "signatures/complete.txt", subject, url=_link(request, token))


def tell_asker(request: SignatureRequest, outcome: str) -> None:
    """Tell whoever asked what the client answered; `outcome` is signed or declined."""
    asker = request.asked_by
    if asker is None or not request.site_url:
        return
    where = reverse("signature", args=[request.provider.slug, request.pk])
    with translation.override(asker.language):
        names = {"who": request.signer_name, "what": request.purpose}
        subject = (
            _("%(who)s a signé : %(what)s") if outcome == "signed" else _("%(who)s a refusé : %(what)s")
        ) % names
        facts = {"request": request, "outcome": outcome, "url": urljoin(request.site_url, where), "to": asker}
        mail.defer(to=asker.email, subject=subject, body=render_to_string("signatures/answered.txt", facts))


def _link(request: SignatureRequest, token: str) -> str:
    return urljoin(request.site_url, reverse("portal-signature-link", args=[request.provider.slug, token]))


def _send(request: SignatureRequest, template: str, subject: str, **facts: object) -> None:
    mail.defer(
        to=request.signer_email,
        subject=subject,
        body=render_to_string(template, {"request": request, "provider": request.provider, **facts}),
    )
