"""Quotes: prices of the day, sums, validity from reception, versions, what freezes, who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.contracts import queries as contracts
from clausier.foundation import isolation
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import Ruling
from clausier.prepaid import tasks as prepaid_tasks
from clausier.prepaid.models import PointPack
from clausier.sales import policies, queries, services
from clausier.sales.errors import (
    CancellationForLateness,
    NotAnswerable,
    NotChosen,
    QuoteExpired,
    QuoteFrozen,
    QuoteIncomplete,
    ReceptionProven,
    UnknownItem,
)
from clausier.sales.models import LineCost, Order, OrderLine, Quote, QuoteLine, Standing
from clausier.sales.services import DerogationGiven, LineGiven
from tests.people import FRIDAY_1630, House
from tests.roles import owning
from tests.sales.selling import (
    PAPER,
    SET_UP,
    WORKSTATIONS,
    accepted,
    draft,
    issued,
    item,
    ordered,
    received,
)

pytestmark = pytest.mark.django_db
PACK = LineGiven(
    label="Carnet de 400 points", unit_price=Decimal(980), kind="pack", unit="pack", points=Decimal(400)
)


# The catalogue


def test_a_price_holds_from_its_day_on_and_the_former_one_stays_known(imri):
    made = item(imri)
    services.set_price(
        by=imri.manager, at=FRIDAY_1630, item=made, since_on=date(2026, 12, 1), amount=Decimal("26.50")
    )
    on = {day: queries.price_on(made, date(2026, *day)) for day in ((11, 30), (12, 1))}
    assert [one.amount for one in on.values()] == [Decimal("24.90"), Decimal("26.50")]
    assert made.prices.count() == 2
    assert queries.price_on(made, date(2025, 12, 31)) is None


def test_an_hour_that_the_book_prices_takes_its_price_and_its_clause_from_it(ims):
    made = item(
        ims, "H-ING", kind="hourly", unit="hour", period="once", word="engineer", amount=None, cost=None
    )
    price = queries.price_on(made, date(2026, 11, 20))
    assert (price.amount, price.reading.clause) == (Decimal(114), "7.1.1")


def test_what_is_offered_no_more_is_refused_to_new_quotes_and_stays_in_those_there_are(imri):
    made = item(imri)
    quote = draft(imri, services.line_of(made, date(2026, 11, 20)))
    services.retire_item(by=imri.manager, at=FRIDAY_1630, item=made)
    made.refresh_from_db()
    with pytest.raises(UnknownItem):
        services.line_of(made, date(2026, 11, 20))
    assert quote.lines.get().unit_price == Decimal("24.90")


# Sums


def test_each_line_is_rounded_once_and_vat_once_a_rate(imri):
    third = LineGiven(
        label="Licence", unit_price=Decimal("10.05"), quantity=Decimal("3"), discount_percent=Decimal("12.5")
    )
    book = replace(third, label="Manuel", vat="reduced", discount_percent=Decimal(0))
    sheet = queries.sheet_of(draft(imri, third, third, book, WORKSTATIONS))
    # 30.15 − 12.5 % = 26.38125; twice 26.38 = 52.76, of which 20 % is 10.552.
    assert [net for _line, net, _kept in sheet.lines][:2] == [Decimal("26.38")] * 2
    once, monthly = sheet.totals
    assert [(one.rate, one.base, one.vat) for one in once.vats] == [
        (Decimal(20), Decimal("52.76"), Decimal("10.55")),
        (Decimal("5.5"), Decimal("30.15"), Decimal("1.66")),
    ]
    assert (once.gross, monthly.net, monthly.gross) == (
        Decimal("95.12"),
        Decimal("298.80"),
        Decimal("358.56"),
    )


def test_options_count_once_chosen_and_of_alternatives_exactly_one(imri):
    option = replace(SET_UP, label="Formation", unit_price=Decimal(300), choice="option")
    small, large = (
        replace(SET_UP, label=label, unit_price=price, choice="alternative", group="Serveur")
        for label, price in (("Petit", Decimal(1000)), ("Grand", Decimal(2000)))
    )
    quote = issued(imri, SET_UP, option, small, replace(large, proposed=True), valid_days=30)
    assert queries.sheet_of(quote).totals[0].net == Decimal(2480)
    ids = {line.label: line.pk for line in quote.lines.all()}
    with pytest.raises(NotChosen) as refused:
        services.choose_lines(
            by=imri.correspondent, at=FRIDAY_1630, quote=quote, chosen=[ids["Petit"], ids["Grand"]]
        )
    assert refused.value.facts == {"group": "Serveur"}
    with pytest.raises(InvalidInput):
        services.choose_lines(
            by=imri.correspondent, at=FRIDAY_1630, quote=quote, chosen=[ids["Mise en place"], ids["Petit"]]
        )
    chosen = services.choose_lines(
        by=imri.correspondent, at=FRIDAY_1630, quote=quote, chosen=[ids["Petit"], ids["Formation"]]
    )
    assert queries.sheet_of(chosen).totals[0].net == Decimal(1780)
    order = ordered(imri, quote)
    assert [line.label for line in order.lines.all()] == ["Mise en place", "Formation", "Petit"]


def test_a_bad_line_is_refused_by_its_field_and_nothing_is_written(imri):
    quote = draft(imri, SET_UP)
    for said, field in (
        ({"label": " "}, "label"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"discount_amount": Decimal(481)}, "discount_amount"),
        ({"unit_price": Decimal("0.005")}, "unit_price"),
        ({"choice": "alternative"}, "group"),
        ({"kind": "pack"}, "points"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.write_quote(
                by=imri.manager,
                at=FRIDAY_1630,
                quote=quote,
                facts=services.facts_of(quote),
                lines=[SET_UP, replace(SET_UP, **said)],
            )
        assert refused.value.field == f"lines.1.{field}"
    assert quote.lines.count() == 1


# Validity


def test_a_quote_holds_ten_days_from_reception_the_day_itself_not_counted(ims):
    quote = received(ims, issued(ims))
    assert quote.standing.expires_on == date(2026, 11, 30)
    ruling = Ruling.objects.get(pk=quote.standing.ruling_id)
    assert (ruling.rule, ruling.client_id) == ("quote-validity", ims.client.pk)
    with pytest.raises(QuoteExpired) as refused:
        accepted(ims, quote, "2026-12-01T00:00")
    assert refused.value.clause == ("ims/2018", "5.1")
    assert refused.value.facts == {"expired_on": "2026-11-30"}
    assert accepted(ims, quote, "2026-11-30T23:59").standing.state == "accepted"


def test_where_the_terms_are_silent_the_quote_says_how_long_it_holds(imri):
    with pytest.raises(QuoteIncomplete) as refused:
        issued(imri)
    assert refused.value.field == "valid_days"
    assert received(imri, issued(imri, valid_days=30)).standing.expires_on == date(2026, 12, 20)
    assert issued(imri, valid_until=date(2026, 12, 31)).standing.expires_on == date(2026, 12, 31)


def test_opening_it_proves_reception_and_no_hand_corrects_it_afterwards(ims, at):
    quote = issued(ims)
    assert services.note_opened(by=ims.correspondent, at=read("2026-11-21T08:00"), quote=quote)
    assert services.note_opened(by=ims.correspondent, at=read("2026-11-22T08:00"), quote=quote) is None
    with pytest.raises(ReceptionProven):
        received(ims, quote)
    quote = Quote.objects.select_related("standing").get(pk=quote.pk)
    assert (quote.standing.received_on, quote.standing.expires_on) == (date(2026, 11, 21), date(2026, 12, 1))


# Versions


def test_a_new_version_replaces_the_issued_one_which_never_changes(ims):
    made = item(ims, kind="service", unit="lump", period="once")
    first = issued(ims, services.line_of(made, date(2026, 11, 20)))
    second = services.revise_quote(by=ims.manager, at=FRIDAY_1630, quote=first)
    assert (second.reference, Standing.objects.get(quote=first).state) == ("D-0001-2", "issued")
    with pytest.raises(NotAnswerable):
        services.revise_quote(by=ims.manager, at=FRIDAY_1630, quote=first)
    with pytest.raises(QuoteFrozen):
        services.write_quote(
            by=ims.manager, at=FRIDAY_1630, quote=first, facts=services.facts_of(first), lines=[]
        )
    services.issue_quote(by=ims.manager, at=FRIDAY_1630, quote=second)
    assert Standing.objects.get(quote=first).state == "superseded"
    with pytest.raises(NotAnswerable):
        accepted(ims, first)


@pytest.mark.parametrize(("prices", "amount"), [("same", "24.90"), ("day", "26.50")])
def test_an_expired_quote_is_renewed_in_one_act_at_the_same_prices_or_those_of_the_day(ims, prices, amount):
    made = item(ims)
    first = received(ims, issued(ims, services.line_of(made, date(2026, 11, 20))))
    later = read("2026-12-05T10:00")
    services.set_price(
        by=ims.manager, at=later, item=made, since_on=date(2026, 12, 1), amount=Decimal("26.50")
    )
    with pytest.raises(QuoteExpired):
        accepted(ims, first, "2026-12-05T10:00")
    second = services.renew_quote(by=ims.manager, at=later, quote=first, prices=prices)
    assert (second.version, second.lines.get().unit_price) == (2, Decimal(amount))
    assert accepted(ims, second, "2026-12-06T10:00").standing.state == "accepted"
    with pytest.raises(NotAnswerable):
        services.renew_quote(by=ims.manager, at=later, quote=second)


# Orders


def test_only_once_both_signed_is_it_an_order_and_makes_the_contract_it_said(imri):
    quote = issued(
        imri,
        WORKSTATIONS,
        SET_UP,
        valid_days=30,
        contract_kind="managed",
        starts_on=date(2026, 12, 1),
    )
    with pytest.raises(NotAnswerable):
        services.confirm_order(by=imri.manager, at=FRIDAY_1630, quote=quote)
    signed = accepted(imri, quote)
    assert not Order.objects.exists()
    with pytest.raises(NotAllowed):
        services.confirm_order(by=imri.dispatcher, at=read("2026-11-25T10:00"), quote=signed)
    order = services.confirm_order(by=imri.manager, at=read("2026-11-25T10:00"), quote=signed)
    assert (order.signed_by, order.countersigned_by) == ("Maëlle Cobaye", "Marc Exemple")
    assert contracts.covered(order.contract, date(2026, 12, 1)) == {"workstation": 12}
    assert order.contract.book_id == quote.book_id
    given = order.contract.acceptances.get()
    assert (given.means, given.accepted_on) == ("order", date(2026, 11, 24))
    assert [line.label for line in queries.to_invoice(imri.manager)] == ["Mise en place"]


def test_derogations_of_the_quote_come_with_its_signed_paper(imri):
    quote = services.issue_quote(
        by=imri.manager,
        at=FRIDAY_1630,
        quote=draft(
            imri,
            WORKSTATIONS,
            derogations=[DerogationGiven("contract.amendment.notice", 2, "Parc qui bouge")],
            valid_days=30,
            contract_kind="managed",
            starts_on=date(2026, 12, 1),
        ),
    )
    contract = ordered(imri, quote).contract
    assert contracts.effective_book(contract).read("contract.amendment.notice", date(2026, 12, 1)).value == 2


def test_the_packs_of_an_order_are_credited_once_to_the_account_of_its_contract(ims):
    with pytest.raises(QuoteIncomplete) as refused:
        issued(ims, PACK)
    assert refused.value.field == "contract"
    order = ordered(ims, issued(ims, replace(PACK, quantity=Decimal(2)), contract=ims.contract))
    job = ProcrastinateJob.objects.get(task_name="prepaid.credit_order")
    for _again in range(2):
        prepaid_tasks.credit_order(**job.args)
    pack = PointPack.objects.get()
    assert (pack.points, pack.price, pack.reference) == (800, Decimal(1960), f"{order.number}/1")


# What changes an order


def test_an_order_is_changed_by_a_document_of_its_own_that_both_agree_to(ims):
    order = ordered(ims, issued(ims))
    change = services.propose_change(
        by=ims.manager,
        at=read("2026-12-01T10:00"),
        order=order,
        kind="surcharge",
        asked_by_side="client",
        text="Une prise de plus.",
        lines=[replace(SET_UP, label="Prise", unit_price=Decimal(90))],
    )
    services.agree_for_provider(by=ims.manager, at=read("2026-12-01T10:00"), change=change)
    change.refresh_from_db()
    assert (change.state, change.settled_at) == ("waiting", None)
    services.agree_for_client(
        by=ims.manager,
        at=read("2026-12-02T10:00"),
        change=change,
        signer_name="Maëlle Cobaye",
        content=PAPER,
    )
    change.refresh_from_db()
    assert change.state == "agreed"
    assert [line.net for line in order.lines.all()] == [Decimal(480)]


def test_lateness_cancels_nothing_and_the_refusal_cites_the_clause(ims):
    order = ordered(ims, issued(ims, delivery_on=date(2026, 12, 1)))
    asked = {
        "by": ims.manager,
        "at": read("2026-12-20T10:00"),
        "order": order,
        "kind": "cancellation",
        "asked_by_side": "client",
        "text": "Rien n’est venu.",
    }
    with pytest.raises(CancellationForLateness) as refused:
        services.propose_change(**asked, for_lateness=True)
    assert refused.value.clause == ("ims/2018", "7.5")
    change = services.propose_change(**asked)
    for agree, said in (
        (services.agree_for_provider, {}),
        (services.agree_for_client, {"signer_name": "Maëlle Cobaye", "content": PAPER}),
    ):
        assert not queries.is_cancelled(order)
        agree(by=ims.manager, at=read("2026-12-21T10:00"), change=change, **said)
    assert queries.is_cancelled(order)


# What is signed stays


def test_no_path_of_the_program_changes_what_was_issued_or_ordered(ims):
    quote = issued(ims)
    order = ordered(ims, quote)
    line = quote.lines.get()
    attempts = (
        lambda: Quote.objects.filter(pk=quote.pk).update(title="Autre chose"),
        lambda: Quote.objects.filter(pk=quote.pk).update(issued_at=None),
        lambda: QuoteLine.objects.filter(pk=line.pk).update(unit_price=1),
        lambda: line.delete(),
        lambda: QuoteLine.objects.create(
            **{
                field.attname: getattr(line, field.attname)
                for field in QuoteLine._meta.concrete_fields
                if field.name not in ("id", "position")
            },
            position=7,
        ),
        lambda: Standing.objects.filter(quote=quote).update(state="issued"),
        lambda: Order.objects.filter(pk=order.pk).update(signed_by="Un autre"),
        lambda: OrderLine.objects.filter(order=order).update(net=1),
        lambda: OrderLine.objects.filter(order=order).delete(),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    for statement in (
        "update sales_quote set title = 'Autre'",
        "delete from sales_orderline",
        "update sales_standing set ordered_at = null",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        with pytest.raises(DatabaseError), owning(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Who sees what


def test_a_client_sees_no_draft_no_cost_and_no_catalogue_not_even_in_the_database(imri):
    made = item(imri)
    draft(imri, services.line_of(made, date(2026, 11, 20)))
    quote = issued(imri, services.line_of(made, date(2026, 11, 20)), valid_days=30)
    assert [one.pk for one in queries.quotes(imri.correspondent)] == [quote.pk]
    assert queries.margins_of(imri.correspondent, queries.sheet_of(quote)) == []
    assert not queries.items(imri.correspondent)
    margin = queries.margins_of(imri.manager, queries.sheet_of(quote))[0]
    assert (margin.sales, margin.cost, margin.percent) == (Decimal("24.90"), Decimal(9), Decimal("63.9"))
    with isolation.confined(imri.correspondent.scope):
        assert not LineCost.objects.exists()
        assert not type(made).objects.exists()
        assert QuoteLine.objects.exists()


def test_a_cost_is_typed_by_those_who_may_see_it(imri: House):
    with pytest.raises(NotAllowed):
        services.create_quote(
            by=imri.dispatcher,
            at=FRIDAY_1630,
            client=imri.client,
            facts=services.QuoteFacts(title="Un serveur"),
            lines=[replace(SET_UP, cost=Decimal(200))],
        )
    assert policies.margins([("once", Decimal(480), None)])[0].unknown == 1
