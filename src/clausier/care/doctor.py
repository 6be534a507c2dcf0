"""The examination of an installation: each part looked at, with what to do where something is wrong.

It runs as the database's owner and changes nothing. What does not depend on the database is looked at first,
so that a database which cannot be had does not hide the rest.
"""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psycopg
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.models import Exists, OuterRef

from clausier import cluster, grants, options
from clausier.care import metrics, shelf, upgrade
from clausier.contracts import ladder
from clausier.contracts.models import Contract, ContractTerm
from clausier.foundation import files, isolation, journal
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry, Provider, StoredFile
from clausier.post.models import IncomingMail, Mailbox, OutgoingMail
from clausier.post.states import OutboxState, Standing
from clausier.terms.outcome import Words

State = Literal["ok", "warning", "fault"]

OLD_BACKUP = timedelta(hours=26)
VERY_OLD_BACKUP = timedelta(days=3)
LONG_WAIT = 900  # seconds that a due job may wait before we wonder
UNSEALED = timedelta(minutes=10)
UNREAD_FOR = timedelta(minutes=15)
SHOWN_FOR = timedelta(days=7)  # in which a letter given up is worth a word
CLOCK_DRIFT = 5  # seconds between this machine and its database
LEAST_ROOM = 500_000_000  # bytes
MUCH_ROOM = 0.10  # of the disk
SET_CLOCK = Words("Réglez l’horloge (NTP) de chaque machine.", "Set the clock (NTP) of each machine.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation: how it stands, and what lifts what is wrong."""

    part: str
    state: State
    says: Words
    way_out: Words | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "state": self.state,
            "says": list(self.says),
            "way_out": list(self.way_out) if self.way_out else None,
        }


# ---------------------------------------------------------------- without the database


def before_database(now: datetime) -> Iterator[Finding]:
    """Settings, secrets, disk, static files, backups: they need no database."""
    yield from look_at_settings()
    yield from look_at_secrets()
    yield from look_at_disk()
    yield from look_at_static()
    yield from look_at_backups(now)


def look_at_settings() -> Iterator[Finding]:
    """Whether the settings fit a machine that serves others."""
    hosts = options.value("CLAUSIER_HOSTS")
    local = {"localhost", "127.0.0.1", "[::1]"}
    if options.value("CLAUSIER_DEBUG"):
        yield Finding(
            "settings",
            "fault",
            Words("CLAUSIER_DEBUG montre le programme à tous.", "CLAUSIER_DEBUG shows the program to all."),
            Words("Mettez-le à 0.", "Set it to 0."),
        )
    elif set(hosts) - local and not options.value("CLAUSIER_HTTPS"):
        yield Finding(
            "settings",
            "warning",
            Words(
                f"{', '.join(hosts)} est servi sans CLAUSIER_HTTPS\u00a0: les cookies vont en clair.",
                f"{', '.join(hosts)} is served without CLAUSIER_HTTPS: cookies may travel in clear.",
            ),
            Words(
                "Placez un serveur TLS devant, et CLAUSIER_HTTPS=1.",
                "Put a TLS server before it, and CLAUSIER_HTTPS=1.",
            ),
        )
    else:
        yield Finding("settings", "ok", Words("tous connus, tous lisibles", "all known, all understood"))


