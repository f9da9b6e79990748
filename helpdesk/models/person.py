"""A person: anyone who writes or reads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    false,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.addr_spec import is_on_this_machine
from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.vocabulary import STAFF_ROLES, Role

_STAFF = "role IN ('agent', 'admin')"


class AfterSending(StrEnum):
    """Where the desk leads when an answer was sent, or a ticket resolved."""

    NEXT = "next"
    """To the next ticket of the list that one came from."""
    STAY = "stay"
    BACK = "back"
    """To that list."""


class Person(Base):
    """Anyone who writes or reads; has one or more addresses."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_staff", "id", sqlite_where=text(_STAFF), postgresql_where=text(_STAFF)),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(EnumText(Role), default=Role.CUSTOMER)
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="")
    """A code of ``helpdesk.languages.LANGUAGES``; empty as long as we do not know."""
    time_zone: Mapped[str] = mapped_column(default="")
    """An IANA name such as ``Europe/Berlin``; empty as long as we do not know."""
    muted: Mapped[list[str]] = mapped_column(default=list)
    """What this person wants no mail about: values of ``NotificationKind``."""
    session_generation: Mapped[int] = mapped_column(default=1)
    """Raised when the password changes: ends every session that was begun before."""
    undo_seconds: Mapped[int] = mapped_column(default=10)
    """For how long this person's answers may be taken back before they leave: 0 to 30."""
    after_sending: Mapped[AfterSending] = mapped_column(
        EnumText(AfterSending), default=AfterSending.NEXT
    )
    single_keys: Mapped[bool] = mapped_column(default=True)
    """Whether single letters are keys at the desk."""
    dense: Mapped[bool] = mapped_column(default=False)
    """Whether the queue shows more tickets, in lower rows."""
    reads_from: Mapped[datetime | None]
    """Messages from before count as read; where it is empty, those from before they were added."""
    mailbox_rights: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """For an agent who has only some mailboxes: a ``MailboxRight`` by the mailbox's id. None: all.
    """
    away: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether nothing is handed out to them."""
    joined_into_id: Mapped[int | None] = mapped_column(BigId)
    """Who they turned out to be, when that person proved to read this one's mail."""
    created_at: Mapped[datetime]

    addresses: Mapped[list[PersonAddress]] = relationship(
        back_populates="person", order_by="PersonAddress.id"
    )

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES and self.active

    @property
    def address(self) -> str:
        """The address that mail to this person goes to: the first that is not on this machine by
        name, as the first admin's is until they add their own."""
        addresses = [one.address for one in self.addresses]
        return next(
            (one for one in addresses if not is_on_this_machine(one)), "".join(addresses[:1])
        )

    @property
    def shown_name(self) -> str:
        return shown_name(self.name, self.address)

    @property
    def name_in_mails(self) -> str:
        """The one name that mails of ours carry, in greetings, in To and by canned replies: it was
        given by a proven mail, by staff or by themselves. What somebody merely calls themselves
        (``claimed_name``) is none: anybody may have put any words there in another's name."""
        return self.name

    @property
    def name_for_customers(self) -> str:
        """The name by which customers know this person; see :func:`name_for_customers`."""
        return name_for_customers(self.shown_name, self.address, self.role)


IS_STAFF = text(f"person.{_STAFF}")
"""Those who work at the desk, word for word as the index has them: only so is it used."""

# As some write them without a dot.
_TITLES = frozenset(["dr", "prof", "mag", "mr", "mrs", "ms", "mx", "miss", "sir", "herr", "frau"])
_AFTER_A_NAME = frozenset(
    ["phd", "md", "ma", "ba", "msc", "bsc", "mba", "jr", "sr", "ii", "iii", "esq"]
)


def name_for_customers(name: str, address: str, role: Role) -> str:
    """Return the name that customers are told: of staff the first name alone.

    :param name: the shown name. Who has none is shown by the beginning of their address, which
        customers are not told: then it is empty.
    """
    if role not in STAFF_ROLES:
        return name
    if name == address.partition("@")[0] or "@" in name:
        return ""
    before, _, after = name.partition(",")
    # “Berg, Maria” is Maria; what follows in “Maria Berg, PhD” is no name.
    turned = any(w.replace(".", "").casefold() not in _AFTER_A_NAME for w in after.split())
    words = (after if turned else before).split()
    named = [word for word in words if not _is_title(word)]
    if not turned and len(named) == 1 and _is_title(words[0]):
        return ""  # “Dr. Berg”, “J. Berg”: a family name alone
    return named[0] if named else "".join(words[:1])


def _is_title(word: str) -> bool:
    """Whether this is a title, a form of address or an initial: “Dr. Maria Berg” is Maria."""
    return word.endswith(".") or word.casefold() in _TITLES


def shown_name(name: str, address: str) -> str:
    """What to call a person who has this name and this address, either of which may be empty."""
    return name or address.partition("@")[0] or "Someone"


class PersonAddress(Base):
    """One mail address of a person."""

    __tablename__ = "person_address"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(unique=True)
    """In lower case."""
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    bounced_at: Mapped[datetime | None]
    """When mail to it came back for good; staff may empty it again."""
    bounce_words: Mapped[str] = mapped_column(default="")
    """What the other server said then."""
    complained_at: Mapped[datetime | None]
    """When its reader called a mail of ours spam: it gets answers, and no automatic mail."""
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="addresses")


# Found by how their address or name begins (queries/known_people.py). PostgreSQL's unique index of
# the addresses goes by the database's collation, which knows no beginnings; SQLite's does.
Index(
    "ix_person_address_beginning",
    PersonAddress.address.label("beginning"),
    postgresql_ops={"beginning": "text_pattern_ops"},
).ddl_if(dialect="postgresql")
Index(
    "ix_person_name_beginning",
    func.lower(Person.name).label("beginning"),
    postgresql_ops={"beginning": "text_pattern_ops"},
)


def _behind_at() -> ColumnElement[str]:
    def written(value: str) -> ColumnElement[Any]:
        return literal_column(value)

    address = PersonAddress.address
    others = func.replace(address, written("'@'"), written("''"))
    before = func.length(func.rtrim(address, others))
    return func.substr(address, before + written("1"), type_=Text())


domain_of_address = _behind_at()
"""What stands behind an address's last ``@``, as the index has it."""
Index("ix_person_address_domain", domain_of_address)
