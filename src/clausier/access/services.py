"""Acts on standing agreements and tools, and the parts that the desk does inside its own acts.

Whoever changes an agreement names the state in which it was read: two answers never both count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.access import queries
from clausier.access.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NoPrevious,
    NoSuchTool,
    ToolExists,
    UnknownAgreement,
)
from clausier.access.models import Agreement, AgreementKind, How, RemoteTool
from clausier.access.states import AGREEMENT_MOVES, AgreementState
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock, documents, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling

LONGEST: Final = 500
LONGEST_TOOL: Final = 80
LARGEST_PAPER: Final = 10 * 1024 * 1024  # bytes
STANDING: Final = (AgreementKind.REMOTE, AgreementKind.SITE)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that proves an answer."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client's side said: yes or no, who, how, when (`at` of the act when None), until when."""

    given: bool
    how: str = How.PHONE
    contact: Contact | None = None
    name: str = ""
    said_at: datetime | None = None
    until_at: datetime | None = None
    note: str = ""
    paper: Paper | None = None

    def checked(self, client_ids: set[int | None], at: datetime) -> Answer:
        """Raises InvalidInput naming the field: those of this class, and `document` for the paper."""
        if self.how not in How.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field="how")
        if self.contact is not None and self.contact.client_id not in client_ids:
            raise InvalidInput(_("Cette personne n’est pas de ce client."), field="contact")
        if self.contact is None and not self.name.strip():
            raise InvalidInput(_("Dites qui a répondu."), field="contact")
        if len(self.name) > 120:
            raise InvalidInput(_("Un nom fait 120 signes au plus."), field="name")
        if self.said_at is not None and clock.is_after(self.said_at, at):
            raise InvalidInput(_("Cet instant n’est pas encore passé : corrigez l’heure."), field="said_at")
        if self.until_at is not None and not clock.is_after(self.until_at, at):
            raise InvalidInput(_("Cette fin est déjà passée : choisissez un jour à venir."), field="until_at")
        _no_longer(self.note, "note")
        if self.paper is not None and not 0 < len(self.paper.content) <= LARGEST_PAPER:
            raise InvalidInput(_("Ce fichier est vide ou dépasse 10 Mo."), field="document")
        return self


def _no_longer(text: str, field: str) -> str:
    if len(text.strip()) > LONGEST:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field=field)
    return text.strip()


# Parts of the acts of the desk


def ask(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    kind: str,
    ticket_id: int | None,
    asked_of: Contact | None,
    about: str = "",
    step: str = "",
    site: Site | None = None,
    ruling: Ruling | None = None,
    site_url: str = "",
) -> Agreement:
    """Put a question to the client. Raises AlreadyAsked when the same waits for an answer."""
    waiting = Agreement.objects.filter(
        client=client, kind=kind, ticket_id=ticket_id, state=AgreementState.ASKED, site=site, step=step
    )
    if waiting.exists():
        raise AlreadyAsked(
            _("La question est déjà posée au client."),
            way_out=_("Attendez sa réponse, ou notez celle qu’il vous donne."),
        )
    return Agreement.objects.create(
        provider=by.provider,
        client=client,
        kind=kind,
        state=AgreementState.ASKED,
        ticket_id=ticket_id,
        step=step,
        site=site,
        about=_no_longer(about, "about"),
        ruling=ruling,
        asked_of=asked_of,
        asked_at=at,
        asked_by=by.person,
        site_url=site_url[:200],
    )