def look_at_secrets() -> Iterator[Finding]:
    """That nobody else may read the secrets, nor a settings file that holds some."""
    home = cluster.home()
    watched = [home / "secrets", *sorted((home / "secrets").glob("*")), options.file(), shelf.directory()]
    watched += [one.path for one in shelf.kept(shelf.directory())]
    open_ones = [path for path in watched if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_ones:
        mode = "700" if path.is_dir() else "600"
        yield Finding(
            "secrets",
            "fault",
            Words(f"D’autres comptes peuvent lire {path}.", f"Other accounts may read {path}."),
            Words(f"chmod {mode} {path}", f"chmod {mode} {path}"),
        )
    if not open_ones:
        yield Finding("secrets", "ok", Words("lisibles par ce seul compte", "read by this account only"))


def look_at_disk() -> Iterator[Finding]:
    """The room where data and backups go."""
    for directory in sorted({cluster.home(), _existing(shelf.directory())}):
        room = shutil.disk_usage(directory)
        free, share = room.free // 1_000_000_000, room.free / room.total
        says = Words(
            f"{free}\u00a0Go libres sous {directory} ({share:.0%})".replace("%", "\u00a0%"),
            f"{free} GB free under {directory} ({share:.0%})",
        )
        make_room = Words("Faites de la place.", "Make room.")
        if room.free < LEAST_ROOM:
            yield Finding("disk", "fault", says, make_room)
        elif share < MUCH_ROOM:
            yield Finding("disk", "warning", says, make_room)
        else:
            yield Finding("disk", "ok", says)


def look_at_static() -> Iterator[Finding]:
    """That the stylesheets and scripts gathered are those of this program.

    With a managed database this machine may be one that serves no page: a warning then.
    """
    wrong: State = "warning" if cluster.managed() else "fault"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    gather = Words("clausier migrate --static", "clausier migrate --static")
    try:
        named = json.loads(manifest.read_text(encoding="utf-8"))["paths"]
    except (OSError, ValueError, KeyError):
        yield Finding("static", wrong, Words("pas rassemblés", "not gathered"), gather)
        return
    lost = [name for name in named.values() if not (Path(settings.STATIC_ROOT) / name).exists()]
    if lost:
        yield Finding("static", wrong, Words(f"il manque {lost[0]}", f"{lost[0]} is missing"), gather)
    else:
        yield Finding("static", "ok", Words(f"{len(named)} fichiers", f"{len(named)} files"))


def look_at_backups(now: datetime) -> Iterator[Finding]:
    """How old the last backup is."""
    make = Words(
        "clausier backup, et voyez pourquoi la tâche du jour ne l’a pas faite.",
        "clausier backup, and see why the daily job did not make it.",
    )
    there = shelf.kept(shelf.directory())
    if not there:
        yield Finding(
            "backups",
            "warning",
            Words(f"aucune dans {shelf.directory()}", f"none in {shelf.directory()}"),
            make,
        )
        return
    last = there[-1]
    age = now - last.made_at
    hours = round(age / timedelta(hours=1))
    says = Words(
        f"{len(there)}, la dernière il y a {hours}\u00a0h ({last.path.name})",
        f"{len(there)}, the last one {hours} h ago ({last.path.name})",
    )
    if age > VERY_OLD_BACKUP:
        yield Finding("backups", "fault", says, make)
    elif age > OLD_BACKUP:
        yield Finding("backups", "warning", says, make)
    else:
        yield Finding("backups", "ok", says)


# ---------------------------------------------------------------- with the database


def with_database(now: datetime, *, deep: bool) -> Iterator[Finding]:
    """All that asks the database; `deep` also reads every stored file again.

    While migrations wait, the tables are not those that the program knows: the looks that need them are left.
    """
    yield from look_at_clock(now)
    yield from look_at_server()
    yield from look_at_roles()
    waiting = upgrade.waiting()
    if waiting:
        yield Finding(
            "migrations",
            "fault",
            Words(f"{len(waiting)} à appliquer", f"{len(waiting)} to apply"),
            Words("clausier upgrade", "clausier upgrade"),
        )
        return
    yield Finding("migrations", "ok", Words("à jour", "up to date"))
    yield from look_at_rights()
    yield from look_at_worker()
    yield from look_at_jobs()
    with isolation.everything("an examination looks at every provider"):
        yield from look_at_journal(now)
        yield from look_at_files(deep=deep)
        yield from look_at_terms(now)
        yield from look_at_mail()
        yield from look_at_mailboxes(now)
        if not Provider.objects.exists():
            yield Finding(
                "provider",
                "warning",
                Words("aucun prestataire", "no provider"),
                Words("clausier init", "clausier init"),
            )


def look_at_server() -> Iterator[Finding]:
    """That the program's own role gets in, and what answers."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('server_encoding')")
        version, encoding = cursor.fetchone()
    if encoding != "UTF8":
        yield Finding(
            "database",
            "fault",
            Words(f"encodage {encoding}", f"encoding {encoding}"),
            Words("Créez la base en UTF-8.", "Make the database in UTF-8."),
        )
    own = cluster.database_settings("app")
    try:
        psycopg.connect(
            dbname=own["NAME"],
            user=own["USER"],
            password=own.get("PASSWORD") or None,
            host=own["HOST"] or None,
            port=own["PORT"] or None,
            connect_timeout=10,
            **own.get("OPTIONS", {}),
        ).close()
    except psycopg.OperationalError as problem:
        yield Finding(
            "database",
            "fault",
            Words(f"le rôle du programme n’entre pas\u00a0: {problem}", f"the program’s role: {problem}"),
            Words("Voyez DATABASE_URL.", "See DATABASE_URL."),
        )
        return
    yield Finding("database", "ok", Words(f"PostgreSQL {version}", f"PostgreSQL {version}"))


def look_at_roles() -> Iterator[Finding]:
    """That the program's role is powerless and not the owner."""
    app = cluster.app_role()
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication, "
            "rolname = current_user from pg_roles where rolname = %s",
            [app],
        )
        powerful, is_owner = cursor.fetchone() or (False, False)
    if is_owner:
        yield Finding(
            "roles",
            "fault",
            Words(
                "le programme se connecte comme propriétaire de la base",
                "the program connects as the owner of the database",
            ),
            Words("Séparez-les avec DATABASE_OWNER_URL.", "Keep them apart with DATABASE_OWNER_URL."),
        )
    elif powerful:
        yield Finding(
            "roles",
            "fault",
            Words(f"{app} peut trop", f"{app} may too much"),
            Words(
                f"alter role {app} nosuperuser nocreatedb nocreaterole noreplication nobypassrls",
                f"alter role {app} nosuperuser nocreatedb nocreaterole noreplication nobypassrls",
            ),
        )
    else:
        yield Finding("roles", "ok", Words(f"{app} n’a aucun pouvoir", f"{app} has no power"))


