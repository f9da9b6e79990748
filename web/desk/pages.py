"""All pages of the desk. Importing this registers them on the blueprint."""

from web.desk import changes, composer, files, held, login, new_ticket, queue, ticket
from web.desk.blueprint import blueprint

__all__ = [
    "blueprint",
    "changes",
    "composer",
    "files",
    "held",
    "login",
    "new_ticket",
    "queue",
    "ticket",
]
