"""Acts on amendments: written, sent, agreed by both, applied; announced in time or not (imri XII)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts import amending, papers, queries
from clausier.contracts.errors import (
    AnnouncedTooLate,
    CoversTooLittle,
    NothingToAmend,
    NotInThisState,
    OfAnother,
    PaperMissing,
)
from clausier.contracts.models import (
    Amendment,
    AmendmentApplication,
    AmendmentEffect,
    AmendmentLine,
    Contract,
    CoveredClass,
    EquipmentClass,
    LinePeriod,
)
from clausier.contracts.services import signing
from clausier.contracts.services.contracts import file_paper, of_provider
from clausier.contracts.states import AmendmentState
from clausier.directory.models import Contact
from clausier.foundation import documents, journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.signatures.models import SignatureRequest

MOST_LINES: Final = 60
LARGEST_PRICE: Final = Decimal("9999999.99")
LARGEST_QUANTITY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is given: what, how many more (or fewer), the price of one excl. VAT, for which period."""

    label: str
    quantity: int
    unit_price: Decimal
    period: str = LinePeriod.MONTH
    equipment_class: str = ""


@act("contracts.amend")
def write_amendment(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    subject: str,
    lines: Sequence[Line],
    announced_on: date,
    effect: str = AmendmentEffect.TERM,
    effective_on: date | None = None,
    reason: str = "",
    amendment: Amendment | None = None,
) -> Amendment:
    """An amendment of `contract`, or a draft written anew; when it takes effect follows from the terms.

    A change of equipment that is announced too late for the running term is refused unless it waits for the
    next one or both agree on a day, `effective_on`. Raises AnnouncedTooLate, NothingToAmend, NotInThisState,
    InvalidInput naming the field.
    """
    of_provider(by, contract)
    _check(at, subject, lines, announced_on, effect)
    held = _held(by, amendment, "draft") if amendment else _numbered(by, at, contract)
    if held.contract_id != contract.pk:
        raise OfAnother(_("Cet avenant n’est pas de ce contrat."), field="contract")
    due = amending.due_of(contract, announced_on, changes_fleet=any(one.equipment_class for one in lines))
    day = _effective_on(contract, due, announced_on, effect, effective_on)
    held.subject, held.reason = " ".join(subject.split()), reason.strip()
    held.announced_on, held.effect, held.effective_on = announced_on, effect, day
    held.term_ends_on = due.term_ends_on if due else None
    held.notice_by = due.notice_by if due else None
    held.ruling = None
    held.save()
    if due and due.outcome:
        held.ruling = rulings.keep(
            due.outcome,
            provider=by.provider,
            book=queries.edition_of(contract, announced_on),
            about=contract,
            at=at,
            client_id=contract.client_id,
            label=held.number,
        )
        held.save(update_fields=["ruling"])
    _write_lines(held, lines)
    code_data = _facts(held, lines)
    if amendment:
        journal.write(by=by, at=at, code="contracts.amendment_rewritten", about=held, data=code_data)
    else:
        journal.write(by=by, at=at, code="contracts.amendment_written", about=held, data=code_data)
    return held


def _check(at: datetime, subject: str, lines: Sequence[Line], announced_on: date, effect: str) -> None:
    if not subject.strip() or len(subject) > 160:
        raise InvalidInput(_("Dites en une ligne ce que l’avenant change."), field="subject")
    if effect not in AmendmentEffect.values:
        raise InvalidInput(_("Choisissez quand l’avenant prend effet."), field="effect")
    if announced_on > at.astimezone(PARIS).date():
        raise InvalidInput(_("L’annonce a déjà eu lieu : cette date est à venir."), field="announced_on")
    if not lines:
        raise NothingToAmend(
            _("Un avenant a au moins une ligne."),
            field="lines",
            way_out=_("Écrivez ce qui s’ajoute ou s’en va, avec son prix."),
        )
    if len(lines) > MOST_LINES:
        raise InvalidInput(_("Un avenant a soixante lignes au plus."), field="lines")
    for line in lines:
        _check_line(line)


