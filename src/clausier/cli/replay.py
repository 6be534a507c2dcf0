"""`clausier replay`: what a book would have made of the recorded facts of a period, contract by contract."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausier.cli import installation
from clausier.terms.outcome import Words, plain

if TYPE_CHECKING:
    from clausier.foundation.actors import Actor
    from clausier.foundation.models import Provider
    from clausier.overview.replay import Question, Replay, Text
    from clausier.pages.report.tables import Table

TOLD = 1000
SHOWN = 40
"""Contracts that are listed on a terminal; all of them are in the CSV and in the JSON."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier replay`."""
    parser.add_argument(
        "--book", required=True, metavar="LIVRE", help="un brouillon (draft-12), une édition ou un dossier"
    )
    parser.add_argument("--from", dest="first", metavar="JOUR", help="premier jour (un an avant le dernier)")
    parser.add_argument("--to", dest="last", metavar="JOUR", help="dernier jour (aujourd’hui)")
    parser.add_argument("--provider", help="le mot du prestataire, s’il y en a plusieurs")
    parser.add_argument("--client", metavar="NUMÉRO", help="les contrats d’un seul client")
    parser.add_argument("--contract", metavar="NUMÉRO", help="un seul contrat")
    parser.add_argument(
        "--all-books", action="store_true", help="aussi les contrats qui suivent un livre d’une autre famille"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="tout en JSON")
    form.add_argument(
        "--csv", choices=("contracts", "facts"), help="un tableau : par contrat, ou les faits qui changent"
    )
    parser.add_argument(
        "--changes",
        type=int,
        default=TOLD,
        metavar="N",
        help="faits qui changent dans le JSON, les plus marquants d’abord (1000 par défaut)",
    )


def run(args: argparse.Namespace) -> int:
    """0: replayed; 1: refused."""
    with installation.ready("app"):
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """What `run` does, once the database is up."""
    from django.utils import translation

    from clausier.foundation import clock, isolation
    from clausier.foundation.actors import program
    from clausier.foundation.errors import Refusal
    from clausier.overview import replay
    from clausier.terms.errors import BookFaults, TermsError

    provider = _provider(args.provider)
    if provider is None:
        return 1
    language = installation.language()
    with translation.override(language), isolation.confined(isolation.of_provider(provider.pk)):
        actor = program(provider)
        try:
            question = _question(args, actor)
            found = replay.replay(actor, question, clock.now())
        except BookFaults as refused:
            for fault in refused.faults:
                installation.complain(Words(f"{fault.file}, {fault.place} : {fault.says.fr}",
                                            f"{fault.file}, {fault.place}: {fault.says.en}"))  # fmt: skip
            return 1
        except (Refusal, TermsError) as refused:
            says = refused.message if isinstance(refused, TermsError) else Words(refused.says, refused.says)
            installation.complain(says)
            return 1
        _form(args)(found)
    return 0


def _provider(slug: str | None) -> Provider | None:
    """The provider of that word; the only one there is, without. None, and said, when it cannot be told."""
    from clausier.foundation import isolation
    from clausier.foundation.models import Provider

    with isolation.everything("the word of a provider is looked up to learn whose facts"):
        found = list(Provider.objects.select_related("book").order_by("slug"))
    if slug is None and len(found) == 1:
        return found[0]
    chosen = next((one for one in found if one.slug == slug), None)
    if chosen is None:
        known = ", ".join(one.slug for one in found)
        installation.complain(
            Words(
                f"--provider : donnez l’un de ces mots : {known}.", f"--provider: give one of these: {known}."
            )
        )
    return chosen


