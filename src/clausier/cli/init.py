"""`clausier init`: found an installation. Asks what the options and the environment do not say.

What is a secret never stands on the command line: passwords are asked, read from a file, or taken from the
environment. Every setting found in the environment is written into the settings file.
"""

from __future__ import annotations

import argparse
import getpass
import os
import pwd
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clausier import cluster, options
from clausier.cli import installation, main, migrate
from clausier.cli.speech import told
from clausier.terms.book import shipped_names
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.care.founding import Founder
    from clausier.care.units import Machine

NOT_WRITTEN = {"CLAUSIER_HOME", "CLAUSIER_ROLE"}  # the place of the file itself; what commands set by turns
ASKED_AGAIN = {  # the field that an act refuses: what is asked again
    "name": "name",
    "slug": "slug",
    "siren": "siren",
    "full_name": "owner_name",
    "email": "owner_email",
    "password": "owner_password",
}
QUESTIONS = {
    "name": Words("Nom du prestataire", "The provider’s name"),
    "slug": Words("Mot de son adresse (https://…/mot/)", "Its word in addresses (https://…/word/)"),
    "siren": Words("SIREN (vide s’il n’y en a pas)", "SIREN (empty when there is none)"),
    "book": Words("Livre des conditions", "Book of terms"),
    "agency": Words("Nom de la première agence", "The first agency’s name"),
    "owner_name": Words("Nom de la personne propriétaire", "The owner’s name"),
    "owner_email": Words("Son adresse électronique", "Their e-mail address"),
    "owner_password": Words(
        "Son mot de passe (12 caractères au moins)", "Their password (12 characters at least)"
    ),
    "hosts": Words("Noms d’hôte servis, par virgules", "Host names served, by commas"),
    "https": Words("Derrière un serveur TLS\u202f? 1 ou 0", "Behind a TLS server? 1 or 0"),
    "mail_host": Words("Serveur SMTP (vide\u00a0: rien ne part)", "SMTP server (empty: nothing is sent)"),
    "mail_port": Words("Port SMTP", "SMTP port"),
    "mail_tls": Words("Chiffrement\u00a0: starttls, tls ou none", "Encryption: starttls, tls or none"),
    "mail_user": Words("Compte SMTP (vide\u00a0: aucun)", "SMTP account (empty: none)"),
    "mail_from": Words("Adresse d’expédition", "Sender’s address"),
}

AGAIN = Words("Encore une fois\u00a0: ", "Once more: ")


class Missing(Exception):
    """Something was not said, and there is nobody to ask: the option or the variable that says it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home", type=Path, metavar="RÉPERTOIRE", help="répertoire de données (CLAUSIER_HOME)"
    )
    for name, words in QUESTIONS.items():
        if name != "owner_password":
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="…", help=told(words))
    parser.add_argument(
        "--owner-password-file", type=Path, metavar="FICHIER", help="lire le mot de passe dans ce fichier"
    )
    parser.add_argument("--port", type=int, default=8000, help="port d’écoute des services (8000 par défaut)")
    parser.add_argument(
        "--units-in", type=Path, metavar="RÉPERTOIRE", help="y écrire aussi les unités systemd"
    )


def run(args: argparse.Namespace) -> int:
    """0: founded; 1: refused, and nothing is left half done."""
    if args.home:
        os.environ["CLAUSIER_HOME"] = str(args.home.resolve())
    if not main.settled():
        return 1
    if options.file().exists():
        installation.complain(
            Words(
                f"{options.file()} existe déjà\u00a0: cette installation est fondée. Ses réglages sont là.",
                f"{options.file()} exists already: this installation is founded. Its settings are there.",
            )
        )
        return 1
    try:
        return ask_and_found(args)
    except Missing as missing:
        installation.complain(Words(f"Il manque {missing}.", f"{missing} is missing."))
    except (EOFError, KeyboardInterrupt):
        installation.complain(Words("\nRien n’a été fondé.", "\nNothing was founded."))
    return 1


def ask_and_found(args: argparse.Namespace) -> int:
    """All questions first, then all acts. Raises Missing, or what a person's Ctrl-C raises."""
    settings = ask_settings(args)
    answers = ask_founder(args)
    os.environ.update(settings)
    if not main.settled():
        return 1
    with installation.care_errors_in_words(), installation.ready("owner"):
        migrate.migrate()
        migrate.collect_static()
        if not found(answers):
            return 1
    write_settings()
    hand_over(args, settings)
    return 0


# ---------------------------------------------------------------- asking


def ask(args: argparse.Namespace, name: str, default: str | None = None) -> str:
    """The option, else the answer of whoever sits there, else the default. Raises Missing."""
    given: str | None = getattr(args, name)
    if given is not None:
        return given
    if sys.stdin.isatty():
        return ask_person(name, default)
    if default is None:
        raise Missing(f"--{name.replace('_', '-')}")
    return default


def ask_person(name: str, default: str | None = None) -> str:
    """Ask until there is an answer; an empty one takes the default."""
    reader: Callable[[str], str] = getpass.getpass if name == "owner_password" else input
    question = QUESTIONS[name].to(installation.language())
    shown = f" [{default}]" if default else ""
    while True:
        answer = reader(f"{question}{shown}\u00a0: ").strip()
        if name == "owner_password" and answer != reader(AGAIN.to(installation.language())).strip():
            installation.complain(Words("Les deux diffèrent.", "The two differ."))
        elif answer or default is not None:
            return answer or default or ""


