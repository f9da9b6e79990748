"""The kinds of notifications, by the words with which each is switched off."""

from __future__ import annotations

from helpdesk.models import NotificationKind

STAFF_KINDS = {
    NotificationKind.NEW_TICKET: "A new ticket comes in",
    NotificationKind.ASSIGNED: "Someone gives me a ticket",
    NotificationKind.MENTIONED: "Someone mentions me (@name) in a note",
    NotificationKind.CUSTOMER_REPLIED: "A customer answers on a ticket of mine, or rates it",
}
"""What staff are told of: each kind's name, and its words on the page of their settings."""
CUSTOMER_KINDS = {
    NotificationKind.CREATED: "We have your message",
    NotificationKind.COMMENT: "Our answers",
    NotificationKind.STATUS: "How the request stands",
}
"""What customers are told of."""
KINDS = (*STAFF_KINDS, *CUSTOMER_KINDS)
