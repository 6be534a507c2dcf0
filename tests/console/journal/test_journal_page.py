"""The journal on its page: newest first, narrowed, its seals, and whether the chain holds."""

from datetime import timedelta

import pytest

from clausier.directory import services
from clausier.foundation import journal
from tests.console.visits import address, get, signed_in
from tests.people import FRIDAY_1630
from tests.roles import without_guards


@pytest.fixture(autouse=True)
def on_friday(at):
    at("2026-11-20T16:42")


def rename(house, name: str, at=FRIDAY_1630):
    services.update_client(by=house.dispatcher, at=at, client=house.client, name=name)


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("manager", 200), ("dispatcher", 403), ("technician", 403)]
)
def test_the_journal_is_for_those_who_lead(imri, role, status):
    assert get(imri, "journal", role=role).status_code == status


def test_a_stranger_s_journal_does_not_exist_and_none_of_it_is_shown_elsewhere(imri, ims):
    rename(imri, "Biscuiterie Renommée")
    assert signed_in(ims.owner).get(address(imri, "journal")).status_code == 404
    assert "Biscuiterie" not in get(ims, "journal", role="owner").content.decode()


def test_an_act_is_shown_with_who_what_and_its_place_in_the_chain(imri):
    rename(imri, "Biscuiterie Renommée")
    shown = get(imri, "journal", role="owner").content.decode()
    assert "Salma Fictive" in shown
    assert "attend son sceau" in shown
    journal.seal(imri.provider.pk)
    sealed = get(imri, "journal", role="owner").content.decode()
    assert journal.of(imri.provider)[0].seal.hash[:12] in sealed


def test_an_act_written_later_than_it_happened_says_so(imri):
    rename(imri, "Biscuiterie Renommée", at=FRIDAY_1630 - timedelta(days=3))
    shown = get(imri, "journal", role="owner", antidates="1").content.decode()
    assert "Fiche client modifiée" in shown
    assert "écrit " in shown


def test_the_journal_narrows_to_an_act_a_person_an_object(imri):
    rename(imri, "Biscuiterie Renommée")
    for narrowed in (
        {"acte": "directory.client_changed"},
        {"qui": "Salma"},
        {"objet": f"client:{imri.client.pk}"},
        {"objet": "renommée"},
    ):
        assert "</b> Biscuiterie Renommée" in get(imri, "journal", role="owner", **narrowed).content.decode()
    assert "Rien de tel" in get(imri, "journal", role="owner", qui="Personne").content.decode()


def test_a_long_journal_is_read_page_by_page(imri):
    for n in range(70):
        rename(imri, f"Biscuiterie {n}")
    first = get(imri, "journal", role="owner")
    older = first.context["page"].older
    assert older is not None
    ids = {row.entry.pk for row in first.context["page"].rows}
    second = get(imri, "journal", role="owner", avant=older).context["page"].rows
    assert ids.isdisjoint({row.entry.pk for row in second})


def test_the_chain_is_verified_on_demand(imri):
    rename(imri, "Biscuiterie Renommée")
    journal.seal(imri.provider.pk)
    assert "La chaîne tient" in get(imri, "journal", role="owner", verifier="1").content.decode()


def test_an_altered_entry_breaks_the_chain_before_everyone_s_eyes(imri):
    rename(imri, "Biscuiterie Renommée")
    journal.seal(imri.provider.pk)
    entry = journal.of(imri.provider)[0]
    with without_guards() as cursor:
        cursor.execute(
            "update foundation_journalentry set actor_name = 'Quelqu’un' where id = %s", [entry.pk]
        )
    assert "ne tient pas" in get(imri, "journal", role="owner", verifier="1").content.decode()
