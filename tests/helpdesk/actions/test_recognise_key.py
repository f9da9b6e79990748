"""One secret for all machines, changed machine by machine; what the old one signed still counts."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.recognise_key import WrongKey, recognise_key
from helpdesk.db import Database, connect, keys_of, secret_of
from helpdesk.mail_out.bounce_address import bounce_token, read_bounce_token
from helpdesk.mail_out.canary import canary_name, read_canary
from tests.conftest import MakeSettings

OLD, NEW, OTHER = ("a" * 40, "b" * 40, "c" * 40)


def test_a_machine_with_another_secret_does_not_start(
    database: Database, database_url: str, make_settings: MakeSettings
) -> None:
    def start(key: str, old: str = "") -> None:
        settings = make_settings(DATABASE_URL=database_url, SECRET_KEY=key, OLD_SECRET_KEYS=old)
        machine = connect(settings)
        try:
            with machine.transaction() as session:
                recognise_key(session)
        finally:
            machine.dispose()

    start(OLD)
    start(OLD)
    with pytest.raises(WrongKey, match="POSTDESK_SECRET_KEY: it is not the one"):
        start(NEW)
    with pytest.raises(WrongKey):
        start(NEW, OTHER)
    start(NEW, f"{OTHER}, {OLD}")
    start(NEW)
    with pytest.raises(WrongKey):
        start(OLD)


def test_what_the_old_secret_signed_still_counts(
    database: Database, database_url: str, make_settings: MakeSettings
) -> None:
    made = connect(make_settings(DATABASE_URL=database_url, SECRET_KEY=NEW, OLD_SECRET_KEYS=OLD))
    with made.reading() as session:
        keys = keys_of(session)
        assert (secret_of(session), keys) == (NEW, (NEW, OLD))
    made.dispose()
    message_id = links.mint_message_id(OLD, 7, 3, "shop.example")
    for read in (
        links.read_reply_token(keys, links.reply_token(OLD, 7, 3, 0)),
        links.read_tracking_token(keys, links.tracking_token(OLD, 7, 0, 3)),
        links.read_limited_view_token(keys, links.limited_view_token(OLD, 7, 0)),
        links.is_minted_for(keys, message_id, 7, 3),
        read_bounce_token(keys, bounce_token(OLD, 7)),
        read_canary(keys, canary_name(OLD, 7)),
    ):
        assert read
    assert links.read_reply_token((NEW,), links.reply_token(OLD, 7, 3, 0)) is None
    assert not links.is_minted_for((NEW,), message_id, 7, 3)
