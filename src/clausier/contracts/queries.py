"""Reading contracts: which are in force, and under which terms once derogations and practices are laid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import ngettext

from clausier.contracts import values
from clausier.contracts.models import (
    Acceptance,
    AcceptanceRequest,
    Contract,
    CoveredClass,
    Derogation,
    EditionAdoption,
    EquipmentClass,
)
from clausier.directory.models import Agency, Client
from clausier.editions.queries import edition_on, under_law
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import InstalledBook, Provider
from clausier.terms import entries, rules
from clausier.terms.book import LAW, Book, Reading
from clausier.terms.errors import NoValueOn
from clausier.terms.outcome import Outcome, Words

KINDS = "order.kinds"
WITHOUT_CONTRACT = "without-contract"
PRIORITY_GRID = "priority.grid"
DURATION = "contract.duration"

GRID_REASON = Words(
    "Grille de priorité que le prestataire a fixée pour lui-même.",
    "Priority grid that the provider set for itself.",
)


def contracts_visible_to(actor: Actor) -> QuerySet[Contract]:
    """The contracts `actor` may read: all of the provider's, or one's own client's; latest first."""
    found = Contract.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    found = found.select_related("client__agency", "book", "provider").defer("book__content")
    return found.order_by("-starts_on", "-pk")


def contract_by_number(actor: Actor, number: str) -> Contract:
    """The contract of that number. Raises Contract.DoesNotExist, also for one that `actor` may not see."""
    return contracts_visible_to(actor).get(number=number)


def contracts_in_force(client: Client, on: date) -> QuerySet[Contract]:
    """The client's contracts that have started and not ended on the day `on`, latest first."""
    # Through the client, each contract knows it and its agency without reading them again.
    found = client.contracts.select_related("book", "provider").defer("book__content")
    return in_force(found, on).order_by("-starts_on", "-pk")


def contract_in_force(client: Client, on: date) -> Contract | None:
    """The contract that a call of that day falls under when nobody says which: the latest to start."""
    return contracts_in_force(client, on).first()


_IN_FORCE: Final = Compiled(
    lambda: (
        in_force(Contract.objects.filter(client_id=Given("client")), Given("on"))
        .select_related("book", "provider")
        .defer("book__content")
        .order_by("-starts_on", "-pk")
    )
)
_COVERED: Final = Compiled(lambda: CoveredClass.objects.filter(client_id=Given("client")))
_DEROGATIONS: Final = Compiled(
    lambda: Derogation.objects.filter(client_id=Given("client")).select_related("document")
)


def contracts_with_terms(client: Client, on: date) -> list[Contract]:
    """As `contracts_in_force`, each with what it covers and departs from: what a ticket is ruled by."""
    with connection.ahead():  # type: ignore[attr-defined]
        return ask_contracts_with_terms(client, on)()


def ask_contracts_with_terms(client: Client, on: date) -> Callable[[], list[Contract]]:
    """Ask for them: see `Compiled.asked`."""
    in_force = _IN_FORCE.asked(client=client.pk, on=on)
    covered, departures = _COVERED.asked(client=client.pk), _DEROGATIONS.asked(client=client.pk)

    def answer() -> list[Contract]:
        found, classes, departed = in_force(), covered(), departures()
        for contract in found:
            contract.client = client
            contract.covered_read = [row for row in classes if row.contract_id == contract.pk]
            contract.derogations_read = [row for row in departed if row.contract_id == contract.pk]
        return found

    return answer


def read_terms(contract: Contract) -> None:
    """Read now what `contract` covers and departs from, for a page that asks again and again."""
    contract.covered_read = list(contract.covered.all())
    contract.derogations_read = list(contract.derogations.select_related("document"))


def in_force(contracts: QuerySet[Contract], on: date | Given) -> QuerySet[Contract]:
    """Those of `contracts` that have started and not ended on the day `on`."""
    return contracts.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


def clients_under_contract(actor: Actor, on: date) -> QuerySet[Contract, int]:
    """The ids of the clients that have a contract in force on the day `on`."""
    return in_force(contracts_visible_to(actor), on).order_by().values_list("client_id", flat=True)


# The terms that apply


def edition_of(contract: Contract, on: date | None = None) -> InstalledBook:
    """The edition that `contract` is under on the day `on`; without a day, the present one.

    Only a day outside the present edition's own asks the database for the adoptions.
    """
    since, until = contract.book_since_on, contract.book_until_on
    if on is None or ((since is None or since <= on) and (until is None or on < until)):
        return contract.book
    found = adoptions(contract)
    taken = [one for one in found if one.effective_on <= on]
    return taken[-1].book if taken else found[0].former


