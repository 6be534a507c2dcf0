"""Whom to remind of what today: stages that were reached and of which nobody wrote yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from clausier.agenda import queries
from clausier.agenda.models import ClientReminders, Reminder, ReminderSettings, Stage
from clausier.agenda.obligations import Obligation
from clausier.agenda.queries import Filter
from clausier.contracts import ladder
from clausier.contracts.models import Contract, ContractTerm
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Membership, Person, Provider
from clausier.foundation.permissions import Role
from clausier.post import conversations

MISSED_FOR: Final = timedelta(days=14)
"""Since when something was missed at most for a letter to say so: older is no news."""
NOT_TOLD: Final = frozenset({"callback", "promise", "dispute"})
"""What the desk pursues itself, by the minute; and disputes, whose file not every addressee may open."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a letter goes: of the staff, or of a client's."""

    address: str
    name: str
    language: str
    person: Person | None = None
    contact: Contact | None = None
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """A dated thing of which an addressee is to be reminded: the stage it has come to."""

    key: str
    stage: Stage
    days: int | None
    due_on: date
    says: str
    contract: Contract | None = None


def stage_reached(due_on: date, stages: Iterable[int], today: date) -> int | None:
    """The nearest stage, in days before, that `today` has come to; None before the first and after the day.

    Stages that passed while nothing ran are not made up for: the nearest says it all.
    """
    if today > due_on:
        return None
    return min((days for days in stages if due_on - timedelta(days=days) <= today), default=None)


def letters_due(
    by: Actor, settings: ReminderSettings, now: datetime
) -> Iterator[tuple[Addressee, list[Reached]]]:
    """Each addressee with all that is to be told at once; those of whom nothing is left are not named."""
    terms = list(_running(by))
    said = _Said(by, settings, now, terms)
    for addressee in staff_addressees(by.provider, settings):
        found = said.of_terms(addressee.language)
        if settings.tells_missed:
            found = found + [reached for _one, reached in said.missed(addressee.language)]
        if left := _not_told(by.provider, addressee, found):
            yield addressee, left
    for told in _clients(by.provider):
        for addressee in client_addressees(told, now):
            own = [
                one
                for one in said.of_terms(addressee.language)
                if one.contract and one.contract.client_id == told.client_id
            ]
            if told.tells_missed:
                own += [reached for one, reached in said.missed(addressee.language) if _is_theirs(one, told)]
            if left := _not_told(by.provider, addressee, own):
                yield addressee, left


def _is_theirs(one: Obligation, told: ClientReminders) -> bool:
    """Whether the client itself owes it."""
    return one.client.pk == told.client_id and one.owed_by == "client"


class _Said:
    """What there is to tell, worded once in each language that somebody is written to in."""

    def __init__(
        self, by: Actor, settings: ReminderSettings, now: datetime, terms: Sequence[ContractTerm]
    ) -> None:
        self.by, self.settings, self.now, self.terms = by, settings, now, terms
        self._terms: dict[str, list[Reached]] = {}
        self._missed: dict[str, list[tuple[Obligation, Reached]]] = {}

    def of_terms(self, language: str) -> list[Reached]:
        """The stages that notices and renewals have come to."""
        if language not in self._terms:
            with override(language):
                self._terms[language] = list(_of_terms(self.terms, self.settings, self.now))
        return self._terms[language]

    def missed(self, language: str) -> list[tuple[Obligation, Reached]]:
        """What was missed lately, and how it is said."""
        if language not in self._missed:
            with override(language):
                self._missed[language] = list(_missed(self.by, self.now))
        return self._missed[language]


def _running(by: Actor) -> Iterator[ContractTerm]:
    """The running terms of contracts to which no end was given."""
    found = ladder.running_ones(ladder.terms_visible_to(by))
    found = found.annotate(last_on=ladder.renewed_until("contract__"))
    unended = Q(last_on=None) | Q(last_on__gt=F("ends_on"))
    yield from found.filter(unended, contract__client__ended_on=None)


