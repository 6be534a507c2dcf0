"""A client's people open requests, follow, answer, close and reopen them; nothing internal reaches them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Ticket
from clausier.foundation.models import Ruling
from tests.console.visits import signed_in

pytestmark = pytest.mark.django_db

BROKEN = {
    "title": "Le serveur ne répond plus",
    "description": "Écran noir depuis 16 h 20.",
    "nature": "incident",
    "equipment_class": "server",
    "impact": "site",
    "urgency": "blocked",
    "site": "",
}


def address(house, name, *args):
    return reverse(name, args=[house.provider.slug, *args])


def opened(house, actor, **changes):
    """A request opened through the page by `actor`."""
    answer = signed_in(actor).post(address(house, "portal-new"), BROKEN | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Ticket.objects.get(number=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def shown(house, actor, ticket):
    return signed_in(actor).get(address(house, "portal-ticket", ticket.number)).content.decode()


def test_signing_in_leads_to_the_portal(imri):
    home = signed_in(imri.correspondent).get(reverse("home"))
    assert home["Location"] == address(imri, "portal")
    landed = signed_in(imri.correspondent).get(home["Location"])
    assert landed["Location"] == address(imri, "portal-tickets")


def test_a_request_is_opened_and_says_its_promise_and_why(imri, at):
    at("2026-11-20T16:30")
    ticket = opened(imri, imri.correspondent)
    assert (ticket.origin, ticket.caller, ticket.client) == ("portal", imri.caller, imri.client)
    page = shown(imri, imri.correspondent, ticket)
    assert "Nous serons chez vous avant lundi" in page
    assert "VI.3" in page or "Lire l’article" in page
    why = address(imri, "portal-why", desk.promises_of(ticket)["promise"].ruling_id)
    assert why in page
    explained = signed_in(imri.correspondent).get(why)
    assert explained.status_code == 200
    paper = signed_in(imri.correspondent).get(why.rstrip("/") + ".pdf")
    assert paper.content.startswith(b"%PDF")


def test_photos_and_files_come_with_it_and_are_read_back(imri):
    photo = SimpleUploadedFile("écran.png", b"\x89PNG...", content_type="text/html")
    ticket = opened(imri, imri.user, documents=[photo])
    page = shown(imri, imri.user, ticket)
    assert "écran.png" in page
    one = ticket.events.get(kind="opened").attachments.get()
    answer = signed_in(imri.user).get(address(imri, "portal-file", ticket.number, one.pk))
    assert answer.content == b"\x89PNG..."
    assert answer["Content-Type"] == "image/png", "what the browser claimed does not count"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_program_is_not_taken(imri):
    program = SimpleUploadedFile("facture.exe", b"MZ")
    answer = signed_in(imri.user).post(address(imri, "portal-new"), BROKEN | {"documents": [program]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "facture.exe" in page
    assert "Écran noir depuis" in page, "what was typed stays"
    assert not Ticket.objects.exists()


def test_an_answer_joins_the_thread_and_notes_never_leave(imri):
    ticket = opened(imri, imri.user)
    now = ticket.called_at
    services.add_note(by=imri.technician, at=now, ticket=ticket, text="Encore eux, secret maison")
    services.reply(by=imri.technician, at=now, ticket=ticket, text="Nous arrivons")
    signed_in(imri.user).post(address(imri, "portal-reply", ticket.number), {"text": "Merci bien"})
    page = shown(imri, imri.user, ticket)
    assert "Nous arrivons" in page
    assert "Merci bien" in page
    assert "secret maison" not in page
    assert "Objectif" not in page


def test_the_providers_own_target_is_not_explained_to_the_client(imri):
    ticket = opened(imri, imri.correspondent)
    target = desk.promises_of(ticket).get("target")
    for ruling in Ruling.objects.filter(subject_kind="ticket", subject_id=ticket.pk):
        internal = ticket.events.filter(ruling=ruling, is_internal=True).exists()
        answer = signed_in(imri.correspondent).get(address(imri, "portal-why", ruling.pk))
        assert answer.status_code == (404 if internal else 200)
    assert target is None or target.ruling_id


def test_one_closes_and_reopens_ones_own_request_only(imri):
    ticket = opened(imri, imri.user)
    close = address(imri, "portal-close", ticket.number)
    refused = signed_in(imri.correspondent).post(close, {"text": ""})
    assert refused.status_code >= 400
    ticket.refresh_from_db()
    assert ticket.state != "closed"
    signed_in(imri.user).post(close, {"text": "Réparé"})
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    signed_in(imri.user).post(address(imri, "portal-reopen", ticket.number), {"reason": "Ça recommence"})
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_user_sees_their_own_requests_and_the_correspondent_all(imri):
    ticket = opened(imri, imri.correspondent)
    assert (
        "Le serveur ne répond plus"
        not in signed_in(imri.user).get(address(imri, "portal-tickets")).content.decode()
    )
    for name in ("portal-ticket",):
        assert signed_in(imri.user).get(address(imri, name, ticket.number)).status_code == 404
    own = opened(imri, imri.user, title="Ma souris")
    assert "Ma souris" in shown(imri, imri.correspondent, own)


def test_a_request_by_the_portal_comes_before_phone_and_mail_where_the_terms_say_so(ims, at):
    now = at("2026-11-20T16:30")
    facts = {
        "client": ims.client,
        "title": "x",
        "description": "",
        "nature": "incident",
        "equipment_class": "workstation",
        "impact": "one",
        "urgency": "degraded",
    }
    ticket = opened(ims, ims.user, equipment_class="workstation", impact="one", urgency="degraded")
    for origin in ("phone", "mail"):
        services.open_ticket(
            by=ims.dispatcher,
            at=now,
            called_at=now.replace(hour=9),
            origin=origin,
            cause=ticket.cause,
            **facts,
        )
    order = [one.origin for one in desk.open_tickets(ims.dispatcher)]
    assert order[0] == "portal"
