"""Acts on contracts: what is signed, what it covers, what it departs from, how the terms were accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts import queries, values
from clausier.contracts.errors import (
    NotBeforehand,
    OfAnother,
    PaperMissing,
    UnknownKind,
    UnknownTerm,
    WrongValue,
)
from clausier.contracts.models import (
    Acceptance,
    AcceptanceMeans,
    AcceptanceRequest,
    Contract,
    CoveredClass,
    Derogation,
    EquipmentClass,
)
from clausier.directory.errors import InUse
from clausier.directory.models import Client, Contact, Site
from clausier.directory.removal import named
from clausier.foundation import books, documents, journal, numbering
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document, InstalledBook
from clausier.terms.book import Book
from clausier.terms.entries import SHAPES
from clausier.terms.outcome import plain

DEROGATION_FORM = "parties.derogation"


@act("contracts.write")
def create_contract(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    kind: str,
    starts_on: date,
    book: InstalledBook | None = None,
    ends_on: date | None = None,
    title: str = "",
    sites: Iterable[Site] = (),
    covered: Mapping[str, int] | None = None,
    number: str | None = None,
) -> Contract:
    """A contract that pins an edition of the terms, for good: by default the provider's present one, or its
    own that has taken effect by the day the contract starts.

    Raises UnknownKind, InvalidInput naming the field, OfAnother.
    """
    pinned = book or queries.edition_for(by.provider, starts_on, at)
    _must_have_kind(books.read(pinned), kind, starts_on)
    if ends_on and ends_on < starts_on:
        raise InvalidInput(_("Un contrat finit après avoir commencé."), field="ends_on")
    chosen = list(sites)
    if client.provider_id != by.provider.pk or any(site.client_id != client.pk for site in chosen):
        raise OfAnother(_("Ce site n’est pas à ce client."), field="sites")
    contract = Contract(
        provider=by.provider,
        client=client,
        number=number or _free_number(by),
        kind=kind,
        title=title.strip()[:120],
        book=pinned,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _save(contract)
    contract.sites.set(chosen, through_defaults={"provider": by.provider, "client_id": client.pk})
    for equipment_class, quantity in (covered or {}).items():
        _lay(contract, equipment_class, quantity, starts_on)
    journal.write(
        by=by,
        at=at,
        code="contracts.contract_created",
        about=contract,
        data={
            "kind": kind,
            "book": pinned.name,
            "digest": pinned.digest,
            "starts_on": starts_on.isoformat(),
            "covered": dict(covered or {}),
        },
    )
    return contract


def _must_have_kind(book: Book, kind: str, on: date) -> None:
    known = queries.kinds(book, on)
    if kind not in known:
        language = get_language() or "fr"
        names = ", ".join(name.to(language) for name in known.values())
        raise UnknownKind(
            _("Le livre %(book)s n’a pas de contrat de ce type. Il a : %(kinds)s.")
            % {"book": book.name, "kinds": names},
            field="kind",
            kinds=list(known),
        )


def _free_number(by: Actor) -> str:
    """The next number of the series that no contract brought from elsewhere bears already."""
    while True:
        number = f"C-{numbering.next_number(by.provider, 'contract'):04d}"
        if not Contract.objects.filter(provider=by.provider, number=number).exists():
            return number


def _save(contract: Contract) -> None:
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError:
        if not Contract.objects.filter(provider=contract.provider, number=contract.number).exists():
            raise
        raise InvalidInput(
            _("Le contrat %(number)s existe déjà.") % {"number": contract.number}, field="number"
        ) from None


@act("contracts.write")
def remove_contract(*, by: Actor, at: datetime, contract: Contract) -> None:
    """Take back a contract that was entered by mistake and that nothing names. Raises InUse."""
    of_provider(by, contract)
    journal.write(by=by, at=at, code="contracts.contract_removed", about=contract)
    contract.covered.all().delete()
    contract.terms.all().delete()
    try:
        with transaction.atomic():
            contract.delete()
    except ProtectedError as kept:
        raise InUse(
            _("Le contrat %(number)s est utilisé : %(by)s.")
            % {"number": contract, "by": named(kept.protected_objects)}
        ) from None


@act("contracts.write")
def cover(
    *, by: Actor, at: datetime, contract: Contract, equipment_class: str, quantity: int, from_on: date
) -> CoveredClass:
    """From `from_on` on, the contract covers `quantity` of that class; what it covered before stays known.

    Raises InvalidInput naming the field.
    """
    of_provider(by, contract)
    if from_on < contract.starts_on:
        raise InvalidInput(_("Le contrat n’a pas encore commencé à cette date."), field="from_on")
    before = queries.covered(contract, from_on).get(equipment_class, 0)
    row = _lay(contract, equipment_class, quantity, from_on)
    journal.write(
        by=by,
        at=at,
        code="contracts.coverage_changed",
        about=contract,
        data={
            "class": equipment_class,
            "before": before,
            "after": quantity,
            "from_on": from_on.isoformat(),
        },
    )
    return row


def _lay(contract: Contract, equipment_class: str, quantity: int, from_on: date) -> CoveredClass:
    if equipment_class not in EquipmentClass.values:
        raise InvalidInput(_("Choisissez une classe d’équipement de la liste."), field="equipment_class")
    if quantity < 0:
        raise InvalidInput(_("Une quantité n’est pas négative."), field="quantity")
    Contract.objects.select_for_update().get(pk=contract.pk)  # the lock under which quantities follow
    rows = contract.covered.filter(equipment_class=equipment_class)
    if rows.filter(from_on__gt=from_on).exists():
        raise InvalidInput(_("Une quantité est déjà prévue après cette date."), field="from_on")
    rows.filter(until_on=None).update(until_on=from_on)
    return CoveredClass.objects.create(
        provider=contract.provider,
        client_id=contract.client_id,
        contract=contract,
        equipment_class=equipment_class,
        quantity=quantity,
        from_on=from_on,
    )


WHOLE_TERMS: Final = frozenset({"reversibility.within", "reversibility.block"})
"""Terms counted in whole months or days, one at least."""


@act("contracts.derogate")
def derogate(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    term: str,
    value: Any,
    since_on: date,
    reason: str,
    content: bytes,
    file_name: str,
    content_type: str = "application/pdf",
    until_on: date | None = None,
) -> Derogation:
    """A written departure from one term of the contract's book, from `since_on` to `until_on` (excluded).

    `value` has the type that the book gives the term; a table may name only the keys it changes. `at` is when
    both agreed: a derogation is agreed beforehand (ims 1). The paper is filed as a document.
    Raises UnknownTerm, WrongValue, NotBeforehand, PaperMissing, InvalidInput naming the field.
    """
    of_provider(by, contract)
    book = books.read(queries.edition_of(contract, since_on))
    checked = checked_value(book, term, value, contract.kind)
    clause = _form_clause(book)
    if since_on < at.astimezone(PARIS).date():
        raise NotBeforehand(
            _("Une dérogation se convient d’avance : elle s’applique au plus tôt le jour de l’accord."),
            field="since_on",
            clause=clause,
            way_out=_("Donnez la date de l’accord écrit s’il est plus ancien."),
        )
    if until_on and until_on <= since_on:
        raise InvalidInput(_("Une dérogation finit après avoir commencé."), field="until_on")
    if not reason.strip():
        raise InvalidInput(_("Dites en quelques mots pourquoi."), field="reason")
    if not content:
        raise PaperMissing(
            _("Une dérogation est écrite : joignez le document signé."), field="document", clause=clause
        )
    paper = file_paper(by, at, contract.client, content, "derogation", reason, file_name, content_type)
    row = Derogation.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        term=term,
        value=plain(checked),
        since_on=since_on,
        until_on=until_on,
        reason=reason.strip()[:200],
        document=paper,
        recorded_at=at,
        recorded_by=by.name,
    )
    journal.write(
        by=by,
        at=at,
        code="contracts.derogated",
        about=contract,
        data={
            "term": term,
            "value": plain(checked),
            "since_on": since_on.isoformat(),
            "until_on": until_on.isoformat() if until_on else None,
            "document": paper.number,
        },
    )
    return row


def checked_value(book: Book, term: str, value: Any, kind: str) -> Any:
    """`value` in the type of the book's own value of `term`, or of one that particular conditions may add
    to a contract of that `kind`.

    Raises UnknownTerm, WrongValue.
    """
    model = queries.model_of(kind, book, term)
    if model is None:
        raise UnknownTerm(
            _("Le livre %(book)s n’a pas de terme « %(term)s ».") % {"book": book.name, "term": term},
            field="term",
            way_out=_("Choisissez un terme du livre : on ne déroge qu’à ce qui est écrit."),
        )
    try:
        checked = values.like(model.value, plain(value))
    except values.NotOfThisType as wrong:
        raise wrong_value(model.unit, wrong.expected) from None
    if term.startswith(f"{queries.DURATION}."):
        _must_last(checked, whole=term not in book.terms)
    if term in WHOLE_TERMS and (checked < 1 or checked != int(checked)):
        raise InvalidInput(_("Indiquez un nombre entier, un au moins."), field="value")
    return checked


def _must_last(value: Mapping[str, Any], *, whole: bool) -> None:
    """A term lasts a month at least. Raises InvalidInput."""
    least = {"initial": 1, "renewal": 0, "notice": 0}
    if whole and set(value) != set(least):
        raise InvalidInput(
            _("Indiquez la durée initiale, celle des reconductions et le préavis, en mois."), field="value"
        )
    if any(not least[key] <= months <= 1200 or months != int(months) for key, months in value.items()):
        raise InvalidInput(_("Indiquez des mois entiers, un au moins par période."), field="value")


def wrong_value(unit: str, expected: str) -> WrongValue:
    """The refusal of a value of another type than the term's."""
    shape = SHAPES[expected].to(get_language() or "fr")
    return WrongValue(
        _("Ce terme attend %(shape)s.") % {"shape": shape},
        field="value",
        unit=unit,
    )