def _of_terms(terms: Sequence[ContractTerm], settings: ReminderSettings, now: datetime) -> Iterator[Reached]:
    today = now.astimezone(PARIS).date()
    for term in terms:
        days = stage_reached(term.notice_by, settings.notice_days, today)
        if days is not None:
            yield _reached(term, Stage.NOTICE, days, term.notice_by, today)
        renewed_on = term.ends_on + ladder.ONE_DAY
        days = stage_reached(renewed_on, settings.renewal_days, today)
        if days is not None:
            yield _reached(term, Stage.RENEWAL, days, renewed_on, today)


def _reached(term: ContractTerm, stage: Stage, days: int, due_on: date, today: date) -> Reached:
    contract = term.contract
    facts = {
        "contract": contract.number,
        "client": contract.client.name,
        "day": _day(due_on),
        "left": _left((due_on - today).days),
        "ends": _day(term.ends_on),
    }
    if stage == Stage.NOTICE:
        says = _(
            "Contrat %(contract)s, %(client)s : préavis à recevoir au plus tard le %(day)s (%(left)s), pour "
            "le terme du %(ends)s"
        )
    else:
        says = _("Contrat %(contract)s, %(client)s : reconduit le %(day)s (%(left)s), sans préavis reçu")
    key = f"{stage}:{contract.pk}:{term.ordinal}@{due_on.isoformat()}"
    return Reached(key, stage, days, due_on, says % facts, contract)


def _left(days: int) -> str:
    if days == 0:
        return _("aujourd’hui")
    return ngettext("dans %(days)d jour", "dans %(days)d jours", days) % {"days": days}


def _missed(by: Actor, now: datetime) -> Iterator[tuple[Obligation, Reached]]:
    today = now.astimezone(PARIS).date()
    for one in queries.obligations(by, today - MISSED_FOR, today, now, Filter(state="missed")):
        if one.kind not in NOT_TOLD:
            yield (
                one,
                Reached(
                    key=f"{one.key}@{one.due_on.isoformat()}",
                    stage=Stage.MISSED,
                    days=None,
                    due_on=one.due_on,
                    says=_missed_said(one)[:300],
                    contract=one.contract,
                ),
            )


def _missed_said(one: Obligation) -> str:
    return _("%(client)s, %(day)s, manqué : %(what)s") % {
        "client": one.client.name,
        "day": _day(one.due_on),
        "what": one.says,
    }


def _not_told(provider: Provider, addressee: Addressee, found: Sequence[Reached]) -> list[Reached]:
    told = set(
        Reminder.objects.filter(
            provider=provider, address=addressee.address, key__in=[one.key for one in found]
        ).values_list("key", "days")
    )
    return [one for one in found if (one.key, one.days) not in told]


def _day(on: date) -> str:
    return wording.day(on, get_language() or "fr", year=True, weekday=False)


# To whom


def staff_addressees(provider: Provider, settings: ReminderSettings) -> list[Addressee]:
    """The owners and whoever was chosen beside them, as long as they work here."""
    wanted = Q(role=Role.OWNER) | Q(person__in=settings.people)
    places = Membership.objects.working().filter(wanted, provider=provider, person__is_active=True)
    people = {place.person.pk: place.person for place in places.select_related("person").order_by("pk")}
    return [
        Addressee(person.email, person.full_name, _spoken(person.language), person=person)
        for person in people.values()
        if person.email
    ]


def _spoken(language: str) -> str:
    return "en" if language.startswith("en") else "fr"


def _clients(provider: Provider) -> Iterator[ClientReminders]:
    found = ClientReminders.objects.filter(provider=provider, is_on=True, client__ended_on=None)
    yield from found.select_related("client__provider").order_by("pk")


def client_addressees(told: ClientReminders, now: datetime) -> list[Addressee]:
    """The addresses given for the client, else its IT correspondent's."""
    contact = directory.correspondent_on(told.client, now.astimezone(PARIS).date())
    language = conversations.language_of(contact)
    if told.to:
        people = {
            one.email.lower(): one
            for one in Contact.objects.filter(client=told.client, email__in=told.to, left_on=None)
        }
        return [
            Addressee(
                address,
                people[address.lower()].full_name if address.lower() in people else "",
                language,
                contact=people.get(address.lower()),
                client=told.client,
            )
            for address in told.to
        ]
    if contact is None or not contact.email:
        return []
    return [Addressee(contact.email, contact.full_name, language, contact=contact, client=told.client)]
