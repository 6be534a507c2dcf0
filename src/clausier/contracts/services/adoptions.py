"""Acts by which a contract comes under another edition: asking its client, accepting, adopting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts import adopting, letters, queries
from clausier.contracts.errors import (
    AgreementMissing,
    AlreadyAsked,
    AlreadyUnder,
    NotInThisState,
    OfAnother,
    SilenceIsNotConsent,
    UnknownKind,
)
from clausier.contracts.models import (
    Acceptance,
    AcceptanceMeans,
    AcceptanceRequest,
    AdoptionBasis,
    Contract,
    EditionAdoption,
)
from clausier.contracts.services.contracts import keep_acceptance, of_provider
from clausier.directory.models import Client
from clausier.foundation import books, journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.foundation.models import InstalledBook


@act("contracts.accept")
def ask_acceptance(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    contract: Contract | None = None,
    book: InstalledBook | None = None,
    note: str = "",
) -> AcceptanceRequest:
    """Ask a client to accept an edition: the contract's (or the provider's) when none is named.

    Raises AlreadyAsked, OfAnother, InvalidInput naming the field.
    """
    of_provider(by, client, contract)
    if contract and contract.client_id != client.pk:
        raise OfAnother(_("Ce contrat n’est pas de ce client."), field="contract")
    edition = book or (contract.book if contract else by.provider.book)
    if not queries.editions_readable_by(by).filter(pk=edition.pk).exists() or books.read(edition).is_law:
        raise InvalidInput(_("Choisissez une édition de vos conditions."), field="book")
    if len(note.strip()) > 500:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field="note")
    try:
        with transaction.atomic():
            row = AcceptanceRequest.objects.create(
                provider=by.provider,
                client=client,
                contract=contract,
                book=edition,
                asked_at=at,
                asked_by=by.name,
                note=note.strip(),
            )
    except IntegrityError:
        raise AlreadyAsked(
            _("La question est déjà posée à %(client)s.") % {"client": client.name},
            way_out=_("Attendez sa réponse, ou enregistrez celle qu’il vous donne."),
        ) from None
    data = {"book": edition.name, "digest": edition.digest, "contract": contract.number if contract else None}
    journal.write(by=by, at=at, code="contracts.acceptance_asked", about=row, data=data)
    letters.ask_acceptance(row, at=at)
    return row


@act("contracts.accept")
def withdraw_acceptance_request(*, by: Actor, at: datetime, request: AcceptanceRequest) -> AcceptanceRequest:
    """Take the question back. Raises NotInThisState."""
    row = _open(by, request)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    journal.write(by=by, at=at, code="contracts.acceptance_request_withdrawn", about=row)
    return row


@act("portal.agree")
def accept_request(*, by: Actor, at: datetime, request: AcceptanceRequest, name: str) -> Acceptance:
    """The client's own acceptance, given in the portal. Raises NotInThisState, InvalidInput naming `name`."""
    row = _open(by, request)
    if by.client_id != row.client_id:
        raise OfAnother(_("Cette question n’est pas à votre société."))
    if not name.strip():
        raise InvalidInput(_("Indiquez votre nom."), field="name")
    return keep_acceptance(
        by=by,
        at=at,
        client=row.client,
        contract=row.contract,
        edition=row.book,
        accepted_on=at.astimezone(PARIS).date(),
        means=AcceptanceMeans.ONLINE,
        name=name.strip(),
        contact_id=by.contact_id,
        paper=None,
    )


def _open(by: Actor, request: AcceptanceRequest) -> AcceptanceRequest:
    row = (
        AcceptanceRequest.objects.select_for_update(of=("self",))
        .select_related("client", "contract", "book")
        .filter(pk=request.pk, provider=by.provider)
        .first()
    )
    if row is None:
        raise OfAnother(_("Cette question n’existe pas chez ce prestataire."))
    if row.acceptance_id or row.withdrawn_at:
        raise NotInThisState(_("Cette question n’attend plus de réponse."))
    return row


@act("contracts.adopt")
def adopt_edition(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    book: InstalledBook,
    effective_on: date,
    tacit: bool = False,
    void_seen: bool = False,
) -> EditionAdoption:
    """Bring a contract under another edition from a day on. What was ruled before stays as it was said.

    It rests on the client's acceptance of that edition, or (`tacit`) on its silence where the terms give it
    that meaning. `void_seen`: that derogations would fall was read. Raises AlreadyUnder, UnknownKind,
    AgreementMissing, SilenceIsNotConsent, InvalidInput naming the field.
    """
    of_provider(by, contract)
    held = Contract.objects.select_for_update(of=("self",)).select_related(
        "book", "client__agency", "provider"
    )
    row = held.get(pk=contract.pk)
    today = at.astimezone(PARIS).date()
    _may_come_under(by, row, book, effective_on, today)
    acceptance = None if tacit else _agreement(row, book)
    if tacit:
        _silence(by, row, book, today)
    found = adopting.preview(row, book, effective_on, get_language() or "fr")
    if found.void and not void_seen:
        terms = ", ".join(one.label for one in found.void)
        raise InvalidInput(
            _("Des dérogations tomberaient : %(terms)s. Lisez-les et confirmez.") % {"terms": terms},
            field="void_seen",
        )
    adoption = EditionAdoption.objects.create(
        provider=by.provider,
        client_id=row.client_id,
        contract=row,
        former=row.book,
        book=book,
        digest=book.digest,
        effective_on=effective_on,
        basis=AdoptionBasis.TACIT if tacit else AdoptionBasis.ACCEPTANCE,
        acceptance=acceptance,
        void=[one.derogation.pk for one in found.void],
        recorded_at=at,
        recorded_by=by.name,
    )
    journal.write(
        by=by,
        at=at,
        code="contracts.edition_adopted",
        about=row,
        data={
            "from": adoption.former.digest,
            "to": book.digest,
            "book": book.name,
            "effective_on": effective_on.isoformat(),
            "basis": adoption.basis,
            "acceptance": acceptance.pk if acceptance else None,
            "terms": [one.key for one in found.terms],
            "void": [one.derogation.term for one in found.void],
            "moved": {
                one.rule: [
                    one.before.isoformat() if one.before else None,
                    one.after.isoformat() if one.after else None,
                ]
                for one in found.deadlines
            },
        },
    )
    row.book_until_on = effective_on
    if not _move(row, today):
        row.save(update_fields=["book_until_on"])
    contract.book, contract.book_since_on, contract.book_until_on = (
        row.book,
        row.book_since_on,
        row.book_until_on,
    )
    return adoption


