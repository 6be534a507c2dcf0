"""A client's file: who may be one, under which numbers, and what the journal keeps of it."""

from datetime import date

import pytest

from clausier.directory import queries, services
from clausier.directory.errors import ClientAlreadyKnown, NameTaken, OfAnother, ProfessionalsOnly
from clausier.directory.models import Client
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from tests.people import FRIDAY_1630, House, make_imri_house

SIREN, SIRET, VAT_NUMBER = "900000100", "90000010000017", "FR74900000100"


def create(house: House, **facts) -> Client:
    facts = {"name": "Verrerie Supposée", "agency": house.agency} | facts
    return services.create_client(by=house.dispatcher, at=FRIDAY_1630, **facts)


def test_terms_for_professionals_only_refuse_a_client_without_number_and_cite_the_clause(ims):
    with pytest.raises(ProfessionalsOnly) as refused:
        create(ims)
    assert refused.value.clause == ("ims/2018", "1")
    assert refused.value.field == "siren"


def test_terms_open_to_all_ask_for_no_number(imri):
    assert create(imri).siren == ""


@pytest.mark.parametrize("facts", [{"siren": "900 000 100"}, {"siret": "900 000 100 00017"}])
def test_a_siren_or_a_siret_shows_a_professional(ims, facts):
    assert create(ims, **facts).siren == SIREN


@pytest.mark.parametrize(
    "facts",
    [
        {"country": "BE", "vat_number": "BE 0428.759.497"},
        {"country": "CH", "registration_number": "CH-020.3.000.001-1"},
    ],
)
def test_abroad_a_vat_or_registration_number_shows_a_professional(ims, facts):
    assert create(ims, **facts).country == facts["country"]


def test_abroad_without_number_the_vat_number_is_asked_for(ims):
    with pytest.raises(ProfessionalsOnly) as refused:
        create(ims, country="BE")
    assert refused.value.field == "vat_number"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("siren", {"siren": "900000101"}),
        ("siret", {"siret": "90000010000018"}),
        ("siret", {"siren": "900000118", "siret": SIRET}),
        ("vat_number", {"vat_number": "FR00900000100"}),
        ("vat_number", {"siren": "900000118", "vat_number": VAT_NUMBER}),
        ("vat_number", {"country": "BE", "vat_number": "BE0428759498"}),
        ("registration_number", {"registration_number": "abc"}),
        ("country", {"country": "France"}),
        ("name", {"name": "   "}),
        ("phone", {"phone": "12"}),
        ("email", {"email": "accueil"}),
    ],
)
def test_a_number_that_cannot_be_right_is_refused_even_where_none_is_asked(imri, field, facts):
    with pytest.raises(InvalidInput) as refused:
        create(imri, **facts)
    assert refused.value.field == field


def test_a_second_client_of_the_same_siren_is_refused_and_the_first_one_named(imri):
    with pytest.raises(ClientAlreadyKnown) as refused:
        create(imri, siren=imri.client.siren)
    assert refused.value.facts["number"] == imri.client.number
    assert imri.client.name in refused.value.says


def test_two_providers_may_have_the_same_client(imri, ims):
    assert create(ims, siren=imri.client.siren).provider == ims.provider


def test_creating_writes_one_journal_entry_with_the_client(imri):
    before = JournalEntry.objects.count()
    client = create(imri, siren=SIREN)
    entry = JournalEntry.objects.latest("pk")
    assert JournalEntry.objects.count() == before + 1
    assert (entry.code, entry.client_id) == ("directory.client_created", client.pk)


def test_a_change_keeps_before_and_after_and_no_change_writes_nothing(imri):
    services.update_client(
        by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, name="Biscuiterie Renommée"
    )
    assert JournalEntry.objects.latest("pk").data["changes"]["name"] == [
        "Biscuiterie Imaginaire",
        "Biscuiterie Renommée",
    ]
    before = JournalEntry.objects.count()
    services.update_client(
        by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, name="Biscuiterie Renommée"
    )
    assert JournalEntry.objects.count() == before


