"""Letters about signatures. They carry ways in and codes: sealed while they wait; codes are kept nowhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.foundation import mail, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person
from clausier.post import outbox, wordings
from clausier.signatures.models import SignatureRequest


def language_of(email: str) -> str:
    """The language of whoever has that address: of their account, else French."""
    known = Person.objects.filter(email__iexact=email).values_list("language", flat=True).first()
    return known or "fr"


def ask(request: SignatureRequest, token: str, *, at: datetime) -> None:
    """Send the signer the way to the paper."""
    _write("paper-to-sign", request, token, at)


def remind(request: SignatureRequest, token: str, *, at: datetime) -> None:
    """Send the signer the way to a paper that still waits."""
    _write("paper-reminder", request, token, at)


def send_code(request: SignatureRequest, code: str, minutes: int) -> None:
    """Send the signer a one-time code."""
    with translation.override(language_of(request.signer_email)):
        # The code is not in the subject: phones show subjects while they are locked.
        subject = _("Votre code pour signer chez %(host)s") % {"host": request.provider.name}
        _send(request, "signatures/code.txt", subject, code=code, minutes=minutes)


def tell_complete(request: SignatureRequest, token: str, *, at: datetime) -> None:
    """Tell the signer that both have signed, and where the paper is."""
    _write("paper-signed", request, token, at)


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


def _write(kind: str, request: SignatureRequest, token: str, at: datetime) -> None:
    """A letter in the provider's words, by the outbox; without a mailbox, by the way of the program's own."""
    provider, language = request.provider, language_of(request.signer_email)
    mailbox = outbox.mailbox_for(provider)
    facts = {
        "objet": request.purpose,
        "personne": request.signer_name,
        "client": request.client.name,
        "prestataire": provider.name,
        "delai": deadline_words(request.valid_until, language),
    }
    link = _link(request, token)
    if mailbox is None:
        words = wordings.words_of(provider, kind, language)
        known = facts | {"lien": link, "signature": provider.name}
        subject = " ".join(wordings.filled(words.subject, known).split())
        mail.defer(to=request.signer_email, subject=subject, body=wordings.filled(words.body, known))
        return
    outbox.letter(
        kind,
        facts,
        mailbox=mailbox,
        client=request.client,
        to=[request.signer_email],
        language=language,
        at=at,
        way_in=link,
    )


def deadline_words(until: datetime | None, language: str) -> str:
    """Until when a paper may be signed, in a sentence; "" without an end."""
    if until is None:
        return ""
    local = until.astimezone(PARIS)
    with translation.override(language):
        if local.time() == time():
            last = wording.long_day(local.date() - timedelta(days=1), language, year=True)
            return _("Il peut être signé jusqu’au %(last)s compris.") % {"last": last}
        last = wording.spoken_instant(local, language)
        return _("Il peut être signé jusqu’au %(last)s.") % {"last": last}


def _send(request: SignatureRequest, template: str, subject: str, **facts: object) -> None:
    mail.defer(
        to=request.signer_email,
        subject=subject,
        body=render_to_string(template, {"request": request, "provider": request.provider, **facts}),
    )
