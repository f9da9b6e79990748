"""Count what was there before a trigger counts it: once, as of one moment, by one process."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from helpdesk.models import InstallationFact


def read_as_of_one_moment(session: Session) -> None:
    """Have all that a session reads stand as of its first statement, which this has to precede.

    SQLite reads so in any case.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def is_first_to_count(session: Session, fact: str) -> bool:
    """Note that it is counted; False where another process did meanwhile.

    :param fact: the name under which the installation remembers it.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    add = postgresql_insert if is_postgresql else sqlite_insert
    noted = add(InstallationFact).values(name=fact, value="yes").on_conflict_do_nothing()
    return session.execute(noted.returning(InstallationFact.name)).one_or_none() is not None
