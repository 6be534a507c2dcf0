"""A Dovecot of the test's own: one account, plain IMAP on this machine, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

ACCOUNT, PASSWORD = "support", "un-mot-de-passe-de-test"

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it listens, and how to put messages in."""

    port: int

    @contextmanager
    def account(self) -> Iterator[MailBoxUnencrypted]:
        """The account, as its owner's mail program sees it."""
        with MailBoxUnencrypted("127.0.0.1", self.port).login(ACCOUNT, PASSWORD) as box:
            yield box

    def deliver(self, *messages: bytes) -> None:
        """Put messages into the inbox."""
        with self.account() as box:
            for message in messages:
                box.append(message, "INBOX")


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@contextmanager
def running() -> Iterator[Dovecot]:
    """Dovecot up for the block. Raises FileNotFoundError where it is not installed, or may not run."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None or os.geteuid() != 0:
        raise FileNotFoundError("dovecot, as root")
    home = Path(tempfile.mkdtemp(prefix="clausier-dovecot-", dir="/tmp"))
    home.chmod(0o755)
    (home / "mail").mkdir()
    shutil.chown(home / "mail", "mail", "mail")
    (home / "users").write_text(f"{ACCOUNT}:{PASSWORD}\n")
    (home / "users").chmod(0o644)
    port = free_port()
    (home / "dovecot.conf").write_text(CONFIG.format(home=home, port=port))
    server = subprocess.Popen([program, "-F", "-c", home / "dovecot.conf"])
    try:
        _wait(port, home)
        yield Dovecot(port)
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, home: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            with MailBoxUnencrypted("127.0.0.1", port, timeout=5).login(ACCOUNT, PASSWORD):
                return
        except OSError as problem:
            if time.monotonic() > until:
                log = home / "dovecot.log"
                raise RuntimeError(log.read_text() if log.exists() else "no log") from problem
            time.sleep(0.1)
