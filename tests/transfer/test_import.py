"""Files of another tool become clients, sites, people, contracts, balances and tickets, or nothing does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clausier.contracts.models import Contract
from clausier.desk.models import Promise, Ticket
from clausier.desk.services import add_note
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock
from clausier.foundation.models import Counter, JournalEntry
from clausier.prepaid import papers
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount
from clausier.transfer import services, tasks
from clausier.transfer.errors import ColumnMissing, NotNow, TooEarly, TooLate, UnreadableFile
from clausier.transfer.models import ImportedLine
from tests.transfer.files import brought, checked, csv_file, do_jobs, undone, workbook

CLIENTS = csv_file(
    "Code client;Raison sociale;SIREN;Tél;Client depuis;Commentaire",
    "M-1;Menuiserie Éprouvée;900000050;03 53 01 48 20;14/03/2019;Sonner deux fois",
    "M-2;Scierie d’Essai;900000068;;2020-01-05;",
    encoding="cp1252",
)


@pytest.fixture
def house(imri, at):
    at("2026-11-20T16:30")
    return imri


def test_a_csv_of_a_french_spreadsheet_becomes_clients(house):
    source = brought(house.manager, "clients", CLIENTS)
    assert source.form == "CSV, Windows-1252, séparateur «\u00a0;\u00a0»"
    made = Client.objects.get(number="M-1")
    assert (made.name, made.siren, made.phone) == ("Menuiserie Éprouvée", "900000050", "+33353014820")
    assert (made.client_since_on, made.note) == (date(2019, 3, 14), "Sonner deux fois")
    assert source.outcome == {"created": 2, "changed": 0, "skipped": 0}
    line = ImportedLine.objects.get(source=source, line=3)
    assert (line.object_kind, line.object_id) == ("client", Client.objects.get(number="M-2").pk)
    assert source.content is None
    codes = JournalEntry.objects.filter(provider=house.provider).values_list("code", flat=True)
    assert {"transfer.file_received", "transfer.import_confirmed", "transfer.imported"} <= set(codes)
    assert list(codes).count("directory.client_created") == 2


def test_faults_name_the_line_the_column_and_what_would_be_right_and_nothing_is_written(house):
    before = Client.objects.count(), list(Counter.objects.values_list("series", "last"))
    source = checked(
        house.manager,
        "clients",
        csv_file(
            "Nom,SIREN,Client depuis,Numéro",
            "Menuiserie Éprouvée,900000051,14/03/2019,",
            ",900000068,31/02/2020,",
            "Scierie d’Essai,900000068,11/25/2020,",
            "Tôlerie Fictive,900000076,,",
            "Tôlerie Fictive bis,900000076,,",
        ),
    )
    faults = {(fault["line"], fault["column"]): fault["says"] for fault in source.faults}
    assert "clé" in faults[2, "SIREN"]
    assert faults[3, "Nom"] == "Cette cellule ne peut pas rester vide."
    assert "n’existe pas" in faults[3, "Client depuis"]
    assert "25/11/2020" in faults[4, "Client depuis"]
    assert "ligne 5" in faults[6, "SIREN"]
    assert source.fault_count == 5
    with pytest.raises(NotNow):
        services.confirm_import(by=house.manager, at=clock.now(), source=source)
    assert (Client.objects.count(), list(Counter.objects.values_list("series", "last"))) == before


def test_a_file_that_no_longer_fits_when_it_is_written_writes_nothing(house):
    source = checked(house.manager, "clients", CLIENTS)
    assert source.fault_count == 0
    services.confirm_import(by=house.manager, at=clock.now(), source=source)
    Client.objects.filter(number="CL-001").update(siren="900000068")
    do_jobs("transfer.write")
    source.refresh_from_db()
    assert source.state == "checked"
    assert [fault["line"] for fault in source.faults] == [3]
    assert not Client.objects.filter(number="M-1").exists()


def test_a_job_that_is_run_twice_writes_once(house):

    source = brought(house.manager, "clients", CLIENTS)
    assert tasks.write(source=source.pk, provider_id=house.provider.pk) == "done"
    assert Client.objects.filter(number__startswith="M-").count() == 2


def test_what_is_known_is_refused_skipped_or_updated_as_chosen(house):
    first = brought(house.manager, "clients", CLIENTS)
    again = csv_file("Numéro;Nom;SIREN;Téléphone", "M-1;Menuiserie Éprouvée et Fils;900000050;03 53 01 48 21")
    refused = checked(house.manager, "clients", again)
    assert "est déjà là" in refused.faults[0]["says"]
    skipped = brought(house.manager, "clients", again, duplicates="skip")
    assert skipped.outcome["skipped"] == 1
    updated = brought(house.manager, "clients", again, duplicates="update")
    assert updated.outcome["changed"] == 1
    client = Client.objects.get(number="M-1")
    assert (client.name, client.phone) == ("Menuiserie Éprouvée et Fils", "+33353014821")
    undone(house.manager, updated)
    client.refresh_from_db()
    assert (client.name, client.phone) == ("Menuiserie Éprouvée", "+33353014820")
    kept = undone(house.manager, first)  # what was touched since is not taken back
    assert kept.state == "done"
    assert [fault["says"][:7] for fault in kept.faults] == ["Ligne 2"]


def test_columns_are_remembered_for_the_next_file(house):
    content = csv_file("Bidule;Machin", "Menuiserie Éprouvée;900000050")
    source = services.receive_file(
        by=house.manager, at=clock.now(), kind="clients", name="a.csv", content=content
    )
    assert source.mapping == {}
    with pytest.raises(ColumnMissing) as refused:
        services.choose_columns(by=house.manager, at=clock.now(), source=source, mapping={"siren": 1})
    assert refused.value.field == "name"
    services.choose_columns(by=house.manager, at=clock.now(), source=source, mapping={"name": 0, "siren": 1})
    later = services.receive_file(
        by=house.manager, at=clock.now(), kind="clients", name="b.csv", content=content
    )
    assert later.mapping == {"name": 0, "siren": 1}


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04broken", b"\x00\x01\x02\x00", b"Nom;SIREN\r\n", b"\r\n\r\n"],
)
def test_a_file_that_is_no_table_is_refused_in_words(house, content):
    with pytest.raises(UnreadableFile) as refused:
        services.receive_file(by=house.manager, at=clock.now(), kind="clients", name="x", content=content)
    assert refused.value.field == "file"


def moved_in(house):
    """A whole provider's files, in their order."""
    by = house.manager
    services.set_moving_day(by=by, at=clock.now(), day=date(2026, 11, 20), former_tool="Ancien Outil")
    done = {"clients": brought(by, "clients", CLIENTS)}
    done["sites"] = brought(
        by,
        "sites",
        workbook(["Client", "Site", "CP", "Ville"], ["M-1", "Atelier", 1000, "Villefictive"]),
    )
    done["contacts"] = brought(
        by,
        "contacts",
        csv_file(
            "Client\tPrénom\tNom\tE-mail\tPortable\tSite\tPrincipal",
            "900 000 050\tZoé\tPrototype\tzoe@menuiserie.example.org\t06 39 98 00 42\tAtelier\toui",
        ),
    )
    return by, done


