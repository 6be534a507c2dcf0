"""Every setting of an installation: its name, its type, its default, what it is for.

Settings come from the environment and, under it, from the file `settings.env` of the data directory
(`NAME=value` a line, as systemd reads it). `docs/settings.md` is written from this table. A name that is not
in it is refused, with the nearest known one; so is a value that its type does not understand. No Django here.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clausier.terms.outcome import Words

PREFIX = "CLAUSIER_"
FILE_NAME = "settings.env"


class SettingRefused(Exception):
    """A setting that is not known, or not understood; `says` names it and the way out."""

    def __init__(self, name: str, says: Words) -> None:
        super().__init__(says.en)
        self.name = name
        self.says = says


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of setting: its name in the table, and how its text is read (ValueError when it cannot be)."""

    name: Words
    read: Callable[[str], Any]


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes"}:
        return True
    if text.lower() in {"0", "false", "no"}:
        return False
    raise ValueError(text)


def _time(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise ValueError(text)
    return int(found[1]), int(found[2])


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise ValueError(text)
    return int(text)


def _seconds(text: str) -> float:
    found = float(text)
    if not 0 < found < 3600:
        raise ValueError(text)
    return found


def _place(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(text)
    return host.strip("[]"), int(port)


def _one_of(*words: str) -> Kind:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return Kind(Words(" | ".join(words), " | ".join(words)), read)


TEXT = Kind(Words("texte", "text"), str)
PATH = Kind(Words("chemin", "path"), lambda text: Path(text).expanduser().resolve())
PLACE = Kind(Words("adresse:port", "address:port"), _place)
URL = Kind(Words("adresse", "address"), str)
FLAG = Kind(Words("1 ou 0", "1 or 0"), _flag)
NUMBER = Kind(Words("entier", "whole number"), _whole)
SECONDS = Kind(Words("secondes", "seconds"), _seconds)
TIME = Kind(Words("heure HH:MM", "time HH:MM"), _time)
LIST = Kind(
    Words("liste, par virgules", "list, by commas"),
    lambda text: [word.strip() for word in text.split(",") if word.strip()],
)
LEVEL = _one_of("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Option:
    """A setting. `default` is text as one would write it; `secret` ones are never shown."""

    name: str
    kind: Kind
    default: str
    says: Words
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together, under a title."""

    title: Words
    options: tuple[Option, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        Words("Répertoire et base de données", "Directory and database"),
        (
            Option(
                "CLAUSIER_HOME",
                PATH,
                "~/.local/share/clausier",
                Words(
                    "répertoire de données\u00a0: base, fichiers, secrets, journaux du programme",
                    "data directory: database, files, secrets, logs; the demo uses `var`",
                ),
            ),
            Option(
                "DATABASE_URL",
                URL,
                "",
                Words(
                    "PostgreSQL géré ailleurs, sous le rôle du programme\u202f; sinon la base privée",
                    "a managed PostgreSQL, as the program's role; empty: the private one",
                ),
                secret=True,
            ),
            Option(
                "DATABASE_OWNER_URL",
                URL,
                "",
                Words(
                    "la même base, sous le rôle qui migre\u202f; sinon DATABASE_URL, avec un avertissement",
                    "the same database, as the role that migrates; empty: DATABASE_URL, with a warning",
                ),
                secret=True,
            ),
            Option(
                "CLAUSIER_ROLE",
                _one_of("app", "owner"),
                "app",
                Words(
                    "rôle de la base que prend une commande\u202f; le programme le règle lui-même",
                    "database role that a command takes; the program sets it itself",
                ),
            ),
            Option(
                "CLAUSIER_POSTGRES_BIN",
                PATH,
                "",
                Words(
                    "répertoire des programmes de PostgreSQL\u202f; sinon du paquet Python, puis du système",
                    "directory of PostgreSQL's programs; empty: the wheel's, else the system's",
                ),
            ),
            Option(
                "CLAUSIER_DATABASE_ACCOUNT",
                TEXT,
                "nobody",
                Words(
                    "lancé par root, le compte sous lequel tourne PostgreSQL",
                    "under root, the account PostgreSQL runs as",
                ),
            ),
        ),
    ),
    Group(
        Words("Web", "Web"),
        (
            Option(
                "CLAUSIER_HOSTS",
                LIST,
                "localhost,127.0.0.1,[::1]",
                Words("noms d’hôte servis", "host names served"),
            ),
            Option(
                "CLAUSIER_ORIGINS",
                LIST,
                "",
                Words(
                    "origines de confiance pour les formulaires, avec leur schéma",
                    "origins trusted for forms, with their scheme",
                ),
            ),
            Option(
                "CLAUSIER_HTTPS",
                FLAG,
                "0",
                Words(
                    "1 derrière TLS\u00a0: les cookies ne voyagent que chiffrés",
                    "1 behind TLS: cookies travel encrypted only",
                ),
            ),
            Option(
                "CLAUSIER_PROXIES",
                LIST,
                "127.0.0.1,::1",
                Words(
                    "adresses des serveurs mandataires dont X-Forwarded-Proto est cru",
                    "addresses of the proxies whose X-Forwarded-Proto is believed",
                ),
            ),
            Option(
                "CLAUSIER_DJANGO_SECRET_KEY",
                TEXT,
                "",
                Words(
                    "clé de signature, la même sur toutes les machines\u202f; sinon créée dans `secrets/`",
                    "the signing key, the same on every machine; empty: made in `secrets/`",
                ),
                secret=True,
            ),
            Option(
                "CLAUSIER_DEBUG",
                FLAG,
                "0",
                Words(
                    "1 pour développer\u202f; jamais en production", "1 for development; never in production"
                ),
            ),
        ),
    ),
    Group(
        Words("Connexion et clés", "Sign-in and keys"),
        (
            Option(
                "CLAUSIER_STAFF_SECOND_FACTOR",
                FLAG,
                "0",
                Words(
                    "1\u00a0: personne de l’équipe ne travaille sans clé d’accès ou application à codes",
                    "1: nobody of the staff works without a passkey or an authenticator app",
                ),
            ),
            Option(
                "CLAUSIER_OIDC_URL",
                URL,
                "",
                Words(
                    "émetteur OpenID Connect de la connexion unique",
                    "OpenID Connect issuer for single sign-on",
                ),
            ),
            Option(
                "CLAUSIER_OIDC_CLIENT_ID",
                TEXT,
                "",
                Words(
                    "nom sous lequel il nous connaît",
                    "the name it knows us by",
                ),
            ),
            Option(
                "CLAUSIER_OIDC_SECRET",
                TEXT,
                "",
                Words(
                    "secret partagé avec lui",
                    "the secret shared with it",
                ),
                secret=True,
            ),
            Option(
                "CLAUSIER_OIDC_NAME",
                TEXT,
                "SSO",
                Words(
                    "son nom sur la page de connexion",
                    "what it is called on the sign-in page",
                ),
            ),
            Option(
                "CLAUSIER_OIDC_TRUST_ADDRESSES",
                FLAG,
                "0",
                Words(
                    "1\u00a0: tenir ses adresses pour vérifiées même s’il ne le dit pas",
                    "1: take its addresses as verified where it does not say",
                ),
            ),
            Option(
                "CLAUSIER_PROXY_COUNT",
                NUMBER,
                "0",
                Words(
                    "serveurs mandataires à nous qui ajoutent à X-Forwarded-For",
                    "proxies of ours that add to X-Forwarded-For",
                ),
            ),
            Option(
                "CLAUSIER_HSTS_DAYS",
                NUMBER,
                "0",
                Words(
                    "jours pendant lesquels un navigateur refuse de venir sans TLS",
                    "days for which browsers refuse to come without TLS",
                ),
            ),
            Option(
                "CLAUSIER_UPLOAD_LIMIT_MB",
                NUMBER,
                "50",  # above the 40 MB of files that a message in the portal may carry
                Words(
                    "taille d’une requête, fichiers compris, en Mo",
                    "size of a request, files included, in MB",
                ),
            ),
            Option(
                "CLAUSIER_DATA_KEYS",
                TEXT,
                "",
                Words(
                    "clés du chiffrement, «\u00a0nom base64\u00a0» par virgules\u202f; sinon le fichier",
                    "keys of what is encrypted at rest, `name base64` by commas; empty: the file",
                ),
                secret=True,
            ),
            Option(
                "CLAUSIER_DATA_KEYS_FILE",
                PATH,
                "",
                Words(
                    "fichier de ces clés\u202f; sinon `keys/data.keys` du répertoire de données",
                    "file of these keys; empty: `keys/data.keys` of the data directory",
                ),
            ),
        ),
    ),
    Group(
        Words("API et webhooks", "API and webhooks"),
        (
            Option(
                "CLAUSIER_API_RATE",
                NUMBER,
                "6000",
                Words(
                    "demandes par minute d’un jeton, dans un processus web",
                    "requests a minute of one token, in one web process",
                ),
            ),
            Option(
                "CLAUSIER_WEBHOOKS_PRIVATE",
                FLAG,
                "0",
                Words(
                    "1\u202f: les webhooks peuvent aller vers des adresses privées, et sans https",
                    "1: webhooks may go to private addresses, and without https",
                ),
            ),
            Option(
                "CLAUSIER_ROSTER_FILE",
                PATH,
                "",
                Words(
                    "fichier où les messages d’astreinte peuvent être écrits au lieu de partir, pour essayer",
                    "file into which on-call messages may be written instead of leaving, to try things out",
                ),
            ),
        ),
    ),
    Group(
        Words("Courrier sortant", "Outgoing mail"),
        (
            Option(
                "CLAUSIER_MAIL_HOST",
                TEXT,
                "",
                Words(
                    "serveur SMTP\u202f; sans lui, les lettres s’écrivent au journal",
                    "SMTP server; without it letters are written to the log",
                ),
            ),
            Option("CLAUSIER_MAIL_PORT", NUMBER, "587", Words("port SMTP", "SMTP port")),
            Option(
                "CLAUSIER_MAIL_TLS",
                _one_of("starttls", "tls", "none"),
                "starttls",
                Words(
                    "chiffrement\u202f; none seulement vers cette machine",
                    "encryption; none only towards this machine",
                ),
            ),
            Option("CLAUSIER_MAIL_USER", TEXT, "", Words("compte SMTP", "SMTP account")),
            Option(
                "CLAUSIER_MAIL_PASSWORD",
                TEXT,
                "",
                Words("mot de passe SMTP", "SMTP password"),
                secret=True,
            ),
            Option(
                "CLAUSIER_MAIL_FROM",
                TEXT,
                "clausier@localhost",
                Words("adresse d’expédition", "sender's address"),
            ),
            Option(
                "CLAUSIER_DKIM_DOMAIN",
                TEXT,
                "",
                Words(
                    "domaine dont les lettres sont signées (DKIM)\u202f; vide\u00a0: aucune ne l’est",
                    "domain whose letters are signed (DKIM); empty: none are",
                ),
            ),
            Option("CLAUSIER_DKIM_SELECTOR", TEXT, "clausier", Words("sélecteur DKIM", "DKIM selector")),
            Option(
                "CLAUSIER_DKIM_KEY_FILE",
                PATH,
                "",
                Words(
                    "clé privée DKIM (PEM)\u202f; sinon `keys/dkim.pem` du répertoire de données",
                    "private DKIM key (PEM); empty: `keys/dkim.pem` of the data directory",
                ),
            ),
        ),
    ),
    Group(
        Words("Courrier entrant", "Incoming mail"),
        (
            Option(
                "CLAUSIER_MAIL_INTERNAL_HOSTS",
                LIST,
                "",
                Words(
                    "serveurs de courrier du réseau interne que les boîtes peuvent joindre",
                    "mail servers of the inner network that mailboxes may reach",
                ),
            ),
            Option(
                "CLAUSIER_LMTP_LISTEN",
                PLACE,
                "",
                Words(
                    "adresse:port où votre serveur nous livre par LMTP\u202f; vide\u00a0: nulle part",
                    "address:port where your mail server delivers to us by LMTP; empty: nowhere",
                ),
            ),
            Option(
                "CLAUSIER_SMTP_LISTEN",
                PLACE,
                "",
                Words(
                    "de même par SMTP, sans chiffrement\u00a0: derrière votre serveur seulement",
                    "the same by SMTP, without encryption: behind your server only",
                ),
            ),
            Option(
                "CLAUSIER_MAIL_LARGEST_MB",
                NUMBER,
                "50",
                Words("taille d’un message remis, en Mo", "size of a delivered message, in MB"),
            ),
        ),
    ),
    Group(
        Words("Sauvegardes", "Backups"),
        (
            Option(
                "CLAUSIER_BACKUPS",
                PATH,
                "",
                Words(
                    "répertoire des sauvegardes\u202f; sinon `backups/` du répertoire de données",
                    "directory of the backups; empty: `backups/` of the data directory",
                ),
            ),
            Option(
                "CLAUSIER_BACKUP_DAILY",
                FLAG,
                "1",
                Words("0\u00a0: pas de sauvegarde automatique", "0: no backup by itself"),
            ),
            Option(
                "CLAUSIER_BACKUP_AT",
                TIME,
                "02:30",
                Words(
                    "heure de Paris à partir de laquelle se fait la sauvegarde du jour",
                    "time in Paris from which the day's backup is made",
                ),
            ),
            Option(
                "CLAUSIER_BACKUP_KEEP_DAYS",
                NUMBER,
                "7",
                Words("jours gardés, une sauvegarde chacun", "days kept, one backup each"),
            ),
            Option(
                "CLAUSIER_BACKUP_KEEP_WEEKS",
                NUMBER,
                "4",
                Words("semaines gardées, une sauvegarde chacune", "weeks kept, one backup each"),
            ),
            Option(
                "CLAUSIER_BACKUP_KEEP_MONTHS",
                NUMBER,
                "12",
                Words("mois gardés, une sauvegarde chacun", "months kept, one backup each"),
            ),
        ),
    ),
    Group(
        Words("Surveillance", "Watching over it"),
        (
            Option(
                "CLAUSIER_LOG_LEVEL",
                LEVEL,
                "INFO",
                Words("niveau du journal du programme", "of the program's log"),
            ),
            Option(
                "CLAUSIER_LOG_FORMAT",
                _one_of("json", "text"),
                "json",
                Words("une ligne JSON par événement, ou du texte", "one line of JSON an event, or text"),
            ),
            Option(
                "CLAUSIER_ANCHORS_FILE",
                PATH,
                "",
                Words(
                    "fichier, sur un autre disque, où s’ajoutent chaque jour les ancres du journal",
                    "file, on another disk, to which the journal's anchors are added each day",
                ),
            ),
            Option(
                "CLAUSIER_ANCHORS_MAIL",
                TEXT,
                "",
                Words(
                    "adresse à laquelle partent chaque jour les ancres du journal",
                    "address to which the journal's anchors are sent each day",
                ),
            ),
            Option(
                "CLAUSIER_METRICS_TOKEN",
                TEXT,
                "",
                Words(
                    "jeton de /metrics\u202f; sans lui, seul un programme de cette machine les lit",
                    "bearer token of /metrics; empty: only a program on this machine reads them",
                ),
                secret=True,
            ),
            Option(
                "CLAUSIER_HEARTBEAT",
                SECONDS,
                "10",
                Words(
                    "entre deux signes de vie d’un processus de tâches de fond",
                    "between two signs of life of a worker",
                ),
            ),
        ),
    ),
)
OPTIONS: Mapping[str, Option] = {option.name: option for group in GROUPS for option in group.options}


def value(name: str) -> Any:
    """The setting, read by its type: the environment's, else the default.

    An empty default of a type other than text or list gives None. Raises SettingRefused.
    """
    option = OPTIONS[name]
    given = os.environ.get(name) or option.default
    if not given and option.kind not in (TEXT, URL, LIST):
        return None
    return _read(option, given)


def check(environment: Mapping[str, str]) -> None:
    """Refuse the first setting that is not known or not understood. Raises SettingRefused."""
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in OPTIONS:
            raise _unknown(name)
        if name in OPTIONS and environment[name]:
            _read(OPTIONS[name], environment[name])


def settle() -> None:
    """Lay the settings file of the data directory under the environment, and check all of it.

    What the environment sets already stays. Raises SettingRefused, or PermissionError naming the file.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        text = file().read_text(encoding="utf-8")
        for name, given in parse(text).items():
            os.environ.setdefault(name, given)
    check(os.environ)


def file() -> Path:
    """Where the settings file is, or would be."""
    home: Path = value("CLAUSIER_HOME")
    return home / FILE_NAME


def parse(text: str) -> dict[str, str]:
    """The settings of a file's text. Raises SettingRefused with the line that cannot be read."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, given = _line(number, line)
        if name:
            found[name] = given
    return found


def written(settings: Mapping[str, str]) -> str:
    """The text of a settings file: `parse` and systemd read it back."""
    lines = []
    for name, given in settings.items():
        if "\n" in given:
            raise SettingRefused(
                name,
                Words(f"{name}\u00a0: une seule ligne.", f"{name}: one line only."),
            )
        quoted = given.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'{name}="{quoted}"\n')
    return "".join(lines)


def table(language: str) -> str:
    """The whole table in Markdown."""
    return "\n".join(_table_lines(language))


def _table_lines(language: str) -> Iterable[str]:
    heads = Words(
        "| nom | type | défaut | sens |\n|---|---|---|---|",
        "| name | type | default | meaning |\n|---|---|---|---|",
    )
    for group in GROUPS:
        yield f"## {group.title.to(language)}\n"
        yield heads.to(language)
        for option in group.options:
            default = f"`{option.default}`" if option.default else "–"
            kind = option.kind.name.to(language).replace("|", "\\|")
            yield f"| `{option.name}` | {kind} | {default} | {option.says.to(language)} |"
        yield ""


def _line(number: int, line: str) -> tuple[str, str]:
    stripped = line.strip()
    if not stripped or stripped.startswith(("#", ";")):
        return "", ""
    name, equals, rest = stripped.partition("=")
    name = name.strip()
    if not equals:
        raise _unreadable(number)
    if name not in OPTIONS:
        raise _unknown(name)
    try:
        words = shlex.split(rest)
    except ValueError:
        raise _unreadable(number) from None
    return name, " ".join(words)


def _read(option: Option, given: str) -> Any:
    try:
        return option.kind.read(given)
    except ValueError:
        shown = Words("sa valeur", "its value") if option.secret else Words(f"«\u00a0{given}\u00a0»", given)
        expected = option.kind.name
        raise SettingRefused(
            option.name,
            Words(
                f"{option.name}\u00a0: {shown.fr} ne se lit pas\u202f; attendu\u00a0: {expected.fr}.",
                f"{option.name}: {shown.en} cannot be read; expected: {expected.en}.",
            ),
        ) from None


def _unknown(name: str) -> SettingRefused:
    # Compared without what all have in common.
    known = {option.removeprefix(PREFIX): option for option in OPTIONS}
    near = [known[word] for word in get_close_matches(name.removeprefix(PREFIX), known, n=1)]
    hint = (
        Words(f" Vouliez-vous dire {near[0]}\u202f?", f" Did you mean {near[0]}?") if near else Words("", "")
    )
    return SettingRefused(
        name,
        Words(
            f"{name} n’est pas un réglage de Clausier.{hint.fr} Tous\u00a0: clausier settings",
            f"{name} is no setting of Clausier.{hint.en} All of them: clausier settings",
        ),
    )


def _unreadable(number: int) -> SettingRefused:
    return SettingRefused(
        FILE_NAME,
        Words(
            f"{FILE_NAME}, ligne {number}\u00a0: NOM=valeur attendu.",
            f"{FILE_NAME}, line {number}: NAME=value expected.",
        ),
    )