def adoptions(contract: Contract) -> list[EditionAdoption]:
    """How the contract came under other editions, the first one first."""
    found = contract.adoptions.select_related("former", "book", "acceptance__document")
    return list(found.defer("former__content", "book__content").order_by("effective_on"))


def effective_book(contract: Contract, agency: Agency | None = None, on: date | None = None) -> Book:
    """The terms of `contract`: its pinned edition, the practices of the house, then its derogations.

    `agency` (the client's by default) brings its own hours where the book leaves them open. `on` picks the
    edition of a day, the present one without it. Read from the database, never from the files of the program.
    """
    return under_edition(contract, edition_of(contract, on), agency)


def under_edition(contract: Contract, edition: InstalledBook, agency: Agency | None = None) -> Book:
    """The terms that `contract` has, or would have, under an edition."""
    return under_text(contract, books.read(edition), agency)


def under_text(contract: Contract, text: Book, agency: Agency | None = None) -> Book:
    """As `under_edition`, of a book that need not be installed: a draft, a folder."""
    book = _with_practices(text, contract.provider, agency or contract.client.agency)
    return book.amended(*derogations_of(contract, book))


def practised(contract: Contract, edition: InstalledBook, agency: Agency | None = None) -> Book:
    """An edition with the practices of the house, before the contract's derogations."""
    return _with_practices(books.read(edition), contract.provider, agency or contract.client.agency)


def provider_book(provider: Provider, agency: Agency | None = None) -> Book:
    """The terms for a client without contract: the provider's book and the practices of the house."""
    return without_contract(provider, books.read(provider.book), agency)


def without_contract(provider: Provider, text: Book, agency: Agency | None = None) -> Book:
    """The terms that a client without contract would have, were `text` the provider's book."""
    return _with_practices(text, provider, agency)


def derogations_of(contract: Contract, book: Book) -> list[entries.Derogation]:
    """The contract's derogations in the kernel's form, in the order in which they were recorded.

    One that `book` leaves without object is none: an edition adopted since then has no such term.
    """
    found = []
    for row in derogations(contract):
        model = model_of(contract.kind, book, row.term)
        if model is not None and (value := _fitting(model.value, row.value)) is not None:
            found.append(
                entries.Derogation(
                    term=row.term,
                    since=row.since_on,
                    until=row.until_on,
                    value=value,
                    document=row.document.number,
                    label=None if row.term in book.terms else model.label,
                )
            )
    return found


def _fitting(model: Any, stored: Any) -> Any:
    """`stored` in the types of `model`; None when it has no such form."""
    try:
        return values.like(model, stored)
    except values.NotOfThisType:
        return None


def is_void(row: Derogation, contract: Contract, book: Book) -> bool:
    """Whether `book` leaves a derogation without object: no such term, or one of another form."""
    model = model_of(contract.kind, book, row.term)
    return model is None or _fitting(model.value, row.value) is None


@dataclass(frozen=True, slots=True)
class Model:
    """What a term looks like: the value that a derogation from it takes the form of, its label, its unit."""

    value: Any
    label: Words
    unit: str


def model_of(kind: str, book: Book, term: str) -> Model | None:
    """The form of a term of the book, or of one that particular conditions may add; None of any other."""
    if term in book.terms:
        own = book.timeline(term)[-1]
        return Model(own.value, own.label, own.unit)
    return additions(kind, book).get(term)


REVERSIBILITY: Final = {
    "reversibility.within": Model(
        1, Words("restitution des données et logiciels", "return of data and software"), "months"
    ),
    "reversibility.engineer-day": Model(
        890, Words("jour d’ingénieur de réversibilité", "engineer day of reversibility"), "EUR excl. VAT"
    ),
    "reversibility.block": Model(
        2,
        Words("réversibilité, facturation par tranche", "reversibility, billing by blocks"),
        "engineer days",
    ),
}
"""What a contract needs so that the rule `reversibility` can answer."""


