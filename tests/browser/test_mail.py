"""A mail is qualified, answered, and its answer comes back; a supplier is asked and chased."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clausier.desk.models import Ticket
from clausier.desk.tasks import write_to_client
from clausier.directory import suppliers
from clausier.foundation import clock
from clausier.foundation.models import JournalEntry
from clausier.post.models import OutgoingMail
from tests.post.mails import mailbox_of, raw, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mail_is_qualified_answered_and_answered_again(screen, imri, at):
    at("2026-11-20T16:30")
    box = mailbox_of(imri)
    sender = "Nina Nouvelle <nina@" + imri.caller.email.partition("@")[2] + ">"
    first = take(box, raw(sender=sender, subject="La ligne du siège est coupée"))
    screen.sign_in(imri.dispatcher)
    page, slug = screen.page, imri.provider.slug

    page.goto(screen.base + reverse("mail", args=[slug]))
    page.get_by_role("link", name="La ligne du siège est coupée").click()
    page.get_by_role("link", name="Qualifier", exact=True).click()
    page.get_by_label(imri.client.name).check()
    page.get_by_role("button", name="Ouvrir le ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La ligne du siège est coupée")
    ticket = Ticket.objects.get()
    ticket.caller = imri.caller
    ticket.save(update_fields=["caller"])
    page.reload()
    page.locator("#write_text").fill("Nous regardons la ligne.")
    page.locator("#ecrire button[data-main-submit]").click()
    expect(page.locator("#fil")).to_contain_text("Nous regardons la ligne.")
    told = JournalEntry.objects.filter(code="desk.reply_sent").latest("pk")
    write_to_client(entry=told.pk, provider_id=imri.provider.pk)
    letter = OutgoingMail.objects.filter(kind="reply").latest("pk")
    take(
        box,
        raw(
            sender=imri.caller.email,
            subject=f"Re: {letter.subject}",
            text="Toujours coupée.",
            message_id="retour@client.example.org",
            In_Reply_To=f"<{letter.message_id}>",
            References=f"<{first.message_id}>",
        ),
    )
    page.reload()
    expect(page.locator("#fil")).to_contain_text("Toujours coupée.")


def test_a_supplier_is_asked_and_chased(screen, imri, at):
    at("2026-11-20T16:30")
    mailbox_of(imri)
    for name, kind in (("Télécom Fictif", "carrier"), ("Constructions Modèles", "manufacturer")):
        suppliers.add_supplier(
            by=imri.manager,
            at=clock.now(),
            name=name,
            kind=kind,
            domains=["telecom-fictif.example.com"] if kind == "carrier" else [],
            email=f"support@{kind}.example.com",
            customer_number="TF-1042",
            phone="+33199000201",
        )
    take(
        mailbox_of(imri, name="aide"),
        raw(sender=imri.caller.email, subject="Télécom Fictif ne répond plus"),
    )
    ticket = Ticket.objects.get()
    screen.sign_in(imri.dispatcher)
    page, slug = screen.page, imri.provider.slug
    page.goto(screen.base + reverse("case-open", args=[slug, ticket.number]))
    screen.see("fournisseur-lettre")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_text("chez le fournisseur").first).to_be_visible()
    at("2026-11-26T10:00")
    page.reload()
    expect(page.get_by_text("à relancer").first).to_be_visible()
    screen.see("fournisseur-dossier")
    page.goto(screen.base + reverse("suppliers", args=[slug]))
    screen.see("fournisseurs")
    page.goto(screen.base + reverse("supplier-files", args=[slug]))
    screen.see("fournisseurs-fiches")
    page.get_by_role("link", name="Télécom Fictif").click()
    screen.see("fournisseur")
    page.goto(screen.base + reverse("ticket", args=[slug, ticket.number]))
    expect(page.locator("#fournisseurs")).to_contain_text("Télécom Fictif")
    screen.see("fournisseur-ticket")
    page.goto(screen.base + reverse("today", args=[slug]))
    screen.see("fournisseur-aujourdhui")
