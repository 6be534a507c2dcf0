"""What applies, amendments, editions and hosted orders on their pages, the client's side in the portal."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clausier.contracts import services
from clausier.contracts.models import Acceptance, Amendment
from tests.console.visits import address, get, post, signed_in
from tests.contracts.test_adoptions import shorter
from tests.people import FRIDAY_1630

TYPED = {
    "lines_count": "2",
    "subject": "Deux postes de plus",
    "announced_on": "2026-11-20",
    "effect": "term",
    "label_0": "Postes de l’accueil",
    "class_0": "workstation",
    "quantity_0": "2",
    "price_0": "21,50",
    "period_0": "month",
}


@pytest.fixture(autouse=True)
def on_friday(at):
    at("2026-11-20T16:42")


def test_what_applies_stands_beside_the_book_with_what_is_to_come(imri):
    services.derogate(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        term="promise.onsite-server.within",
        value=2,
        since_on=FRIDAY_1630.date().replace(month=12),
        reason="Convenu",
        content=b"%PDF-1.7",
        file_name="avenant.pdf",
    )
    page = get(imri, "contract-terms", "C-0001").content.decode()
    assert "dérogation est à venir" in page
    later = signed_in(imri.reader).get(address(imri, "contract-terms", "C-0001") + "?au=2026-12-24&ecarts=1")
    assert "<del>4\u00a0heures ouvrées</del> <ins>2\u00a0heures ouvrées</ins>" in later.content.decode()
    why = address(imri, "contract-term-why", "C-0001") + "?terme=promise.onsite-server.within&au=2026-12-24"
    assert "VI.3" in signed_in(imri.reader).get(why).content.decode()
    files = {"pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}
    for form, start in files.items():
        sent = signed_in(imri.reader).get(address(imri, "contract-terms", "C-0001") + f"?fichier={form}")
        assert sent.content.startswith(start)


def test_an_amendment_is_written_sent_agreed_to_in_the_portal_and_countersigned(imri):
    answer = post(imri, "amendment-create", "C-0001", role="manager", **TYPED)
    assert answer.status_code == 302
    number = Amendment.objects.get().number
    post(imri, "amendment-act", number, "envoi", role="manager")
    door = reverse("portal-amendment", args=[imri.provider.slug, number])
    client = signed_in(imri.correspondent)
    assert (
        "Deux postes de plus"
        in client.get(reverse("portal-contracts", args=[imri.provider.slug])).content.decode()
    )
    assert client.post(door, {"name": "Maëlle Cobaye"}).status_code == 422
    assert client.post(door, {"name": "Maëlle Cobaye", "agreed": "on"}).status_code == 302
    assert "à contresigner" in get(imri, "contract-amendments", "C-0001").content.decode()
    post(imri, "amendment-act", number, "contresignature", role="manager")
    assert Amendment.objects.get().stage == "agreed"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"price_0": ""}, "prix de l’unité"),
        ({"quantity_0": "0"}, "Indiquez combien"),
        ({"announced_on": "2026-11-19", "effect": "agreed-day"}, "Indiquez le jour"),
        ({"lines_count": "0"}, "au moins une ligne"),
    ],
)
def test_an_amendment_that_cannot_stand_keeps_what_was_typed(imri, facts, said):
    answer = post(imri, "amendment-create", "C-0001", role="manager", **(TYPED | facts))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Amendment.objects.exists()


def test_a_client_is_asked_to_accept_and_accepts_in_the_portal(imri):
    assert "inconnue" in get(imri, "contracts-acceptances").content.decode()
    post(imri, "contract-edition-ask", "C-0001", role="dispatcher")
    question = imri.client.acceptance_requests.get()
    door = reverse("portal-acceptance", args=[imri.provider.slug, question.pk])
    assert (
        signed_in(imri.correspondent).post(door, {"name": "Maëlle Cobaye", "agreed": "on"}).status_code == 302
    )
    assert Acceptance.objects.get().means == "online"
    assert get(imri, "contract-edition", "C-0001").status_code == 200
    assert get(imri, "contracts-editions").status_code == 200


def test_a_contract_comes_under_another_edition_after_a_preview_and_the_client_s_paper(imri):
    book = shorter(imri)
    asked = f"?vers={book.digest}"
    page = address(imri, "contract-edition", "C-0001") + asked
    manager = signed_in(imri.manager)
    shown = manager.get(page).content.decode()
    assert "Durée de l’infogérance" in shown
    assert "Faire passer le contrat" not in shown
    paper = SimpleUploadedFile("accord.pdf", b"%PDF-1.7", content_type="application/pdf")
    facts = {"accepted_on": "2026-11-20", "means": "paper", "accepted_by": imri.caller.pk, "document": paper}
    assert manager.post(address(imri, "contract-accept", "C-0001") + asked, facts).status_code == 302
    assert "Faire passer le contrat" in manager.get(page).content.decode()
    many = address(imri, "contracts-editions-adopt")
    manager.post(many, {"vers": book.digest, "le": "2027-01-01", "contract": ["C-0001"]})
    adoption = imri.contract.adoptions.get()
    assert (adoption.book, adoption.effective_on) == (book, date(2027, 1, 1))
    assert "prend effet le" in manager.get(page).content.decode()
