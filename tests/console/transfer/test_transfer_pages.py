"""Moving in, bringing a file in and taking data out, by the pages."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from openpyxl import load_workbook

from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.prepaid import services as prepaid
from clausier.transfer import services
from clausier.transfer.models import Archive, Import
from tests.desk.asking import open_ticket
from tests.transfer.files import csv_file, do_jobs

EXAMPLE = "C’est la ligne d’exemple du modèle\u00a0: retirez-la."
FILE = csv_file("Société;SIREN;Agence de rattachement", "Menuiserie Éprouvée;900000050;Agence centrale")


def browser_of(actor) -> Browser:
    browser = Browser()
    browser.force_login(actor.person)
    return browser


@pytest.fixture
def house(imri, at):
    at("2026-11-20T16:30")
    return imri


def said(answer) -> str:
    return unescape(answer.content.decode())


def test_a_file_goes_in_by_the_pages_and_out_again(house):
    browser, base = browser_of(house.manager), f"/{house.provider.slug}"
    page = browser.get(f"{base}/emmenager/")
    assert "Modèle" in said(page)
    answer = browser.post(
        f"{base}/imports/nouveau/clients/", {"file": SimpleUploadedFile("clients.csv", FILE)}, follow=True
    )
    source = Import.objects.get()
    assert "pas dans ce fichier" in said(answer)
    assert "Menuiserie Éprouvée" in said(answer)  # a sample of each column stands beside its heading
    refused = browser.post(f"{base}/imports/{source.pk}/colonnes/", {"duplicates": "skip", "column-siren": 1})
    assert refused.status_code == 422
    assert "Dites dans quelle colonne est « Nom »" in said(refused).replace("\xa0", " ")
    columns = {"column-name": 0, "column-siren": 1, "column-agency": 2, "duplicates": "refuse"}
    waits = browser.post(f"{base}/imports/{source.pk}/colonnes/", columns, follow=True)
    assert 'hx-trigger="every 2s"' in said(waits)
    do_jobs("transfer.check")
    checked = browser.get(f"{base}/imports/{source.pk}/", headers={"HX-Request": "true"})
    assert "Tout est juste" in said(checked)
    assert "every 2s" not in said(checked)
    browser.post(f"{base}/imports/{source.pk}/confirmer/")
    do_jobs("transfer.write")
    done = said(browser.get(f"{base}/imports/{source.pk}/"))
    made = Client.objects.get(siren="900000050")
    assert f'href="{base}/clients/{made.number}/"' in done
    browser.post(f"{base}/imports/{source.pk}/annuler/")
    do_jobs("transfer.undo")
    assert not Client.objects.filter(siren="900000050").exists()
    assert "Annulé" in said(browser.get(f"{base}/imports/{source.pk}/"))


def test_faults_stand_on_the_page_and_in_a_workbook(house):
    browser, base = browser_of(house.manager), f"/{house.provider.slug}"
    browser.post(
        f"{base}/imports/nouveau/clients/",
        {"file": SimpleUploadedFile("clients.csv", csv_file("Nom;SIREN", "=Menuiserie;900000051"))},
    )
    source = Import.objects.get()
    browser.post(
        f"{base}/imports/{source.pk}/colonnes/", {"column-name": 0, "column-siren": 1, "duplicates": "refuse"}
    )
    do_jobs("transfer.check")
    assert "sa clé ne tombe pas juste" in said(browser.get(f"{base}/imports/{source.pk}/"))
    book = load_workbook(io.BytesIO(browser.get(f"{base}/imports/{source.pk}/erreurs.xlsx").content))
    assert [cell.value for cell in list(book.active.rows)[1]][:3] == [2, "SIREN", "900000051"]


@pytest.mark.parametrize(
    "kind", ["clients", "sites", "contacts", "suppliers", "contracts", "points", "tickets"]
)
def test_our_own_outline_is_understood_but_its_example_is_not_taken_for_data(house, kind):
    browser, base = browser_of(house.manager), f"/{house.provider.slug}"
    outline = browser.get(f"{base}/emmenager/modeles/{kind}.xlsx").content
    services.set_moving_day(by=house.manager, at=clock.now(), day=date(2026, 11, 20))
    browser.post(f"{base}/imports/nouveau/{kind}/", {"file": SimpleUploadedFile("m.xlsx", outline)})
    source = Import.objects.get()
    assert len(source.mapping) == len(source.headings)
    services.choose_columns(by=house.manager, at=clock.now(), source=source, mapping=source.mapping)
    do_jobs("transfer.check")
    source.refresh_from_db()
    assert [fault["says"] for fault in source.faults] == [EXAMPLE]


def test_lists_go_out_under_the_filters_in_force_and_run_no_formula(house):
    open_ticket(house, title="=1+1")
    open_ticket(house, title="Un autre")
    browser, base = browser_of(house.owner), f"/{house.provider.slug}"
    answer = browser.get(f"{base}/tickets/", {"q": "1+1", "fichier": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows] == ["Titre", "'=1+1"]
    book = load_workbook(io.BytesIO(browser.get(f"{base}/tickets/", {"q": "1+1", "fichier": "xlsx"}).content))
    cell = list(book.active.rows)[1][1]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    account = prepaid.open_account(by=house.owner, at=clock.now(), contract=house.contract)
    prepaid.credit(by=house.owner, at=clock.now(), account=account, points=40, label="Carnet")
    for path, expected in (
        ("clients", "Biscuiterie Imaginaire"),
        ("contrats", "C-0001"),
        ("journal", "desk.ticket_opened"),
        ("points/C-0001", "40,00"),
    ):
        assert expected in browser.get(f"{base}/{path}/", {"fichier": "csv"}).content.decode("utf-8-sig"), (
            path
        )
        assert browser.get(f"{base}/{path}/", {"fichier": "xlsx"}).content.startswith(b"PK"), path


def test_an_archive_is_asked_for_and_saved_by_the_page(house):
    browser, base = browser_of(house.owner), f"/{house.provider.slug}"
    page = browser.post(f"{base}/exports/demander/", {"whole": "1"}, follow=True)
    assert "en préparation" in said(page)
    do_jobs("transfer.make_archive")
    archive = Archive.objects.get()
    answer = browser.post(f"{base}/exports/{archive.pk}/archive.zip")
    content = b"".join(answer.streaming_content)
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert re.search(r"clausier-nebuline-2026-11-20\.zip", answer["Content-Disposition"])
    unknown = browser.post(f"{base}/exports/demander/", {"client": "nul"})
    assert unknown.status_code == 422
    manager = browser_of(house.manager)
    assert manager.post(f"{base}/exports/{archive.pk}/archive.zip").status_code == 404
    assert manager.post(f"{base}/exports/demander/", {"whole": "1"}).status_code == 403
