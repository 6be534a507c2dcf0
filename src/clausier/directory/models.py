"""Whom the provider works for and with: agencies, staff, clients, sites, contacts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clausier.foundation.models import Membership, Person, Provider
from clausier.foundation.permissions import CLIENT_SIDE, ROLE_NAMES
from clausier.foundation.plainly import ReadPlainly
from clausier.foundation.search import ALWAYS, Follows, Searchable


class DateRange(Func):
    """daterange(from, until), half-open, for exclusion constraints."""

    function = "DATERANGE"


class HolidayRegion(models.TextChoices):
    """Where public holidays differ; Good Friday is a flag beside it, for it depends on the commune."""

    METROPOLE = "metropole", _("métropole")
    ALSACE_MOSELLE = "alsace-moselle", _("Alsace-Moselle")


def holidays_word(region: str, good_friday: bool) -> str:
    """The kernel's word for a region and its Good Friday flag."""
    if region == HolidayRegion.ALSACE_MOSELLE and not good_friday:
        return "alsace-moselle-without-good-friday"
    return region


class Agency(ReadPlainly, models.Model):
    """A place the provider works from: its region decides which days are worked.

    `hours` may give this agency's own opening hours where the book leaves them open (a practice), in the
    kernel's form: {"phone": {"mon": [["08:00", "12:00"]], …}, "onsite": …}. It never overrides a clause.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True)
    holiday_region = models.CharField(
        max_length=20, choices=HolidayRegion.choices, default=HolidayRegion.METROPOLE
    )
    good_friday = models.BooleanField(default=False)
    hours = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="agency_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def holidays(self) -> str:
        return holidays_word(self.holiday_region, self.good_friday)


class Skill(models.Model):
    """Something a technician can do ("Windows Server", "téléphonie IP")."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="skills")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="skill_name_once")]

    def __str__(self) -> str:
        return self.name


class Grade(models.TextChoices):
    """At which rate an hour of theirs counts where work is paid by the hour (ims 7.1.1)."""

    TECHNICIAN = "technician", _("technicien")
    ENGINEER = "engineer", _("ingénieur")


class StaffProfile(models.Model):
    """Where a member of staff works from, what they can do, and at which rate their hours count."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="staff_profiles")
    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="profile")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff", null=True, blank=True)
    skills = models.ManyToManyField(Skill, through="StaffSkill", related_name="staff", blank=True)
    grade = models.CharField(max_length=20, choices=Grade.choices, default=Grade.TECHNICIAN)
    phone = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.membership)


class StaffSkill(models.Model):
    """That a member of staff can do something."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    staffprofile = models.ForeignKey(StaffProfile, on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "directory_staffprofile_skills"
        unique_together = [("staffprofile", "skill")]

    def __str__(self) -> str:
        return f"{self.staffprofile} · {self.skill}"


class PortalSection(models.TextChoices):
    """What a client's people find in the portal; the provider may close each for a client."""

    REQUESTS = "requests", _("demandes")
    CONTRACTS = "contracts", _("contrats et conditions")
    ORDERS = "orders", _("commandes")
    POINTS = "points", _("points")
    PEOPLE = "people", _("personnes")
    REPORTS = "reports", _("rapports")
    HELP = "help", _("aide")


