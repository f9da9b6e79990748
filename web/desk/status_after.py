"""The status that an answer leaves its ticket at: what the composer's menu offers and shows chosen,
and what was chosen and cannot be had any more, since the ticket has another status by now.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk.tickets.moved import OUT_OF_REACH
from helpdesk.vocabulary import STATUSES, UNFINISHED, Status, steps_between


def after_sending(status: Status) -> list[tuple[str, str]]:
    """The statuses a reply may leave the ticket at: name and label, the usual one first."""
    usual = _usual(status)
    names = [name for name in STATUSES if _is_reached(status, name) and name != usual]
    return [(name, STATUSES[name].label) for name in (usual, *names)]


def in_menu(status: Status, wanted: str, lost: str = "") -> tuple[str, str]:
    """What the menu shows as chosen, and what was chosen instead and is lost: mostly nothing.

    :param wanted: what was chosen; empty for the usual one.
    :param lost: what was chosen before the menu came to show ``wanted``.
    """
    chosen = lost or wanted
    if chosen not in STATUSES:
        return _usual(status), ""
    if _is_reached(status, chosen):
        return chosen, ""
    return (wanted if _is_reached(status, wanted) else _usual(status)), chosen


def lost_in_form(form: Mapping[str, str]) -> str:
    """The status that was chosen and lost, if nothing else was chosen since.

    The field says what was lost, and what the menu showed instead of it.
    """
    lost, _, instead = form.get("lost_status", "").partition(" ")
    return lost if form.get("status", "") == instead else ""


def lost_words(status: Status, lost: str = "") -> str:
    """Say that a status was lost; with ``%s`` in its place for the page's script to fill in."""
    label = STATUSES[Status(lost)].label if lost else "%s"
    return OUT_OF_REACH.format(label, STATUSES[status].label.lower())


def _usual(status: Status) -> Status:
    return Status.WAITING if status in UNFINISHED else status


def _is_reached(status: Status, wanted: str) -> bool:
    return wanted in STATUSES and steps_between(status, Status(wanted)) is not None