def test_the_number_that_makes_a_professional_cannot_be_taken_away(ims):
    with pytest.raises(ProfessionalsOnly):
        services.update_client(by=ims.dispatcher, at=FRIDAY_1630, client=ims.client, siren="", siret="")


def test_a_technician_may_not_write_in_a_client_s_file(imri):
    with pytest.raises(NotAllowed):
        services.create_client(by=imri.technician, at=FRIDAY_1630, name="X", agency=imri.agency)


def test_a_stranger_s_client_does_not_exist(imri, ims):
    with pytest.raises(OfAnother):
        services.update_client(by=ims.dispatcher, at=FRIDAY_1630, client=imri.client, name="Autre")
    assert not queries.clients_visible_to(ims.owner).filter(pk=imri.client.pk).exists()
    with pytest.raises(Client.DoesNotExist):
        queries.client_by_number(ims.owner, "CL-002")


def test_a_client_s_own_people_see_their_own_client_only(imri):
    create(imri)
    assert list(queries.clients_visible_to(imri.correspondent)) == [imri.client]


def test_the_sites_of_a_client_have_different_names(imri):
    with pytest.raises(NameTaken) as refused:
        services.add_site(by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, name="Siège")
    assert refused.value.field == "name"


def test_a_site_follows_its_agency_s_holidays_unless_it_names_its_own(imri):
    site = services.add_site(by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, name="Atelier")
    assert site.holidays == ""
    services.update_site(by=imri.dispatcher, at=FRIDAY_1630, site=site, holiday_region="alsace-moselle")
    assert site.holidays == "alsace-moselle-without-good-friday"


def test_an_agency_keeps_its_own_hours_closed_days_included(imri):
    agency = services.create_agency(
        by=imri.owner,
        at=FRIDAY_1630,
        name="Agence de l’Est",
        holiday_region="alsace-moselle",
        good_friday=True,
        hours={"phone": {"mon": [["08:00", "12:00"], ["14:00", "18:00"]]}},
    )
    assert agency.holidays == "alsace-moselle"
    assert agency.hours["phone"]["tue"] == []


@pytest.mark.parametrize(
    "hours",
    [
        {"phone": {"mon": [["12:00", "08:00"]]}},
        {"phone": {"mon": [["08:00", "12:00"], ["11:00", "18:00"]]}},
        {"phone": {"mon": [["8h", "12h"]]}},
        {"phone": {"lundi": []}},
        {"atelier": {}},
    ],
)
def test_opening_hours_that_make_no_day_are_refused(imri, hours):
    with pytest.raises(InvalidInput) as refused:
        services.create_agency(by=imri.owner, at=FRIDAY_1630, name="Agence", hours=hours)
    assert refused.value.field == "hours"


def test_a_person_keeps_agency_and_skills_in_another_role(imri):
    member = queries.team(imri.owner).get(person=imri.technician.person)
    services.set_skills(
        by=imri.owner, at=FRIDAY_1630, membership=member, names=["Windows Server", "windows  server", ""]
    )
    later = services.change_role(by=imri.owner, at=FRIDAY_1630, membership=member, role="dispatcher")
    profile = queries.profile_of(later)
    assert profile.agency == imri.agency
    assert [skill.name for skill in profile.skills.all()] == ["Windows Server"]


def test_a_client_cannot_leave_before_it_came(imri):
    with pytest.raises(InvalidInput) as refused:
        services.update_client(by=imri.owner, at=FRIDAY_1630, client=imri.client, ended_on=date(2020, 1, 1))
    assert refused.value.field == "ended_on"


@pytest.mark.django_db(transaction=True)
def test_two_operators_creating_the_same_client_at_once_make_one():
    from threading import Thread

    from django.db import connection

    house = make_imri_house()
    refusals = []

    def try_to():
        try:
            create(house, siren=SIREN)
        except ClientAlreadyKnown as refused:
            refusals.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=try_to) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    assert Client.objects.filter(siren=SIREN).count() == 1
