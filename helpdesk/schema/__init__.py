"""The database's schema: brought up to date, or back, by the migrations; and whether it fits."""

from helpdesk.schema.living import LivingPart, living_parts
from helpdesk.schema.revisions import is_known, is_older, names, newest, newest_needed
from helpdesk.schema.state import Fit, SchemaState, fits, is_current, schema_state, state_of
from helpdesk.schema.stepping_down import Move, downgrade, look_ahead
from helpdesk.schema.upgrading import SchemaTooNew, StillLocked, migrate

__all__ = [
    "Fit",
    "LivingPart",
    "Move",
    "SchemaState",
    "SchemaTooNew",
    "StillLocked",
    "downgrade",
    "fits",
    "is_current",
    "is_known",
    "is_older",
    "living_parts",
    "look_ahead",
    "migrate",
    "names",
    "newest",
    "newest_needed",
    "schema_state",
    "state_of",
]
