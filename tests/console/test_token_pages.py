"""The pages of tokens and webhooks: made, shown once, revoked, sent again; for those who may."""

from __future__ import annotations

from datetime import date

import pytest

from clausier.integrations import queries, services
from clausier.integrations.models import ApiToken, Webhook
from tests.console.visits import get, post
from tests.people import FRIDAY_1630


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_token_is_shown_once_and_opens_the_api(imri, client):
    person = imri.technician.person
    page = post(
        imri,
        "token-create",
        role="manager",
        label="Supervision",
        acts_as=f"staff:{person.pk}",
        until="2026-12-31",
        scopes=["desk.read", "rulings.read"],
    )
    text = page.context["text"]
    assert text in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    me = client.get("/api/v1/nebuline/me", headers={"Authorization": f"Bearer {text}"})
    assert me.json()["person"] == person.full_name
    listed = get(imri, "tokens", role="manager").content.decode()
    assert text not in listed
    assert "Supervision" in listed
    assert page.context["last_day"] == date(2026, 12, 31)


def test_a_token_for_a_person_of_a_client(imri):
    access = imri.client.accesses.get(role="user")
    page = post(
        imri,
        "token-create",
        role="manager",
        label="Portail",
        acts_as=f"client:{imri.client.pk}:{access.person_id}",
        until="2026-12-31",
        scopes=["desk.read"],
    )
    assert page.status_code == 200
    assert queries.actor_of(ApiToken.objects.get()).client_id == imri.client.pk


def test_a_right_that_the_person_lacks_is_refused_beside_the_form(imri):
    page = post(
        imri,
        "token-create",
        role="manager",
        label="Trop large",
        acts_as=f"staff:{imri.reader.person.pk}",
        until="2026-12-31",
        scopes=["desk.open"],
    )
    assert page.status_code == 422
    assert "ouvrir un ticket" in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing(imri):
    post(
        imri,
        "token-create",
        role="manager",
        label="Supervision",
        acts_as=f"staff:{imri.technician.person.pk}",
        until="2026-12-31",
        scopes=["desk.read"],
    )
    token = ApiToken.objects.get()
    post(imri, "token-revoke", token.pk, role="manager")
    token.refresh_from_db()
    assert token.revoked_at == FRIDAY_1630


@pytest.mark.parametrize("name", ["tokens", "token-create", "webhooks", "webhook-create"])
def test_only_those_who_lead_come_here(imri, name):
    assert get(imri, name, role="technician").status_code == 403
    assert get(imri, name, role="owner").status_code == 200


def test_a_webhook_is_made_tried_changed_and_removed(imri):
    page = post(
        imri,
        "webhook-create",
        role="owner",
        label="Supervision",
        url="https://hook.example.org/",
        codes=["desk.*"],
    )
    webhook = Webhook.objects.get()
    secret = services.secret_of(webhook)
    assert secret in page.content.decode()
    post(imri, "webhook-try", webhook.pk, role="owner")
    log = get(imri, "webhook", webhook.pk, role="owner").content.decode()
    assert "integrations.ping" in log
    assert secret not in log
    post(
        imri,
        "webhook-edit",
        webhook.pk,
        role="owner",
        label="Supervision",
        url="https://hook.example.org/2",
        codes=["*"],
    )
    webhook.refresh_from_db()
    assert (webhook.codes, webhook.is_active) == (["*"], False)
    renewed = post(imri, "webhook-secret", webhook.pk, role="owner")
    assert secret not in renewed.content.decode()
    post(imri, "webhook-remove", webhook.pk, role="owner")
    assert get(imri, "webhook", webhook.pk, role="owner").status_code == 404


def test_an_address_inside_is_refused_beside_its_field(imri):
    page = post(imri, "webhook-create", role="owner", label="X", url="https://10.0.0.1/", codes=["*"])
    assert page.status_code == 422
    assert "réseau privé" in page.content.decode()


def test_the_reference_is_open_to_all_in_both_languages(client, db):
    french, english = client.get("/api/").content.decode(), client.get("/api/?lang=en").content.decode()
    assert "Ouvrir un ticket" in french
    assert "Open a ticket" in english
    document = client.get("/api/openapi.json?lang=en").json()
    assert document["openapi"] == "3.1.0"
    operation = document["paths"]["/{provider}/tickets"]["post"]
    assert operation["summary"] == "Open a ticket"
    assert operation["x-permission"] == "desk.open"
    assert "application/problem+json" in operation["responses"]["422"]["content"]
