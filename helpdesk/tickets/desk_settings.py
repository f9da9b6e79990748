"""The settings of the desk, as they stand: chosen by an admin, or the usual ones."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.models import DeskSettings
from helpdesk.models.desk_settings import DEFAULT_CLOSE_DAYS

_THE_ROW = 1


def desk_settings(session: Session) -> DeskSettings:
    """The settings. Where nothing was chosen yet, a row of the usual ones that is not kept."""
    kept = session.get(DeskSettings, _THE_ROW)
    return kept or DeskSettings(
        id=_THE_ROW,
        close_days=DEFAULT_CLOSE_DAYS,
        answering_takes=True,
        thanks_keep_finished=True,
    )
