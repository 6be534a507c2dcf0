"""Letters about quotes that leave choices: nobody signs them yet, so no link to sign tells of them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.foundation import wording
from clausier.post import outbox
from clausier.sales.models import Quote
from clausier.signatures import queries as signatures
from clausier.signatures.letters import language_of


def offer(held: Quote, *, at: datetime, site_url: str) -> bool:
    """Send the contact the quote and the way to its choices in the portal; whether a letter leaves."""
    return _write("quote-to-choose", held, at, site_url)


def remind(held: Quote, *, at: datetime) -> bool:
    """Remind the contact of a quote whose last day is near; whether a letter leaves."""
    return _write("quote-reminder", held, at, "")


def _write(kind: str, held: Quote, at: datetime, site_url: str) -> bool:
    contact, mailbox = held.contact, outbox.mailbox_for(held.provider)
    path = reverse("portal-quote", args=[held.provider.slug, held.number])
    link = signatures.address_of(held.provider, path, site_url)
    if contact is None or not contact.email or mailbox is None or not link:
        return False
    language = language_of(contact.email)
    outbox.letter(
        kind,
        {
            "objet": f"{held.reference}, {held.title}",
            "personne": contact.full_name,
            "client": held.client.name,
            "lien": link,
            "delai": _until_words(held, language),
        },
        mailbox=mailbox,
        client=held.client,
        to=[contact.email],
        language=language,
        at=at,
        files=[held.document.file] if held.document and held.document.file else [],
    )
    return True


def _until_words(held: Quote, language: str) -> str:
    last = held.standing.expires_on
    if last is None:
        return ""
    with translation.override(language):
        return _("Il est valable jusqu’au %(last)s.") % {"last": wording.long_day(last, language, year=True)}
