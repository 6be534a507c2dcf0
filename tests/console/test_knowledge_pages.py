"""Articles and canned answers on the pages: written, put into a reply, suggested, closed to a client."""

import pytest

from clausier.directory import admission
from clausier.directory.models import PortalSection
from clausier.knowledge.models import Article, ArticleUse, CannedAnswer
from clausier.prepaid import services as prepaid
from tests.console.visits import address, get, post, signed_in
from tests.desk.asking import open_ticket
from tests.knowledge.test_articles import published
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db

TOXIC = (
    "## Avant\n\n<script>alert(1)</script>[clic](javascript:alert(1)) ![](https://ailleurs.example.org/x.png)"
)


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_an_article_is_written_published_and_read_by_a_client(imri):
    sent = {"title": "Vider la corbeille", "body": TOXIC, "audience": "everyone", "language": "fr"}
    made = post(imri, "article-create", **sent)
    article = Article.objects.get()
    assert made.url == address(imri, "article", article.number)
    post(imri, "article-publish", article.number)
    page = signed_in(imri.user).get(address(imri, "portal-article", article.number)).content.decode()
    assert "<h3>Avant</h3>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "ailleurs.example.org" not in page


def test_a_canned_answer_comes_filled_into_the_reply_and_is_counted_when_it_leaves(imri):
    said = "Bonjour {personne}, votre ticket {ticket} avance."
    refused = post(imri, "answer-create", title="Avance", body_fr="Bonjour {nom}.")
    assert refused.status_code == 422
    assert "n’est pas une variable" in refused.content.decode()
    post(imri, "answer-create", title="Avance", body_fr=said, shared="on")
    answer, ticket = CannedAnswer.objects.get(), open_ticket(imri, caller=imri.caller)
    filled = f"Bonjour {imri.caller.full_name}, votre ticket {ticket} avance."
    assert filled in get(imri, "ticket", ticket.number, reponse=answer.pk).content.decode()
    assert filled in get(imri, "ticket-answers", ticket.number, q="avan").content.decode()
    assert filled not in get(imri, "ticket-answers", ticket.number, q="zzz").content.decode()
    post(imri, "ticket-reply", ticket.number, kind="reply", text=filled, canned=answer.pk)
    answer.refresh_from_db()
    assert answer.used_count == 1


def test_an_article_is_suggested_on_the_ticket_and_its_link_goes_into_the_reply(imri):
    article = published(imri)
    ticket = open_ticket(imri, title="Imprimante : quelle cartouche ?", caller=imri.caller)
    link = f"http://testserver{address(imri, 'portal-article', article.number)}"
    assert link in get(imri, "ticket", ticket.number).content.decode()
    assert article.title in get(imri, "articles-suggested", title="cartouche vide").content.decode()
    post(imri, "ticket-reply", ticket.number, kind="reply", text=link, article=article.number)
    used = ArticleUse.objects.get()
    assert (used.kind, used.label, used.client) == ("sent", str(ticket), imri.client)


def test_help_is_proposed_to_a_client_who_then_needs_no_request(imri):
    article, user = published(imri), signed_in(imri.user)
    shown = user.get(address(imri, "portal-suggested"), {"title": "plus de cartouche"}).content.decode()
    assert article.title in shown
    user.post(address(imri, "portal-article-answered", article.number))
    assert ArticleUse.objects.get().kind == "answered"
    sections = [one for one in PortalSection.values if one != "help"]
    admission.open_sections(by=imri.owner, at=FRIDAY_1630, client=imri.client, sections=sections)
    for name, asked in (("portal-help", ()), ("portal-suggested", ()), ("portal-article", (article.number,))):
        assert user.get(address(imri, name, *asked)).status_code == 404
    assert article.title not in user.get(address(imri, "portal-search"), {"q": "cartouche"}).content.decode()


def test_an_answer_on_the_ticket_becomes_a_draft_in_one_act(imri):
    ticket = open_ticket(imri, caller=imri.caller)
    post(imri, "ticket-reply", ticket.number, kind="reply", text="Éteignez le routeur, attendez, rallumez.")
    event = ticket.events.get(kind="message")
    made = post(imri, "ticket-article", ticket.number, event=event.pk)
    assert made.url == address(imri, "article-edit", Article.objects.get().number)
    again = post(imri, "ticket-article", ticket.number, event=event.pk)
    assert again.url == address(imri, "ticket", ticket.number)
    assert Article.objects.count() == 1


def test_every_closed_request_is_reached_page_by_page(imri):
    for number in range(31):
        ticket = open_ticket(imri, title=f"Demande close {number:02d}", caller=imri.caller)
        ticket.state, ticket.closed_at = "closed", FRIDAY_1630
        ticket.save()
    correspondent = signed_in(imri.correspondent)
    first = correspondent.get(address(imri, "portal-tickets")).content.decode()
    second = correspondent.get(address(imri, "portal-tickets"), {"page": 2}).content.decode()
    assert ("Demande close 00" in first) is not ("Demande close 00" in second)
    assert first.count("Demande close") + second.count("Demande close") == 31


def test_points_are_offered_to_a_client_that_has_an_account(imri):
    correspondent, points = signed_in(imri.correspondent), address(imri, "portal-points")
    assert points not in correspondent.get(address(imri, "portal-tickets")).content.decode()
    prepaid.open_account(by=imri.manager, at=FRIDAY_1630, contract=imri.contract)
    assert points in correspondent.get(address(imri, "portal-tickets")).content.decode()
