"""The journal: every act once, chained, and any later change found."""

import argparse
from datetime import datetime

import pytest

from clausier.care.errors import CareError
from clausier.foundation import anchors, journal, services
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


def test_entries_cut_off_at_the_end_are_found_by_an_anchor_kept_outside(
    imri, tmp_path, settings, capsys, letters
):
    settings.JOURNAL_ANCHORS_FILE = tmp_path / "anchors"
    settings.JOURNAL_ANCHORS_MAIL = "ancres@houlemont.example"
    some_entries(imri)
    chain = str(imri.owner.provider.pk)
    (end,) = (one for one in anchors.publish(at=AT) if one.chain == chain)
    letter = letters()[-1]
    assert letter.to == ["ancres@houlemont.example"]
    kept = tmp_path / "letter"
    kept.write_text(letter.body)
    some_more = services.add_member(by=imri.owner, at=AT, person=imri.reader.person, role="technician")
    journal.seal_all()
    places = (str(settings.JOURNAL_ANCHORS_FILE), str(kept), end.hash)
    assert [verified(place) for place in places] == [0, 0, 0]
    with without_guards() as cursor:
        cursor.execute(
            "delete from foundation_journalseal where provider_id = %s and position >= %s",
            [imri.owner.provider.pk, end.position],
        )
    assert some_more.pk
    assert journal.verify().breaks == (), "the chain alone does not show it"
    assert [verified(place) for place in places] == [1, 1, 1]
    assert "COUPURE" in capsys.readouterr().out


def verified(place: str) -> int:
    """The exit status of `clausier journal verify --anchor`, on the test's own database."""
    from clausier.cli import journal as command

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.answer(parser.parse_args(["verify", "--anchor", place]))


def test_a_file_without_anchor_is_refused(tmp_path):
    (tmp_path / "notes").write_text("rien\n{}\n{x\n")
    with pytest.raises(CareError, match="no anchor"):
        verified(str(tmp_path / "notes"))
    with pytest.raises(CareError, match="neither a file"):
        verified(str(tmp_path / "nowhere"))