def look_at_rights() -> Iterator[Finding]:
    """That what is only added to can be neither changed nor taken from."""
    held = sorted(grants.append_only_tables())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select relname from pg_class
            where relnamespace = 'public'::regnamespace and relname = any(%s)
              and (has_table_privilege(%s, oid, 'update, delete, truncate')
                   or not exists (select 1 from pg_trigger where tgrelid = pg_class.oid and tgname = %s))
            """,
            [held, cluster.app_role(), grants.TRIGGER],
        )
        loose = [row[0] for row in cursor.fetchall()]
    if loose:
        yield Finding(
            "rights",
            "fault",
            Words(f"{', '.join(loose)} peut être réécrit", f"{', '.join(loose)} may be rewritten"),
            Words("clausier migrate", "clausier migrate"),
        )
    else:
        yield Finding(
            "rights",
            "ok",
            Words(f"{len(held)} tables en ajout seul", f"{len(held)} tables that are only added to"),
        )


def look_at_worker() -> Iterator[Finding]:
    """That somebody does the background work."""
    alive = int(metrics.workers_alive())
    if alive:
        yield Finding("worker", "ok", Words(f"{alive} au travail", f"{alive} at work"))
    else:
        yield Finding(
            "worker",
            "fault",
            Words("aucun signe de vie", "no sign of life"),
            Words("clausier serve, ou clausier worker", "clausier serve, or clausier worker"),
        )


def look_at_jobs() -> Iterator[Finding]:
    """Jobs that failed for good, and jobs that nobody takes."""
    failed = int(metrics.jobs_by_status().get(("failed",), 0))
    late = metrics.oldest_due()
    if failed:
        yield Finding(
            "jobs",
            "warning",
            Words(f"{failed} en échec", f"{failed} failed"),
            Words(
                "Leur cause est dans le journal du programme\u202f; la table est procrastinate_jobs.",
                "Their cause is in the program's log; the table is procrastinate_jobs.",
            ),
        )
    if late > LONG_WAIT:
        minutes = round(late / 60)
        yield Finding(
            "jobs",
            "fault",
            Words(f"une tâche attend depuis {minutes}\u00a0min", f"a job has waited for {minutes} min"),
            Words("Ajoutez des clausier worker.", "Add more clausier worker."),
        )
    if not failed and late <= LONG_WAIT:
        yield Finding("jobs", "ok", Words("rien n’attend", "nothing waits"))


def look_at_clock(now: datetime) -> Iterator[Finding]:
    """This machine's clock against the database's and the network's."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        drift = abs((cursor.fetchone()[0] - now).total_seconds())
    if drift > CLOCK_DRIFT:
        yield Finding(
            "clock",
            "fault",
            Words(f"{drift:.0f}\u00a0s d’écart avec la base", f"{drift:.0f} s away from the database’s"),
            SET_CLOCK,
        )
    elif synchronised() is False:
        yield Finding(
            "clock",
            "warning",
            Words("pas accordée sur le réseau", "not kept by the network"),
            Words("timedatectl set-ntp true", "timedatectl set-ntp true"),
        )
    else:
        yield Finding("clock", "ok", Words("à l’heure", "right"))


