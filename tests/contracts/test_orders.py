"""The order of a hosted service is valid only whole; mandates keep their account sealed; names are dated."""

from datetime import date

import pytest
from django.db import Error, transaction

from clausier.contracts import ordering, perimeter, services
from clausier.contracts.errors import NoChecklist, NotInThisState, OrderIncomplete, PaperMissing
from clausier.contracts.models import Mandate, OrderItem
from clausier.foundation import secrets
from clausier.foundation.errors import InvalidInput
from tests.people import FRIDAY_1630

TODAY = date(2026, 11, 20)
IBAN = "FR94 9999 9000 0100 00DE MO00 121"  # its key is right, its bank does not exist
PAPER = {"content": b"%PDF-1.7 signed", "file_name": "piece.pdf"}


@pytest.fixture
def hosted(imri):
    imri.extra["hosted"] = services.create_contract(
        by=imri.manager, at=FRIDAY_1630, client=imri.client, kind="hosted", starts_on=TODAY
    )
    return imri


def mandate(house, **facts):
    given = {"reference": "EXEMPLE-1", "iban": IBAN, "signed_on": TODAY, **PAPER} | facts
    return services.record_mandate(by=house.manager, at=FRIDAY_1630, client=house.client, **given)


def settle(house, key, **facts):
    return services.settle_order_item(
        by=house.manager, at=FRIDAY_1630, contract=house.extra["hosted"], key=key, **facts
    )


def test_an_order_that_lacks_something_is_not_valid_and_says_what(hosted):
    contract = hosted.extra["hosted"]
    settle(hosted, "options", note="Sauvegarde quotidienne")
    with pytest.raises(OrderIncomplete) as refused:
        services.validate_order(by=hosted.manager, at=FRIDAY_1630, contract=contract)
    assert refused.value.facts["lacks"] == [
        "contract",
        "mandate",
        "access-security",
        "ip-plan",
        "contacts",
        "opening",
    ]
    assert refused.value.clause == ("imri/2013", "VII.4.1")
    assert "plan d’adressage IP" in refused.value.says


def test_a_whole_order_is_valid_and_frozen_with_all_that_was_ticked(hosted):
    contract = hosted.extra["hosted"]
    with pytest.raises(PaperMissing):
        settle(hosted, "contract", dated_on=TODAY)
    settle(hosted, "contract", dated_on=TODAY, **PAPER)
    with pytest.raises(InvalidInput):
        settle(hosted, "mandate")
    settle(hosted, "mandate", mandate=mandate(hosted))
    for key in ("options", "access-security", "ip-plan", "contacts"):
        settle(hosted, key, note="Arrêté avec le correspondant")
    services.promise_opening(
        by=hosted.manager, at=FRIDAY_1630, contract=contract, opening_on=date(2026, 12, 15)
    )
    assert ordering.checklist(contract).is_complete
    services.validate_order(by=hosted.manager, at=FRIDAY_1630, contract=contract)
    with pytest.raises(NotInThisState):
        services.reopen_order_item(by=hosted.manager, at=FRIDAY_1630, contract=contract, key="options")
    with pytest.raises(Error, match="frozen"), transaction.atomic():
        OrderItem.objects.filter(key="options").update(note="Autre chose")


def test_a_contract_that_is_not_hosted_has_no_checklist(imri):
    with pytest.raises(NoChecklist):
        services.promise_opening(by=imri.manager, at=FRIDAY_1630, contract=imri.contract, opening_on=TODAY)


@pytest.mark.parametrize("typed", ["FR94 9999 9000 0100 00DE MO00 122", "bonjour", ""])
def test_an_iban_that_is_not_right_is_refused(imri, typed):
    with pytest.raises(InvalidInput) as refused:
        mandate(imri, iban=typed)
    assert refused.value.field == "iban"


def test_the_account_of_a_mandate_is_sealed_and_shown_masked(imri):
    row = mandate(imri)
    kept = Mandate.objects.get(pk=row.pk)
    assert IBAN.replace(" ", "") not in kept.iban
    assert secrets.unseal(kept.iban, "contracts_mandate.iban") == IBAN.replace(" ", "")
    assert kept.iban_shown == "FR94 •••• 0121"


def test_machines_and_people_are_covered_by_name_from_a_day_to_another(imri):
    day = {"by": imri.manager, "at": FRIDAY_1630}
    facts = {"contract": imri.contract, "kind": "vm", "name": "SRV-COMPTA", "from_on": TODAY}
    item = services.cover_item(**day, **facts)
    with pytest.raises(InvalidInput):
        services.cover_item(**day, **facts)
    services.end_item(**day, item=item, until_on=date(2027, 1, 1))
    found = [
        perimeter.perimeter_of(imri.contract, on).machines for on in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert [len(machines) for machines in found] == [1, 0]
