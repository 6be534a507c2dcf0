"""Contracts as they were signed: kind, edition, days, what they cover. Derogations have their papers, and
are entered on the contract's own page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clausier.contracts import queries, services
from clausier.contracts.models import Contract, EquipmentClass
from clausier.directory.names import fold
from clausier.foundation import books
from clausier.foundation.models import InstalledBook
from clausier.transfer.cells import Fault, day, in_a_row, line_of_text, text, whole
from clausier.transfer.kinds.shape import Bringing, Field, LineKind, Made, Values
from clausier.transfer.kinds.sites import CLIENT_FIELD
from clausier.transfer.known import parts
from clausier.transfer.models import ImportedLine, Kind

COVERS = "covers_"


def bring(given: Values, work: Bringing) -> Made:
    """A contract made, or met again by its number."""
    values = dict(given)
    client = work.known.client(values.pop("client"))
    number = values.get("number", "")
    again = queries.contracts_visible_to(work.by).filter(number__iexact=number).first() if number else None
    if again is not None:
        return work.met_again(again, "number")
    book = _edition(values.pop("book", ""), work)
    contract = services.create_contract(
        by=work.by,
        at=work.at,
        client=client,
        book=book,
        kind=_kind(values.pop("kind"), book, values),
        sites=[work.known.site(client, name, "sites") for name in parts(values.pop("sites", ""))],
        covered={key: values.pop(COVERS + key) for key in EquipmentClass.values if values.get(COVERS + key)},
        **{key: value for key, value in values.items() if not key.startswith(COVERS)},
    )
    return Made("created", contract)


def _edition(named: str, work: Bringing) -> InstalledBook:
    """The edition of that name; the provider's present one where the cell is empty."""
    if not named or named == work.by.provider.book.name:
        return work.by.provider.book
    readable = queries.editions_readable_by(work.by).exclude(name=queries.LAW)
    found = readable.filter(name__iexact=named).order_by("-installed_at", "-pk").first()
    if found is None:
        names = in_a_row(sorted({work.by.provider.book.name, *readable.values_list("name", flat=True)}))
        raise Fault(gettext("Aucune édition ne porte ce nom. Il y a : %(names)s.") % {"names": names}, "book")
    return found


def _kind(named: str, installed: InstalledBook, values: dict[str, Any]) -> str:
    """The book's key for a kind of contract, from its key or its name."""
    known = queries.kinds(books.read(installed), values["starts_on"])
    for key, words in known.items():
        if fold(named) in (fold(key), fold(words.fr), fold(words.en)):
            return key
    language = get_language() or "fr"
    raise Fault(
        gettext("Le livre %(book)s n’a pas de contrat de ce type. Il a : %(kinds)s.")
        % {"book": installed.name, "kinds": in_a_row(words.to(language) for words in known.values())},
        "kind",
    )


def take_back(line: ImportedLine, work: Bringing) -> None:
    contract = Contract.objects.get(pk=line.object_id)
    services.remove_contract(by=work.by, at=work.at, contract=contract)


CONTRACTS = LineKind(
    key=Kind.CONTRACTS,
    fields=(
        Field(
            "number",
            _("Numéro"),
            line_of_text(20),
            "C-2019-042",
            _("Le numéro du contrat. Vide : le suivant de la série."),
            also=("numéro de contrat", "n° contrat", "référence", "ref", "contrat", "contract number"),
        ),
        CLIENT_FIELD,
        Field(
            "kind",
            _("Type"),
            line_of_text(60),
            "",
            _("Le type de contrat, comme votre livre le nomme."),
            required=True,
            also=("type de contrat", "formule", "offre", "kind", "nature"),
        ),
        Field(
            "starts_on",
            _("Début"),
            day,
            "01/04/2019",
            required=True,
            also=("date de début", "date d’effet", "du", "start", "start date", "signé le"),
        ),
        Field(
            "ends_on",
            _("Fin"),
            day,
            "",
            _("Le dernier jour, s’il est convenu. Vide : le contrat court."),
            also=("date de fin", "échéance", "au", "end", "end date"),
        ),
        Field(
            "title", _("Intitulé"), line_of_text(120), "", also=("libellé", "titre", "désignation", "title")
        ),
        Field(
            "book",
            _("Édition"),
            line_of_text(80),
            "",
            _("L’édition des conditions qui fut signée. Vide : celle d’aujourd’hui."),
            also=("livre", "conditions", "cgv", "book"),
        ),
        Field(
            "sites",
            _("Sites"),
            text(2_000),
            "",
            _("Les lieux couverts, parmi les sites du client, séparés par « ; »."),
            also=("lieux", "site"),
        ),
        Field(COVERS + "server", _("Serveurs"), whole, "2", also=("nombre de serveurs", "nb serveurs")),
        Field(
            COVERS + "network",
            _("Équipements réseau"),
            whole,
            "1",
            also=("réseau", "nombre d’équipements réseau", "nb réseau"),
        ),
        Field(
            COVERS + "workstation",
            _("Postes"),
            whole,
            "12",
            _("Combien de chaque classe le contrat couvre."),
            also=("nombre de postes", "nb postes", "postes de travail", "pc"),
        ),
        Field(
            COVERS + "peripheral",
            _("Périphériques"),
            whole,
            "",
            also=("nombre de périphériques", "imprimantes", "nb périphériques"),
        ),
        Field(COVERS + "smartphone", _("Mobiles"), whole, "", also=("smartphones", "nombre de mobiles")),
    ),
    bring=bring,
    take_back=take_back,
)
