"""Mail in and out: mailboxes, messages as they came, conversations, what leaves, and its wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Client, Contact
from clausier.foundation.models import Person, Provider, StoredFile
from clausier.foundation.plainly import ReadPlainly
from clausier.post.states import MailOutcome, OutboxState, Standing


class Arrival(models.TextChoices):
    """How messages reach a mailbox."""

    IMAP = "imap", _("relevée par IMAP")
    DELIVERED = "delivered", _("remise par votre serveur (LMTP ou SMTP)")
    BY_HAND = "hand", _("à la main seulement")


class Security(models.TextChoices):
    """How the connection to a server is protected."""

    TLS = "tls", _("TLS (993)")
    STARTTLS = "starttls", _("STARTTLS (143)")
    NONE = "none", _("aucune, vers cette machine seulement")


class Way(models.TextChoices):
    """How we identify ourselves to an IMAP server."""

    PASSWORD = "password", _("mot de passe")
    OAUTH2 = "oauth2", _("OAuth 2 (Microsoft 365, Google)")


class Afterwards(models.TextChoices):
    """What becomes, on the server, of a message that is stored here."""

    SEEN = "seen", _("marquée comme lue")
    MOVED = "moved", _("rangée dans un dossier")
    DELETED = "deleted", _("supprimée")


class Mailbox(models.Model):
    """An address that the provider receives at and writes from.

    `sealed_secret` is the password, or OAuth 2's client secret and refresh token as JSON, sealed for its
    column. `subaddressing`: the server takes `name+anything@`, so answers may carry the conversation's secret
    in their address. `last_uid` is the last message fetched, in the numbering that `uid_validity` names.
    `heard_at` and `trouble` say how the last look at the server went.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("sealed_secret",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="mailboxes")
    name = models.SlugField(max_length=40)
    address = models.EmailField()
    sender_name = models.CharField(max_length=120, blank=True)
    signature_fr = models.TextField(blank=True)
    signature_en = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    subaddressing = models.BooleanField(default=False)
    acknowledges = models.BooleanField(default=True)
    arrival = models.CharField(max_length=10, choices=Arrival.choices, default=Arrival.BY_HAND)
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PASSWORD)
    sealed_secret = models.TextField(blank=True)
    token_url = models.URLField(max_length=300, blank=True)
    oauth_client = models.CharField(max_length=200, blank=True)
    oauth_scope = models.CharField(max_length=300, blank=True)
    folder = models.CharField(max_length=120, default="INBOX")
    afterwards = models.CharField(max_length=10, choices=Afterwards.choices, default=Afterwards.SEEN)
    kept_folder = models.CharField(max_length=120, blank=True)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    trouble_since_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    welcomes: Mapping[str, Any] | None = None
    """The words of acknowledgements by language, where they were read along."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="mailbox_name_once"),
            # A message names no provider: an address leads to one mailbox.
            models.UniqueConstraint(Lower("address"), name="mailbox_address_once"),
        ]

    def __str__(self) -> str:
        return self.address


class Conversation(models.Model):
    """Messages that belong together, and what they are about: a ticket, by kind, id and label.

    Nothing while someone has yet to say. `secret` stands in our reply address and in the token of the
    subject: who knows it was written to.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    secret = models.CharField(max_length=16)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    about_label = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    others = ArrayField(models.EmailField(), default=list, blank=True)
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "secret"], name="conversation_secret_once"),
            models.UniqueConstraint(
                fields=["provider", "about_kind", "about_id"],
                condition=~Q(about_kind=""),
                name="one_conversation_about_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.about_label or self.subject


class ThreadKey(models.Model):
    """What a later message may name to belong to a conversation: a Message-ID, ours or theirs.

    `mentioned`: it was only referred to. `key` may also be a ticket number of another system, as `ref:…`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=260)
    mentioned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "key"], name="thread_key_once"),
        ]
        indexes = [models.Index(fields=["provider", "key"])]

    def __str__(self) -> str:
        return self.key


class IncomingMail(ReadPlainly, models.Model):
    """A message as it came: its bytes, stored before anything else, and what was made of it since.

    `identity` tells a message from another whatever its road (see `reading.message.identity_of`): a mailbox
    has each once. `why` is [French, English]. `facts` is what the reading shows: recipients, text, files.
    `server_uid` is its number at the IMAP server until it is marked there.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="messages")
    raw = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.NEW)
    outcome = models.CharField(max_length=12, choices=MailOutcome.choices, blank=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="incoming", null=True
    )
    matched_by = models.CharField(max_length=20, blank=True)
    why = models.JSONField(default=list)
    message_id = models.CharField(max_length=260, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    facts = models.JSONField(default=dict)
    event_id = models.BigIntegerField(null=True)
    server_uid = models.BigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "identity"], name="a_message_once_in_a_mailbox"),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"]),
            models.Index(fields=["provider", "id"], condition=Q(standing="new"), name="mail_to_read"),
            models.Index(fields=["provider", "id"], condition=Q(standing="queued"), name="mail_to_qualify"),
            models.Index(fields=["provider", "event_id"], condition=~Q(event_id=None), name="mail_of_event"),
            models.Index(fields=["provider", "message_id"]),
            models.Index(fields=["mailbox"], condition=~Q(server_uid=None), name="mail_to_mark"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_address


class MailKind(models.TextChoices):
    """What a message of ours is."""

    REPLY = "reply", _("réponse")
    ACKNOWLEDGEMENT = "acknowledgement", _("accusé de réception")
    STEP = "step", _("avis d’étape")
    COPY = "copy", _("copie à qui suit")
    TRIAL = "trial", _("essai")
    LETTER = "letter", _("lettre")
    SUPPLIER = "supplier", _("lettre à un fournisseur")
    SATISFACTION = "satisfaction", _("demande d’avis")


class OutgoingMail(models.Model):
    """A message that leaves, tried until a server takes it. `message_id` is fixed when it is made.

    `event_id` is the entry of the thread that it carries. `next_at` is when the next attempt is due.
    `handed_to` are those whom it is handed over for, where they are not all that it shows as addressed:
    whoever follows gets a letter of their own, with the address by which to stop (`unsubscribe_url`).
    `withheld` is what the letter says and `text` does not show: a way in, sealed.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("withheld",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="outgoing")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="outgoing", null=True
    )
    kind = models.CharField(max_length=20, choices=MailKind.choices)
    to = ArrayField(models.EmailField())
    cc = ArrayField(models.EmailField(), default=list)
    handed_to = ArrayField(models.EmailField(), default=list)
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    withheld = models.TextField(blank=True)
    message_id = models.CharField(max_length=260)
    in_reply_to = models.CharField(max_length=260, blank=True)
    references = models.TextField(blank=True)
    event_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "message_id"], name="outgoing_message_id_once"),
            models.UniqueConstraint(
                fields=["provider", "event_id"],
                condition=~Q(event_id=None) & ~Q(kind="copy"),
                name="an_entry_leaves_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "event_id", "handed_to"], condition=Q(kind="copy"), name="one_copy_each"
            ),
        ]
        indexes = [models.Index(fields=["provider", "-id"])]

    def __str__(self) -> str:
        return self.subject


class OutgoingFile(models.Model):
    """A file that leaves with a message."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.file.name


class Acknowledgement(models.Model):
    """That an address was sent an acknowledgement on a day: one, whatever it writes."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    on_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "address", "on_day"], name="one_acknowledgement_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.on_day}"


class AddressTrouble(models.Model):
    """That mail to an address comes back: since when, how often, what the other side says.

    `lifted_at`: it wrote to us since, or someone says that it is mended.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    address = models.CharField(max_length=254)
    permanent = models.BooleanField()
    says = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(default=1)
    since_at = models.DateTimeField()
    last_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "address"], condition=Q(lifted_at=None), name="one_trouble_an_address"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Wording(models.Model):
    """The provider's own words for a letter, in one language; without a row the product's are used."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("provider"), F("kind"), F("language"), name="one_wording_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
