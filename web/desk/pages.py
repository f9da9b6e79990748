"""All pages of the desk. Importing this registers them on the blueprint."""

from web.desk import (
    changes,
    composer,
    dev_mail,
    files,
    inbox,
    ledger,
    login,
    moves,
    new_ticket,
    orders,
    outbox,
    people_on_ticket,
    quarantine,
    queue,
    ticket,
    undo,
    watch,
)
from web.desk.blueprint import blueprint

__all__ = [
    "blueprint",
    "changes",
    "composer",
    "dev_mail",
    "files",
    "inbox",
    "ledger",
    "login",
    "moves",
    "new_ticket",
    "orders",
    "outbox",
    "people_on_ticket",
    "quarantine",
    "queue",
    "ticket",
    "undo",
    "watch",
]
