"""The rules of the house, held by tests: CONTRIBUTING.md has them in words."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from helpdesk.db import Database, connect
from helpdesk.models import Base
from helpdesk.schema import downgrade, is_current, migrate
from helpdesk.schema.revisions import revisions
from helpdesk.settings import SettingError, load
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, receive
from tests.support.factories import make_shop
from tests.support.migration_rules import FROM, complaints

ROOT = Path(__file__).parent.parent
PACKAGES = ("helpdesk", "mailgate", "jobs", "web", "commands")


@cache
def sources() -> list[tuple[str, ast.Module]]:
    """Every Python file of Postdesk itself: its path from the root, and its syntax tree."""
    return [
        (str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8")))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows; all that lie here, where this is no clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=False
    )
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    return [path for name in names if name and (path := ROOT / name).is_file()]


MOST_LINES = 400
MOST_FUNCTION_LINES = 45
MOST_NESTING = 4
MOST_ARGUMENTS = 8
LEAST_TESTED_IN_PLACE = 0.85
Function = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method of Postdesk itself, less the migrations, with its file."""
    for path, tree in sources():
        if "/migrations/" not in path:
            for node in ast.walk(tree):
                if isinstance(node, Function):
                    yield path, node


def arguments(function: Function) -> list[str]:
    """The names of what a function takes, less ``self`` and ``cls``."""
    taken = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [argument.arg for argument in taken if argument.arg not in ("self", "cls")]


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks stand in one another; an ``elif`` is no deeper than its ``if``."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*DEFINITIONS, ast.Lambda)):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, nesting(child, depth + (isinstance(child, BLOCKS) and not is_elif)))
    return deepest


class TestCode:
    @classmethod
    def teardown_class(cls) -> None:
        sources.cache_clear()

    def test_imports_run_one_way(self) -> None:
        run = "from importlinter.cli import lint_imports_command as lint; lint()"
        command = [sys.executable, "-c", run]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout

    def test_the_rule_on_jobs_names_each_of_its_modules(self) -> None:
        """A new module of jobs is forbidden to web and mailgate until somebody says otherwise."""
        config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        (rule,) = (
            contract
            for contract in config["tool"]["importlinter"]["contracts"]
            if contract["name"] == "web and mailgate know of jobs only jobs.queue"
        )
        found = (ROOT / "jobs").glob("[!_]*")
        found = (one for one in found if one.suffix == ".py" or (one / "__init__.py").is_file())
        modules = {f"jobs.{path.stem}" for path in found}
        assert set(rule["forbidden_modules"]) == modules - {"jobs.queue"}

    def test_only_db_commits(self) -> None:
        found = [
            f"{path}:{node.lineno}"
            for path, tree in sources()
            if path != "helpdesk/db.py"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == "commit"
            # The spool's commit is a rename in a folder, and has nothing to do with the database.
            and not ast.unparse(node.value).endswith(("writer", ".commits"))
        ]
        assert not found, "use database.transaction(): it commits"

    def test_actions_look_at_no_clock(self) -> None:
        found = [
            f"{path}:{node.lineno}"
            for path, tree in sources()
            if path.startswith("helpdesk/actions/")
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and (node.attr in ("utcnow", "today", "monotonic") or is_now(node))
        ]
        assert not found, "an action is given its `now`"

    def test_nothing_is_named_for_nothing(self) -> None:
        vague = {"utils", "util", "helpers", "helper", "misc", "manager"}
        found = [path for path, _ in sources() if vague & {*Path(path).with_suffix("").parts}]
        assert not found

    def test_files_stay_readable(self) -> None:
        found = [
            f"{path} has {lines} lines"
            for path, _ in sources()
            if "/migrations/" not in path
            and (lines := len((ROOT / path).read_text("utf-8").splitlines())) > MOST_LINES
        ]
        assert not found

    def test_functions_stay_readable(self) -> None:
        """From 40 lines and a nesting of 3 on it is a place to think; here is the end."""
        found = []
        for path, function in functions():
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > MOST_FUNCTION_LINES:
                found.append(f"{path}: {function.name} has {length} lines")
            if (deepest := nesting(function)) > MOST_NESTING:
                found.append(f"{path}: {function.name} nests {deepest} deep")
            if (taken := len(arguments(function))) > MOST_ARGUMENTS:
                found.append(f"{path}: {function.name} takes {taken} arguments")
        assert not found, "a value that has no name yet, or a step that could have one"

    def test_a_class_name_means_one_thing(self) -> None:
        places = defaultdict(list)
        for path, tree in sources():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(path)
        assert not {name: found for name, found in places.items() if len(found) > 1}

    def test_tests_lie_where_the_source_lies(self) -> None:
        """``tests/a/b/test_c.py`` tests ``a/b/c.py``, for nearly every module with code in it."""
        modules = [
            Path(path)
            for path, tree in sources()
            if not path.endswith(("__init__.py", "__main__.py"))
            and not path.startswith(("helpdesk/models/", "helpdesk/migrations/"))
            and any(isinstance(node, DEFINITIONS) for node in tree.body)
        ]
        missing = [
            str(module)
            for module in modules
            if not (ROOT / "tests" / module.parent / f"test_{module.name}").is_file()
        ]
        share = 1 - len(missing) / len(modules)
        assert share >= LEAST_TESTED_IN_PLACE, f"{share:.0%} are; these are not: {missing}"

    def test_new_migrations_lock_nothing_for_long(self) -> None:
        found = [
            f"{path.name}: {complaint}"
            for path in sorted((ROOT / "helpdesk/migrations/versions").glob("*.py"))
            if path.name >= FROM
            for complaint in complaints(path.read_text("utf-8"))
        ]
        assert not found, "CONTRIBUTING.md, “A migration”, has what to do instead"

    def test_migrations_are_one_line(self) -> None:
        """With one newest, and each that contracts for code of before it."""
        names = [one.name for one in revisions()]
        assert names == sorted(names)
        for one in revisions():
            assert not one.least_code or one.least_code in names[: names.index(one.name) + 1]

    def test_every_public_function_is_typed(self) -> None:
        found = [
            f"{path}: {node.name}"
            for path, tree in sources()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and node.returns is None
        ]
        assert not found


