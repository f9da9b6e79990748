"""The API of a running Postdesk, with its several web processes, asked by many at once."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.running import RunningPostdesk, free_port

CREATIONS = 100


@pytest.mark.slow
def test_a_hundred_creations_at_once(tmp_path: Path, database_url: str) -> None:
    metrics = f"127.0.0.1:{free_port()}"
    with RunningPostdesk(tmp_path, DATABASE_URL=database_url, METRICS_LISTEN=metrics) as postdesk:
        postdesk.command("mailbox", "add", "support@shop.example")
        postdesk.command("person", "add", "shop@shop.example", "--role", "agent")
        token = postdesk.command("token", "issue", "shop@shop.example", "--scope", "write").strip()

        def create(number: int) -> str:
            request = urllib.request.Request(
                f"{postdesk.url}/api/tickets/create/",
                json.dumps(
                    {
                        "subject": f"Ticket {number}",
                        "description": "x",
                        "customer": f"c{number % 5}@mail.example",
                    }
                ).encode(),
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert answer.status == 201
                return str(json.load(answer)["ticket_number"])

        with ThreadPoolExecutor(20) as pool:
            numbers = list(pool.map(create, range(CREATIONS)))
        assert len(set(numbers)) == CREATIONS
        assert {int(number[11:]) for number in numbers} == set(range(1, CREATIONS + 1))
        with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=20) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
    counted = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }
    assert counted["postdesk_tickets", "open"] == CREATIONS
    # Whichever process is asked, it knows what the others did.
    assert counted["postdesk_request_seconds_count", "2xx", "POST", "api"] == CREATIONS
