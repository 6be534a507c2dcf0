"""Accounts of points: the list, the statement, what is credited and countered, the statement on paper."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clausier.desk import services as desk
from clausier.prepaid import queries, services
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630


@pytest.fixture
def account(ims, at):
    at("2026-11-20T16:30")
    opened = services.open_account(by=ims.manager, at=FRIDAY_1630, contract=ims.contract)
    services.credit(
        by=ims.manager, at=FRIDAY_1630, account=opened, points=Decimal("412.50"), label="Carnet de 400"
    )
    return opened


def page(house, name="points-account", number="C-0001", **also):
    return reverse(name, args=[house.provider.slug, *([number] if number else []), *also.values()])


@pytest.mark.django_db
def test_the_list_shows_low_accounts_first(client, ims, account):
    client.force_login(ims.accountant.person)
    body = client.get(page(ims, "points", None)).content.decode()
    assert "412,50" in body
    assert ims.client.name in body


@pytest.mark.django_db
def test_the_statement_shows_each_movement_and_the_running_balance(client, ims, account):
    client.force_login(ims.reader.person)
    body = client.get(page(ims)).content.decode()
    assert "Carnet de 400" in body
    assert "+\u202f412,50" in body
    assert "Créditer" not in body, "an act that the role does not carry is not shown"


@pytest.mark.django_db
def test_points_are_credited_with_a_comma(client, ims, account):
    client.force_login(ims.accountant.person)
    typed = {"points": "87,50", "kind": "purchase", "label": "Complément"}
    answer = client.post(page(ims, "points-credit"), typed)
    assert answer.status_code == 302
    assert queries.balance(account) == Decimal("500.00")


@pytest.mark.django_db
def test_a_refused_credit_keeps_what_was_typed(client, ims, account):
    client.force_login(ims.accountant.person)
    answer = client.post(
        page(ims, "points-credit"), {"points": "beaucoup", "kind": "purchase", "label": "Noté"}
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "beaucoup" in body
    assert "Noté" in body
    assert "has-error" in body
    assert queries.balance(account) == Decimal("412.50")


@pytest.mark.django_db
def test_a_counter_entry_names_the_movement_it_corrects(client, ims, account):
    client.force_login(ims.accountant.person)
    entry = account.entries.get()
    address = page(ims, "points-correct", entry=entry.pk)
    assert "412,50" in client.get(address).content.decode()
    assert client.post(address, {"points": "−12,50", "label": "Erreur de carnet"}).status_code == 302
    assert queries.balance(account) == Decimal("400.00")
    assert (
        "corrige « Carnet de 400 »".replace("« ", "«\u00a0").replace(" »", "\u00a0»")
        in client.get(page(ims)).content.decode()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["points-credit", "points-open"])
def test_a_technician_may_not_credit(client, ims, account, name):
    client.force_login(ims.technician.person)
    assert client.post(page(ims, name), {"points": "10"}).status_code == 403


@pytest.mark.django_db
def test_the_statement_is_a_pdf(client, ims, account):
    client.force_login(ims.accountant.person)
    answer = client.get(page(ims, "points-statement-pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.django_db
def test_a_contract_without_account_offers_to_open_one(client, ims, at):
    at("2026-11-20T16:30")
    client.force_login(ims.manager.person)
    assert "Ouvrir le compte" in client.get(page(ims)).content.decode()
    assert client.post(page(ims, "points-open"), {"low_at": "150"}).status_code == 302
    assert ims.contract.point_account.low_at == 150


@pytest.mark.django_db
def test_another_providers_account_does_not_exist(client, ims, imri, account):
    client.force_login(imri.owner.person)
    assert client.get(page(ims)).status_code == 404
    client.force_login(ims.owner.person)
    assert client.get(reverse("points-account", args=[ims.provider.slug, "C-9999"])).status_code == 404


@pytest.mark.django_db
def test_a_pack_keeps_what_was_typed_and_a_deduction_says_what_it_drained(client, ims, account):
    client.force_login(ims.accountant.person)
    typed = {
        "points": "50",
        "kind": "purchase",
        "label": "Carnet court",
        "price": "60,50 €",
        "reference": "D-2026-118",
        "expires_on": "2026-12-31",
    }
    assert client.post(page(ims, "points-credit"), typed).status_code == 302
    services.deduct(
        account=account,
        points=Decimal("70"),
        subject=ims.caller,
        label="Séance",
        by=ims.technician,
        at=FRIDAY_1630,
    )
    body = client.get(page(ims)).content.decode()
    assert "60,50\u00a0€" in body
    assert "D-2026-118" in body
    assert "lot du 20\u00a0nov.\u00a02026\u00a0:" in body


@pytest.mark.django_db
def test_alerts_statements_and_a_transfer_are_settled_on_the_page(client, ims, account, at):
    client.force_login(ims.accountant.person)
    told = {
        "low_at": "80",
        "forecast_days": "21",
        "expiry_days": "10",
        "client_to": "un@client.example.org, deux@client.example.org",
    }
    assert client.post(page(ims, "points-alerts"), told).status_code == 302
    account.refresh_from_db()
    assert (account.low_at, account.client_to) == (80, ["un@client.example.org", "deux@client.example.org"])
    wrong = client.post(page(ims, "points-alerts"), told | {"client_to": "personne"})
    assert wrong.status_code == 422
    assert "personne" in wrong.content.decode()
    planned = {"day": "3", "language": "en", "to": "", "is_active": "on"}
    assert client.post(page(ims, "points-plan"), planned).status_code == 302
    assert account.plan.language == "en"
    at("2026-12-05T09:00")
    assert client.post(page(ims, "points-statement-make"), {"month": "2026-11-01"}).status_code == 302
    filed = account.monthly.get()
    pdf = client.get(page(ims, "points-monthly-pdf", statement=filed.pk))
    assert pdf.content.startswith(b"%PDF")
    client.force_login(ims.technician.person)
    assert client.post(page(ims, "points-alerts"), told).status_code == 403


@pytest.mark.django_db
def test_a_client_asks_in_one_click_and_reads_the_answer(client, ims, account):
    client.force_login(ims.correspondent.person)
    asked = reverse("portal-points-ask", args=[ims.provider.slug, "C-0001"])
    for _twice in range(2):
        assert client.post(asked).status_code == 302
    top_up = account.top_ups.get()
    shown = reverse("portal-points", args=[ims.provider.slug])
    assert "a demandé des points" in client.get(shown).content.decode()
    assert (
        "412,50\u00a0points disponibles"
        in client.get(reverse("portal-new", args=[ims.provider.slug])).content.decode()
    )
    client.force_login(ims.manager.person)
    answer = {"answer": "Le contrat s’arrête fin décembre"}
    assert client.post(page(ims, "points-decline", top_up=top_up.pk), answer).status_code == 302
    client.force_login(ims.correspondent.person)
    assert "Le contrat s’arrête fin décembre" in client.get(shown).content.decode()
    client.force_login(ims.user.person)
    assert client.get(shown).status_code == 403


@pytest.mark.django_db
def test_the_balance_stands_beside_the_answer_with_what_the_running_session_takes_by_now(
    client, ims, account, at
):
    ticket = open_ticket(ims)
    desk.start_work(by=ims.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    at("2026-11-20T17:00")
    client.force_login(ims.technician.person)
    whole = client.get(reverse("ticket", args=[ims.provider.slug, ticket.number])).content.decode()
    beside = reverse("points-beside", args=[ims.provider.slug, ticket.number])
    body = client.get(beside).content.decode()
    assert 'id="points-beside"' in whole
    assert "412,50\u00a0points disponibles" in body
    assert "40,00" in body, "thirty minutes on a server, remotely"
    assert "372,50" in body