def _check_line(line: Line) -> None:
    if not line.label.strip() or len(line.label) > 160:
        raise InvalidInput(_("Chaque ligne dit en quelques mots ce qu’elle change."), field="lines")
    if not line.quantity or abs(line.quantity) > LARGEST_QUANTITY:
        raise InvalidInput(
            _("Chaque ligne ajoute ou retire au moins un : une quantité n’est pas nulle."), field="lines"
        )
    if not line.unit_price.is_finite() or not 0 <= line.unit_price <= LARGEST_PRICE:
        raise InvalidInput(_("Un prix unitaire est un montant positif, hors taxes."), field="lines")
    if line.unit_price != round(line.unit_price, 2):
        raise InvalidInput(_("Un prix a deux décimales au plus."), field="lines")
    if line.period not in LinePeriod.values:
        raise InvalidInput(_("Choisissez pour quelle période vaut le prix."), field="lines")
    if line.equipment_class and line.equipment_class not in EquipmentClass.values:
        raise InvalidInput(_("Choisissez une classe d’équipement de la liste."), field="lines")


def _numbered(by: Actor, at: datetime, contract: Contract) -> Amendment:
    """A new amendment with the next number of its contract. The contract's row is the lock of the series."""
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    last = Amendment.objects.filter(contract=contract).aggregate(last=Max("position"))["last"] or 0
    return Amendment(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        number=f"{contract.number}-A{last + 1}",
        position=last + 1,
        written_at=at,
        written_by=by.name,
    )


def _effective_on(
    contract: Contract, due: amending.Due | None, announced_on: date, effect: str, wanted: date | None
) -> date:
    """The day the amendment takes effect. Raises AnnouncedTooLate, InvalidInput naming `effective_on`."""
    if effect == AmendmentEffect.AGREED_DAY:
        if wanted is None:
            raise InvalidInput(_("Indiquez le jour dont vous êtes convenus."), field="effective_on")
        if wanted < max(contract.starts_on, announced_on):
            raise InvalidInput(
                _("Un avenant prend effet au plus tôt le jour où il est annoncé."), field="effective_on"
            )
        return wanted
    if due is None:
        raise InvalidInput(
            _("Ce contrat n’a pas de terme : convenez d’un jour."),
            field="effect",
        )
    if effect == AmendmentEffect.NEXT_TERM:
        return due.next_effective_on
    if due.notice_by and announced_on > due.notice_by:
        raise AnnouncedTooLate(
            _("Annoncé trop tard : pour le terme du %(term)s, il fallait l’annoncer le %(by)s au plus tard.")
            % {"term": _day(due.term_ends_on), "by": _day(due.notice_by)},
            field="effect",
            clause=due.clause,
            way_out=_(
                "Il prendra effet le %(next)s, au terme suivant, ou le jour dont vous conviendrez tous deux."
            )
            % {"next": _day(due.next_effective_on)},
            notice_by=due.notice_by.isoformat(),
            term_ends_on=due.term_ends_on.isoformat(),
            next_effective_on=due.next_effective_on.isoformat(),
        )
    return due.effective_on


def _day(on: date) -> str:
    return wording.day(on, get_language() or "fr", year=True, weekday=False)


def _write_lines(held: Amendment, lines: Sequence[Line]) -> None:
    held.lines.all().delete()
    AmendmentLine.objects.bulk_create(
        AmendmentLine(
            provider=held.provider,
            client_id=held.client_id,
            amendment=held,
            position=number,
            label=" ".join(line.label.split()),
            equipment_class=line.equipment_class,
            quantity=line.quantity,
            unit_price=line.unit_price,
            period=line.period,
        )
        for number, line in enumerate(lines, start=1)
    )


def _facts(held: Amendment, lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "contract": held.contract.number,
        "announced_on": held.announced_on.isoformat(),
        "effect": held.effect,
        "effective_on": held.effective_on.isoformat(),
        "notice_by": held.notice_by.isoformat() if held.notice_by else None,
        "lines": [
            {
                "label": line.label,
                "class": line.equipment_class,
                "quantity": line.quantity,
                "unit_price": str(line.unit_price),
                "period": line.period,
            }
            for line in lines
        ],
    }


