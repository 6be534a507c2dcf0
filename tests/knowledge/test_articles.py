"""Articles: drafts, versions, whom they are for, and that an answer becomes one without a name."""

import pytest
from django.db import connection

from clausier.desk import services as desk
from clausier.foundation import isolation
from clausier.foundation.errors import NotAllowed, OutOfDate
from clausier.foundation.isolation import Scope
from clausier.knowledge import queries, services
from clausier.knowledge.errors import NamesTheClient, UnknownArticle
from clausier.knowledge.models import Article, CannedAnswer
from clausier.overview import queries as overview
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client

pytestmark = pytest.mark.django_db

TONER = "Ouvrez le capot, tirez la cartouche vers vous, puis posez la neuve."


def written(house, **changes):
    given = {"title": "Changer la cartouche de l’imprimante", "body": TONER, "audience": "everyone"}
    return services.write_article(by=house.technician, at=FRIDAY_1630, **given | changes)


def published(house, **changes):
    return services.publish_article(by=house.manager, at=FRIDAY_1630, article=written(house, **changes))


def test_a_client_reads_only_what_is_published_for_it(imri, ims):
    other, _site = make_client(imri.provider, imri.agency, number="CL-9", name="Scierie Voisine")
    everyones, theirs = published(imri), published(imri, audience="chosen", clients=[imri.client])
    for_others = published(imri, audience="chosen", clients=[other])
    internal, draft = published(imri, audience="internal"), written(imri)
    assert set(queries.articles_visible_to(imri.user)) == {everyones, theirs}
    assert set(queries.articles_visible_to(imri.reader)) == {everyones, theirs, for_others, internal, draft}
    assert not queries.articles_visible_to(ims.owner).exists()
    with pytest.raises(UnknownArticle):
        services.give_opinion(by=imri.user, at=FRIDAY_1630, article=for_others, helpful=True)


def test_the_database_itself_shows_a_client_no_other_article(imri, ims):
    other, _site = make_client(imri.provider, imri.agency, number="CL-9", name="Scierie Voisine")
    seen = {published(imri).pk, published(imri, audience="chosen", clients=[imri.client]).pk}
    published(imri, audience="chosen", clients=[other])
    published(imri, audience="internal")
    written(imri)
    published(ims)
    services.write_answer(by=imri.manager, at=FRIDAY_1630, title="Secret", body_fr="Interne", shared=True)
    with isolation.confined(imri.user.scope), connection.cursor() as cursor:
        cursor.execute("select id from knowledge_article")
        assert {row[0] for row in cursor.fetchall()} == seen
        cursor.execute("select count(*) from knowledge_articleversion")
        assert cursor.fetchone()[0] == 0
        cursor.execute("select count(*) from knowledge_cannedanswer")
        assert cursor.fetchone()[0] == 0
        cursor.execute("update knowledge_article set title = 'changé'")
        assert cursor.rowcount == 0, "a client writes nothing there"
    with isolation.confined(Scope()):
        assert not Article.objects.exists()


def test_what_is_published_changes_for_its_readers_under_the_right_to_publish(imri):
    article = published(imri)
    with pytest.raises(NotAllowed):
        services.change_article(
            by=imri.technician, at=FRIDAY_1630, article=article, title=article.title, body="Autre chose."
        )
    given = {"title": article.title, "body": TONER + "\nRefermez.", "audience": "everyone", "version": 1}
    changed = services.change_article(
        by=imri.manager, at=FRIDAY_1630, article=article, note="la fin manquait", **given
    )
    assert changed.version == 2
    last, first = queries.versions(changed)
    assert [(line.mark, line.text) for line in queries.differences(first.body, last.body)] == [
        ("same", TONER),
        ("added", "Refermez."),
    ]
    assert (last.by_name, last.note) == (imri.manager.name, "la fin manquait")
    with pytest.raises(OutOfDate):
        services.change_article(by=imri.manager, at=FRIDAY_1630, article=article, **given | {"body": "Rien"})


