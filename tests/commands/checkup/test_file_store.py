"""What the doctor says of the store, for each way in which it can be set up wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from commands.checkup.file_store import file_store
from commands.checkup.findings import Finding
from commands.store_identity import see_store
from helpdesk.blobs import open_place
from helpdesk.db import Database
from helpdesk.settings import Settings
from tests.support.s3_server import VARIABLES, Bucket


def said(settings: Settings, database: Database) -> list[tuple[str, str]]:
    """State and text of each line."""
    return [(one.state, one.text) for one in findings(settings, database)]


def findings(settings: Settings, database: Database) -> list[Finding]:
    """All that is said."""
    found = list(file_store(settings, database))
    assert all(one.name == "store" for one in found)
    return found


@pytest.fixture
def there(settings: Settings, bucket: Bucket) -> Settings:
    return replace(
        settings, blob_url=bucket.url, s3_endpoint=bucket.endpoint, s3_variables=VARIABLES
    )


def test_a_folder(database: Database, settings: Settings) -> None:
    assert said(settings, database)[0][0] == "ok"
    assert not Path(settings.blob_url).exists()
    see_store(settings, database)
    ((state, text),) = said(settings, database)
    assert (state, text) == ("ok", f"{settings.blob_url} keeps files, and gives them back")
    assert open_place(settings).is_empty(), "nothing is left of it"
    Path(settings.blob_url).rename(f"{settings.blob_url}.away")
    ((state, text),) = said(settings, database)
    assert state == "fail"
    assert "not mounted" in text


@pytest.mark.databases("sqlite")
def test_a_bucket(database: Database, there: Settings, bucket: Bucket) -> None:
    see_store(there, database)
    ((state, text),) = said(there, database)
    assert (state, text) in (
        ("ok", f"{bucket.url} keeps files, and gives them back"),
        ("warn", text),
    )
    assert bucket.place().is_empty()


@pytest.mark.databases("sqlite")
def test_each_misconfiguration_in_words(
    database: Database, there: Settings, bucket: Bucket
) -> None:
    missing = replace(there, blob_url="s3://nobodys-bucket")
    assert said(missing, database) == [
        (
            "fail",
            "s3://nobodys-bucket does not exist: make the bucket, or mend POSTDESK_BLOB_URL.",
        )
    ]
    open_place(there).write_identity("b2" * 16)
    see_store(replace(there, blob_url=f"s3://{bucket.name}/ours"), database)
    ((state, text),) = said(there, database)
    assert (state, "another Postdesk" in text) == ("fail", True)
    bucket.refuse()
    found = findings(there, database)[0]
    assert found.state == "fail"
    assert "cannot be reached" in found.text
    assert "waits in the spool" in found.advice


@pytest.mark.databases("sqlite")
def test_mails_in_clear_are_said(database: Database, settings: Settings) -> None:
    far = replace(
        settings,
        blob_url="s3://shop-mails",
        s3_endpoint="http://s3.invalid",
        s3_variables=VARIABLES,
    )
    found = said(far, database)
    assert found[0][0] == "fail"
    assert found[1] == ("warn", "mails go to http://s3.invalid without encryption")


@pytest.fixture
def refusing() -> Iterator[Callable[[int, str], str]]:
    """A server of S3 that answers everything with an error: its status and code are given."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, code: str) -> str:
        class Refuse(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        server.daemon_threads = True
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.05,)).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "InvalidAccessKeyId", "refuses the key: see AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "refuses the key"),
        (403, "AccessDenied", "the key lacks a right"),
        (404, "NoSuchBucket", "does not exist: make the bucket"),
        (400, "AuthorizationHeaderMalformed", "is elsewhere: see AWS_REGION"),
        (503, "SlowDown", "cannot be used"),
    ],
)
def test_what_the_server_says_in_plain_words(
    database: Database,
    settings: Settings,
    refusing: Callable[[int, str], str],
    status: int,
    code: str,
    words: str,
) -> None:
    there = replace(
        settings,
        blob_url="s3://shop-mails",
        s3_endpoint=refusing(status, code),
        s3_variables=VARIABLES,
    )
    ((state, text),) = said(there, database)
    assert (state, words in text) == ("fail", True), text
