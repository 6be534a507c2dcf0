"""Where acts meet what follows from them, and the periodic work that belongs to no floor.

A reaction is a job deferred inside the act's own transaction. All reactions stand here.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from clausier import options, processes, supervise
from clausier.contracts.services.signing import is_about_amendments
from clausier.desk import letters_out, surveys
from clausier.desk.intake import Tickets
from clausier.desk.services import notices
from clausier.desk.supplier_mail import SupplierCases
from clausier.foundation import reactions
from clausier.foundation.reactions import Reaction
from clausier.integrations import queries as integrations
from clausier.lifecycle import tasks as lifecycle
from clausier.lifecycle.services.reversal.signing import is_about_reversals
from clausier.post import handlers
from clausier.post import queries as post
from clausier.roster import queries as roster
from clausier.roster.services.callouts import CALL_CODES, TICKET_CODES
from clausier.sales.services.signing import is_about_sales

MAIL_IS_FOR = (Tickets(), SupplierCases())
"""Who answers for mail, by what it is about; the first takes what is new."""

REACTIONS = (
    # Machines that asked for it are told of every act.
    Reaction("integrations.announce", asks=(integrations.LISTENING,), wanted=integrations.is_listened_to),
    # What both have agreed on changes what the contract covers.
    Reaction("contracts.apply_amendment", frozenset({"contracts.amendment_agreed"})),
    # What the staff write to a client leaves by mail.
    Reaction("desk.write_to_client", frozenset({"desk.reply_sent"}), asks=(post.WRITING,)),
    # A client who asks for points is heard.
    Reaction("prepaid.tell_top_up", frozenset({"prepaid.top_up_asked"}), asks=(post.WRITING,)),
    # So do the answers to contestations, corrections, and that a machine is ready or still waits.
    Reaction(
        "desk.write_to_client",
        frozenset(
            {
                "desk.work_contested",
                "desk.contestation_upheld",
                "desk.contestation_rejected",
                "desk.work_corrected",
                "workshop.ready",
                "workshop.reminded",
            }
        ),
        asks=(post.WRITING,),
        wanted=lambda entry: bool(entry.data.get("event")),
    ),
    Reaction("desk.tell_leads", frozenset({"desk.work_contested"})),
    # Repeated contestation may end the contract (ims 7.2): the leads are told, nothing ends by itself.
    Reaction(
        "desk.tell_leads",
        frozenset({"desk.contestation_rejected"}),
        wanted=lambda entry: bool(entry.data.get("repeated")),
    ),
    # The client is told of each step, by mail or by someone who calls.
    Reaction("desk.tell_step", notices.CODES, wanted=notices.is_wanted),
    # Who follows a ticket is written to.
    Reaction("desk.tell_watchers", letters_out.TOLD, asks=(letters_out.FOLLOWING,), wanted=post.can_write),
    # An amendment signed by both is agreed; one that either declines is withdrawn.
    Reaction(
        "contracts.follow_signature",
        frozenset(
            {
                "signatures.signed",
                "signatures.declined",
                "signatures.countersigned",
                "signatures.countersignature_refused",
            }
        ),
        wanted=lambda entry: is_about_amendments(entry.data),
    ),
    # The terms of a contract are kept as what was signed leaves them.
    Reaction(
        "contracts.follow_terms",
        frozenset(
            {
                "contracts.contract_created",
                "contracts.contract_ended",
                "contracts.end_undone",
                "contracts.edition_in_force",
            }
        ),
    ),
    Reaction(
        "contracts.follow_terms",
        frozenset({"contracts.derogated"}),
        wanted=lambda entry: str(entry.data.get("term", "")).startswith("contract."),
    ),
    # New tickets are shared out; what comes while the house is closed may call the on-call out.
    Reaction("roster.follow", TICKET_CODES | CALL_CODES, asks=(roster.SETTLED,)),
    # Promises wait while the service of their contract is stopped.
    Reaction("lifecycle.follow", lifecycle.STOPS | lifecycle.RESUMPTIONS),
    Reaction("lifecycle.follow", lifecycle.TICKETS, asks=lifecycle.STOPPED),
    # A delivery record signed by both is delivered; one that either declines is to be made again.
    Reaction(
        "lifecycle.follow_signature",
        frozenset(
            {
                "signatures.signed",
                "signatures.declined",
                "signatures.countersigned",
                "signatures.countersignature_refused",
            }
        ),
        wanted=lambda entry: is_about_reversals(entry.data),
    ),
    # A contract that goes on after all has nothing to return.
    Reaction("lifecycle.follow_undone_end", frozenset({"contracts.end_undone"})),
    # A quote opened is received, one signed is accepted, one countersigned is an order (ims 5.2).
    Reaction(
        "sales.follow_signature",
        frozenset(
            {
                "signatures.opened",
                "signatures.signed",
                "signatures.declined",
                "signatures.countersigned",
            }
        ),
        wanted=lambda entry: is_about_sales(entry.data),
    ),
    # The packs of an order are credited to the account of its contract.
    Reaction(
        "prepaid.credit_order",
        frozenset({"sales.order_confirmed"}),
        wanted=lambda entry: bool(entry.data.get("packs")),
    ),
    # Whoever called is asked how it went, once the ticket is closed.
    Reaction("desk.ask_opinion", frozenset({"desk.ticket_closed"}), wanted=surveys.are_on),
)

HEARTBEAT: float = options.value("CLAUSIER_HEARTBEAT")  # seconds between two signs of life of a worker
STALLED_AFTER = (
    3 * HEARTBEAT
)  # seconds without one before its jobs are taken back; a healthy worker may be late
RETAKE_EVERY = max(1, round(1.5 * HEARTBEAT))  # seconds
BACKUP_LOOK_EVERY = 10  # minutes: a machine that was off at the hour makes the day's backup when it is back
MOST_ATTEMPTS = 10  # of a job that loses its database, or whose worker dies over it, each time

LOSSES = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
DATABASE_LOST = RetryStrategy(
    max_attempts=MOST_ATTEMPTS,
    linear_wait=5,
    # ConnectorException: it was lost while a job deferred another.
    retry_exceptions=(*LOSSES, ConnectorException),
)
HEARD_WITHIN = 60  # seconds in which a database that went away must hear how a job ended


class BackupFailed(Exception):
    """The day's backup could not be made, or lacks a stored file."""


