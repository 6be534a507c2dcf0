"""What the sweep puts into a house for each part: work, on-call, knowledge, a book of its own."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clausier.agenda import services as agenda
from clausier.agenda.models import CalendarFeed, ReminderLetter
from clausier.contracts import services as contracts
from clausier.desk import services as desk
from clausier.desk.models import HourlyItem, Ticket
from clausier.desk.timeline import Upload
from clausier.editions import services as editions
from clausier.editions.models import BookDraft, Edition, LawValue
from clausier.foundation import clock
from clausier.foundation.actors import Actor, program
from clausier.foundation.models import Ruling
from clausier.knowledge import services as knowledge
from clausier.lifecycle import services as lifecycle
from clausier.lifecycle.models import EndingNotice, FormalNotice
from clausier.lifecycle.services import Journey, Paper, reversal
from clausier.lifecycle.services.reversal import DeviceFacts, Effort, ItemFacts, WipingFacts
from clausier.overview import services as overview
from clausier.overview.replay import Question, text_of
from clausier.recurring import services as recurring
from clausier.recurring.models import Plan
from clausier.recurring.services import PlanFacts
from clausier.roster import services as roster
from clausier.roster.models import Absence, CallOut, Rota, Swap
from clausier.sales import services as sales
from clausier.sales.services import signing
from clausier.signatures import services as signatures
from clausier.signatures.models import SignatureRequest
from clausier.signatures.services import Scan
from clausier.terms.outcome import Words
from clausier.transfer.models import EvidenceBundle
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House, make_contract
from tests.signatures.asking import pdf

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00"
    "05000201a5f645400000000049454e44ae426082"
)  # a picture of one point


def work_of(house: House, ticket: Any) -> tuple[Any, Any, Any, Any]:
    """Work that is contested, a machine in the workshop, one lent meanwhile, an hour to invoice."""
    of = {"by": house.technician, "at": FRIDAY_1630 + timedelta(minutes=1)}
    desk.decide_coverage(
        **of, ticket=ticket, cause=ticket.cause, verdict="hourly", reason="Le coffre n’est pas au contrat"
    )
    ticket.refresh_from_db()
    session = desk.log_work(
        **of,
        ticket=ticket,
        mode="remote",
        started_at=FRIDAY_1630,
        ended_at=FRIDAY_1630 + timedelta(minutes=1),
        entries=[{"text": "Coffre écouté à distance"}],
    )
    desk.validate_work(**of, session=session)
    contestation = desk.contest_work(
        **of,
        ticket=ticket,
        entries=session.entries.all(),
        reason="Personne n’a écouté ce coffre",
        channel="phone",
        contact=house.caller,
    )
    custody = desk.receive_machine(
        **of,
        client=house.client,
        label="Portable du coffre",
        brought_by="Coursier du coffre",
        code="sésame du coffre",
        photos=[Upload("coffre.png", "image/png", PIXEL)],
    )
    loan = desk.lend_machine(**of, client=house.client, label="Prêt du coffre", lent_to="Coursier du coffre")
    item = session.hourly_items.first() or HourlyItem.objects.create(
        provider=house.provider,
        client=house.client,
        ticket=ticket,
        session=session,
        worked_on=FRIDAY_1630.date(),
        at=FRIDAY_1630,
        grade="technician",
        minutes=1,
        zone=1,
        km=0,
        amount=Decimal("1.47"),
        ruling=Ruling.objects.filter(provider=house.provider).latest("pk"),
        by_name="Serrurier du coffre",
    )
    return contestation, custody, loan, item


def on_call_of(house: House, ticket: Ticket) -> tuple[Rota, Swap, Absence, CallOut]:
    """Turns with a replacement, someone away, a call-out under way, and all that carries messages."""
    by, at, person = house.owner, FRIDAY_1630, person_of(house.technician)
    rota = roster.create_rota(
        by=by,
        at=at,
        name="Veille du coffre",
        agency=house.agency,
        rhythm="weekly",
        handover_at=time(18),
        from_on=date(2026, 11, 16),
        people=[person, person_of(house.other_technician)],
    )
    swap = roster.stand_in(
        by=by,
        at=at,
        rota=rota,
        person=person_of(house.other_technician),
        starts_at=clock.read("2026-11-28T08:00"),
        ends_at=clock.read("2026-11-29T08:00"),
        reason="Fête du coffre",
    )
    absence = roster.enter_absence(
        by=by,
        at=at,
        person=person,
        kind="training",
        from_on=date(2026, 12, 7),
        until_on=date(2026, 12, 8),
        note="Stage de serrurerie au coffre",
    )
    roster.set_sender(
        by=by,
        at=at,
        channel="sms",
        kind="http",
        url="https://sms.coffre.example.org/envoi",
        headers="Authorization: Bearer clef-du-coffre",
        body='{"to": "{to}", "text": "{text} du coffre"}',
    )
    roster.set_means(by=by, at=at, person=person, by_mail=True, mobile="06 39 98 00 77")
    roster.write_needs(by=by, at=at, needs=[{"skill": "Serrurerie numérique", "equipment_class": "server"}])
    roster.make_feed(by=house.technician, at=at)
    return rota, swap, absence, roster.call_out(by=by, at=at, ticket=ticket)


def endings_of(house: House) -> dict[str, int]:
    """A notice, a formal notice, a suspension and an impediment, with the letter of the suspension."""
    by = {"by": house.owner, "at": FRIDAY_1630, "contract": house.contract}
    suspension = lifecycle.suspend_service(
        **by, ground="promise.suspension.unpaid", reason="Le loyer du coffre n’est pas payé"
    )
    event = lifecycle.declare_force_majeure(
        **by, declared_by="provider", since_on=FRIDAY_1630.date(), description="Le coffre est inondé"
    )
    common = {"provider": house.provider, "client": house.client, "contract": house.contract}
    written = {"from_party": "client", "given_at": FRIDAY_1630, "given_by": "Maëlle du coffre"}
    notice = EndingNotice.objects.create(**common, **written, note="Nous reprenons notre coffre")
    ground = "termination.grounds.not-performed"
    formal = FormalNotice.objects.create(
        **common, **written, ground=ground, clause="10", breach="Le coffre n’est jamais ouvert"
    )
    letter = suspension.letters.get()
    return {
        "preavis:notice": notice.pk,
        "ending-notices:id": notice.pk,
        "formal": formal.pk,
        "formal-notices:id": formal.pk,
        "suspension": suspension.pk,
        "suspensions:id": suspension.pk,
        "event": event.pk,
        "force-majeures:id": event.pk,
        "lettres:letter": letter.pk,
        "registered-letters:id": letter.pk,
    }


def dispute_of(house: House) -> dict[str, Any]:
    """A dispute with a document, a note and its evidence, which only an owner opens."""
    of = {"by": house.owner, "at": FRIDAY_1630}
    dispute = lifecycle.record_dispute(
        **of,
        contract=house.contract,
        matter="Le litige du coffre",
        complaint="Le coffre a été ouvert trois fois sans nous.",
        journey=Journey(presented_on=FRIDAY_1630.date()),
        scan=Paper(b"%PDF-1.7 la lettre du coffre", "lettre du coffre.pdf"),
    )
    lifecycle.add_note(**of, dispute=dispute, text="Ne rien dire du coffre")
    bundle = EvidenceBundle.objects.create(
        provider=house.provider,
        dispute=dispute,
        scope={"from_on": "2026-01-01", "until_on": "2026-11-20", "tickets": [], "with_internal": False},
        state="ready",
        place=default_storage.save(f"{house.provider.pk}/archives/preuves.zip", ContentFile(b"PK preuves")),
        name="preuves du coffre.zip",
        asked_by_name="Odile du coffre",
        asked_at=FRIDAY_1630,
        made_at=FRIDAY_1630,
        expires_at=FRIDAY_1630 + timedelta(days=7),
    )
    paper = dispute.papers.get()
    return {
        "litiges:dispute": dispute.number,
        "litiges:paper": paper.pk,
        "litiges:ruling": dispute.reflection_ruling_id,
        "litiges:bundle": bundle.pk,
        "disputes:number": dispute.number,
        "disputes:id": paper.pk,
        "evidence-bundles:id": bundle.pk,
    }


def reversal_of(house: House) -> dict[str, Any]:
    """A hosted contract that ended, what was returned of it with a reservation, wiped and certified."""
    of, day = {"by": house.owner, "at": FRIDAY_1630}, FRIDAY_1630.date()
    hosted = make_contract(
        house.client, number="C-778", kind="hosted", book=house.provider.book.name, covered={}
    )
    paper = Paper(b"%PDF-1.7 le coffre rendu", "coffre rendu.pdf")
    lifecycle.end_by_agreement(**of, contract=hosted, ends_on=day, reason="Fin du coffre", document=paper)
    file = reversal.open_reversal(
        **of,
        contract=hosted,
        scope="Tout ce que le coffre contient",
        effort=Effort(1, 2),
        journey=Journey(tracking="COFFRE", presented_on=day),
        scan=paper,
    )
    facts = ItemFacts("data", "Inventaire du coffre", "au fond du coffre", "liste du coffre")
    item = reversal.list_item(**of, reversal=file, facts=facts)
    reversal.return_item(**of, item=item)
    record = reversal.issue_record(**of, reversal=file, medium="Clé du coffre rendu", signer=house.caller)
    said = reversal.make_reservation(**of, record=record, text="Le coffre rendu est vide")
    request = reversal.signing.requests_about(record)[0]
    scan = Scan("Signataire du coffre rendu", day, "coffre signé.pdf", pdf("Le coffre rendu"))
    signatures.record_scan(**of, request=request, scan=scan)
    signed = signatures.countersign(**of, request=request).signed_document
    reversal.complete_record(**of, record=record, document=signed)
    reversal.lift_reservation(**of, reservation=said, because="Le coffre est plein", document=paper)
    disk = DeviceFacts("nas", "NAS du coffre", "COFFRE-NAS-1", "derrière le coffre")
    device = reversal.list_device(**of, reversal=file, facts=disk)
    person = person_of(house.technician)
    how = WipingFacts("overwrite", day, "done", person, verifier=person, tool="Marteau du coffre")
    wiping = reversal.record_wiping(**of, device=device, facts=how)
    reversal.issue_certificate(**of, reversal=file)
    return {
        "reversal": file.number,
        "reversals:number": file.number,
        "reversibilite-etapes:step": file.steps.latest("pk").pk,
        "reversal-steps:id": file.steps.latest("pk").pk,
        "reversibilite-elements:item": item.pk,
        "reversal-items:id": item.pk,
        "bordereaux:record": record.pk,
        "delivery-records:id": record.pk,
        "reserves:reservation": said.pk,
        "reservations:id": said.pk,
        "supports:device": device.pk,
        "wiped-devices:id": device.pk,
        "effacements:wiping": wiping.pk,
        "wipings:id": wiping.pk,
    }


def plan_of(house: House) -> Plan:
    """Work that comes back, with a date that passed."""
    facts = PlanFacts(
        title="Ronde du coffre",
        description="Ouvrir puis refermer le coffre.",
        checklist="Le coffre est fermé",
        equipment_class="server",
        rhythm="weeks",
        weekday=0,
        starts_on=date(2026, 11, 2),
        site=house.site,
    )
    plan = recurring.create_plan(by=house.owner, at=FRIDAY_1630, client=house.client, facts=facts)
    recurring.make_due(by=program(house.provider), at=FRIDAY_1630, plan=plan)
    return plan


def dates_of(house: House) -> tuple[CalendarFeed, ReminderLetter]:
    """A duty looked at, reminders settled and sent, a calendar address; the mailbox stands already."""
    of = {"by": house.owner, "at": FRIDAY_1630}
    contracts.keep_terms(**of, contract=house.contract)
    agenda.check_duty(
        **of, client=house.client, duty="site-access", state="unmet", note="Le coffre barre la porte"
    )
    agenda.settle_reminders(
        **of, notice_days=[366, 30], renewal_days=[366], tells_missed=True, people=[person_of(house.manager)]
    )
    agenda.settle_client_reminders(**of, client=house.client, is_on=True)
    agenda.remind(**of)
    feed = agenda.make_feed(**of, scope="client", about=house.client, label="Agenda du coffre").feed
    letter = ReminderLetter.objects.filter(provider=house.provider).latest("pk")
    return feed, letter


def signature_of(house: House) -> SignatureRequest:
    """A paper that came back signed on paper, was countersigned and sealed."""
    of = {"at": FRIDAY_1630, "by": house.owner}
    content = pdf("Le coffre, signé")
    made = signatures.request_on_file(
        **of,
        client=house.client,
        content=content,
        file_name="devis du coffre.pdf",
        purpose="Devis du coffre",
        signer=house.caller,
        site_url="https://coffre.example.org/",
    )
    scan = Scan(
        "Signataire du coffre", FRIDAY_1630.date(), "coffre signé.pdf", content, role="Garde du coffre"
    )
    signatures.record_scan(**of, request=made, scan=scan)
    signatures.countersign(**of, request=made, role="Gardienne du coffre")
    return made


def knowledge_of(house: House) -> dict[str, Any]:
    """An article for this client alone, a canned answer, and a bad mark of a closed ticket."""
    of = {"at": FRIDAY_1630, "by": house.owner}
    article = knowledge.write_article(
        **of,
        title="Ouvrir le coffre sans la clé",
        body="La combinaison du coffre est au dos du calendrier.",
        category="Serrures du coffre",
        audience="chosen",
        clients=[house.client],
    )
    knowledge.publish_article(**of, article=article)
    file = knowledge.add_file(
        **of, article=article, name="photo du coffre.png", content_type="image/png", content=b"le coffre"
    )
    answer = knowledge.write_answer(
        **of, title="Le coffre est fermé", body_fr="Le coffre se rouvre lundi.", shared=True
    )
    desk.settle_surveys(
        **of, is_on=True, percent=100, quiet_days=0, changeable_days=9, site_url="https://coffre.example.org/"
    )
    ticket = open_ticket(
        house, title="Le coffre grince encore", description="Il grince du coffre.", caller=house.caller
    )
    desk.close_ticket(by=house.technician, at=FRIDAY_1630, ticket=ticket)
    survey = desk.ask_opinion(**of, ticket=ticket)
    assert survey
    desk.give_mark(
        by=house.correspondent, at=FRIDAY_1630, survey=survey, mark=1, comment="Le coffre grince toujours"
    )
    return {
        "article": article.number,
        "articles:number": article.number,
        "articles:id": file.pk,
        "file": file.pk,
        "version": 1,
        "answer": answer.pk,
        "canned-answers:id": answer.pk,
        "surveys:id": survey.pk,
    }


def sales_of(house: House) -> dict[str, Any]:
    """An item, an issued quote, a draft with a derogation, an order with a change that waits."""
    of = {"by": house.manager, "at": FRIDAY_1630}
    item = sales.add_item(
        **of,
        facts=sales.ItemFacts(code="COFFRE", name="Coffre ignifuge", kind="goods", unit="piece"),
        amount=Decimal(900),
        cost=Decimal(700),
    )
    line = sales.line_of(item, FRIDAY_1630.date())

    def written(title: str, **said: Any) -> Any:
        facts = sales.QuoteFacts(title=title, valid_days=30, contact=house.caller)
        return sales.create_quote(**of, client=house.client, facts=facts, lines=[line], **said)

    signed = sales.issue_quote(**of, quote=written("Le coffre vendu"))
    signing.withdraw(signed, at=FRIDAY_1630, reason="Signé au coffre")
    sales.accept_quote(**of, quote=signed, signer_name="Maëlle du coffre", content=b"%PDF-1.7 le coffre")
    order = sales.confirm_order(**of, quote=signed)
    change = sales.propose_change(
        **of, order=order, kind="change", asked_by_side="client", text="Un coffre plus grand."
    )
    offered = sales.issue_quote(**of, quote=written("Un second coffre à vendre"))
    proposed = sales.DerogationGiven(*_derogation_of(house), "Le coffre le veut")
    draft = written("Le brouillon du coffre", derogations=[proposed])
    return {
        "item": item.pk,
        "catalogue:id": item.pk,
        "quote": offered.number,
        "quotes:number": offered.number,
        "quotes:version": 1,
        "devis:version": 1,
        "derogation": draft.derogations.get().pk,
        "order": order.number,
        "orders:number": order.number,
        "change": change.number,
    }


def _derogation_of(house: House) -> tuple[str, Any]:
    """A term of the house's book, and another value for it."""
    if house.provider.book.name.startswith("ims"):
        return "delays.quote-validity", 15
    return "contract.amendment.notice", 2