@act("contracts.amend")
def send_amendment(
    *,
    by: Actor,
    at: datetime,
    amendment: Amendment,
    signer: Contact | None = None,
    valid_until: datetime | None = None,
    site_url: str = "",
) -> Amendment:
    """Put the amendment before the client: its PDF is made and filed, and nothing in it is written any more.

    `signer` is asked to sign it, by a link to `site_url`, until `valid_until`; None: nobody is written to,
    the client agrees in the portal or on paper. Raises NotInThisState, CoversTooLittle, InvalidInput naming
    `signer_email` or `valid_until`.
    """
    held = _held(by, amendment, "draft")
    _must_cover(held)
    held.paper = documents.file_document(
        papers.amendment(held, language="fr", at=at),
        by=by,
        at=at,
        kind="amendment",
        title=_("Avenant %(number)s") % {"number": held.number},
        name=f"{held.number}.pdf",
        client_id=held.client_id,
    )
    held.state, held.sent_at = AmendmentState.SENT, at
    held.save(update_fields=["state", "sent_at", "paper"])
    if signer is not None:
        signing.ask(held, signer, by=by, at=at, valid_until=valid_until, site_url=site_url)
    data = {"document": held.paper.number, "signer": signer.email if signer else None}
    journal.write(by=by, at=at, code="contracts.amendment_sent", about=held, data=data)
    return held


@act("contracts.amend")
def ask_to_sign_amendment(
    *,
    by: Actor,
    at: datetime,
    amendment: Amendment,
    signer: Contact,
    valid_until: datetime | None = None,
    site_url: str = "",
) -> Amendment:
    """Ask someone of the client to sign an amendment that was sent, in place of whoever was asked before.

    Raises NotInThisState, InvalidInput naming `signer`, `signer_email` or `valid_until`.
    """
    held = _held(by, amendment, "sent")
    _must_be_unanswered(held)
    signing.withdraw(held, by=by, at=at, reason=_("Une autre personne est invitée à signer."))
    signing.ask(held, signer, by=by, at=at, valid_until=valid_until, site_url=site_url)
    data = {"signer": signer.email}
    journal.write(by=by, at=at, code="contracts.amendment_signature_asked", about=held, data=data)
    return held


def _must_be_unanswered(held: Amendment) -> None:
    if held.client_agreed_on:
        raise NotInThisState(
            _("L’accord du client est déjà donné : le prestataire doit encore contresigner.")
        )


@act("contracts.amend")
def withdraw_amendment(*, by: Actor, at: datetime, amendment: Amendment, reason: str = "") -> Amendment:
    """Give an amendment up before both agreed to it. Raises NotInThisState."""
    held = _held(by, amendment, "draft", "sent")
    held.state, held.ended_at = AmendmentState.WITHDRAWN, at
    held.withdrawn_reason = reason.strip()[:200]
    held.save(update_fields=["state", "ended_at", "withdrawn_reason"])
    signing.withdraw(held, by=by, at=at, reason=held.withdrawn_reason or _("L’avenant a été retiré."))
    data = {"reason": held.withdrawn_reason}
    journal.write(by=by, at=at, code="contracts.amendment_withdrawn", about=held, data=data)
    return held


@act("portal.agree")
def agree_to_amendment(*, by: Actor, at: datetime, amendment: Amendment, name: str) -> Amendment:
    """The client's own agreement, given in the portal; the provider countersigns. Raises NotInThisState.

    Whom a link was sent to, signs: two ways to say yes at once would leave two papers.
    """
    held = _held(by, amendment, "sent")
    if by.client_id != held.client_id:
        raise OfAnother(_("Cet avenant n’est pas de votre société."))
    _must_be_unanswered(held)
    if request := signing.waiting_request(held):
        raise NotInThisState(
            _("Cet avenant est à signer par %(name)s.") % {"name": request.signer_name},
            way_out=_("Le lien est parti à son adresse ; la page Signatures du portail le montre aussi."),
        )
    if not name.strip():
        raise InvalidInput(_("Indiquez votre nom."), field="name")
    held.client_agreed_on, held.client_signer = at.astimezone(PARIS).date(), name.strip()[:120]
    held.client_contact_id = by.contact_id
    held.save(update_fields=["client_agreed_on", "client_signer", "client_contact"])
    data = {"signer": held.client_signer, "document": held.paper.number if held.paper else None}
    journal.write(by=by, at=at, code="contracts.amendment_agreed_by_client", about=held, data=data)
    return held


