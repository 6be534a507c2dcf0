"""What readers say of an article: it helped or not, it spared a request; and that it was sent to someone."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.directory.models import Client
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.knowledge import queries
from clausier.knowledge.errors import NothingChanged, UnknownArticle
from clausier.knowledge.models import Article, ArticleUse
from clausier.knowledge.states import OPINIONS, Use


@act("knowledge.read")
def give_opinion(*, by: Actor, at: datetime, article: Article, helpful: bool) -> ArticleUse:
    """Say whether an article helped; a person has one opinion of it, the last. Raises NothingChanged when it
    was said already, UnknownArticle."""
    read = _readable(article, by)
    kind = Use.HELPFUL if helpful else Use.UNHELPFUL
    own = ArticleUse.objects.filter(article=read, person=by.person, kind__in=OPINIONS)
    held = own.select_for_update().first()
    if held is None:
        held = ArticleUse.objects.create(**_use(read, by, at), kind=kind)
    elif held.kind == kind:
        raise NothingChanged(_("Votre avis est déjà noté."))
    else:
        held.kind, held.at, held.on_day = kind, at, at.astimezone(PARIS).date()
        held.save(update_fields=["kind", "at", "on_day"])
    journal.write(by=by, at=at, code="knowledge.opinion_given", about=read, data={"helpful": helpful})
    return held


@act("knowledge.read")
def spare_request(*, by: Actor, at: datetime, article: Article) -> ArticleUse:
    """Say that an article answered, so that no request is needed; told twice a day it counts once.

    Raises UnknownArticle.
    """
    read = _readable(article, by)
    fields, today = _use(read, by, at), at.astimezone(PARIS).date()
    held, made = ArticleUse.objects.get_or_create(
        article=read, person=by.person, kind=Use.ANSWERED, on_day=today, defaults=fields
    )
    if made:
        journal.write(by=by, at=at, code="knowledge.request_spared", about=read)
    return held


def note_sent(article: Article, *, by: Actor, at: datetime, client: Client, label: str) -> None:
    """Note that an article went out in the answer on the ticket `label`."""
    ArticleUse.objects.create(**_use(article, by, at) | {"client_id": client.pk}, kind=Use.SENT, label=label)


def _readable(article: Article, by: Actor) -> Article:
    found = queries.articles_visible_to(by).filter(pk=article.pk).first()
    if found is None:
        raise UnknownArticle(_("Cet article n’existe pas ici."))
    return found


def _use(article: Article, by: Actor, at: datetime) -> dict[str, object]:
    return {
        "provider": by.provider,
        "client_id": by.client_id,
        "article": article,
        "person": by.person,
        "at": at,
        "on_day": at.astimezone(PARIS).date(),
    }
