"""What the provider knows and says again: articles with their versions and files, canned answers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from clausier.contracts.models import EquipmentClass
from clausier.directory.models import Client
from clausier.foundation.models import LANGUAGE_NAMES, Person, Provider, StoredFile
from clausier.foundation.search import Searchable
from clausier.knowledge.states import OPINIONS, ArticleState, Audience, Use


class Article(models.Model):
    """How something is done, or set right, for whoever asks again.

    `title`, `body` (Markdown) are those of the latest version. `title_words`, `words` are its words and their
    stems, by which it is suggested. A client reads what is published for it, and the database holds that too.
    """

    clients_read: ClassVar[str] = (
        "state = 'published' and (audience = 'everyone' or "
        "(audience = 'chosen' and id in (select article_id from knowledge_articlereader)))"
    )
    searchable: ClassVar[Searchable] = Searchable(
        kind="article",
        client="null::bigint",
        title="t.title",
        words="concat_ws(' ', t.keywords, t.category, t.body)",
        codes="array[t.number::text]",
        at="t.changed_at",
        columns=("title", "body", "keywords", "category", "changed_at"),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    body = models.TextField()
    category = models.CharField(max_length=60, blank=True)
    keywords = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, choices=list(LANGUAGE_NAMES.items()), default="fr")
    equipment_classes = ArrayField(
        models.CharField(max_length=20, choices=EquipmentClass.choices), default=list, blank=True
    )
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.INTERNAL)
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    title_words = ArrayField(models.CharField(max_length=60), default=list)
    words = ArrayField(models.CharField(max_length=60), default=list)
    review_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="article_number_once")]
        indexes = [
            models.Index(fields=["provider", "state", "-changed_at"], name="article_latest"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleReader(models.Model):
    """That a chosen client reads an article."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "client"], name="article_reader_once")]

    def __str__(self) -> str:
        return f"{self.article} · {self.client}"


class ArticleSource(models.Model):
    """Whose ticket an article was made of: `event_id` is the entry, `label` the ticket's number.

    Entries stand on a higher floor. Apart from the article, for other clients read that.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="source")
    event_id = models.BigIntegerField()
    label = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="one_article_an_entry")]

    def __str__(self) -> str:
        return self.label


class ArticleVersion(models.Model):
    """An article as it stood, who wrote it so, and why they say so. Never changed."""

    append_only: ClassVar[bool] = True
    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    body = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_version_once")]

    def __str__(self) -> str:
        return f"{self.article} {self.number}"


class ArticleFile(models.Model):
    """A picture or a file of an article; its text names it `file:ID`."""

    clients_read: ClassVar[str] = "article_id in (select id from knowledge_article)"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is shown within the text."""
        return self.content_type in PICTURES


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class ArticleUse(models.Model):
    """What an article did for someone: an opinion, one a person; a request it spared, once a day."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="uses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=10, choices=Use.choices)
    on_day = models.DateField()
    at = models.DateTimeField()
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person"],
                condition=Q(kind__in=[kind.value for kind in OPINIONS]),
                name="one_opinion_a_person",
            ),
            models.UniqueConstraint(
                fields=["article", "person", "on_day"],
                condition=Q(kind="answered"),
                name="spared_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["article", "kind"], name="uses_of_article")]

    def __str__(self) -> str:
        return f"{self.article} {self.kind}"


class CannedAnswer(models.Model):
    """What one writes again and again, with variables; everybody's, or its owner's alone."""

    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=60, blank=True)
    body_fr = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    used_count = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "provider", Lower("title"), condition=Q(owner=None), name="shared_answer_once"
            ),
            models.UniqueConstraint(
                "provider", "owner", Lower("title"), condition=~Q(owner=None), name="own_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def body_in(self, language: str) -> str:
        """The words in `language`, or in the other one where there are none."""
        wanted, other = (self.body_en, self.body_fr) if language == "en" else (self.body_fr, self.body_en)
        return wanted or other