def _form_clause(book: Book) -> tuple[str, str] | None:
    """The clause that gives a derogation its form, where the book has one (ims 1)."""
    if not book.has(DEROGATION_FORM):
        return None
    clause = book.timeline(DEROGATION_FORM)[0].clause
    return (book.name, clause) if clause else None


@act("contracts.accept")
def accept_terms(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    accepted_on: date,
    means: str,
    book: InstalledBook | None = None,
    contract: Contract | None = None,
    accepted_by: Contact | None = None,
    accepted_by_name: str = "",
    content: bytes | None = None,
    file_name: str = "",
    content_type: str = "application/pdf",
) -> Acceptance:
    """That the client accepted an edition of the terms: its digest is kept, with when, how and by whom.

    Without `book`: the contract's edition, else the provider's. Raises InvalidInput (its field), OfAnother.
    """
    of_provider(by, client, contract)
    edition = book or (contract.book if contract else by.provider.book)
    if contract and (contract.client_id != client.pk or not _concerns(contract, edition)):
        raise OfAnother(_("Ce contrat n’est pas de ce client et de cette édition."), field="contract")
    if accepted_by and accepted_by.client_id != client.pk:
        raise OfAnother(_("Cette personne n’est pas chez ce client."), field="accepted_by")
    name = accepted_by_name.strip() or (accepted_by.full_name if accepted_by else "")
    if not name:
        raise InvalidInput(_("Indiquez qui a accepté."), field="accepted_by")
    if means not in AcceptanceMeans.values:
        raise InvalidInput(_("Choisissez comment l’accord a été donné."), field="means")
    if accepted_on > at.astimezone(PARIS).date():
        raise InvalidInput(
            _("Cette date est à venir : un accord s’enregistre une fois donné."), field="accepted_on"
        )
    paper = (
        file_paper(by, at, client, content, "acceptance", edition.name, file_name, content_type)
        if content
        else None
    )
    return keep_acceptance(
        by=by,
        at=at,
        client=client,
        contract=contract,
        edition=edition,
        accepted_on=accepted_on,
        means=means,
        name=name,
        contact_id=accepted_by.pk if accepted_by else None,
        paper=paper,
    )