def connect(app: App) -> None:
    """Equip the job application, in every process, once the floors' tasks are known."""
    reactions.connect(REACTIONS)
    handlers.connect(MAIL_IS_FOR)
    retake = app.task(
        name="clausier.retake_stalled_jobs",
        # Never a plain lock: the retaker that is killed would keep it, and nobody would retake the retaker.
        queueing_lock="clausier.retake_stalled_jobs",
        pass_context=True,
    )(retake_stalled_jobs)
    app.periodic(cron=f"* * * * * */{RETAKE_EVERY}")(retake)
    backup = app.task(name="clausier.daily_backup", queueing_lock="clausier.daily_backup")(daily_backup)
    if options.value("CLAUSIER_BACKUP_DAILY"):
        app.periodic(cron=f"*/{BACKUP_LOOK_EVERY} * * * *")(backup)
    for task in app.tasks.values():
        # A database that restarts is nobody's failure; a task may name a strategy of its own. One with a
        # queueing lock is not tried again: its successor is in the queue, and two would not fit there.
        if task.retry_strategy is None and task.queueing_lock is None:
            task.retry_strategy = DATABASE_LOST


class InsistentJobManager(JobManager):
    """Says how a job ended until the database has heard it.

    A worker that outlives its database would else leave the job as under way, in the hands of a worker that
    lives: nobody would ever take it back.
    """

    async def finish_job_by_id_async(self, *args: Any, **kwargs: Any) -> None:
        say = super().finish_job_by_id_async
        await _insist(lambda: say(*args, **kwargs))

    async def retry_job_by_id_async(self, *args: Any, **kwargs: Any) -> None:
        say = super().retry_job_by_id_async
        await _insist(lambda: say(*args, **kwargs))


async def _insist(say: Callable[[], Awaitable[None]]) -> None:
    """Raises ConnectorException after `HEARD_WITHIN`, or for another reason than a lost database."""
    until, said = time.monotonic() + HEARD_WITHIN, False
    while True:
        try:
            return await say()
        except ConnectorException as problem:
            lost = isinstance(problem.__cause__, LOSSES)
            if said and isinstance(problem.__cause__, psycopg.errors.RaiseException):
                return None  # it was heard the time before, and only the answer was lost
            if not lost or time.monotonic() > until:
                raise
            said = True
            await asyncio.sleep(0.5)


async def retake_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers back to the living; `timestamp` is the tick's."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        if job.attempts >= MOST_ATTEMPTS:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            continue
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # Its queueing lock is held by a successor already waiting, which does its work.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)


async def daily_backup(timestamp: int) -> None:
    """Make the day's backup once its hour has come, then keep by the rule; `timestamp` is the tick's.

    A process of its own, for it needs the rights of the database's owner, which the worker has not; it goes
    with the worker. What it has to say stands in the worker's log. Raises BackupFailed.
    """
    child = processes.start(
        supervise.clausier("backup", "--if-due"), when_orphaned=signal.SIGTERM, environment=os.environ
    )
    while (status := child.ended()) is None:
        await asyncio.sleep(0.2)
    if status:
        raise BackupFailed(supervise.ending(status).en)
