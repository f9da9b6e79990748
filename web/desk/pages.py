"""All pages of the desk. Importing this registers them on the blueprint."""

from web.desk import (
    changes,
    composer,
    files,
    inbox,
    ledger,
    login,
    new_ticket,
    orders,
    quarantine,
    queue,
    ticket,
    undo,
)
from web.desk.blueprint import blueprint

__all__ = [
    "blueprint",
    "changes",
    "composer",
    "files",
    "inbox",
    "ledger",
    "login",
    "new_ticket",
    "orders",
    "quarantine",
    "queue",
    "ticket",
    "undo",
]
