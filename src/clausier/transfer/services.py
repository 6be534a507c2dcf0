"""Acts of bringing in and taking out. What takes long is a job: the act says what is wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.directory.models import Client
from clausier.directory.names import fold
from clausier.foundation import journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.transfer import queries, reading
from clausier.transfer.errors import ColumnMissing, Expired, NotNow, TooEarly, TooLate
from clausier.transfer.kinds import KINDS
from clausier.transfer.kinds.shape import LineKind, guessed
from clausier.transfer.models import (
    Archive,
    ArchiveState,
    Duplicates,
    Import,
    ImportState,
    Kind,
    MovingIn,
    RememberedColumns,
)

UNDO_WITHIN: Final = timedelta(days=7)
ARCHIVE_KEPT: Final = timedelta(days=7)
OPEN: Final = (ImportState.RECEIVED, ImportState.CHECKING, ImportState.CHECKED)


# Bringing in


@act("transfer.import")
def set_moving_day(*, by: Actor, at: datetime, day: date, former_tool: str = "") -> MovingIn:
    """The day from which the provider works here: balances are those of its beginning."""
    moving, _made = MovingIn.objects.update_or_create(
        provider=by.provider, defaults={"day": day, "former_tool": " ".join(former_tool.split())[:80]}
    )
    journal.write(
        by=by,
        at=at,
        code="transfer.moving_day_set",
        about=moving,
        data={"day": day.isoformat(), "former_tool": moving.former_tool},
    )
    return moving


@act("transfer.import")
def receive_file(*, by: Actor, at: datetime, kind: str, name: str, content: bytes) -> Import:
    """Take a file in and look at it: nothing is made of its lines yet.

    Its columns are guessed from their headings, and from what was chosen before. Raises InvalidInput naming
    `kind`, UnreadableFile, TooLarge.
    """
    if kind not in Kind.values:
        raise InvalidInput(_("Dites ce que contient ce fichier."), field="kind")
    table = reading.table_of(content)
    source = Import.objects.create(
        provider=by.provider,
        kind=kind,
        name=name[:255],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        form=table.form[:60],
        headings=list(table.headings),
        samples=table.samples(),
        line_count=len(table.lines),
        mapping=guessed(KINDS[kind], table.headings, queries.remembered(by, kind)),
        asked_by=by.person,
        asked_by_name=by.name,
        received_at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="transfer.file_received",
        about=source,
        data={"kind": kind, "sha256": source.sha256, "lines": source.line_count},
    )
    return source


@act("transfer.import")
def choose_columns(
    *,
    by: Actor,
    at: datetime,
    source: Import,
    mapping: Mapping[str, int],
    duplicates: str = Duplicates.REFUSE,
    goes_on: bool = False,
) -> Import:
    """Say which column each field is in, and have the file checked; `goes_on` imports it if nothing is found.

    What was chosen is remembered for the next file of the kind. Raises ColumnMissing naming the field,
    InvalidInput naming `duplicates`, the field or `day`, NotNow.
    """
    kind = KINDS[source.kind]
    _must_fit(kind, mapping, source.headings)
    if duplicates not in Duplicates.values or (duplicates == Duplicates.UPDATE and not kind.updates):
        raise InvalidInput(_("Faites un choix dans la liste."), field="duplicates")
    moving = queries.moving_in(by)
    if kind.on_the_day and moving is None:
        raise InvalidInput(_("Fixez d’abord le jour d’emménagement."), field="day")
    _move(
        source,
        (ImportState.RECEIVED, ImportState.CHECKED),
        ImportState.CHECKING,
        mapping=dict(mapping),
        duplicates=duplicates,
        goes_on=goes_on,
        day=moving.day if moving and kind.on_the_day else None,
        done_lines=0,
        faults=[],
        fault_count=0,
        outcome={},
        shown=[],
        failure="",
        **_whom(by),
    )
    _remember(by, source)
    journal.write(
        by=by,
        at=at,
        code="transfer.columns_chosen",
        about=source,
        data={"mapping": dict(mapping), "duplicates": duplicates},
    )
    app.configure_task("transfer.check").defer(source=source.pk, provider_id=by.provider.pk)
    return source


def _must_fit(kind: LineKind, mapping: Mapping[str, int], headings: list[str]) -> None:
    columns = list(mapping.values())
    for name, column in mapping.items():
        if kind.field(name) is None or not 0 <= column < len(headings):
            raise InvalidInput(_("Cette colonne n’existe pas dans le fichier."), field=name)
        if columns.count(column) > 1:
            raise InvalidInput(
                _("La colonne « %(heading)s » est prise deux fois.") % {"heading": headings[column]},
                field=name,
            )
    for field in kind.fields:
        if field.required and field.name not in mapping:
            raise ColumnMissing(
                _("Dites dans quelle colonne est « %(field)s ».") % {"field": field.label}, field=field.name
            )


def _remember(by: Actor, source: Import) -> None:
    known = queries.remembered(by, source.kind)
    known |= {fold(source.headings[column]): name for name, column in source.mapping.items()}
    RememberedColumns.objects.update_or_create(
        provider=by.provider, kind=source.kind, defaults={"columns": known}
    )


@act("transfer.import")
def confirm_import(*, by: Actor, at: datetime, source: Import) -> Import:
    """Bring in a file that was checked without a fault: all of it or nothing, as a job.

    Raises NotNow, TooEarly before the day of moving in.
    """
    if source.fault_count or not source.outcome:
        raise NotNow(
            _("Ce fichier a encore des erreurs, ou n’est pas contrôlé."),
            way_out=_("Corrigez-le dans votre tableur, puis reprenez-le."),
        )
    if source.day and source.day > at.astimezone(PARIS).date():
        raise TooEarly(
            _("Ces lignes se reprennent le jour d’emménagement, le %(day)s, ou après.")
            % {"day": wording.long_day(source.day, "fr", year=True, weekday=False)},
            field="day",
            way_out=_("Le contrôle est fait : il ne restera qu’à confirmer ce jour-là."),
        )
    _move(
        source,
        (ImportState.CHECKED,),
        ImportState.WRITING,
        done_lines=0,
        failure="",
        **_whom(by),
    )
    journal.write(by=by, at=at, code="transfer.import_confirmed", about=source, data={"kind": source.kind})
    app.configure_task("transfer.write").defer(source=source.pk, provider_id=by.provider.pk)
    return source


@act("transfer.import")
def ask_undoing(*, by: Actor, at: datetime, source: Import) -> Import:
    """Have an import undone, whole or not at all, as a job. Raises NotNow, TooLate after seven days."""
    if source.ended_at and at > source.ended_at + UNDO_WITHIN:
        raise TooLate(
            _("Un import s’annule dans les %(days)s jours : ce délai est passé.")
            % {"days": UNDO_WITHIN.days},
            way_out=_("Corrigez les fiches une à une."),
        )
    _move(
        source,
        (ImportState.DONE,),
        ImportState.UNDOING,
        done_lines=0,
        failure="",
        faults=[],
        **_whom(by),
    )
    journal.write(by=by, at=at, code="transfer.undoing_asked", about=source)
    app.configure_task("transfer.undo").defer(source=source.pk, provider_id=by.provider.pk)
    return source


@act("transfer.import")
def drop_file(*, by: Actor, at: datetime, source: Import) -> Import:
    """Let a file go that was not brought in; its bytes are forgotten. Raises NotNow."""
    _move(source, OPEN, ImportState.DROPPED, content=None, samples=[], shown=[], faults=[], ended_at=at)
    journal.write(by=by, at=at, code="transfer.file_dropped", about=source)
    return source


def _whom(by: Actor) -> dict[str, Any]:
    """In whose name the job works."""
    return {"asked_by": by.person, "asked_by_name": by.name}


def _move(source: Import, former: tuple[str, ...], to: str, **changes: Any) -> None:
    """Bring a file from one of the states `former` to another. Raises NotNow when it is elsewhere."""
    moved = Import.objects.filter(pk=source.pk, provider=source.provider, state__in=former).update(
        state=to, **changes
    )
    if not moved:
        raise NotNow(_("L’état de cet import a changé entre-temps : rechargez la page."))
    source.refresh_from_db()


# Taking out


@act("transfer.export")
def ask_archive(*, by: Actor, at: datetime) -> Archive:
    """Have everything of the provider put into one file, as a job."""
    return _ask(by, at, client=None, with_internal=True)


@act("transfer.export_client")
def ask_client_archive(*, by: Actor, at: datetime, client: Client, with_internal: bool = False) -> Archive:
    """Have a client's whole file put into one file; without `with_internal`, what the client may read."""
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    return _ask(by, at, client=client, with_internal=with_internal)


