"""Finding who is calling, from what an operator types while listening."""

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausier.directory import queries, services
from clausier.directory.names import fold, highlights
from tests.people import FRIDAY_1630, make_client, make_contact

TODAY = date(2026, 11, 20)


def names(actor, text, **options):
    return [caller.name for caller in queries.find_callers(actor, text, on=TODAY, **options)]


@pytest.mark.parametrize(
    "typed",
    [
        "01 99 00 00 10",
        "+33 1 99 00 00 10",
        "+33 (0)1 99 00 00 10",
        "0033199000010",
        "199000010",
        "00 00 10",
        "0010",
    ],
)
def test_a_number_is_found_in_any_habit_of_writing(imri, typed):
    assert names(imri.dispatcher, typed)[0] == "Maëlle Cobaye"


def test_a_number_is_found_while_it_is_typed(imri):
    assert set(names(imri.dispatcher, "01 99 00")) == {"Maëlle Cobaye", "Gaspard Figurant"}


def test_the_correspondent_comes_first(imri):
    found = queries.find_callers(imri.dispatcher, "biscuiterie", on=TODAY)
    assert [(caller.name, caller.is_correspondent) for caller in found] == [
        ("Maëlle Cobaye", True),
        ("Gaspard Figurant", False),
    ]


def test_a_switchboard_finds_its_client(imri):
    services.update_client(by=imri.owner, at=FRIDAY_1630, client=imri.client, phone="01 99 00 09 99")
    [caller] = queries.find_callers(imri.dispatcher, "0199000999", on=TODAY)
    assert caller.contact is None
    assert caller.client == imri.client


def test_a_former_name_still_finds_the_client(imri):
    services.update_client(by=imri.owner, at=FRIDAY_1630, client=imri.client, former_name="Gaufrerie Éteinte")
    assert "Maëlle Cobaye" in names(imri.dispatcher, "gauf")


def test_words_of_the_person_and_of_the_client_go_together(imri):
    assert names(imri.dispatcher, "figur biscu") == ["Gaspard Figurant"]


def test_the_beginning_of_a_person_s_name_comes_before_the_middle_and_the_client(imri):
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Gaspard et Fils")
    make_contact(other, name="Lou Gaspard")
    make_contact(other, name="Zoé Tiers")
    assert names(imri.dispatcher, "gasp") == ["Gaspard Figurant", "Lou Gaspard", "Zoé Tiers"]


def test_a_client_without_anybody_is_found_all_the_same(imri):
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Atelier Désert")
    assert [c.client for c in queries.find_callers(imri.dispatcher, "desert", on=TODAY)] == [other]


@pytest.mark.parametrize("typed", ["maele cobay", "cobbaye", "bisquiterie", "figurrant"])
def test_a_misspelt_name_is_proposed(imri, typed):
    assert names(imri.dispatcher, typed)


@pytest.mark.parametrize("typed", ["", "  ", "…", "12", "zzzzqqqq"])
def test_nothing_answers_nothing(imri, typed):
    assert names(imri.dispatcher, typed) == []


def test_who_has_left_is_not_calling(imri):
    services.contact_left(by=imri.owner, at=FRIDAY_1630, contact=imri.colleague, left_on=TODAY)
    assert "Gaspard Figurant" not in names(imri.dispatcher, "gaspard")


def test_another_provider_s_people_are_not_found(imri, ims):
    assert len(names(imri.dispatcher, "maelle")) == 1
    assert names(imri.dispatcher, "garage") == []


def test_no_more_are_given_than_asked_for(imri):
    for n in range(12):
        make_contact(imri.client, name=f"Jumeau Numéro{n}")
    assert len(names(imri.dispatcher, "jumeau", limit=5)) == 5
    assert len(names(imri.dispatcher, "jumeau")) == 8


def test_what_was_matched_is_marked_in_the_name_as_it_is_written(imri):
    [caller] = queries.find_callers(imri.dispatcher, "MAE bisc", on=TODAY)
    assert caller.name_marks == ((0, 3),)
    assert caller.client_marks == ((0, 4),)


LETTERS = st.characters(categories=("Lu", "Ll"), max_codepoint=0x17F)
WORDS = st.text(LETTERS, min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(name=NAMES, data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_found_from_the_beginning_of_any_of_its_words_without_accents(imri, name, data):
    contact = make_contact(imri.client, name=name)
    word = data.draw(st.sampled_from(fold(name).split()))
    typed = data.draw(st.sampled_from([word, word.upper(), word[: max(1, len(word) // 2)]]))
    try:
        assert contact in [c.contact for c in queries.find_callers(imri.dispatcher, typed, 200, on=TODAY)]
    finally:
        contact.delete()


@given(name=NAMES)
def test_folding_forgets_accents_and_case_and_marks_stay_inside_the_name(name):
    assert fold(name) == fold(name.upper()) == fold(unicodedata.normalize("NFD", name))
    for start, length in highlights(name, fold(name).split()):
        assert 0 <= start < start + length <= len(name)
