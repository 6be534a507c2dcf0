"""The pages of suppliers: a file made, a case opened from its ticket, followed and ended; the API too."""

from __future__ import annotations

import pytest

from clausier.desk.models import SupplierCase
from clausier.directory.models import Supplier
from clausier.post.models import OutgoingMail
from clausier.post.services import create_mailbox
from tests.api.asking import Machine
from tests.console.visits import address, get, post, signed_in
from tests.desk.asking import open_ticket
from tests.post.mails import mailbox_of


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


MADE = {
    "name": "Télécom Fictif",
    "kind": "carrier",
    "email": "support@telecom-fictif.example.com",
    "domains": "telecom-fictif.example.com",
    "answers_within_days": "3",
    "language": "fr",
}


def said(answer) -> str:
    return answer.content.decode()


def test_a_case_is_opened_from_its_ticket_followed_and_ended(imri):
    mailbox_of(imri)
    assert "Ajouter le premier" in said(get(imri, "supplier-files"))
    assert "n’est pas un domaine" in said(post(imri, "supplier-create", **(MADE | {"domains": "non"})))
    assert post(imri, "supplier-create", **MADE).status_code == 302
    supplier = Supplier.objects.get()
    sent = {"client": imri.client.pk, "kind": "contract", "reference": "FIB-77", "what": "fibre"}
    assert post(imri, "supplier-reference-add", supplier.pk, **sent).status_code == 302
    assert "FIB-77" in said(get(imri, "supplier", supplier.pk))

    ticket = open_ticket(imri, equipment_class="network", cause="internet-access", title="Plus d’internet")
    assert "la lettre est prête" in said(get(imri, "ticket", ticket.number))
    assert "Écrire au fournisseur" in said(get(imri, "today"))
    page = said(get(imri, "case-open", ticket.number))
    assert "FIB-77 (fibre)" in page
    asked = {"supplier": supplier.pk, "channel": "mail", "subject": "Plus d’internet", "text": "Coupure."}
    assert post(imri, "case-open", ticket.number, **asked).status_code == 302
    assert OutgoingMail.objects.get().to == [MADE["email"]]
    where = (ticket.number, 1)
    assert "Le client ne voit rien de cette page." in said(get(imri, "case", *where))
    assert "Télécom Fictif" in said(get(imri, "suppliers"))
    assert post(imri, "case-write", *where, kind="letter", text="").status_code == 422
    assert (
        post(imri, "case-write", *where, kind="call", text="Ils regardent", direction="out").status_code
        == 302
    )
    assert post(imri, "case-wait", *where, until_on="2026-11-19").status_code == 422
    assert post(imri, "case-wait", *where, until_on="2026-11-27").status_code == 302
    assert post(imri, "case-change", *where, references="INC1, INC2", rma_number="R9").status_code == 302
    other = open_ticket(imri, title="Le dépôt aussi")
    assert post(imri, "case-join", *where, ticket=other.number).status_code == 302
    assert post(imri, "case-join", *where, ticket=9999).status_code == 422
    assert post(imri, "case-end", *where, outcome="solved", text="Ligne refaite").status_code == 302
    assert "prévenir le client et clore" in said(get(imri, "ticket", other.number))
    assert post(imri, "case-reopen", *where, reason="Encore").status_code == 302
    assert SupplierCase.objects.get().state == "answered"
    assert get(imri, "case", *where, role="accountant").status_code == 200
    assert post(imri, "case-write", *where, role="accountant", kind="note", text="Non").status_code == 403


def test_what_is_written_to_a_supplier_is_nothing_of_the_client_s(imri):
    mailbox_of(imri)
    post(imri, "supplier-create", **MADE)
    ticket = open_ticket(imri)
    sent = {
        "supplier": Supplier.objects.get().pk,
        "channel": "mail",
        "subject": "Panne",
        "text": "Secret du dossier",
    }
    post(imri, "case-open", ticket.number, **sent)
    page = address(imri, "portal-ticket", ticket.number)
    browser = signed_in(imri.correspondent)
    assert "Secret" not in said(browser.get(page))
    assert post(imri, "suppliers-told", role="owner", shown="on").status_code == 302
    shown = said(browser.get(page))
    assert "Chez l’opérateur depuis le" in shown
    assert "Télécom" not in shown
    mine = Machine(imri, imri.correspondent)
    assert mine.get(f"/tickets/{ticket.number}/supplier-waits")["items"][0]["kind"] == "carrier"
    assert mine.refused("GET", "/supplier-cases")["status"] == 403
    found = get(imri, "search", q="secrets dossiers").content.decode()
    assert "<mark>Secret</mark>" in found


def test_machines_follow_cases_and_set_mail(imri):
    desk = Machine(imri, imri.manager)
    made = desk.post("/mailboxes", {"name": "support", "address": "support@nebuline.example.org"})
    assert (
        desk.refused("PATCH", f"/mailboxes/{made['id']}", {"arrival": "imap", "host": "10.0.0.9"})["field"]
        == "host"
    )
    changed = desk.ask(
        "PUT", "/wordings/acknowledgement/fr", {"subject": "{objet}", "body": "Reçu. {signature}"}
    )
    assert changed.json()["own"] is True
    supplier = desk.post("/suppliers", {"name": "Télécom Fictif", "kind": "carrier", "email": MADE["email"]})
    ticket = open_ticket(imri)
    assert "Bonjour" in desk.get(f"/tickets/{ticket.number}/supplier-letter")["text"]
    case = desk.post(
        f"/tickets/{ticket.number}/supplier-cases", {"supplier": supplier["id"], "text": "Panne"}
    )
    assert (case["name"], case["state"], case["chase_on"]) == (f"{ticket}/1", "with-supplier", "2026-11-24")
    assert desk.post(f"/supplier-cases/{case['id']}/letters", {"text": "Alors ?"})["chases"] == 1
    ended = desk.post(f"/supplier-cases/{case['id']}/end", {"outcome": "replaced"})
    assert (ended["outcome"], ended["is_due"]) == ("replaced", False)
    assert len(desk.get(f"/supplier-cases/{case['id']}/events")["items"]) == 4
    assert desk.get("/callbacks?done=false")["items"] == []


def test_a_mailbox_reaches_inner_hosts_only_where_the_installation_names_them(imri, settings):
    from clausier.foundation.clock import now
    from clausier.foundation.errors import InvalidInput
    from clausier.post import fetching
    from clausier.post.models import Mailbox

    inner = {"arrival": "imap", "host": "192.168.7.9", "username": "u", "password": "p"}
    with pytest.raises(InvalidInput) as refused:
        create_mailbox(by=imri.manager, at=now(), name="lan", address="lan@nebuline.example.org", **inner)
    assert refused.value.field == "host"
    settings.MAIL_INTERNAL_HOSTS = ["192.168.7.9"]
    made = create_mailbox(by=imri.manager, at=now(), name="lan", address="lan@nebuline.example.org", **inner)
    # A name that resolves inside is caught when the connection is made.
    made.host = "localhost"
    assert fetching.fetch(made) == 0
    assert "réseau privé" in Mailbox.objects.get(pk=made.pk).trouble
