"""Fetching from a real Dovecot: what is there comes once, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.fetch_mail import NotOurs, leave_account
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.models import AfterFetching, FetchedState, OutboundMail
from helpdesk.queries.database_clock import database_time
from mailgate.fetch.catch_up import TOGETHER, CatchUp
from mailgate.spool.spool import Spool
from tests.mailgate.fetch.fetching import Crash, Fetching, letter

DAY = timedelta(days=1)
SEEN = {b"\\Seen"}
SQLITE = pytest.mark.databases("sqlite")
"""For what has nothing to do with the database's kind."""


@SQLITE
class TestWhatComes:
    def test_a_mail_comes_to_the_byte_and_is_marked(self, fetching: Fetching) -> None:
        fetching.set()
        odd = b"From: ann@mail.example\r\nSubject:  odd \r\n\r\n\xff\xfe 8 bit\r\n.\r\n\r\nno end"
        fetching.put(letter(1), odd)
        assert fetching.fetch() == 2
        assert fetching.waiting == [letter(1), odd]
        assert list(fetching.dovecot.flags(fetching.user).values()) == [SEEN, SEEN]
        assert fetching.fetch() == 0
        fetching.check_balance(2)

    def test_it_is_filed_as_any_other(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1))
        fetching.fetch()
        (filed,) = fetching.file_all()
        assert filed.state == "filed"
        assert filed.ticket_id
        assert filed.envelope_from == "ann@mail.example"
        assert filed.mailbox_id == fetching.shop.mailbox.id

    def test_what_another_program_read_comes_too(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1), seen=True)
        assert fetching.fetch() == 1

    def test_mail_without_a_message_id_comes(self, fetching: Fetching) -> None:
        fetching.set()
        bare = letter(1, Message_ID="", Date="")
        fetching.put(bare, bare)
        assert fetching.fetch() == 2
        fetching.check_balance(2)

    def test_it_is_moved_where_that_is_wished(self, fetching: Fetching) -> None:
        client = fetching.dovecot.client(fetching.user)
        client.create_folder("Done")
        client.logout()
        fetching.set(AfterFetching.MOVE, move_to="Done")
        fetching.put(letter(1), letter(2))
        assert fetching.fetch() == 2
        assert fetching.dovecot.flags(fetching.user) == {}
        assert len(fetching.dovecot.flags(fetching.user, "Done")) == 2

    def test_it_is_left_where_that_is_wished(self, fetching: Fetching) -> None:
        fetching.set(AfterFetching.LEAVE)
        fetching.put(letter(1))
        assert fetching.fetch() == 1
        assert list(fetching.dovecot.flags(fetching.user).values()) == [set()]
        assert fetching.fetch() == 0

    def test_a_folder_to_move_into_that_is_gone_is_named_and_the_mail_is_here(
        self, fetching: Fetching
    ) -> None:
        fetching.set(AfterFetching.MOVE, move_to="Done")
        fetching.put(letter(1))
        for _ in range(2):
            with pytest.raises(ImapTrouble) as told:
                fetching.fetch()
            assert told.value.kind is TroubleKind.TARGET
            assert "Done" in told.value.words
        client = fetching.dovecot.client(fetching.user)
        client.create_folder("Done")
        client.logout()
        assert fetching.fetch() == 0
        assert len(fetching.dovecot.flags(fetching.user, "Done")) == 1
        fetching.check_balance(1)

    def test_several_at_once_are_in_order(self, fetching: Fetching) -> None:
        fetching.set()
        mails = [letter(number) for number in range(2 * TOGETHER + 3)]
        fetching.put(*mails)
        assert fetching.fetch() == len(mails)
        assert fetching.waiting == mails
        fetching.check_balance(len(mails))


