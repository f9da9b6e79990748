"""what came, was solved and was rated on each day, counted as it changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

_COUNTED_BY = (
    "folder",
    "mailbox_id",
    "category",
    "created_at",
    "first_response_at",
    "resolved_at",
    "rating",
    "rated_at",
)
_DAY = {"postgresql": "CAST({} AT TIME ZONE 'UTC' AS DATE)", "sqlite": "date({})"}
_JSON = {"postgresql": "CAST({} AS JSON)", "sqlite": "{}"}
# Minutes, begun ones as whole ones.
_MINUTES = {
    "postgresql": "(CAST(round(EXTRACT(EPOCH FROM {} - {}) * 1000) AS BIGINT) + 59999) / 60000",
    "sqlite": "(CAST(round((julianday({}) - julianday({})) * 86400000) AS BIGINT) + 59999) / 60000",
}


def upgrade() -> None:
    op.create_table(
        "day_count",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mailbox_id", _big()),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("is_sum", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("came", sa.Integer(), server_default="0", nullable=False),
        sa.Column("solved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_answers", sa.JSON()),
        sa.Column("solutions", sa.JSON()),
        sa.Column("ratings", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_count")),
    )
    op.create_index("ix_day_count_day", "day_count", ["day"])
    unsummed = sa.text("NOT is_sum")
    op.create_index(
        "ix_day_count_unsummed",
        "day_count",
        ["id"],
        sqlite_where=unsummed,
        postgresql_where=unsummed,
    )
    # As with 0075: from here on all is counted, and the sweep counts what was there before.
    if op.get_bind().dialect.name == "postgresql":
        _count_in_postgresql()
    else:
        _count_in_sqlite()
    op.execute(
        "INSERT INTO installation (name, value) SELECT 'days_counted', 'yes'"
        " WHERE NOT EXISTS (SELECT * FROM ticket)"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER day_counted ON ticket")
        op.execute("DROP TRIGGER day_counted_anew ON ticket")
        op.execute("DROP FUNCTION count_day()")
    else:
        for name in ("day_counted", "day_counted_anew", "day_counted_no_more"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("day_count")
    op.execute("DELETE FROM installation WHERE name = 'days_counted'")


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _written(dialect: str, row: str, sign: str) -> str:
    """The statements that count a ticket, or take it away."""

    def day(column: str) -> str:
        return _DAY[dialect].format(f"{row}.{column}")

    def one(key: str) -> str:
        """One of them; null where the key is."""
        return _JSON[dialect].format(f"""('{{"' || ({key}) || '": {sign}1}}')""")

    def minutes_to(column: str) -> str:
        return _MINUTES[dialect].format(f"{row}.{column}", f"{row}.created_at")

    came, mailbox = f"{row}.created_at", f"{row}.mailbox_id, {row}.category"
    waited = (
        f"CASE WHEN {row}.first_response_at > {came} THEN {minutes_to('first_response_at')} END"
    )
    counted = "INSERT INTO day_count (day, mailbox_id, category, {}) SELECT {}, " + mailbox + ", {}"
    inbox = f"{row}.folder = 'inbox'"
    written = {
        inbox: counted.format(
            "came, first_answers, solutions",
            day("created_at"),
            f"{sign}1, {one(waited)}, {one(minutes_to('resolved_at'))}",
        ),
        f"{inbox} AND {row}.resolved_at IS NOT NULL": counted.format(
            "solved", day("resolved_at"), f"{sign}1"
        ),
        f"{inbox} AND {row}.rated_at IS NOT NULL AND {row}.rating IS NOT NULL": counted.format(
            "ratings", day("rated_at"), one(f"{row}.rating")
        ),
    }
    # To begin a statement costs PostgreSQL more than to ask whether it has anything to do.
    form = {
        "postgresql": "IF {condition} THEN {statement}; END IF;",
        "sqlite": "{statement} WHERE {condition};",
    }[dialect]
    return " ".join(
        form.format(condition=condition, statement=statement)
        for condition, statement in written.items()
    )


def _count_in_postgresql() -> None:
    before, after = _written("postgresql", "OLD", "-"), _written("postgresql", "NEW", "")
    op.execute(
        "CREATE FUNCTION count_day() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {before} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {after} END IF;"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER day_counted AFTER INSERT OR DELETE ON ticket"
        " FOR EACH ROW EXECUTE FUNCTION count_day()"
    )
    old, new = (", ".join(f"{row}.{name}" for name in _COUNTED_BY) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER day_counted_anew AFTER UPDATE ON ticket FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) EXECUTE FUNCTION count_day()"
    )


def _count_in_sqlite() -> None:
    before, after = _written("sqlite", "OLD", "-"), _written("sqlite", "NEW", "")
    op.execute(f"CREATE TRIGGER day_counted AFTER INSERT ON ticket BEGIN {after} END")
    op.execute(f"CREATE TRIGGER day_counted_no_more AFTER DELETE ON ticket BEGIN {before} END")
    is_other = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _COUNTED_BY)
    op.execute(
        f"CREATE TRIGGER day_counted_anew AFTER UPDATE OF {', '.join(_COUNTED_BY)} ON ticket"
        f" WHEN {is_other} BEGIN {before} {after} END"
    )