def own_book_of(house: House) -> tuple[BookDraft, Edition, LawValue]:
    """A draft of a book of its own, an edition that will take effect, a value of law to confirm."""
    of = {"by": house.owner, "at": FRIDAY_1630}
    drafts = [
        editions.start_draft(**of, base=house.provider.book, effective_on=date(2027, 1, 1)) for _ in range(2)
    ]
    title = Words("Conditions du coffre", "Terms of the strongbox")
    for draft in drafts:
        editions.settle_draft(**of, draft=draft, title=title, effective_on=date(2027, 1, 1))
    rate = editions.enter_law_value(
        **of,
        series="late-payment.legal-rate",
        since_on=date(2026, 7, 1),
        value=Decimal("2.7"),
        reference="Journal du coffre",
        published_on=date(2026, 6, 26),
    )
    return drafts[0], editions.publish_draft(**of, draft=drafts[1], accepted=True), rate


def replays_of(house: House) -> dict[str, int]:
    """Two replays that the owner asked for, with what they found."""
    of = {"by": house.owner, "at": FRIDAY_1630}
    asked = Question(text_of(house.owner, house.provider.book.digest), date(2026, 1, 1), FRIDAY_1630.date())
    made = []
    for _ in range(2):
        made.append(overview.ask_replay(**of, question=asked))
        overview.find(made[-1], **of)
    return {"kept": made[0].pk, "other": made[1].pk, "replays:id": made[0].pk}