def additions(kind: str, book: Book) -> dict[str, Model]:
    """The terms that the book lacks and that particular conditions may give (ims 1): how long it lasts, and
    within which time and at what price data are given back at its end.
    """
    known = {
        f"{DURATION}.{kind}": Model(
            {"initial": 12, "renewal": 12, "notice": 3},
            Words("durée du contrat", "duration of the contract"),
            "months",
        ),
        **REVERSIBILITY,
    }
    return {term: model for term, model in known.items() if term not in book.terms}


def derogations(contract: Contract) -> list[Derogation]:
    """The contract's derogations, first recorded first; read once for all when a list fetched them."""
    rows = contract.derogations.all() if contract.derogations_read is None else contract.derogations_read
    return sorted(rows, key=lambda row: row.pk)


def _with_practices(book: Book, provider: Provider, agency: Agency | None) -> Book:
    return under_law(book, provider).with_practices(*_practices(book, provider, agency))


def _practices(book: Book, provider: Provider, agency: Agency | None) -> Iterator[entries.Practice]:
    """What the house settled itself, where the book leaves it open: never over a clause."""
    if provider.priority_grid and _is_practice(book, PRIORITY_GRID):
        yield _practice(book, PRIORITY_GRID, provider.priority_grid, GRID_REASON)
    if agency is None:
        return
    for calendar, week in (agency.hours or {}).items():
        term = f"hours.{calendar}"
        if _is_practice(book, term):
            says = Words(
                f"Horaires de l’agence\u00a0: {agency.name}.", f"Hours of the agency: {agency.name}."
            )
            yield _practice(book, term, week, says)


def _is_practice(book: Book, term: str) -> bool:
    return term in book.terms and book.terms[term].practice


def _practice(book: Book, term: str, value: Any, reason: Words) -> entries.Practice:
    return entries.Practice(term=term, since=book.terms[term].values[0].since, value=value, reason=reason)


def editions_readable_by(actor: Actor) -> QuerySet[InstalledBook]:
    """The editions that bind the provider or its clients, its own ones, and the law; never another's own."""
    pinned = contracts_visible_to(actor).order_by().values("book_id")
    binding = Q(pk=actor.provider.book_id) | Q(pk__in=pinned) | Q(name=LAW, provider=None)
    if actor.is_client_side:
        # What it was asked to accept, and what it once was under: it reads both beside the present one.
        of_client = {"provider": actor.provider, "client_id": actor.client_id or 0}
        binding |= Q(pk__in=AcceptanceRequest.objects.filter(**of_client).values("book_id"))
        binding |= Q(pk__in=EditionAdoption.objects.filter(**of_client).values("former_id"))
    else:
        binding |= Q(provider=actor.provider)
    return InstalledBook.objects.filter(binding)


def edition_for(provider: Provider, starts_on: date, at: datetime) -> InstalledBook:
    """The edition that a contract made at `at` pins: the present one, or the one in force by its start."""
    coming = edition_on(provider, starts_on) if starts_on > at.astimezone(PARIS).date() else None
    return coming.book if coming else provider.book


# What a book knows of contracts


def kinds(book: Book, on: date) -> dict[str, Words]:
    """The kinds of contract that `book` has on the day `on`, with their names."""
    if not book.has(KINDS):
        return {}
    first = book.timeline(KINDS)[0]
    listed: Any = book.read(KINDS, max(on, first.since)).value
    return {
        kind["key"]: Words(kind["label"]["fr"], kind["label"]["en"])
        for kind in listed
        if kind["key"] != WITHOUT_CONTRACT
    }


def kind_name(contract: Contract, language: str) -> str:
    """The kind of `contract` in its book's words."""
    name = kinds(books.read(contract.book), contract.starts_on).get(contract.kind)
    return name.to(language) if name else contract.kind


def term_outcome(contract: Contract, on: date, book: Book | None = None) -> Outcome | None:
    """The running term and the last day to give notice (imri VII, XIII), or None.

    None when the book gives this kind of contract no duration (ims: only particular conditions do) or before
    it starts.
    """
    terms = book or effective_book(contract)
    if not terms.has(f"{DURATION}.{contract.kind}"):
        return None
    facts = {"service": contract.kind, "starts_on": contract.starts_on, "on": max(on, contract.starts_on)}
    try:
        return rules.ask("notice-deadline", terms, facts)
    except NoValueOn:  # particular conditions give it one, from a later day on
        return None


# What is covered and what was accepted


