"""The long work: checking, bringing in, undoing, making archives; and forgetting in time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation, journal, queries
from clausier.foundation.actors import Actor, program
from clausier.foundation.errors import Refusal
from clausier.transfer import making, services, working
from clausier.transfer.errors import BuiltUpon
from clausier.transfer.evidence import services as evidence
from clausier.transfer.models import Archive, ArchiveState, EvidenceBundle, Import, ImportState
from clausier.transfer.progress import told_of

FILES_KEPT: Final = timedelta(days=30)
"""How long the bytes of a file that was never brought in are kept."""

logger = logging.getLogger(__name__)


class Gone(Exception):
    """Whoever asked for the work may no longer do it."""


def _actor(row: Import | Archive | EvidenceBundle, permission: str) -> Actor:
    """Who asked, as they are now. Raises Gone when they may no longer."""
    if row.asked_by is None:
        return program(row.provider)
    actor = queries.staff_actor(row.asked_by, row.provider)
    if actor is None or not actor.may(permission):
        raise Gone
    return actor


@contextmanager
def _given_up_as(source: Import, state: str) -> Iterator[None]:
    """Say on the page what stopped the work, and leave the file in `state`; a lost database is retried."""
    language = source.asked_by.language if source.asked_by else "fr"
    with translation.override(language):
        try:
            yield
        except (OperationalError, InterfaceError):
            raise
        except Gone:
            _leave(source, state, _("La personne qui l’a demandé n’en a plus le droit."))
        except Exception:
            logger.exception("import %s gave up", source.pk)
            _leave(source, state, _("Une erreur inattendue est survenue ; rien n’a été écrit."))
            raise


def _leave(source: Import, state: str, failure: str, **changes: Any) -> None:
    Import.objects.filter(pk=source.pk).update(state=state, failure=failure, **changes)


@app.task(name="transfer.check")
@isolation.job_of_provider
def check(*, source: int, provider_id: int) -> str:
    """Rehearse a file and write down what was found; run again, it finds the same. The state that results."""
    found = Import.objects.select_related("provider__book", "asked_by").get(pk=source)
    if found.state != ImportState.CHECKING:
        return found.state
    with _given_up_as(found, ImportState.RECEIVED):
        by = _actor(found, "transfer.import")
        with told_of(found, "done_lines") as tell:
            findings = working.rehearse(found, by=by, at=clock.now(), tell=tell)
        Import.objects.filter(pk=found.pk, state=ImportState.CHECKING).update(
            state=ImportState.CHECKED, done_lines=found.line_count, **_found(findings)
        )
        found.refresh_from_db()
        if found.goes_on and not found.fault_count:
            services.confirm_import(by=by, at=clock.now(), source=found)
    return found.state


def _found(findings: working.Findings) -> dict[str, Any]:
    return {
        "faults": findings.faults,
        "fault_count": findings.fault_count,
        "outcome": {did: findings.counts[did] for did in ("created", "changed", "skipped")},
        "shown": findings.shown,
    }


@app.task(name="transfer.write")
@isolation.job_of_provider
def write(*, source: int, provider_id: int) -> str:
    """Bring a file in, in one transaction; a job that is run again finds it done. The state that results."""
    found = Import.objects.select_related("provider__book", "asked_by").get(pk=source)
    with _given_up_as(found, ImportState.CHECKED):
        by = _actor(found, "transfer.import")
        try:
            with told_of(found, "done_lines") as tell, transaction.atomic():
                if working.hold(found).state != ImportState.WRITING:
                    return found.state
                at = clock.now()
                findings = working.write(found, by=by, at=at, tell=tell)
                journal.write(by=by, at=at, code="transfer.imported", about=found, data=dict(findings.counts))
                Import.objects.filter(pk=found.pk).update(
                    state=ImportState.DONE,
                    ended_at=at,
                    content=None,
                    samples=[],
                    done_lines=found.line_count,
                    **_found(findings),
                )
        except working.Faulty as faulty:
            # Something changed since the check: the faults are shown, and nothing was written.
            _leave(found, ImportState.CHECKED, "", **_found(faulty.args[0]))
    found.refresh_from_db()
    return found.state


@app.task(name="transfer.undo")
@isolation.job_of_provider
def undo(*, source: int, provider_id: int) -> str:
    """Undo an import, whole or not at all. The state that results."""
    found = Import.objects.select_related("provider__book", "asked_by").get(pk=source)
    with _given_up_as(found, ImportState.DONE):
        by = _actor(found, "transfer.import")
        try:
            with told_of(found, "done_lines") as tell, transaction.atomic():
                if working.hold(found).state != ImportState.UNDOING:
                    return found.state
                at = clock.now()
                count = working.take_back(found, by=by, at=at, tell=tell)
                journal.write(by=by, at=at, code="transfer.import_undone", about=found, data={"lines": count})
                Import.objects.filter(pk=found.pk).update(state=ImportState.UNDONE, undone_at=at)
        except BuiltUpon as refusal:
            lines = [
                {"line": None, "column": "", "value": "", "says": says} for says in refusal.facts["lines"]
            ]
            _leave(found, ImportState.DONE, refusal.says, faults=lines)
    found.refresh_from_db()
    return found.state


@app.task(name="transfer.make_archive")
@isolation.job_of_provider
def make_archive(*, archive: int, provider_id: int) -> str:
    """Make an archive and keep it for its time; a job that is run again finds it made. Its state."""
    found = Archive.objects.select_related("provider__book", "client", "asked_by").get(pk=archive)
    if found.state != ArchiveState.WAITING:
        return found.state
    try:
        by = _actor(found, "transfer.export_client" if found.client else "transfer.export")
        making.keep(found, by=by, at=clock.now())
    except (OperationalError, InterfaceError):
        raise
    except (Gone, Refusal):
        Archive.objects.filter(pk=found.pk).update(state=ArchiveState.FAILED)
    except Exception:
        Archive.objects.filter(pk=found.pk).update(state=ArchiveState.FAILED)
        raise
    found.refresh_from_db()
    return found.state


@app.task(name="transfer.make_bundle")
@isolation.job_of_provider
def make_bundle(*, bundle: int, provider_id: int) -> str:
    """Make a bundle of evidence and keep it for its time; run again, it finds it made. Its state."""
    found = EvidenceBundle.objects.select_related("provider__book", "dispute", "asked_by").get(pk=bundle)
    if found.state != ArchiveState.WAITING:
        return found.state
    try:
        evidence.keep(found, by=_actor(found, "disputes.write"), at=clock.now())
    except (OperationalError, InterfaceError):
        raise
    except (Gone, Refusal):
        EvidenceBundle.objects.filter(pk=found.pk).update(state=ArchiveState.FAILED)
    except Exception:
        EvidenceBundle.objects.filter(pk=found.pk).update(state=ArchiveState.FAILED)
        raise
    found.refresh_from_db()
    return found.state


@app.periodic(cron="23 * * * *")
@app.task(name="transfer.forget", queueing_lock="transfer.forget")
@isolation.job_of_installation("archives and files are forgotten in time for every provider")
def forget(timestamp: int) -> int:
    """Remove archives after their time and the bytes of files never brought in; how many. Idempotent."""
    now = clock.now()
    count = 0
    for model in (Archive, EvidenceBundle):
        for row in model.objects.filter(state=ArchiveState.READY, expires_at__lte=now):
            default_storage.delete(row.place)
            count += model.objects.filter(pk=row.pk).update(state=ArchiveState.EXPIRED, place="")
    old = Import.objects.filter(
        state__in=services.OPEN, received_at__lt=now - FILES_KEPT, content__isnull=False
    )
    return count + old.update(
        state=ImportState.DROPPED, content=None, samples=[], shown=[], faults=[], ended_at=now
    )
