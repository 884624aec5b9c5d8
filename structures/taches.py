"""Job bodies of this app, and the care of the job queue itself."""

from contextlib import suppress
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="reprendre_les_travaux", lock="reprendre_les_travaux", pass_context=True)
async def reprendre_les_travaux(context: JobContext, timestamp: int) -> None:
    """Put back in the queue the jobs whose worker died: procrastinate leaves them « doing » for ever."""
    gestion: Any = context.app.job_manager
    for travail in await gestion.get_stalled_jobs():
        # Where the same work already waits, it is left until that one is done.
        with suppress(UniqueViolation):
            await gestion.retry_job(travail)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="effacer_les_vieux_travaux", pass_context=True)
async def effacer_les_vieux_travaux(context: JobContext, timestamp: int) -> None:
    """Finished jobs are kept a month; what they did stays in Tache."""
    await context.app.job_manager.delete_old_jobs(nb_hours=24 * 30, include_failed=True)