def ask_settings(args: argparse.Namespace) -> dict[str, str]:
    """The settings of the web and of mail, by name; what the environment says already is not asked."""
    settings: dict[str, str] = {}
    for name in ("hosts", "https", "mail_host", "mail_port", "mail_tls", "mail_user", "mail_from"):
        setting = f"CLAUSIER_{name.upper()}"
        if name.startswith("mail_") and name != "mail_host" and not settings.get("CLAUSIER_MAIL_HOST"):
            continue
        if setting in os.environ and getattr(args, name) is None:
            settings[setting] = os.environ[setting]
            continue
        settings[setting] = ask(args, name, options.OPTIONS[setting].default)
    if settings.get("CLAUSIER_MAIL_USER") and "CLAUSIER_MAIL_PASSWORD" not in os.environ:
        if not sys.stdin.isatty():
            raise Missing("CLAUSIER_MAIL_PASSWORD")
        prompt = Words("Mot de passe SMTP\u00a0: ", "SMTP password: ").to(installation.language())
        settings["CLAUSIER_MAIL_PASSWORD"] = getpass.getpass(prompt)
    return {name: value for name, value in settings.items() if value}


def ask_founder(args: argparse.Namespace) -> dict[str, str]:
    """Who the provider is, by the names of `Founder`."""
    answers = {"name": ask(args, "name")}
    answers["slug"] = ask(args, "slug", slug_of(answers["name"]))
    answers["siren"] = ask(args, "siren", "")
    answers["book"] = ask(args, "book", contract_books()[0])
    answers["agency"] = ask(args, "agency", Words("Siège", "Head office").to(installation.language()))
    answers["owner_name"] = ask(args, "owner_name")
    answers["owner_email"] = ask(args, "owner_email")
    answers["owner_password"] = password(args)
    return answers


def password(args: argparse.Namespace) -> str:
    """The owner's password, from a file or asked."""
    if args.owner_password_file:
        lines: list[str] = args.owner_password_file.read_text(encoding="utf-8").splitlines()
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise Missing("--owner-password-file")
    return ask_person("owner_password")


def contract_books() -> list[str]:
    """The shipped books that a contract may pin: all but the law."""
    return [name for name in shipped_names() if not name.startswith("law-")]


def slug_of(name: str) -> str:
    """A word for addresses from a name: lower case, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


# ---------------------------------------------------------------- doing


def found(answers: dict[str, str]) -> bool:
    """Make the provider; what is refused is asked again where somebody sits there, else said."""
    from django.utils import translation

    from clausier.care.founding import Founder, found
    from clausier.foundation import clock
    from clausier.foundation.errors import Refusal

    founder = Founder(**answers, language=installation.language())
    if founder.book not in contract_books():
        known = ", ".join(contract_books())
        installation.complain(Words(f"Livres livrés\u00a0: {known}.", f"Shipped books: {known}."))
        return False
    while True:
        try:
            with translation.override(installation.language()):
                found(founder, at=clock.now())
        except Refusal as refusal:
            installation.complain(Words(refusal.says, refusal.says))
            again = ask_again(founder, refusal.field)
            if again is None:
                return False
            founder = again
        else:
            return True


def ask_again(founder: Founder, field: str | None) -> Founder | None:
    """The founder with the field at fault answered anew; None when nobody can be asked."""
    name = ASKED_AGAIN.get(field or "")
    if name is None or not sys.stdin.isatty():
        return None
    return replace(founder, **{name: ask_person(name)})


def write_settings() -> None:
    """Every setting of the environment into the settings file, readable by this account only."""
    settings = {
        name: os.environ[name] for name in options.OPTIONS if os.environ.get(name) and name not in NOT_WRITTEN
    }
    with os.fdopen(os.open(options.file(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(options.written(settings))


def hand_over(args: argparse.Namespace, settings: dict[str, str]) -> None:
    """Write the units and the TLS server's block, and say what is left to do."""
    from clausier.care import units

    machine = the_machine(args, settings)
    setup = cluster.home() / "setup"
    written = write_all(setup, {**units.units(machine), "nginx.conf": units.nginx(machine)})
    names = [name for name in written if name.endswith(".service")]
    if args.units_in:
        write_all(args.units_in, units.units(machine))
    else:
        installation.say(
            Words(
                "Services systemd, à installer en root\u00a0:", "systemd services, to be installed as root:"
            )
        )
        for name in names:
            installation.say(
                Words(
                    f"  cp {setup / name} {units.UNITS_DIRECTORY}/",
                    f"  cp {setup / name} {units.UNITS_DIRECTORY}/",
                )
            )
    enable = f"  systemctl daemon-reload && systemctl enable --now {' '.join(names)}"
    installation.say(Words(enable, enable))
    installation.say(
        Words(
            f"Serveur TLS\u00a0: {setup / 'nginx.conf'}. Réglages\u00a0: {options.file()}. "
            "Gardez secrets/ à part des sauvegardes. Puis\u00a0: clausier doctor",
            f"TLS server: {setup / 'nginx.conf'}. Settings: {options.file()}. "
            "Keep secrets/ apart from the backups. Then: clausier doctor",
        )
    )


def the_machine(args: argparse.Namespace, settings: dict[str, str]) -> Machine:
    """What the units need to know of where we are."""
    from clausier.care.units import Machine

    host = settings["CLAUSIER_HOSTS"].split(",")[0].strip()
    return Machine(
        program=Path(sys.executable).with_name("clausier"),
        home=cluster.home(),
        account=pwd.getpwuid(os.geteuid()).pw_name,
        host=host,
        port=args.port,
        managed=cluster.managed(),
    )


def write_all(directory: Path, texts: dict[str, str]) -> list[str]:
    """Write the files; return their names."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    return list(texts)