def _ask(by: Actor, at: datetime, *, client: Client | None, with_internal: bool) -> Archive:
    archive = Archive.objects.create(
        provider=by.provider,
        client=client,
        with_internal=with_internal,
        asked_by=by.person,
        asked_by_name=by.name,
        asked_at=at,
    )
    journal.write(
        by=by, at=at, code="transfer.archive_asked", about=archive, data={"with_internal": with_internal}
    )
    app.configure_task("transfer.make_archive").defer(archive=archive.pk, provider_id=by.provider.pk)
    return archive


@act("transfer.export_client")
def fetch_archive(*, by: Actor, at: datetime, archive: Archive) -> File[bytes]:
    """The bytes of an archive; that it was taken is written down. Raises NotNow, Expired."""
    if archive.client_id is None:
        by.must("transfer.export")
    if archive.state == ArchiveState.WAITING:
        raise NotNow(_("Cette archive n’est pas encore prête."))
    if archive.state != ArchiveState.READY or archive.expires_at is None or archive.expires_at <= at:
        raise Expired(_("Cette archive n’est plus gardée."), way_out=_("Demandez-en une nouvelle."))
    journal.write(
        by=by, at=at, code="transfer.archive_fetched", about=archive, data={"sha256": archive.sha256}
    )
    return default_storage.open(archive.place)
