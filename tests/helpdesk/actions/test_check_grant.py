"""A mailbox's sign-in opens its own account, at its provider's own servers."""

from __future__ import annotations

import pytest

from helpdesk.actions.check_grant import check_grant
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import GrantProvider, Mailbox, MailboxGrant
from tests.support.factories import NOW, Shop

OWN = "support@shop.example"


@pytest.mark.parametrize(
    ("login", "host", "sending", "field", "words"),
    [
        ("boss@shop.example", "imap.gmail.com", False, "login", f"It is {OWN} who signed in"),
        (OWN, "imap.evil.example", False, "host", "its own servers alone: imap.gmail.com."),
        (OWN, "smtp.evil.example", True, "host", "its own servers alone: smtp.gmail.com."),
    ],
)
def test_another_account_and_another_server_are_refused(
    database: Database, shop: Shop, login: str, host: str, sending: bool, field: str, words: str
) -> None:
    with database.transaction() as session:
        mailbox = Mailbox(address="box@shop.example", name="Box", created_at=NOW)
        session.add(mailbox)
        session.flush()
        with pytest.raises(InvalidInput, match="Nobody has signed in") as nobody:
            check_grant(session, mailbox, OWN, "imap.gmail.com", sending=False)
        assert nobody.value.field == "sign_in"
        session.add(
            MailboxGrant(
                mailbox_id=mailbox.id,
                provider=GrantProvider.GOOGLE,
                login=OWN,
                scopes="",
                sealed_access_token="",
                sealed_refresh_token="",
                access_expires_at=NOW,
                granted_at=NOW,
                asked_by="",
                trouble="",
                words="",
            )
        )
        session.flush()
        check_grant(session, mailbox, OWN.upper(), "imap.gmail.com", sending=False)
        with pytest.raises(InvalidInput, match=words) as refused:
            check_grant(session, mailbox, login, host, sending=sending)
        assert refused.value.field == field