def is_now(node: ast.Attribute) -> bool:
    owner = node.value
    return (
        node.attr == "now"
        and isinstance(owner, ast.Name)
        and owner.id in ("datetime", "date", "time")
    )


class TestTemplates:
    def test_a_mail_is_a_triple(self) -> None:
        folders = [path for path in (ROOT / "templates/mail").glob("[!_]*") if path.is_dir()]
        assert folders
        for folder in folders:
            missing = {"subject.txt", "body.txt", "body.html"} - {f.name for f in folder.iterdir()}
            assert not missing, f"{folder.name} lacks {missing}"

    def test_pages_carry_no_script_or_style_of_their_own(self) -> None:
        """The Content-Security-Policy allows none: such a page would be broken, silently."""
        inline = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\s*[\"']|<style", re.I)
        found = [
            f"{path.relative_to(ROOT)}: {match.group()}"
            for folder in ("desk", "portal", "pages")
            for path in (ROOT / "templates" / folder).rglob("*.html")
            # The frame that shows a mail is sandboxed, and has a policy of its own.
            if path.name != "mail_frame.html" and (match := inline.search(path.read_text("utf-8")))
        ]
        assert not found

    def test_vendored_files_say_where_they_come_from(self) -> None:
        """What others made stands in a table with its version, beside its licence."""
        vendor = ROOT / "web/static/vendor"
        table = (vendor / "README.md").read_text("utf-8")
        files = {path.name for path in vendor.iterdir()} - {"README.md"}
        code = {name for name in files if not name.startswith("LICENSE")}
        assert code
        for name in code:
            (row,) = (line for line in table.splitlines() if line.startswith(f"| `{name}`"))
            assert re.search(r"\d+\.\d+\.\d+", row), f"{name}: which version?"
            licences = set(re.findall(r"LICENSE-[a-z-]+", row))
            assert licences, f"{name}: under which licence?"
            assert licences <= files


