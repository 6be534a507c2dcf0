"""The catalogue and quotes: offered, written, issued, received, accepted, renewed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.sales.shapes import (
    ChoiceGiven,
    DeclineGiven,
    ItemFactsGiven,
    ItemGiven,
    ItemOut,
    ItemsAsked,
    LineGiven,
    ListPriceOut,
    NothingSold,
    PriceGiven,
    QuoteFactsGiven,
    QuoteGiven,
    QuoteOut,
    QuotesAsked,
    QuoteSummary,
    ReceptionGiven,
    RenewalGiven,
    SignedQuoteGiven,
)
from clausier.api.shapes import Id, Key, Number
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.sales import queries, services
from clausier.sales.models import CatalogueItem, Quote
from clausier.sales.services import DerogationGiven as Derogation
from clausier.sales.services import ItemFacts, QuoteFacts
from clausier.sales.services import LineGiven as Given

routes = Router()


# The catalogue


@reads(
    routes,
    "/catalogue",
    "sales.read",
    answers=Page[ItemOut],
    summary=gettext_noop("Lister le catalogue"),
)
def list_items(request: ApiRequest, asked: Query[ItemsAsked]) -> Page[ItemOut]:
    found = queries.items(request.actor, offered=not asked.retired).select_related("provider__book")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    on = asked.on or clock.today()

    def shown(rows: Any) -> list[ItemOut]:
        prices = queries.prices_on(rows, on)
        return [ItemOut.of(row, prices.get(row.pk)) for row in rows]

    return page(found, asked, shown)


@reads(
    routes,
    "/catalogue/{id}",
    "sales.read",
    answers=ItemOut,
    summary=gettext_noop("Lire un article du catalogue"),
)
def read_item(request: ApiRequest, id: Path[Id]) -> ItemOut:
    return _item_out(_item(request, id))


@reads(
    routes,
    "/catalogue/{id}/prices",
    "sales.read",
    answers=Page[ListPriceOut],
    summary=gettext_noop("Tous les prix d’un article"),
)
def list_prices(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[ListPriceOut]:
    found = _item(request, id).prices.all()
    return page(found, asked, lambda rows: [ListPriceOut.of(row, request.actor) for row in rows])


@writes(
    routes,
    "POST",
    "/catalogue",
    "sales.catalogue",
    answers=ItemOut,
    status=201,
    summary=gettext_noop("Ajouter un article au catalogue"),
)
def add_item(request: ApiRequest, body: ItemGiven) -> ItemOut:
    made = services.add_item(
        by=request.actor,
        at=clock.now(),
        facts=_item_facts(body),
        amount=body.amount,
        cost=body.cost,
        since_on=body.since_on,
    )
    return _item_out(_item(request, made.pk))


@writes(
    routes,
    "PUT",
    "/catalogue/{id}",
    "sales.catalogue",
    answers=ItemOut,
    summary=gettext_noop("Modifier un article du catalogue"),
    about=gettext_noop("Pour les nouveaux devis ; ce qui est chiffré ou signé garde ses mots."),
)
def change_item(request: ApiRequest, id: Path[Id], body: ItemFactsGiven) -> ItemOut:
    services.change_item(by=request.actor, at=clock.now(), item=_item(request, id), facts=_item_facts(body))
    return _item_out(_item(request, id))


@writes(
    routes,
    "POST",
    "/catalogue/{id}/prices",
    "sales.catalogue",
    answers=ListPriceOut,
    status=201,
    summary=gettext_noop("Fixer un prix à partir d’un jour"),
)
def set_price(request: ApiRequest, id: Path[Id], body: PriceGiven) -> ListPriceOut:
    row = services.set_price(by=request.actor, at=clock.now(), item=_item(request, id), **body.model_dump())
    return ListPriceOut.of(row, request.actor)


@writes(
    routes,
    "POST",
    "/catalogue/{id}/retire",
    "sales.catalogue",
    answers=ItemOut,
    summary=gettext_noop("Ne plus proposer un article"),
)
def retire_item(request: ApiRequest, id: Path[Id], body: NothingSold) -> ItemOut:
    services.retire_item(by=request.actor, at=clock.now(), item=_item(request, id))
    return _item_out(_item(request, id))


@writes(
    routes,
    "POST",
    "/catalogue/{id}/offer",
    "sales.catalogue",
    answers=ItemOut,
    summary=gettext_noop("Proposer de nouveau un article"),
)
def offer_item(request: ApiRequest, id: Path[Id], body: NothingSold) -> ItemOut:
    services.offer_again(by=request.actor, at=clock.now(), item=_item(request, id))
    return _item_out(_item(request, id))


def _item(request: ApiRequest, pk: int) -> CatalogueItem:
    known = queries.items(request.actor) | queries.items(request.actor, offered=False)
    return known.select_related("provider__book").get(pk=pk)


def _item_out(item: CatalogueItem) -> ItemOut:
    return ItemOut.of(item, queries.price_on(item, clock.today()))


def _item_facts(body: ItemFactsGiven) -> ItemFacts:
    given = body.model_dump(exclude={"amount", "cost", "since_on"})
    return ItemFacts(**given | {"equipment_class": given["equipment_class"] or ""})


# Quotes


@reads(
    routes,
    "/quotes",
    "sales.read",
    answers=Page[QuoteSummary],
    summary=gettext_noop("Lister les devis"),
)
def list_quotes(request: ApiRequest, asked: Query[QuotesAsked]) -> Page[QuoteSummary]:
    found = queries.quotes(request.actor) if asked.versions else queries.latest(request.actor)
    today = clock.today()
    if asked.client:
        found = found.filter(client__number=asked.client)
    if asked.state:
        found = queries.in_state(found, asked.state, today)

    def shown(rows: Any) -> list[QuoteSummary]:
        sheets = queries.sheets_of(rows)
        return [QuoteSummary(**QuoteSummary.facts(sheets[row.pk], today)) for row in rows]

    return page(found, asked, shown)


@reads(
    routes,
    "/quotes/{number}",
    "sales.read",
    answers=QuoteOut,
    summary=gettext_noop("Lire un devis, dans sa dernière version"),
)
def read_quote(request: ApiRequest, number: Path[Key]) -> QuoteOut:
    return _shown(request, _quote(request, number))


@reads(
    routes,
    "/quotes/{number}/versions/{version}",
    "sales.read",
    answers=QuoteOut,
    summary=gettext_noop("Lire une version d’un devis"),
)
def read_quote_version(request: ApiRequest, number: Path[Key], version: Path[Number]) -> QuoteOut:
    return _shown(request, queries.quote_numbered(request.actor, number, version))


@writes(
    routes,
    "POST",
    "/quotes",
    "sales.write",
    answers=QuoteOut,
    status=201,
    summary=gettext_noop("Écrire un devis"),
)
def create_quote(request: ApiRequest, body: QuoteGiven) -> QuoteOut:
    client = directory.client_numbered(request.actor, body.client)
    if client is None:
        raise InvalidInput(_("Choisissez un client."), field="client")
    made = services.create_quote(
        by=request.actor,
        at=clock.now(),
        client=client,
        facts=_facts(client, body),
        lines=_lines(request, None, body),
        derogations=_derogations(body),
    )
    return _shown(request, _quote(request, made.number))


@writes(
    routes,
    "PUT",
    "/quotes/{number}",
    "sales.write",
    answers=QuoteOut,
    summary=gettext_noop("Réécrire un brouillon de devis"),
)
def write_quote(request: ApiRequest, number: Path[Key], body: QuoteFactsGiven) -> QuoteOut:
    found = _quote(request, number)
    services.write_quote(
        by=request.actor,
        at=clock.now(),
        quote=found,
        facts=_facts(found.client, body),
        lines=_lines(request, found, body),
        derogations=_derogations(body),
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/issue",
    "sales.write",
    answers=QuoteOut,
    summary=gettext_noop("Émettre un devis"),
    about=gettext_noop("Il ne change plus ; il remplace la version précédente et part à la signature."),
)
def issue_quote(request: ApiRequest, number: Path[Key], body: NothingSold) -> QuoteOut:
    services.issue_quote(
        by=request.actor, at=clock.now(), quote=_quote(request, number), site_url=_site(request)
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/revise",
    "sales.write",
    answers=QuoteOut,
    status=201,
    summary=gettext_noop("Préparer la version suivante d’un devis"),
)
def revise_quote(request: ApiRequest, number: Path[Key], body: NothingSold) -> QuoteOut:
    services.revise_quote(by=request.actor, at=clock.now(), quote=_quote(request, number))
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/renew",
    "sales.write",
    answers=QuoteOut,
    status=201,
    summary=gettext_noop("Renouveler un devis, aux mêmes prix ou à ceux du jour"),
)
def renew_quote(request: ApiRequest, number: Path[Key], body: RenewalGiven) -> QuoteOut:
    services.renew_quote(
        by=request.actor,
        at=clock.now(),
        quote=_quote(request, number),
        prices=body.prices,
        site_url=_site(request),
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/reception",
    "sales.write",
    answers=QuoteOut,
    summary=gettext_noop("Enregistrer la réception d’un devis"),
)
def record_reception(request: ApiRequest, number: Path[Key], body: ReceptionGiven) -> QuoteOut:
    services.record_reception(
        by=request.actor, at=clock.now(), quote=_quote(request, number), **body.model_dump()
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/choice",
    "sales.answer",
    answers=QuoteOut,
    summary=gettext_noop("Choisir les options d’un devis"),
)
def choose_lines(request: ApiRequest, number: Path[Key], body: ChoiceGiven) -> QuoteOut:
    services.choose_lines(
        by=request.actor,
        at=clock.now(),
        quote=_quote(request, number),
        chosen=body.chosen,
        site_url=_site(request),
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/accept",
    "sales.write",
    answers=QuoteOut,
    summary=gettext_noop("Enregistrer un devis signé sur papier"),
)
def accept_quote(request: ApiRequest, number: Path[Key], body: SignedQuoteGiven) -> QuoteOut:
    services.accept_quote(
        by=request.actor,
        at=body.signed_at,
        quote=_quote(request, number),
        signer_name=body.signer_name,
        content=body.document.read(),
        file_name=body.document.name,
        content_type=body.document.content_type,
        chosen=body.chosen,
    )
    return _shown(request, _quote(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/decline",
    "sales.answer",
    answers=QuoteOut,
    summary=gettext_noop("Refuser un devis"),
)
def decline_quote(request: ApiRequest, number: Path[Key], body: DeclineGiven) -> QuoteOut:
    services.decline_quote(
        by=request.actor, at=clock.now(), quote=_quote(request, number), **body.model_dump()
    )
    return _shown(request, _quote(request, number))


def _quote(request: ApiRequest, number: str) -> Quote:
    return queries.quote_numbered(request.actor, number)


def _shown(request: ApiRequest, quote: Quote) -> QuoteOut:
    return QuoteOut.of(quote, request.actor, clock.today())


def _site(request: ApiRequest) -> str:
    return request.build_absolute_uri("/")


def _facts(client: Client, body: QuoteFactsGiven) -> QuoteFacts:
    """What is sent, with the rows that it names. Raises InvalidInput naming the field."""
    given = body.model_dump(exclude={"client", "lines", "derogations", "contact", "site", "contract"})
    named: dict[str, tuple[Any, Any, str, str]] = {
        "contact": (body.contact, client.contacts, "pk", _("Cette personne n’est pas chez ce client.")),
        "site": (body.site, client.sites, "pk", _("Ce site n’est pas de ce client.")),
        "contract": (
            body.contract,
            client.contracts,
            "number",
            _("Ce contrat n’est pas de ce client."),
        ),
    }
    for name, (value, rows, key, says) in named.items():
        row = rows.filter(**{key: value}).first() if value else None
        if value and row is None:
            raise InvalidInput(says, field=name)
        given[name] = row
    return QuoteFacts(**given)


def _lines(request: ApiRequest, quote: Quote | None, body: QuoteFactsGiven) -> list[Given]:
    known = {line.pk: line for line in quote.lines.select_related("item")} if quote else {}
    return [
        _line(request, one, known.get(one.id or 0), f"lines.{place}.") for place, one in enumerate(body.lines)
    ]


def _line(request: ApiRequest, one: LineGiven, known: Any, prefix: str) -> Given:
    """A line over what it replaces, or over its item of the catalogue. Raises InvalidInput."""
    said = {name: value for name, value in one.given("id", "item").items() if value is not None}
    if known is not None:
        return replace(services.given_of(known), **said)
    if one.item is not None:
        item = queries.items(request.actor).select_related("provider__book").filter(pk=one.item).first()
        if item is None:
            raise InvalidInput(_("Cet article n’est pas au catalogue."), field=f"{prefix}item")
        return replace(services.line_of(item, clock.today()), **said)
    if one.unit_price is None:
        raise InvalidInput(_("Indiquez le prix hors taxes."), field=f"{prefix}unit_price")
    return Given(**{"label": "", **said})


def _derogations(body: QuoteFactsGiven) -> list[Derogation]:
    return [Derogation(one.term, one.value, one.reason) for one in body.derogations]
