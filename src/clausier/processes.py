"""Children that never outlive their parent, whatever ends it.

On Linux the kernel does it (`PR_SET_PDEATHSIG`, set after the change of user, which would clear it);
elsewhere a watching shell holds a pipe of ours and acts when the pipe closes.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

LOG_LIMIT = 20 * 1024 * 1024  # bytes; a bigger log is put aside at the next start
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def settle_memory() -> None:
    """For a process that has loaded what it needs and works for long: collect garbage seldom, and only new.

    What was loaded stays anyway; to look through it again and again cost a sixth of the processor time of a
    ticket opened through the API.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Account(NamedTuple):
    """An operating-system account that a child runs as."""

    name: str
    uid: int
    gid: int


class Child:
    """A running child and, where the kernel does not help, the shell that watches over it."""

    def __init__(self, process: subprocess.Popen[bytes], watcher: subprocess.Popen[bytes] | None) -> None:
        self.process = process
        self._watcher = watcher

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self.process.pid

    def ended(self) -> int | None:
        """The exit status once the child has ended (negative: the signal that killed it), else None."""
        status = self.process.poll()
        if status is not None:
            self._dismiss_watcher()
        return status

    def send(self, number: signal.Signals) -> None:
        """Send a signal; a child that has already ended is left in peace."""
        self.process.send_signal(number)

    def end(self, number: signal.Signals, *, within: float) -> int:
        """Ask the child to end by signal `number`, kill it after `within` seconds; return its status."""
        self.send(number)
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self._dismiss_watcher()
        return status

    def _dismiss_watcher(self) -> None:
        # Before the child's number can be given to somebody else's process.
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher = None


def start(
    command: Sequence[str | Path],
    *,
    when_orphaned: signal.Signals,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    keep_open: Sequence[int] = (),
) -> Child:
    """Start `command` in a process group of its own, so that Ctrl-C reaches only its parent.

    `when_orphaned` is the signal it gets when the thread that called this dies: call it from the main one.
    `account` drops to another user (root only), `log` takes both its outputs, `keep_open` are file
    descriptors it inherits. Raises OSError when the command cannot be run.
    """
    parent = os.getpid()

    def bind_to_parent() -> None:
        # Runs in the child, between the change of user and the command.
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(when_orphaned), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    output = _open_log(log) if log else None
    try:
        process = subprocess.Popen(  # noqa: S603 - the commands are our own
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            cwd="/",
            env=dict(environment) if environment is not None else None,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            pass_fds=tuple(keep_open),
            process_group=0,
            preexec_fn=bind_to_parent,
        )
    finally:
        if output:
            output.close()
    return Child(process, None if _libc is not None else watch(process.pid, when_orphaned))


def watch(pid: int, number: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a shell that sends `number` to `pid` once this process is gone."""
    return subprocess.Popen(  # noqa: S603 - our own words and two integers
        ["/bin/sh", "-c", f"read -r _; kill -{int(number)} {pid}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def exists(pid: int) -> bool:
    """Whether there is a process of this number, ours or another account's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(path.suffix + ".1"))
    return path.open("ab")
