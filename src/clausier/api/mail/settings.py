"""How mail is set: mailboxes, and the words of letters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.mail.shapes import LetterOut, MailboxOut
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Given, Id, Line, Sentence, Shape, Text, Word
from clausier.foundation import clock
from clausier.post import queries, services, wordings
from clausier.post.models import Afterwards, Arrival, Mailbox, Security, Way, Wording

routes = Router()

Secret = Annotated[str, Field(max_length=4000)]
Port = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(max_length=40)]
Language = Literal["fr", "en"]


class MailboxSettings(Given):
    """What a mailbox is set by; secrets are sealed, and never answered."""

    sender_name: Line = ""
    signature_fr: Text = ""
    signature_en: Text = ""
    is_active: bool = True
    subaddressing: bool = Field(
        False, description=gettext_noop("Le serveur prend nom+secret@ : les réponses se retrouvent par là.")
    )
    acknowledges: bool = True
    arrival: Arrival = Arrival.BY_HAND
    host: Sentence = ""
    port: Port = 993
    security: Security = Security.TLS
    username: Sentence = ""
    way: Way = Way.PASSWORD
    password: Secret = ""
    token_url: Annotated[str, Field(max_length=300)] = ""
    oauth_client: Sentence = ""
    oauth_scope: Annotated[str, Field(max_length=300)] = ""
    client_secret: Secret = ""
    refresh_token: Secret = ""
    folder: Line = "INBOX"
    afterwards: Afterwards = Afterwards.SEEN
    kept_folder: Line = ""


class MailboxGiven(MailboxSettings):
    """A mailbox to create."""

    name: Name = Field(examples=["support"])
    address: Sentence = Field(examples=["support@prestataire.example"])


class MailboxChanges(MailboxSettings):
    """What changes of a mailbox; a field left out stays, a secret left empty too."""

    name: Name = ""
    address: Sentence = ""


class MailboxWhole(MailboxOut):
    """A mailbox with its settings, but for its secrets."""

    sender_name: str
    signature_fr: str
    signature_en: str
    subaddressing: bool
    acknowledges: bool
    host: str
    port: int
    security: str
    username: str
    way: str
    token_url: str
    oauth_client: str
    oauth_scope: str
    folder: str
    afterwards: str
    kept_folder: str


class SeenOut(Shape):
    """What a look at a mailbox found."""

    messages: int
    unread: int
    idles: bool


class Trial(Given):
    """Whom a trial is sent to."""

    to: Sentence


class WordingOut(Shape):
    """The words of a letter in one language; `own` where they are the provider's."""

    kind: str = Field(examples=["acknowledgement"])
    language: str
    subject: str
    body: str
    own: bool
    needs: list[str] = Field(description=gettext_noop("Les variables sans lesquelles elle ne dirait rien."))


class Wordings(Shape):
    """Every letter, and the variables that they may hold."""

    items: list[WordingOut]
    variables: dict[str, str]


class WordingGiven(Given):
    """Other words; both empty takes the product's again."""

    subject: Word = ""
    body: Text = ""


@reads(routes, "/mailboxes", "post.read", answers=Page[MailboxOut], summary=gettext_noop("Lister les boîtes"))
def list_mailboxes(request: ApiRequest, asked: Query[Asked]) -> Page[MailboxOut]:
    found = queries.mailboxes(request.actor)
    return page(found, asked, lambda rows: [MailboxOut.of(row) for row in rows], newest_first=False)


@reads(
    routes,
    "/mailboxes/{id}",
    "post.write",
    answers=MailboxWhole,
    summary=gettext_noop("Lire les réglages d’une boîte"),
)
def read_mailbox(request: ApiRequest, id: Path[Id]) -> MailboxWhole:
    return MailboxWhole.model_validate(_mailbox(request, id))


@writes(
    routes,
    "POST",
    "/mailboxes",
    "post.write",
    answers=MailboxWhole,
    status=201,
    summary=gettext_noop("Créer une boîte"),
)
def create_mailbox(request: ApiRequest, body: MailboxGiven) -> MailboxWhole:
    made = services.create_mailbox(by=request.actor, at=clock.now(), **_plain(body.given()))
    return MailboxWhole.model_validate(made)


@writes(
    routes,
    "PATCH",
    "/mailboxes/{id}",
    "post.write",
    answers=MailboxWhole,
    summary=gettext_noop("Modifier une boîte"),
)
def change_mailbox(request: ApiRequest, id: Path[Id], body: MailboxChanges) -> MailboxWhole:
    changed = services.change_mailbox(
        by=request.actor, at=clock.now(), mailbox=_mailbox(request, id), **_plain(body.given())
    )
    return MailboxWhole.model_validate(changed)


@writes(
    routes,
    "POST",
    "/mailboxes/{id}/connection",
    "post.write",
    answers=SeenOut,
    summary=gettext_noop("Essayer la connexion d’une boîte"),
)
def try_mailbox(request: ApiRequest, id: Path[Id]) -> SeenOut:
    seen = services.try_mailbox(by=request.actor, at=clock.now(), mailbox=_mailbox(request, id))
    return SeenOut.model_validate(seen)


@writes(
    routes,
    "POST",
    "/mailboxes/{id}/trial",
    "post.write",
    answers=LetterOut,
    summary=gettext_noop("Envoyer un message d’essai"),
)
def send_trial(request: ApiRequest, id: Path[Id], body: Trial) -> LetterOut:
    return LetterOut.of(
        services.send_trial(by=request.actor, at=clock.now(), mailbox=_mailbox(request, id), to=body.to)
    )


@reads(
    routes,
    "/wordings",
    "post.write",
    answers=Wordings,
    summary=gettext_noop("Lister les modèles de message"),
)
def list_wordings(request: ApiRequest) -> Wordings:
    own = set(Wording.objects.filter(provider=request.actor.provider).values_list("kind", "language"))
    return Wordings(
        items=[_wording(request, kind, language, own) for kind, language in wordings.STANDARD],
        variables={name: str(says) for name, says in wordings.VARIABLES.items()},
    )


@writes(
    routes,
    "PUT",
    "/wordings/{kind}/{language}",
    "post.write",
    answers=WordingOut,
    summary=gettext_noop("Changer un modèle de message"),
)
def change_wording(
    request: ApiRequest, kind: Path[Word], language: Path[Language], body: WordingGiven
) -> WordingOut:
    services.change_wording(
        by=request.actor,
        at=clock.now(),
        kind=kind,
        language=language,
        subject=body.subject,
        body=body.body,
    )
    own = set(Wording.objects.filter(provider=request.actor.provider).values_list("kind", "language"))
    return _wording(request, kind, language, own)


def _wording(request: ApiRequest, kind: str, language: str, own: set[tuple[str, str]]) -> WordingOut:
    words = wordings.words_of(request.actor.provider, kind, language)
    return WordingOut(
        kind=kind,
        language=language,
        subject=words.subject,
        body=words.body,
        own=(kind, language) in own,
        needs=list(wordings.KINDS[kind]),
    )


def _mailbox(request: ApiRequest, id: int) -> Mailbox:
    return queries.mailboxes(request.actor).get(pk=id)


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in given.items()}
