"""The store that the settings name, and what this machine knows of it."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from helpdesk.blobs import StoreAway, WrongStore, open_blobs, open_place
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.opening import known_identity, note_identity
from helpdesk.settings import Settings, load
from tests.support.s3_server import VARIABLES, Bucket

ID = "a1" * 16


def test_a_folder_or_a_bucket(settings: Settings) -> None:
    assert isinstance(open_place(settings), FolderPlace)
    assert open_place(settings).name == settings.blob_url
    assert open_place(settings, "s3://shop-mails/post/").name == "s3://shop-mails/post"


def test_the_settings_of_a_bucket(tmp_path: object, bucket: Bucket) -> None:
    read = load(
        {
            "POSTDESK_DATA_DIR": str(tmp_path),
            "POSTDESK_BLOB_URL": f"{bucket.url}/",
            "POSTDESK_S3_ENDPOINT": f"{bucket.endpoint}/",
            "POSTDESK_SECRET_KEY": "k" * 40,
            **dict(VARIABLES),
        }
    )
    assert (read.blob_url, read.s3_endpoint) == (bucket.url, bucket.endpoint)
    blobs = open_blobs(read)
    assert blobs.get(blobs.put(b"hello")) == b"hello"


def test_what_is_noted_is_expected(settings: Settings) -> None:
    assert known_identity(settings) == ""
    note_identity(settings, ID)
    assert known_identity(settings) == open_blobs(settings).place.expected == ID
    with pytest.raises(WrongStore):
        open_blobs(settings).put(b"hello")


def test_without_the_package_it_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    place = open_place(replace(settings, blob_url="s3://shop-mails"))
    with pytest.raises(StoreAway, match=r"pip install 'postdesk\[s3\]'"):
        place.identity()