def test_an_answer_becomes_an_article_that_names_nobody(imri):
    ticket = open_ticket(imri, title=f"Imprimante de {imri.client.name}")
    answer = desk.reply(
        by=imri.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        text=f"Bonjour {imri.caller.full_name},\n\nChez {imri.client.name}, tirez la cartouche. "
        f"Au besoin, {imri.caller.email} ou 03 53 01 48 20.\n\nCordialement,\nKarim",
    )
    article = desk.article_of_answer(by=imri.technician, at=FRIDAY_1630, event=answer)
    assert article.body == "Chez […], tirez la cartouche. Au besoin, […] ou […]."
    assert (article.title, article.state) == ("Imprimante de […]", "draft")
    given = {"title": article.title, "body": f"Comme chez {imri.client.name}.", "audience": "everyone"}
    named = services.change_article(by=imri.technician, at=FRIDAY_1630, article=article, **given)
    with pytest.raises(NamesTheClient):
        services.publish_article(by=imri.manager, at=FRIDAY_1630, article=named)
    given |= {"audience": "chosen", "clients": [imri.client]}
    own = services.change_article(by=imri.technician, at=FRIDAY_1630, article=named, **given)
    assert services.publish_article(by=imri.manager, at=FRIDAY_1630, article=own).state == "published"


def test_a_story_suggests_what_its_reader_may_read(imri):
    toner = published(imri)
    internal = published(imri, title="Imprimante : mot de passe du service", audience="internal")
    written(imri, title="Imprimante en brouillon")
    story = "Bonjour, nos imprimantes demandent encore une nouvelle cartouche depuis hier matin"
    assert queries.suggested(imri.user, story) == [toner]
    assert queries.suggested(imri.technician, story) == [toner, internal]
    assert queries.suggested(imri.user, "le mot de passe du wifi") == []
    published(imri, title="La messagerie ne marche plus")
    assert queries.suggested(imri.user, "Bonjour, plus rien ne marche depuis hier matin") == []


def test_a_search_finds_articles_for_the_team_and_for_their_readers(imri):
    toner, internal = published(imri), published(imri, title="Cartouche : prix d’achat", audience="internal")

    def found(actor, text="cartouche"):
        groups = overview.searched(actor, text, kinds=["article"])
        return {hit.thing for group in groups for hit in group.hits}

    assert found(imri.technician) == {toner, internal}
    assert found(imri.user) == {toner}
    assert found(imri.user, "cartouche du voisin") == set()


def test_an_article_that_spared_a_request_counts_once_a_day(imri):
    article = published(imri)
    for _again in range(2):
        services.spare_request(by=imri.user, at=FRIDAY_1630, article=article)
    services.give_opinion(by=imri.user, at=FRIDAY_1630, article=article, helpful=False)
    services.give_opinion(by=imri.user, at=FRIDAY_1630, article=article, helpful=True)
    counted = queries.with_uses(queries.articles_visible_to(imri.owner)).get()
    assert (counted.answered, counted.helpful, counted.unhelpful) == (1, 1, 0)


def test_ones_own_answers_are_nobody_elses(imri):
    given = {"at": FRIDAY_1630, "title": "Mot de passe", "body_fr": "Bonjour {personne}, voici."}
    own = services.write_answer(by=imri.technician, **given)
    with pytest.raises(NotAllowed):
        services.write_answer(by=imri.technician, **given, shared=True)
    shared = services.write_answer(by=imri.dispatcher, **given, shared=True)
    assert set(queries.answers(imri.technician)) == {own, shared}
    assert set(queries.answers(imri.dispatcher)) == {shared}
    services.note_answer_used(imri.dispatcher, [own.pk, shared.pk], at=FRIDAY_1630)
    assert list(CannedAnswer.objects.order_by("pk").values_list("used_count", flat=True)) == [0, 1]
