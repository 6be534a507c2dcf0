"""What everything stands on: providers, people, roles, books installed, rulings, journal, numbers, files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clausier.foundation.permissions import ROLE_NAMES, STAFF
from clausier.foundation.plainly import ReadPlainly
from clausier.foundation.search import Follows, Searchable


class InstalledBook(ReadPlainly, models.Model):
    """An edition of a book of terms, whole, under its digest. What a contract pins never changes.

    `content` is {path: text} as the files had it: `clausier.terms.book.from_files` reads it back.
    What the package brings is no provider's and everyone's; an edition that a provider published is its own.
    """

    append_only: ClassVar[bool] = True
    shared: ClassVar[bool] = True

    provider = models.ForeignKey("Provider", on_delete=models.PROTECT, null=True, related_name="editions")

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    title_fr = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    content = models.JSONField()
    installed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Provider(ReadPlainly, models.Model):
    """An IT managed-service provider; several may live in one installation, strangers to each other."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    legal_form = models.CharField(max_length=60, blank=True)
    capital = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    rcs = models.CharField(max_length=80, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    call_link = models.CharField(max_length=200, default="tel:{number}")  # what a click on a number opens
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    priority_grid = models.JSONField(null=True, blank=True)
    reopening_days = models.PositiveSmallIntegerField(default=15)
    tells_of_suppliers = models.BooleanField(default=False)  # the portal says since when one is waited for
    law_confirmed = models.BigIntegerField(default=0)  # the latest value of law that two people vouch for
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Accounts by e-mail address, compared without case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username or "")


class Person(ReadPlainly, AbstractBaseUser):
    """Someone who signs in. One person may belong to several providers, in different roles."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    session_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = People()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.full_name.split()[:2]).upper()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still match: the password, and the epoch, which ends all when it moves."""
        former: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{former}.{self.session_epoch}" if self.session_epoch else former


class Memberships(models.QuerySet["Membership"]):
    """Places on the staff."""

    def working(self) -> Memberships:
        """Those that give a right now: agreed to, and not ended."""
        return self.filter(agreed=True, ended_at=None)


class Membership(models.Model):
    """A person on a provider's staff, in one role, until ended.

    Not yet `agreed`: an account that exists was asked to join and has not answered; it gives no right.
    """

    of_person: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, ROLE_NAMES[r]) for r in STAFF])
    agreed = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "person"], condition=Q(ended_at=None), name="one_role_per_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"

    @property
    def role_name(self) -> Any:
        return ROLE_NAMES[self.role]  # type: ignore[index]


class Invitation(models.Model):
    """A way in for someone who has no password yet: a link, once, for some days.

    It lets a person in and gives no right: roles and accesses are rows of their own. Only a digest of the
    link's secret is kept. `host` is the provider's name, as the page of the invitation shows it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    host = models.CharField(max_length=120)
    invited_by = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person)


class SentForm(models.Model):
    """A form that was sent, under the key its page gave it; `location` is where its act led.

    `client_id` is of the client's person who sent it, null for staff.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    location = models.TextField(blank=True)
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "person", "key"], name="one_sent_form")]

    def __str__(self) -> str:
        return self.key


class JournalEntry(models.Model):
    """One act: who, when it happened, when it was written, what, about what. Never changed, never removed.

    The chain of hashes is added by a sealing job (`JournalSeal`), so that no act waits for a lock.
    An entry without provider belongs to the chain of the installation.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "-id"]),
            models.Index(fields=["provider", "object_kind", "object_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.object_label}"


class JournalSeal(models.Model):
    """The place of an entry in its provider's chain, and the hash that binds it to the one before."""

    append_only: ClassVar[bool] = True

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="seal")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "position"], nulls_distinct=False, name="one_entry_per_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"


class Ruling(models.Model):
    """A rule's outcome, kept beside its consequence: what the "why?" of a stored figure shows.

    `subject` is opaque (kind, id, label), for the thing ruled upon stands on a higher floor.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=60)
    outcome = models.JSONField()
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject_label}"


class Counter(models.Model):
    """The last number given in a series. Gaps are allowed but for series that say otherwise."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=40)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "series"], name="one_counter_per_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class StoredFile(ReadPlainly, models.Model):
    """Bytes under their SHA-256, once per provider; the name given by whoever brought them stands here."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "sha256"])]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper that counts: made by the program (typst) or received, with its number and its file."""

    searchable: ClassVar[Searchable] = Searchable(
        kind="document",
        title="t.title",
        words="c.name",
        codes="array[t.number]",
        at="t.made_at",
        columns=("title", "number", "client_id"),
        joined="left join directory_client c on c.id = t.client_id",
        follows=(
            Follows(
                "directory_client",
                ("name",),
                "select d.id from foundation_document d where d.client_id = new.id",
                inserts=False,
            ),
        ),
    )

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="documents")
    client_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="document_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SearchEntry(models.Model):
    """Where a row is found: its words and identifiers, whose it is, when it was.

    Kept by triggers (`clausier.search_index`), read by `search.find`, written by nobody. `object_id` is the
    row's, for it stands on a higher floor. `at` orders what is found, latest first. `recent` are the latest
    of each kind, which are looked through first; `search.let_age` moves the others out of them.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    at = models.DateTimeField()
    words = SearchVectorField()
    recent = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object")]
        indexes = [
            models.Index(fields=["provider", "kind", "-at", "-object_id"], name="entry_latest"),
            GinIndex(fields=["words"], name="entry_words_recent", condition=Q(recent=True)),
            GinIndex(fields=["words"], name="entry_words_older", condition=Q(recent=False)),
            models.Index(fields=["provider", "kind"], name="entry_older", condition=Q(recent=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


LANGUAGE_NAMES = {"fr": _("français"), "en": _("anglais")}
