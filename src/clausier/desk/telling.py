"""What leaves by mail about contested work and machines in the workshop, in the reader's language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from clausier.desk.models import Contestation, EventKind, TicketEvent
from clausier.desk.states import ContestationState
from clausier.directory.models import Contact
from clausier.foundation import wording


def addressee_of(event: TicketEvent) -> Contact | None:
    """Who is written about an event: whoever contested, else the caller."""
    if event.kind == EventKind.CONTESTED:
        found = Contestation.objects.select_related("contact").filter(pk=event.data["contestation"]).first()
        if found and found.contact:
            return found.contact
    return event.ticket.caller


def letter_of(event: TicketEvent, language: str) -> str:
    """What the letter says: the words of the event, with a sentence before them where it is a fact."""
    with translation.override(language):
        says = _opening(event)
    return "\n\n".join(part for part in (says, event.text) if part)


def _opening(event: TicketEvent) -> str:
    step = event.data.get("step", "")
    match event.kind, step:
        case EventKind.CONTESTED, "made":
            return _(
                "Nous avons noté votre contestation du travail saisi ; vous aurez notre réponse. Vos mots :"
            )
        case EventKind.CONTESTED, ContestationState.UPHELD:
            return _("Votre contestation est admise : le travail saisi est corrigé.")
        case EventKind.CONTESTED, ContestationState.REJECTED:
            return _("Votre contestation n’est pas admise : le travail reste tel qu’il est saisi.")
        case EventKind.WORK, "corrected":
            return _("Une séance de travail de votre demande a été corrigée.")
        case EventKind.CUSTODY, "ready":
            return _("Votre machine est prête à reprendre : %(label)s (%(number)s).") % event.data
        case EventKind.CUSTODY, "waits":
            return _("Votre machine vous attend toujours à l’atelier : %(label)s (%(number)s).") % event.data
    return ""


def notice_of(contestation: Contestation, code: str, language: str) -> tuple[str, str]:
    """Subject and words of the letter to the provider's leads."""
    facts = {
        "client": contestation.client.name,
        "of_client": wording.of(contestation.client.name, language),
        "ticket": contestation.ticket,
        "name": contestation.author_name,
        "reason": contestation.reason,
    }
    with translation.override(language):
        if code == "desk.work_contested":
            return (
                _("Travail contesté, ticket %(ticket)s") % facts,
                _("%(name)s (%(client)s) conteste du travail du ticket %(ticket)s :\n\n%(reason)s\n") % facts,
            )
        return (
            _("Contestation répétée, %(client)s") % facts,
            _(
                "Avec le ticket %(ticket)s, les contestations refusées %(of_client)s atteignent le nombre de "
                "vos conditions (ims 7.2). Rien n’est résilié : à vous de juger. La page Contestations dit "
                "ce qui est compté et pourquoi.\n"
            )
            % facts,
        )
