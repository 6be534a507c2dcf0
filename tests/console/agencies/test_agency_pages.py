"""Agencies on their page: their holidays, and hours of their own only where the book leaves them open."""

from clausier.directory.models import Agency
from tests.console.visits import address, get, signed_in


def test_the_hours_of_a_clause_are_shown_with_it_and_offered_no_field(imri):
    shown = get(imri, "agencies").content.decode()
    assert "VI.1" in shown
    assert "hours_phone_mon" not in get(imri, "agency-edit", imri.agency.pk, role="owner").content.decode()


def test_hours_that_the_book_leaves_open_are_the_agency_s_own(ims):
    facts = {
        "name": "Agence centrale",
        "holiday_region": "alsace-moselle",
        "good_friday": "on",
        "hours_phone_mon": "8:30-12:00, 14h-18h",
    }
    signed_in(ims.owner).post(address(ims, "agency-edit", ims.agency.pk), facts)
    changed = Agency.objects.get(pk=ims.agency.pk)
    assert changed.holidays == "alsace-moselle"
    assert changed.hours["phone"]["mon"] == [["08:30", "12:00"], ["14:00", "18:00"]]
    assert changed.hours["phone"]["tue"] == []
    assert "08:30" in get(ims, "agencies").content.decode()


def test_hours_that_make_no_day_are_refused_beside_the_field(ims):
    facts = {"name": "Agence centrale", "holiday_region": "metropole", "hours_phone_mon": "toute la journée"}
    answer = signed_in(ims.owner).post(address(ims, "agency-edit", ims.agency.pk), facts)
    assert answer.status_code == 422
    assert "Écrivez des plages" in answer.content.decode()


def test_hours_that_overlap_are_refused(ims):
    facts = {
        "name": "Agence centrale",
        "holiday_region": "metropole",
        "hours_phone_mon": "8:00-12:00, 11:00-18:00",
    }
    answer = signed_in(ims.owner).post(address(ims, "agency-edit", ims.agency.pk), facts)
    assert answer.status_code == 422
    assert "après la précédente" in answer.content.decode()


def test_a_second_agency_of_the_same_name_is_refused(imri):
    facts = {"name": "Agence centrale", "holiday_region": "metropole"}
    answer = signed_in(imri.owner).post(address(imri, "agency-create"), facts)
    assert answer.status_code == 422
    assert "existe déjà" in answer.content.decode()


def test_only_owners_change_agencies_and_strangers_see_none(imri, ims):
    assert get(imri, "agency-create", role="manager").status_code == 403
    assert signed_in(ims.owner).get(address(imri, "agencies")).status_code == 404
    assert signed_in(ims.owner).get(address(ims, "agency-edit", imri.agency.pk)).status_code == 404
