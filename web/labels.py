"""The labels of what happened: to a mail, in the history, between two tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from flask import Flask

from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.mail_out.templates import TEMPLATES
from helpdesk.models import HistoryField, OutboundState, TicketLinkKind
from helpdesk.queries.conversation import DeliveryView
from helpdesk.queries.history import ChangeView
from helpdesk.queries.outbox import OutboxRow
from helpdesk.queries.ticket import LinkView
from helpdesk.text import clean_line, preview
from helpdesk.tickets.acts import TAKEN_BACK
from helpdesk.tickets.snoozing import read_snooze
from helpdesk.vocabulary import STATUSES, MessageKind, Status
from web.languages import moment_here
from web.options import category_label


@dataclass(frozen=True)
class DeliveryState:
    """How a mail's state is shown: its icon, in a word, and in a sentence."""

    state: OutboundState
    icon: str
    label: str
    text: str


# The one that staff must act on first comes first: of several mails the worst is shown.
_DELIVERY: dict[str, DeliveryState] = {
    one.state: one
    for one in (
        DeliveryState(
            OutboundState.BOUNCED, "failed", "came back", "came back: they did not get it"
        ),
        DeliveryState(OutboundState.FAILED, "failed", "not delivered", "could not be delivered"),
        DeliveryState(
            OutboundState.UNCERTAIN,
            "uncertain",
            "uncertain",
            "may have arrived, or not: the connection broke at the last moment",
        ),
        DeliveryState(OutboundState.DEFERRED, "clock", "trying again", "not yet: we try again"),
        DeliveryState(OutboundState.QUEUED, "queued", "queued", "waits to be sent"),
        DeliveryState(OutboundState.SENDING, "queued", "sending", "is being sent"),
        DeliveryState(OutboundState.CANCELLED, "x", "cancelled", "was cancelled"),
        DeliveryState(OutboundState.SENT, "sent", "sent", "handed to the mail server"),
    )
}
_ORDER = tuple(_DELIVERY)

MACHINE = {
    "auto_reply": "Automatic reply",
    "bounce": "Mail came back",
    "delayed": "Mail is delayed",
    "delivered": "Delivery receipt",
    "feedback_report": "Report on our mail",
    "list": "Mailing list",
}
_LINKS = {
    (TicketLinkKind.MENTIONS, True): "names",
    (TicketLinkKind.MENTIONS, False): "named by",
    (TicketLinkKind.CONTINUES, True): "continues",
    (TicketLinkKind.CONTINUES, False): "continued by",
    (TicketLinkKind.MERGED, True): "goes on in",
    (TicketLinkKind.MERGED, False): "took over",
    (TicketLinkKind.SPLIT, True): "split off from",
    (TicketLinkKind.SPLIT, False): "split off",
    (TicketLinkKind.RELATED, True): "related to",
    (TicketLinkKind.RELATED, False): "related to",
    (TicketLinkKind.CHILD, True): "child of",
    (TicketLinkKind.CHILD, False): "child",
}

_PEOPLE_AND_MERGES: dict[str, tuple[str, str]] = {
    HistoryField.MERGED_INTO: ("Goes on in", "Taken apart from"),
    HistoryField.MERGED: ("Took over", "Gave back"),
    HistoryField.IN_COPY: ("In copy:", "Not in copy:"),
    HistoryField.SPLIT: ("Split off", "Took back"),
    HistoryField.SPLIT_FROM: ("Split off from", "Went back to"),
    HistoryField.LINK: ("Linked with", "Not linked with"),
    HistoryField.PARENT: ("Child of", "No child of"),
    HistoryField.CHILD: ("Child ticket", "No child ticket:"),
    HistoryField.CHILDREN_DONE: ("All child tickets are finished, the last:", ""),
}
"""What to say where something came, and where it went."""


def init_app(app: Flask) -> None:
    """Give the templates these labels."""
    app.jinja_env.filters.update(
        worst_delivery=worst_delivery,
        delivery_label=delivery_label,
        mail_state=mail_state,
        template_label=template_label,
        change_label=change_label,
        change_lines=change_lines,
        undo_label=undo_label,
        told_once=told_once,
        link_label=link_label,
        defect_label=defect_label,
        sentence=sentence,
        first_name=first_name,
        initials=initials,
        middle=middle,
        one_line=lambda text: preview(text, 140) or "(no text)",
    )
    app.jinja_env.globals["machine_labels"] = MACHINE


def worst_delivery(mails: Sequence[DeliveryView]) -> DeliveryState:
    """Of several mails' states the one that needs a look first."""
    worst = min((mail.state for mail in mails), key=_ORDER.index)
    return _DELIVERY[worst]


def delivery_label(mail: DeliveryView) -> str:
    """What became of one mail."""
    tries = f" ({mail.attempt_count} tries)" if mail.attempt_count > 1 else ""
    return _DELIVERY[mail.state].text + tries


def mail_state(mail: OutboxRow) -> DeliveryState:
    """Return the label of the state of a mail of the outbox."""
    return _DELIVERY[mail.state]


def template_label(name: str) -> str:
    """What kind of mail this is, where nobody wrote it."""
    known = TEMPLATES.get(name)
    return known.badge if known else name.replace("_", " ").capitalize()


def told_once(history: Iterable[ChangeView]) -> list[ChangeView]:
    """The history with one line for an answer that was taken back: it names what went with it."""
    told: dict[object, ChangeView] = {}
    for line in history:
        if line.reason != TAKEN_BACK:
            told[line.id] = line
            continue
        kind = MessageKind.TAKEN_BACK
        place = (kind, line.changed_by, line.created_at)
        with_it = [told[place].new_value] if place in told else []
        went = "; ".join((*with_it, change_label(line)))
        told[place] = replace(line, field=kind, new_value=went, reason="")
    return list(told.values())


