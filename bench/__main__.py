"""``python -m bench``: measure everything, print a table, write ``bench/results.json``.

Each figure stands beside a ceiling measured in the same run. CPU milliseconds hold on a shared
machine; wall times and rates do not, so read those as ratios.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import acts, acts_in_browser, api, file, idle, pages, searches, streams
from tests.support.running import POSTDESK

RESULTS = Path(__file__).with_name("results.json")
FILE_LIMIT = 12.0
FILE_GOALS = {"sqlite": (5, 8), "postgresql": (8, 11)}
"""Of a mail, and of a mail with its acknowledgement sent."""
PAGE_LIMIT, API_LIMIT, ACT_LIMIT = 15.0, 200.0, 100.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = "accept, file, idle, pages, acts, searches, browser, streams, api or deliver"
    parser.add_argument("--only", default="", help=names)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--tickets", type=int, default=10_000, help="at most 1,000,000")
    parser.add_argument("--mails", type=int, default=500, help="at most 20,000")
    parser.add_argument(
        "--keep", type=Path, help="a folder where seeded tickets stay, and are found the next time"
    )
    words = "the postdesk whose idling is measured (see bench.idle)"
    parser.add_argument("--program", type=Path, default=POSTDESK, help=words)
    options = parser.parse_args()
    keep: Path | None = options.keep and options.keep.resolve()
    kinds = options.databases.split(",")
    tickets, mails = min(options.tickets, 1_000_000), min(options.mails, 20_000)
    measurements: dict[str, Callable[[], Any]] = {
        "accept": lambda: _other("accept"),
        "file": lambda: [_file(kind, mails, tickets) for kind in kinds],
        "idle": lambda: [_idle(kind, options.program) for kind in kinds],
        "pages": lambda: [row for kind in kinds for row in _pages(kind, tickets, keep)],
        "acts": lambda: [row for kind in kinds for row in _acts(kind, tickets, keep)],
        "searches": lambda: [row for kind in kinds for row in _searches(kind, tickets, keep)],
        "browser": lambda: [row for kind in kinds for row in _browser(kind, tickets, keep)],
        "streams": lambda: [_streams(kind, tickets, keep) for kind in kinds],
        "api": lambda: [row for kind in kinds for row in _api(kind, tickets, keep)],
        "deliver": lambda: [_other("deliver", kind) for kind in kinds],
    }
    results: dict[str, Any] = {"about": _about()}
    for name, measure in measurements.items():
        if options.only in ("", name):
            print(f"\n{name}", flush=True)
            results[name] = measure()
            RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nwritten to {RESULTS.relative_to(Path.cwd())}")


def _file(kind: str, mails: int, tickets: int) -> dict[str, Any]:
    filed = file.measure(kind, mails=mails, tickets=tickets)
    _print(
        ("CPU ms a mail, SMTP to committed ticket", f"{filed.cpu_ms:.1f}"),
        (f"  on {kind}, among {tickets:,} tickets; at most", f"{FILE_LIMIT:.0f}"),
        ("  where it is to go", f"{FILE_GOALS[kind][0]}"),
        *((f"  of it: {part}", f"{ms:.1f}") for part, ms in filed.by_part_ms.items()),
        ("  with its acknowledgement sent", f"{filed.with_answer_ms:.1f}"),
        ("  where that is to go", f"{FILE_GOALS[kind][1]}"),
        ("ceiling: accept and discard", f"{filed.discard_ms:.1f}"),
        ("ceiling: mail-parser alone", f"{filed.parser_ms:.1f}"),
        ("ratio to both ceilings", f"{filed.ratio:.1f} x"),
        ("mails a second, 10 clients", f"{filed.per_second:.0f}"),
        ("CPU ms a second when idle", f"{filed.idle_ms_per_s:.0f}"),
    )
    return {**asdict(filed), "ratio": filed.ratio}


def _idle(kind: str, program: Path) -> dict[str, Any]:
    found = idle.measure(kind, program=program)
    names = found.wake_ups_by_process
    _print(
        (f"wake-ups a second on {kind}; at most", f"{idle.WAKE_UPS_LIMIT:.0f}"),
        ("  all", f"{found.wake_ups_per_s:.1f}"),
        *((f"  of it: {name}", f"{count:.2f}") for name, count in names.items()),
        ("MiB, what is shared counted once; at most", f"{idle.MIB_LIMIT:.0f}"),
        ("  all", f"{found.pss_mib:.0f}"),
        *((f"  of it: {name}", f"{mib:.0f}") for name, mib in found.pss_by_process.items()),
        ("CPU ms a second", f"{found.cpu_ms_per_s:.0f}"),
    )
    return asdict(found)


def _pages(kind: str, tickets: int, keep: Path | None) -> list[dict[str, Any]]:
    print(f"  {kind}, {tickets:,} tickets; p95 at most {PAGE_LIMIT:.0f} ms")
    return _table(pages.measure(kind, tickets=tickets, keep=keep))


def _acts(kind: str, tickets: int, keep: Path | None) -> list[dict[str, Any]]:
    print(f"  {kind}, {tickets:,} tickets; p95 at most {ACT_LIMIT:.0f} ms")
    return _table(acts.measure(kind, tickets=tickets, keep=keep))


def _searches(kind: str, tickets: int, keep: Path | None) -> list[dict[str, Any]]:
    print(f"  {kind}, {tickets:,} tickets; p95 at most {ACT_LIMIT:.0f} ms")
    return _table(searches.measure(kind, tickets=tickets, keep=keep))


def _browser(kind: str, tickets: int, keep: Path | None) -> list[dict[str, Any]]:
    print(f"  {kind}, {tickets:,} tickets, in Chromium; p95 at most {ACT_LIMIT:.0f} ms")
    return _table(acts_in_browser.measure(kind, tickets=tickets, keep=keep))


def _streams(kind: str, tickets: int, keep: Path | None) -> dict[str, Any]:
    measured = asdict(streams.measure(kind, tickets=tickets, keep=keep))
    _print(*_flat(measured))
    return measured


def _api(kind: str, tickets: int, keep: Path | None) -> list[dict[str, Any]]:
    print(f"  {kind}, {tickets:,} tickets; list and comment at most {API_LIMIT:.0f} ms")
    return _table(api.measure(kind, tickets=tickets, keep=keep))


def _table(timed: Sequence[pages.Timed | acts_in_browser.Felt]) -> list[dict[str, Any]]:
    rows = [asdict(one) for one in timed]
    columns = [name for name in rows[0] if name.endswith("_ms")]
    heads = "".join(f"{name.removesuffix('_ms') + ' ms':>9}" for name in columns)
    print(f"  {'':26}{heads.replace('cpu', 'CPU')}")
    for row in rows:
        figures = "".join(f"{row[name]:>9.1f}" for name in columns)
        print(f"  {row.get('page') or row['act']:26}{figures}")
    return rows


def _other(name: str, *given: str) -> dict[str, Any]:
    """A measurement that lies beside its own subject: its figures as a dict, shown as they are."""
    measured: dict[str, Any] = importlib.import_module(f"bench.{name}").measure(*given)
    _print(*_flat(measured))
    return measured


def _flat(figures: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in figures.items():
        label = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flat(value, f"{label}: ")
        else:
            yield label, f"{value:,.2f}" if isinstance(value, float) else f"{value}"


def _print(*lines: tuple[str, str]) -> None:
    for label, value in lines:
        print(f"  {label:52}{value:>12}", flush=True)


def _about() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
