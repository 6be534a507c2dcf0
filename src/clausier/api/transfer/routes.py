"""Files brought in and archives taken out: asked for here, done as jobs, seen until they are done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.clients.routes import client_of
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Id, Key, Line, Shape
from clausier.directory.names import fold
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.transfer import queries, services
from clausier.transfer.models import Archive, Duplicates, Import, ImportedLine, Kind

routes = Router()
FAULTS_TOLD = 100
Heading = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class FaultOut(Shape):
    """What is wrong in a file, and what would be right."""

    line: int | None = Field(description=gettext_noop("Comme un tableur la compte, titres compris."))
    column: str
    value: str
    says: str


class ImportOut(Shape):
    """A file brought in, and where it stands."""

    id: int
    kind: Kind
    name: str
    state: str = Field(examples=["checked"])
    headings: list[str]
    mapping: dict[str, str] = Field(description=gettext_noop("Champ → titre de la colonne."))
    duplicates: Duplicates
    lines: int
    done_lines: int
    created: int = Field(description=gettext_noop("Ce que l’import fait, ou ferait une fois confirmé."))
    changed: int
    skipped: int
    fault_count: int
    faults: list[FaultOut] = Field(description=gettext_noop("Les cent premières."))
    failure: str = Field(description=gettext_noop("Ce qui a arrêté le travail, s’il s’est arrêté."))
    asked_by: str
    received_at: At
    ended_at: At | None

    @classmethod
    def of(cls, row: Import) -> ImportOut:
        return cls(
            id=row.pk,
            kind=Kind(row.kind),
            name=row.name,
            state=row.state,
            headings=row.headings,
            mapping={name: row.headings[column] for name, column in row.mapping.items()},
            duplicates=Duplicates(row.duplicates),
            lines=row.line_count,
            done_lines=row.done_lines,
            created=row.outcome.get("created", 0),
            changed=row.outcome.get("changed", 0),
            skipped=row.outcome.get("skipped", 0),
            fault_count=row.fault_count,
            faults=[FaultOut(**fault) for fault in row.faults[:FAULTS_TOLD]],
            failure=row.failure,
            asked_by=row.asked_by_name,
            received_at=row.received_at,
            ended_at=row.ended_at,
        )


class ImportsAsked(Asked):
    """Which files."""

    kind: Kind | None = None


class ColumnsGiven(Given):
    """Which column each field is in, by its heading."""

    mapping: dict[Line, Heading] = Field(
        default_factory=dict,
        description=gettext_noop("Champ → titre de la colonne ; ce qui n’est pas dit se devine du titre."),
        examples=[{"name": "Raison sociale", "siren": "SIREN"}],
    )
    duplicates: Duplicates = Duplicates.REFUSE
    goes_on: bool = Field(
        False, description=gettext_noop("Vrai : importer aussitôt si le contrôle ne trouve rien.")
    )


class ImportGiven(ColumnsGiven):
    """A file to bring in."""

    kind: Kind
    file: FileGiven


class ImportedOut(Shape):
    """What a line became."""

    line: int
    did: str = Field(examples=["created"])
    object_kind: str
    object_id: int
    label: str

    @classmethod
    def of(cls, row: ImportedLine) -> ImportedOut:
        return cls(
            line=row.line,
            did=row.did,
            object_kind=row.object_kind,
            object_id=row.object_id,
            label=row.object_label,
        )


class MovingDay(Given):
    """The first day of work here, and the tool left behind."""

    day: Day
    former_tool: Annotated[str, StringConstraints(max_length=80)] = ""


class MovingDayOut(Shape):
    """The day of moving in."""

    day: date
    former_tool: str


class ArchiveOut(Shape):
    """An archive, and whether it can be fetched."""

    id: int
    client: ClientRef | None = Field(description=gettext_noop("Nul : tout le prestataire."))
    with_internal: bool
    state: str = Field(examples=["ready"])
    done_tables: int
    all_tables: int
    size: int
    sha256: str
    asked_by: str
    asked_at: At
    expires_at: At | None

    @classmethod
    def of(cls, row: Archive) -> ArchiveOut:
        client = row.client
        return cls(
            id=row.pk,
            client=ClientRef(number=client.number, name=client.name) if client else None,
            with_internal=row.with_internal,
            state=row.state,
            done_tables=row.done_tables,
            all_tables=row.all_tables,
            size=row.size,
            sha256=row.sha256,
            asked_by=row.asked_by_name,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
        )


class ArchiveGiven(Given):
    """What to put into an archive."""

    client: Key | None = Field(None, description=gettext_noop("Un client ; sans lui, tout le prestataire."))
    with_internal: bool = Field(
        False,
        description=gettext_noop("Pour un client : avec les notes internes, les objectifs et le journal."),
    )


# Bringing in


@writes(
    routes,
    "PUT",
    "/moving-day",
    "transfer.import",
    answers=MovingDayOut,
    summary=gettext_noop("Fixer le jour d’emménagement"),
    about=gettext_noop("Les soldes et les tickets ouverts se reprennent ce jour-là, ou après."),
)
def set_moving_day(request: ApiRequest, body: MovingDay) -> MovingDayOut:
    moving = services.set_moving_day(
        by=request.actor, at=clock.now(), day=body.day, former_tool=body.former_tool
    )
    return MovingDayOut(day=moving.day, former_tool=moving.former_tool)


@reads(
    routes,
    "/imports",
    "transfer.import",
    answers=Page[ImportOut],
    summary=gettext_noop("Lister les imports"),
)
def list_imports(request: ApiRequest, asked: Query[ImportsAsked]) -> Page[ImportOut]:
    found = queries.imports(request.actor)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return page(found, asked, lambda rows: [ImportOut.of(row) for row in rows])


@reads(routes, "/imports/{id}", "transfer.import", answers=ImportOut, summary=gettext_noop("Lire un import"))
def read_import(request: ApiRequest, id: Path[Id]) -> ImportOut:
    return ImportOut.of(_import(request, id))


@reads(
    routes,
    "/imports/{id}/lines",
    "transfer.import",
    answers=Page[ImportedOut],
    summary=gettext_noop("Lister ce que les lignes sont devenues"),
)
def list_imported_lines(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[ImportedOut]:
    found = ImportedLine.objects.filter(source=_import(request, id))
    return page(found, asked, lambda rows: [ImportedOut.of(row) for row in rows], newest_first=False)


@writes(
    routes,
    "POST",
    "/imports",
    "transfer.import",
    answers=ImportOut,
    status=201,
    summary=gettext_noop("Envoyer un fichier à importer"),
    about=gettext_noop(
        "CSV ou XLSX. Une tâche contrôle le fichier : lisez l’import jusqu’à l’état « checked »."
    ),
)
def send_import(request: ApiRequest, body: ImportGiven) -> ImportOut:
    by, at = request.actor, clock.now()
    source = services.receive_file(
        by=by, at=at, kind=body.kind, name=body.file.name, content=body.file.read()
    )
    return _check(request, source, body)


@writes(
    routes,
    "POST",
    "/imports/{id}/columns",
    "transfer.import",
    answers=ImportOut,
    summary=gettext_noop("Choisir les colonnes et contrôler"),
)
def choose_columns(request: ApiRequest, id: Path[Id], body: ColumnsGiven) -> ImportOut:
    return _check(request, _import(request, id), body)


@writes(
    routes,
    "POST",
    "/imports/{id}/confirmation",
    "transfer.import",
    answers=ImportOut,
    summary=gettext_noop("Importer un fichier contrôlé"),
    about=gettext_noop("Tout le fichier, ou rien."),
)
def confirm_import(request: ApiRequest, id: Path[Id]) -> ImportOut:
    source = _import(request, id)
    return ImportOut.of(services.confirm_import(by=request.actor, at=clock.now(), source=source))


@writes(
    routes,
    "POST",
    "/imports/{id}/undoing",
    "transfer.import",
    answers=ImportOut,
    summary=gettext_noop("Annuler un import"),
    about=gettext_noop("Dans les sept jours, tant que rien ne s’appuie sur ce qu’il a fait."),
)
def undo_import(request: ApiRequest, id: Path[Id]) -> ImportOut:
    source = _import(request, id)
    return ImportOut.of(services.ask_undoing(by=request.actor, at=clock.now(), source=source))


def _import(request: ApiRequest, id: int) -> Import:
    return queries.imports(request.actor).get(pk=id)


def _check(request: ApiRequest, source: Import, body: ColumnsGiven) -> ImportOut:
    """Have a file checked: what was not said of its columns stays as guessed."""
    numbers = {fold(heading): number for number, heading in enumerate(source.headings)}
    named: dict[str, int] = {}
    for name, heading in body.mapping.items():
        if fold(heading) not in numbers:
            raise InvalidInput(
                _("Ce fichier n’a pas de colonne « %(heading)s ».") % {"heading": heading}, field="mapping"
            )
        named[name] = numbers[fold(heading)]
    guessed = {
        name: column
        for name, column in source.mapping.items()
        if name not in named and column not in named.values()
    }
    services.choose_columns(
        by=request.actor,
        at=clock.now(),
        source=source,
        mapping=guessed | named,
        duplicates=body.duplicates,
        goes_on=body.goes_on,
    )
    return ImportOut.of(source)


# Taking out


@reads(
    routes,
    "/archives",
    "transfer.export_client",
    answers=Page[ArchiveOut],
    summary=gettext_noop("Lister les archives"),
)
def list_archives(request: ApiRequest, asked: Query[Asked]) -> Page[ArchiveOut]:
    return page(queries.archives(request.actor), asked, lambda rows: [ArchiveOut.of(row) for row in rows])


@reads(
    routes,
    "/archives/{id}",
    "transfer.export_client",
    answers=ArchiveOut,
    summary=gettext_noop("Lire une archive"),
)
def read_archive(request: ApiRequest, id: Path[Id]) -> ArchiveOut:
    return ArchiveOut.of(queries.archives(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/archives",
    "transfer.export_client",
    answers=ArchiveOut,
    status=201,
    summary=gettext_noop("Demander une archive"),
    about=gettext_noop("Celle de tout le prestataire demande le droit « transfer.export »."),
)
def ask_archive(request: ApiRequest, body: ArchiveGiven) -> ArchiveOut:
    by, at = request.actor, clock.now()
    if body.client is None:
        return ArchiveOut.of(services.ask_archive(by=by, at=at))
    client = client_of(request, body.client)
    return ArchiveOut.of(
        services.ask_client_archive(by=by, at=at, client=client, with_internal=body.with_internal)
    )


@reads(
    routes,
    "/archives/{id}/content",
    "transfer.export_client",
    answers=None,
    summary=gettext_noop("Enregistrer une archive"),
    about=gettext_noop("Les octets du zip. Le journal retient que l’archive a été prise."),
)
def fetch_archive(request: ApiRequest, id: Path[Id]) -> HttpResponse:
    found = queries.archives(request.actor).get(pk=id)
    opened = services.fetch_archive(by=request.actor, at=clock.now(), archive=found)
    answer: Any = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type="application/zip"
    )
    return answer  # type: ignore[no-any-return]
