"""A mail and its copy compared."""

from __future__ import annotations

from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader
from tests.mailgate.anonymise.secret_mail import KEY
from tests.mailgate.parse.test_reader import FIXTURES


def test_what_is_odd_about_a_mail_stays(reader: Reader) -> None:
    paths = [path for path in FIXTURES.glob("*.eml") if path.stem != "winmail"]
    assert len(paths) >= 9
    for path in paths:
        report = report_parse(reader, path.read_bytes(), KEY)
        assert report.shows_the_same, (path.stem, report.differences)


def test_a_copy_that_does_not_show_it_says_so(reader: Reader) -> None:
    """What stands in a winmail.dat cannot be made over: it is blank in the copy."""
    report = report_parse(reader, (FIXTURES / "winmail.eml").read_bytes(), KEY)
    assert [line.partition(":")[0] for line in report.differences] == ["files"]
