"""Migrations of a version that is not written yet: a schema ahead of the code that is here."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from helpdesk.schema.revisions import _revisions, newest

_MIGRATION = '''"""{words}"""

import sqlalchemy as sa
from alembic import op
from helpdesk.schema import steps

revision = "{name}"
down_revision = "{after}"
least_code = "{least_code}"


def upgrade() -> None:
{up}


def downgrade() -> None:
{down}
'''


def write_migration(
    folder: Path, name: str, up: str, *, down: str = "pass", after: str = "", least_code: str = ""
) -> tuple[Path, ...]:
    """Write a migration that comes after ours, or after another one of these.

    :returns: what ``helpdesk.schema.migrate`` takes as ``also``.
    """
    folder.mkdir(exist_ok=True)
    text = _MIGRATION.format(
        words=f"what {name} is for",
        name=name,
        after=after or newest(),
        least_code=least_code,
        up=indent(up.strip("\n"), "    "),
        down=indent(down.strip("\n"), "    "),
    )
    (folder / f"{name}_ahead.py").write_text(text)
    _revisions.cache_clear()
    return (folder,)
