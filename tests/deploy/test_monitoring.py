"""The bells and the dashboard that ``deploy/monitoring`` offers, by Prometheus's own tool."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import missing_program

pytestmark = pytest.mark.servers

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
RULES, DASHBOARD = FOLDER / "postdesk.rules.yml", FOLDER / "postdesk.dashboard.json"
HERE = 'instance="shop:9464", job="postdesk"'
LATER = 30
"""Minutes: longer than any bell waits."""


def promtool(*arguments: str | Path) -> None:
    program = shutil.which("promtool")
    if not program:
        missing_program("promtool is not installed (on Debian: apt install prometheus)")
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def alerts() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def queries() -> list[str]:
    """Each that the dashboard asks, for all machines."""
    board = json.loads(DASHBOARD.read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [one.replace("$instance", ".*") for one in asked]


RINGS = {
    "PostdeskDown": {f"up{{{HERE}}}": "0x60"},
    "PostdeskPartDown": {f'postdesk_part_up{{{HERE}, part="filer"}}': "0x60"},
    "PostdeskGatewayDown": {f'postdesk_gateway_up{{{HERE}, gateway="a"}}': "0x60"},
    "PostdeskPartNowhere": {
        'postdesk_machine_part_up{instance="a:1", machine="a", part="worker"}': "0x60",
        'postdesk_machine_part_up{instance="a:1", machine="b", part="worker"}': "0x60",
    },
    "PostdeskDatabaseAway": {f"postdesk_database_up{{{HERE}}}": "0x60"},
    "PostdeskMailWaits": {f"postdesk_spool_oldest_seconds{{{HERE}}}": "0+60x60"},
    "PostdeskAnswersWait": {f"postdesk_outbound_oldest_seconds{{{HERE}}}": "0+60x60"},
    "PostdeskMailsLost": {f'postdesk_gateway_difference_mails{{{HERE}, gateway="a"}}': "2x60"},
    "PostdeskAnswersLost": {
        f'postdesk_outbound_last_hour{{{HERE}, outcome="sent"}}': "80x60",
        f'postdesk_outbound_last_hour{{{HERE}, outcome="lost"}}': "20x60",
        f'postdesk_outbound_last_hour{{{HERE}, outcome="waiting"}}': "0x60",
    },
    "PostdeskDiskFillsUp": {
        f'postdesk_disk_free_bytes{{{HERE}, of="spool"}}': "100000000x60",
        f'postdesk_disk_needed_bytes{{{HERE}, of="spool"}}': "56623104x60",
    },
    "PostdeskDiskFull": {f'postdesk_disk_full{{{HERE}, of="spool"}}': "1x60"},
    "PostdeskGatewayDiskFull": {f'postdesk_gateway_disk_full{{{HERE}, gateway="a"}}': "1x60"},
    "PostdeskMailHeld": {f'postdesk_inbound_mails{{{HERE}, state="held"}}': "0+1x60"},
    "PostdeskAcknowledgementsWithheld": {
        f"postdesk_acknowledgements_withheld{{{HERE}}}": "0+10x60"
    },
    "PostdeskErrors": {
        f'postdesk_request_seconds_count{{{HERE}, part="api", answer="5xx"}}': "0+60x60"
    },
    "PostdeskPagesSlow": {
        f'postdesk_request_seconds_bucket{{{HERE}, part="desk", le="1"}}': "0+50x60",
        f'postdesk_request_seconds_bucket{{{HERE}, part="desk", le="10"}}': "0+100x60",
        f'postdesk_request_seconds_bucket{{{HERE}, part="desk", le="+Inf"}}': "0+100x60",
    },
}
"""What each bell is there for, minute by minute."""
CALM = {
    f"up{{{HERE}}}": "1x60",
    f'postdesk_part_up{{{HERE}, part="filer"}}': "1x60",
    f'postdesk_gateway_up{{{HERE}, gateway="a"}}': "1x60",
    'postdesk_machine_part_up{instance="a:1", machine="a", part="worker"}': "0x60",
    'postdesk_machine_part_up{instance="a:1", machine="b", part="worker"}': "1x60",
    f"postdesk_database_up{{{HERE}}}": "1x60",
    f"postdesk_spool_oldest_seconds{{{HERE}}}": "0 30 2x58",
    f"postdesk_outbound_oldest_seconds{{{HERE}}}": "0x20 120x40",
    f'postdesk_gateway_difference_mails{{{HERE}, gateway="a"}}': "0x60",
    f'postdesk_outbound_last_hour{{{HERE}, outcome="sent"}}': "5x60",
    f'postdesk_outbound_last_hour{{{HERE}, outcome="lost"}}': "3x60",
    f'postdesk_outbound_last_hour{{{HERE}, outcome="waiting"}}': "0x60",
    f'postdesk_disk_free_bytes{{{HERE}, of="spool"}}': "9000000000x60",
    f'postdesk_disk_needed_bytes{{{HERE}, of="spool"}}': "56623104x60",
    f'postdesk_disk_full{{{HERE}, of="spool"}}': "0x60",
    f'postdesk_gateway_disk_full{{{HERE}, gateway="a"}}': "0x60",
    f'postdesk_inbound_mails{{{HERE}, state="held"}}': "2x60",
    f"postdesk_acknowledgements_withheld{{{HERE}}}": "7x60",
    f'postdesk_request_seconds_count{{{HERE}, part="api", answer="5xx"}}': "0+1x60",
    f'postdesk_request_seconds_bucket{{{HERE}, part="desk", le="1"}}': "0+100x60",
    f'postdesk_request_seconds_bucket{{{HERE}, part="desk", le="+Inf"}}': "0+100x60",
}
"""A shop on an ordinary day, with two mails that were held long ago."""


def test_every_bell_rings_for_what_it_is_there_for_and_not_on_a_calm_day(tmp_path: Path) -> None:
    assert set(RINGS) == set(alerts()), "each bell is tried"
    tests = [{**_told(series), "alert_rule_test": [_rings(name)]} for name, series in RINGS.items()]
    silent = [{"eval_time": f"{LATER}m", "alertname": name, "exp_alerts": []} for name in RINGS]
    tests.append({**_told(CALM), "alert_rule_test": silent})
    # What is said in full is not compared: only that it rings, and how loudly.
    bare = yaml.safe_load(RULES.read_text())
    for group in bare["groups"]:
        for rule in group["rules"]:
            del rule["annotations"]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(bare))
    written = tmp_path / "tests.yml"
    written.write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": tests}))
    promtool("test", "rules", written)


def _told(series: dict[str, str]) -> dict[str, Any]:
    told = [{"series": name, "values": values} for name, values in series.items()]
    return {"interval": "1m", "input_series": told}


def _rings(name: str) -> dict[str, Any]:
    series = next(iter(RINGS[name]))
    labels = dict(re.findall(r'(\w+)="([^"]*)"', series))
    if name in ("PostdeskErrors", "PostdeskPagesSlow", "PostdeskPartNowhere"):  # over all machines
        labels = {"part": labels["part"]}
    if name == "PostdeskAnswersLost":
        del labels["outcome"]
    labels["severity"] = alerts()[name]["labels"]["severity"]
    found = {"exp_labels": labels}
    return {"eval_time": f"{LATER}m", "alertname": name, "exp_alerts": [found]}


def test_each_bell_says_what_is_wrong_and_what_to_look_at() -> None:
    promtool("check", "rules", RULES)
    for name, rule in alerts().items():
        assert rule["labels"]["severity"] in ("page", "look"), name
        assert rule["annotations"]["summary"].endswith("."), name
        assert len(rule["annotations"]["description"]) > 15, name


def test_the_dashboards_queries_are_such(tmp_path: Path) -> None:
    """As rules of their own they are read by the same tool."""
    rules = [{"record": f"asked:{at}", "expr": query} for at, query in enumerate(queries())]
    assert len(rules) > 15
    written = tmp_path / "queries.yml"
    written.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", written)
