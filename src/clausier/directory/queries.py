"""Reading the directory: what an actor may see, and who is calling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from clausier.directory.models import (
    Agency,
    Client,
    ClientAccess,
    Contact,
    Correspondent,
    Site,
    Skill,
    StaffProfile,
    Supplier,
    SupplierReference,
)
from clausier.directory.names import fold, highlights
from clausier.directory.phones import Dialled, dialled
from clausier.foundation import clock, search
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given, same_letters, sharing
from clausier.foundation.models import Membership, Person, Provider

BEST_CLIENTS = 200  # of those that are found by something else than the beginnings of their names
LIKENESS = 0.45  # word similarity from which a misspelt name is worth proposing

# Asked for each message that opens a ticket.
_WRITING: Final = Compiled(
    lambda: (
        Supplier.objects.filter(provider_id=Given("provider"))
        .filter(Q(same_letters("email", "address")) | Q(sharing("domains", "above")))
        .order_by(F("ended_on").asc(nulls_first=True), "pk")[:1]
    )
)


def agencies(actor: Actor) -> QuerySet[Agency]:
    """The provider's agencies, by name."""
    return Agency.objects.filter(provider=actor.provider).order_by("name")


def clients_visible_to(actor: Actor) -> QuerySet[Client]:
    """The clients whose file `actor` may read, by name: all of the provider's, or one's own."""
    found = Client.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(pk=actor.client_id or 0)
    return found.select_related("agency").order_by("sort_key", "pk")


def client_by_number(actor: Actor, number: str) -> Client:
    """The client of that number. Raises Client.DoesNotExist, also for one that `actor` may not see."""
    client = client_numbered(actor, number)
    if client is None:
        raise Client.DoesNotExist
    return client


_NUMBERED: Final = Compiled(
    lambda: Client.objects.filter(provider_id=Given("provider"), number=Given("number")).select_related(
        "agency"
    )
)


def client_numbered(actor: Actor, number: str) -> Client | None:
    """The client of that number; None when there is none that `actor` may see."""
    client = _NUMBERED.first(provider=actor.provider.pk, number=number)
    if client is not None and actor.is_client_side and client.pk != actor.client_id:
        return None
    return client


def clients_named(actor: Actor, text: str) -> QuerySet[Client]:
    """All clients whose names have words that begin as those of `text`, and the best that it finds otherwise.

    Otherwise is by an identifier or a telephone number in any spelling, or by the note.
    """
    found = clients_visible_to(actor)
    words = fold(text).split()
    if not words:
        return found
    others = search.find(actor, text, ["client"], BEST_CLIENTS).ids("client")
    return found.filter(_begin("sort_key", words) | Q(pk__in=others))


def sites(client: Client) -> QuerySet[Site]:
    """The client's places, by name."""
    return client.sites.order_by("name")


def contacts(client: Client, on: date | None = None) -> QuerySet[Contact]:
    """The client's people, by name; with `on`, those who are there that day."""
    found = client.contacts.select_related("site").order_by("sort_key")
    return found.filter(_present(on)) if on else found


def correspondents(client: Client) -> QuerySet[Correspondent]:
    """Who was and is the client's IT correspondent, latest first."""
    return client.correspondents.select_related("contact").order_by("-from_on", "-pk")


def correspondent_on(client: Client, day: date) -> Contact | None:
    """The client's IT correspondent on `day` (imri III), or None."""
    term = client.correspondents.filter(_running(day)).select_related("contact").first()
    return term.contact if term else None


def clients_without_correspondent(actor: Actor, day: date) -> QuerySet[Client]:
    """The clients whose file names no IT correspondent on `day`; whether they must is the book's to say."""
    named = Correspondent.objects.filter(_running(day), client=OuterRef("pk"))
    present = Q(ended_on=None) | Q(ended_on__gt=day)
    return clients_visible_to(actor).filter(present & ~Exists(named))


def accesses(client: Client) -> QuerySet[ClientAccess]:
    """The accounts that act for `client` now."""
    return (
        client.accesses.filter(ended_at=None)
        .select_related("person", "contact")
        .order_by("person__full_name")
    )


