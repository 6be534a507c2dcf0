"""Values of terms: what is typed, kept and read back has the type that the book gives it."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier.contracts.values import NotOfThisType, like, typed
from clausier.terms.outcome import plain

NUMBERS = st.integers(-(10**9), 10**9) | st.decimals(
    min_value=-(10**6), max_value=10**6, places=4, allow_nan=False
)
SCALARS = NUMBERS | st.booleans() | st.text(max_size=8) | st.dates()
VALUES = st.recursive(
    SCALARS, lambda inner: st.dictionaries(st.text(min_size=1, max_size=5), inner, min_size=1, max_size=3)
)


@given(VALUES)
def test_what_went_through_json_comes_back_equal(value):
    assert like(value, json.loads(json.dumps(plain(value)))) == value


@pytest.mark.parametrize(
    ("model", "text", "value"),
    [
        (4, " 2 ", 2),
        (4, "1\u202f500", 1500),
        (Decimal("0.60"), "0,55", Decimal("0.55")),
        (Decimal("0.60"), "−1,5", Decimal("-1.5")),
        (True, "non", False),
        ("floor", "none", "none"),
        (date(2026, 1, 1), "2026-11-20", date(2026, 11, 20)),
        ({"notice": 3, "initial": 12}, '{"notice": 1}', {"notice": 1}),
        (["server"], '["desktop", "laptop"]', ["desktop", "laptop"]),
    ],
)
def test_what_people_type_is_read_in_the_term_s_own_type(model, text, value):
    assert typed(model, text) == value


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (4, "quatre"),
        (4, ""),
        (4, "NaN"),
        (4, "9" * 5000),
        (4, "1e400"),
        ({"notice": 3}, "[" * 5000),
        ({"notice": 3}, '{"notice": ' + "9" * 5000 + "}"),
        (True, "peut-être"),
        (date(2026, 1, 1), "demain"),
        ({"notice": 3}, "12"),
        ({"notice": 3}, '{"other": 1}'),
        ({"notice": 3}, "{}"),
        (["server"], '"server"'),
    ],
)
def test_what_is_not_of_that_type_is_refused(model, text):
    with pytest.raises(NotOfThisType):
        typed(model, text)
