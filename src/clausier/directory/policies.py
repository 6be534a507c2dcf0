"""What a client's identity must be: asked by the provider's book, checked by the keys of the numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext as _
from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.fr import siret as siret_number
from stdnum.fr import tva as tva_number

from clausier.directory.errors import ProfessionalsOnly
from clausier.foundation.errors import InvalidInput
from clausier.foundation.services import checked_siren
from clausier.terms.book import Book
from clausier.terms.errors import NoValueOn

ADMITTED = "parties.clients"
PRIVATE_PERSON = "private-person"
NAME_CORRESPONDENT = "name-correspondent"

# Where establishments are entered in the Sirene register.
SIRENE_COUNTRIES = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})


@dataclass(frozen=True, slots=True)
class Identity:
    """The numbers that tell who a client is; "" for those it does not have."""

    siren: str = ""
    siret: str = ""
    vat_number: str = ""
    registration_number: str = ""
    country: str = "FR"

    def fields(self) -> dict[str, str]:
        """The columns of a client."""
        return asdict(self)


def checked_identity(identity: Identity, *, book: Book, on: date) -> Identity:
    """`identity` in the spelling of the registers, as `book` asks on the day `on`.

    Raises InvalidInput naming the number that cannot be right, ProfessionalsOnly (with its clause) when the
    book admits professionals only and none is given.
    """
    country = identity.country.strip().upper()
    if len(country) != 2 or not country.isalpha():
        raise InvalidInput(_("Indiquez le pays par ses deux lettres : FR, BE, CH…"), field="country")
    siren, siret = _sirene(identity.siren, identity.siret)
    vat_number = _vat_number(identity.vat_number, country, siren)
    registration = _registration(identity.registration_number)
    checked = Identity(siren, siret, vat_number, registration, country)
    _must_be_professional(checked, book=book, on=on)
    return checked


def _sirene(siren: str, siret: str) -> tuple[str, str]:
    siren = checked_siren(siren) if siren.strip() else ""
    if not siret.strip():
        return siren, ""
    siret = str(siret_number.compact(siret))
    if not siret_number.is_valid(siret):
        raise InvalidInput(
            _("Ce numéro n’est pas un SIRET : sa clé ne tombe pas juste. Vérifiez les 14 chiffres."),
            field="siret",
        )
    if siren and not siret.startswith(siren):
        raise InvalidInput(_("Ce SIRET n’est pas celui d’un établissement de ce SIREN."), field="siret")
    return siret[:9], siret


def _vat_number(vat_number: str, country: str, siren: str) -> str:
    if not vat_number.strip():
        return ""
    if country in SIRENE_COUNTRIES:
        return _french_vat_number(vat_number, siren)
    if eu_vat.is_valid(vat_number):
        return str(eu_vat.compact(vat_number))
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return _registration(vat_number, field="vat_number")
    if not module.is_valid(vat_number):
        raise InvalidInput(_("Ce numéro de TVA n’est pas valable dans ce pays."), field="vat_number")
    return str(module.compact(vat_number))


def _french_vat_number(vat_number: str, siren: str) -> str:
    if not tva_number.is_valid(vat_number):
        raise InvalidInput(
            _("Ce numéro de TVA ne tombe pas juste : FR, deux signes de clé, puis le SIREN."),
            field="vat_number",
        )
    compact = str(tva_number.compact(vat_number))
    if siren and not compact.endswith(siren):
        raise InvalidInput(_("Ce numéro de TVA porte un autre SIREN."), field="vat_number")
    return f"FR{compact.removeprefix('FR')}"


def _registration(number: str, field: str = "registration_number") -> str:
    """A number of a foreign register: no key is known, but it has figures and is long enough to be one."""
    compact = " ".join(number.split())
    bare = [c for c in compact if c.isalnum()]
    if compact and (len(bare) < 4 or not any(c.isdigit() for c in bare)):
        raise InvalidInput(
            _("Un numéro d’immatriculation a au moins quatre signes, dont un chiffre."), field=field
        )
    return compact


def _must_be_professional(identity: Identity, *, book: Book, on: date) -> None:
    clause = professionals_clause(book, on)
    if clause is None:
        return
    at_home = identity.country in SIRENE_COUNTRIES
    if identity.siren or (not at_home and (identity.vat_number or identity.registration_number)):
        return
    raise ProfessionalsOnly(
        _("Ces conditions sont réservées aux professionnels : il faut le SIREN ou le SIRET du client.")
        if at_home
        else _(
            "Ces conditions sont réservées aux professionnels : "
            "il faut le numéro de TVA ou d’immatriculation du client."
        ),
        field="siren" if at_home else "vat_number",
        clause=(book.name, clause),
        way_out=_("Demandez ce numéro au client : entreprise, administration et collectivité en ont un."),
    )


def professionals_clause(book: Book, on: date) -> str | None:
    """The clause by which `book` admits professionals only on that day, or None when it admits anybody."""
    if not book.has(ADMITTED):
        return None
    try:
        admitted = book.read(ADMITTED, on)
    except NoValueOn:
        # A client since before the book applied is taken under its first value.
        admitted = book.timeline(ADMITTED)[0]
    return None if PRIVATE_PERSON in admitted.value else (admitted.clause or "")


def correspondent_clause(book: Book) -> str | None:
    """The clause by which `book` makes the client name an IT correspondent, or None."""
    return next((d.clause for d in book.duties if d.extra.get("key") == NAME_CORRESPONDENT), None)
