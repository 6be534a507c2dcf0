"""Machines write and publish articles, a client's machine reads its own, marks and settings are reached."""

import pytest

from tests.api.asking import Machine

pytestmark = pytest.mark.django_db

ARTICLE = {"title": "Changer la cartouche", "body": "Tirez-la vers vous.", "audience": "chosen"}


def test_an_article_goes_from_draft_to_its_readers(imri):
    staff, client = Machine(imri, imri.manager), Machine(imri, imri.user)
    refused = staff.refused("POST", "/articles", ARTICLE | {"clients": ["CL-404"]})
    assert refused["field"] == "clients"
    made = staff.post("/articles", ARTICLE | {"clients": [imri.client.number]})
    assert client.get("/articles")["items"] == []
    staff.post(f"/articles/{made['number']}/publication")
    (line,) = client.get("/articles/suggestions?text=nouvelle%20cartouche")["items"]
    read = client.get(f"/articles/{line['number']}")
    assert read["body"] == ARTICLE["body"]
    assert read["clients"] == []
    assert read["answered"] is None, "how it is used is the provider's affair"
    client.post(f"/articles/{line['number']}/answered")
    assert staff.get(f"/articles/{line['number']}")["answered"] == 1
    client.refused("POST", "/articles", ARTICLE)


def test_canned_answers_and_the_survey_are_settled(imri):
    staff = Machine(imri, imri.manager)
    refused = staff.refused("POST", "/canned-answers", {"title": "Bonjour", "body_fr": "Cher {nom}"})
    assert refused["field"] == "body_fr"
    made = staff.post("/canned-answers", {"title": "Bonjour", "body_fr": "Cher {personne}", "shared": True})
    assert [one["id"] for one in staff.get("/canned-answers")["items"]] == [made["id"]]
    staff.post(f"/canned-answers/{made['id']}/removal")
    assert staff.get("/canned-answers")["items"] == []
    assert staff.get("/survey-settings")["is_on"] is False
    staff.post("/survey-settings", {"is_on": True, "percent": 50}, method="PUT")
    assert staff.get("/survey-settings")["percent"] == 50
    staff.post(f"/clients/{imri.client.number}/survey", {"asked": False}, method="PUT")
    assert staff.get("/surveys")["items"] == []
