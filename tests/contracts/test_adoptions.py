"""Adoption of another edition: on the client's agreement alone, from its day, what was ruled before stays."""

from datetime import date

import pytest

from clausier.contracts import adopting, queries, services
from clausier.contracts.errors import AgreementMissing, AlreadyAsked, AlreadyUnder, SilenceIsNotConsent
from clausier.contracts.models import Contract
from clausier.desk import facts
from clausier.editions import services as editions
from clausier.editions.services import TermChange
from clausier.foundation import books
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from clausier.terms.outcome import Words
from tests.console.visits import address
from tests.people import FRIDAY_1630
from tests.post.mails import mailbox_of

WITHIN = "promise.onsite-workstation.within"
DURATION = "contract.duration.managed"
ON = date(2027, 1, 1)
BEFORE = date(2026, 12, 31)


def edition(house, *, without=(), **values):
    """An edition of the house's own: the text it starts from with other values, and some terms less."""
    base = house.contract.book
    draft = editions.start_draft(by=house.owner, at=FRIDAY_1630, base=base, effective_on=ON)
    book = books.read(base)
    for name, value in values.items():
        term, clause = book.terms[name], book.timeline(name)[-1].clause
        change = TermChange(value, clause, Words(term.label.fr, term.label.en))
        editions.change_term(by=house.owner, at=FRIDAY_1630, draft=draft, name=name, change=change)
    for name in without:
        editions.remove_term(by=house.owner, at=FRIDAY_1630, draft=draft, name=name)
    return editions.publish_draft(by=house.owner, at=FRIDAY_1630, draft=draft, accepted=True).book


def shorter(house, **more):
    values = {WITHIN: 7, DURATION: {"initial": 12, "renewal": 12, "notice": 2}}
    return edition(house, **{**values, **more})


def derogate(house, term, value):
    return services.derogate(
        by=house.manager,
        at=FRIDAY_1630,
        contract=house.contract,
        term=term,
        value=value,
        since_on=FRIDAY_1630.date(),
        reason="Convenu",
        content=b"%PDF-1.7",
        file_name="avenant.pdf",
    )


def accepted(house, book):
    request = services.ask_acceptance(
        by=house.manager, at=FRIDAY_1630, client=house.client, contract=house.contract, book=book
    )
    return services.accept_request(
        by=house.correspondent, at=FRIDAY_1630, request=request, name="Maëlle Cobaye"
    )


def adopt(house, book, at=FRIDAY_1630, **facts):
    return services.adopt_edition(
        by=house.manager, at=at, contract=house.contract, book=book, **{"effective_on": ON, **facts}
    )


def test_the_preview_tells_terms_deadlines_and_the_fate_of_each_derogation(imri):
    derogate(imri, WITHIN, 6)
    found = adopting.preview(imri.contract, shorter(imri), ON)
    assert [one.key for one in found.terms] == [DURATION]  # the derogation hides the other one
    assert [one.what for one in found.fates] == ["over-change"]
    assert [(one.rule, one.before, one.after) for one in found.deadlines] == [
        ("notice_by", date(2026, 12, 13), date(2027, 1, 13))
    ]


def test_no_edition_reaches_a_contract_without_its_client_s_agreement(imri):
    book = shorter(imri)
    with pytest.raises(AgreementMissing):
        adopt(imri, book)
    with pytest.raises(SilenceIsNotConsent):
        adopt(imri, book, tacit=True)
    imri.contract.refresh_from_db()
    assert imri.contract.book.name == "imri/2013"


