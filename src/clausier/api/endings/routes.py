"""Ends of contracts and stops of their service: letters, notices, suspensions, force majeure."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.contracts.routes import contract_of
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.endings.shapes import (
    CopyGiven,
    EndAgreementGiven,
    EndForForceMajeureGiven,
    EndGiven,
    EndingNoticeOut,
    EndOut,
    EndUndoneGiven,
    ForceMajeureGiven,
    ForceMajeureOut,
    ForceMajeureOver,
    FormalNoticeGiven,
    FormalNoticeOut,
    FormalNoticeReceived,
    FormalNoticeSettled,
    InLanguage,
    JourneyNoted,
    LiftingGiven,
    NoticeAnnounced,
    NoticeGiven,
    NoticeReceived,
    OfContract,
    RegisteredLetterOut,
    RegisteredLettersAsked,
    SuspensionGiven,
    SuspensionOut,
    SuspensionWithdrawalGiven,
    TerminationGiven,
    WithdrawalGiven,
    paper_of,
)
from clausier.api.paging import Page, page
from clausier.api.shapes import Id, Key
from clausier.contracts import services as facts
from clausier.foundation import clock
from clausier.lifecycle import queries, services
from clausier.lifecycle.services import Journey

routes = Router()


def _of_contract(found: QuerySet, asked: OfContract) -> QuerySet:  # type: ignore[type-arg]
    return found.filter(contract__number=asked.contract) if asked.contract else found


# Letters


@reads(
    routes,
    "/registered-letters",
    "endings.read",
    answers=Page[RegisteredLetterOut],
    summary=gettext_noop("Lister les lettres recommandées"),
)
def list_registered_letters(
    request: ApiRequest, asked: Query[RegisteredLettersAsked]
) -> Page[RegisteredLetterOut]:
    found = queries.under_way(request.actor) if asked.under_way else queries.letters(request.actor)
    found = _of_contract(found, asked)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return page(found, asked, lambda rows: [RegisteredLetterOut.of(one) for one in rows])


@reads(
    routes,
    "/registered-letters/{id}",
    "endings.read",
    answers=RegisteredLetterOut,
    summary=gettext_noop("Lire une lettre recommandée"),
)
def read_registered_letter(request: ApiRequest, id: Path[Id]) -> RegisteredLetterOut:
    return RegisteredLetterOut.of(queries.letters(request.actor).get(pk=id))


@writes(
    routes,
    "PUT",
    "/registered-letters/{id}/journey",
    "endings.record",
    answers=RegisteredLetterOut,
    summary=gettext_noop("Noter la route d’une lettre"),
    about=gettext_noop(
        "Tout ce qui en est connu ; la première présentation fait juger le préavis ou courir le délai. "
        "Ce qui était noté ne se change qu’avec « reason »."
    ),
)
def record_letter_journey(request: ApiRequest, id: Path[Id], body: JourneyNoted) -> RegisteredLetterOut:
    letter = queries.letters(request.actor).get(pk=id)
    services.record_journey(
        by=request.actor,
        at=clock.now(),
        letter=letter,
        journey=body.journey(),
        proof=paper_of(body.proof),
        reason=body.reason,
    )
    return RegisteredLetterOut.of(queries.letters(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/registered-letters/{id}/copies",
    "endings.record",
    answers=RegisteredLetterOut,
    summary=gettext_noop("Envoyer une copie de la lettre par courriel"),
    about=gettext_noop("La lettre recommandée reste la preuve."),
)
def send_letter_copy(request: ApiRequest, id: Path[Id], body: CopyGiven) -> RegisteredLetterOut:
    letter = queries.letters(request.actor).get(pk=id)
    services.send_copy(by=request.actor, at=clock.now(), letter=letter, to=body.to)
    return RegisteredLetterOut.of(queries.letters(request.actor).get(pk=id))


# Notices


@reads(
    routes,
    "/ending-notices",
    "endings.read",
    answers=Page[EndingNoticeOut],
    summary=gettext_noop("Lister les préavis"),
)
def list_ending_notices(request: ApiRequest, asked: Query[OfContract]) -> Page[EndingNoticeOut]:
    found = _of_contract(queries.notices(request.actor), asked)
    return page(found, asked, lambda rows: [EndingNoticeOut.of(one) for one in rows])


@reads(
    routes,
    "/ending-notices/{id}",
    "endings.read",
    answers=EndingNoticeOut,
    summary=gettext_noop("Lire un préavis"),
)
def read_ending_notice(request: ApiRequest, id: Path[Id]) -> EndingNoticeOut:
    return EndingNoticeOut.of(queries.notices(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/received-notices",
    "endings.record",
    answers=EndingNoticeOut,
    status=201,
    summary=gettext_noop("Enregistrer le préavis d’un client"),
    about=gettext_noop(
        "Avec « presented_on », il est jugé aussitôt : dans les temps ou trop tard, et la fin suit."
    ),
)
def record_notice(request: ApiRequest, body: NoticeReceived) -> EndingNoticeOut:
    notice = services.record_notice(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        journey=body.journey(),
        scan=paper_of(body.scan),
        note=body.note,
    )
    return EndingNoticeOut.of(queries.notices(request.actor).get(pk=notice.pk))


@writes(
    routes,
    "POST",
    "/given-notices",
    "endings.write",
    answers=EndingNoticeOut,
    status=201,
    summary=gettext_noop("Donner un préavis au client"),
)
def give_notice(request: ApiRequest, body: NoticeGiven) -> EndingNoticeOut:
    notice = services.give_notice(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        note=body.note,
        language=body.language,
    )
    return EndingNoticeOut.of(queries.notices(request.actor).get(pk=notice.pk))


@writes(
    routes,
    "POST",
    "/announced-notices",
    "endings.announce",
    answers=EndingNoticeOut,
    status=201,
    summary=gettext_noop("Annoncer le préavis d’un client"),
    about=gettext_noop("Une intention : le préavis compte du jour où la lettre recommandée est présentée."),
)
def announce_notice(request: ApiRequest, body: NoticeAnnounced) -> EndingNoticeOut:
    notice = services.announce_notice(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        note=body.note,
        journey=Journey(means=body.means, tracking=body.tracking, posted_on=body.posted_on),
        proof=paper_of(body.proof),
    )
    return EndingNoticeOut.of(queries.notices(request.actor).get(pk=notice.pk))


@writes(
    routes,
    "POST",
    "/ending-notices/{id}/acknowledgement",
    "endings.write",
    answers=RegisteredLetterOut,
    status=201,
    summary=gettext_noop("Répondre par lettre à un préavis"),
)
def acknowledge_notice(request: ApiRequest, id: Path[Id], body: InLanguage) -> RegisteredLetterOut:
    notice = queries.notices(request.actor).get(pk=id)
    letter = services.acknowledge_notice(
        by=request.actor, at=clock.now(), notice=notice, language=body.language
    )
    return RegisteredLetterOut.of(queries.letters(request.actor).get(pk=letter.pk))


@writes(
    routes,
    "POST",
    "/ending-notices/{id}/withdrawal",
    "endings.write",
    answers=EndingNoticeOut,
    summary=gettext_noop("Retirer un préavis d’un commun accord"),
)
def withdraw_notice(request: ApiRequest, id: Path[Id], body: WithdrawalGiven) -> EndingNoticeOut:
    notice = queries.notices(request.actor).get(pk=id)
    services.withdraw_notice(
        by=request.actor,
        at=clock.now(),
        notice=notice,
        reason=body.reason,
        document=paper_of(body.document),
    )
    return EndingNoticeOut.of(queries.notices(request.actor).get(pk=id))


# Formal notices


@reads(
    routes,
    "/formal-notices",
    "endings.read",
    answers=Page[FormalNoticeOut],
    summary=gettext_noop("Lister les mises en demeure"),
)
def list_formal_notices(request: ApiRequest, asked: Query[OfContract]) -> Page[FormalNoticeOut]:
    found = _of_contract(queries.formal_notices(request.actor), asked)
    return page(found, asked, lambda rows: [FormalNoticeOut.of(one) for one in rows])


@reads(
    routes,
    "/formal-notices/{id}",
    "endings.read",
    answers=FormalNoticeOut,
    summary=gettext_noop("Lire une mise en demeure"),
)
def read_formal_notice(request: ApiRequest, id: Path[Id]) -> FormalNoticeOut:
    return FormalNoticeOut.of(queries.formal_notices(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/sent-formal-notices",
    "endings.write",
    answers=FormalNoticeOut,
    status=201,
    summary=gettext_noop("Mettre un client en demeure"),
)
def send_formal_notice(request: ApiRequest, body: FormalNoticeGiven) -> FormalNoticeOut:
    made = services.send_formal_notice(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        ground=body.ground,
        breach=body.breach,
        given=body.evidence(),
        language=body.language,
    )
    return FormalNoticeOut.of(queries.formal_notices(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/received-formal-notices",
    "endings.record",
    answers=FormalNoticeOut,
    status=201,
    summary=gettext_noop("Enregistrer la mise en demeure d’un client"),
)
def record_formal_notice(request: ApiRequest, body: FormalNoticeReceived) -> FormalNoticeOut:
    made = services.record_formal_notice(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        ground=body.ground,
        breach=body.breach,
        journey=body.journey(),
        scan=paper_of(body.scan),
    )
    return FormalNoticeOut.of(queries.formal_notices(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/formal-notices/{id}/outcome",
    "endings.record",
    answers=FormalNoticeOut,
    summary=gettext_noop("Noter la suite d’une mise en demeure"),
)
def settle_formal_notice(request: ApiRequest, id: Path[Id], body: FormalNoticeSettled) -> FormalNoticeOut:
    found = queries.formal_notices(request.actor).get(pk=id)
    services.settle_formal_notice(by=request.actor, at=clock.now(), formal_notice=found, **body.model_dump())
    return FormalNoticeOut.of(queries.formal_notices(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/formal-notices/{id}/end",
    "endings.terminate",
    answers=EndOut,
    status=201,
    summary=gettext_noop("Mettre fin au contrat après une mise en demeure"),
)
def end_after_formal_notice(request: ApiRequest, id: Path[Id], body: EndGiven) -> EndOut:
    found = queries.formal_notices(request.actor).get(pk=id)
    end = services.end_after_formal_notice(
        by=request.actor, at=clock.now(), formal_notice=found, **body.model_dump()
    )
    return EndOut.of(queries.ends(request.actor).get(pk=end.pk))


# Ends


@reads(
    routes,
    "/contract-ends",
    "endings.read",
    answers=Page[EndOut],
    summary=gettext_noop("Lister les fins de contrat"),
)
def list_contract_ends(request: ApiRequest, asked: Query[OfContract]) -> Page[EndOut]:
    found = _of_contract(queries.ends(request.actor), asked)
    return page(found, asked, lambda rows: [EndOut.of(one) for one in rows])


@writes(
    routes,
    "POST",
    "/contracts/{number}/termination",
    "endings.terminate",
    answers=EndOut,
    status=201,
    summary=gettext_noop("Résilier un contrat pour un motif de son livre"),
)
def terminate_contract(request: ApiRequest, number: Path[Key], body: TerminationGiven) -> EndOut:
    end = services.terminate(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, number),
        ground=body.ground,
        reason=body.reason,
        given=body.evidence(),
        ends_on=body.ends_on,
        language=body.language,
    )
    return EndOut.of(queries.ends(request.actor).get(pk=end.pk))


@writes(
    routes,
    "POST",
    "/contracts/{number}/agreed-end",
    "endings.write",
    answers=EndOut,
    status=201,
    summary=gettext_noop("Fixer d’un commun accord la fin d’un contrat"),
)
def agree_on_end(request: ApiRequest, number: Path[Key], body: EndAgreementGiven) -> EndOut:
    document = paper_of(body.document)
    assert document
    end = services.end_by_agreement(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, number),
        ends_on=body.ends_on,
        reason=body.reason,
        document=document,
    )
    return EndOut.of(queries.ends(request.actor).get(pk=end.pk))


@writes(
    routes,
    "POST",
    "/contracts/{number}/end-undone",
    "endings.write",
    answers=EndOut,
    summary=gettext_noop("Annuler d’un commun accord la fin d’un contrat"),
)
def undo_contract_end(request: ApiRequest, number: Path[Key], body: EndUndoneGiven) -> EndOut:
    document = paper_of(body.document)
    assert document
    end = services.undo_end(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, number),
        reason=body.reason,
        document=document,
    )
    return EndOut.of(queries.ends(request.actor).get(pk=end.pk))


# Stops


@reads(
    routes,
    "/suspensions",
    "endings.read",
    answers=Page[SuspensionOut],
    summary=gettext_noop("Lister les suspensions de service"),
)
def list_suspensions(request: ApiRequest, asked: Query[OfContract]) -> Page[SuspensionOut]:
    found = _of_contract(queries.suspensions(request.actor), asked)
    return page(found, asked, lambda rows: [SuspensionOut.of(one) for one in rows])


@writes(
    routes,
    "POST",
    "/suspensions",
    "endings.write",
    answers=SuspensionOut,
    status=201,
    summary=gettext_noop("Suspendre le service d’un contrat"),
    about=gettext_noop(
        "Dès maintenant ou d’un jour à venir ; les promesses de ses tickets attendent alors, "
        "la lettre est émise."
    ),
)
def suspend_service(request: ApiRequest, body: SuspensionGiven) -> SuspensionOut:
    made = services.suspend_service(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        ground=body.ground,
        reason=body.reason,
        from_on=body.from_on,
        language=body.language,
    )
    return SuspensionOut.of(queries.suspensions(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/suspensions/{id}/lifting",
    "endings.write",
    answers=SuspensionOut,
    summary=gettext_noop("Lever une suspension"),
)
def lift_suspension(request: ApiRequest, id: Path[Id], body: LiftingGiven) -> SuspensionOut:
    found = queries.suspensions(request.actor).get(pk=id)
    services.lift_suspension(by=request.actor, at=clock.now(), suspension=found, **body.model_dump())
    return SuspensionOut.of(queries.suspensions(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/suspensions/{id}/withdrawal",
    "endings.write",
    answers=SuspensionOut,
    summary=gettext_noop("Retirer une suspension annoncée"),
    about=gettext_noop("Avant son premier jour ; la lettre qui le dit est émise."),
)
def withdraw_suspension(request: ApiRequest, id: Path[Id], body: SuspensionWithdrawalGiven) -> SuspensionOut:
    found = queries.suspensions(request.actor).get(pk=id)
    services.withdraw_suspension(by=request.actor, at=clock.now(), suspension=found, **body.model_dump())
    return SuspensionOut.of(queries.suspensions(request.actor).get(pk=id))


@reads(
    routes,
    "/force-majeures",
    "endings.read",
    answers=Page[ForceMajeureOut],
    summary=gettext_noop("Lister les cas de force majeure"),
)
def list_force_majeures(request: ApiRequest, asked: Query[OfContract]) -> Page[ForceMajeureOut]:
    found = _of_contract(queries.force_majeures(request.actor), asked)
    return page(found, asked, lambda rows: [ForceMajeureOut.of(one) for one in rows])


@writes(
    routes,
    "POST",
    "/force-majeures",
    "endings.write",
    answers=ForceMajeureOut,
    status=201,
    summary=gettext_noop("Déclarer un cas de force majeure"),
)
def declare_force_majeure(request: ApiRequest, body: ForceMajeureGiven) -> ForceMajeureOut:
    given = body.given("contract", "evidence")
    made = services.declare_force_majeure(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        evidence=paper_of(body.evidence),
        **given,
    )
    return ForceMajeureOut.of(queries.force_majeures(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/force-majeures/{id}/over",
    "endings.write",
    answers=ForceMajeureOut,
    summary=gettext_noop("Noter la fin d’un cas de force majeure"),
)
def end_force_majeure(request: ApiRequest, id: Path[Id], body: ForceMajeureOver) -> ForceMajeureOut:
    found = queries.force_majeures(request.actor).get(pk=id)
    facts.end_force_majeure(by=request.actor, at=clock.now(), force_majeure=found, until_on=body.until_on)
    return ForceMajeureOut.of(queries.force_majeures(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/force-majeures/{id}/end",
    "endings.terminate",
    answers=EndOut,
    status=201,
    summary=gettext_noop("Mettre fin au contrat pour force majeure"),
)
def end_for_force_majeure(request: ApiRequest, id: Path[Id], body: EndForForceMajeureGiven) -> EndOut:
    found = queries.force_majeures(request.actor).get(pk=id)
    end = services.end_for_force_majeure(
        by=request.actor, at=clock.now(), force_majeure=found, **body.model_dump()
    )
    return EndOut.of(queries.ends(request.actor).get(pk=end.pk))
