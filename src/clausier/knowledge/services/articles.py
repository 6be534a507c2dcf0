"""Writing articles: drafts, versions, files, publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.contracts.models import EquipmentClass
from clausier.directory.models import Client
from clausier.foundation import files as file_store
from clausier.foundation import journal, numbering, search
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.knowledge import namelessness
from clausier.knowledge.errors import NamesTheClient, NothingChanged, UnknownArticle
from clausier.knowledge.models import (
    Article,
    ArticleFile,
    ArticleReader,
    ArticleSource,
    ArticleVersion,
)
from clausier.knowledge.states import ArticleState, Audience

SERIES: Final = "article"
LONGEST_TITLE: Final = 160
LONGEST_BODY: Final = 100_000
LARGEST_FILE: Final = 15 * 1024 * 1024  # bytes
MOST_FILES: Final = 40
MOST_READERS: Final = 500


@dataclass(frozen=True, slots=True)
class Source:
    """The entry of a ticket that an article is made of."""

    client: Client
    event_id: int
    label: str


@act("knowledge.write")
def write_article(
    *,
    by: Actor,
    at: datetime,
    title: str,
    body: str,
    category: str = "",
    keywords: str = "",
    language: str = "fr",
    equipment_classes: Sequence[str] = (),
    audience: str = Audience.INTERNAL,
    clients: Iterable[Client] = (),
    review_on: date | None = None,
    source: Source | None = None,
) -> Article:
    """Begin an article, as a draft that the team alone reads. Raises InvalidInput naming the field."""
    said = _checked(title, body, category, keywords, language, equipment_classes, audience)
    chosen = _chosen(clients, audience, by)
    article = Article.objects.create(
        provider=by.provider,
        number=numbering.next_number(by.provider, SERIES),
        **said,
        **_words(said),
        review_on=review_on,
        created_at=at,
        changed_at=at,
        changed_by=by.person,
    )
    _set_readers(article, chosen)
    _keep_version(article, "", by=by, at=at)
    if source is not None:
        ArticleSource.objects.create(
            provider=by.provider,
            client=source.client,
            article=article,
            event_id=source.event_id,
            label=source.label,
        )
    journal.write(
        by=by,
        at=at,
        code="knowledge.article_written",
        about=article,
        data={"number": article.number, "from": source.label if source else ""},
    )
    return article


@act("knowledge.write")
def change_article(
    *,
    by: Actor,
    at: datetime,
    article: Article,
    title: str,
    body: str,
    category: str = "",
    keywords: str = "",
    language: str = "fr",
    equipment_classes: Sequence[str] = (),
    audience: str = Audience.INTERNAL,
    clients: Iterable[Client] = (),
    review_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> Article:
    """Write an article anew; other words make another version. What is published changes for its readers at
    once, and needs the right to publish.

    `version` is the one that was read: OutOfDate when somebody wrote another since. Raises InvalidInput
    naming the field, NothingChanged, UnknownArticle, NamesTheClient.
    """
    held = _hold(article, by)
    if version is not None and version != held.version:
        raise OutOfDate(_("Quelqu’un a modifié cet article entre-temps : relisez-le, puis reprenez."))
    said = _checked(title, body, category, keywords, language, equipment_classes, audience)
    chosen = _chosen(clients, audience, by)
    if held.state == ArticleState.PUBLISHED:
        by.must("knowledge.publish")
    former = set(held.readers.values_list("client_id", flat=True))
    before = {name: getattr(held, name) for name in (*said, "review_on")}
    after = said | {"review_on": review_on}
    changed = [name for name, value in after.items() if before[name] != value]
    if former != {one.pk for one in chosen}:
        changed.append("clients")
    if not changed:
        raise NothingChanged(_("Rien n’a changé."))
    for name, value in (after | _words(said)).items():
        setattr(held, name, value)
    held.changed_at, held.changed_by = at, by.person
    if {"title", "body"} & set(changed):
        held.version += 1
    held.save()
    _set_readers(held, chosen)
    if held.state == ArticleState.PUBLISHED:
        _check_nameless(held, chosen)
    if {"title", "body"} & set(changed):
        _keep_version(held, note, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="knowledge.article_changed",
        about=held,
        data={"version": held.version, "changed": sorted(changed)},
    )
    return held


@act("knowledge.publish")
def publish_article(*, by: Actor, at: datetime, article: Article) -> Article:
    """Let those read it whom it is for. Raises NothingChanged, NamesTheClient, UnknownArticle."""
    held = _hold(article, by)
    if held.state == ArticleState.PUBLISHED:
        raise NothingChanged(_("Cet article est déjà publié."))
    _check_nameless(held, [one.client for one in held.readers.select_related("client")])
    return _moved(held, ArticleState.PUBLISHED, "knowledge.article_published", by=by, at=at)


@act("knowledge.publish")
def withdraw_article(*, by: Actor, at: datetime, article: Article) -> Article:
    """Keep it from its readers; the team still finds it. Raises NothingChanged, UnknownArticle."""
    held = _hold(article, by)
    if held.state != ArticleState.PUBLISHED:
        raise NothingChanged(_("Cet article n’est pas publié."))
    return _moved(held, ArticleState.WITHDRAWN, "knowledge.article_withdrawn", by=by, at=at)


@act("knowledge.write")
def add_file(
    *, by: Actor, at: datetime, article: Article, name: str, content_type: str, content: bytes
) -> ArticleFile:
    """Add a picture or a file, which the text may then name. Raises InvalidInput naming `file`."""
    held = _hold(article, by)
    if held.state == ArticleState.PUBLISHED:
        by.must("knowledge.publish")
    if not content:
        raise InvalidInput(_("Ce fichier est vide."), field="file")
    if len(content) > LARGEST_FILE:
        raise InvalidInput(
            _("« %(name)s » dépasse 15 Mo : envoyez un fichier plus léger.") % {"name": name}, field="file"
        )
    if held.files.count() >= MOST_FILES:
        raise InvalidInput(_("Un article a %(most)d fichiers au plus.") % {"most": MOST_FILES}, field="file")
    stored = file_store.store(
        content, provider=by.provider, name=name[:255], content_type=content_type[:100], at=at
    )
    file = ArticleFile.objects.create(
        provider=by.provider,
        article=held,
        file=stored,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        added_at=at,
    )
    journal.write(
        by=by, at=at, code="knowledge.file_added", about=held, data={"file": file.pk, "name": file.name}
    )
    return file


@act("knowledge.write")
def remove_file(*, by: Actor, at: datetime, file: ArticleFile) -> None:
    """Take a file off its article; what was stored stays, for the journal names it. Raises UnknownArticle."""
    held = _hold(file.article, by)
    if held.state == ArticleState.PUBLISHED:
        by.must("knowledge.publish")
    found = held.files.filter(pk=file.pk)
    if not found.exists():
        raise UnknownArticle(_("Ce fichier n’est plus là."))
    journal.write(
        by=by, at=at, code="knowledge.file_removed", about=held, data={"file": file.pk, "name": file.name}
    )
    found.delete()


def _hold(article: Article, by: Actor) -> Article:
    """The article as it stands now, its row kept for this act."""
    found = Article.objects.select_for_update().filter(provider=by.provider, pk=article.pk).first()
    if found is None:
        raise UnknownArticle(_("Cet article n’existe pas ici."))
    return found


def _moved(held: Article, state: str, code: str, *, by: Actor, at: datetime) -> Article:
    former = held.state
    held.state = state
    held.published_at = at if state == ArticleState.PUBLISHED else held.published_at
    held.save(update_fields=["state", "published_at"])
    journal.write(by=by, at=at, code=code, about=held, data={"from": former, "audience": held.audience})
    return held


def _checked(
    title: str,
    body: str,
    category: str,
    keywords: str,
    language: str,
    equipment_classes: Sequence[str],
    audience: str,
) -> dict[str, Any]:
    """The columns of an article. Raises InvalidInput naming the field."""
    said = {
        "title": " ".join(title.split()),
        "body": body.replace("\r\n", "\n").strip(),
        "category": " ".join(category.split())[:60],
        "keywords": " ".join(keywords.split())[:200],
    }
    if not said["title"]:
        raise InvalidInput(_("Donnez un titre à l’article."), field="title")
    if len(said["title"]) > LONGEST_TITLE:
        raise InvalidInput(_("Un titre a %(most)d signes au plus.") % {"most": LONGEST_TITLE}, field="title")
    if not said["body"]:
        raise InvalidInput(_("Écrivez l’article."), field="body")
    if len(said["body"]) > LONGEST_BODY:
        raise InvalidInput(
            _("Un article a %(most)d signes au plus : partagez-le en deux.") % {"most": LONGEST_BODY},
            field="body",
        )
    for field, value, known in (
        ("language", language, LANGUAGE_NAMES),
        ("audience", audience, Audience.values),
    ):
        if value not in known:
            raise InvalidInput(_("Faites un choix dans la liste."), field=field)
    if set(equipment_classes) - set(EquipmentClass.values):
        raise InvalidInput(_("Faites un choix dans la liste."), field="equipment_classes")
    classes = [one for one in EquipmentClass.values if one in equipment_classes]
    return said | {"language": language, "audience": audience, "equipment_classes": classes}


def _words(said: dict[str, Any]) -> dict[str, list[str]]:
    titled, told = search.lexemes_of(
        [f"{said['title']} {said['keywords']}", f"{said['category']} {said['body']}"]
    )
    return {"title_words": sorted(titled), "words": sorted(told)}


def _chosen(clients: Iterable[Client], audience: str, by: Actor) -> list[Client]:
    chosen = list(clients)
    if audience != Audience.CHOSEN:
        return []
    if any(one.provider_id != by.provider.pk for one in chosen) or not chosen or len(chosen) > MOST_READERS:
        raise InvalidInput(_("Choisissez les clients qui le liront."), field="clients")
    return chosen


def _set_readers(article: Article, chosen: Sequence[Client]) -> None:
    wanted = {one.pk for one in chosen}
    article.readers.exclude(client__in=wanted).delete()
    known = set(article.readers.values_list("client_id", flat=True))
    ArticleReader.objects.bulk_create(
        [
            ArticleReader(provider_id=article.provider_id, article=article, client_id=pk)
            for pk in sorted(wanted - known)
        ]
    )


def _keep_version(article: Article, note: str, *, by: Actor, at: datetime) -> None:
    ArticleVersion.objects.create(
        provider_id=article.provider_id,
        article=article,
        number=article.version,
        title=article.title,
        body=article.body,
        note=" ".join(note.split())[:200],
        by=by.person,
        by_name=by.name[:120],
        at=at,
    )


def _check_nameless(article: Article, readers: Sequence[Client]) -> None:
    """What was made of a client's ticket may not name that client to others."""
    source = ArticleSource.objects.filter(article=article).select_related("client").first()
    if source is None or article.audience == Audience.INTERNAL:
        return
    if article.audience == Audience.CHOSEN and {one.pk for one in readers} == {source.client_id}:
        return
    said = namelessness.named_in(f"{article.title}\n{article.body}", names_of(source.client))
    if said:
        raise NamesTheClient(
            _("L’article dit encore « %(name)s », du client dont vient la réponse.") % {"name": said},
            field="body",
            way_out=_("Ôtez ce nom, ou destinez l’article à ce client seul."),
            name=said,
        )


def names_of(client: Client) -> list[str]:
    """What names a client and its people."""
    people = client.contacts.values_list("full_name", flat=True)
    return [client.name, client.former_name, client.number, *people]
