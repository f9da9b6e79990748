"""What is known about who sent a mail: the verdict, and the reasons for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from helpdesk.vocabulary import Verdict

Policy = Literal["none", "quarantine", "reject"]
NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Authentication:
    """The verdict on a mail's sender.

    ``pass``: the From domain is proven. ``fail``: its owner publishes DMARC, and the mail fails it.
    ``none``: looked at, and nothing proves the sender. ``unknown``: could not be looked at, or was
    not (no DNS, too slow, switched off).

    ``policy`` is what the domain's owner asks to be done with a mail that fails. ``spf``, ``dkim``,
    ``dmarc`` and ``arc`` are result words of RFC 8601 2.7, or ``not checked``. ``domain`` is that
    of the From address, in its ASCII form.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    domain: str = ""
    policy: Policy | None = None
    spf: str = NOT_CHECKED
    dkim: str = NOT_CHECKED
    dmarc: str = NOT_CHECKED
    arc: str = NOT_CHECKED
    by_front_server: bool = False
    """Whether it is the word of a front server, which the mail came from, and not our own check."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, to keep with the mail."""
        return {**vars(self), "reasons": list(self.reasons)}

    @property
    def refusal(self) -> str:
        """Why the mail is to be held for a person to decide; empty where it is not."""
        if self.verdict != Verdict.FAIL or self.policy not in ("quarantine", "reject"):
            return ""
        return (
            f"It fails the check of its sender, and {self.domain} asks that such mail "
            f"not be taken for its own (DMARC, p={self.policy})."
        )
