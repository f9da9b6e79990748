from __future__ import annotations

from dataclasses import dataclass

from mailgate.parse.body import Body
from mailgate.parse.fields import Head
from mailgate.parse.mail import Bounce, InboundMail, Kind
from mailgate.parse.structure import Leaf


@dataclass(frozen=True)
class Judged:
    kind: Kind = "message"
    bounce: Bounce | None = None


def judge(head: Head, found: InboundMail, leaves: list[Leaf], parts: Body, text: str) -> Judged:
    return Judged()
