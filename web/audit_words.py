"""The lines of the admins' log, in plain words."""

from __future__ import annotations

from flask import Flask

from helpdesk.models import AuditKind
from helpdesk.queries.administration import LogEntry

_KINDS: dict[str, str] = {
    AuditKind.SIGN_IN: "sign-in",
    AuditKind.DESK: "desk settings",
    AuditKind.CANNED_REPLY: "canned reply",
    AuditKind.CUSTOM_FIELD: "custom field",
    AuditKind.DISPUTE_PACK: "dispute pack",
}
_SIGNING_IN = {
    "signed in": "Signed in",
    "signed out": "Signed out",
    "signed out everywhere": "Signed out everywhere",
    "refused": "Refused",
    "session ended": "Ended a session",
    "password forgotten": "Asked for a link to set a new password; it was mailed there",
    "password set by mail": "Set a new password by the mailed link; every session ended",
    "password changed": "Changed their password; every other session ended",
}


def init_app(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        audit_label=audit_label, audit_kind=audit_kind, audit_field=audit_field
    )


def audit_kind(entry: LogEntry) -> str:
    """What a line is about, in a word."""
    return _KINDS.get(entry.kind, entry.kind)


_FIELDS = {
    "close_days": "Resolved tickets are closed after",
    "answering_takes": "Who answers a ticket that nobody has gets it",
    "thanks_keep_finished": "A mail that only thanks opens no finished ticket again",
    "retention_tickets": "Closed tickets are deleted after",
    "retention_spam": "Spam is deleted after",
    "retention_raw_mail": "Originals of mails are deleted after",
    "retention_log": "Lines of the log are deleted after",
    "deleted_tickets": "Closed tickets deleted by their age",
    "deleted_spam": "Tickets in spam deleted by their age",
    "deleted_raw_mail": "Originals of mails deleted by their age",
    "deleted_log": "Lines of the log deleted by their age",
}


def audit_field(name: str) -> str:
    """What is changed, by its name in the log."""
    return _FIELDS.get(name) or name.replace("_", " ").capitalize()


def audit_label(entry: LogEntry) -> str:
    """One line of the log: “Role: customer → agent”."""
    if entry.kind == AuditKind.SIGN_IN:
        words = _SIGNING_IN.get(entry.field, entry.field.capitalize())
        with_what = entry.new_value or entry.old_value
        return f"{words}: {with_what}" if with_what else words
    if entry.kind == AuditKind.DISPUTE_PACK:
        return f"{entry.field.capitalize()}: {entry.new_value}"
    field = audit_field(entry.field)
    if entry.field == "done":
        return entry.new_value
    if entry.field == "added":
        is_plain = entry.kind in (AuditKind.CANNED_REPLY, AuditKind.VIEW, AuditKind.CUSTOM_FIELD)
        return f"Added {entry.new_value}" if is_plain else f"Added as {entry.new_value}"
    if entry.field == "tickets":
        return f"Tickets handed over: {entry.new_value}"
    if entry.field == "imported":
        return f"Imported: {entry.new_value}"
    if entry.field.startswith("token "):
        return f"{field}: {entry.old_value or entry.new_value}"
    if entry.field.startswith(("deleted_", "erasure ")) or entry.field == "exported":
        return f"{field}: {entry.new_value}"
    if entry.old_value and entry.old_value == entry.new_value:  # something of it that is not told
        return f"{field} changed: {entry.new_value}"
    if entry.old_value and entry.new_value:
        return f"{field}: {entry.old_value} → {entry.new_value}"
    if entry.new_value:
        return f"{field} added: {entry.new_value}"
    return f"{field} removed: {entry.old_value}" if entry.old_value else f"{field} changed"