def _concerns(contract: Contract, edition: InstalledBook) -> bool:
    """Whether the contract is under an edition, or could come under it."""
    if contract.book_id == edition.pk:
        return True
    book = books.read(edition)
    is_ours = edition.provider_id in (None, contract.provider_id)
    return is_ours and contract.kind in queries.kinds(book, book.applies_from)


def keep_acceptance(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    contract: Contract | None,
    edition: InstalledBook,
    accepted_on: date,
    means: str,
    name: str,
    contact_id: int | None,
    paper: Document | None,
) -> Acceptance:
    """Keep an acceptance and its journal entry; what the client was asked is answered by it."""
    row = Acceptance.objects.create(
        provider=by.provider,
        client=client,
        contract=contract,
        book=edition,
        digest=edition.digest,
        accepted_on=accepted_on,
        means=means,
        accepted_by_id=contact_id,
        accepted_by_name=name[:120],
        document=paper,
        recorded_at=at,
        recorded_by=by.name,
    )
    asked = AcceptanceRequest.objects.filter(
        client=client, contract=contract, book=edition, acceptance=None, withdrawn_at=None
    )
    asked.update(acceptance=row)
    journal.write(
        by=by,
        at=at,
        code="contracts.terms_accepted",
        about=row,
        data={
            "book": edition.name,
            "digest": edition.digest,
            "accepted_on": accepted_on.isoformat(),
            "means": means,
            "accepted_by": name,
            "document": paper.number if paper else None,
        },
    )
    return row


def of_provider(by: Actor, *rows: Any) -> None:
    """Raises OfAnother when one of `rows` is another provider's."""
    if any(row is not None and row.provider_id != by.provider.pk for row in rows):
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))


def file_paper(
    by: Actor,
    at: datetime,
    client: Client,
    content: bytes,
    kind: str,
    title: str,
    file_name: str,
    content_type: str,
) -> Document:
    """File a paper of the client's; the act that rests on it names it in the journal."""
    return documents.file_document(
        content,
        by=by,
        at=at,
        kind=kind,
        title=title.strip(),
        name=file_name or kind,
        content_type=content_type,
        client_id=client.pk,
    )