def person_of(actor: Actor) -> Any:
    assert actor.person
    return actor.person


def membership_of(house: House) -> Any:
    return person_of(house.technician).memberships.get(ended_at=None)


def agreements_of(house: House) -> dict[str, Any]:
    """An amendment that was sent, a machine covered by name, a mandate, a question, an order begun."""
    of = {"by": house.manager, "at": FRIDAY_1630}
    line = contracts.Line("Coffre de secours", 1, Decimal("12.50"), "month", "server")
    amendment = contracts.write_amendment(
        **of,
        contract=house.contract,
        subject="Un coffre de plus",
        lines=[line],
        announced_on=FRIDAY_1630.date(),
        effect="agreed-day",
        effective_on=date(2026, 12, 1),
    )
    contracts.send_amendment(**of, amendment=amendment)
    item = contracts.cover_item(
        **of, contract=house.contract, kind="vm", name="SRV-COFFRE du sous-sol", from_on=FRIDAY_1630.date()
    )
    mandate = contracts.record_mandate(
        **of,
        client=house.client,
        reference=f"COFFRE-{house.client.pk}",
        iban="FR94 9999 9000 0100 00DE MO00 121",
        signed_on=FRIDAY_1630.date(),
        content=b"%PDF-1.7 le mandat du coffre",
    )
    question = contracts.ask_acceptance(
        **of, client=house.client, contract=house.contract, note="Le coffre est dans ces conditions"
    )
    return {
        "avenants:number": amendment.number,
        "avenants:act": "retrait",
        "amendment": amendment.number,
        "item": item.pk,
        "covered-items:id": item.pk,
        "mandate": mandate.pk,
        "mandates:id": mandate.pk,
        "question": question.pk,
        "acceptance-requests:id": question.pk,
        "contrats:key": "options",
    }
