"""The guided pages of a provider's own book, and of the values of law."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict

from clausier.console.ownbook.reading import Work
from clausier.editions import drafting, services
from clausier.editions.models import BookDraft, Edition, LawValue
from clausier.terms.check import check_files
from tests.console.visits import address, get, post, signed_in
from tests.people import SIGNED_AT, House

PROMISE = "promise.onsite-server.within"
CHAPTERS = (
    "horaires",
    "promesses",
    "priorites",
    "points",
    "redevances",
    "preavis",
    "paiement",
    "couverture",
    "autres",
)


@pytest.fixture(autouse=True)
def friday(at: Any) -> None:
    at("2026-11-20T16:30")


@pytest.fixture
def draft(imri: House) -> BookDraft:
    return _draft(imri)


def _draft(house: House) -> BookDraft:
    return services.start_draft(
        by=house.manager, at=SIGNED_AT, base=house.provider.book, effective_on=date(2027, 1, 1)
    )


def page_text(response: Any) -> str:
    return unescape(response.content.decode())


def typed(house: House, draft: BookDraft, term: str, **changes: str) -> dict[str, Any]:
    """What the form of a term would send, with some of it changed."""
    draft.refresh_from_db()
    return _sent(Work(house.manager, draft), term) | changes


def _sent(work: Work, term: str) -> dict[str, Any]:
    card = work.card(term)
    sent = {field.html_name: field.value() for field in card.form}
    filled = {name: value for name, value in sent.items() if value not in (None, False)}
    return filled | {"seen": card.seen}


def test_a_draft_is_started_written_and_published_on_its_pages(imri: House) -> None:
    asked = post(
        imri,
        "book-draft-new",
        role="owner",
        kind="start",
        base=imri.provider.book.pk,
        effective_on="2026-11-20",
    )
    draft = BookDraft.objects.get()
    assert asked.headers["Location"] == address(imri, "book-draft", draft.pk)
    sent = typed(imri, draft, PROMISE, value="3")
    assert post(imri, "book-draft-term", draft.pk, PROMISE, role="owner", **sent).status_code == 302
    seen = page_text(get(imri, "book-draft", draft.pk, role="owner"))
    assert "4\u00a0heures ouvrées" in seen
    assert "3\u00a0heures ouvrées" in seen
    assert "VI.3" in seen
    unread = post(imri, "book-draft-publish", draft.pk, role="owner")
    assert unread.status_code == 422
    assert post(imri, "book-draft-publish", draft.pk, role="owner", accepted="on").status_code == 302
    edition = Edition.objects.get()
    told = page_text(get(imri, "own-edition", edition.pk, role="reader"))
    assert "nebuline/2026" in told
    assert "celui des nouveaux contrats" in told
    assert "nebuline/2026" in page_text(get(imri, "books", role="reader"))


def test_every_chapter_can_be_opened(imri: House, draft: BookDraft) -> None:
    for chapter in CHAPTERS:
        assert get(imri, "book-draft-chapter", draft.pk, chapter, role="manager").status_code == 200


@pytest.mark.parametrize("house", ["imri", "ims"])
def test_every_term_of_a_shipped_book_is_sent_as_it_stands_and_says_the_same(
    house: str, request: pytest.FixtureRequest
) -> None:
    provider: House = request.getfixturevalue(house)
    work = Work(provider.manager, _draft(provider))
    for name in work.book.terms:
        form = work.form(name, _as_typed(_sent(work, name)))
        assert form.is_valid(), (name, form.errors)
        assert form.cleaned_data["change"].value == services.thawed(work.book.timeline(name)[-1].value), name


def test_a_practice_that_cites_a_clause_is_not_changed_by_saving_it(ims: House) -> None:
    draft = _draft(ims)
    sent = typed(ims, draft, "priority.grid")
    assert post(ims, "book-draft-term", draft.pk, "priority.grid", role="manager", **sent).status_code == 302
    draft.refresh_from_db()
    assert drafting.compared(draft) == ()


def _as_typed(sent: dict[str, Any]) -> Any:
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [_text(value)])
    return data


def _text(value: Any) -> str:
    return "on" if value is True else str(value)


def test_typing_on_answers_what_stands_beside_the_form(imri: House, draft: BookDraft) -> None:
    sent = typed(imri, draft, PROMISE, value="2")
    answer = signed_in(imri.manager).post(
        address(imri, "book-draft-term", draft.pk, PROMISE), sent, headers={"HX-Request": "true"}
    )
    told = page_text(answer)
    assert "Enregistré dans le brouillon" in told
    assert 'id="examples"' in told
    assert "10:30" in told  # Friday 16:30 and two open hours: Monday
    wrong = signed_in(imri.manager).post(
        address(imri, "book-draft-term", draft.pk, PROMISE),
        sent | {"value": "deux"},
        headers={"HX-Request": "true"},
    )
    assert wrong.status_code == 422
    assert "Indiquez un nombre" in page_text(wrong)


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(imri: House, draft: BookDraft) -> None:
    first, second = typed(imri, draft, PROMISE, value="3"), typed(imri, draft, PROMISE, value="2")
    assert post(imri, "book-draft-term", draft.pk, PROMISE, role="manager", **first).status_code == 302
    refused = post(imri, "book-draft-term", draft.pk, PROMISE, role="owner", **second)
    told = page_text(refused)
    assert refused.status_code == 409
    assert "Marc Exemple a changé ceci" in told
    assert 'name="value" value="2"' in told
    kept = typed(imri, draft, PROMISE, value="2")  # with the fingerprint of what is there now
    assert post(imri, "book-draft-term", draft.pk, PROMISE, role="owner", **kept).status_code == 302


def test_an_example_says_why_under_the_draft(imri: House, draft: BookDraft) -> None:
    sent = typed(imri, draft, PROMISE, value="3")
    post(imri, "book-draft-term", draft.pk, PROMISE, role="manager", **sent)
    told = page_text(get(imri, "book-draft-example", draft.pk, "deadline-onsite-server", role="manager"))
    assert "VI.3" in told
    assert "nebuline/2027" in told
    assert get(imri, "book-draft-example", draft.pk, "rien", role="manager").status_code == 404


def test_the_folder_downloaded_gets_the_same_findings(imri: House, draft: BookDraft) -> None:
    answer = get(imri, "book-draft-zip", draft.pk, role="manager")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        files = {name.partition("/")[2]: folder.read(name).decode() for name in folder.namelist()}
    assert check_files(files).remarks == check_files(draft.content).remarks
    uploaded = io.BytesIO(answer.content)
    uploaded.name = "livre.zip"
    made = post(imri, "book-draft-new", role="owner", kind="upload", file=uploaded, effective_on="2027-01-01")
    assert made.status_code == 302
    assert BookDraft.objects.count() == 2


def test_clauses_and_readings_are_changed_on_their_pages(imri: House, draft: BookDraft) -> None:
    assert get(imri, "book-draft-readings", draft.pk, role="manager").status_code == 200
    words = {
        "new_number": "6.3",
        "title_fr": "Sur site",
        "title_en": "On site",
        "gist_fr": "Vite.",
        "gist_en": "Fast.",
    }
    assert post(imri, "book-draft-clause", draft.pk, "VI.3", role="manager", **words).status_code == 302
    taken = post(imri, "book-draft-clause", draft.pk, "VI.2", role="manager", **words)
    assert taken.status_code == 422
    assert "porte déjà le numéro 6.3" in page_text(taken)
    in_use = post(imri, "book-draft-clause", draft.pk, "6.3", role="manager", do="remove")
    assert "sert encore" in page_text(in_use)
    added = post(
        imri, "book-draft-clauses", draft.pk, role="manager", **words | {"new_number": "16", "after": ""}
    )
    assert added.status_code == 302
    reading = {
        "reading_fr": "Ainsi.",
        "reading_en": "So.",
        "reason_fr": "Parce que.",
        "reason_en": "Because.",
    }
    sent = post(imri, "book-draft-reading", draft.pk, "onsite-promise", role="manager", **reading)
    assert sent.status_code == 302
    draft.refresh_from_db()
    assert {one.what for one in drafting.compared(draft)} == {"clause", "reading"}


def test_two_people_enter_and_confirm_a_rate_on_the_page(imri: House) -> None:
    given = {
        "series": "late-payment.legal-rate",
        "since_on": "2026-07-01",
        "value": "2,70",
        "reference": "Journal officiel d’exemple",
        "published_on": "2026-06-26",
    }
    assert "manque" in page_text(get(imri, "law-values", role="reader"))
    assert post(imri, "law-values", role="accountant", **given).status_code == 302
    value = LawValue.objects.get()
    assert post(imri, "law-value-confirm", value.pk, role="accountant").status_code == 422
    assert post(imri, "law-value-confirm", value.pk, role="manager").status_code == 302
    told = page_text(get(imri, "law-values", role="reader"))
    assert "saisie par Agnès Essai, confirmée par Marc Exemple" in told
    wrong = post(imri, "law-values", role="accountant", **given | {"series": "syntec.revised"})
    assert "Choisissez un mois" in page_text(wrong)
    assert post(imri, "law-values", role="reader", **given).status_code == 403