@SQLITE
class TestWhatWasThereBefore:
    def test_old_mail_stays(self, fetching: Fetching) -> None:
        now = datetime.now(UTC)
        fetching.put(letter(1), at=now - 3 * DAY)
        fetching.set()
        fetching.put(letter(2))
        assert fetching.fetch() == 1
        assert fetching.fetch() == 0
        assert fetching.waiting == [letter(2)]

    def test_of_a_date_on_it_comes_as_mail_of_the_past(self, fetching: Fetching) -> None:
        now = datetime.now(UTC)
        fetching.put(letter(1), at=now - 5 * DAY)
        fetching.put(letter(2), at=now - 2 * DAY)
        fetching.set(days=3)
        fetching.put(letter(3))
        assert fetching.fetch() == 2
        old, new = fetching.file_all()
        assert (old.subject, new.subject) == ("Kettle 2", "Kettle 3")
        assert now - 2 * DAY - timedelta(seconds=2) < old.received_at < now - DAY
        assert new.received_at >= now - timedelta(minutes=1)
        with fetching.database.reading() as session:
            told = session.scalars(select(OutboundMail.subject)).all()
        assert not [subject for subject in told if "Kettle 2" in subject]

    def test_more_of_the_past_may_be_asked_for_later(self, fetching: Fetching) -> None:
        now = datetime.now(UTC)
        fetching.put(letter(1), at=now - 5 * DAY)
        fetching.put(letter(2), at=now - 2 * DAY)
        fetching.set(days=3)
        assert fetching.fetch() == 1
        fetching.set(days=9)
        assert fetching.fetch() == 1
        fetching.check_balance(2)

    def test_what_somebody_moves_in_later_comes_however_old(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.fetch()
        fetching.put(letter(1), at=datetime.now(UTC) - 400 * DAY)
        assert fetching.fetch() == 1


class TestCrashes:
    """The process dies; another one, which knows what is on the disk, goes on."""

    def test_before_the_spool(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1))
        place = fetching.place()
        imap = fetching.connect()

        def die(_: object) -> None:
            raise Crash

        real = place.spool.commit_all
        place.spool.commit_all = die  # type: ignore[method-assign,assignment]
        with pytest.raises(Crash):
            CatchUp(place, imap).run()
        place.spool.commit_all = real  # type: ignore[method-assign]
        (begun,) = fetching.rows
        assert begun.state == FetchedState.BEGUN
        assert list(fetching.dovecot.flags(fetching.user).values()) == [set()]
        assert fetching.fetch() == 1
        assert fetching.waiting == [letter(1)]
        fetching.check_balance(1)

    @pytest.mark.parametrize("filed", [False, True])
    @pytest.mark.parametrize("after", [False, True])
    def test_before_and_after_the_flag(
        self, fetching: Fetching, *, after: bool, filed: bool
    ) -> None:
        fetching.set()
        fetching.put(letter(1), letter(2, Message_ID="", Date=""))
        imap = fetching.connect()
        fetching.crash_at(imap, "mark_seen", after=after)
        place = fetching.place()
        catch_up = CatchUp(place, imap)
        catch_up._settle = lambda *_: imap.mark_seen([1])  # type: ignore[method-assign,assignment]
        with pytest.raises(Crash):
            catch_up.run()
        if filed:
            assert len(fetching.file_all()) == 2
        assert [row.state for row in fetching.rows] == [FetchedState.BEGUN] * 2
        assert fetching.fetch() == 0
        assert len(fetching.file_all()) == 2
        assert list(fetching.dovecot.flags(fetching.user).values()) == [SEEN, SEEN]
        fetching.check_balance(2)

    def test_what_another_machine_began_is_waited_for(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1))
        other = Spool(fetching.settings.data_dir / "other-spool")
        imap = fetching.connect()
        place = fetching.place("other", other)
        catch_up = CatchUp(place, imap)

        def die(*_: object) -> None:
            raise Crash

        catch_up._settle = die  # type: ignore[method-assign]
        with pytest.raises(Crash):
            catch_up.run()
        other.close()
        with fetching.database.transaction() as session:
            leave_account(session, place.holder, now=database_time(session))
        assert fetching.fetch() == 0
        assert [row.state for row in fetching.rows] == [FetchedState.BEGUN]


class TestNumbers:
    def test_a_server_that_numbers_anew_brings_nothing_twice(self, fetching: Fetching) -> None:
        fetching.set()
        same = letter(3, Message_ID="", Date="")
        fetching.put(letter(1), letter(2), same, same)
        assert fetching.fetch() == 4
        before = fetching.row.uid_validity
        fetching.put(letter(4))
        fetching.dovecot.number_anew(fetching.user)
        fetching.put(same)
        assert fetching.fetch() == 2
        assert fetching.row.uid_validity != before
        assert fetching.fetch() == 0
        assert sorted(fetching.waiting) == sorted(
            [letter(1), letter(2), same, same, letter(4), same]
        )
        fetching.check_balance(6)

    def test_two_that_fetch_by_mistake_bring_nothing_twice(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1), letter(2))
        first, imap = fetching.place("first"), fetching.connect()
        with fetching.database.transaction() as session:
            leave_account(session, first.holder, now=database_time(session))
        assert fetching.fetch(fetching.place("second")) == 2
        with pytest.raises(NotOurs):
            CatchUp(first, imap).run()
        assert len(fetching.waiting) == 2
        fetching.check_balance(2)


@SQLITE
class TestLarge:
    def test_a_large_mail_comes_piece_by_piece(self, fetching: Fetching) -> None:
        fetching.set()
        large = letter(1, "x" * 998 + "\r\n" + ("y" * 70 + "\r\n") * 18_000)
        assert 1024 * 1024 < len(large) < fetching.settings.smtp_size
        fetching.put(large, letter(2))
        assert fetching.fetch() == 2
        assert fetching.waiting == [large, letter(2)]

    def test_one_that_is_too_large_is_held_with_its_header(self, fetching: Fetching) -> None:
        fetching.set()
        fetching.put(letter(1, ("y" * 70 + "\r\n") * 25_000), letter(2))
        assert fetching.fetch() == 2
        held, filed = fetching.file_all()
        assert held.state == "held"
        assert "only its header was fetched" in held.reason
        assert held.subject == "Kettle 1"
        assert held.from_address == "ann@mail.example"
        assert filed.state == "filed"
        fetching.check_balance(2, left=1)
        assert list(fetching.dovecot.flags(fetching.user).values()) == [set(), SEEN]
        assert fetching.fetch() == 0

    def test_a_mail_that_breaks_the_reader_holds_up_nobody(self, fetching: Fetching) -> None:
        fetching.set()
        nested = "".join(
            f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n"
            for n in range(900)
        )
        bomb = letter(1, nested, Content_Type="multipart/mixed; boundary=b0", MIME_Version="1.0")
        fetching.put(bomb, letter(2))
        assert fetching.fetch() == 2
        states = [row.state for row in fetching.file_all()]
        assert sorted(states) == ["filed", "held"]
        fetching.check_balance(2)
