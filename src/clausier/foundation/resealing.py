"""Where sealed texts are kept, and sealing them again with the current key, a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction

from clausier.foundation import isolation, secrets


@dataclass(frozen=True, slots=True)
class Place:
    """A column that holds sealed texts: how to find them in a row's value, and to put others there.

    `change(value, f)` returns the value with `f` done to each sealed text in it.
    """

    name: str  # table.column, to which the texts are bound
    rows: Callable[[], models.QuerySet[Any]]
    column: str
    change: Callable[[Any, Callable[[str], str]], Any]


def _in_authenticator(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The secret of an application and the seed of recovery codes; keys of WebAuthn are public."""
    sealed: dict[str, Any] = {name: change(data[name]) for name in ("secret", "seed") if name in data}
    if "migrated_codes" in data:
        sealed["migrated_codes"] = [change(code) for code in data["migrated_codes"]]
    return data | sealed


def _whole(value: str, change: Callable[[str], str]) -> str:
    """A column that holds one sealed text, or nothing."""
    return change(value) if value else value


def _places() -> Iterator[Place]:
    """allauth's second factors, and the columns that models name in `sealed_columns`.

    Letters in the queue are left out: they are sent within the hour, and their table keeps no others.
    """
    yield Place("mfa_authenticator.data", Authenticator.objects.all, "data", _in_authenticator)
    for model in apps.get_models():
        for column in getattr(model, "sealed_columns", ()):
            name = f"{model._meta.db_table}.{column}"
            yield Place(name, partial(_holding, model, column), column, _whole)


def _holding(model: type[models.Model], column: str) -> models.QuerySet[Any]:
    """The rows whose column holds something: of letters few do, and they are many."""
    return model._default_manager.exclude(**{column: ""}).only("pk", column)


@isolation.everything("keys are of the installation, whosever secrets they seal")
def count() -> Counter[str]:
    """How many sealed texts need each key."""
    found: Counter[str] = Counter()
    for place in _places():
        for row in place.rows().iterator(chunk_size=500):
            found.update(_keys_in(place, row))
    return found


@isolation.everything("keys are of the installation, whosever secrets they seal")
def reseal(*, batch: int = 200) -> int:
    """Seal again, with the current key, every text that needs another one; return how many rows changed.

    A transaction a batch: what was done stays done when it is cut short, and a second run goes on.
    """
    changed = 0
    for place in _places():
        former = 0
        while keys := list(
            place.rows().filter(pk__gt=former).order_by("pk").values_list("pk", flat=True)[:batch]
        ):
            changed += _reseal_batch(place, keys)
            former = keys[-1]
    return changed


def _reseal_batch(place: Place, keys: list[int]) -> int:
    ring = secrets.keyring()
    changed = 0
    with transaction.atomic():
        # Held: a recovery code used meanwhile must not be forgotten.
        for row in place.rows().filter(pk__in=keys).select_for_update().order_by("pk"):
            if set(_keys_in(place, row)) <= {ring.current}:
                continue
            value = place.change(getattr(row, place.column), partial(_sealed_again, ring, place.name))
            setattr(row, place.column, value)
            row.save(update_fields=[place.column])
            changed += 1
    return changed


def _sealed_again(ring: secrets.Keyring, name: str, sealed: str) -> str:
    return ring.seal(ring.open(sealed, name), name)


def _keys_in(place: Place, row: Any) -> Iterator[str]:
    seen: list[str] = []

    def note(sealed: str) -> str:
        seen.append(secrets.key_of(sealed))
        return sealed

    place.change(getattr(row, place.column), note)
    yield from seen
