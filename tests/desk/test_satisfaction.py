"""Satisfaction: asked once after the closing, answered by a link that only its button acts upon."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.desk import services, surveys, tasks
from clausier.desk.errors import SurveyOver, UnknownTicket
from clausier.desk.models import Survey
from clausier.overview import queries as overview
from clausier.post.models import OutgoingMail
from tests.console.visits import address as where
from tests.console.visits import get, post, signed_in
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630
from tests.post.mails import mailbox_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def settled(house, **changes):
    given = {"is_on": True, "percent": 100, "quiet_days": 0, "changeable_days": 14}
    given |= {"site_url": "https://assistance.example.org/"}
    return services.settle_surveys(by=house.owner, at=FRIDAY_1630, **given | changes)


def closed(house, at=FRIDAY_1630):
    """A ticket of the caller's, closed, and what followed from it."""
    ticket = open_ticket(house, caller=house.caller)
    ticket = services.assign(by=house.dispatcher, at=at, ticket=ticket, person=house.technician.person)
    services.close_ticket(by=house.technician, at=at, ticket=ticket, text="Le tambour est changé.")
    for job in ProcrastinateJob.objects.filter(task_name="desk.ask_opinion", status="todo"):
        tasks.ask_opinion(**job.args)
    return ticket


def test_the_caller_is_asked_once_by_three_links(imri):
    mailbox_of(imri)
    settled(imri)
    ticket = closed(imri)
    letter = OutgoingMail.objects.get(kind="satisfaction")
    assert letter.to == [imri.caller.email]
    assert "Le tambour est changé." in letter.text
    links = re.findall(r"https://assistance\.example\.org(\S+)", letter.text)
    assert [link[-7:] for link in links] == ["?note=3", "?note=2", "?note=1"]
    services.reopen_ticket(by=imri.technician, at=FRIDAY_1630, ticket=ticket, reason="Encore une trace")
    services.close_ticket(by=imri.technician, at=FRIDAY_1630, ticket=ticket)
    for job in ProcrastinateJob.objects.filter(task_name="desk.ask_opinion"):
        tasks.ask_opinion(**job.args)
    assert OutgoingMail.objects.filter(kind="satisfaction").count() == Survey.objects.count() == 1


def test_looking_at_the_link_is_no_answer_and_the_button_is_one(imri):
    mailbox_of(imri)
    settled(imri)
    closed(imri)
    letter = OutgoingMail.objects.get(kind="satisfaction")
    link = re.findall(r"https://assistance\.example\.org(\S+)", letter.text)[0]
    scanner = Browser()
    shown = scanner.get(link)
    assert shown.status_code == 200
    assert Survey.objects.get().mark is None, "a program that opens links has not voted"
    assert shown["Referrer-Policy"] == "same-origin"
    sent = scanner.post(link.partition("?")[0], {"mark": "3", "comment": "Vite fait"})
    assert sent.status_code == 302
    survey = Survey.objects.get()
    assert (survey.mark, survey.comment, survey.technician) == (3, "Vite fait", imri.technician.person)
    assert scanner.get(link.replace("~", "~x")).status_code == 404
    assert "Vite fait" in get(imri, "ticket", survey.ticket.number).content.decode()
    assert "Vite fait" in get(imri, "satisfaction", note="3").content.decode()
    assert "Vite fait" not in get(imri, "satisfaction", note="1").content.decode()


def test_a_mark_may_be_changed_for_some_days_and_by_whom_it_was_asked_of(imri):
    settled(imri, changeable_days=2)
    survey = surveys.survey_of(closed(imri))
    with pytest.raises(UnknownTicket):
        services.give_mark(by=imri.user, at=FRIDAY_1630, survey=survey, mark=3)
    for mark, later in ((3, 0), (2, 2)):
        services.give_mark(
            by=imri.correspondent, at=FRIDAY_1630 + timedelta(days=later), survey=survey, mark=mark
        )
    with pytest.raises(SurveyOver):
        services.give_mark(by=imri.correspondent, at=FRIDAY_1630 + timedelta(days=3), survey=survey, mark=1)
    survey.refresh_from_db()
    assert survey.mark == 2


def test_nobody_is_asked_where_it_is_off_for_the_provider_or_the_client_or_too_soon(imri):
    closed(imri)
    settled(imri)
    services.ask_client(by=imri.owner, at=FRIDAY_1630, client=imri.client, asked=False)
    closed(imri)
    assert not Survey.objects.exists()
    services.ask_client(by=imri.owner, at=FRIDAY_1630, client=imri.client, asked=True)
    settled(imri, quiet_days=7)
    closed(imri)
    closed(imri, at=FRIDAY_1630)
    assert Survey.objects.count() == 1, "the same person is left in peace for a week"


def test_a_bad_mark_waits_on_today_for_its_owner_until_it_is_taken_up(imri):
    settled(imri)
    ticket = closed(imri)
    page = signed_in(imri.correspondent).get(where(imri, "portal-ticket", ticket.number)).content.decode()
    assert where(imri, "portal-rate", ticket.number) in page
    rated = {"mark": "1", "comment": "Toujours en panne"}
    signed_in(imri.correspondent).post(where(imri, "portal-rate", ticket.number), rated)

    def waiting(role):
        return [one for one in overview.alerts(imri.staff[role], FRIDAY_1630) if one.kind == "mark"]

    assert waiting("technician")
    assert waiting("manager")
    assert not waiting("dispatcher"), "not theirs"
    assert not waiting("reader")
    assert "n’est pas satisfait" in get(imri, "today", role="technician").content.decode()
    post(imri, "ticket-mark", ticket.number, role="technician")
    assert not waiting("technician")
