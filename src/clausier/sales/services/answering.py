"""Acts of the client on a quote: lines chosen, accepted by signature, declined (ims 5.1, 5.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clausier.foundation import documents, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document
from clausier.sales import policies, queries
from clausier.sales.errors import NotAnswerable, NotChosen
from clausier.sales.models import LineChoice, Quote, ReceptionMeans, Standing
from clausier.sales.services import signing
from clausier.sales.services.held import hold, move
from clausier.sales.services.issuing import receive, refuse_expired
from clausier.sales.states import QuoteState
from clausier.signatures.services import Scan


@act("sales.answer")
def choose_lines(
    *, by: Actor, at: datetime, quote: Quote, chosen: Iterable[int], site_url: str = ""
) -> Quote:
    """The options and alternatives that the client retains, by the ids of their lines; until it is accepted.

    The order form of what is retained is then sent to be signed, by a link to `site_url`.

    Raises NotAnswerable, QuoteExpired, NotChosen, InvalidInput naming `chosen`.
    """
    held = hold(quote, by)
    _must_wait(held)
    refuse_expired(held, at)
    _keep_choice(held, set(chosen))
    sheet = queries.sheet_of(held)
    if sheet.has_choices:
        signing.ask_for_choice(held, sheet, by=by, at=at, site_url=site_url)
    journal.write(by=by, at=at, code="sales.lines_chosen", about=held, data={"chosen": _chosen_labels(held)})
    return held


def _keep_choice(held: Quote, chosen: set[int]) -> None:
    lines = list(held.lines.all())
    free = {line.pk for line in lines if line.choice != LineChoice.FIRM}
    if not chosen <= free:
        raise InvalidInput(_("Ces lignes ne sont pas au choix."), field="chosen")
    if (group := policies.undecided(lines, chosen)) is not None:
        raise NotChosen(
            _("Choisissez une ligne, et une seule, pour « %(group)s ».") % {"group": group},
            field="chosen",
            group=group,
        )
    kept = sorted(chosen)
    Standing.objects.filter(pk=held.standing.pk).update(chosen=kept)
    held.standing.chosen = kept


def _chosen_labels(held: Quote) -> list[str]:
    return [line.label for line in held.lines.filter(pk__in=held.standing.chosen or [])]


@act("sales.answer")
def accept_quote(
    *,
    by: Actor,
    at: datetime,
    quote: Quote,
    signer_name: str,
    document: Document | None = None,
    content: bytes = b"",
    file_name: str = "",
    content_type: str = "application/pdf",
    chosen: Iterable[int] | None = None,
) -> Quote:
    """The client signed at `at`: with the paper that shows it, filed already or as bytes (a scan).

    `chosen` as in `choose_lines`; None: what was chosen before, else what is proposed. A quote whose
    reception nobody recorded was received at the latest when it was signed. It is no order before the
    provider countersigns. Raises NotAnswerable, QuoteExpired, NotChosen, InvalidInput naming the field.
    """
    held = hold(quote, by)
    _must_wait(held)
    if held.issued_at is not None and at < held.issued_at:
        raise InvalidInput(_("Un devis n’est pas signé avant d’être émis."), field="signed_at")
    refuse_expired(held, at)
    if not signer_name.strip():
        raise InvalidInput(_("Indiquez qui a signé."), field="signer_name")
    if document is None and not content:
        raise InvalidInput(_("Joignez le devis signé."), field="document")
    if document is not None and (document.provider_id, document.client_id) != (
        held.provider_id,
        held.client_id,
    ):
        raise InvalidInput(_("Ce document n’est pas de ce client."), field="document")
    if held.standing.received_on is None:
        receive(held, queries.day_of(at), ReceptionMeans.HANDED, signer_name, by=by, at=at)
    sheet = queries.sheet_of(held)
    _keep_choice(held, sheet.chosen if chosen is None else set(chosen))
    if chosen is not None:
        # Who was asked to sign another choice is asked no more.
        signing.withdraw(held, at=at, reason=_("Le devis a été signé sur papier."))
    scan = Scan(signer_name, queries.day_of(at), file_name, content)
    paper = document or signing.record_scan(held, scan, by=by, at=at)
    paper = paper or documents.file_document(
        content,
        by=by,
        at=at,
        kind="signed-quote",
        title=_("Devis %(quote)s signé") % {"quote": held},
        name=file_name or f"{held.reference}.pdf",
        content_type=content_type,
        client_id=held.client_id,
    )
    move(
        held,
        QuoteState.ACCEPTED,
        answered_at=at,
        answered_by=signer_name.strip()[:120],
        signed_document=paper,
    )
    journal.write(
        by=by,
        at=at,
        code="sales.quote_accepted",
        about=held,
        data={
            "by": held.standing.answered_by,
            "document": paper.number,
            "sha256": paper.file.sha256 if paper.file else "",
            "chosen": _chosen_labels(held),
        },
    )
    return held


@act("sales.answer")
def decline_quote(*, by: Actor, at: datetime, quote: Quote, reason: str, said_by: str = "") -> Quote:
    """The client does not want it, and says why. Raises NotAnswerable, InvalidInput naming `reason`."""
    held = hold(quote, by)
    _must_wait(held)
    if not reason.strip():
        raise InvalidInput(_("Dites en quelques mots pourquoi."), field="reason")
    move(
        held,
        QuoteState.DECLINED,
        answered_at=at,
        answered_by=(said_by.strip() or by.name)[:120],
        decline_reason=reason.strip()[:400],
    )
    signing.withdraw(held, at=at, reason=held.standing.decline_reason)
    journal.write(
        by=by,
        at=at,
        code="sales.quote_declined",
        about=held,
        data={"reason": held.standing.decline_reason, "by": held.standing.answered_by},
    )
    return held


def _must_wait(held: Quote) -> None:
    """Raises NotAnswerable unless it is issued and nobody answered."""
    if held.standing.state != QuoteState.ISSUED:
        raise NotAnswerable(
            _("Le devis %(quote)s est %(state)s : il n’attend pas de réponse.")
            % {"quote": held, "state": held.standing.get_state_display()},
            state=held.standing.state,
        )