def note_answer(
    answer: Answer,
    *,
    by: Actor,
    at: datetime,
    client: Client,
    kind: str,
    ticket_id: int | None,
    parties: set[int | None],
    about: str = "",
    step: str = "",
    site: Site | None = None,
    ruling: Ruling | None = None,
) -> Agreement:
    """Keep what the client said, whether the question waited or was put by voice. Raises InvalidInput."""
    answer.checked(parties, at)
    waiting = Agreement.objects.filter(
        client=client, kind=kind, ticket_id=ticket_id, state=AgreementState.ASKED, site=site, step=step
    ).first()
    agreement = waiting or Agreement(
        provider=by.provider,
        client=client,
        kind=kind,
        state=AgreementState.ASKED,
        ticket_id=ticket_id,
        step=step,
        site=site,
        about=_no_longer(about, "about"),
        ruling=ruling,
    )
    if agreement.pk is None:
        _set(agreement, answer, by=by, at=at)
        agreement.save(force_insert=True)
        return agreement
    return settle(agreement, answer, by=by, at=at)


def settle(agreement: Agreement, answer: Answer, *, by: Actor, at: datetime) -> Agreement:
    """The question is answered. Raises AlreadyAnswered when it is not waiting any more."""
    changes = _set(agreement, answer, by=by, at=at)
    waiting = Agreement.objects.filter(pk=agreement.pk, state=AgreementState.ASKED)
    if not waiting.update(**changes):
        raise AlreadyAnswered(
            _("Cette question a déjà sa réponse."), way_out=_("Rechargez la page pour la lire.")
        )
    return agreement


