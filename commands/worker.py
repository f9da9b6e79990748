"""``postdesk worker``: mail out. A process for each queue, and the sweep."""

from __future__ import annotations

import click

from commands.environment import load_settings_of_part, set_up_logs
from commands.supervisor import Part, Supervisor
from helpdesk.mail_out.templates import QUEUES


@click.command("worker")
@click.option(
    "--only",
    type=click.Choice([*(queue.value for queue in QUEUES), "sweep"]),
    help="Run one of its processes.",
)
def worker_command(only: str | None) -> None:
    """Send what stands in the outbox."""
    set_up_logs(only or "worker")
    settings = load_settings_of_part(waits=only is not None)
    if only is None:
        Supervisor(worker_parts()).run()
    elif only == "sweep":
        from commands.part_reports import PartReports
        from jobs.worker import run_sweep

        PartReports(settings, "worker").start()
        run_sweep(settings)
    else:
        from jobs.worker import run_queue

        run_queue(settings, only)


def worker_parts() -> list[Part]:
    """The worker's processes, for a supervisor."""
    return [
        *(Part(f"the worker of {queue}", ("worker", "--only", queue.value)) for queue in QUEUES),
        Part("the sweep", ("worker", "--only", "sweep")),
    ]
