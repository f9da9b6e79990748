"""Raw mail by the API: taken once it is spooled, refused as SMTP refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actor import SYSTEM
from helpdesk.models import Mailbox, Person
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool
from tests.web.api.conftest import RAW_MAIL, Api, Caller, problem

OURS = "support@shop.example"
Post = Callable[..., TestResponse]


@pytest.fixture
def spool(api: Api) -> Iterator[Spool]:
    spool = Spool(api.store.settings.spool_dir)
    write_snapshot(spool.folder / SNAPSHOT, [OURS, "orders@shop.example"])
    yield spool
    spool.close()


def token_of(api: Api, address: str, *scopes: str) -> Caller:
    with api.database.transaction() as session:
        return Caller(api.app, issue_token(session, SYSTEM, address, api.clock(), scopes=scopes))


@pytest.fixture
def post(api: Api) -> Post:
    sender = token_of(api, "agent@shop.example", "mail")

    def ask(
        raw: bytes = RAW_MAIL,
        *,
        caller: Caller | None = None,
        kind: str = "message/rfc822",
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> TestResponse:
        asked = urlencode({"to": OURS, **query}, doseq=True)
        token = (caller or sender).token
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        client = api.app.test_client()
        path = f"/api/mail/inbound/?{asked}"
        return client.post(path, data=raw, content_type=kind, headers=sent)

    return ask


def test_a_mail_is_taken_byte_for_byte(post: Post, spool: Spool) -> None:
    answer = post(**{"from": "ann@mail.example"})
    assert answer.status_code == 202, answer.text
    mail = spool.read(answer.json["mail"])
    assert mail.raw() == RAW_MAIL
    assert (mail.envelope.mail_from, mail.envelope.rcpt_tos) == ("ann@mail.example", (OURS,))
    assert spool.accepted_count() == 1
    several = post(to=[OURS, "orders+x@shop.example"])
    assert spool.read(several.json["mail"]).envelope.mailboxes == (OURS, "orders@shop.example")


def test_whoever_lacks_the_scope_hands_over_nothing(api: Api, post: Post, spool: Spool) -> None:
    assert "“mail”" in problem(post(caller=api.agent), 403)["detail"]
    customer = token_of(api, "ann@mail.example", "mail")
    problem(post(caller=customer), 403)
    problem(post(caller=api.nobody), 401)
    assert spool.accepted_count() == 0


def test_a_mailbox_that_one_does_not_see_is_none(api: Api, post: Post, spool: Spool) -> None:
    with api.database.transaction() as session:
        session.add(Mailbox(address="orders@shop.example", name="Orders", created_at=api.clock()))
        person = session.get(Person, api.shop.agent.person_id)
        assert person is not None
        person.mailbox_rights = {str(api.shop.mailbox.id): "answer"}
    nobodys = problem(post(to="nobody@shop.example"), 422)
    assert problem(post(to="orders@shop.example"), 422) == nobodys
    problem(post(), 403)
    assert spool.accepted_count() == 0


def test_what_is_refused_names_its_field(api: Api, post: Post, spool: Spool) -> None:
    no_box = problem(post(to="nobody@shop.example"), 422)
    assert no_box["errors"] == {"to": ["No such mailbox here."]}
    assert list(problem(post(**{"from": "a b"}), 422)["errors"]) == ["from"]
    assert list(problem(post(b""), 422)["errors"]) == ["body"]
    problem(post(to=[]), 422)
    problem(post(kind="application/x-www-form-urlencoded"), 415)
    problem(post(more="x"), 422)
    assert spool.names() == []


def test_a_mail_may_be_as_large_as_by_smtp(api: Api, post: Post, spool: Spool) -> None:
    largest = api.store.settings.smtp_size
    assert post(b"x" * 3_000_000).status_code == 202
    problem(post(b"x" * (largest + 1)), 413)
    assert spool.accepted_count() == 1


def test_before_there_is_a_gateway_it_is_to_be_tried_again(api: Api, post: Post) -> None:
    answer = post()
    assert problem(answer, 503)["detail"].startswith("No gateway")
    assert answer.headers["Retry-After"]
    api.store.mail_door = None
    problem(post(), 503)


def test_the_same_key_takes_a_mail_once(post: Post, spool: Spool) -> None:
    key = {"Idempotency-Key": "mail-1"}
    first, again = post(headers=key), post(headers=key)
    assert (again.status_code, again.json) == (202, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(post(RAW_MAIL + b"more\r\n", headers=key), 422)
    assert spool.waiting(9) == [first.json["mail"]]
    assert spool.accepted_count() == 1
    assert list((spool.folder / "tmp").iterdir()) == []