class Client(ReadPlainly, models.Model):
    """A client of the provider: a company, administration or collectivity, and where the book allows, others.

    `sort_key` is the name without accents or case, for lists and for finding while typing. `tells_steps` is
    whether its people are told of each step of their tickets (ims 6.3b).
    """

    searchable: ClassVar[Searchable] = Searchable(
        kind="client",
        client="t.id",
        title="concat_ws(' ', t.name, t.former_name)",
        inner="t.note",
        codes="array[t.number, t.siren, t.siret, t.vat_number, t.registration_number, t.email]",
        phones="array[t.phone]",
        at=f"coalesce(t.ended_on::timestamp at time zone 'UTC', {ALWAYS})",
        columns=(
            "name",
            "former_name",
            "number",
            "siren",
            "siret",
            "vat_number",
            "registration_number",
            "email",
            "phone",
            "note",
            "ended_on",
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="clients")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    former_name = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=420)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, default="FR")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="clients")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    note = models.TextField(blank=True)
    client_since_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    tells_steps = models.BooleanField(default=True)
    closed_sections = ArrayField(
        models.CharField(max_length=20, choices=PortalSection.choices), default=list, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="client_number_once"),
            models.UniqueConstraint(
                fields=["provider", "siren"], condition=~Q(siren=""), name="client_siren_once"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "sort_key"]),
            GinIndex(OpClass(F("sort_key"), "gin_trgm_ops"), name="client_sort_key_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    def opens(self, section: str) -> bool:
        """Whether the client's people find that section of the portal."""
        return section not in self.closed_sections


class Site(models.Model):
    """A place of a client. Its region is named only where the contract does; otherwise the agency's holds."""

    searchable: ClassVar[Searchable] = Searchable(
        kind="site",
        title="t.name",
        words="concat_ws(' ', t.address, t.postcode, t.city, c.name)",
        inner="t.access_note",
        columns=("name", "address", "postcode", "city", "access_note", "client_id"),
        joined="join directory_client c on c.id = t.client_id",
        follows=(
            Follows(
                "directory_client",
                ("name",),
                "select s.id from directory_site s where s.client_id = new.id",
                inserts=False,
            ),
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)
    zone = models.PositiveSmallIntegerField(default=1)
    access_note = models.TextField(blank=True)
    holiday_region = models.CharField(max_length=20, choices=HolidayRegion.choices, blank=True)
    good_friday = models.BooleanField(default=False)
    is_third_party = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="site_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def holidays(self) -> str:
        """The kernel's word, or "" when the site follows the agency."""
        return holidays_word(self.holiday_region, self.good_friday) if self.holiday_region else ""


class Channel(models.TextChoices):
    """How a contact prefers to be told."""

    PHONE = "phone", _("téléphone")
    MAIL = "mail", _("courriel")
    NONE = "none", _("ne pas le prévenir")


class Contact(ReadPlainly, models.Model):
    """A person at a client's, in its directory (an account to sign in is another matter).

    Phone numbers are E.164, for look-up by the number that calls.
    """

    searchable: ClassVar[Searchable] = Searchable(
        kind="contact",
        title="t.full_name",
        words="concat_ws(' ', t.job_title, c.name)",
        codes="array[t.email]",
        phones="array[t.phone, t.mobile]",
        at=f"coalesce(t.left_on::timestamp at time zone 'UTC', {ALWAYS})",
        columns=("full_name", "job_title", "email", "phone", "mobile", "left_on", "client_id"),
        joined="join directory_client c on c.id = t.client_id",
        follows=(
            Follows(
                "directory_client",
                ("name",),
                "select p.id from directory_contact p where p.client_id = new.id",
                inserts=False,
            ),
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="contacts", null=True, blank=True)
    full_name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    preferred_channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.MAIL)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "email"], name="contact_by_address"),
            GinIndex(OpClass(F("sort_key"), "gin_trgm_ops"), name="contact_sort_key_trgm"),
            GinIndex(OpClass(F("phone"), "gin_trgm_ops"), name="contact_phone_trgm"),
            GinIndex(OpClass(F("mobile"), "gin_trgm_ops"), name="contact_mobile_trgm"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.full_name.split()[:2]).upper()


class Correspondent(models.Model):
    """Who was the client's IT correspondent, from when to when (imri III). One at a time."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="correspondents")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="correspondent_terms")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_correspondent_at_a_time",
                expressions=[
                    (F("client"), RangeOperators.EQUAL),
                    (DateRange(F("from_on"), F("until_on")), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact} ({self.from_on})"


class ClientAccess(models.Model):
    """An account that acts for a client, in a client role, as one of its contacts.

    Not yet `agreed`: an account that exists was asked and has not answered; it gives no right.
    """

    of_person: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="accesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="client_accesses")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    role = models.CharField(max_length=20, choices=[(r.value, ROLE_NAMES[r]) for r in CLIENT_SIDE])
    agreed = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "person"], condition=Q(ended_at=None), name="one_access_per_client"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.client}"


class SupplierKind(models.TextChoices):
    """What a supplier does for our clients."""

    MANUFACTURER = "manufacturer", _("constructeur")
    PUBLISHER = "publisher", _("éditeur")
    CARRIER = "carrier", _("opérateur")
    DISTRIBUTOR = "distributor", _("grossiste")


class Supplier(models.Model):
    """A manufacturer, publisher or carrier, and how its support is reached.

    `domains` are those its people write from. `customer_number` is ours there. `hours` are its own words.
    `answers_within_days` are working days: after so many without an answer someone chases it.
    """

    searchable: ClassVar[Searchable] = Searchable(
        kind="supplier",
        client="null::bigint",
        title="t.name",
        inner="concat_ws(' ', array_to_string(t.domains, ' '), t.note)",
        codes="array[t.customer_number, t.email]",
        phones="array[t.phone]",
        at=f"coalesce(t.ended_on::timestamp at time zone 'UTC', {ALWAYS})",
        columns=("name", "domains", "note", "customer_number", "email", "phone", "ended_on"),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="suppliers")
    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=SupplierKind.choices)
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    portal_url = models.URLField(max_length=300, blank=True)
    customer_number = models.CharField(max_length=80, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    answers_within_days = models.PositiveSmallIntegerField(default=2)
    language = models.CharField(max_length=5, default="fr")
    note = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="supplier_name_once")]
        indexes = [models.Index(fields=["provider", "sort_key"])]

    def __str__(self) -> str:
        return self.name


class ReferenceKind(models.TextChoices):
    """What a client has at a supplier's."""

    CONTRACT = "contract", _("contrat")
    WARRANTY = "warranty", _("garantie")
    ACCOUNT = "account", _("numéro de client")


class SupplierReference(models.Model):
    """Under which number a supplier knows a client: its contract, a warranty, its account.

    `what` is what it covers. `ends_on` is its last day, where it is known.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="supplier_references")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="references")
    kind = models.CharField(max_length=10, choices=ReferenceKind.choices)
    reference = models.CharField(max_length=80)
    what = models.CharField(max_length=200, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "supplier", "kind", "reference"], name="supplier_reference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.reference}"