def accesses_of(person: Person) -> QuerySet[ClientAccess]:
    """For whom `person` may act in the portal now; nobody once the account is closed."""
    if not person.is_active:
        return ClientAccess.objects.none()
    return (
        ClientAccess.objects.filter(person=person, agreed=True, ended_at=None)
        .select_related("person", "provider__book")
        .defer("provider__book__content")
        # Not the client: its row comes in sight once the door has entered its scope.
        .order_by("provider__name", "pk")
    )


def access_offers_to(person: Person) -> QuerySet[ClientAccess]:
    """For whom `person` was asked to act and has not answered."""
    return (
        ClientAccess.objects.filter(person=person, agreed=False, ended_at=None)
        .select_related("person", "provider__book")
        .defer("provider__book__content")
        .order_by("provider__name", "pk")
    )


def client_actor(access: ClientAccess, request_id: str = "") -> Actor:
    """Who acts through `access`."""
    return Actor(
        provider=access.provider,
        role=access.role,
        person=access.person,
        client_id=access.client_id,
        contact_id=access.contact_id,
        request_id=request_id,
    )


def team(actor: Actor) -> QuerySet[Membership]:
    """Who works for the provider now, with agency and skills, by name (`member.profile` may be missing)."""
    return foundation.staff(actor).select_related("profile__agency").prefetch_related("profile__skills")


def profile_of(membership: Membership) -> StaffProfile | None:
    """Where a member works from and what they can do, once that was said."""
    return StaffProfile.objects.filter(membership=membership).select_related("agency").first()


def skills(actor: Actor) -> QuerySet[Skill]:
    """The provider's words for what its people can do."""
    return Skill.objects.filter(provider=actor.provider).order_by("name")