def change_label(change: ChangeView) -> str:
    """One line of the history: “Status: Open → Waiting”."""
    if change.parts and change.field != HistoryField.MACRO:
        return _labels((replace(change, parts=()), *change.parts))
    if change.field == HistoryField.STATUS and not change.old_value:
        return "Ticket opened"
    if change.field == HistoryField.THANKS:
        return "Only thanks: not reopened"
    if change.field == HistoryField.SNOOZE:
        return _snooze_label(change)
    if change.field == MessageKind.TAKEN_BACK:
        return "Answer taken back"
    if change.field == HistoryField.NOTE:
        return "Internal note taken back"
    if change.field in _PEOPLE_AND_MERGES:
        came, went = _PEOPLE_AND_MERGES[change.field]
        return f"{came if change.new_value else went} {change.new_value or change.old_value}"
    if change.field == HistoryField.MACRO:
        if not change.new_value:
            return f"Macro “{change.old_value}” undone"
        did = _labels(change.parts)
        return f"Macro “{change.new_value}”" + (f": {did}" if did else "")
    if change.field == HistoryField.CHECKLIST:
        return _checklist_label(change.old_value, change.new_value)
    if change.field == HistoryField.CHECKLIST_PLACE:
        place, _, words = change.new_value.partition(". ")
        return f"Checklist: {words}: moved from {change.old_value.partition('.')[0]} to {place}"
    if change.field == HistoryField.TAG:
        signed = _signed("−", change.old_value) + _signed("+", change.new_value)
        return f"Tag: {', '.join(signed)}"
    if change.field == HistoryField.CUSTOM:
        return f"{change.about}: {change.old_value or 'none'} → {change.new_value or 'none'}"
    old, new = (_value(change.field, value) for value in (change.old_value, change.new_value))
    return f"{change.field.replace('_', ' ').capitalize()}: {old} → {new}"


def undo_label(change: ChangeView) -> str:
    """What undoing a line of the history takes back: of several things those that still stand."""
    return _labels(change.undoes or (change,))


def _labels(changes: Iterable[ChangeView]) -> str:
    """Several changes in one line; what they are of stands once for those that follow each other:
    “Checklist: + Order it, + Send it”.
    """
    return "; ".join(_label_each(changes))


def _label_each(changes: Iterable[ChangeView]) -> list[str]:
    told = (change_label(change).partition(": ") for change in changes)
    same = ((of, [what for _, _, what in each]) for of, each in groupby(told, key=itemgetter(0)))
    return [": ".join((of, ", ".join(what))) if any(what) else of for of, what in same]


def change_lines(change: ChangeView) -> list[str]:
    """The same in several lines, where it is of several things."""
    several = (replace(change, parts=()), *change.parts)
    return _label_each(several) if change.is_several else [change_label(change)]


def _checklist_label(old: str, new: str) -> str:
    """What was done with an item of the checklist: its words stand behind its box."""
    box, words = (new or old)[:3], (new or old)[4:]
    if not new:
        return f"Checklist: − {words}"
    if not old:
        return f"Checklist: + {words}"
    if old[4:] != words:
        return f"Checklist: {old[4:]} → {words}"
    return f"Checklist: {'done' if box == '[x]' else 'not done'}: {words}"


def _snooze_label(change: ChangeView) -> str:
    wanted = read_snooze(change.new_value)
    if wanted is None:
        return "Woke up"
    more = ", even if they answer" if wanted.stays else ""
    return f"Snoozed until {moment_here(wanted.until)}{more}"


def link_label(link: LinkView) -> str:
    """How this ticket and the other one are linked, seen from this one."""
    return _LINKS.get((link.kind, link.outgoing), link.kind)


def defect_label(defect: str) -> str:
    """Return a defect's name as a label: ``bad_charset`` is “Bad charset”."""
    label = clean_line(defect.replace("_", " "), 200)
    return label[:1].upper() + label[1:]


def sentence(text: str) -> str:
    """Words that begin like a sentence."""
    return text[:1].upper() + text[1:]


def first_name(name: str) -> str:
    """What to call someone on a button: the first word of their name, if it is a short one."""
    first = name.split()[0] if name.split() else name
    return first if len(first) <= 20 else first[:19] + "…"


def initials(name: str) -> str:
    """The letters for a person's round mark."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def middle(text: str, longest: int) -> str:
    """A name shortened in its middle: the end of a file name tells what it is."""
    text = clean_line(text, 1000)
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 1]}…{text[-end:]}"


def _signed(sign: str, names: str) -> list[str]:
    """Tags, with commas between, each after a sign."""
    return [f"{sign} {name}" for name in names.split(", ") if name]


def _value(field: str, value: str) -> str:
    if field == HistoryField.STATUS and value in STATUSES:
        return STATUSES[Status(value)].label
    if field == HistoryField.CATEGORY:
        return category_label(value)
    if field == HistoryField.LANGUAGE:
        return LANGUAGE_NAMES.get(value, value) or "unknown"
    if field == HistoryField.MAIL:
        return _DELIVERY[value].label if value in _DELIVERY else value
    if field == HistoryField.SUBJECT:
        return value
    if field in (HistoryField.ASSIGNEE, HistoryField.REQUESTER):
        return value or "nobody"
    if field in (HistoryField.ORDER, HistoryField.TEAM, HistoryField.MAILBOX):
        return value or "none"
    return sentence(value) if value else "none"
