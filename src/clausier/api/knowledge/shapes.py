"""The shapes of articles and canned answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Id, Key, Number, Shape
from clausier.foundation.actors import Actor
from clausier.knowledge.models import Article, ArticleFile, ArticleVersion, CannedAnswer

State = Literal["draft", "published", "withdrawn"]
Audience = Literal["everyone", "chosen", "internal"]
Title = Annotated[str, StringConstraints(max_length=160)]
Category = Annotated[str, StringConstraints(max_length=60)]
Body = Annotated[str, StringConstraints(max_length=100_000)]


class ArticlesAsked(Asked):
    """Which articles."""

    state: State | None = None
    category: Category = ""
    q: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description=gettext_noop("Ceux où chaque mot se trouve."), examples=["imprimante"]
    )
    review: bool = Field(False, description=gettext_noop("Ceux dont le jour de relecture est venu."))


class SuggestionsAsked(Given):
    """A story that an article may answer."""

    text: Annotated[str, StringConstraints(max_length=1000)] = Field(
        description=gettext_noop("Ce que la personne raconte ; tous les mots n’ont pas à se trouver."),
        examples=["L’imprimante demande une cartouche"],
    )
    equipment_class: Annotated[str, StringConstraints(max_length=20)] = ""


class ArticleGiven(Given):
    """An article as it is written."""

    title: Title = Field(examples=["Changer la cartouche de l’imprimante"])
    body: Body = Field(description=gettext_noop("En Markdown."), examples=["1. Ouvrez le capot."])
    category: Category = ""
    keywords: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description=gettext_noop("Les mots des clients, qui ne sont pas dans le texte.")
    )
    language: Literal["fr", "en"] = "fr"
    equipment_classes: list[Annotated[str, StringConstraints(max_length=20)]] = Field(
        default_factory=list, max_length=20
    )
    audience: Audience = "internal"
    clients: list[Key] = Field(
        default_factory=list,
        max_length=500,
        description=gettext_noop("Les numéros des clients choisis, si l’article est pour eux."),
    )
    review_on: Day | None = None


class ArticleChanged(ArticleGiven):
    """The same, with why, and the version that was read."""

    note: Annotated[str, StringConstraints(max_length=200)] = ""
    version: Number | None = Field(
        None, description=gettext_noop("Celle qui fut lue : refusé si une autre est venue depuis.")
    )


class ArticleFileOut(Shape):
    """A picture or a file of an article."""

    id: int
    name: str
    content_type: str
    size: int

    @classmethod
    def of(cls, file: ArticleFile) -> ArticleFileOut:
        return cls(id=file.pk, name=file.name, content_type=file.content_type, size=file.size)


class ArticleLine(Shape):
    """An article in a list."""

    number: int
    title: str
    category: str
    language: str
    state: State
    audience: Audience
    version: int
    changed_at: At

    @classmethod
    def of(cls, article: Article) -> ArticleLine:
        return cls.model_validate(article)


class ArticleOut(ArticleLine):
    """An article, whole. To a client's people its readers and its use are not said."""

    body: str
    keywords: str
    equipment_classes: list[str]
    review_on: Day | None
    published_at: At | None
    files: list[ArticleFileOut]
    clients: list[ClientRef]
    made_from: str | None = Field(description=gettext_noop("Le numéro du ticket dont il vient."))
    helpful: int | None
    unhelpful: int | None
    answered: int | None = Field(description=gettext_noop("Combien de demandes il a évitées."))
    sent: int | None = Field(description=gettext_noop("Combien de réponses l’ont cité."))

    @classmethod
    def whole(cls, article: Article, actor: Actor) -> ArticleOut:
        ours = not actor.is_client_side
        source = getattr(article, "source", None) if ours else None
        counts: dict[str, Any] = {
            name: getattr(article, name, None) if ours else None
            for name in ("helpful", "unhelpful", "answered", "sent")
        }
        readers = article.readers.select_related("client").order_by("client__name") if ours else ()
        return cls(
            **ArticleLine.of(article).model_dump(),
            body=article.body,
            keywords=article.keywords,
            equipment_classes=article.equipment_classes,
            review_on=article.review_on,
            published_at=article.published_at,
            files=[ArticleFileOut.of(one) for one in article.files.order_by("pk")],
            clients=[ClientRef(number=one.client.number, name=one.client.name) for one in readers],
            made_from=source.label if source else None,
            **counts,
        )


class VersionOut(Shape):
    """An article as it stood."""

    number: int
    title: str
    body: str
    note: str
    by: str
    at: At

    @classmethod
    def of(cls, version: ArticleVersion) -> VersionOut:
        return cls(
            number=version.number,
            title=version.title,
            body=version.body,
            note=version.note,
            by=version.by_name,
            at=version.at,
        )


class Versions(Shape):
    """The versions of an article, the last first."""

    items: list[VersionOut]


class ArticleSuggestions(Shape):
    """The articles that may answer, the likeliest first."""

    items: list[ArticleLine]


class Opinion(Given):
    """Whether an article helped."""

    helpful: bool


class Answered(Given):
    """Nothing more to say."""


class Done(Shape):
    """It is written."""

    number: int


class FileAdded(Given):
    """A picture or a file to add."""

    file: FileGiven


class ArticleOfAnswer(Given):
    """Which entry of the thread becomes an article."""

    event: Id = Field(description=gettext_noop("L’identifiant de l’entrée, une réponse de l’équipe."))


class CannedGiven(Given):
    """A canned answer as it is written."""

    title: Annotated[str, StringConstraints(max_length=80)] = Field(examples=["Mot de passe oublié"])
    category: Category = ""
    body_fr: Annotated[str, StringConstraints(max_length=10_000)] = Field(
        "", examples=["Bonjour {personne}, c’est fait."]
    )
    body_en: Annotated[str, StringConstraints(max_length=10_000)] = ""
    shared: bool = Field(False, description=gettext_noop("Pour toute l’équipe ; sinon pour soi seul."))


class CannedOut(Shape):
    """A canned answer."""

    id: int
    title: str
    category: str
    body_fr: str
    body_en: str
    shared: bool
    used_count: int
    used_at: At | None

    @classmethod
    def of(cls, answer: CannedAnswer) -> CannedOut:
        return cls(
            id=answer.pk,
            title=answer.title,
            category=answer.category,
            body_fr=answer.body_fr,
            body_en=answer.body_en,
            shared=answer.owner_id is None,
            used_count=answer.used_count,
            used_at=answer.used_at,
        )


class CannedRemoved(Shape):
    """That it is no longer offered."""

    id: int
    removed: bool