@act("contracts.amend")
def countersign_amendment(*, by: Actor, at: datetime, amendment: Amendment, name: str = "") -> Amendment:
    """The provider's agreement, after the client's; what the client signed by our link is sealed.

    Raises NotInThisState, CoversTooLittle, and as `signatures.countersign` does.
    """
    held = _held(by, amendment, "sent")
    if held.client_agreed_on is None:
        raise NotInThisState(
            _("Le client n’a pas encore donné son accord."),
            way_out=_("Attendez sa réponse au portail, ou enregistrez le document qu’il a signé."),
        )
    held.provider_agreed_on, held.provider_signer = (
        at.astimezone(PARIS).date(),
        (name.strip() or by.name)[:120],
    )
    _must_cover(held)
    held.signed = signing.countersign(held, by=by, at=at)
    return _agreed(by, at, held)


@act("contracts.amend")
def follow_client_signature(
    *, by: Actor, at: datetime, amendment: Amendment, request: SignatureRequest
) -> Amendment:
    """The client signed the paper that it was sent: the provider countersigns. Raises NotInThisState."""
    held = _held(by, amendment, "sent")
    _must_be_unanswered(held)
    held.client_agreed_on = (request.signed_at or at).astimezone(PARIS).date()
    held.client_signer = request.signature.name[:120]
    held.client_contact = request.signer
    held.save(update_fields=["client_agreed_on", "client_signer", "client_contact"])
    data = {"signer": held.client_signer, "document": request.document.number}
    journal.write(by=by, at=at, code="contracts.amendment_agreed_by_client", about=held, data=data)
    return held


@act("contracts.amend")
def follow_countersignature(
    *, by: Actor, at: datetime, amendment: Amendment, request: SignatureRequest
) -> Amendment:
    """Both signed: it is agreed, whatever is covered by now; applying it is what may be refused.

    Raises NotInThisState.
    """
    held = _held(by, amendment, "sent")
    answer = request.answer
    assert answer is not None
    held.provider_agreed_on = answer.at.astimezone(PARIS).date()
    held.provider_signer, held.signed = answer.name[:120], answer.document
    return _agreed(by, at, held)


@act("contracts.amend")
def record_agreement(
    *,
    by: Actor,
    at: datetime,
    amendment: Amendment,
    client_agreed_on: date,
    client_signer: str,
    provider_agreed_on: date,
    provider_signer: str = "",
    client_contact: Contact | None = None,
    content: bytes = b"",
    file_name: str = "",
    content_type: str = "application/pdf",
) -> Amendment:
    """That both signed on paper: who, when, and the paper itself.

    Raises NotInThisState, PaperMissing, CoversTooLittle, OfAnother, InvalidInput naming the field.
    """
    held = _held(by, amendment, "sent")
    today = at.astimezone(PARIS).date()
    for field, day in (("client_agreed_on", client_agreed_on), ("provider_agreed_on", provider_agreed_on)):
        if day > today:
            raise InvalidInput(_("Une signature s’enregistre une fois donnée."), field=field)
    if client_contact and client_contact.client_id != held.client_id:
        raise OfAnother(_("Cette personne n’est pas chez ce client."), field="client_contact")
    signer = client_signer.strip() or (client_contact.full_name if client_contact else "")
    if not signer:
        raise InvalidInput(_("Indiquez qui a signé pour le client."), field="client_signer")
    if not content:
        raise PaperMissing(_("Joignez l’avenant signé par les deux parties."), field="document")
    held.signed = file_paper(
        by,
        at,
        held.contract.client,
        content,
        "amendment",
        _("Avenant %(number)s signé") % {"number": held.number},
        file_name,
        content_type,
    )
    held.client_agreed_on, held.client_signer = client_agreed_on, signer[:120]
    held.client_contact = client_contact
    held.provider_agreed_on = provider_agreed_on
    held.provider_signer = (provider_signer.strip() or by.name)[:120]
    _must_cover(held)
    signing.withdraw(held, by=by, at=at, reason=_("L’avenant a été signé sur papier."))
    return _agreed(by, at, held)