# Who is calling


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who may be on the line: a contact, or a client of whom nobody in particular was found.

    `name_marks` and `client_marks` are the matched stretches (start, length) of the two names. `number` is
    the E.164 number to show: the one that matched, else the first to ring.
    """

    client: Client
    contact: Contact | None
    is_correspondent: bool
    number: str
    name_marks: tuple[tuple[int, int], ...] = ()
    client_marks: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        return self.contact.full_name if self.contact else self.client.name


def find_callers(actor: Actor, text: str, limit: int = 8, *, on: date | None = None) -> list[Caller]:
    """Who `text` may mean: a number as anybody types it, or names of people and clients.

    Accents and case do not count. Names that begin as typed come first, correspondents before others; only
    when there is none are misspelt ones proposed. `on` is the day of the call (today): who has left by then
    is not calling.
    """
    day = on or clock.today()
    number = dialled(text)
    if number:
        return _by_number(actor, number, day)[:limit]
    words = fold(text).split()
    if not words:
        return []
    return _by_name(actor, words, day, limit) or _misspelt(actor, " ".join(words), day, limit)


def _people(actor: Actor, day: date) -> QuerySet[Any]:
    """Who is there on `day`, each with `is_correspondent`."""
    terms = Correspondent.objects.filter(_running(day), contact=OuterRef("pk"))
    return (
        Contact.objects.filter(_present(day), client__in=clients_visible_to(actor).order_by())
        .select_related("client__agency", "site")
        .annotate(is_correspondent=Exists(terms))
    )


def _by_number(actor: Actor, number: Dialled, day: date) -> list[Caller]:
    people = _people(actor, day).filter(_rings("phone", number) | _rings("mobile", number))
    found = [
        Caller(
            client=person.client,
            contact=person,
            is_correspondent=person.is_correspondent,
            number=person.mobile if _is(person.mobile, number) else person.phone,
        )
        for person in people.order_by("-is_correspondent", "sort_key")
    ]
    switchboards = clients_visible_to(actor).filter(_rings("phone", number))
    return found + [Caller(client, None, False, client.phone) for client in switchboards]


def _by_name(actor: Actor, words: Sequence[str], day: date, limit: int) -> list[Caller]:
    every = reduce(and_, (_begins("sort_key", word) | _begins("client__sort_key", word) for word in words))
    people = (
        _people(actor, day)
        .filter(every)
        .annotate(
            rank=Case(
                When(sort_key__startswith=words[0], then=Value(0)),
                When(reduce(or_, (_begins("sort_key", word) for word in words)), then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", "-is_correspondent", "client__sort_key", "sort_key", "pk")[:limit]
    )
    found = [_caller(person, words) for person in people]
    # A client that nobody was found for is answered all the same: its switchboard may be on the line.
    lonely = clients_visible_to(actor).filter(_begin("sort_key", words))
    known = {caller.client.pk for caller in found}
    return [*found, *_clients(lonely.exclude(pk__in=known)[: limit - len(found)], words)]


def _misspelt(actor: Actor, text: str, day: date, limit: int) -> list[Caller]:
    people = (
        _people(actor, day)
        .annotate(likeness=TrigramWordSimilarity(text, "sort_key"))
        .filter(likeness__gte=LIKENESS)
        .order_by("-likeness", "-is_correspondent", "sort_key")[:limit]
    )
    found = [_caller(person, ()) for person in people]
    alike = (
        clients_visible_to(actor)
        .annotate(likeness=TrigramWordSimilarity(text, "sort_key"))
        .filter(likeness__gte=LIKENESS)
        .order_by("-likeness", "sort_key")[: limit - len(found)]
    )
    return [*found, *_clients(alike, ())]


def _caller(person: Any, words: Sequence[str]) -> Caller:
    return Caller(
        client=person.client,
        contact=person,
        is_correspondent=person.is_correspondent,
        number=person.phone or person.mobile or person.client.phone,
        name_marks=highlights(person.full_name, words),
        client_marks=highlights(person.client.name, words),
    )


def _clients(found: QuerySet[Client], words: Sequence[str]) -> Iterator[Caller]:
    for client in found:
        yield Caller(client, None, False, client.phone, client_marks=highlights(client.name, words))


def _begins(field: str, word: str) -> Q:
    """`field`, a folded name, has a word that begins with `word`."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _begin(field: str, words: Sequence[str]) -> Q:
    return reduce(and_, (_begins(field, word) for word in words))


def _rings(field: str, number: Dialled) -> Q:
    ends = Q(**{f"{field}__endswith": number.ending})
    return reduce(or_, (Q(**{f"{field}__startswith": start}) for start in number.beginnings), ends)


def _is(stored: str, number: Dialled) -> bool:
    return stored.endswith(number.ending) or stored.startswith(number.beginnings)


def _running(day: date) -> Q:
    """A term that covers `day`."""
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


def _present(day: date) -> Q:
    """Someone who has not left by `day`."""
    return Q(left_on=None) | Q(left_on__gt=day)


# Suppliers


def suppliers(actor: Actor) -> QuerySet[Supplier]:
    """The provider's suppliers, by name; a client's people have none to read."""
    found = Supplier.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        return found.none()
    return found.order_by("sort_key", "pk")


def supplier_references(actor: Actor) -> QuerySet[SupplierReference]:
    """The numbers that clients have at suppliers, by client, then supplier."""
    found = SupplierReference.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        return found.none()
    return found.select_related("client", "supplier").order_by("client__sort_key", "supplier__sort_key", "pk")


def supplier_writing(provider: Provider, address: str) -> Supplier | None:
    """The supplier that `address` writes for: its own address, or one at its domains or under them."""
    return ask_supplier_writing(provider, address)()


def ask_supplier_writing(provider: Provider, address: str) -> Callable[[], Supplier | None]:
    """Ask for it: see `Compiled.asked`."""
    address = address.lower()
    domain = address.rpartition("@")[2]
    if not domain:
        return lambda: None
    parts = domain.split(".")
    above = [".".join(parts[place:]) for place in range(len(parts) - 1)]
    found = _WRITING.asked(provider=provider.pk, address=address, above=above)
    return lambda: next(iter(found()), None)
