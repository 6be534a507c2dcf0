"""Setting the demo's world up through the product's own acts: providers, staff, clients, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from clausier.access import services as access
from clausier.contracts import services as contracts
from clausier.contracts.models import Contract
from clausier.demo.cast import (
    PASSWORD,
    ClientPlan,
    ContactPlan,
    ContractPlan,
    DerogationPlan,
    ProviderPlan,
    StaffPlan,
)
from clausier.demo.clockwork import Hours, Script
from clausier.demo.world import Customer, World
from clausier.desk import services as desk
from clausier.directory import accesses
from clausier.directory import services as directory
from clausier.directory.models import Agency
from clausier.foundation import books, clock, documents, wording
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor, program
from clausier.foundation.models import Membership, Provider
from clausier.prepaid import alerts, monthly, moves
from clausier.prepaid import queries as points
from clausier.prepaid import services as prepaid
from clausier.prepaid.models import PointAccount

BEFORE_EVERYTHING = timedelta(days=3200)
A_YEAR = 365  # days: no account of points is older, for nothing was deducted before
LOOK_EVERY = 10  # days between two looks at an account of points
REMOTE_TOOLS = ("AidePoste", "Console de supervision")
LETTERS = Path(__file__).parent / "letters"


def found(plan: ProviderPlan, *, now: datetime) -> World:
    """The provider with its agencies and staff, as it stood before its first client."""
    began_at = (now - BEFORE_EVERYTHING).replace(hour=9, minute=0, second=0, microsecond=0)
    with clock.held_at(began_at):
        book = books.newest(plan.book)
        provider = foundation.create_provider(
            slug=plan.slug, name=plan.name, book=book, at=began_at, **plan.identity
        )
        first, others = plan.staff[0], plan.staff[1:]
        owner = _owner(provider, plan, first, began_at)
        agencies = {
            one.key: directory.create_agency(
                by=owner,
                at=began_at,
                name=one.name,
                phone=one.phone,
                address=one.address,
                holiday_region=one.region,
                good_friday=one.good_friday,
            )
            for one in plan.agencies
        }
        staff = {first.key: owner} | {
            one.key: _hire(provider, plan, one, owner, agencies[one.agency], began_at) for one in others
        }
        _place(
            owner, first, Membership.objects.get(provider=provider, person=owner.person), agencies, began_at
        )
        for tool in REMOTE_TOOLS:
            access.add_tool(by=owner, at=began_at, name=tool)
    terms, region = books.read(book), next(iter(agencies.values())).holidays
    return World(
        plan=plan,
        provider=provider,
        now=now,
        agencies=agencies,
        staff=staff,
        phone=Hours.of(terms, "hours.phone", region, now),
        onsite=Hours.of(terms, "hours.onsite", region, now),
    )


def _owner(provider: Provider, plan: ProviderPlan, who: StaffPlan, at: datetime) -> Actor:
    person = foundation.create_person(
        email=f"{who.key}@{plan.host}", full_name=who.name, phone=who.phone, password=PASSWORD, at=at
    )
    foundation.first_owner(provider=provider, person=person, at=at)
    return Actor(provider=provider, role="owner", person=person)


def _hire(
    provider: Provider, plan: ProviderPlan, who: StaffPlan, owner: Actor, agency: Agency, at: datetime
) -> Actor:
    person = foundation.create_person(
        email=f"{who.key}@{plan.host}", full_name=who.name, phone=who.phone, password=PASSWORD, at=at
    )
    member = foundation.add_member(by=owner, at=at, person=person, role=who.role)
    _place(owner, who, member, {who.agency: agency}, at)
    return Actor(provider=provider, role=who.role, person=person)


def _place(
    owner: Actor, who: StaffPlan, member: Membership, agencies: dict[str, Agency], at: datetime
) -> None:
    directory.place_staff(by=owner, at=at, membership=member, agency=agencies[who.agency])
    if who.skills:
        directory.set_skills(by=owner, at=at, membership=member, names=who.skills)


def arrivals(world: World) -> Iterator[Script]:
    """How each client came, signed, bought points, and lost a correspondent: one script each."""
    for plan in world.plan.clients:
        yield _arrival(world, plan)


def departures(world: World) -> Iterator[Script]:
    """Who left the staff, and to whom their work went."""
    for who in world.plan.staff:
        if who.left_days_ago is not None:
            yield _departure(world, who, who.left_days_ago)


def _departure(world: World, who: StaffPlan, days_ago: int) -> Script:
    at = yield world.day(days_ago, 17)
    membership = Membership.objects.get(provider=world.provider, person=world.person(who.key), ended_at=None)
    desk.leave_staff(
        by=world.the("owner"), at=at, membership=membership, successor=world.person(who.successor)
    )


def _arrival(world: World, plan: ClientPlan) -> Script:
    by = world.the("manager")
    at = yield world.day(plan.days_ago)
    customer = _client(world, plan, by, at)
    world.customers[plan.key] = customer
    for contract in sorted(plan.contracts, key=lambda one: -one.days_ago):
        at = yield world.day(contract.days_ago, 11)
        yield from _signature(world, customer, contract, at)
    for contact in plan.contacts:
        if contact.left_days_ago is not None:
            at = yield world.day(contact.left_days_ago, 17)
            directory.contact_left(
                by=world.the("dispatcher"), at=at, contact=customer.people[contact.key], left_on=at.date()
            )


def _client(world: World, plan: ClientPlan, by: Actor, at: datetime) -> Customer:
    client = directory.create_client(
        by=by,
        at=at,
        name=plan.name,
        agency=world.agencies[plan.agency],
        siren=plan.siren,
        vat_number=plan.vat_number,
        country=plan.country,
        phone=plan.phone,
        email=f"accueil@{plan.host}",
        note=plan.note,
        client_since_on=at.date(),
    )
    customer = Customer(plan=plan, client=client)
    for site in plan.sites:
        customer.sites.append(
            directory.add_site(
                by=by,
                at=at,
                client=client,
                name=site.name,
                address=site.address,
                postcode=site.postcode,
                city=site.city,
                zone=site.zone,
                access_note=site.access_note,
            )
        )
    for contact in plan.contacts:
        _contact(customer, contact, by, at)
    return customer


def _contact(customer: Customer, plan: ContactPlan, by: Actor, at: datetime) -> None:
    address = f"{plan.key}@{customer.plan.host}"
    contact = directory.add_contact(
        by=by,
        at=at,
        client=customer.client,
        full_name=plan.name,
        site=customer.sites[plan.site],
        job_title=plan.job,
        phone=plan.phone,
        mobile=plan.mobile,
        email=address,
        preferred_channel=plan.channel,
    )
    customer.people[plan.key] = contact
    if plan.correspondent:
        directory.name_correspondent(by=by, at=at, client=customer.client, contact=contact, from_on=at.date())
    if plan.account:
        person = foundation.create_person(email=address, full_name=plan.name, password=PASSWORD, at=at)
        access = accesses.grant_access(
            by=by, at=at, client=customer.client, person=person, role=plan.account, contact=contact
        )
        customer.accounts[plan.key] = Actor(
            provider=by.provider,
            role=access.role,
            person=person,
            client_id=customer.client.pk,
            contact_id=contact.pk,
        )


def _signature(world: World, customer: Customer, plan: ContractPlan, at: datetime) -> Script:
    """The contract, how its terms were accepted, its derogations, its points as they were bought."""
    by = world.the("manager")
    contract = contracts.create_contract(
        by=by,
        at=at,
        client=customer.client,
        kind=plan.kind,
        starts_on=at.date(),
        ends_on=_ago(world, plan.ended_days_ago),
        title=plan.title,
        sites=customer.sites,
        covered=plan.covered,
    )
    if plan.means:
        contracts.accept_terms(
            by=by,
            at=at,
            client=customer.client,
            contract=contract,
            book=contract.book,
            accepted_on=at.date(),
            means=plan.means,
            accepted_by=customer.caller,
        )
    for derogation in plan.derogations:
        signed_at = yield world.day(derogation.days_ago, 15)
        _derogate(world, customer, contract, derogation, signed_at)
    if plan.pack:
        at = yield world.day(min(plan.days_ago, A_YEAR), 11, 30)
        account = prepaid.open_account(by=by, at=at, contract=contract, low_at=plan.low_at)
        if plan.statements:
            monthly.plan_statements(by=by, at=at, account=account, day=3)
        yield from _packs(world, account, plan)
        if plan.asks and (asker := _who_asks(customer)):
            at = yield world.day(1, 16, 40)
            alerts.ask_top_up(by=asker, at=at, account=account, points=Decimal(plan.asks))


def _who_asks(customer: Customer) -> Actor | None:
    return next((actor for actor in customer.accounts.values() if actor.may("prepaid.ask")), None)


PRICE_OF_A_POINT = Decimal("1.18")
STATEMENTS = 4  # months back for which statements are filed


def _packs(world: World, account: PointAccount, plan: ContractPlan) -> Script:
    """The points, bought with the account and then whenever a look at it finds them low."""
    for days_ago in range(min(plan.days_ago, A_YEAR), 0, -LOOK_EVERY):
        at = yield world.day(days_ago, 11, 30)
        for pack in account.packs.exclude(expires_on=None):
            moves.expire_pack(by=program(world.provider), at=at, pack=pack)
        if plan.statements and days_ago < 31 * STATEMENTS + LOOK_EVERY:
            month = points.month_of(at.date())
            monthly.make_statement(by=program(world.provider), at=at, account=account, month=month)
        first = not account.entries.exists()
        if first or (plan.restocks and points.balance(account) < account.low_at):
            prepaid.credit(
                by=world.the("accountant"),
                at=at,
                account=account,
                points=plan.pack,
                label=f"Carnet de {plan.pack} points",
                price=plan.pack * PRICE_OF_A_POINT,
                reference=f"D-{at.year}-{100 + account.entries.count()}",
                months=plan.pack_months or None,
            )


def _ago(world: World, days_ago: int | None) -> date | None:
    return None if days_ago is None else world.day(days_ago).date()


def _derogate(
    world: World, customer: Customer, contract: Contract, plan: DerogationPlan, at: datetime
) -> None:
    paper = documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": "Avenant au contrat",
            "provider": {"name": world.provider.name, "identity": world.provider.name},
            "dated": wording.long_day(at.date(), "fr", year=True),
            "reference": contract.number,
            "says": plan.reason + ".",
            "facts": [
                ["Contrat", contract.number],
                ["Client", customer.client.name],
                ["À compter du", wording.long_day(at.date(), "fr", year=True)],
            ],
            "signed": [world.provider.name, customer.client.name],
        },
        at=at,
    )
    contracts.derogate(
        by=world.the("manager"),
        at=at,
        contract=contract,
        term=plan.term,
        value=plan.value,
        since_on=at.date(),
        reason=plan.reason,
        content=paper,
        file_name=f"avenant-{contract.number}.pdf",
        content_type="application/pdf",
    )
