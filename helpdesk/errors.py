"""The domain's own errors. Their text is one line for a person: what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime


class HelpdeskError(Exception):
    """Something that was asked for cannot be done."""


class InvalidInput(HelpdeskError):
    """A field does not hold. Pages show the text beside the field; the API answers 422."""

    def __init__(self, field: str, message: str, **values: str) -> None:
        """
        :param message: what is wrong and what to do, with ``values`` in braces.
        """
        super().__init__(message.format(**values) if values else message)
        self.field = field
        self.words = message
        self.values = values
        self.others: tuple[InvalidInput, ...] = ()
        """What else does not hold, where several fields were looked at: one a field."""

    @property
    def message(self) -> str:
        """The text in English, as it is to be read."""
        return str(self)

    @property
    def each(self) -> tuple[InvalidInput, ...]:
        """All that does not hold: this one first."""
        return (self, *self.others)


class TakenMeanwhile(InvalidInput):
    """A ticket is somebody else's than the page said that it was changed on."""

    def __init__(self, holder: str, holder_id: int | None) -> None:
        """
        :param holder: whose it is by now; empty for nobody's.
        """
        who = holder or "Nobody"
        super().__init__("assignee", f"{who} has it by now. Choose again if you mean it.")
        self.holder_id = holder_id


class NotAllowed(HelpdeskError):
    """The person lacks the right. The API answers 403, where telling so reveals nothing."""


class NotFound(HelpdeskError):
    """There is no such thing, or not for this person: the two are never told apart. 404."""


class StepNotAllowed(HelpdeskError):
    """A status cannot be reached from the present one. The API answers 409."""

    def __init__(self, old: str, new: str, allowed: tuple[str, ...]) -> None:
        names = " or ".join(allowed)
        super().__init__(f"A ticket that is {old} cannot become {new}; it may become {names}.")
        self.allowed: tuple[str, ...] = allowed


class HeldByChildren(StepNotAllowed):
    """A ticket cannot be finished, since a child of it is open. The API answers 409."""

    def __init__(self, number: str, children: Sequence[str], count: int, wanted: str = "") -> None:
        """
        :param children: the numbers that may be named, of ``count`` in all.
        :param wanted: the status that it was to have.
        """
        hidden = count - len(children)
        names = [*children[:5]]
        if more := len(children) - len(names) + hidden:
            names.append(f"{more} more" if names else f"{more} that you do not see")
        held = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        are = "child ticket is" if count == 1 else "child tickets are"
        HelpdeskError.__init__(self, f"{number} stays open, since its {are} not resolved: {held}.")
        self.allowed = ()
        self.wanted = wanted


class TicketMerged(HelpdeskError):
    """The ticket's conversation goes on in another one. The API answers 409."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"This ticket was merged into {number}: change that one, or take the two apart first."
        )
        self.into = number


class OtherDraft(HelpdeskError):
    """The same person writes something else there, on another page; neither is lost."""

    def __init__(self, text: str, version: str) -> None:
        super().__init__("You also write this on another page.")
        self.text, self.version = text, version


class AlreadyLeft(HelpdeskError):
    """A mail has left, or leaves just now: it cannot be taken back any more."""


class TakenBackBefore(HelpdeskError):
    """An answer was taken back already: it never left."""


class TicketMoved(HelpdeskError):
    """Someone else wrote on the ticket since the page was loaded."""


class ChangedMeanwhile(HelpdeskError):
    """Somebody saved the same thing since the form was opened: nothing of the form is saved.

    Pages show what stands there now, and save on purpose when they are asked once more.
    """

    def __init__(
        self, now: Mapping[str, str], seen: str, *, by: str, by_id: int | None, at: datetime | None
    ) -> None:
        """
        :param now: what is no longer as it was seen, with what stands there.
        :param seen: what a form says that has seen all of it.
        :param by: who changed it last; empty where that is not known.
        """
        super().__init__("Somebody else changed this after you had opened it.")
        self.now, self.seen = now, seen
        self.by, self.by_id, self.at = by, by_id, at
