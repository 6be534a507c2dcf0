"""One contract from its quote to its destruction certificate, as time travels: nothing is entered twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausier.contracts import ladder, tasks
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation import clock, files, sealing
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import services
from clausier.lifecycle.services import Journey, reversal
from clausier.lifecycle.services.reversal import Effort
from clausier.sales import services as sales
from clausier.sales.services import DerogationGiven
from clausier.signatures import services as signatures
from clausier.signatures.services import Scan
from tests.lifecycle.returning import SCAN, followed, wiping
from tests.people import House
from tests.sales.selling import WORKSTATIONS, draft, ordered
from tests.signatures.asking import pdf

pytestmark = pytest.mark.django_db


def keep(contract: Contract) -> None:
    """What the nightly job does."""
    tasks.keep_terms(contract=contract.pk, provider_id=contract.provider_id)


@pytest.mark.parametrize(
    ("derogations", "notice_by"),
    [
        ((), date(2028, 8, 31)),
        (
            (DerogationGiven("contract.duration.managed", {"notice": 4}, "Reprise difficile"),),
            date(2028, 7, 31),
        ),
    ],
    ids=["as the book says", "with four months of notice"],
)
def test_a_managed_contract_lives_and_ends_by_its_terms(
    imri: House, at: Any, derogations: Any, notice_by: date
) -> None:
    at("2026-11-20T16:30")
    facts = {"valid_days": 30, "contract_kind": "managed", "starts_on": date(2026, 12, 1)}
    quote = draft(imri, WORKSTATIONS, derogations=derogations, **facts)
    quote = sales.issue_quote(by=imri.manager, at=clock.now(), quote=quote)
    contract = ordered(imri, quote).contract
    assert contract is not None

    # Renewed by itself, at midnight.
    at("2026-12-01T00:03")
    keep(contract)
    at("2027-12-01T00:03")
    keep(contract)
    term = ladder.kept(contract)[-1]
    assert (term.starts_on, term.ends_on, term.notice_by) == (
        date(2027, 12, 1),
        date(2028, 11, 30),
        notice_by,
    )

    # The client's letter comes a day late: it counts for the year after.
    late = notice_by + timedelta(days=1)
    at(f"{late}T11:00")
    journey = Journey(tracking="1A 31", posted_on=notice_by, presented_on=late)
    given = {"by": imri.dispatcher, "at": clock.now()}
    notice = services.record_notice(**given, contract=contract, journey=journey, scan=SCAN)
    assert (notice.state, notice.effective_on) == ("late", date(2029, 11, 30))
    at("2028-12-01T00:03")
    keep(contract)
    assert ladder.kept(contract)[-1].ends_on == date(2029, 11, 30)

    # It asks for its data so that their month passes the last day: until then the service goes on.
    at("2029-11-20T10:00")
    contract = Contract.objects.get(pk=contract.pk)
    now = {"by": imri.manager, "at": clock.now()}
    file = reversal.open_reversal(
        **now,
        contract=contract,
        scope="Les postes et leurs sauvegardes",
        effort=Effort(1, 2),
        journey=Journey(tracking="1A 32", posted_on=date(2029, 11, 19), presented_on=date(2029, 11, 20)),
        scan=SCAN,
    )
    assert (file.due_on, str(file.fee)) == (date(2029, 12, 20), "1780.00")
    at("2029-12-05T10:00")
    keep(contract)
    assert ladder.kept(contract)[-1].ends_on == date(2029, 11, 30)
    assert contracts.contract_in_force(imri.client, clock.today()) == contract

    now["at"] = clock.now()
    item = reversal.list_item(
        **now, reversal=file, facts=reversal.ItemFacts("data", "Sauvegardes", "NAS", "VHDX")
    )
    reversal.return_item(**now, item=item)
    record = reversal.issue_record(**now, reversal=file, medium="Disque DX-9", signer=imri.caller)
    paper = Scan("Maëlle Cobaye", date(2029, 12, 5), "signé.pdf", pdf("signé"), role="Gérante")
    signatures.record_scan(**now, request=reversal.signing.requests_about(record)[0], scan=paper)
    signatures.countersign(**now, request=reversal.signing.requests_about(record)[0])
    followed()
    contract = Contract.objects.get(pk=contract.pk)
    assert contract.ends_on == date(2029, 12, 5)

    disk = reversal.list_device(
        **now, reversal=file, facts=reversal.DeviceFacts("nas", "NAS", "SN-9", "Baie")
    )
    reversal.record_wiping(**now, device=disk, facts=wiping(imri, date(2029, 12, 5)))
    certificate = reversal.issue_certificate(**now, reversal=file)
    assert sealing.check(files.read(certificate.document.file))[0].holds
    assert JournalEntry.objects.filter(code="contracts.renewed").count() == 2