class TestMigrations:
    def test_up_down_and_up_again(
        self, make_settings: MakeSettings, empty_database_url: str
    ) -> None:
        database = connect(make_settings(DATABASE_URL=empty_database_url))
        assert migrate(database)
        tables = set(inspect(database.engine).get_table_names())
        assert not migrate(database), "a second run has nothing to do"
        downgrade(database, "base")
        assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
        migrate(database)
        assert set(inspect(database.engine).get_table_names()) == tables
        assert is_current(database)
        database.dispose()

    def test_they_keep_what_stands_in_the_tables(
        self, make_settings: MakeSettings, empty_database_url: str
    ) -> None:
        """An upgrade finds rows that refer to one another."""
        database = connect(make_settings(DATABASE_URL=empty_database_url))
        migrate(database)
        make_shop(database)
        receive(database, mail("ann@mail.example", verdict="pass"))
        with database.engine.connect() as connection:
            numbers = connection.execute(text("SELECT number FROM ticket")).all()
        downgrade(database, "0002")
        migrate(database)
        with database.engine.connect() as connection:
            assert connection.execute(text("SELECT number FROM ticket")).all() == numbers
        database.dispose()

    def test_they_make_what_the_models_say(self, database: Database) -> None:
        with database.engine.connect() as connection:
            # The full text's table is no model: each database has its own kind (tickets/search.py).
            options = {
                "compare_type": True,
                "include_name": lambda name, *_: not (name or "").startswith("ticket_words"),
            }
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, Base.metadata) == []


# docs/operating/README.md explains each.
SETTINGS = {  # name: (a value that holds, one that does not)
    "DATA_DIR": ("/tmp", None),
    "DATABASE_URL": ("postgresql+psycopg://db/postdesk", "mysql://db/postdesk"),
    "REDIS_URL": ("redis://localhost:6379/0", "localhost:6379"),
    "SMTP_LISTEN": ("127.0.0.1:25, lmtp:unix:/run/postdesk.sock", "25"),
    "WEB_LISTEN": ("[::1]:8000", "8000"),
    "PUBLIC_URL": ("https://help.shop.example", "help.shop.example"),
    "RELAY_URL": ("smtps://me:secret@relay.example:465?rate=14/second", "smtp://r?rate=fast"),
    "FALLBACK_RELAY_URL": ("smtp://relay.example", "imap://relay.example"),
    "DKIM_SELECTOR": ("2026-11", "no blanks"),
    "SECRET_KEY": ("0123456789" * 4, "short"),
    "BLOB_URL": ("/srv/attachments", "gs://bucket/attachments"),
    "S3_ENDPOINT": ("https://s3.example", "s3.example"),
    "AUTH": ("front", "maybe"),
    "TRUSTED_AUTHSERV": ("mx.shop.example", "mx.shop.example, mx2"),
    "ARC_SEALERS": ("lists.example.org, forward.example", "everyone"),
    "STRICT": ("yes", "maybe"),
    "ACK_SENDER_HOUR": ("1", "-1"),
    "ACK_SENDER_DAY": ("5", "many"),
    "ACK_DOMAIN_HOUR": ("100", "1.5"),
    "ACK_HOUR": ("0", "none"),
    "SMTP_SIZE": ("1048576", "1 MB"),
    "SMTP_EXEMPT": ("10.0.0.0/8, ::1", "everyone"),
    "TRUSTED_PROXIES": ("10.0.0.0/8, ::1", "the proxy"),
    "METRICS_LISTEN": ("127.0.0.1:9464", "9464"),
    "METRICS_TOKEN": ("0123456789abcdef", None),
    "CANARY": ("support@shop.example", "everyone"),
    "CANARY_EVERY": ("300", "5"),
    "SIMILAR_MODEL": ("off", "models/minilm"),
    "OAUTH_GOOGLE_CLIENT_ID": ("42-abc.apps.example", "two words"),
    "OAUTH_GOOGLE_CLIENT_SECRET": ("secret", "two words"),
    "OAUTH_GOOGLE_URL": ("http://127.0.0.1:8080", "http://google.example"),
    "OAUTH_MICROSOFT_CLIENT_ID": ("00000000-1111", "two words"),
    "OAUTH_MICROSOFT_CLIENT_SECRET": ("secret", "two words"),
    "OAUTH_MICROSOFT_URL": ("https://login.example/tenant", "login.example"),
}


