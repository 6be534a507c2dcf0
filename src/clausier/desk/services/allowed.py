"""What must be there before work starts: the client's agreement, its backup, a third party's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.access import policies as access
from clausier.access import queries as agreements
from clausier.access.errors import ConsentNeeded
from clausier.access.models import Agreement, AgreementKind
from clausier.access.states import AgreementState
from clausier.contracts.models import EquipmentClass
from clausier.desk import effects, facts, policies, queries
from clausier.desk.errors import AgreementNeeded, BackupNeeded, SiteConsentNeeded
from clausier.desk.models import Step, Ticket, WorkMode
from clausier.desk.services.promises import last_call
from clausier.directory.models import Site
from clausier.terms.book import Book
from clausier.terms.entries import Duty

BACKUP: Final = "backup-before-work"
THIRD_PARTY: Final = "third-party-consent"
CONSENT: Final = "access-by-consent"

BEARS_DATA: Final = frozenset({EquipmentClass.SERVER, EquipmentClass.WORKSTATION, EquipmentClass.SMARTPHONE})
ANSWERED: Final = (AgreementState.GIVEN, AgreementState.REFUSED)
STEP_OF: Final = {WorkMode.REMOTE: Step.REMOTE, WorkMode.ONSITE: Step.ONSITE}


def duty(book: Book, key: str) -> Duty | None:
    """The duty of that key in a book; None where its text binds nobody to it."""
    return next((one for one in book.duties if one.extra.get("key") == key), None)


def book_of(ticket: Ticket) -> Book:
    """The effective terms of a ticket."""
    return facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book


def cited(book: Book, key: str) -> tuple[str, str] | None:
    """The clause of a duty, as a refusal names it."""
    found = duty(book, key)
    return (book.name, found.clause) if found else None


def check(ticket: Ticket, mode: str, at: datetime) -> None:
    """Whether work in `mode` may start on the ticket. A phone call touches nothing: it asks for nothing.

    Raises AgreementNeeded, ConsentNeeded, SiteConsentNeeded or BackupNeeded, with the clause where the
    ticket's terms have one.
    """
    if mode == WorkMode.PROJECT or (mode == WorkMode.REMOTE and ticket.step == Step.PHONE):
        return
    _step_agreed(ticket, STEP_OF[WorkMode(mode)], at)
    if mode == WorkMode.REMOTE:
        consent(ticket, at)
    else:
        _third_party_agreed(ticket, at)
    _backed_up(ticket)


def consent(ticket: Ticket, at: datetime) -> Agreement:
    """The consent that lets a machine of the client be taken over at `at`. Raises ConsentNeeded."""
    found = agreements.consent_for(ticket.client, ticket.pk, at, since=last_call(ticket))
    if found is None:
        raise ConsentNeeded(
            _("Pas de prise en main sans l’accord du client."),
            clause=cited(book_of(ticket), CONSENT),
            way_out=_("Demandez-le-lui, ou notez l’accord qu’il vous donne au téléphone."),
        )
    return found


def step_agreement(ticket: Ticket, step: str) -> Agreement | None:
    """What the client was last asked about climbing to `step`; a question taken back counts for nothing."""
    asked = agreements.of_ticket(ticket.pk).filter(kind=AgreementKind.STEP, step=step)
    return access.latest(asked.exclude(state=AgreementState.WITHDRAWN))


def _step_agreed(ticket: Ticket, step: str, at: datetime) -> None:
    if policies.is_above(step, ticket.step):
        if not effects.of_step(ticket, step, at).is_free:
            raise AgreementNeeded(
                _("Cette étape a un prix : passez-y d’abord, avec l’accord du client."),
                way_out=_("« Passer à l’étape suivante » montre le prix et garde l’accord."),
            )
        return
    found = step_agreement(ticket, step)
    if found is not None and found.state == AgreementState.ASKED:
        raise AgreementNeeded(
            _("Le client n’a pas encore donné son accord à cette étape."),
            way_out=_("Attendez sa réponse, ou notez celle qu’il vous donne."),
        )
    if found is not None and found.state == AgreementState.REFUSED:
        raise AgreementNeeded(
            _("Le client a refusé cette étape."),
            way_out=_("Convenez avec lui d’une autre suite, puis notez son accord."),
        )


def third_party_site(ticket: Ticket) -> Site | None:
    """The third party's site where one is to work; None when it is the client's own."""
    visit = queries.active_appointment(ticket)
    site = visit.site if visit and visit.site else ticket.site
    if site is None:
        return None
    return site if site.is_third_party or site.client_id != ticket.client_id else None


def third_party_agreement(ticket: Ticket, site: Site, at: datetime) -> Agreement | None:
    """The third party's yes that holds at `at`, for this ticket or once for all; None when there is none."""
    asked = Agreement.objects.filter(client=ticket.client, kind=AgreementKind.SITE, site=site)
    own = access.latest(asked.filter(ticket_id=ticket.pk, state__in=ANSWERED))
    if own is not None:
        return own if access.stands(own, at) else None
    return access.latest(one for one in asked.filter(ticket_id=None) if access.stands(one, at))


def _third_party_agreed(ticket: Ticket, at: datetime) -> None:
    clause = cited(book_of(ticket), THIRD_PARTY)
    site = third_party_site(ticket)
    if clause is None or site is None or third_party_agreement(ticket, site, at) is not None:
        return
    raise SiteConsentNeeded(
        _("%(site)s est chez un tiers : son accord se recueille avant d’y intervenir.") % {"site": site.name},
        clause=clause,
        way_out=_("Notez l’accord du tiers, avec sa lettre si vous l’avez."),
    )


def wants_backup(ticket: Ticket) -> bool:
    """Whether the client answers for its backup before work on such an equipment (ims 6.5)."""
    return ticket.equipment_class in BEARS_DATA and duty(book_of(ticket), BACKUP) is not None


def backup(ticket: Ticket) -> Agreement | None:
    """What the client last said of its backup since its last call; None when it said nothing."""
    since = last_call(ticket)
    asked = agreements.of_ticket(ticket.pk).filter(kind=AgreementKind.BACKUP, state__in=ANSWERED)
    return access.latest(asked.filter(answered_at__gte=since))


def _backed_up(ticket: Ticket) -> None:
    if not wants_backup(ticket) or backup(ticket) is not None:
        return
    raise BackupNeeded(
        _("Le client sauvegarde ses données avant l’intervention, et le dit."),
        clause=cited(book_of(ticket), BACKUP),
        way_out=_("Demandez-le-lui, ou notez sa réponse ; un refus se note aussi, à ses risques."),
    )


def lacking(ticket: Ticket, at: datetime) -> list[dict[str, Any]]:
    """What is still to be had from the client before the next work, as {kind, clause}."""
    book = book_of(ticket)
    found: list[dict[str, Any]] = []
    if (
        ticket.step == Step.REMOTE
        and agreements.consent_for(ticket.client, ticket.pk, at, since=last_call(ticket)) is None
    ):
        found.append({"kind": AgreementKind.REMOTE, "clause": cited(book, CONSENT)})
    site = third_party_site(ticket)
    if (
        site is not None
        and cited(book, THIRD_PARTY) is not None
        and third_party_agreement(ticket, site, at) is None
    ):
        found.append({"kind": AgreementKind.SITE, "clause": cited(book, THIRD_PARTY)})
    if ticket.step != Step.PHONE and wants_backup(ticket) and backup(ticket) is None:
        found.append({"kind": AgreementKind.BACKUP, "clause": cited(book, BACKUP)})
    return found
