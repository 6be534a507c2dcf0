"""Balances of points with which clients move in."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation.clock import PARIS
from clausier.prepaid import queries, services
from clausier.prepaid.models import EntryKind, PointAccount
from clausier.transfer.cells import Fault, decimal, line_of_text
from clausier.transfer.errors import BuiltUpon
from clausier.transfer.kinds.shape import Bringing, Field, LineKind, Made, Values
from clausier.transfer.known import asked
from clausier.transfer.models import ImportedLine, Kind


def bring(given: Values, work: Bringing) -> Made:
    """The account of a contract with its opening balance, at the start of the day of moving in."""
    assert work.day
    contract = _contract(given, work)
    balance = Decimal(given["balance"])
    account = queries.accounts_visible_to(work.by).filter(contract=contract).first()
    if account is not None and (work.lines.get(("pointaccount", account.pk)) or queries.has_moved(account)):
        return work.met_again(account, "contract" if "contract" in given else "client")
    at = datetime.combine(work.day, time(), PARIS)
    made = account is None
    if account is None:
        low = {"low_at": given["low_at"]} if "low_at" in given else {}
        account = services.open_account(by=work.by, at=at, contract=contract, **low)
    if balance:
        services.open_balance(
            by=work.by, at=at, account=account, points=balance, former_tool=work.former_tool
        )
    return Made("created", account, after={"account_made": made, "balance": str(balance)})


def _contract(given: Values, work: Bringing) -> Contract:
    """The contract that the points belong to: by its number, else the client's only one that day."""
    assert work.day
    if number := asked(given, "contract"):
        return work.known.contract(number)
    if not given.get("client"):
        raise Fault(gettext("Dites à quel contrat sont ces points, ou à quel client."), "contract")
    client = work.known.client(given["client"])
    found = list(contracts.contracts_in_force(client, work.day))
    if len(found) != 1:
        raise Fault(
            gettext("Ce client a %(count)s contrats en vigueur ce jour-là : écrivez le numéro du contrat.")
            % {"count": len(found)}
            if found
            else gettext("Ce client n’a pas de contrat en vigueur ce jour-là."),
            "client",
        )
    return found[0]


def take_back(line: ImportedLine, work: Bringing) -> None:
    """Points are taken back by a counter-entry; an account that never moved goes."""
    account = PointAccount.objects.get(pk=line.object_id)
    opening = account.entries.filter(kind=EntryKind.OPENING).order_by("-pk").first()
    if opening is None or Decimal(line.after["balance"]) == 0:
        if account.entries.exists():
            raise BuiltUpon(gettext("Le compte du contrat %(contract)s a bougé.") % {"contract": account})
        if line.after["account_made"]:
            services.remove_account(by=work.by, at=work.at, account=account)
        return
    if account.entries.filter(pk__gt=opening.pk).exists():
        raise BuiltUpon(gettext("Le compte du contrat %(contract)s a bougé.") % {"contract": account})
    services.correct(
        by=work.by, at=work.at, entry=opening, points=-opening.points, label=gettext("Import annulé")
    )


POINTS = LineKind(
    key=Kind.POINTS,
    fields=(
        Field(
            "contract",
            _("Contrat"),
            line_of_text(20),
            "C-2019-042",
            _("Le numéro du contrat auquel sont les points."),
            also=("numéro", "numéro de contrat", "n° contrat", "référence", "contract"),
        ),
        Field(
            "client",
            _("Client"),
            line_of_text(200),
            "",
            _("À la place du contrat, quand le client n’en a qu’un."),
            also=("numéro client", "code client", "société", "raison sociale", "entreprise", "customer"),
        ),
        Field(
            "balance",
            _("Solde"),
            decimal,
            "312,50",
            _("Ce qui reste au début du jour d’emménagement ; négatif si le client en doit."),
            required=True,
            also=("points", "solde de points", "restant", "reste", "crédit", "balance", "unités"),
        ),
        Field(
            "low_at",
            _("Seuil d’alerte"),
            decimal,
            "100",
            _("Sous combien de points on est prévenu. Vide : 100."),
            also=("seuil", "alerte"),
        ),
    ),
    bring=bring,
    take_back=take_back,
    on_the_day=True,
    refusals={"points": "balance"},
)
