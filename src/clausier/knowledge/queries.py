"""Reading what the provider knows: articles as each may see them, what answers a question, canned answers."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.db.models import (
    Count,
    ExpressionWrapper,
    IntegerField,
    Q,
    QuerySet,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from clausier.directory.models import Client
from clausier.foundation import isolation, search
from clausier.foundation.actors import Actor
from clausier.foundation.isolation import Scope
from clausier.foundation.models import StoredFile
from clausier.knowledge.models import Article, ArticleFile, ArticleReader, ArticleVersion, CannedAnswer
from clausier.knowledge.states import ArticleState, Audience, Use

TITLE_WEIGHT: Final = 3
ENOUGH: Final = 3
"""From which an article is worth suggesting: a word of its title, or three of its text."""
CLASS_BONUS: Final = 1
SUGGESTED: Final = 4
HOLLOW: Final = (
    "ne marche plus rien ne fonctionne pas tout bonjour bonsoir merci madame monsieur problème panne "
    "urgent aide besoin depuis hier matin aujourd’hui heure toujours encore impossible faire très "
    "a ai au aux avec c ce ces cette d dans de des du elle en est et eux il ils j je l la le les leur lui "
    "m ma mais me mes moi mon n nos notre nous on ont ou où par pour qu que qui s sa sans se ses si son sont "
    "sur t un une vos votre vous y the an and are for i in is it my no not of or our the this to we you your"
)
"""What nearly every call says, whatever it is about, and the small words: no article answers these."""


def articles_visible_to(actor: Actor) -> QuerySet[Article]:
    """The articles `actor` reads, the last changed first: a client's people, what is published for them."""
    if not actor.may("knowledge.read"):
        return Article.objects.none()
    found = Article.objects.filter(provider=actor.provider).order_by("-changed_at", "-pk")
    if not actor.is_client_side:
        return found
    return found.filter(_read_by(actor.client_id or 0))


def readable_by(actor: Actor, client: Client) -> QuerySet[Article]:
    """What of the actor's articles that client's people read too: what one may send them."""
    return articles_visible_to(actor).filter(_read_by(client.pk))


def _read_by(client_id: int) -> Q:
    chosen = ArticleReader.objects.filter(client=client_id).values("article")
    return Q(state=ArticleState.PUBLISHED) & (
        Q(audience=Audience.EVERYONE) | Q(audience=Audience.CHOSEN, pk__in=chosen)
    )


def with_uses(found: QuerySet[Article]) -> QuerySet[Article]:
    """With `helpful`, `unhelpful`, `answered` and `sent`: how often each happened."""
    counts = {kind.value: Count("uses", filter=Q(uses__kind=kind), distinct=True) for kind in Use}
    return found.annotate(**counts)


def to_review(found: QuerySet[Article], today: date) -> QuerySet[Article]:
    """Those published whose day of review has come."""
    return found.filter(state=ArticleState.PUBLISHED, review_on__lte=today)


def categories(actor: Actor) -> list[str]:
    """The categories of the articles that `actor` reads."""
    named = articles_visible_to(actor).exclude(category="").order_by().values_list("category", flat=True)
    return sorted(set(named), key=str.casefold)


def _met(column: str, words: list[str]) -> RawSQL:
    """How many of `words` stand in a column of words; only our own names of columns come here."""
    counted = f"(select count(*) from unnest({column}) one(word) where one.word = any(%s))"  # noqa: S608
    return RawSQL(counted, [words], output_field=IntegerField())  # noqa: S611


def suggested(
    actor: Actor,
    text: str,
    *,
    equipment_class: str = "",
    most: int = SUGGESTED,
    within: QuerySet[Article] | None = None,
) -> list[Article]:
    """The published articles that likely answer `text`, the likeliest first; only what `actor` reads.

    Unlike a search, not every word must be met: people tell a story. Words of a title count more,
    and those that any story has count for nothing.
    """
    said, hollow = search.lexemes_of([text[: search.LONGEST * 5], HOLLOW]) if text.strip() else ((), ())
    words = sorted(frozenset(said) - frozenset(hollow))
    if not words:
        return []
    found = (within if within is not None else articles_visible_to(actor)).filter(
        Q(title_words__overlap=words) | Q(words__overlap=words), state=ArticleState.PUBLISHED
    )
    scored = found.annotate(
        score=ExpressionWrapper(
            _met("knowledge_article.title_words", words) * TITLE_WEIGHT
            + _met("knowledge_article.words", words),
            output_field=IntegerField(),
        )
    ).filter(score__gte=ENOUGH)
    rows: list[Any] = list(scored.order_by("-score", "-changed_at", "-pk")[: most * 4])
    if equipment_class:
        rows.sort(
            key=lambda row: row.score + CLASS_BONUS * (equipment_class in row.equipment_classes), reverse=True
        )
    return rows[:most]


def answering(actor: Actor, text: str, most: int) -> list[Article]:
    """The articles in which every word of `text` is met: how a client's people search.

    Their entries of search are the provider's own, for an article is several clients'; so the articles
    themselves are asked, which the fence cuts to those they read.
    """
    chunks = search.chunks_of(text)
    found = articles_visible_to(actor)
    asked = [word for chunk in chunks for word in chunk.words if word.stem]
    if not asked:
        return []
    for word in asked:
        either = list({word.text, word.stem})
        begins = Q()
        if len(word.text) >= search.FEWEST:
            begins = Q(title__icontains=word.text) | Q(keywords__icontains=word.text)
        found = found.filter(Q(title_words__overlap=either) | Q(words__overlap=either) | begins)
    titled = _met(
        "knowledge_article.title_words", sorted({part for word in asked for part in (word.text, word.stem)})
    )
    return list(found.annotate(titled=titled).order_by("-titled", "-changed_at", "-pk")[:most])


# Versions and files


def versions(article: Article) -> QuerySet[ArticleVersion]:
    """Its versions, the latest first."""
    return article.versions.order_by("-number")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of a comparison: taken away, added, or the same."""

    mark: Literal["removed", "added", "same"]
    text: str


MARKS: Final[dict[str, Literal["removed", "added", "same"]]] = {"- ": "removed", "+ ": "added", "  ": "same"}


def differences(before: str, after: str) -> list[ChangedLine]:
    """What changed from a text to another, line by line."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [ChangedLine(MARKS[line[:2]], line[2:]) for line in lines if line[:2] in MARKS]


def stored(file: ArticleFile) -> StoredFile:
    """The bytes' own row. It is nobody's client's; that `file` may be read was said where it was found."""
    with isolation.confined(Scope(provider=file.provider_id)):
        return StoredFile.objects.get(pk=file.file_id)


# Canned answers


def answers(actor: Actor) -> QuerySet[CannedAnswer]:
    """Those everybody has and the actor's own, the most used first."""
    if actor.is_client_side or not actor.may("knowledge.read"):
        return CannedAnswer.objects.none()
    return (
        CannedAnswer.objects.filter(
            Q(owner=None) | Q(owner=actor.person) if actor.person else Q(owner=None), provider=actor.provider
        )
        .select_related("owner")
        .order_by("-used_count", Lower("title"))
    )


def answer_categories(actor: Actor) -> list[str]:
    """The categories of the canned answers at hand."""
    named = answers(actor).exclude(category="").order_by().values_list("category", flat=True)
    return sorted(set(named), key=str.casefold)