def _set(agreement: Agreement, answer: Answer, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Write the answer into the row at hand; what was written."""
    contact = answer.contact
    changes: dict[str, Any] = {
        "state": AgreementState.GIVEN if answer.given else AgreementState.REFUSED,
        "answered_at": answer.said_at or at,
        "answered_by": contact,
        "answered_name": (contact.full_name if contact else answer.name.strip())[:120],
        "how": answer.how,
        "note": answer.note.strip(),
        "recorded_by": by.name[:120],
        "until_at": answer.until_at,
    }
    if answer.paper is not None:
        changes["document"] = documents.file_document(
            answer.paper.content,
            by=by,
            at=at,
            kind="agreement",
            title=_("Accord : %(what)s") % {"what": AgreementKind(agreement.kind).label},
            name=answer.paper.name,
            content_type=answer.paper.content_type,
            client_id=agreement.client_id,
        )
    for name, value in changes.items():
        setattr(agreement, name, value)
    return changes


def take_back(agreement: Agreement, *, by: Actor, at: datetime, reason: str) -> Agreement:
    """The agreement, or the question, holds no more. Raises NoPrevious."""
    former = agreement.state
    changes: dict[str, Any] = {
        "state": AgreementState.WITHDRAWN,
        "withdrawn_at": at,
        "withdrawn_name": by.name[:120],
        "withdrawn_reason": _no_longer(reason, "reason"),
    }
    may = AgreementState.WITHDRAWN in AGREEMENT_MOVES[former]
    if not may or not Agreement.objects.filter(pk=agreement.pk, state=former).update(**changes):
        raise NoPrevious(_("Il n’y a plus d’accord à retirer."), way_out=_("Rechargez la page."))
    for name, value in changes.items():
        setattr(agreement, name, value)
    return agreement


# Standing agreements


@act("access.record")
def record_standing(
    *, by: Actor, at: datetime, client: Client, kind: str, answer: Answer, site: Site | None = None
) -> Agreement:
    """Keep an agreement for every ticket of a client, until it ends or is withdrawn (imri VII.3.3).

    Of a remote session, or of a third party where one works (`site`). Raises InvalidInput naming `kind`,
    `site`, or what `Answer` names.
    """
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    if kind not in STANDING:
        raise InvalidInput(_("Cet accord se donne pour une demande à la fois."), field="kind")
    if (kind == AgreementKind.SITE) != (site is not None):
        raise InvalidInput(_("Choisissez le site du tiers."), field="site")
    if site is not None and site.client_id != client.pk:
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    if not answer.given:
        raise InvalidInput(
            _("Un accord permanent est un oui : un refus se note sur le ticket."), field="given"
        )
    agreement = note_answer(
        answer,
        by=by,
        at=at,
        client=client,
        kind=kind,
        ticket_id=None,
        parties={client.pk},
        about=site.name if site else "",
        site=site,
    )
    journal.write(
        by=by,
        at=at,
        code="access.standing_recorded",
        about=agreement,
        client_id=client.pk,
        data=said(agreement),
    )
    return agreement


@act("portal.consent")
def give_standing(*, by: Actor, at: datetime, until_at: datetime | None = None, note: str = "") -> Agreement:
    """The client itself agrees, in the portal, to remote sessions on its machines until further notice."""
    contact = Contact.objects.filter(pk=by.contact_id or 0, client_id=by.client_id or 0).first()
    client = Client.objects.get(pk=by.client_id or 0)
    agreement = note_answer(
        Answer(True, How.PORTAL, contact=contact, name=by.name, until_at=until_at, note=note),
        by=by,
        at=at,
        client=client,
        kind=AgreementKind.REMOTE,
        ticket_id=None,
        parties={client.pk},
    )
    journal.write(
        by=by, at=at, code="access.standing_given", about=agreement, client_id=client.pk, data=said(agreement)
    )
    return agreement


@act("access.withdraw")
def withdraw_standing(*, by: Actor, at: datetime, agreement: Agreement, reason: str = "") -> Agreement:
    """Take a standing agreement back: by the client, or by the staff who were told so. Raises NoPrevious."""
    held = queries.agreements_visible_to(by).filter(pk=agreement.pk, ticket_id=None).first()
    if held is None:
        raise UnknownAgreement(_("Cet accord n’existe pas, ou vous n’y avez pas accès."))
    take_back(held, by=by, at=at, reason=reason)
    journal.write(
        by=by,
        at=at,
        code="access.standing_withdrawn",
        about=held,
        client_id=held.client_id,
        data=said(held) | {"reason": held.withdrawn_reason},
    )
    return held


def said(agreement: Agreement) -> dict[str, Any]:
    """What the journal and the timeline keep of an agreement."""
    return {
        "agreement": agreement.pk,
        "kind": agreement.kind,
        "state": agreement.state,
        "step": agreement.step,
        "about": agreement.about,
        "name": agreement.answered_name,
        "how": agreement.how,
        "answered_at": agreement.answered_at.isoformat() if agreement.answered_at else None,
        "until_at": agreement.until_at.isoformat() if agreement.until_at else None,
        "document": agreement.document.number if agreement.document else None,
    }


# Tools


@act("access.settle")
def add_tool(*, by: Actor, at: datetime, name: str) -> RemoteTool:
    """Put a remote tool into the provider's list. Raises InvalidInput naming `name`, ToolExists."""
    called = name.strip()
    if not called or len(called) > LONGEST_TOOL:
        raise InvalidInput(_("Donnez le nom de l’outil, 80 signes au plus."), field="name")
    if RemoteTool.objects.filter(provider=by.provider, name__iexact=called).exists():
        raise _exists(called)
    try:
        with transaction.atomic():
            tool = RemoteTool.objects.create(provider=by.provider, name=called)
    except IntegrityError:
        raise _exists(called) from None
    journal.write(by=by, at=at, code="access.tool_added", about=tool, data={"name": called})
    return tool


def _exists(name: str) -> ToolExists:
    return ToolExists(
        _("« %(name)s » est déjà dans la liste.") % {"name": name},
        field="name",
        way_out=_("S’il est retiré, remettez-le en service."),
    )


@act("access.settle")
def use_tool(*, by: Actor, at: datetime, tool: RemoteTool, is_active: bool) -> RemoteTool:
    """Take a tool out of use, or back into it. Raises NoSuchTool for another provider's."""
    held = RemoteTool.objects.filter(provider=by.provider, pk=tool.pk).first()
    if held is None:
        raise NoSuchTool(_("Cet outil n’est pas dans votre liste."), field="tool")
    held.is_active = is_active
    held.save(update_fields=["is_active"])
    journal.write(
        by=by, at=at, code="access.tool_changed", about=held, data={"name": held.name, "is_active": is_active}
    )
    return held
