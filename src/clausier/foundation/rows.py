"""Rows written by acts that happen all the time: their SQL made once, several tables in one exchange.

As `bulk_create` writes, so does `add`: as given, without what `save` does besides. It knows the kinds of
columns that our tables have, and refuses a model with any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from pydantic_core import to_json

AS_THEY_ARE: Final = (
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DateTimeField,
    models.DecimalField,
    models.ForeignKey,
    models.IntegerField,  # the others of whole numbers are made of it
    models.TextField,
)
"""Columns whose values go to the database as a model holds them."""

Rows = Sequence[models.Model]
M = TypeVar("M", bound=models.Model)


def made(model: type[M], **values: Any) -> M:
    """A row to `add`, as the model makes it, at a fraction of the cost.

    What it points to is given by its column (`ticket_id=`), or as the row itself (`ticket=`) for those who
    ask for that afterwards. Nobody who listens for new instances of the model is told. Raises TypeError for
    a name that no column has.
    """
    shape = _shape(model)
    if not shape.names.issuperset(values):
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(values.keys() - shape.names))}")
    row = model.__new__(model)
    held = row.__dict__
    held["_state"] = state = ModelState()
    held.update(shape.plain)
    for name, default in shape.fresh:
        held[name] = default()
    for name, value in values.items():
        column = shape.pointing.get(name)
        if column is None:
            held[name] = value
        else:
            held[column] = None if value is None else value.pk
            state.fields_cache[name] = value
    return row


class _Shape(NamedTuple):
    """What the rows of a model begin with, and what each may be given."""

    plain: dict[str, Any]
    fresh: list[tuple[str, Callable[[], Any]]]
    """Columns whose first value is made anew for each row."""
    pointing: dict[str, str]
    """The columns of what a row points to."""
    names: frozenset[str]


@cache
def _shape(model: type[models.Model]) -> _Shape:
    fields: list[Any] = list(model._meta.concrete_fields)
    fresh = [field for field in fields if field.has_default() and callable(field.default)]
    return _Shape(
        {field.attname: field.get_default() for field in fields if field not in fresh},
        [(field.attname, field.get_default) for field in fresh],
        {field.name: field.attname for field in fields if field.is_relation},
        frozenset(name for field in fields for name in (field.name, field.attname)),
    )


def add(*groups: Rows, ids: bool = True) -> None:
    """Insert the rows, those of each group into their one table; all groups leave at once, in this order.

    Of a group, all rows have ids or none has: then each is given one, unless nobody needs them (`ids`).
    Raises what the database raises for the first row that it refuses; the transaction under way is broken.
    """
    if len(groups) > 1:
        with connection.ahead():  # type: ignore[attr-defined]
            adding(*groups, ids=ids)()
    else:
        adding(*groups, ids=ids)()


def adding(*groups: Rows, ids: bool = True) -> Callable[[], None]:
    """As `add`; the rows know their ids once what is returned is called, before the block `ahead` ends."""
    written = [(group, _insertion(type(group[0]), group[0].pk is not None, ids)) for group in groups if group]
    cursors = [into.execute(group) for group, into in written]

    def know() -> None:
        for (group, into), cursor in zip(written, cursors, strict=True):
            into.settle(group, cursor)

    return know


def change(row: models.Model, *names: str) -> None:
    """Write these columns of a row that is stored, as they are now."""
    _changing(type(row), names).execute(row)


@cache
def _changing(model: type[models.Model], names: tuple[str, ...]) -> _Change:
    return _Change(model, names)


class _Change:
    """How some columns of a row of a model are written anew."""

    def __init__(self, model: type[models.Model], names: tuple[str, ...]) -> None:
        meta: Any = model._meta
        quoted = connection.ops.quote_name
        fields = [meta.get_field(name) for name in names]
        self._values = [(attrgetter(field.attname), _written(model, field)) for field in fields]
        named = ", ".join(
            f"{quoted(field.column)} = ${place}{_cast(field)}" for place, field in enumerate(fields, start=1)
        )
        self._sql = (
            f"update {quoted(meta.db_table)} set {named} "  # noqa: S608 - names of ours
            f"where {quoted(meta.pk.column)} = ${len(fields) + 1}"
        )

    def execute(self, row: models.Model) -> None:
        values = [written(value(row)) if written else value(row) for value, written in self._values]
        connection.prepared().execute(self._sql, [*values, row.pk])  # type: ignore[attr-defined]


@cache
def _insertion(model: type[models.Model], has_ids: bool, needs_ids: bool) -> _Insertion:
    return _Insertion(model, has_ids, needs_ids)


class _Insertion:
    """How rows of one model are inserted, with ids of their own or those that the database gives."""

    def __init__(self, model: type[models.Model], has_ids: bool, needs_ids: bool) -> None:
        meta: Any = model._meta
        fields = [field for field in meta.local_concrete_fields if has_ids or field is not meta.pk]
        self._width = len(fields)
        self._values = attrgetter(*(field.attname for field in fields))
        self._written = [
            (place, written) for place, field in enumerate(fields) if (written := _written(model, field))
        ]
        self._casts = [_cast(field) for field in fields]
        names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        table = connection.ops.quote_name(meta.db_table)
        self._head = f"insert into {table} ({names}) values "  # noqa: S608 - names of ours
        wants_ids = needs_ids and not has_ids
        self._tail = f" returning {connection.ops.quote_name(meta.pk.column)}" if wants_ids else ""
        self._sql: dict[int, str] = {}

    def execute(self, rows: Rows) -> Any:
        """Send the rows; the cursor that knows what the database answers."""
        params: list[Any] = []
        for row in rows:
            values = list(self._values(row))
            for column, written in self._written:
                values[column] = written(values[column])
            params += values
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(self._sql_of(len(rows)), params)
        return cursor

    def settle(self, rows: Rows, cursor: Any) -> None:
        """The rows are stored: they know it, and their ids."""
        if self._tail:
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = pk
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _sql_of(self, count: int) -> str:
        if count not in self._sql:
            places = iter(range(1, count * self._width + 1))
            each = (", ".join(f"${next(places)}{cast}" for cast in self._casts) for _row in range(count))
            self._sql[count] = self._head + ", ".join(f"({one})" for one in each) + self._tail
        return self._sql[count]


def _is_array(field: Any) -> bool:
    return isinstance(field, ArrayField)


def _cast(field: Any) -> str:
    """What tells the server the type of the value, where it does not see that from the column."""
    return f"::{field.cast_db_type(connection)}" if _is_array(field) else ""


def _written(model: type[models.Model], field: Any) -> Callable[[Any], Any] | None:
    """How a value of the field goes to the database; None: as it is. Raises TypeError for other kinds."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) or field.has_db_default():
        raise TypeError(f"{model.__name__}.{field.name} gets its value when it is written")
    if isinstance(field, models.JSONField):
        return json_or_null
    if _is_array(field):
        return list
    if isinstance(field, AS_THEY_ARE) and field.db_type(connection):
        return None
    raise TypeError(f"{model.__name__}.{field.name} is of a kind that rows.add does not write")


def json_or_null(value: Any) -> str | None:
    """JSON as the database takes it; None is no value."""
    return None if value is None else to_json(value).decode()