def test_a_provider_moves_in_with_everything_its_clients_have(ims, at):
    at("2026-11-20T16:30")
    by, done = moved_in(ims)
    done["contracts"] = brought(
        by,
        "contracts",
        csv_file(
            "Numéro;Client;Type;Début;Sites;Postes",
            "L-7;M-1;Liberty;01/04/2019;Atelier;12",
            "L-8;Scierie d’Essai;liberty;1er avril 2020;;",
        ),
    )
    done["points"] = brought(
        by, "points", csv_file("Contrat;Solde", "L-7;1\u202f312,50", "L-8;-26,67", encoding="utf-16")
    )
    done["tickets"] = brought(
        by,
        "tickets",
        csv_file(
            "N°;Client;Sujet;Ouvert le;Demandeur;Type;Classe;Priorité;Statut;Attribué à;Suivi;"
            "Première réponse",
            "20417;M-1;Le serveur est lent;16/11/2026 09h40;zoe@menuiserie.example.org;incident;serveur;2;"
            "en attente;Karim Témoin;« Relancé le 17 »;16/11/2026 10:05",
        ),
    )
    site = Site.objects.get(name="Atelier")
    assert site.postcode == "01000"
    zoe = Contact.objects.get(email="zoe@menuiserie.example.org")
    assert (zoe.full_name, zoe.mobile, zoe.site) == ("Zoé Prototype", "+33639980042", site)
    assert directory.correspondent_on(zoe.client, date(2026, 11, 20)) == zoe
    contract = Contract.objects.get(number="L-7")
    assert (contract.starts_on, list(contract.sites.all())) == (date(2019, 4, 1), [site])

    account = PointAccount.objects.get(contract=contract)
    found = prepaid.statement(account, date(2026, 11, 20), date(2026, 11, 30))
    assert [(line.entry.kind, line.balance) for line in found.lines] == [("opening", Decimal("1312.50"))]
    assert found.lines[0].entry.label == (
        "Solde d’ouverture au 20\u00a0novembre\u00a02026, repris depuis Ancien Outil"
    )
    assert papers.statement(found, language="fr", at=clock.now()).startswith(b"%PDF")
    assert prepaid.balance(PointAccount.objects.get(contract__number="L-8")) == Decimal("-26.67")

    ticket = Ticket.objects.get(title="Le serveur est lent")
    assert ticket.called_at == clock.read("2026-11-16T09:40")
    assert (ticket.state, ticket.priority, ticket.caller, ticket.contract) == (
        "in-progress",
        2,
        zoe,
        contract,
    )
    assert ticket.assignee == ims.technician.person
    note = ticket.events.get(kind="note")
    assert note.is_internal
    assert "20417" in note.text
    assert "Relancé le 17" in note.text
    target = Promise.objects.filter(ticket=ticket, kind="target").first()
    assert target is None or target.ended_at == clock.read("2026-11-16T10:05")

    again = checked(by, "tickets", csv_file("N°;Client;Sujet;Ouvert le", "20417;M-1;Idem;16/11/2026"))
    assert again.faults[0]["column"] == "N°"

    # All of it goes as it came, the last file first; what is built upon stays until then.
    kept = undone(by, done["clients"])
    assert kept.state == "done"
    assert "s’annule plus" in kept.failure
    assert any("Atelier" in fault["says"] or "L-" in fault["says"] for fault in kept.faults)
    for kind in ("tickets", "points"):
        assert undone(by, done[kind]).state == "undone"
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert prepaid.balance(account) == 0
    brought(by, "points", csv_file("Contrat;Solde", "L-7;40"))  # an opening taken back may be made again


