"""What the operator decided about mail: how strict, and how much we may send by ourselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MailPolicy:
    """The settings that actions need. A session knows its own: ``helpdesk.db.policy_of``."""

    strict: bool = False
    """Nobody joins a ticket whose address is not proven (``POSTDESK_STRICT``)."""
    acknowledgements_sender_hour: int = 3
    """To one address, whatever its plus-tags, in any hour."""
    acknowledgements_sender_day: int = 10
    acknowledgements_domain_hour: int = 500
    """To all unproven addresses of one domain."""
    acknowledgements_hour: int = 5000
    """In all."""
