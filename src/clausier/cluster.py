"""The private PostgreSQL of an installation, and where any PostgreSQL of ours is to be found.

With `DATABASE_URL` the program uses a managed PostgreSQL (and `DATABASE_OWNER_URL` to migrate it). Without,
it keeps a cluster of its own in the data directory `CLAUSIER_HOME`: a unix socket and no TCP port, peer
authentication for the account that runs the program and for no other, started as a child and gone with it.

Run as root, the server drops to the account `CLAUSIER_DATABASE_ACCOUNT` (`nobody`); what that account cannot
reach in the data directory is kept under `/var/lib/clausier` instead.

Two database roles: `clausier_owner` migrates and owns, `clausier_app` is what the program connects as.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from clausier import processes
from clausier.postgresql import ClusterError, Programs, reachable, server_environment
from clausier.processes import Account, Child
from clausier.terms.outcome import Words

OWNER = "clausier_owner"
APP = "clausier_app"
SUPERUSER = "postgres"
DATABASE = "clausier"
POWERLESS = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
PORT = 5432  # only a part of the socket's name: nothing listens on the network
SOCKET_PATH_LIMIT = 100  # bytes; the systems allow 104 to 108, with the final zero
SHARED_BASE = Path("/var/lib/clausier")


class AlreadyRunning(ClusterError):
    """Another process of this installation holds the cluster."""


# ---------------------------------------------------------------- the data directory


def home() -> Path:
    """The data directory, absolute: `CLAUSIER_HOME`, else `~/.local/share/clausier`."""
    return Path(os.environ.get("CLAUSIER_HOME") or "~/.local/share/clausier").expanduser().resolve()


def make_home() -> Path:
    """The data directory, made if need be; raises ClusterError when it cannot be written."""
    path = home()
    try:
        if not path.exists():
            path.mkdir(parents=True)
            # Root's directory lets the server's account pass through; what clients entrust stays closed.
            path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            (path / "files").mkdir(mode=0o700)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as problem:
        raise ClusterError(
            Words(
                f"Le répertoire de données {path} n’est pas accessible en écriture\u202f; "
                "indiquez-en un autre avec CLAUSIER_HOME.",
                f"The data directory {path} cannot be written; name another with CLAUSIER_HOME.",
            )
        ) from problem
    return path


def secret(name: str) -> str:
    """A secret of this installation, made at its first use and kept in the data directory.

    `django-secret-key` is read from `CLAUSIER_DJANGO_SECRET_KEY` when that is set, so that several machines
    share it.
    """
    given = os.environ.get("CLAUSIER_" + name.upper().replace("-", "_"))
    if given:
        return given
    path = make_home() / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        # Written aside and linked: of two processes that start together, both read the first one's.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:
            fresh.write(secrets.token_urlsafe(50))
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text(encoding="ascii")


# ---------------------------------------------------------------- what Django connects with


def managed() -> bool:
    """Whether `DATABASE_URL` names a PostgreSQL that somebody else runs."""
    return bool(os.environ.get("DATABASE_URL"))


def database_settings(role: str) -> dict[str, Any]:
    """Django's settings of the one database, as `app` (the program) or `owner` (migrations)."""
    if role not in {"app", "owner"}:
        raise ClusterError(
            Words(
                f"CLAUSIER_ROLE vaut {role!r}\u202f; app ou owner attendu.",
                f"CLAUSIER_ROLE={role!r}: app or owner.",
            )
        )
    common: dict[str, Any] = {
        "ENGINE": "clausier.database",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    if managed():
        return common | _settings_of_url(role)
    place = Place.of(home())
    return common | {
        "NAME": DATABASE,
        "USER": OWNER if role == "owner" else APP,
        "HOST": str(place.socket),
        "PORT": str(PORT),
    }


def app_role() -> str:
    """The name of the database role that the program connects as."""
    if managed():
        return str(_settings_of_url("app")["USER"])
    return APP


def _settings_of_url(role: str) -> dict[str, Any]:
    url = os.environ["DATABASE_URL"]
    if role == "owner":
        url = os.environ.get("DATABASE_OWNER_URL") or url
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
        name, user = parts.pop("dbname"), parts.pop("user")
    except (psycopg.ProgrammingError, KeyError) as problem:
        # The address itself may hold a password: it is not repeated.
        raise ClusterError(
            Words(
                "DATABASE_URL est illisible\u202f; attendu\u00a0: postgresql://rôle:mot-de-passe@hôte/base",
                "DATABASE_URL cannot be read; expected: postgresql://role:password@host/database",
            )
        ) from problem
    return {
        "NAME": name,
        "USER": user,
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


# ---------------------------------------------------------------- where it lives


def server_account() -> Account | None:
    """The account the server drops to when we are root; None when it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    name = os.environ.get("CLAUSIER_DATABASE_ACCOUNT", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError as problem:
        raise ClusterError(
            Words(
                f"Le compte {name} n’existe pas\u202f; PostgreSQL refuse de tourner en root, "
                "nommez un compte ordinaire avec CLAUSIER_DATABASE_ACCOUNT.",
                f"There is no account {name}; PostgreSQL refuses to run as root, "
                "name an ordinary account with CLAUSIER_DATABASE_ACCOUNT.",
            )
        ) from problem
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def owner_of(database: Path) -> Account | None:
    """The ordinary account that a database already belongs to: root takes over what it began."""
    try:
        entry = pwd.getpwuid(database.stat().st_uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cluster keeps its files, its socket and (run as root) a copy of its programs."""

    base: Path
    socket: Path
    account: Account | None

    @classmethod
    def of(cls, data_directory: Path) -> Place:
        """The place that belongs to a data directory."""
        account = server_account()
        digest = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:12]
        base = data_directory
        if account:
            elsewhere = SHARED_BASE / digest
            if (data_directory / "database").exists():
                account = owner_of(data_directory / "database") or account
            elif elsewhere.exists() or not reachable(data_directory, account):
                base = elsewhere
        socket = base / "socket"
        if len(os.fsencode(socket / f".s.PGSQL.{PORT}.lock")) > SOCKET_PATH_LIMIT:
            socket = Path("/tmp") / f"clausier-{os.geteuid()}-{digest}"  # noqa: S108 - its owner is checked
        return cls(base, socket, account)

    @property
    def database(self) -> Path:
        """PostgreSQL's own directory."""
        return self.base / "database"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.base / "log" / "database.log"

    def make(self) -> None:
        """Make the directories; raises ClusterError when one cannot be had or belongs to somebody else."""
        try:
            if not self.base.exists():  # the stand-in of a data directory that the server cannot enter
                self.base.mkdir(parents=True)
                for directory in (self.base, SHARED_BASE):
                    directory.chmod(0o711)  # whatever the umask
            self.log.parent.mkdir(exist_ok=True)
            self.make_private(self.socket)
        except OSError as problem:
            raise ClusterError(
                Words(
                    f"Impossible de préparer {problem.filename}\u00a0: {problem.strerror}.",
                    f"Cannot prepare {problem.filename}: {problem.strerror}.",
                )
            ) from problem

    def make_private(self, directory: Path) -> None:
        """Make a directory that only the server's account (and root) can enter."""
        uid = self.account.uid if self.account else os.geteuid()
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700)
            if self.account:
                os.chown(directory, self.account.uid, self.account.gid)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise ClusterError(
                Words(
                    f"{directory} appartient à un autre compte\u202f; lancez Clausier toujours avec le même "
                    "compte, ou choisissez un autre répertoire avec CLAUSIER_HOME.",
                    f"{directory} belongs to another account; always run Clausier as the same one, "
                    "or choose another directory with CLAUSIER_HOME.",
                )
            )