def _may_come_under(by: Actor, row: Contract, book: InstalledBook, effective_on: date, today: date) -> None:
    if book.pk == row.book_id:
        raise AlreadyUnder(_("Le contrat %(number)s suit déjà cette édition.") % {"number": row.number})
    if row.book_until_on:
        raise AlreadyUnder(
            _("Le contrat %(number)s passe déjà à une autre édition le %(on)s.")
            % {"number": row.number, "on": _day(row.book_until_on)}
        )
    if book.pk not in {one.pk for one in adopting.candidates(by)}:
        raise InvalidInput(_("Choisissez une édition de vos conditions."), field="book")
    if effective_on < today or (row.ends_on and effective_on > row.ends_on):
        raise InvalidInput(
            _("Une édition prend effet aujourd’hui au plus tôt, et avant la fin du contrat."),
            field="effective_on",
        )
    if effective_on < row.starts_on or (row.book_since_on and effective_on <= row.book_since_on):
        raise InvalidInput(_("Le contrat est sous une autre édition depuis ce jour."), field="effective_on")
    if row.kind not in queries.kinds(books.read(book), effective_on):
        raise UnknownKind(
            _("L’édition %(book)s n’a pas de contrat de ce type.") % {"book": book.name},
            field="book",
            kinds=list(queries.kinds(books.read(book), effective_on)),
        )


def _agreement(row: Contract, book: InstalledBook) -> Acceptance:
    found = adopting.agreement_of(row, book)
    if found is None:
        raise AgreementMissing(
            _("%(client)s n’a pas accepté cette édition : ce qui est signé reste signé.")
            % {"client": row.client.name},
            field="book",
            way_out=_("Demandez-lui son accord, ou enregistrez celui qu’il vous a donné."),
        )
    return found


def _silence(by: Actor, row: Contract, book: InstalledBook, today: date) -> None:
    terms = queries.effective_book(row)
    if not terms.has(adopting.TACIT):
        raise SilenceIsNotConsent(
            _("Rien dans les conditions de ce contrat ne fait du silence un accord."),
            field="tacit",
            way_out=_("Demandez l’accord du client."),
        )
    days = int(terms.read(adopting.TACIT, today).value)
    asked = adopting.open_requests(by).filter(book=book, client_id=row.client_id)
    request = (asked.filter(contract=row) | asked.filter(contract=None)).order_by("asked_at").first()
    if request is None or today < request.asked_at.astimezone(PARIS).date() + timedelta(days=days):
        raise SilenceIsNotConsent(
            _("Le silence ne vaut accord que %(days)d jours après la demande.") % {"days": days},
            field="tacit",
            clause=(terms.name, terms.read(adopting.TACIT, today).clause or ""),
        )


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one contract of many: its adoption, or why not."""

    contract: Contract
    adoption: EditionAdoption | None
    refusal: Refusal | None


def adopt_for_many(
    *,
    by: Actor,
    at: datetime,
    contracts: Sequence[Contract],
    book: InstalledBook,
    effective_on: date,
    **facts: Any,
) -> list[Adopted]:
    """One act a contract: those that may not come under the edition are told, the others do."""
    found = []
    for contract in contracts:
        try:
            adoption = adopt_edition(
                by=by, at=at, contract=contract, book=book, effective_on=effective_on, **facts
            )
            found.append(Adopted(contract, adoption, None))
        except Refusal as refused:
            found.append(Adopted(contract, None, refused))
    return found


@act("contracts.adopt")
def bring_edition_into_force(*, by: Actor, at: datetime, contract: Contract) -> Contract:
    """Let the contract follow the edition whose day has come. Idempotent."""
    held = Contract.objects.select_for_update(of=("self",)).select_related("book").get(pk=contract.pk)
    if _move(held, at.astimezone(PARIS).date()):
        data = {"book": held.book.name, "digest": held.book.digest}
        journal.write(by=by, at=at, code="contracts.edition_in_force", about=held, data=data)
    return held


def _move(row: Contract, today: date) -> bool:
    """Write into the contract the edition of the day; whether that changed anything."""
    if row.book_until_on is None or today < row.book_until_on:
        return False
    row.book, row.book_since_on = queries.edition_of(row, row.book_until_on), row.book_until_on
    row.book_until_on = None
    row.save(update_fields=["book", "book_since_on", "book_until_on"])
    return True


def _day(on: date) -> str:
    return wording.day(on, get_language() or "fr", year=True, weekday=False)
