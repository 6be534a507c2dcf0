"""Acts on bundles of evidence: looked at, asked for, made by a job, taken; each is written down."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import dispute_queries
from clausier.lifecycle.errors import UnknownMatter
from clausier.lifecycle.models import Dispute
from clausier.signatures.services import certificates
from clausier.transfer.errors import Expired, NotNow
from clausier.transfer.evidence import writing
from clausier.transfer.evidence.matter import MOST_TICKETS, Matter, Scope, tickets_of
from clausier.transfer.models import ArchiveState, EvidenceBundle
from clausier.transfer.progress import told_of
from clausier.transfer.services import ARCHIVE_KEPT

EARLIEST: Final = date(1990, 1, 1)


def bundles(actor: Actor) -> QuerySet[EvidenceBundle]:
    """The bundles of the disputes whose file `actor` may open, for who may take evidence, latest first."""
    found = EvidenceBundle.objects.filter(
        provider=actor.provider, dispute__in=dispute_queries.disputes(actor)
    )
    return found.select_related("dispute").order_by("-pk") if actor.may("disputes.write") else found.none()


def usual_scope(dispute: Dispute, at: datetime) -> Scope:
    """From the start of the contract until today, with the contract's tickets."""
    today = at.astimezone(PARIS).date()
    from_on = min(dispute.contract.starts_on, today)
    found = tickets_of(dispute, from_on, today).filter(contract=dispute.contract_id)
    return Scope(from_on, today, tuple(found.values_list("number", flat=True)[:MOST_TICKETS]))


def scope_of(
    dispute: Dispute,
    *,
    from_on: date,
    until_on: date,
    tickets: Sequence[int] | None,
    with_internal: bool,
    at: datetime,
) -> Scope:
    """What was chosen, checked; without `tickets`, all of the contract's in these days.

    Raises InvalidInput naming the field.
    """
    if not from_on >= EARLIEST:
        raise InvalidInput(_("Indiquez une date, par exemple 20/11/2026."), field="from_on")
    if until_on > at.astimezone(PARIS).date():
        raise InvalidInput(_("Ce jour est à venir."), field="until_on")
    if until_on < from_on:
        raise InvalidInput(_("La période finit avant de commencer."), field="until_on")
    found = tickets_of(dispute, from_on, until_on)
    if tickets is None:
        numbers = list(found.filter(contract=dispute.contract_id).values_list("number", flat=True))
    else:
        known = set(found.filter(number__in=list(tickets)).values_list("number", flat=True))
        strange = sorted(set(tickets) - known)
        if strange:
            raise InvalidInput(
                _("Le ticket %(number)s n’est pas de ce client, ou pas de cette période.")
                % {"number": strange[0]},
                field="tickets",
            )
        numbers = sorted(known)
    if len(numbers) > MOST_TICKETS:
        raise InvalidInput(_("Plus de 500 tickets : resserrez la période ou décochez."), field="tickets")
    return Scope(from_on, until_on, tuple(numbers), with_internal)


def preview(*, by: Actor, dispute: Dispute, scope: Scope) -> dict[str, int]:
    """How much of each the bundle would hold. Raises UnknownMatter."""
    by.must("disputes.write")
    return Matter(_of(dispute, by), scope).counts()


@act("disputes.write")
def ask_bundle(*, by: Actor, at: datetime, dispute: Dispute, scope: Scope) -> EvidenceBundle:
    """Have the evidence of a dispute put into one signed file, as a job. Raises UnknownMatter."""
    held = _of(dispute, by)
    bundle = EvidenceBundle.objects.create(
        provider=by.provider,
        dispute=held,
        scope=scope.as_json(),
        all_parts=writing.PARTS,
        asked_by=by.person,
        asked_by_name=by.name,
        asked_at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="transfer.bundle_asked",
        about=bundle,
        data={"dispute": held.number, "tickets": len(scope.tickets)},
    )
    app.configure_task("transfer.make_bundle").defer(bundle=bundle.pk, provider_id=by.provider.pk)
    return bundle


@act("disputes.write")
def fetch_bundle(*, by: Actor, at: datetime, bundle: EvidenceBundle) -> File[bytes]:
    """The bytes of a bundle; that it was taken is written down. Raises UnknownMatter, NotNow, Expired."""
    _of(bundle.dispute, by)
    if bundle.state == ArchiveState.WAITING:
        raise NotNow(_("Cette archive n’est pas encore prête."))
    if bundle.state != ArchiveState.READY or bundle.expires_at is None or bundle.expires_at <= at:
        raise Expired(_("Cette archive n’est plus gardée."), way_out=_("Demandez-en une nouvelle."))
    journal.write(by=by, at=at, code="transfer.bundle_fetched", about=bundle, data={"sha256": bundle.sha256})
    return default_storage.open(bundle.place)


def keep(bundle: EvidenceBundle, *, by: Actor, at: datetime) -> None:
    """Make a bundle, put it into storage for its time, and write down that it was made.

    Raises UnknownMatter, CertificateUnusable.
    """
    matter = Matter(_of(bundle.dispute, by), Scope.of(bundle.scope))
    with transaction.atomic():
        pair = certificates.pair_of(certificates.current(by=by, at=at))
    with tempfile.NamedTemporaryFile(suffix=".zip") as made:
        with told_of(bundle, "done_parts") as tell:
            manifest = writing.write(made, matter, by=by, at=at, pair=pair, tell=tell)
        made.seek(0)
        digest = hashlib.file_digest(made, "sha256").hexdigest()
        size = made.seek(0, os.SEEK_END)
        made.seek(0)
        place = default_storage.save(f"{bundle.provider_id}/archives/{secrets.token_hex(16)}.zip", File(made))
    with transaction.atomic():
        kept = EvidenceBundle.objects.filter(pk=bundle.pk, state=ArchiveState.WAITING).update(
            state=ArchiveState.READY,
            place=place,
            name=f"preuves-{matter.dispute.number}-{at.astimezone(PARIS):%Y-%m-%d}.zip",
            size=size,
            sha256=digest,
            counts=manifest["counts"],
            fingerprint=manifest["certificate"]["fingerprint"],
            made_at=at,
            expires_at=at + ARCHIVE_KEPT,
        )
        if kept:
            data = {"sha256": digest, "size": size, "dispute": matter.dispute.number}
            journal.write(by=by, at=at, code="transfer.bundle_made", about=bundle, data=data)
    if not kept:  # another run of the job was quicker
        default_storage.delete(place)


def _of(dispute: Dispute, by: Actor) -> Dispute:
    found = dispute_queries.disputes(by).filter(pk=dispute.pk).first()
    if found is None:
        raise UnknownMatter(_("Ce dossier n’existe pas ici."))
    return found