def test_what_was_imported_by_mistake_goes_as_if_it_had_never_come(imri, at):
    at("2026-11-20T16:30")
    by, done = moved_in(imri)
    for kind in ("contacts", "sites", "clients"):
        assert undone(by, done[kind]).state == "undone", (kind, done[kind].failure)
    assert not Client.objects.filter(number__startswith="M-").exists()
    brought(by, "clients", CLIENTS)


def test_a_ticket_that_was_worked_on_is_not_given_back(house):
    by = house.manager
    services.set_moving_day(by=by, at=clock.now(), day=date(2026, 11, 20))
    source = brought(by, "tickets", csv_file("N°;Client;Titre;Ouvert le", "7;CL-001;Panne;19/11/2026 10:00"))
    ticket = Ticket.objects.get(title="Panne")
    promise = ticket.promises.filter(kind="promise").first()
    assert promise is None or promise.started_at == clock.read("2026-11-19T10:00")
    add_note(by=by, at=clock.now(), ticket=ticket, text="On s’en occupe.")
    kept = undone(by, source)
    assert kept.state == "done"
    assert "a changé" in kept.faults[0]["says"]


def test_balances_wait_for_the_day_of_moving_in(ims, at):
    at("2026-11-20T16:30")
    services.set_moving_day(by=ims.manager, at=clock.now(), day=date(2026, 12, 1))
    source = checked(ims.manager, "points", csv_file("Client;Points", "Garage Inventé;120"))
    assert source.faults == []
    with pytest.raises(TooEarly):
        services.confirm_import(by=ims.manager, at=clock.now(), source=source)
    at("2026-12-01T08:00")
    services.confirm_import(by=ims.manager, at=clock.now(), source=source)
    do_jobs("transfer.write")
    account = PointAccount.objects.get(client=ims.client)
    assert account.entries.get().at == clock.read("2026-12-01T00:00")
    at("2026-12-09T08:01")
    source.refresh_from_db()
    with pytest.raises(TooLate):
        services.ask_undoing(by=ims.manager, at=clock.now(), source=source)
