"""The journal: every act once, chained, and any later change found."""

from datetime import datetime

import pytest

from clausier.foundation import journal, services
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry, JournalSeal
from tests.roles import without_guards

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 16, 30, tzinfo=PARIS)


def some_entries(imri, count=5):
    for turn in range(count):
        person = services.create_person(
            email=f"p{turn}@houlemont.example", full_name=f"Personne {turn}", at=AT
        )
        services.add_member(by=imri.owner, at=AT, person=person, role="reader")


def test_an_act_writes_who_when_and_what(imri):
    some_entries(imri, 1)
    entry = JournalEntry.objects.filter(code="foundation.role_given").latest("id")
    assert entry.actor == imri.owner.person
    assert entry.at == AT
    assert entry.data["role"] == "reader"


def test_sealed_chains_verify_and_name_what_waits(imri):
    some_entries(imri)
    assert journal.verify().unsealed == JournalEntry.objects.count()
    journal.seal_all()
    verdict = journal.verify()
    assert verdict.breaks == ()
    assert verdict.unsealed == 0
    assert verdict.entries == JournalEntry.objects.count()


def test_sealing_in_small_batches_makes_the_same_chain_length(imri):
    some_entries(imri)
    provider = imri.owner.provider.pk
    while journal.seal(provider, batch=2):
        pass
    positions = list(
        JournalSeal.objects.filter(provider_id=provider)
        .order_by("position")
        .values_list("position", flat=True)
    )
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update foundation_journalentry set actor_name = 'Autre' where id = %s", "altered"),
        (
            "update foundation_journalentry set data = '{}'::jsonb || '{\"role\": \"owner\"}' where id = %s",
            "altered",
        ),
        ("update foundation_journalentry set at = at - interval '1 day' where id = %s", "altered"),
        ("delete from foundation_journalseal where entry_id = %s", "missing"),
    ],
)
def test_a_change_behind_the_programs_back_is_found(imri, statement, says):
    some_entries(imri)
    journal.seal_all()
    victim = JournalEntry.objects.filter(provider=imri.owner.provider, seal__isnull=False).order_by("id")[1]
    with without_guards() as cursor:
        cursor.execute(statement, [victim.pk])
    assert says in {found.says for found in journal.verify().breaks}