def synchronised() -> bool | None:
    """Whether systemd says that the network keeps the clock; None where it cannot be asked."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603 - our own words
        [program, "show", "--property=NTPSynchronized", "--value"],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    return {"yes": True, "no": False}.get(done.stdout.strip())


def look_at_journal(now: datetime) -> Iterator[Finding]:
    """Every chain from its origin, and whether sealing keeps up."""
    verdict = journal.verify()
    for found in verdict.breaks[:5]:
        place = f"{found.provider_id or 0}/{found.position}"
        yield Finding(
            "journal",
            "fault",
            Words(f"rupture en {place}\u00a0: {found.says}", f"break at {place}: {found.says}"),
            Words(
                "Comparez avec une sauvegarde\u202f; clausier journal verify dit tout.",
                "Compare with a backup; clausier journal verify says all.",
            ),
        )
    if JournalEntry.objects.filter(written_at__gt=now + timedelta(seconds=60 + CLOCK_DRIFT)).exists():
        yield Finding(
            "clock",
            "fault",
            Words("le journal contient des écritures à venir", "the journal holds entries of the future"),
            SET_CLOCK,
        )
    if JournalEntry.objects.filter(seal=None, written_at__lt=now - UNSEALED).exists():
        yield Finding(
            "journal",
            "warning",
            Words(f"{verdict.unsealed} écritures sans sceau", f"{verdict.unsealed} entries without seal"),
            Words("Voyez les tâches de fond.", "See the background worker."),
        )
    elif not verdict.breaks:
        yield Finding(
            "journal",
            "ok",
            Words(
                f"{verdict.entries} écritures, {verdict.chains} chaînes\u00a0: tout tient",
                f"{verdict.entries} entries, {verdict.chains} chains: all holds",
            ),
        )


def look_at_files(*, deep: bool) -> Iterator[Finding]:
    """That every stored file is there; with `deep`, that it is what was stored."""
    lost = []
    stored = StoredFile.objects.order_by("provider_id", "sha256").distinct()
    pairs = list(stored.values_list("provider_id", "sha256"))
    for provider_id, sha256 in pairs:
        if not files.holds(StoredFile(provider_id=provider_id, sha256=sha256), deep=deep):
            lost.append(files.place(provider_id, sha256))
    if lost:
        yield Finding(
            "files",
            "fault",
            Words(
                f"{len(lost)} absent(s) ou altéré(s), dont {lost[0]}",
                f"{len(lost)} missing or altered, among them {lost[0]}",
            ),
            Words("Reprenez-les d’une sauvegarde.", "Take them from a backup."),
        )
    else:
        yield Finding("files", "ok", Words(f"{len(pairs)} en place", f"{len(pairs)} in place"))


def look_at_terms(now: datetime) -> Iterator[Finding]:
    """The terms kept of each contract against those computed anew from its start and what was signed."""
    on = (now - timedelta(hours=2)).astimezone(PARIS).date()  # the job that keeps them runs every hour
    contracts = Contract.objects.filter(Exists(ContractTerm.objects.filter(contract=OuterRef("pk"))))
    altered, behind, looked_at = [], 0, 0
    for contract in contracts.select_related("book", "provider", "client__agency").iterator():
        found = ladder.replay(contract, on)
        looked_at += 1
        behind += found.is_equal and found.is_behind
        if not found.is_equal:
            altered.append(f"{contract.provider.slug}/{contract.number}")
    if altered:
        shown = ", ".join(altered[:5])
        yield Finding(
            "terms",
            "fault",
            Words(
                f"les termes conservés ne sont pas ceux qui se calculent\u00a0: {shown}",
                f"the terms kept are not those that are computed: {shown}",
            ),
            Words(
                "Comparez avec une sauvegarde et avec le journal du contrat.",
                "Compare with a backup and with the contract’s journal.",
            ),
        )
    elif behind:
        yield Finding(
            "terms",
            "warning",
            Words(f"{behind} contrats attendent leur reconduction", f"{behind} contracts wait for renewal"),
            Words("clausier worker", "clausier worker"),
        )
    else:
        yield Finding(
            "terms",
            "ok",
            Words(
                f"{looked_at} contrats recalculés, identiques", f"{looked_at} contracts computed anew, equal"
            ),
        )


def look_at_mail() -> Iterator[Finding]:
    """That the SMTP server takes our word; nothing is sent."""
    host = options.value("CLAUSIER_MAIL_HOST")
    if not host:
        yield Finding(
            "mail",
            "warning",
            Words("pas de serveur\u00a0: rien ne part", "no server: nothing is sent"),
            Words("CLAUSIER_MAIL_HOST et ses voisins", "CLAUSIER_MAIL_HOST and its neighbours"),
        )
        return
    mail = get_connection(fail_silently=False)
    try:
        mail.open()
        mail.close()
    except (OSError, smtplib.SMTPException) as problem:
        yield Finding(
            "mail",
            "fault",
            Words(f"{host} ne répond pas bien\u00a0: {problem}", f"{host} does not answer well: {problem}"),
            Words("Voyez CLAUSIER_MAIL_*.", "See CLAUSIER_MAIL_*."),
        )
        return
    yield Finding("mail", "ok", Words(f"{host} nous accepte", f"{host} accepts us"))


def look_at_mailboxes(now: datetime) -> Iterator[Finding]:
    """That mailboxes are fetched, messages read and letters sent."""
    troubled = list(Mailbox.objects.filter(is_active=True).exclude(trouble="").order_by("address"))
    unread = IncomingMail.objects.filter(standing=Standing.NEW, stored_at__lt=now - UNREAD_FOR).count()
    given_up = OutgoingMail.objects.filter(state=OutboxState.GIVEN_UP, ended_at__gt=now - SHOWN_FOR).count()
    if troubled:
        first = troubled[0]
        yield Finding(
            "mailboxes",
            "fault",
            Words(f"{first.address}\u00a0: {first.trouble}", f"{first.address}: {first.trouble}"),
            Words("Courrier, Boîtes, Essayer la connexion", "Mail, Mailboxes, Try the connection"),
        )
    if unread:
        yield Finding(
            "mailboxes",
            "fault",
            Words(f"{unread} message(s) à lire depuis longtemps", f"{unread} message(s) long unread"),
            Words("Voyez le travail de fond.", "See the background worker."),
        )
    if given_up:
        yield Finding(
            "mailboxes",
            "warning",
            Words(f"{given_up} envoi(s) abandonné(s)", f"{given_up} letter(s) given up"),
            Words("Courrier, Envois, Renvoyer", "Mail, Sent, Send again"),
        )
    if not (troubled or unread or given_up):
        yield Finding(
            "mailboxes",
            "ok",
            Words(f"{Mailbox.objects.count()} boîte(s)", f"{Mailbox.objects.count()} mailbox(es)"),
        )


def _existing(directory: Path) -> Path:
    """The directory, or the nearest one above it that exists."""
    while not directory.exists():
        directory = directory.parent
    return directory.resolve() if os.access(directory, os.R_OK) else directory
