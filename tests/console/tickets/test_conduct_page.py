"""The conduct of an intervention as its pages show it: the console, the portal, the link of a mail."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clausier.access import queries as access
from clausier.access.models import Agreement, RemoteSession
from clausier.desk.models import Ticket
from tests.console.visits import signed_in
from tests.desk.asking import open_ticket
from tests.people import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:45")


def where(house: House, ticket: Ticket, name: str = "ticket") -> str:
    return reverse(name, args=[house.provider.slug, ticket.number])


def test_a_step_is_climbed_with_its_price_asked_in_the_portal_and_answered_there(ims):
    ticket = open_ticket(ims)
    staff, client = signed_in(ims.technician), signed_in(ims.correspondent)
    page = staff.get(where(ims, ticket)).content.decode()
    assert "95 points de l’heure, 30\u00a0min au moins" in page
    refused = staff.post(
        where(ims, ticket, "ticket-climb"), {"step": "onsite", "reason": "Carte à voir", "agreement": ""}
    )
    assert refused.status_code == 422
    asked = {"step": "onsite", "reason": "Carte à voir", "agreement": "asked"}
    climbed = staff.post(where(ims, ticket, "ticket-climb"), asked, follow=True)
    assert "Passé à l’étape « Sur site » : le travail y attend l’accord" in climbed.content.decode()
    portal = client.get(where(ims, ticket, "portal-ticket")).content.decode()
    assert "Carte à voir" in portal
    assert "95 points" in portal
    one = Agreement.objects.get()
    answer = reverse("portal-agreement-answer", args=[ims.provider.slug, one.pk])
    assert client.post(answer, {"answer": "yes", "note": "Venez."}).status_code == 302
    assert "accord donné par Maëlle Cobaye" in staff.get(where(ims, ticket)).content.decode()
    assert client.post(answer, {"answer": "no"}).status_code == 409


def test_a_machine_is_taken_over_from_the_page_once_the_answer_is_noted(imri):
    ticket = open_ticket(imri)
    lead, staff = signed_in(imri.manager), signed_in(imri.technician)
    lead.post(reverse("remote-tools", args=[imri.provider.slug]), {"name": "AidePoste"})
    tool = access.tools(imri.manager).get()
    remote = {"tool": tool.pk, "equipment": "SRV-FIC01"}
    refused = staff.post(where(imri, ticket, "ticket-remote"), remote)
    assert refused.status_code == 422
    assert "VII.3.3" in refused.content.decode()
    noted = {"kind": "remote", "given": "yes", "contact": imri.caller.pk, "how": "phone"}
    assert staff.post(where(imri, ticket, "ticket-answer"), noted).status_code == 302
    assert staff.post(where(imri, ticket, "ticket-remote"), remote).status_code == 302
    portal = signed_in(imri.correspondent).get(where(imri, ticket, "portal-ticket")).content.decode()
    assert "SRV-FIC01" in portal
    session = RemoteSession.objects.get()
    over = reverse("ticket-remote-end", args=[imri.provider.slug, ticket.number, session.pk])
    assert staff.post(over).status_code == 302
    file = staff.get(reverse("client-agreements", args=[imri.provider.slug, imri.client.number]))
    assert "AidePoste" in file.content.decode()


def test_the_link_of_a_mail_answers_by_its_button_alone_and_once(ims):
    ticket = open_ticket(ims)
    signed_in(ims.technician).post(where(ims, ticket, "ticket-ask"), {"kind": "backup", "about": ""})
    one = Agreement.objects.get()
    link = reverse("portal-agreement", args=[ims.provider.slug, access.link_token(one)])
    stranger = Browser()
    assert "sauvegard" in stranger.get(link).content.decode()
    one.refresh_from_db()
    assert one.state == "asked"
    assert stranger.post(link, {"answer": "yes"}).status_code == 200
    one.refresh_from_db()
    assert (one.state, one.how, one.answered_name) == ("given", "link", ims.caller.full_name)
    stranger.post(link, {"answer": "no"})
    one.refresh_from_db()
    assert one.state == "given"
    assert stranger.get(reverse("portal-agreement", args=[ims.provider.slug, "faux"])).status_code == 404


def test_the_correspondent_gives_and_takes_back_a_standing_agreement_and_a_user_may_not(imri):
    page = reverse("portal-agreements", args=[imri.provider.slug])
    assert signed_in(imri.user).get(page).status_code == 403
    client = signed_in(imri.correspondent)
    assert client.post(page, {"note": "Jusqu’à nouvel ordre"}).status_code == 422
    assert client.post(page, {"note": "Jusqu’à nouvel ordre", "agreed": "on"}).status_code == 302
    one = Agreement.objects.get()
    assert "Maëlle Cobaye" in client.get(page).content.decode()
    client.post(reverse("portal-agreement-withdraw", args=[imri.provider.slug, one.pk]))
    one.refresh_from_db()
    assert one.state == "withdrawn"
