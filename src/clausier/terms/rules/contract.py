"""The life of a contract: its terms and notices, what ends it, what it may cost, how a dispute runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from clausier.terms.book import Book, Reading
from clausier.terms.days import ONE_DAY, add_months, last_day_for_notice
from clausier.terms.errors import UnknownInput
from clausier.terms.money import rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    counted,
    euros,
    full_day,
    in_days,
    in_months,
    on_day,
    plain_figure,
    say,
    stretch,
)
from clausier.terms.questions import (
    day,
    exact,
    list_of,
    optional,
    refuse_backward,
    table_of,
    text,
    unknown_word,
    wanted,
    whole,
)
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, step, total

_DURATION = "contract.duration."
_NOT_COUNTED = Words("le jour de départ n’est pas compté", "the first day is not counted")


def notice_deadline(book: Book, inputs: Inputs) -> Answer:
    """The term running on a day, and the last day for a notice that ends it: imri XIII, VII."""
    services = tuple(name.removeprefix(_DURATION) for name in book.names(_DURATION))
    if inputs["service"] not in services:
        raise unknown_word(inputs["service"], "service", services)
    starts, on = inputs["starts_on"], inputs["on"]
    length = book.read(_DURATION + inputs["service"], max(starts, on))
    number = 0
    # A renewal of no month is no tacit renewal: the initial term is the last.
    while length.value["renewal"] > 0 and _term_end(starts, length, number) < on:
        number += 1
    ends = _term_end(starts, length, number)
    notice_by = last_day_for_notice(ends, length.value["notice"])
    return Answer(
        {"term_ends_on": ends, "notice_by": notice_by},
        lambda: Account(
            shown=full_day(notice_by),
            why=on_day(notice_by),
            says=say(
                "La période en cours finit le {e} ; un préavis de {n} doit être reçu au plus tard le {d}.",
                "The running term ends on {e}; a notice of {n} must be received by {d}.",
                e=full_day(ends),
                n=in_months(length.value["notice"]),
                d=full_day(notice_by),
            ),
            because=(
                fact(Words("Mise en service", "Start of service"), full_day(starts)),
                length.cited(
                    detail=_length_said(length),
                    amount=_term_named(number),
                ),
                step(
                    Words("Dernier jour de la période", "Last day of the term"),
                    full_day(ends),
                    Words(
                        "mois comptés depuis la mise en service, sans sortir du mois, moins un jour",
                        "months counted from the start of service, kept inside the month, less a day",
                    ),
                ),
                total(
                    Words("Préavis reçu au plus tard le", "Notice received by"),
                    full_day(notice_by),
                    say(
                        "dernier jour d’où {n} entiers tiennent encore",
                        "the last day from which {n} still fit whole",
                        n=in_months(length.value["notice"]),
                    ),
                ),
            ),
            rests_on=("notice-before-term",),
            parts=_terms(starts, length, number),
        ),
    )


def _length_said(length: Reading) -> Words:
    initial, renewal, notice = (in_months(length.value[name]) for name in ("initial", "renewal", "notice"))
    if length.value["renewal"] <= 0:
        return say(
            "{i}, sans tacite reconduction, préavis de {n}",
            "{i}, without tacit renewal, notice of {n}",
            i=initial,
            n=notice,
        )
    return say(
        "{i} d’abord, puis par {r}, préavis de {n}",
        "{i} at first, then by {r}, notice of {n}",
        i=initial,
        r=renewal,
        n=notice,
    )


def _term_end(starts: date, length: Reading, number: int) -> date:
    """Last day of the initial term (0) or of a renewal; months are counted from the first start."""
    return add_months(starts, length.value["initial"] + number * length.value["renewal"]) - ONE_DAY


def _term_named(number: int) -> Words:
    if number == 0:
        return Words("période initiale", "initial term")
    return say("renouvellement n°\u00a0{n}", "renewal no.\u00a0{n}", n=number)


def _terms(starts: date, length: Reading, running: int) -> Iterator[Part]:
    """The term before, the one that runs and the next one: what the contract line draws."""
    following = running + 2 if length.value["renewal"] > 0 else running + 1
    for n in range(max(0, running - 1), following):
        ends = _term_end(starts, length, n)
        facts = {
            "starts_on": (starts if n == 0 else _term_end(starts, length, n - 1) + ONE_DAY).isoformat(),
            "ends_on": ends.isoformat(),
            "notice_by": last_day_for_notice(ends, length.value["notice"]).isoformat(),
            "running": n == running,
        }
        yield Part("term", facts)


def amendment_notice(book: Book, inputs: Inputs) -> Answer:
    """The last day to announce a change of equipment before the term: imri XII."""
    ends = inputs["term_ends_on"]
    notice = book.read("contract.amendment.notice", ends)
    value = last_day_for_notice(ends, notice.value)
    return Answer(
        value,
        lambda: Account(
            shown=full_day(value),
            why=on_day(value),
            says=say(
                "Une modification de matériel s’annonce par courrier, {n} au moins avant l’échéance du {e}.",
                "A change of equipment is announced by letter, at least {n} before the term of {e}.",
                n=in_months(notice.value),
                e=full_day(ends),
            ),
            because=(
                fact(Words("Échéance du contrat", "Term of the contract"), full_day(ends)),
                notice.cited(amount=in_months(notice.value)),
                total(Words("Annoncer au plus tard le", "Announce by"), full_day(value)),
            ),
            rests_on=("notice-before-term",),
        ),
    )


def liability_cap(book: Book, inputs: Inputs) -> Answer:
    """What compensation may not exceed: the sums invoiced in the current calendar year, imri VIII."""
    on = inputs["on"]
    cap = book.read("contract.liability.cap", on)
    since = date(on.year, 1, 1)
    of_year = [i for i in inputs["invoices"] if since <= i["issued_on"] <= on]
    value = rounded(sum((i["amount"] for i in of_year), Decimal(0)))
    return Answer(
        value,
        lambda: Account(
            shown=euros(value),
            says=say(
                "Sommes facturées au titre du contrat, {when}, hors taxes.",
                "Sums invoiced under the contract, {when}, excluding VAT.",
                when=stretch(since, on),
            ),
            because=(
                cap.cited(
                    amount=counted(len(of_year), ("facture", "factures"), ("invoice", "invoices")),
                    detail=say("sur {n} connues", "out of {n} known", n=len(inputs["invoices"])),
                ),
                *(
                    fact(
                        say("Facture du {d}", "Invoice of {d}", d=full_day(i["issued_on"])),
                        euros(i["amount"]),
                    )
                    for i in of_year
                ),
                total(Words("Plafond", "Cap"), euros(value)),
            ),
            rests_on=("liability-year",),
            parts=(
                Part(
                    "line",
                    {
                        "label": list(full_day(i["issued_on"])),
                        "quantity": "1",
                        "unit": "invoice",
                        "amount": str(i["amount"]),
                    },
                )
                for i in of_year
            ),
        ),
    )


def reversibility(book: Book, inputs: Inputs) -> Answer:
    """When data and software are given back, and what it costs: imri XIV."""
    received, engineers, days = inputs["received_on"], inputs["engineers"], inputs["days"]
    within = book.read("reversibility.within", received)
    price, block = (
        book.read("reversibility.engineer-day", received),
        book.read("reversibility.block", received),
    )
    complete_by = add_months(received, within.value)
    blocks = max(1, -(-engineers * days // block.value))
    fee = rounded(price.value * block.value * blocks)
    return Answer(
        {"complete_by": complete_by, "fee": fee},
        lambda: Account(
            shown=say("{d}, {f}", "{d}, {f}", d=full_day(complete_by), f=euros(fee)),
            why=say("le {d} et {f}", "{d} and {f}", d=full_day(complete_by), f=euros(fee)),
            says=say(
                "Tout est rendu {n} après réception de la lettre ; {b} d’ingénieur sont facturés.",
                "All is given back {n} after the letter is received; {b} of engineering are billed.",
                n=in_months(within.value),
                b=in_days(blocks * block.value),
            ),
            because=(
                fact(Words("Lettre recommandée reçue", "Registered letter received"), full_day(received)),
                within.cited(amount=in_months(within.value), detail=_NOT_COUNTED),
                step(Words("Restitution achevée le", "Returned by"), full_day(complete_by)),
                fact(
                    Words("Travail prévu", "Planned work"),
                    in_days(engineers * days),
                    say("{e} × {d}", "{e} × {d}", e=_engineers(engineers), d=in_days(days)),
                ),
                block.cited(
                    amount=in_days(blocks * block.value),
                    detail=say(
                        "{n} de {d}, une au moins",
                        "{n} of {d}, one at least",
                        n=counted(blocks, ("tranche", "tranches"), ("block", "blocks")),
                        d=in_days(block.value),
                    ),
                ),
                price.cited(amount=euros(price.value)),
                total(
                    Words("Prix hors taxes", "Price excluding VAT"),
                    euros(fee),
                    say("{n} × {p}", "{n} × {p}", n=blocks * block.value, p=euros(price.value)),
                ),
            ),
            rests_on=("reversibility-blocks", "counted-days"),
        ),
    )


def _engineers(number: int) -> Words:
    return counted(number, ("ingénieur", "ingénieurs"), ("engineer", "engineers"))


def amicable_procedure(book: Book, inputs: Inputs) -> Answer:
    """The dates of the procedure that comes before court: imri XV."""
    notified, referred = inputs["notified_on"], inputs["referred_on"]
    reflection = book.read("amicable.reflection", notified)
    ends = notified + timedelta(days=reflection.value)
    if referred is None:
        return Answer(
            {"reflection_ends_on": ends},
            lambda: Account(
                shown=full_day(ends),
                why=on_day(ends),
                says=say(
                    "{n} de réflexion à partir de la lettre recommandée.",
                    "{n} of reflection from the registered letter.",
                    n=in_days(reflection.value),
                ),
                because=_reflection_lines(notified, reflection, ends, total),
                rests_on=("counted-days",),
            ),
        )
    refuse_backward(notified, referred, "referred_on")
    conciliation = book.read("amicable.conciliation", referred)
    extension = book.read("amicable.extension", referred)
    by = add_months(referred, conciliation.value)
    at_most = add_months(by, extension.value)
    return Answer(
        {"reflection_ends_on": ends, "conciliation_by": by, "extended_by_at_most": at_most},
        lambda: Account(
            shown=full_day(by),
            why=on_day(by),
            says=say(
                "L’expert a {n} depuis sa saisine ; une seule prorogation, jusqu’au {d} au plus.",
                "The expert has {n} from the referral; one extension only, to {d} at most.",
                n=in_months(conciliation.value),
                d=full_day(at_most),
            ),
            because=(
                *_reflection_lines(notified, reflection, ends, step),
                fact(Words("Expert saisi", "Referred to the expert"), full_day(referred)),
                conciliation.cited(amount=in_months(conciliation.value), detail=_NOT_COUNTED),
                total(Words("Conciliation avant le", "Conciliation by"), full_day(by)),
                extension.cited(
                    amount=full_day(at_most),
                    detail=say("{n} de plus au maximum", "{n} more at most", n=in_months(extension.value)),
                ),
            ),
            rests_on=("counted-days", "amicable-extension"),
            warnings=_too_early(referred, ends),
        ),
    )


def _reflection_lines(
    notified: date, reflection: Reading, ends: date, end_line: Callable[[Words, Words], Reason]
) -> tuple[Reason, ...]:
    return (
        fact(Words("Réclamation notifiée", "Claim notified"), full_day(notified)),
        reflection.cited(amount=in_days(reflection.value), detail=_NOT_COUNTED),
        end_line(Words("Fin de la réflexion", "End of the reflection"), full_day(ends)),
    )


def _too_early(referred: date, reflection_ends: date) -> tuple[Words, ...]:
    if referred > reflection_ends:
        return ()
    return (
        Words(
            "L’expert a été saisi avant la fin du délai de réflexion.",
            "The expert was referred to before the reflection ended.",
        ),
    )


# Days counted from an act ----------------------------------------------------------------------------


def _last_day(
    term: Reading, from_day: date, days: int, act: Words, last: Words, says: Callable[[], Words]
) -> Answer:
    value = from_day + timedelta(days=days)
    return Answer(
        value,
        lambda: Account(
            shown=full_day(value),
            why=on_day(value),
            says=says(),
            because=(
                fact(act, full_day(from_day)),
                term.cited(amount=in_days(days), detail=_NOT_COUNTED),
                total(
                    last,
                    full_day(value),
                    Words("jusqu’à minuit, sans report", "until midnight, no extension"),
                ),
            ),
            rests_on=("counted-days",),
        ),
    )


def quote_validity(book: Book, inputs: Inputs) -> Answer:
    """The last day on which a quote can be accepted: ims 5.1."""
    received, days, until = inputs["received_on"], inputs["stated_days"], inputs["valid_until"]
    if days is not None and until is not None:
        raise UnknownInput(
            Words(
                "« valid_until » : des jours ou une date, pas les deux.",
                "“valid_until”: days or a date, not both.",
            ),
            "valid_until",
        )
    usual = book.read("delays.quote-validity", received)
    act, last = Words("Devis reçu", "Quote received"), Words("Dernier jour valable", "Last valid day")
    if until is not None:
        refuse_backward(received, until, "valid_until")
        return Answer(
            until,
            lambda: Account(
                shown=full_day(until),
                why=on_day(until),
                says=Words("Le devis porte sa propre date de fin.", "The quote states its own last day."),
                because=(
                    fact(act, full_day(received)),
                    usual.cited(
                        amount=Words("écarté", "set aside"),
                        detail=Words("le devis en dispose autrement", "the quote says otherwise"),
                    ),
                    total(last, full_day(until)),
                ),
                rests_on=("counted-days",),
            ),
        )
    if days is not None:
        value = received + timedelta(days=days)
        return Answer(
            value,
            lambda: Account(
                shown=full_day(value),
                why=on_day(value),
                says=say(
                    "Le devis vaut {n}, comme il l’indique.",
                    "The quote is valid for {n}, as it states.",
                    n=in_days(days),
                ),
                because=(
                    fact(act, full_day(received)),
                    fact(
                        Words("Durée écrite sur le devis", "Time stated on the quote"),
                        in_days(days),
                        _NOT_COUNTED,
                    ),
                    usual.cited(
                        amount=Words("écarté", "set aside"),
                        detail=Words("le devis en dispose autrement", "the quote says otherwise"),
                    ),
                    total(last, full_day(value)),
                ),
                rests_on=("counted-days",),
            ),
        )
    return _last_day(
        usual,
        received,
        usual.value,
        act,
        last,
        lambda: say(
            "Un devis vaut {n} à partir de sa réception.",
            "A quote is valid for {n} from its receipt.",
            n=in_days(usual.value),
        ),
    )


def invoice_contest(book: Book, inputs: Inputs) -> Answer:
    """The last day to dispute an invoice: ims 7.4."""
    term = book.read("delays.invoice-contest", inputs["issued_on"])
    return _last_day(
        term,
        inputs["issued_on"],
        term.value,
        Words("Facture émise", "Invoice issued"),
        Words("Contester au plus tard le", "Dispute by"),
        lambda: say(
            "Une facture se conteste dans les {n} de son émission, par courriel ou lettre recommandée.",
            "An invoice is disputed within {n} of its issue, by email or registered letter.",
            n=in_days(term.value),
        ),
    )


def formal_notice(book: Book, inputs: Inputs) -> Answer:
    """The last day to comply with a formal notice: ims 10."""
    term = book.read("delays.formal-notice", inputs["received_on"])
    return _last_day(
        term,
        inputs["received_on"],
        term.value,
        Words("Mise en demeure reçue", "Formal notice received"),
        Words("S’exécuter au plus tard le", "Comply by"),
        lambda: say(
            "Restée sans effet {n} après sa réception, elle ouvre droit à la résolution du contrat.",
            "Without effect {n} after its receipt, it gives a right to end the contract.",
            n=in_days(term.value),
        ),
    )


def force_majeure(book: Book, inputs: Inputs) -> Answer:
    """The day on which an impediment has lasted long enough to end the contract: ims 7.5."""
    since = inputs["since"]
    term = book.read("delays.force-majeure", since)
    value = since + timedelta(days=term.value - 1)
    return Answer(
        value,
        lambda: Account(
            shown=full_day(value),
            why=on_day(value),
            says=say(
                "Le {n}e jour d’affilée, le premier compté ; le droit de résilier s’ouvre le lendemain, {d}.",
                "Day {n} in a row, the first one counted; the right to end opens the day after, {d}.",
                n=plain_figure(term.value),
                d=full_day(value + ONE_DAY),
            ),
            because=(
                fact(Words("Début de l’empêchement", "Start of the impediment"), full_day(since)),
                term.cited(
                    amount=in_days(term.value),
                    detail=Words("consécutifs, le premier compté", "in a row, the first one counted"),
                ),
                total(
                    Words("Durée atteinte le", "Duration reached on"),
                    full_day(value),
                    say("droit ouvert le {d}", "right opens on {d}", d=full_day(value + ONE_DAY)),
                ),
            ),
            rests_on=("force-majeure-days",),
        ),
    )


RULES = (
    Rule(
        "notice-deadline",
        Words("Dernier jour pour un préavis", "Last day for a notice"),
        (
            wanted("service", text, "le service", "the service"),
            wanted("starts_on", day, "la mise en service", "the start of service"),
            wanted("on", day, "le jour considéré", "the day in question"),
        ),
        needs=(_DURATION + "*",),
        answer=notice_deadline,
    ),
    Rule(
        "amendment-notice",
        Words("Dernier jour pour annoncer un changement", "Last day to announce a change"),
        (wanted("term_ends_on", day, "l’échéance", "the term"),),
        needs=("contract.amendment.notice",),
        answer=amendment_notice,
    ),
    Rule(
        "liability-cap",
        Words("Plafond d’indemnisation", "Liability cap"),
        (
            wanted("on", day, "le jour considéré", "the day in question"),
            wanted(
                "invoices",
                list_of(
                    table_of(
                        wanted("issued_on", day, "l’émission", "the issue"),
                        wanted("amount", exact, "le montant hors taxes", "the amount excluding VAT"),
                    )
                ),
                "les factures du contrat",
                "the invoices of the contract",
            ),
        ),
        needs=("contract.liability.cap",),
        answer=liability_cap,
    ),
    Rule(
        "reversibility",
        Words("Réversibilité", "Reversibility"),
        (
            wanted("received_on", day, "la réception de la lettre", "the receipt of the letter"),
            wanted("engineers", whole(1), "les ingénieurs", "the engineers"),
            wanted("days", whole(0), "les jours de chacun", "the days of each"),
        ),
        needs=("reversibility.within", "reversibility.engineer-day", "reversibility.block"),
        answer=reversibility,
    ),
    Rule(
        "amicable-procedure",
        Words("Procédure amiable", "Amicable procedure"),
        (
            wanted("notified_on", day, "la notification", "the notification"),
            optional("referred_on", day, "la saisine de l’expert", "the referral to the expert"),
        ),
        needs=("amicable.reflection", "amicable.conciliation", "amicable.extension"),
        answer=amicable_procedure,
    ),
    Rule(
        "quote-validity",
        Words("Validité d’un devis", "Validity of a quote"),
        (
            wanted("received_on", day, "la réception du devis", "the receipt of the quote"),
            optional(
                "stated_days",
                whole(0, 36_500),
                "les jours écrits sur le devis",
                "the days stated on the quote",
            ),
            optional("valid_until", day, "la date écrite sur le devis", "the date stated on the quote"),
        ),
        needs=("delays.quote-validity",),
        answer=quote_validity,
    ),
    Rule(
        "invoice-contest",
        Words("Contestation d’une facture", "Disputing an invoice"),
        (wanted("issued_on", day, "l’émission de la facture", "the issue of the invoice"),),
        needs=("delays.invoice-contest",),
        answer=invoice_contest,
    ),
    Rule(
        "formal-notice",
        Words("Mise en demeure", "Formal notice"),
        (wanted("received_on", day, "la réception de la mise en demeure", "the receipt of the notice"),),
        needs=("delays.formal-notice",),
        answer=formal_notice,
    ),
    Rule(
        "force-majeure",
        Words("Force majeure qui dure", "Lasting force majeure"),
        (wanted("since", day, "le premier jour", "the first day"),),
        needs=("delays.force-majeure",),
        answer=force_majeure,
    ),
)