def _question(args: argparse.Namespace, actor: Actor) -> Question:
    """What is asked. Raises InvalidInput naming the option, or the faults of a folder."""
    from django.utils.translation import gettext as _

    from clausier.contracts.queries import contracts_visible_to
    from clausier.directory.queries import clients_visible_to
    from clausier.foundation import clock
    from clausier.foundation.errors import InvalidInput
    from clausier.overview.replay import Question
    from clausier.terms.days import add_months

    last = _day(args.last, "--to") or clock.today()
    first = _day(args.first, "--from") or add_months(last, -12)
    client = contract = None
    if args.client:
        client = clients_visible_to(actor).filter(number=args.client).first()
        if client is None:
            raise InvalidInput(_("Aucun client ne porte le numéro %(n)s.") % {"n": args.client})
    if args.contract:
        contract = contracts_visible_to(actor).filter(number=args.contract).first()
        if contract is None or (client and contract.client_id != client.pk):
            raise InvalidInput(_("Aucun contrat ne porte le numéro %(n)s.") % {"n": args.contract})
    return Question(_text(args.book, actor), first, last, client, contract, args.all_books)


def _text(said: str, actor: Actor) -> Text:
    """A folder where there is one of that name, else a draft or an edition of the database."""
    from clausier.overview.replay import text_of, text_of_files
    from clausier.terms.book import files_of

    folder = Path(said)
    if (folder / "book.toml").is_file():
        return text_of_files(files_of(folder))
    return text_of(actor, said)


def _day(said: str | None, option: str) -> date | None:
    from django.utils.translation import gettext as _

    from clausier.foundation.errors import InvalidInput

    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise InvalidInput(_("%(name)s : un jour s’écrit 2026-11-20.") % {"name": option}) from None


# Showing ---------------------------------------------------------------------------------------------


def _form(args: argparse.Namespace) -> Callable[[Replay], None]:
    if args.json:
        return partial(_print_json, most=max(0, args.changes))
    return {"contracts": _csv_of_contracts, "facts": _csv_of_facts, None: _print}[args.csv]


def _csv_of_contracts(found: Replay) -> None:
    from clausier.pages.replay import tables

    _print_csv(tables.contracts(found))


def _csv_of_facts(found: Replay) -> None:
    from clausier.pages.replay import tables

    _print_csv(tables.facts(found, None))


def _print_csv(table: Table) -> None:
    from clausier.transfer import sheets

    sys.stdout.buffer.write(sheets.csv_of(table.headings, table.rows))


def _print_json(found: Replay, most: int) -> None:
    from clausier.pages.replay.plainly import replay_as_json

    print(json.dumps(plain(replay_as_json(found, most)), ensure_ascii=False))


def _print(found: Replay) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from clausier.pages.replay import reading

    asked, counted = found.question, len([line for line in found.lines if line.facts])
    print(
        _("%(book)s, du %(first)s au %(last)s : %(facts)d faits, %(contracts)d contrats ou clients")
        % {
            "book": asked.text.name,
            "first": asked.first,
            "last": asked.last,
            "facts": found.total.facts,
            "contracts": counted,
        }
    )
    for figure in reading.figures_of(found.total):
        print(f"  {figure.label}  {_change(figure)}")
    changing = [line for line in reading.sorted_lines(found.lines, "changes") if line.differs]
    if not changing:
        print(_("Rien n’aurait été autrement."))
    for line in changing[:SHOWN]:
        name = line.contract.number if line.contract else _("sans contrat")
        told = [f"{one.label} {_change(one)}" for one in reading.figures_of(line) if not one.is_same]
        others = ngettext("%(n)d finit autrement", "%(n)d finissent autrement", line.others)
        moved = ngettext("%(n)d échéance déplacée", "%(n)d échéances déplacées", line.moved)
        said = [words % {"n": n} for words, n in ((others, line.others), (moved, line.moved)) if n]
        assert line.client
        print(f"{name}  {line.client.name}  {', '.join([*said, *told])}")
    if len(changing) > SHOWN:
        print(_("… et %(n)d autres : --csv contracts les donne tous.") % {"n": len(changing) - SHOWN})
    for one in found.unruled:
        print(f"! {reading.KIND_NAMES[one.kind]} × {one.count}  {reading.unruled_says(one)}")
    for gone in found.fallen:
        print(_("! dérogation sans objet, contrat %(n)s") % {"n": gone.contract.number})
    if found.left_alone:
        print(
            _("%(n)d contrats suivent un livre d’une autre famille : --all-books les rejoue aussi.")
            % {"n": found.left_alone}
        )


def _change(figure: Any) -> str:
    return f"{figure.before} → {figure.after}"