# ---------------------------------------------------------------- its life


@dataclass(frozen=True, slots=True)
class Cluster:
    """The private cluster of one data directory."""

    data_directory: Path
    place: Place

    @classmethod
    def of_home(cls) -> Cluster:
        """The cluster of this installation."""
        directory = make_home()
        return cls(directory, Place.of(directory))

    @contextmanager
    def held(self, *, within: float = 0) -> Iterator[None]:
        """Be the one process that may start the cluster; raises AlreadyRunning after `within` seconds."""
        with (self.data_directory / "cluster.lock").open("w") as lock:
            deadline = time.monotonic() + within
            while not _locked(lock):
                if time.monotonic() >= deadline:
                    raise AlreadyRunning(
                        Words(
                            f"Clausier tourne déjà sur {self.data_directory}.",
                            f"Clausier already runs on {self.data_directory}.",
                        )
                    )
                time.sleep(0.1)
            yield

    def prepare(self) -> Programs:
        """Make everything that must be there before a start; return the programs to start it with."""
        self.place.make()
        programs = Programs.for_account(self.place.account, self.place.base / "programs")
        self._end_leftover()
        if not self.place.database.exists():
            self._initialise(programs)
        self._check_version(programs)
        self._write_authentication()
        return programs

    def start(self, programs: Programs, **options: str) -> Child:
        """Start the server as a child of ours; `options` are settings of PostgreSQL. See `wait`."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.place.socket}"',
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "log_min_messages": "warning",
            "log_timezone": "UTC",
        } | options
        return processes.start(
            [
                programs.directory / "postgres",
                "-D",
                self.place.database,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            when_orphaned=signal.SIGINT,  # fast shutdown
            account=self.place.account,
            environment=server_environment(),
            log=self.place.log,
        )

    def wait(self, child: Child, *, within: float = 300) -> None:
        """Wait until the server answers: after a crash it first replays its journal.

        Raises ClusterError when it ended instead, or says nothing `within` seconds.
        """
        deadline = time.monotonic() + within
        while not self.answers():
            if child.ended() is not None or time.monotonic() > deadline:
                said = self._last_words()
                raise ClusterError(
                    Words(
                        f"PostgreSQL n’a pas démarré\u202f; voyez {self.place.log}\u00a0:\n{said}",
                        f"PostgreSQL did not start; see {self.place.log}:\n{said}",
                    )
                )
            time.sleep(0.03)

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection as the superuser, each statement on its own; for making roles and databases."""
        return psycopg.connect(
            host=str(self.place.socket), port=PORT, user=SUPERUSER, dbname=database, autocommit=True
        )

    def settle(self) -> None:
        """Make the two roles and the database, if they are not there, and hold their attributes."""
        with self.connect() as connection:
            roles = {row[0] for row in connection.execute("select rolname from pg_roles")}
            for role in (OWNER, APP):
                verb = "alter" if role in roles else "create"
                statement = sql.SQL(f"{verb} role {{}} login {POWERLESS}").format(sql.Identifier(role))
                connection.execute(statement)
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))
            # Its sessions could read each other's statements, and in them each other's data.
            connection.execute(
                sql.SQL("alter role {} set track_activities = off").format(sql.Identifier(APP))
            )
            # Rulings are long JSON: packed at a fraction of the cost, where the server was built for it.
            with suppress(psycopg.errors.InvalidParameterValue, psycopg.errors.UndefinedObject):
                connection.execute(
                    sql.SQL("alter role {} set default_toast_compression = 'lz4'").format(sql.Identifier(APP))
                )
            known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(
                    sql.SQL("create database {} owner {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )
            # Temporary tables are the program's only way to make a table: it needs none.
            connection.execute(
                sql.SQL("revoke temporary on database {} from public").format(sql.Identifier(DATABASE))
            )

    # ------------------------------------------------------------ within

    def _initialise(self, programs: Programs) -> None:
        # Made aside and renamed: a first start that is killed leaves no half cluster behind.
        fresh = self.place.database.with_name("database.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.place.make_private(fresh)
        locale = ["--locale=C"]
        if programs.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(  # noqa: S603
            [
                programs.directory / "initdb",
                "--pgdata",
                fresh,
                "--username",
                SUPERUSER,
                "--auth=peer",
                "--encoding=UTF8",
                *locale,
            ],
            capture_output=True,
            text=True,
            cwd="/",
            env=server_environment(),
            user=self.place.account.uid if self.place.account else None,
            group=self.place.account.gid if self.place.account else None,
            extra_groups=[] if self.place.account else None,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ClusterError(
                Words(
                    f"La base de données n’a pas pu être créée\u00a0:\n{done.stderr.strip()}",
                    f"The database could not be made:\n{done.stderr.strip()}",
                )
            )
        fresh.rename(self.place.database)

    def _check_version(self, programs: Programs) -> None:
        try:
            found = int((self.place.database / "PG_VERSION").read_text())
        except PermissionError as problem:
            raise ClusterError(
                Words(
                    f"{self.place.database} appartient à un autre compte.",
                    f"{self.place.database} belongs to another account.",
                )
            ) from problem
        if found != programs.major:
            raise ClusterError(
                Words(
                    f"Les données sont de PostgreSQL {found}, les programmes de PostgreSQL {programs.major}. "
                    f"Indiquez les programmes de la version {found} avec CLAUSIER_POSTGRES_BIN, "
                    "ou convertissez les données avec pg_upgrade.",
                    f"The data is of PostgreSQL {found}, the programs are of PostgreSQL {programs.major}. "
                    f"Name the programs of version {found} with CLAUSIER_POSTGRES_BIN, "
                    "or convert the data with pg_upgrade.",
                )
            )

    def _write_authentication(self) -> None:
        ourselves = pwd.getpwuid(os.geteuid()).pw_name
        files = {
            "pg_hba.conf": "local all all peer map=clausier\n",
            "pg_ident.conf": "".join(f'clausier "{ourselves}" {role}\n' for role in (SUPERUSER, OWNER, APP)),
        }
        for name, text in files.items():
            path = self.place.database / name
            path.write_text(text, encoding="utf-8")
            if self.place.account:
                os.chown(path, self.place.account.uid, self.place.account.gid)

    def _end_leftover(self) -> None:
        """End a server that an earlier, killed parent left closing down: two on one directory must not be."""
        record = self.place.database / "postmaster.pid"
        deadline = time.monotonic() + 30
        signalled = False
        while (pid := _first_number(record)) is not None and _is_server(pid, self.place.database):
            if not signalled:
                os.kill(pid, signal.SIGINT)
                signalled = True
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGQUIT)  # at once, with recovery at the next start
                deadline += 30
            time.sleep(0.1)
        # The number may have gone to an unrelated process since; PostgreSQL would then refuse to start.
        record.unlink(missing_ok=True)

    def _last_words(self) -> str:
        try:
            lines = self.place.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-5:])


@contextmanager
def running(**options: str) -> Iterator[None]:
    """The private cluster up for the length of the block, ours or another process's; nothing when managed.

    Raises ClusterError when it cannot be had. `options` are settings of PostgreSQL.
    """
    with ExitStack() as held:
        if not managed():
            cluster = Cluster.of_home()
            try:
                held.enter_context(cluster.held())
            except AlreadyRunning:
                _await_other(cluster)
            else:
                held.enter_context(_up(cluster, options))
        yield


@contextmanager
def _up(cluster: Cluster, options: Mapping[str, str]) -> Iterator[None]:
    child = cluster.start(cluster.prepare(), **options)
    try:
        cluster.wait(child)
        cluster.settle()
        yield
    finally:
        child.end(signal.SIGINT, within=60)


def _await_other(cluster: Cluster, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not cluster.answers():
        if time.monotonic() > deadline:
            raise ClusterError(
                Words(
                    f"Un autre Clausier tient {cluster.data_directory}, mais sa base ne répond pas.",
                    f"Another Clausier holds {cluster.data_directory}, but its database does not answer.",
                )
            )
        time.sleep(0.1)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _is_server(pid: int, database: Path) -> bool:
    """Whether process `pid` is a PostgreSQL on `database`, and not one that inherited its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        ).stdout
    return os.fsencode(database) in command and b"postgres" in command