def test_before_its_day_the_former_edition_answers_and_from_it_on_the_new_one(
    imri, django_assert_num_queries
):
    book = shorter(imri)
    agreement = accepted(imri, book)
    row = adopt(imri, book)
    assert (row.former.name, row.acceptance) == ("imri/2013", agreement)
    contract = queries.contract_by_number(imri.manager, "C-0001")
    for stage in ("waiting", "in force"):
        if stage == "in force":
            at = read("2027-01-01T00:05")
            services.bring_edition_into_force(by=imri.owner, at=at, contract=contract)
            contract = queries.contract_by_number(imri.manager, "C-0001")
        hours = [queries.effective_book(contract, on=on).read(WITHIN, on).value for on in (BEFORE, ON)]
        assert hours == [8, 7], stage
        assert facts.terms_for(contract.provider, contract, imri.agency, BEFORE).installed.name == "imri/2013"
    assert contract.book == book
    with django_assert_num_queries(0):  # an ordinary day costs no question more
        queries.edition_of(contract, date(2027, 2, 1))
    assert [entry.code for entry in JournalEntry.objects.filter(object_kind="contract").order_by("pk")] == [
        "contracts.edition_adopted",
        "contracts.edition_in_force",
    ]


def test_an_edition_is_adopted_once_and_one_after_the_other(imri):
    book = shorter(imri)
    accepted(imri, book)
    adopt(imri, book)
    with pytest.raises(AlreadyUnder):
        adopt(imri, book)
    with pytest.raises(AlreadyUnder):
        adopt(imri, imri.contract.book)


def test_a_derogation_that_would_fall_must_have_been_read_and_then_holds_no_longer(imri):
    derogate(imri, "hosting.restore.included", 14)
    book = edition(imri, without=["hosting.restore.included"], **{WITHIN: 7})
    accepted(imri, book)
    with pytest.raises(InvalidInput) as refused:
        adopt(imri, book)
    assert refused.value.field == "void_seen"
    row = adopt(imri, book, void_seen=True)
    assert len(row.void) == 1
    contract = Contract.objects.get(pk=imri.contract.pk)
    assert queries.effective_book(contract, on=BEFORE).read("hosting.restore.included", BEFORE).value == 14
    assert not queries.effective_book(contract, on=ON).has("hosting.restore.included")


def test_of_many_contracts_those_whose_clients_agreed_follow_and_the_others_say_why(imri):
    book = shorter(imri)
    other = services.create_contract(
        by=imri.manager,
        at=FRIDAY_1630,
        client=imri.client,
        kind="managed",
        starts_on=FRIDAY_1630.date(),
    )
    accepted(imri, book)
    done = services.adopt_for_many(
        by=imri.manager, at=FRIDAY_1630, contracts=[imri.contract, other], book=book, effective_on=ON
    )
    assert [one.adoption is not None for one in done] == [True, False]
    assert isinstance(done[1].refusal, AgreementMissing)


def test_who_has_not_accepted_is_listed_first_and_asked_once_by_mail(imri, letters, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://contrats.example.org"]
    mailbox_of(imri)
    standing = adopting.standings(imri.reader, FRIDAY_1630.date())[0]
    assert standing.acceptance is None
    facts_ = {"by": imri.dispatcher, "at": FRIDAY_1630, "client": imri.client, "contract": imri.contract}
    request = services.ask_acceptance(**facts_)
    (letter,) = letters()
    assert letter.to == [imri.correspondent.person.email]
    assert f"https://contrats.example.org{address(imri, 'portal-acceptance', request.pk)}" in letter.body
    with pytest.raises(AlreadyAsked):
        services.ask_acceptance(**facts_)
    services.accept_request(by=imri.correspondent, at=FRIDAY_1630, request=request, name="Maëlle Cobaye")
    assert adopting.standings(imri.reader, FRIDAY_1630.date())[0].acceptance.means == "online"
    assert not adopting.open_requests(imri.reader).exists()


def test_a_points_contract_has_a_term_once_particular_conditions_give_one(ims):
    assert queries.term_outcome(ims.contract, ON) is None
    with pytest.raises(InvalidInput):
        derogate(ims, "contract.duration.liberty", {"initial": 12})
    derogate(ims, "contract.duration.liberty", {"initial": 24, "renewal": 12, "notice": 1})
    ended = queries.term_outcome(ims.contract, ON)
    assert ended.value["term_ends_on"] == date(2027, 3, 13)
    assert ended.because[1].document
    assert queries.differences(ims.contract)[0].book is None