class TestSettings:
    @pytest.mark.parametrize("name", SETTINGS)
    def test_each_is_read(self, make_settings: MakeSettings, name: str) -> None:
        usual = make_settings()
        changed = make_settings(**{name: SETTINGS[name][0]})
        assert changed != usual

    @pytest.mark.parametrize("name", [name for name, (_, bad) in SETTINGS.items() if bad])
    def test_a_value_that_does_not_hold_is_named(
        self, make_settings: MakeSettings, name: str
    ) -> None:
        with pytest.raises(SettingError) as refused:
            make_settings(**{name: str(SETTINGS[name][1])})
        assert str(refused.value).startswith(f"POSTDESK_{name}: ")
        assert "\n" not in str(refused.value)

    def test_the_defaults_start_on_one_machine(self, tmp_path: Path) -> None:
        settings = load({"POSTDESK_DATA_DIR": str(tmp_path / "var")})
        assert settings.is_sqlite
        assert settings.relay.scheme == "capture"
        assert [str(listen) for listen in settings.smtp_listen] == ["127.0.0.1:8025"]
        assert str(settings.web_listen) == "127.0.0.1:8000"
        assert (tmp_path / "var/secret_key").stat().st_mode & 0o777 == 0o600


COMMANDS = (
    "up",
    "web",
    "mailgate",
    "worker",
    "migrate",
    "mailbox:add",
    "mailbox:set",
    "person:add",
    "token:issue",
    "mail:inspect",
    "mail:deliver",
    "mail:import",
    "mail:replay",
    "mail:why",
    "mail:release",
    "mail:discard",
    "mail:report",
    "ledger",
    "doctor",
    "backup",
    "restore",
)


class TestCommands:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_stands_under_its_name(self, name: str) -> None:
        command: click.Command | None = postdesk()
        for word in name.split(":"):
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        assert command is not None
        assert command.help, "it says what it is for"

    def test_the_procfile_runs_what_exists(self) -> None:
        parts = dict(
            line.split(": ", 1)
            for line in (ROOT / "Procfile").read_text().splitlines()
            if line and not line.startswith("#")
        )
        assert set(parts) == {"web", "mailgate", "worker"}
        group = postdesk()
        for line in parts.values():
            program, name = line.split()
            assert program == "postdesk"
            assert group.get_command(click.Context(group), name), line


def postdesk() -> click.Group:
    (program,) = (entry for entry in entry_points(group="console_scripts", name="postdesk"))
    group = program.load()
    assert isinstance(group, click.Group)
    return group


class TestFiles:
    # Where somebody's machine shows: home folders, work trees, package mirrors.
    PRIVATE = re.compile(
        rb"/home/[a-z]|/root\b/|/Users/[a-z]|file://|index-url|find-links|"
        rb"https?://[a-z0-9.:-]*(pypi|pythonhosted|npmjs|registry)",
        re.I,
    )

    def test_none_names_a_machine_or_a_package_host(self) -> None:
        allowed = {"tests/test_house.py", "Makefile"}  # the Makefile: options that leave hosts out
        found = []
        for path in tracked():
            name = str(path.relative_to(ROOT))
            if name in allowed or name.startswith(("web/static/vendor/", "tests/mail/")):
                continue
            if match := self.PRIVATE.search(path.read_bytes()):
                found.append(f"{name}: {match.group().decode()}")
        assert not found

    def test_the_pinned_set_has_hashes(self) -> None:
        for name in ("requirements.txt", "requirements-dev.txt", "requirements-similar.txt"):
            lines = (ROOT / name).read_text().splitlines()
            pinned = [line for line in lines if re.match(r"[a-z0-9]", line, re.I)]
            assert pinned
            assert all("==" in line for line in pinned)
            assert sum("--hash=sha256:" in line for line in lines) >= len(pinned)

    def test_no_secret_or_database_is_tracked(self) -> None:
        kinds = {".db", ".sqlite", ".pem", ".key", ".env", ".pyc"}
        found = [path for path in tracked() if path.suffix in kinds or path.name == ".env"]
        # The tests' own certificate, for nobody else's use.
        assert not [path for path in found if ROOT / "tests" not in path.parents]
