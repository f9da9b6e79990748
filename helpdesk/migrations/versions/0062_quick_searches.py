"""What searches among very many tickets are looked up by: days, domains, and words as written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

_DOMAIN = "substr(address, length(rtrim(address, replace(address, '@', ''))) + 1)"
"""What stands behind the last “@” of an address."""


def upgrade() -> None:
    is_in_inbox = sa.text("folder = 'inbox'")
    op.create_index(
        "ix_ticket_created",
        "ticket",
        ["created_at", "id"],
        sqlite_where=is_in_inbox,
        postgresql_where=is_in_inbox,
    )
    op.create_index("ix_person_address_domain", "person_address", [sa.text(_DOMAIN)])
    if op.get_bind().dialect.name == "sqlite":
        # No data of its own: it reads the words in the index of the full text.
        op.execute(
            "CREATE VIRTUAL TABLE ticket_words_terms USING fts5vocab(ticket_words, 'instance')"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_words_terms")
    op.drop_index("ix_person_address_domain", "person_address")
    op.drop_index("ix_ticket_created", "ticket")
