"""what tickets are found by: their words, in a table of each database's own kind."""

from __future__ import annotations

from alembic import op

from helpdesk.tickets.search import index_all

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The words are cut in Python: this tokenizer parts them at the spaces, and no more.
        op.execute(
            "CREATE VIRTUAL TABLE ticket_words"
            " USING fts5(words, size UNINDEXED, tokenize = 'ascii')"
        )
    else:
        op.execute(
            "CREATE TABLE ticket_words (ticket_id bigint PRIMARY KEY,"
            " words tsvector NOT NULL, size integer NOT NULL)"
        )
    index_all(op.get_bind(), all_columns=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_ticket_words_words ON ticket_words USING gin (words)")


def downgrade() -> None:
    op.execute("DROP TABLE ticket_words")
