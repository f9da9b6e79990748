"""The check of new migrations: what it lets through, and what not."""

from __future__ import annotations

import pytest

from tests.support.migration_rules import complaints


def of(up: str, before: str = "") -> list[str]:
    lines = "\n".join(f"    {line}" for line in up.splitlines())
    return complaints(
        f'"""UPDATE of words"""\n{before}\ndef upgrade():\n    """ALTER nothing."""\n{lines}\n'
        'def downgrade():\n    op.execute("DELETE FROM ticket")\n'
    )


@pytest.mark.parametrize(
    "up",
    [
        'op.create_table("parcel", sa.Column("id", sa.Integer(), nullable=False))\n'
        'op.create_index("ix_parcel", "parcel", ["id"])',
        'op.add_column("ticket", sa.Column("x", sa.Text()))',
        'op.add_column("ticket", sa.Column("x", sa.Text(), nullable=False, server_default=""))',
        'steps.create_index("ix_ticket_x", "ticket", ["x"])',
        'steps.fill("ticket", {"x": "1"}, "x IS NULL")',
        'if op.get_bind().dialect.name == "sqlite":\n    steps.create_index("i", "ticket", ["x"])',
        'steps.in_batches("ticket", lambda c, a, b: c.execute(sa.text("UPDATE ticket SET x = 1")))',
        'op.execute("CREATE VIRTUAL TABLE words USING fts5(x)")',
    ],
)
def test_what_locks_briefly_is_let_through(up: str) -> None:
    assert of(up) == []


@pytest.mark.parametrize(
    "up",
    [
        'op.create_index("ix_ticket_x", "ticket", ["x"])',
        'op.drop_index("ix_ticket_x", "ticket")',
        'op.alter_column("ticket", "x", type_=sa.Text())',
        'op.add_column("ticket", sa.Column("x", sa.Text(), nullable=False))',
        'op.add_column("ticket", sa.Column("x", sa.Integer(), sa.ForeignKey("person.id")))',
        'op.execute("UPDATE ticket SET x = 1")',
        'op.get_bind().execute(sa.text("alter table ticket add x text"))',
        'op.execute("create unique index i on ticket (x)")',
        'with op.batch_alter_table("ticket") as batch:\n    batch.drop_column("x")',
        'op.create_foreign_key("fk", "ticket", "person", ["x"], ["id"])',
        'op.rename_table("ticket", "case")',
        'op.drop_column("ticket", "x")',
        'steps.drop_table("ticket")',
        'steps.require("ticket", "x")',
        'op.add_column("ticket", sa.Column("x", sa.Text()))\n'
        'steps.create_index("ix_ticket_x", "ticket", ["x"])',
    ],
)
def test_what_locks_for_long_or_hurts_older_code_is_refused(up: str) -> None:
    assert len(of(up)) == 1


def test_one_that_contracts_says_for_whom() -> None:
    assert of('steps.drop_column("ticket", "x")', 'least_code = "0074"') == []


def test_what_a_function_of_its_own_does_counts() -> None:
    assert of("_more()", 'def _more():\n    op.execute("DELETE FROM ticket")') != []
