"""An amendment sent by mail: signed by its link, countersigned and sealed; or declined, or reminded of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.contracts import services, tasks
from clausier.contracts.errors import NotInThisState
from clausier.contracts.models import Amendment
from clausier.contracts.services import signing
from clausier.foundation import files, sealing
from clausier.foundation.clock import read
from clausier.post.models import OutgoingMail
from clausier.post.services import change_wording
from clausier.signatures import services as signatures
from clausier.signatures import tasks as reminders
from clausier.signatures.models import SignatureRequest
from tests.console.visits import address, get, post, signed_in
from tests.contracts.test_amendments import written
from tests.people import FRIDAY_1630, House
from tests.post.mails import mailbox_of
from tests.signatures.asking import link_in, signed

pytestmark = pytest.mark.django_db
SITE = "https://contrats.example.org/"


@pytest.fixture(autouse=True)
def _friday(at: Any) -> None:
    at("2026-11-20T16:30")


def sent(house: House, **changes: Any) -> SignatureRequest:
    """An amendment that the correspondent is asked to sign."""
    given = {"signer": house.caller, "site_url": SITE, **changes}
    made = services.send_amendment(by=house.manager, at=FRIDAY_1630, amendment=written(house), **given)
    request = signing.waiting_request(made)
    assert request is not None
    return request


def followed() -> None:
    """What the jobs make of signatures, as a worker would."""
    for job in ProcrastinateJob.objects.filter(task_name="contracts.follow_signature").order_by("pk"):
        tasks.follow_signature(**job.args)


def test_a_letter_in_the_providers_words_leads_to_the_amendment_which_both_sign(imri, letters):
    mailbox_of(imri)
    change_wording(
        by=imri.manager,
        at=FRIDAY_1630,
        kind="paper-to-sign",
        language="fr",
        subject="Votre avenant",
        body="Chère {personne}, c’est par ici : {lien}\n\n{delai}",
    )
    page = get(imri, "amendment-send", written(imri).number, role="manager")
    assert imri.caller.full_name in page.content.decode()
    facts = {"signer": imri.caller.pk, "valid_until": "2026-12-04"}
    post(imri, "amendment-send", "C-0001-A1", role="manager", **facts)
    request = SignatureRequest.objects.get()
    assert (request.about_kind, request.about_label) == ("amendment", "C-0001-A1")
    letter = letters()[-1]
    assert (letter.subject, letter.to) == ("Votre avenant", [imri.caller.email])
    assert "vendredi\u00a04\u00a0décembre\u00a02026 compris" in letter.body
    kept = OutgoingMail.objects.get().text
    assert "/portail/" not in kept
    assert "[lien réservé au destinataire]" in kept
    SignatureRequest.objects.update(site_url=SITE)

    done = signed(SignatureRequest.objects.get(), letters)
    followed()
    one = Amendment.objects.get()
    assert (one.state, one.client_signer, one.client_contact) == ("sent", done.signature.name, imri.caller)
    agreed = services.countersign_amendment(by=imri.manager, at=FRIDAY_1630, amendment=one)
    followed()  # what was done on the amendment's own page is not done twice
    assert agreed.state == "agreed"
    assert agreed.signed is not None
    (seal,) = sealing.check(files.read(agreed.signed.file))
    assert seal.holds
    assert letters()[-1].subject.startswith("Signé par les deux parties")


def test_who_was_asked_signs_and_nobody_agrees_beside_them(imri):
    request = sent(imri)
    one = Amendment.objects.get()
    shown = signed_in(imri.correspondent).get(address(imri, "portal-amendment", one.number)).content.decode()
    assert f"/signatures/{request.pk}/" in shown
    assert 'name="agreed"' not in shown
    with pytest.raises(NotInThisState, match="à signer par Maëlle Cobaye"):
        services.agree_to_amendment(by=imri.correspondent, at=FRIDAY_1630, amendment=one, name="Un autre")
    signatures.decline(by=imri.correspondent, at=FRIDAY_1630, request=request, reason="Trop cher")
    followed()
    one.refresh_from_db()
    assert (one.state, one.withdrawn_reason) == (
        "withdrawn",
        "Refusé par Maëlle Cobaye\u00a0: Trop cher",
    )


def test_what_was_signed_by_link_is_countersigned_no_more_once_the_amendment_is_withdrawn(imri, letters):
    request = signed(sent(imri), letters)
    followed()
    services.withdraw_amendment(by=imri.manager, at=FRIDAY_1630, amendment=Amendment.objects.get())
    answer = SignatureRequest.objects.get(pk=request.pk).answer
    assert answer is not None
    assert not answer.is_given


@pytest.mark.parametrize(
    ("valid_until", "told"),
    [
        (None, ["2026-11-27T17:17"]),
        (read("2026-12-05T00:00"), ["2026-12-02T08:17"]),
    ],
    ids=["a week after it was asked", "three days before its end"],
)
def test_a_signer_is_reminded_once_in_office_hours(imri, letters, at, valid_until, told):
    sent(imri, valid_until=valid_until)
    found: list[datetime] = []
    tick = read("2026-11-20T17:17")
    for _hour in range(24 * 14):
        at(tick.isoformat())
        if reminders.remind(timestamp=0):
            found.append(tick)
        tick += timedelta(hours=1)
    assert found == [read(one) for one in told]
    assert letters()[-1].subject.startswith("Rappel, à signer")
    assert link_in(letters()[-1])
