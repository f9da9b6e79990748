"""The bytes that reach the wire: exactly the fields that were meant, whatever was fed in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpdesk.blobs import Blobs
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.languages import LANGUAGES
from helpdesk.links import read_tracking_token
from helpdesk.mail_out.bounce_address import read_bounce_address, read_bounce_token
from helpdesk.mail_out.outbox import strict_address
from helpdesk.mail_out.subjects import one_line
from helpdesk.mail_out.templates import TEMPLATES
from helpdesk.pictures import without_notes
from helpdesk.settings import Settings, load
from helpdesk.vocabulary import STATUSES
from jobs.compose import CannotCompose, compose_mail
from mailgate.parse.reader import read_mail
from tests.jobs.sample_mails import HOSTILE, NUMBER, PLAIN, VALUES, body, of, read
from tests.support.pictures import jpeg


def test_an_answer_carries_what_threads_it_and_no_mark_of_a_machine(
    settings: Settings, files: Blobs
) -> None:
    written = compose_mail(PLAIN, settings, files)
    head = written.content.partition(b"\r\n\r\n")[0].decode().split("\r\nMIME-Version")[0]
    mark = re.search(r"X-Postdesk: (\S+)", head)
    assert mark
    assert read_bounce_token((settings.secret_key,), mark.group(1)) == 7
    assert head.replace(mark.group(1), "MARK") == (
        "From: The Shop <support@shop.example>\r\n"
        "To: Ann Lee <ann@example.org>\r\n"
        f"Subject: Re: [{NUMBER}] Parcel late\r\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
        "Message-ID: <mac.nonce@shop.example>\r\n"
        "In-Reply-To: <q2@example.org>\r\n"
        "References: <q1@example.org> <q2@example.org>\r\n"
        "Reply-To: The Shop <support+token@shop.example>\r\n"
        "X-Postdesk: MARK"
    )
    assert written.envelope_from.startswith("support+b7-")
    assert read_bounce_address((settings.secret_key,), written.envelope_from) == 7


def test_a_copy_says_for_whom_it_is_and_leads_to_no_other_message(
    settings: Settings, files: Blobs
) -> None:
    people = [
        ("Lee, Carl", "carl@parcel.example"),
        ("Zoë 東京", "zoe@bücher.example"),
        ("", "x@y.z"),
    ]
    cc = [{"name": name, "address": address} for name, address in people]
    to = {"name": "Ann Lee", "address": "ann@example.org"}
    values = {**PLAIN.values, "cc": cc, "to": to, "in_copy": True}
    copy = replace(PLAIN, recipient="boss@shop.example", recipient_name="Boss", values=values)
    written = compose_mail(copy, settings, files)
    mail = read(written)
    assert str(mail["To"]) == "Ann Lee <ann@example.org>"
    wire = [(name, address.replace("bücher", "xn--bcher-kva")) for name, address in people]
    assert [(one.display_name, one.addr_spec) for one in mail["Cc"].addresses] == wire
    assert b"boss" not in written.content.lower()
    assert "/t/" not in body(written, "plain") + body(written, "html")


def test_what_staff_wrote_is_markdown_in_html_and_as_it_is_in_text(
    settings: Settings, files: Blobs
) -> None:
    written = compose_mail(PLAIN, settings, files)
    html, text = body(written, "html"), body(written, "plain")
    assert "<strong>Ann</strong>" in html
    assert "&lt;b&gt;on&lt;/b&gt;" in html
    assert 'href="https://carrier.example/1"' in html
    assert text.startswith("Hello **Ann**,\nit is <b>on</b> its way: https://carrier.example/1\n")
    assert "\n-- \nMia\nThe Shop team\n+49 30 1234\n" in text
    assert "On 20 Nov 2026, 08:05 UTC, Ann wrote:\n> Where?\n> Ann" in text
    assert "Ann wrote:" in html


def test_the_tracking_link_is_made_when_the_mail_is_written(
    settings: Settings, files: Blobs
) -> None:
    text = body(compose_mail(PLAIN, settings, files), "plain")
    token = re.search(r"https://help\.shop\.example/t/(\w+)", text)
    assert token
    right = read_tracking_token((settings.secret_key,), token.group(1))
    assert right is not None
    assert (right.ticket_id, right.generation, right.person_id) == (5, 2, 9)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ({"by_button": "help", "text": ""}, f"Ann still needs help: {NUMBER} is open again."),
        ({"by_button": "rating", "grade": "bad", "text": ""}, f"Ann rated {NUMBER}: Not good."),
    ],
)
def test_staff_read_what_a_customer_said_by_a_button(
    settings: Settings, files: Blobs, deed: dict[str, str], words: str
) -> None:
    alone = of("comment_added_staff", values={"author_name": "Ann", **deed})
    event = {"kind": "customer_replied", "number": NUMBER, "subject": "Parcel late", "who": "Ann"}
    digest = of("digest_staff", values={"events": [{**event, **deed}], "more": 0})
    for kind in ("plain", "html"):
        assert words in body(compose_mail(alone, settings, files), kind)
        gathered = body(compose_mail(digest, settings, files), kind)
        assert "Ann still needs help" in gathered or "Ann rated it “Not good”" in gathered


@pytest.mark.parametrize("template", ["ticket_created_customer", "tracking_link"])
def test_to_an_address_that_is_not_proven_no_strangers_words_are_mailed(
    settings: Settings, files: Blobs, template: str
) -> None:
    mail = of(template, ticket_subject="Buy cheap", recipient_name="Buy", subject="Buy it")
    whole = compose_mail(replace(mail, values={"verified": False}), settings, files)
    assert "Buy" not in str(read(whole)["Subject"])
    for kind in ("plain", "html"):
        assert "Buy" not in body(whole, kind)
        assert "/t/" in body(whole, kind)


@pytest.mark.parametrize(
    ("template", "mark"),
    [
        ("comment_added_customer", None),
        ("ticket_created_customer", "auto-replied"),
        ("status_changed_customer", "auto-generated"),
        ("comment_added_staff", "auto-generated"),
        ("sign_in_link", "auto-generated"),
    ],
)
def test_only_automatic_mail_says_that_it_is(
    settings: Settings, files: Blobs, template: str, mark: str | None
) -> None:
    message = read(compose_mail(of(template), settings, files))
    assert message["Auto-Submitted"] == mark
    assert message["X-Auto-Response-Suppress"] == ("All" if mark else None)
    assert message["List-Id"] is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_is_complete_and_the_same_bytes_each_time(
    settings: Settings, files: Blobs, template: str, language: str
) -> None:
    mail = of(template, person_language=language)
    written = compose_mail(mail, settings, files)
    assert written == compose_mail(mail, settings, files)
    html, text = body(written, "html"), body(written, "plain")
    assert "<style" in html
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html
    assert f'<html lang="{language}"' in html
    for word in ("None", "Undefined", "{{", "{%", "%("):
        assert word not in text
        assert word not in html
    assert "\n\n\n" not in text


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_every_status_is_explained_in_plain_words(
    settings: Settings, files: Blobs, status: str
) -> None:
    text = body(
        compose_mail(of("status_changed_customer", values={"status": status}), settings, files),
        "plain",
    )
    assert STATUSES[status].headline in text
    assert "write below" not in text


def test_a_stranger_gets_none_of_the_senders_words(settings: Settings, files: Blobs) -> None:
    mail = of(
        "ticket_created_customer",
        values={"verified": False},
        subject="[TKT20261123001] Buy pills",
        ticket_subject="Buy pills",
        recipient_name="Cheap Pills at evil.example",
    )
    written = compose_mail(mail, settings, files)
    message = read(written)
    assert str(message["Subject"]) == f"[{NUMBER}] We have your message"
    assert str(message["To"]) == "ann@example.org"
    everything = str(message["Subject"]) + body(written, "html") + body(written, "plain")
    assert "pills" not in everything.lower()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_subject_or_value_can_add_a_field(
    settings: Settings, files: Blobs, text: str
) -> None:
    mail = replace(
        PLAIN,
        subject=text,
        recipient_name=text,
        mailbox_name=text,
        mailbox_signature=text.encode("utf-8", "replace").decode(),
        values={"text": text.encode("utf-8", "replace").decode(), "author_name": one_line(text)},
    )
    written = compose_mail(mail, settings, files)
    head = written.content.partition(b"\r\n\r\n")[0]
    names = re.findall(rb"^([!-9;-~]+):", head, re.M)
    assert names == [
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References"),
        *(b"Reply-To", b"X-Postdesk", b"MIME-Version", b"Content-Type"),
    ]
    message = read(written)
    assert [a.addr_spec for a in message["To"].addresses] == ["ann@example.org"]
    assert [a.addr_spec for a in message["From"].addresses] == ["support@shop.example"]
    assert written.content.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, written.content.split(b"\r\n"))) <= 998
    assert str(message["Subject"]).count(f"[{NUMBER}]") == 1


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_no_value_of_any_template_can_add_a_field_or_a_tag(
    settings: Settings, files: Blobs, template: str
) -> None:
    """Every text that a template takes, all of them hostile at once, in every language."""
    attack = (
        '=?utf-8?q?x=0D=0ABcc=3A?=\r\nBcc: eve@evil.example\r\n\r\n<script>x</script>"><img src=x>'
    )

    def hostile(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: hostile(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [hostile(one) for one in value]
        fixed = key in ("status", "kind", "outcome", "at", "path", "number")
        return attack if isinstance(value, str) and not fixed else value

    for language in LANGUAGES:
        mail = of(
            template,
            values=hostile(VALUES[template]),
            person_language=language,
            ticket_subject=attack,
            subject=attack,
            recipient_name=attack,
            mailbox_name=attack,
            mailbox_signature=attack,
        )
        written = compose_mail(mail, settings, files)
        head = written.content.partition(b"\r\n\r\n")[0]
        names = set(re.findall(rb"^([!-9;-~]+):", head, re.M))
        meant = b"From To Subject Date Message-ID In-Reply-To References Reply-To X-Postdesk"
        machine = b"Auto-Submitted X-Auto-Response-Suppress MIME-Version Content-Type"
        assert names <= {*meant.split(), *machine.split()}
        assert not re.search(rb"\r\n[^ \t]*(evil|script)", head)
        html = body(written, "html")
        assert "<script" not in html
        assert "<img" not in html


@given(st.text(max_size=120))
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_address_that_is_taken_is_the_one_recipient_on_the_wire(text: str) -> None:
    for address in (text, f"{text}@example.org", f"ann@{text}.org"):
        try:
            strict_address(address)
        except InvalidInput:
            continue
        mail = replace(PLAIN, recipient=address)
        folder = Path("/nonexistent")
        environ = {"POSTDESK_SECRET_KEY": "s" * 40, "POSTDESK_DATA_DIR": str(folder)}
        written = compose_mail(mail, load(environ), Blobs(folder))
        [line] = re.findall(rb"^To: (.*)\r\n(?![ \t])", written.content, re.M)[:1]
        local = address.rpartition("@")[0].encode()
        assert local in line.replace(b"\r\n ", b"")


def test_attachments_and_inline_images_leave_with_an_answer(
    settings: Settings, files: Blobs
) -> None:
    picture, text = files.put(jpeg()), files.put(b"plain\ntext\r\n")
    attachments = [
        {"sha256": text, "filename": '../"ä\r\nx: y.txt', "content_type": "text/plain"},
        {
            "sha256": picture,
            "filename": "p.jpg",
            "content_type": "image/jpeg",
            "content_id": "p1@x",
        },
        {"sha256": text, "filename": "m.eml", "content_type": "message/rfc822"},
        {"sha256": text, "filename": "", "content_type": "text/html; charset=x\r\nBcc: y"},
    ]
    values = {"text": "See below.", "author_name": "Mia", "attachments": attachments}
    message = read(compose_mail(replace(PLAIN, values=values), settings, files))
    [picture_part] = [part for part in message.walk() if part["Content-ID"]]
    assert picture_part["Content-ID"] == "<p1@x>"
    assert picture_part.get_content_disposition() == "inline"
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in message.walk()
        if part.get_filename()
    ]
    assert found == [
        ("p.jpg", "image/jpeg", without_notes(jpeg())),
        ('_"ä x: y.txt', "text/plain", b"plain\ntext\r\n"),
        ("m.eml", "application/octet-stream", b"plain\ntext\r\n"),
        ("attachment", "application/octet-stream", b"plain\ntext\r\n"),
    ]


def test_a_file_that_is_gone_is_named(settings: Settings) -> None:
    class Nothing:
        def get(self, key: str) -> bytes:
            raise NotFound(key)

    file = {"sha256": "0" * 64, "filename": "bill.pdf", "content_type": "application/pdf"}
    values = {"text": "x", "author_name": "Mia", "attachments": [file]}
    with pytest.raises(CannotCompose, match=r"bill\.pdf"):
        compose_mail(replace(PLAIN, values=values), settings, Nothing())


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffd400", "#123456", "red;}x", ""])
def test_any_mailbox_colour_stays_legible(settings: Settings, files: Blobs, colour: str) -> None:
    html = body(
        compose_mail(of("ticket_created_customer", mailbox_colour=colour), settings, files), "html"
    )
    assert "red;}" not in html
    button = re.search(r"<a [^>]*style=\"([^\"]*)\"[^>]*>See how it stands", html)
    assert button
    ink = re.search(r"(?<!-)color: ?(#\w{6})", button.group(1))
    assert ink
    assert ink.group(1) == ("#14181d" if colour in ("#ffffff", "#ffd400") else "#ffffff")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_quote_is_folded_by_our_own_reader(
    settings: Settings, files: Blobs, language: str
) -> None:
    """Two Postdesks in one thread: the other's answer is its new part, its quotes are quotes."""
    earlier = [
        {"author_name": name, "at": "2026-11-20T08:05:00+00:00", "text": f"{name} said\nthis."}
        for name in ("Mia", "Ann Lee", "")
    ]
    values = {"text": "It is on its way.", "author_name": "Mia", "quoted": earlier}
    mail = of("comment_added_customer", values=values, person_language=language)
    read_again = read_mail(compose_mail(mail, settings, files).content)
    assert read_again.reply.startswith("It is on its way.")
    assert "said" not in read_again.reply
    for name in ("Mia", "Ann Lee"):
        assert f"{name} said" in read_again.quoted


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("var")
    return load(
        {
            "POSTDESK_DATA_DIR": str(folder),
            "POSTDESK_SECRET_KEY": "s" * 40,
            "POSTDESK_PUBLIC_URL": "https://help.shop.example",
        }
    )


@pytest.fixture(scope="module")
def files(settings: Settings) -> Blobs:
    return Blobs(settings.blob_url)
