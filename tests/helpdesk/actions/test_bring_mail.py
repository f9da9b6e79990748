"""Who may hand over mail that came in elsewhere, and for which mailboxes."""

from __future__ import annotations

import pytest

from helpdesk.actions.bring_mail import check_may_bring
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import NOW, make_shop

OURS, OTHERS = "support@shop.example", "orders@shop.example"


def test_staff_bring_mail_where_they_decide_about_it(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, OTHERS, name="Orders", now=NOW)
        check_may_bring(session, shop.agent, [OURS, OTHERS])
        check_may_bring(session, shop.admin, ["removed@shop.example"])
        rights = ((shop.mailbox.id, MailboxRight.MANAGE),)
        limited = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
        check_may_bring(session, limited, [OURS])
        for unseen in (OTHERS, "nobody@shop.example"):
            with pytest.raises(InvalidInput, match="No such mailbox here"):
                check_may_bring(session, limited, [OURS, unseen])
        answers = Actor(limited.person_id, Role.AGENT, rights=((other.id, MailboxRight.ANSWER),))
        with pytest.raises(NotAllowed):
            check_may_bring(session, answers, [OTHERS])
        with pytest.raises(NotAllowed):
            check_may_bring(session, actor_of(shop.ann), [OURS])
