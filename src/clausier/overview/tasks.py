"""Background work: answering replays, and forgetting them in time."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation, queries
from clausier.foundation.errors import Refusal
from clausier.overview import services
from clausier.overview.models import KeptReplay, ReplayState
from clausier.terms.errors import TermsError

logger = logging.getLogger(__name__)


@app.task(name="overview.answer_replay")
@isolation.job_of_provider
def answer_replay(*, kept: int, provider_id: int) -> str:
    """Answer a replay as whoever asked for it; the state that results. Run again, it finds it done."""
    found = KeptReplay.objects.select_related("provider__book", "asked_by").filter(pk=kept).first()
    if found is None or found.state != ReplayState.WAITING:
        return found.state if found else "gone"
    with translation.override(found.asked_by.language):
        by = queries.staff_actor(found.asked_by, found.provider)
        if by is None or not by.may("books.replay"):
            return _give_up(found, _("La personne qui l’a demandé n’en a plus le droit."))
        try:
            services.find(found, by=by, at=clock.now())
        except (OperationalError, InterfaceError):
            raise  # tried again
        except Refusal as refused:
            return _give_up(found, refused.says)
        except TermsError as refused:
            return _give_up(found, refused.message.to(found.asked_by.language))
        except Exception:
            logger.exception("replay %s gave up", found.pk)
            _give_up(found, _("Une erreur inattendue est survenue ; rien n’a été écrit."))
            raise
    return ReplayState.READY


def _give_up(found: KeptReplay, why: str) -> str:
    KeptReplay.objects.filter(pk=found.pk).update(state=ReplayState.FAILED, failure=why[:400])
    return ReplayState.FAILED


@app.periodic(cron="41 4 * * *")
@app.task(name="overview.forget_replays", queueing_lock="overview.forget_replays")
@isolation.job_of_installation("replays are forgotten in time for every provider")
def forget_replays(timestamp: int) -> int:
    """Remove the replays whose time is over; how many. `timestamp` is the tick's."""
    return services.forget(clock.now())