def _agreed(by: Actor, at: datetime, held: Amendment) -> Amendment:
    held.state, held.ended_at = AmendmentState.AGREED, at
    held.save()
    data = {
        "client_signer": held.client_signer,
        "client_agreed_on": held.client_agreed_on.isoformat() if held.client_agreed_on else None,
        "provider_signer": held.provider_signer,
        "provider_agreed_on": held.provider_agreed_on.isoformat() if held.provider_agreed_on else None,
        "document": held.signed.number if held.signed else held.paper and held.paper.number,
        "effective_on": held.effective_on.isoformat(),
    }
    journal.write(by=by, at=at, code="contracts.amendment_agreed", about=held, data=data)
    return held


@act("contracts.amend")
def apply_amendment(*, by: Actor, at: datetime, amendment: Amendment) -> Amendment:
    """What was agreed changes what the contract covers from its day on. Done again, it changes nothing.

    Raises NotInThisState, CoversTooLittle.
    """
    held = _held(by, amendment, "agreed")
    if AmendmentApplication.objects.filter(amendment=held).exists():
        return held
    deltas = amending.deltas_of(held)
    _must_cover(held)
    for equipment_class, delta in deltas.items():
        _shift(held.contract, equipment_class, delta, held.effective_on)
    application = AmendmentApplication.objects.create(
        provider=held.provider, client_id=held.client_id, amendment=held, applied_at=at, applied_by=by.name
    )
    held.application = application
    data = {"effective_on": held.effective_on.isoformat(), "covered": deltas}
    journal.write(by=by, at=at, code="contracts.amendment_applied", about=held, data=data)
    return held


def _must_cover(held: Amendment) -> None:
    """Raises CoversTooLittle when more would go than is there, on any day from the effect on."""
    for equipment_class, delta in amending.deltas_of(held).items():
        least = amending.least_covered(held.contract, equipment_class, held.effective_on)
        if least + delta < 0:
            label = str(EquipmentClass(equipment_class).label)
            raise CoversTooLittle(
                _(
                    "À partir du %(on)s, le contrat couvre %(least)d × %(class)s : "
                    "on ne peut pas en retirer %(less)d."
                )
                % {"least": least, "class": label, "on": _day(held.effective_on), "less": -delta},
                equipment_class=equipment_class,
                on=held.effective_on.isoformat(),
                covered=least,
            )


def _shift(contract: Contract, equipment_class: str, delta: int, from_on: date) -> None:
    """From `from_on` on, `delta` more of the class, also of what is planned after it."""
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)  # quantities follow one another
    rows = list(contract.covered.filter(equipment_class=equipment_class).order_by("from_on", "pk"))
    later = [row for row in rows if row.from_on >= from_on]
    running = next((row for row in reversed(rows) if row.from_on < from_on and _runs(row, from_on)), None)
    until = running.until_on if running else (later[0].from_on if later else None)
    if running:
        running.until_on = from_on
        running.save(update_fields=["until_on"])
    if not later or later[0].from_on > from_on:
        CoveredClass.objects.create(
            provider=contract.provider,
            client_id=contract.client_id,
            contract=contract,
            equipment_class=equipment_class,
            quantity=(running.quantity if running else 0) + delta,
            from_on=from_on,
            until_on=until,
        )
    for row in later:
        row.quantity += delta
        row.save(update_fields=["quantity"])


def _runs(row: CoveredClass, on: date) -> bool:
    return row.until_on is None or on < row.until_on


def _held(by: Actor, amendment: Amendment, *states: str) -> Amendment:
    """The amendment, locked, where it is in one of `states`. Raises OfAnother, NotInThisState."""
    held = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("contract__client", "contract__provider", "contract__book", "paper", "provider")
        .defer("contract__book__content")
        .filter(pk=amendment.pk, provider=by.provider)
        .first()
    )
    if held is None:
        raise OfAnother(_("Cet avenant n’existe pas chez ce prestataire."))
    if held.state not in states:
        raise NotInThisState(
            _("L’avenant %(number)s est déjà %(state)s.")
            % {"number": held.number, "state": held.stage.label},
            way_out=_("Ce qui est signé ne change que par un nouvel avenant.")
            if held.state == AmendmentState.AGREED
            else "",
        )
    return held
