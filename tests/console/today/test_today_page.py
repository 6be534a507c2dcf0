"""The first page of the day, as each role sees it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from clausier.console.today.telling import short_name
from clausier.desk import services as desk
from clausier.foundation.clock import read
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

FRIDAY_1642 = "2026-11-20T16:42"


class Words(HTMLParser):
    """The text of a page as it is read: one space between words, no-break spaces kept."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_data(self, data):
        self.found.append(data)

    @property
    def text(self):
        return " ".join("".join(self.found).split(" ")).replace("\n", " ")


@pytest.fixture
def see(client, at):
    """The page of Today as `actor` sees it."""

    def look(actor, when=FRIDAY_1642):
        at(when)
        client.force_login(actor.person)
        answer = client.get(reverse("today", args=[actor.provider.slug]))
        assert answer.status_code == 200
        return Words(answer.content.decode().split("<main")[1].split("</main>")[0]).text

    return look


@pytest.mark.django_db
def test_it_says_the_day_the_hour_and_what_is_left_of_it(imri, see):
    page = see(imri.dispatcher)
    assert "Vendredi\u00a020\u00a0novembre" in page
    assert "16:42" in page
    assert "Le site ferme à 17:00, reste 18\u00a0min ouvrées avant le week-end." in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("2026-11-20T12:45", "Le site ouvre à 14:00, reste 3\u00a0h\u00a000 ouvrées aujourd’hui."),
        ("2026-11-18T17:00", "Le site ferme à 18:00, reste 1\u00a0h\u00a000 ouvrées aujourd’hui."),
        ("2026-12-24T17:30", "reste 30\u00a0min ouvrées avant le jour férié"),
        ("2026-11-22T10:00", "Le site est fermé, il rouvre lun.\u00a023\u00a0nov.,\u00a09:00."),
    ],
)
def test_the_sentence_follows_the_clock(imri, see, when, says):
    assert says in see(imri.dispatcher, when)


@pytest.mark.django_db
def test_counts_name_each_state_there_is(imri, see):
    open_ticket(imri, at=read("2026-11-19T15:00"))
    open_ticket(imri)
    page = see(imri.dispatcher)
    assert "1 en retard" in page
    assert "1 à l’heure" in page
    assert "à risque" not in page.lower().replace("le plus pressé", "")


@pytest.mark.django_db
def test_empty_sections_say_what_would_be_there(imri, see):
    page = see(imri.reader)
    assert "Rien ne brûle" in page
    assert "Aucune promesse n’échoit aujourd’hui" in page
    assert "Aucun rendez-vous dans les sept jours" in page


@pytest.mark.django_db
def test_one_who_only_reads_is_offered_no_act(imri, see):
    open_ticket(imri)
    page = see(imri.reader)
    assert "À moi" not in page
    assert "Prendre un appel" not in page
    assert "Affecter" not in page


@pytest.mark.django_db
def test_a_dispatcher_is_asked_to_hand_out_and_to_settle(imri, see):
    open_ticket(imri, title="Onduleur en alarme")
    open_ticket(imri, title="Prises arrachées", equipment_class="network", cause="cabling")
    page = see(imri.dispatcher)
    assert "Affecter Onduleur en alarme" in page
    assert "Trancher la couverture Prises arrachées" in page


@pytest.mark.django_db
def test_a_technician_sees_own_tickets_first(imri, see):
    open_ticket(imri, title="À un autre", at=read("2026-11-20T09:00"), assignee=imri.other_technician.person)
    open_ticket(imri, title="Le mien", assignee=imri.technician.person)
    page = see(imri.technician)
    assert "les vôtres d’abord" in page
    assert page.index("Le mien") < page.index("À un autre")


@pytest.mark.django_db
def test_a_kept_promise_says_how_and_by_how_much(imri, see):
    ticket = open_ticket(imri, at=read("2026-11-20T09:00"))
    desk.close_ticket(by=imri.technician, at=read("2026-11-20T11:00"), ticket=ticket)
    page = see(imri.dispatcher)
    assert "1, dont 1 tenue" in page
    assert "d’avance" in page


@pytest.mark.django_db
def test_targets_are_not_called_promises(ims, see):
    open_ticket(ims)
    page = see(ims.dispatcher)
    assert "objectifs internes" in page
    assert "Visé aujourd’hui" in page
    assert "Promis aujourd’hui" not in page


@pytest.mark.django_db
def test_a_notice_comes_with_its_why(imri, see, client):
    page = see(imri.manager)
    assert "Préavis à recevoir au plus tard le 13\u00a0déc." in page
    html = client.get(reverse("today", args=[imri.provider.slug])).content.decode()
    asked = html.split('class="why-mark" href="')[1].split('"')[0].replace("&amp;", "&")
    panel = client.get(asked)
    assert panel.status_code == 200
    assert "XIII" in panel.content.decode()


@pytest.mark.django_db
def test_the_page_asks_the_database_as_often_for_many_tickets(
    imri, client, at, django_assert_max_num_queries
):
    at(FRIDAY_1642)
    client.force_login(imri.dispatcher.person)
    address = reverse("today", args=[imri.provider.slug])
    for _ in range(2):
        open_ticket(imri, at=FRIDAY_1630, assignee=imri.technician.person)
    client.get(address)
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for _ in range(6):
        open_ticket(imri, at=FRIDAY_1630, assignee=imri.technician.person)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Conserverie du Cap-Chimère", "Cap-Chimère"),
        ("Transports Vireboule", "Vireboule"),
        ("Clinique vétérinaire de la Licorne", "Licorne"),
        ("Société d’exploitation des anciens Établissements Montgolfard Père et Fils", "Montgolfard"),
        ("Mairie de Saint-Fictif-sur-Mirage", "Saint-Fictif-s…"),
        ("Étude Quatrevents, Parapheur & Associés", "Quatrevents"),
        ("Papierlune", "Papierlune"),
    ],
)
def test_a_client_goes_by_its_telling_word_on_the_ruler(name, short):
    assert short_name(name) == short
