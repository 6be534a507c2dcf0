"""Background work of the foundation."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clausier.foundation import anchors, clock, isolation, journal, mail, search, sent_forms


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="seal-journals", name="foundation.seal_journals")
@isolation.job_of_installation("every chain is sealed, the installation's too")
def seal_journals(timestamp: int) -> int:
    """Chain what the acts wrote since the last time. Idempotent; `timestamp` is the tick's."""
    return journal.seal_all()


@app.periodic(cron="41 5 * * *")
@app.task(name="foundation.publish_anchors", queueing_lock="foundation.publish_anchors")
@isolation.job_of_installation("the ends of every chain are told, the installation's too")
def publish_anchors(timestamp: int) -> int:
    """Tell the outside where the chains of the journal end; how many. `timestamp` is the tick's."""
    return len(anchors.publish(at=clock.now()))


# A mail server that is down is asked again after longer and longer waits, for more than an hour in all.
PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name=mail.SEND, queue="mail", retry=PATIENCE)
@isolation.job_of_installation("a letter is to an address, whoever wrote it; it reads no row")
def send_letter(letter: str) -> None:
    """Send one sealed letter. Run twice, it is sent twice under the same Message-ID."""
    mail.send(letter)


@app.periodic(cron="47 3 * * *")
@app.task(name="foundation.let_entries_age", queueing_lock="foundation.let_entries_age")
@isolation.job_of_installation("every provider's entries of search grow old")
def let_entries_age(timestamp: int) -> int:
    """Have search look through the latest entries first; how many are no longer among them."""
    return search.let_age()


@app.periodic(cron="23 4 * * *")
@app.task(name="foundation.forget_sent_forms", queueing_lock="foundation.forget_sent_forms")
@isolation.job_of_installation("keys of forms are forgotten for every provider")
def forget_sent_forms(timestamp: int) -> int:
    """Forget the keys of forms sent long ago; how many. Idempotent; `timestamp` is the tick's."""
    return sent_forms.forget(clock.now())
