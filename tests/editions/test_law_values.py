"""Two people enter a value of law that the books lack, and the rules that waited for it answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from clausier.contracts import queries as contracts
from clausier.editions import queries, services
from clausier.editions.errors import SamePerson, Superseded
from clausier.editions.models import LawConfirmation, LawValue
from clausier.foundation.actors import program
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.terms import book as terms_book
from clausier.terms import rules
from clausier.terms.errors import MissingLegalRate
from tests.people import FRIDAY_1630, House

LATE = {"amount": "1000", "due_on": "2026-09-30", "paid_on": "2026-10-30"}
SECOND_HALF: dict[str, Any] = {
    "series": "late-payment.legal-rate",
    "since_on": date(2026, 7, 1),
    "reference": "Arrêté d’exemple, Journal officiel",
    "published_on": date(2026, 6, 26),
}


def entered(house: House, value: str = "2.70", **other: Any) -> LawValue:
    given = SECOND_HALF | {"value": Decimal(value)} | other
    return services.enter_law_value(by=house.accountant, at=FRIDAY_1630, **given)


def test_two_people_enter_the_rate_of_a_half_year_and_late_interest_answers(imri: House, ims: House) -> None:
    book = contracts.provider_book(imri.provider)
    with pytest.raises(MissingLegalRate):
        rules.ask("late-interest", book, LATE)
    value = entered(imri)
    with pytest.raises(MissingLegalRate):
        rules.ask("late-interest", contracts.provider_book(imri.provider), LATE)

    services.confirm_law_value(by=imri.manager, at=FRIDAY_1630, value=value)

    for terms in (contracts.provider_book(imri.provider), contracts.effective_book(imri.contract)):
        outcome = rules.ask("late-interest", terms, LATE)
        # The clause gives 2.70 + 5 points; three times the rate is more: 8.1 % on 1,000 euros for 30 days.
        assert outcome.value == Decimal("6.66")
        line = next(one for one in outcome.because if one.term == "late-payment.legal-rate")
        assert line.source == "law"
        assert line.document == (
            "Arrêté d’exemple, Journal officiel, 2026-06-26 (Agnès Essai + Marc Exemple)"
        )
        assert outcome.derogations[0]["book"] == "law-fr"
        again = rules.replay(outcome.as_json(), terms_book.load("imri/2013"))
        assert again.value == outcome.value
    with pytest.raises(MissingLegalRate):  # trust is each provider's own
        rules.ask("late-interest", contracts.provider_book(ims.provider), LATE)


def test_the_same_person_does_not_do_both(imri: House) -> None:
    value = entered(imri)
    with pytest.raises(SamePerson):
        services.confirm_law_value(by=imri.accountant, at=FRIDAY_1630, value=value)
    with pytest.raises(SamePerson):
        services.confirm_law_value(by=program(imri.provider), at=FRIDAY_1630, value=value)
    with pytest.raises(NotAllowed):
        services.confirm_law_value(by=imri.technician, at=FRIDAY_1630, value=value)
    person = imri.accountant.person
    with pytest.raises(IntegrityError, match="two_people"):
        LawConfirmation.objects.create(
            provider=imri.provider,
            value=value,
            entered_by=person,
            confirmed_by=person,
            confirmed_by_name="Agnès Essai",
            confirmed_at=FRIDAY_1630,
        )


def test_a_newer_entry_corrects_and_the_former_one_is_not_confirmed_any_more(imri: House) -> None:
    wrong = entered(imri, "27")
    right = entered(imri, "2.70")
    with pytest.raises(Superseded):
        services.confirm_law_value(by=imri.manager, at=FRIDAY_1630, value=wrong)
    services.confirm_law_value(by=imri.manager, at=FRIDAY_1630, value=right)
    later = entered(imri, "2.80")
    services.confirm_law_value(by=imri.owner, at=FRIDAY_1630, value=later)
    outcome = rules.ask("late-interest", contracts.provider_book(imri.provider), LATE)
    assert outcome.value == Decimal("6.90")  # 8.4 %
    assert len(outcome.derogations) == 1


def test_an_index_of_a_month_stands_beside_those_the_book_knows(imri: House) -> None:
    value = entered(imri, "321.4", series="syntec.revised", since_on=date(2026, 9, 1))
    services.confirm_law_value(by=imri.manager, at=FRIDAY_1630, value=value)
    law = queries.under_law(contracts.provider_book(imri.provider), imri.provider).law
    series = law.timeline("syntec.revised")[-1].value
    assert (series["2026-09"], series["2025-01"]) == (Decimal("321.4"), Decimal("315.2"))
    outcome = rules.ask(
        "target", contracts.provider_book(imri.provider), {"priority": 2, "at": "2026-11-20T10:00"}
    )
    assert not [one for one in outcome.derogations if one["book"] == "law-fr"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"since_on": date(2026, 8, 1)}, "since_on"),
        ({"since_on": date(2031, 1, 1)}, "since_on"),
        ({"series": "vat.standard"}, "series"),
        ({"value": Decimal("-1")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("1.23456")}, "value"),
        ({"reference": "  "}, "reference"),
        ({"published_on": date(2026, 12, 1)}, "published_on"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(imri: House, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        entered(imri, **wrong)
    assert refused.value.field == field
    assert not LawValue.objects.exists()
