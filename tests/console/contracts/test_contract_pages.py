"""Contracts on their pages: the edition they pin, their term, derogations with their paper, acceptance."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clausier.contracts.models import Acceptance, Contract, CoveredClass, Derogation
from clausier.contracts.services import accept_terms
from tests.console.visits import address, get, post, signed_in
from tests.people import FRIDAY_1630, SIGNED_ON

WITHIN = "promise.onsite-server.within"


@pytest.fixture(autouse=True)
def on_friday(at):
    at("2026-11-20T16:42")


def paper(name: str = "avenant.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 signed", content_type="application/pdf")


def derogate(house, **facts):
    typed = {
        "term": WITHIN,
        "value": "2",
        "since_on": "2026-11-20",
        "agreed_on": "2026-11-20",
        "reason": "Délai convenu au devis",
        "document": paper(),
    } | facts
    sent = {key: value for key, value in typed.items() if value is not None}
    return post(house, "contract-derogate", "C-0001", role="manager", **sent)


def test_the_list_shows_each_contract_with_its_notice_and_why(imri):
    listed = get(imri, "contracts").content.decode()
    assert "C-0001" in listed
    assert "infogérance" in listed
    assert "rule=notice-deadline" in listed


def test_the_page_shows_the_pinned_edition_and_what_is_covered(imri):
    shown = get(imri, "contract", "C-0001").content.decode()
    assert imri.contract.book.digest in shown
    assert "13\u00a0mars\u00a02027" in shown
    assert "Aucune : ce contrat suit" in shown.replace("\u00a0", " ")


def test_a_points_contract_says_that_it_has_no_term(ims):
    assert "ne donne pas d’échéance" in get(ims, "contract", "C-0001").content.decode()


@pytest.mark.parametrize("name", ["contract", "contract-derogate", "contract-accept", "contract-cover"])
def test_a_stranger_s_contract_does_not_exist(imri, ims, name):
    assert signed_in(ims.owner).get(address(imri, name, "C-0001")).status_code == 404


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("contract-derogate", {"owner", "manager"}),
        ("contract-cover", {"owner", "manager"}),
        ("contract-accept", {"owner", "manager", "dispatcher"}),
    ],
)
def test_each_act_is_for_those_whose_role_carries_it(imri, name, allowed):
    for role in imri.staff:
        expected = 200 if role in allowed else 403
        assert get(imri, name, "C-0001", role=role).status_code == expected


def test_a_contract_is_created_under_the_provider_s_book(imri):
    url = address(imri, "contract-create") + "?client=CL-001"
    facts = {
        "kind": "hosted",
        "starts_on": "2026-12-01",
        "sites": [imri.site.pk],
        "quantity_server": "1",
    }
    answer = signed_in(imri.owner).post(url, facts)
    made = Contract.objects.get(kind="hosted")
    assert answer["Location"] == address(imri, "contract", made.number)
    assert made.book == imri.provider.book
    assert list(made.sites.all()) == [imri.site]
    assert CoveredClass.objects.get(contract=made).quantity == 1


def test_without_a_client_one_is_chosen_first(imri):
    assert imri.client.name in get(imri, "contract-create", role="owner").content.decode()


def test_a_derogation_is_filed_with_its_paper_and_shown_against_the_book(imri):
    assert derogate(imri).status_code == 302
    row = Derogation.objects.get()
    shown = get(imri, "contract", "C-0001").content.decode()
    assert row.document.number in shown
    assert "<del>4\u00a0heures ouvrées</del>" in shown
    assert "<ins>2\u00a0heures ouvrées</ins>" in shown
    sent = signed_in(imri.reader).get(address(imri, "paper", row.document_id))
    assert sent.content == b"%PDF-1.7 signed"
    assert "inline" in sent["Content-Disposition"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"value": "bientôt"}, "Indiquez un nombre"),
        ({"value": "4"}, "déjà ce que dit le livre"),
        ({"document": None}, "joignez le document"),
        ({"since_on": "2026-11-01"}, "se convient d’avance"),
        ({"reason": ""}, "obligatoire"),
    ],
)
def test_a_derogation_that_cannot_stand_keeps_what_was_typed(imri, facts, said):
    answer = derogate(imri, **facts)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Derogation.objects.exists()


def test_a_paper_that_could_harm_a_browser_is_only_downloaded(imri):
    derogate(imri, document=SimpleUploadedFile("a.html", b"<script>1</script>", content_type="text/html"))
    sent = signed_in(imri.owner).get(address(imri, "paper", Derogation.objects.get().document_id))
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["Content-Type"] == "application/octet-stream"


def test_another_provider_s_paper_does_not_exist(imri, ims):
    derogate(imri)
    number = Derogation.objects.get().document_id
    assert signed_in(ims.owner).get(address(ims, "paper", number)).status_code == 404


def test_the_acceptance_is_recorded_with_its_paper_and_shown(imri):
    facts = {
        "accepted_on": "2025-03-14",
        "means": "paper",
        "accepted_by": imri.caller.pk,
        "document": paper(),
    }
    assert post(imri, "contract-accept", "C-0001", **facts).status_code == 302
    row = Acceptance.objects.get()
    assert row.digest == imri.contract.book.digest
    assert row.document is not None
    assert "Maëlle Cobaye" in get(imri, "contract", "C-0001").content.decode()
    assert "Conditions acceptées" in get(imri, "client", "CL-001").content.decode()


def test_a_client_without_contract_accepts_the_provider_s_terms(ims):
    facts = {"accepted_on": "2026-11-20", "means": "quote-request", "accepted_by_name": "Zoé Modèle"}
    post(ims, "client-accept", "CL-001", **facts)
    assert Acceptance.objects.get().contract is None


def test_what_is_covered_changes_from_its_day(imri):
    post(
        imri,
        "contract-cover",
        "C-0001",
        role="manager",
        equipment_class="workstation",
        quantity="37",
        from_on="2026-11-20",
    )
    assert "37" in get(imri, "contract", "C-0001").content.decode()


def test_the_list_takes_a_number_of_queries_that_does_not_grow(imri, django_assert_max_num_queries):
    for n in range(20):
        Contract.objects.create(
            provider=imri.provider,
            client=imri.client,
            number=f"C-1{n:03d}",
            kind="managed",
            book=imri.provider.book,
            starts_on=SIGNED_ON,
        )
    browser = signed_in(imri.owner)
    with django_assert_max_num_queries(25):
        browser.get(address(imri, "contracts"))


def test_terms_accepted_by_someone_of_the_file_need_no_name(imri):
    accept_terms(
        by=imri.owner,
        at=FRIDAY_1630,
        client=imri.client,
        contract=imri.contract,
        accepted_on=SIGNED_ON,
        means="paper",
        accepted_by=imri.caller,
    )
    assert "Acceptation inconnue" not in get(imri, "contract", "C-0001").content.decode()


def test_the_line_of_a_contract_runs_from_its_first_term_to_the_running_one(imri, at):
    at("2029-06-01T10:00")
    life = get(imri, "contract", "C-0001").context["signed"].life
    assert life.terms[0].starts_on == SIGNED_ON
    assert [term.starts_on.year for term in life.terms] == [2025, 2026, 2027, 2028, 2029]
    assert (life.notice_by.year, life.notice_by.month) == (2029, 12)


def test_before_its_start_a_contract_shows_its_first_term(imri, at):
    at("2025-01-10T10:00")
    life = get(imri, "contract", "C-0001").context["signed"].life
    assert [term.starts_on for term in life.terms] == [SIGNED_ON]
