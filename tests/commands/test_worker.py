"""``postdesk worker``: a process for each queue, and the sweep."""

from __future__ import annotations

from commands.worker import worker_command, worker_parts
from helpdesk.mail_out.templates import QUEUES
from tests.commands.conftest import Postdesk


def test_a_supervisor_starts_each_part_by_a_command_that_there_is() -> None:
    (only,) = (option for option in worker_command.params if option.name == "only")
    started = [part.arguments for part in worker_parts()]
    assert len(started) == len(QUEUES) + 1
    for command, flag, name in started:
        assert (command, flag) == ("worker", "--only")
        assert only.type.convert(name, only, None) == name


def test_a_part_that_there_is_not_is_refused(postdesk: Postdesk) -> None:
    assert postdesk("worker", "--only", "nothing").exit_code == 2
