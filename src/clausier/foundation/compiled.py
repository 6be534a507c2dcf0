"""Questions that every request asks, with their SQL made once.

Making the SQL of a queryset costs several times what asking it does. A `Compiled` question keeps the SQL, and
how a row becomes a model, from the first time on, and has the server prepare it; what differs from one time
to the next is `Given`. Nothing that was read is kept: each call asks the database, in the scope that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import query
from django.db.models.functions import Lower
from psycopg.sql import Literal

M = TypeVar("M", bound=models.Model)


class Given(models.Expression):
    """The place of a value that is given with each call: `filter(number=Given("number"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


def among(name: str, given: str) -> models.Func:
    """The condition that the column `name` holds one of the values that are `Given` as a list."""
    return models.Func(
        models.F(name),
        Given(given),
        template="%(expressions)s)",
        arg_joiner=" = any(",
        output_field=models.BooleanField(),
    )


def sharing(name: str, given: str) -> models.Func:
    """The condition that the array of words in the column `name` has one of those `Given` as a list."""
    return models.Func(
        models.F(name),
        Given(given),
        template="%(expressions)s::varchar[]",
        arg_joiner=" && ",
        output_field=models.BooleanField(),
    )


def same_letters(name: str, given: str) -> models.lookups.Exact:
    """The condition that the column `name` holds the `Given` text, in capitals or not.

    Behind a fence no index helps with it: the database applies what may tell of a row only to rows in sight.
    """
    return models.lookups.Exact(Lower(name), Lower(Given(given), output_field=models.TextField()))


class Compiled(Generic[M]):
    """The queryset that `build` makes, compiled when it is first asked.

    It may join (`select_related`), defer, annotate, hold rows and be cut (`[:1]`), but not prefetch. A
    given value goes to the database as it is: a number, text, a day, an instant or a list of these, never
    None, for SQL compares nothing with it.
    """

    def __init__(self, build: Callable[[], models.QuerySet[M]]) -> None:
        self._build = build

    def all(self, **given: Any) -> list[M]:
        """The rows that answer, as models."""
        return self.asked(**given)()

    def asked(self, **given: Any) -> Callable[[], list[M]]:
        """Ask, and read the rows when the answer is called for; in between, ask nothing but `ahead`."""
        reading = self._reading
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(reading.sql, reading.params(given))
        return lambda: [reading.model_of(row) for row in cursor.fetchall()]

    def rows(self, **given: Any) -> list[list[Any]]:
        """The same rows as bare values, in the order of the model's fields that are read, joins apart."""
        return self.rows_asked(**given)()

    def rows_asked(self, **given: Any) -> Callable[[], list[list[Any]]]:
        """Ask for these, and read them when the answer is called for, as with `asked`."""
        reading = self._reading
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(reading.sql, reading.params(given))
        return lambda: [reading.values_of(row)[reading.own] for row in cursor.fetchall()]

    def first(self, **given: Any) -> M | None:
        """The first row that answers, or None."""
        return next(iter(self.all(**given)), None)

    @cached_property
    def _reading(self) -> _Reading:
        return _Reading(self._build())


def answered(*questions: Compiled[Any], **given: Any) -> Callable[[], set[Compiled[Any]]]:
    """Those of the questions that any row answers: all are asked in one statement. Read as `asked` is."""
    if not questions:
        return set
    sql, names = _existence(questions)
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(sql, [given[name] for name in names])
    return lambda: {question for question, is_so in zip(questions, cursor.fetchone(), strict=True) if is_so}


@cache
def _existence(questions: tuple[Compiled[Any], ...]) -> tuple[str, list[str]]:
    """The statement that tells which questions have an answer, and the names of what is given to it."""
    readings = [question._reading for question in questions]
    asked = ", ".join(f"exists ({reading.template})" for reading in readings)
    params = [param for reading in readings for param in reading.template_params]
    return _with_places(f"select {asked}", params), [one.name for one in params if isinstance(one, Given)]


class Counted:
    """How many rows answer each of several questions, by their names, asked at once.

    Each is a queryset that `build` makes; one that is cut is counted no further than its cut.
    """

    def __init__(self, **build: Callable[[], models.QuerySet[Any]]) -> None:
        self._build = build

    def all(self, **given: Any) -> dict[str, int]:
        """The counts."""
        sql, names = self._reading
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(sql, [given[name] for name in names])
        return dict(zip(self._build, cursor.fetchone(), strict=True))

    @cached_property
    def _reading(self) -> tuple[str, list[str]]:
        """The SQL, and the names of what is given, in order."""
        parts: list[str] = []
        params: list[Any] = []
        for build in self._build.values():
            query = build().values_list("pk").query
            query.clear_ordering(force=True)  # in whatever order: only how many is asked
            sql, given = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            parts.append(f"(select count(*) from ({sql}) counted)")  # noqa: S608
            params += given
        names = [param.name for param in params if isinstance(param, Given)]
        return _with_places("select " + ", ".join(parts), params), names


def _with_places(sql: str, params: Iterable[Any]) -> str:
    """`sql` with `$1`, `$2`, … for what is given, and what is always the same written out.

    So the server sees that an index over some rows only will do.
    """
    places = count(1)
    return sql % tuple(
        f"${next(places)}" if isinstance(param, Given) else Literal(param).as_string(connection.connection)
        for param in params
    )


class _Reading:
    """The SQL of a queryset, and what its rows are read with: as Django does it, the preparations apart."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.template, self.template_params = compiler.as_sql()
        self._given = [param.name for param in self.template_params if isinstance(param, Given)]
        self.sql = _with_places(self.template, self.template_params)
        select, about = compiler.select, compiler.klass_info
        own = about["select_fields"]
        self._model = about["model"]
        self.own = slice(own[0], own[-1] + 1)
        self._names = [column[0].target.attname for column in select[self.own]]
        populators: Any = query.get_related_populators  # its types are those of the next Django
        self._joined = populators(about, select, DEFAULT_DB_ALIAS)
        self._annotated = list(compiler.annotation_col_map.items())
        self._converters = list(compiler.get_converters([column[0] for column in select]).items())

    def params(self, given: dict[str, Any]) -> list[Any]:
        return [given[name] for name in self._given]

    def values_of(self, row: Any) -> list[Any]:
        """A row with its values as the fields give them."""
        values = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values

    def model_of(self, row: Any) -> Any:
        values = self.values_of(row)
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, values[self.own])
        for joined in self._joined:
            joined.populate(values, found)
        for name, place in self._annotated:
            setattr(found, name, values[place])
        return found