def covered(contract: Contract, on: date) -> dict[str, int]:
    """How many of each equipment class are covered on the day `on`, in the order of the classes."""
    rows = contract.covered.all() if contract.covered_read is None else contract.covered_read
    running = (row for row in rows if _covers(row, on))
    found = {row.equipment_class: row.quantity for row in running if row.quantity}
    return {key: found[key] for key in EquipmentClass.values if key in found}


def _covers(row: CoveredClass, on: date) -> bool:
    return row.from_on <= on and (row.until_on is None or on < row.until_on)


def coverage_words(contract: Contract, on: date) -> str:
    """« 2 serveurs, 31 postes »; "" when no class is named."""
    return quantities_words(covered(contract, on))


def quantities_words(quantities: Mapping[str, int]) -> str:
    """Quantities by equipment class, in words."""
    return ", ".join(_quantity_words(key, count) for key, count in quantities.items())


def _quantity_words(equipment_class: str, count: int) -> str:
    match equipment_class:
        case EquipmentClass.SERVER:
            words = ngettext("%(count)d serveur", "%(count)d serveurs", count)
        case EquipmentClass.NETWORK:
            words = ngettext("%(count)d équipement réseau", "%(count)d équipements réseau", count)
        case EquipmentClass.WORKSTATION:
            words = ngettext("%(count)d poste", "%(count)d postes", count)
        case EquipmentClass.PERIPHERAL:
            words = ngettext("%(count)d périphérique", "%(count)d périphériques", count)
        case _:
            words = ngettext("%(count)d mobile", "%(count)d mobiles", count)
    return words % {"count": count}


def acceptance_of(contract: Contract) -> Acceptance | None:
    """The latest acceptance of this contract's terms, else the client's own of the same edition."""
    found = Acceptance.objects.filter(client=contract.client, book=contract.book).filter(
        Q(contract=contract) | Q(contract=None)
    )
    latest = found.select_related("book", "document__file").order_by("contract", "-accepted_on", "-pk")
    return latest.first()


def acceptances(client: Client) -> QuerySet[Acceptance]:
    """Every acceptance that the client gave, latest first."""
    return client.acceptances.select_related("book", "contract", "document__file").order_by(
        "-accepted_on", "-pk"
    )


# Derogations as they are shown


@dataclass(frozen=True, slots=True)
class Difference:
    """A derogation beside what the book says without it, both as they stand on the derogation's first day.

    `book` is None where the book says nothing: the particular conditions added the term.
    """

    derogation: Derogation
    book: Reading | None
    contract: Reading


def differences(contract: Contract) -> list[Difference]:
    """What the contract changes in its book, one by one; what an edition left without object is left out."""
    found = []
    for row in derogations(contract):
        book = books.read(edition_of(contract, row.since_on))
        model = model_of(contract.kind, book, row.term)
        if model is not None and not is_void(row, contract, books.read(contract.book)):
            found.append(_difference(book, model, row))
    return found


def _difference(book: Book, model: Model, row: Derogation) -> Difference:
    own = spell_on(book, row.term, row.since_on) if row.term in book.terms else None
    stated = own or Reading(
        term=row.term,
        value=None,
        clause=None,
        label=model.label,
        unit=model.unit,
        source="derogation",
        book=book.name,
        since=row.since_on,
    )
    value = entries.merged(stated.value, entries.freeze(values.like(model.value, row.value)))
    changed = stated._replace(value=value, source="derogation", document=row.document.number)
    return Difference(derogation=row, book=own, contract=changed)


def proposed_difference(book: Book, term: str, value: Any, on: date) -> tuple[Reading, Reading]:
    """What `book` says of `term` on the day `on`, and what it would say under `value`, kept as JSON."""
    own = spell_on(book, term, on)
    laid = entries.merged(own.value, entries.freeze(values.like(own.value, value)))
    return own, own._replace(value=laid, source="derogation")


def laid_value(book: Book, row: Derogation, on: date) -> Any:
    """What a derogation makes of the book's own value of a day."""
    own = spell_on(book, row.term, on).value
    return entries.merged(own, entries.freeze(values.like(own, row.value)))


def spell_on(book: Book, term: str, on: date) -> Reading:
    """The value of `term` on the day `on`; before its first one, the first."""
    spells = book.timeline(term)
    return next((spell for spell in reversed(spells) if spell.since <= on), spells[0])


def with_parts(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """`contracts` with what their terms and coverage are read from, for a list."""
    return contracts.prefetch_related(
        "covered", Prefetch("derogations", queryset=Derogation.objects.select_related("document__file"))
    )
