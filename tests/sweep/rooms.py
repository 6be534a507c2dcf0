"""Every address of the product with real objects of one provider, and what a stranger must not read there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from django.urls.resolvers import RegexPattern

from clausier.access import services as access
from clausier.access.services import Answer
from clausier.api.site import api
from clausier.desk import queries as desk_reading
from clausier.desk import services as desk
from clausier.desk.models import Notice
from clausier.desk.timeline import Upload
from clausier.directory import services as directory
from clausier.directory import suppliers
from clausier.directory.models import Client
from clausier.foundation import clock, documents
from clausier.foundation.actors import Actor
from clausier.foundation.models import Counter, Ruling
from clausier.foundation.permissions import MATRIX
from clausier.integrations import services as integrations
from clausier.post import services as post
from clausier.post.models import AddressTrouble
from clausier.prepaid import services as prepaid
from clausier.prepaid.models import MonthlyStatement, TopUp
from clausier.transfer.models import Archive, Import
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, House, client_account, make_client, make_contact
from tests.post.mails import mailbox_of, raw, take
from tests.sweep.furniture import (
    agreements_of,
    dates_of,
    dispute_of,
    endings_of,
    knowledge_of,
    membership_of,
    on_call_of,
    own_book_of,
    person_of,
    plan_of,
    replays_of,
    reversal_of,
    sales_of,
    signature_of,
    work_of,
)

NUMBER = 777  # from which the furnished house counts: numbers that the other house has not


@dataclass(frozen=True)
class Route:
    """One address pattern: its name, its view, and the objects it asks for. `method`: of the API, how it is
    asked; "" for a page."""

    pattern: str
    name: str
    view: Any
    asked: tuple[tuple[str, bool], ...]
    method: str = ""

    @property
    def permission(self) -> str | None:
        if self.name == "api:api-root":
            return "anyone"  # the framework's own: there is nothing there
        return getattr(self.view, "permission", None)

    def address(self, slug: str, objects: dict[str, Any]) -> str:
        """Where it is at the provider `slug`, for these objects."""
        section = (
            self.pattern.removeprefix("api/v1/")
            .removeprefix("<slug:provider>/")
            .removeprefix("portail/")
            .split("/")[0]
        )
        given = {}
        for asked, is_int in self.asked:
            if asked == "provider":
                given[asked] = slug
                continue
            known = objects.get(f"{section}:{asked}", objects.get(asked))
            assert known is not None, (
                f"{self.pattern}: tell the sweep (tests/sweep/rooms.py) what {asked!r} is"
            )
            given[asked] = int(known) if is_int else str(known)
        return reverse(self.name, kwargs=given)


def routes() -> Iterator[Route]:
    """Every route that has a name; one without is reported as such by its pattern."""
    yield from _under(get_resolver(), "", {}, "")


def _under(resolver: Any, prefix: str, outer: dict[str, bool], space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        converters = {name: isinstance(kind, IntConverter) for name, kind in entry.pattern.converters.items()}
        if isinstance(entry.pattern, RegexPattern):
            converters = dict.fromkeys(entry.pattern.regex.groupindex, False)
        asked, pattern = outer | converters, prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _under(entry, pattern, asked, inner)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            method, view = _operations().get(name, ("", entry.callback))
            yield Route(pattern, name, view, tuple(asked.items()), method)


@cache
def _operations() -> dict[str, tuple[str, Any]]:
    """How each operation of the API is asked, and its view, by the name of its address."""
    return {
        f"{api.urls_namespace}:{operation.operation_id}": (operation.methods[0], operation.view_func)
        for router in api._get_bound_routers()
        for path in router.path_operations.values()
        for operation in path.operations
    }


@cache
def _documented() -> dict[str, dict[str, Any]]:
    """Each operation as the reference of the API shows it: its parameters, its fields, an example."""
    context: Any = Browser().get("/api/").context
    return {one["id"]: one for feature in context["features"] for one in feature["operations"]}


def filters(route: Route, words: dict[str, Any]) -> dict[str, Any]:
    """Those of `words` by which a list of the API can be narrowed; what it insists on is always asked."""
    known = [one for one in _documented()[route.view.__name__]["parameters"] if one["where"] == "query"]
    insisted = {
        one["name"]: "2026-11-20" if one["type"] == "date" else "Maëlle" for one in known if one["required"]
    }
    return insisted | {one["name"]: words[one["name"]] for one in known if one["name"] in words}


def body(route: Route, words: dict[str, Any]) -> str:
    """The documented example of what an operation is sent, with `words` in the fields of their names."""
    known = _documented()[route.view.__name__]
    if not known["example"]:
        return ""
    sent = json.loads(known["example"])
    for one in known["fields"]:
        name = one["name"]
        if name in words:
            sent[name] = words[name]
        elif one["choices"] and name in sent:
            sent[name] = one["choices"][0]
    return json.dumps(sent)


def token_of(house: House, actor: Actor) -> str:
    """A token with which a machine does all that `actor` may, for a day."""
    assert actor.person
    return integrations.create_token(
        by=house.owner,
        at=clock.now(),
        label="Machine à balayer",
        person=actor.person,
        client=Client.objects.get(pk=actor.client_id) if actor.client_id else None,
        scopes=[word for word in MATRIX if actor.may(word) and not word.startswith("portal.")],
        expires_at=clock.now() + timedelta(days=1),
    ).text


def furnish(house: House) -> dict[str, Any]:
    """Something in every room of `house`; returns the objects that addresses ask for, by their name."""
    _rename(house)
    Counter.objects.create(provider=house.provider, series="ticket", last=NUMBER)
    house.client.number = f"CL-{NUMBER}"
    house.client.note = "Préfère être rappelée par la porte de service"
    house.client.save()
    house.contract.number = f"C-{NUMBER}"
    house.contract.save()
    house.site.access_note = "Le code du portail est chez la voisine"
    house.site.save()
    ticket = open_ticket(
        house,
        title="Le coffre des sauvegardes ne s’ouvre plus",
        description="Le code du coffre ne sert plus à rien.",
    )
    note = desk.add_note(
        by=house.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        text="Il faudra changer la serrure du coffre.",
        files=[("serrure secrète.txt", "text/plain", "La clé est sous le pot".encode())],
    )
    visit = desk.set_appointment(
        by=house.dispatcher,
        at=FRIDAY_1630,
        ticket=answer_all(house, ticket, FRIDAY_1630),
        technician=person_of(house.technician),
        starts_at=clock.read("2026-11-23T09:00"),
        ends_at=clock.read("2026-11-23T11:00"),
    )
    session = desk.start_work(by=house.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    contestation, custody, loan, item = work_of(house, ticket)
    paper = documents.file_document(
        b"%PDF-1.7 le papier du coffre",
        by=house.manager,
        at=FRIDAY_1630,
        kind="derogation",
        title="Accord sur le coffre",
        name="accord du coffre.pdf",
        client_id=house.client.pk,
    )
    account = prepaid.open_account(by=house.manager, at=FRIDAY_1630, contract=house.contract)
    entry = prepaid.credit(
        by=house.manager, at=FRIDAY_1630, account=account, points=Decimal(400), label="Carnet du coffre"
    )
    filed = MonthlyStatement.objects.create(
        provider=house.provider,
        client_id=house.client.pk,
        account=account,
        month=date(2026, 10, 1),
        language="fr",
        document=paper,
        made_at=FRIDAY_1630,
    )
    asked = TopUp.objects.create(
        provider=house.provider,
        client_id=house.client.pk,
        account=account,
        note="Il faut des points pour le coffre",
        asked_at=FRIDAY_1630,
        asked_by="Maëlle du coffre",
    )
    directory.set_skills(
        by=house.owner, at=FRIDAY_1630, membership=membership_of(house), names=["Serrurerie numérique"]
    )
    webhook = integrations.create_webhook(
        by=house.owner,
        at=FRIDAY_1630,
        label="Alarme du coffre",
        url="https://alarme.example.org/coffre",
        codes=["desk.*"],
    )
    delivery = integrations.try_webhook(by=house.owner, at=FRIDAY_1630, webhook=webhook)
    mailbox = mailbox_of(house, signature_fr="Le service du coffre")
    mail = take(
        mailbox,
        raw(
            sender="Nadège Postiche <nadege@coffre.example.net>",
            subject="Le coffre est resté ouvert",
            html="<p>Le coffre est resté ouvert toute la nuit</p>",
            files=(("plan du coffre.pdf", "application/pdf", b"%PDF-1.7 le plan du coffre"),),
            message_id="coffre@coffre.example.net",
        ),
    )
    call = desk.announce_call(
        by=house.technician,
        at=FRIDAY_1630,
        reference=f"coffre-{house.provider.slug}",
        state="voicemail",
        number="+33639980042",
        line="ligne du coffre",
        audio=Upload("message du coffre.mp3", "audio/mpeg", b"ID3 le coffre sonne"),
    )
    tool = access.add_tool(by=house.owner, at=FRIDAY_1630, name="Télécommande du coffre")
    yes = Answer(True, contact=house.caller, note="Le coffre peut être ouvert")
    standing = access.record_standing(
        by=house.dispatcher, at=FRIDAY_1630, client=house.client, kind="remote", answer=yes
    )
    consent = desk.record_agreement(
        by=house.technician, at=FRIDAY_1630, ticket=ticket, kind="remote", answer=yes
    )
    desk.climb(
        by=house.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        step="remote",
        reason="Le coffre ne s’ouvre pas par téléphone",
        agreement=desk.StepAgreement("given", yes),
    )
    remote = desk.start_remote(
        by=house.technician, at=FRIDAY_1630, ticket=ticket, tool=tool, equipment="Écran du coffre"
    )
    notice = Notice.objects.create(
        provider=house.provider,
        client=house.client,
        ticket=ticket,
        event=ticket.events.latest("pk"),
        contact=house.caller,
        channel="phone",
        made_at=FRIDAY_1630,
    )
    supplier = suppliers.add_supplier(
        by=house.manager,
        at=FRIDAY_1630,
        name="Serrurerie du coffre",
        kind="manufacturer",
        email="support@serrurerie-du-coffre.example.net",
        note="Demander le coffre-fort",
    )
    reference = suppliers.add_supplier_reference(
        by=house.manager,
        at=FRIDAY_1630,
        client=house.client,
        supplier=supplier,
        kind="contract",
        reference="COFFRE-1042",
    )
    case = desk.open_supplier_case(
        by=house.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        supplier=supplier,
        text="La serrure du coffre est à remplacer.",
    )
    letter = post.send_trial(by=house.owner, at=FRIDAY_1630, mailbox=mailbox, to="essai@coffre.example.net")
    trouble = AddressTrouble.objects.create(
        provider=house.provider,
        client=house.client,
        address="perdue@coffre.example.net",
        permanent=True,
        says="550 la boîte du coffre est pleine",
        since_at=FRIDAY_1630,
        last_at=FRIDAY_1630,
    )
    desk.tag_ticket(by=house.technician, at=FRIDAY_1630, ticket=ticket, add=["Coffre fort"])
    tag = desk_reading.tags(house.reader).get(name="Coffre fort")
    task = desk.add_task(by=house.technician, at=FRIDAY_1630, ticket=ticket, title="Compter le coffre")
    checklist = desk.write_checklist(
        by=house.dispatcher, at=FRIDAY_1630, name="Ouverture du coffre", lines=["Trouver la clé du coffre"]
    )
    watcher = desk.follow(by=house.manager, at=FRIDAY_1630, ticket=ticket)
    second = open_ticket(house, title="Le second coffre ne ferme plus", description="Il reste ouvert.")
    link = desk.link_tickets(
        by=house.dispatcher, at=FRIDAY_1630, ticket=ticket, other=second, kind="relates", internal=False
    )
    token = integrations.create_token(
        by=house.owner,
        at=FRIDAY_1630,
        label="Sonde du coffre",
        person=person_of(house.technician),
        scopes=["desk.read"],
        expires_at=FRIDAY_1630 + timedelta(days=30),
    ).token
    known = knowledge_of(house) | agreements_of(house)
    draft, edition, rate = own_book_of(house)
    screen = integrations.add_screen(by=house.owner, at=FRIDAY_1630, label="Écran du coffre").screen
    other, site = make_client(house.provider, house.agency, number="CL-778", name="Scierie Voisine")
    contact = make_contact(other, name="Perrine Doublure", site=site)
    house.extra["stranger"] = client_account(other, contact, role="it-correspondent")
    ruling = Ruling.objects.filter(provider=house.provider, client_id=house.client.pk).latest("pk")
    rota, swap, absence, called = on_call_of(house, ticket)
    plan = plan_of(house)
    feed, _reminder = dates_of(house)
    sold = sales_of(house)
    signature = signature_of(house)
    given_back = reversal_of(house)
    brought = Import.objects.create(
        provider=house.provider,
        kind="clients",
        name="clients du coffre.csv",
        sha256="0" * 64,
        form="CSV",
        headings=["Nom"],
        samples=["Le coffre"],
        line_count=1,
        asked_by_name="Odile du coffre",
        received_at=FRIDAY_1630,
    )
    taken = Archive.objects.create(
        provider=house.provider,
        state="ready",
        place=default_storage.save(f"{house.provider.pk}/archives/coffre.zip", ContentFile(b"PK le coffre")),
        name="clausier-coffre.zip",
        asked_by_name="Odile du coffre",
        asked_at=FRIDAY_1630,
        made_at=FRIDAY_1630,
        expires_at=FRIDAY_1630 + timedelta(days=7),
    )
    key = Authenticator.objects.create(
        user=house.technician.person, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé du coffre"}
    )
    opened = UserSession.objects.create(
        user=house.technician.person, session_key="du-coffre", ip="192.0.2.7", user_agent="Coffre"
    )
    return {
        **endings_of(house),
        **replays_of(house),
        **dispute_of(house),
        **given_back,
        "compte:session": opened.pk,
        "contestation": contestation.pk,
        "contestations:id": contestation.pk,
        "machine": custody.number,
        "custodies:number": custody.number,
        "photo": custody.photos.get().pk,
        "loan": loan.pk,
        "machine-loans:id": loan.pk,
        "hourly-items:id": item.pk,
        "pk": key.pk,
        "provider_id": "sso",
        # What these would open is whose they are by design: the sweep guesses.
        "token": "devine",
        "table": "promesses",
        "uidb36": "1",
        "key": "devine",
        "tickets:number": ticket.number,
        "demandes:number": ticket.number,
        "access": house.client.accesses.latest("pk").pk,
        "clients:number": house.client.number,
        "contrats:number": house.contract.number,
        "points:number": house.contract.number,
        "ticket": ticket.pk,
        "attachment": note.attachments.get().pk,
        "session": session.pk,
        "document": paper.pk,
        "entry": entry.pk,
        "statement": filed.pk,
        "top_up": asked.pk,
        "month": "2026-10",
        "ruling": ruling.pk,
        "site": house.site.pk,
        "contact": house.caller.pk,
        "agency": house.agency.pk,
        "member": membership_of(house).pk,
        "membership": membership_of(house).pk,
        "digest": house.provider.book.digest,
        "livres:name": house.provider.book.name,
        "livres:draft": draft.pk,
        "livres:edition": edition.pk,
        "livres:chapter": "promesses",
        "livres:clause": "VI.3",
        "livres:term": "promise.onsite-server.within",
        "livres:key": "onsite-promise",
        "livres:example": "deadline-onsite-server",
        "livres:value": rate.pk,
        "livres:kind": "promise",
        "livres:subject": ticket.pk,
        "livres:table": "contrats",
        "book-drafts:id": draft.pk,
        "book-editions:id": edition.pk,
        "law-values:id": rate.pk,
        "example": "promise",
        "mailbox": mailbox.pk,
        "mail": mail.pk,
        "position": 0,
        "call": call.pk,
        "phone:id": call.pk,
        "tool": tool.pk,
        "agreement": consent.pk,
        "clients:agreement": standing.pk,
        "remote": remote.pk,
        "notice": notice.pk,
        "agreements:id": consent.pk,
        "remote-tools:id": tool.pk,
        "remote-sessions:id": remote.pk,
        "notices:id": notice.pk,
        "letter": letter.pk,
        "trouble": trouble.pk,
        "supplier": supplier.pk,
        "reference": reference.pk,
        "ordinal": case.ordinal,
        "suppliers:id": supplier.pk,
        "supplier-references:id": reference.pk,
        "supplier-cases:id": case.pk,
        "mailboxes:id": mailbox.pk,
        "wordings:kind": "acknowledgement",
        "wordings:language": "fr",
        "courrier:kind": "acknowledgement",
        "courrier:language": "fr",
        "messages:id": mail.pk,
        "letters:id": letter.pk,
        **known,
        "webhook": webhook.pk,
        "delivery": delivery.pk,
        "jetons:token": token.pk,
        "tag": tag.pk,
        "task": task.pk,
        "checklist": checklist.pk,
        "watcher": watcher.pk,
        "link": link.pk,
        "tags:id": tag.pk,
        "checklists:id": checklist.pk,
        "ecrans:screen": screen.pk,
        "contracts:number": house.contract.number,
        "documents:number": paper.number,
        "point-accounts:contract": house.contract.number,
        "tickets:id": note.attachments.get().pk,
        "appointments:id": visit.pk,
        "sessions:id": session.pk,
        "rulings:id": ruling.pk,
        "sites:id": house.site.pk,
        "contacts:id": house.caller.pk,
        "agencies:id": house.agency.pk,
        "staff:id": membership_of(house).pk,
        "webhooks:id": webhook.pk,
        "kind": "clients",
        "source": brought.pk,
        "archive": taken.pk,
        "imports:id": brought.pk,
        "rota": rota.pk,
        "swap": swap.pk,
        "absence": absence.pk,
        "call_out": called.pk,
        "plan": plan.pk,
        **sold,
        "astreinte:person": person_of(house.technician).pk,
        "channel": "sms",
        "absences:id": absence.pk,
        "on-call-rotas:id": rota.pk,
        "on-call-stand-ins:id": swap.pk,
        "call-outs:id": called.pk,
        "recurring-plans:id": plan.pk,
        "feed": feed.pk,
        "duty": "site-access",
        "calendar-feeds:id": feed.pk,
        "signature": signature.pk,
        "sheet": 1,
        "signatures:id": signature.pk,
        "archives:id": taken.pk,
    }


def _rename(house: House) -> None:
    """The cast has the same names in both houses: here they get names that nobody else has."""
    accounts = (*house.staff.values(), house.correspondent, house.user)
    for one in (*(actor.person for actor in accounts), house.caller, house.colleague):
        assert one
        one.full_name += " de Nébuline"
        one.save()


def smuggled(house: House, objects: dict[str, Any]) -> dict[str, Any]:
    """A form filled with another's objects, under the names that forms use."""
    people = [actor.person.pk for actor in house.staff.values() if actor.person]
    return {
        "client": house.client.pk,
        "beneficiary": house.client.pk,
        "contract": house.contract.pk,
        "site": house.site.pk,
        "sites": [house.site.pk],
        "caller": house.caller.pk,
        "contact": house.caller.pk,
        "agency": house.agency.pk,
        "person": people[0],
        "assignee": people[0],
        "technician": people[0],
        "session": objects["session"],
        "entry": objects["entry"],
        "ticket": objects["ticket"],
        "number": objects["clients:number"],
        "text": "Bonjour",
        "title": "Bonjour",
        "name": "Bonjour",
        "q": "coffre",
        "kind": "reply",
        "reason": "pour voir",
    }


def smuggled_to_the_api(house: House, objects: dict[str, Any]) -> dict[str, Any]:
    """Another's objects as the API names them: files by their numbers, the rest by keys."""
    pages = smuggled(house, objects)
    keys = ("site", "sites", "caller", "contact", "agency", "person", "technician")
    return {name: pages[name] for name in keys} | {
        "client": house.client.number,
        "contract": house.contract.number,
        "ticket": objects["tickets:number"],
        "movement": objects["entry"],
    }
