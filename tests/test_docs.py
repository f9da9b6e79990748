"""The docs are true: what they name is there, and what they link to can be read."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from helpdesk.setting_sources import CHOSEN, PREFIX, SECRETS

ROOT = Path(__file__).parent.parent
PACKAGES = ("helpdesk", "mailgate", "jobs", "web", "commands")
FOLDERS = (*PACKAGES, "templates", "tests", "bench", "docs", "deploy")

PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")))
}
# The changelog speaks of what was, too: its paths and names need not be there any more.
TODAY = {page: text for page, text in PAGES.items() if page != "CHANGELOG.md"}

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
_PATH = re.compile(
    r"(?<![\w/.<>*-])[\w.-][\w./*-]*\.(?:py|html|txt|po|toml|md)(?:::?[A-Za-z_][\w.:]*\w)?(?![\w/])"
)
_FOLDER = re.compile(rf"(?<![\w/.-])(?:{'|'.join(FOLDERS)})/(?:\w+/)*(?=[`\s,:;)]|$)")
_DOTTED = re.compile(rf"(?<![\w/.-])(?:{'|'.join(PACKAGES)})(?:\.\w+)+(?![\w/*])")
_COMMAND = re.compile(r"(?:^|\| |/)postdesk ([a-z].*)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@cache
def names_of_files() -> frozenset[str]:
    """The names of all files of the project, for those that a page names without their folder."""
    inside = (path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.*"))
    return frozenset((*inside, *(path.name for path in ROOT.glob("*.*"))))


def code_in(text: str) -> Iterator[str]:
    """What a page sets as code, each span and block by itself."""
    return (match[0].strip("`") for match in _CODE.finditer(text))


@cache
def definitions(path: Path) -> frozenset[str]:
    """What a module defines: functions, classes and values, and ``Class.name`` within classes."""
    return frozenset(_defined(ast.parse(path.read_text("utf-8")).body))


def _defined(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _defined(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (prefix + one.id for one in targets if isinstance(one, ast.Name))


def is_there(named: str) -> bool:
    """Whether ``folder/file.py``, ``folder/*.po``, ``file.py`` or ``folder/file.py:name`` is.

    pytest's ``tests/test_file.py::TestClass::test_name`` is one of these, too.
    """
    path, _, name = named.replace("::", ":").partition(":")
    name = name.replace(":", ".")
    if "/" not in path:
        return path in names_of_files()
    found = list(ROOT.glob(path))
    return bool(found) and all(not name or name in definitions(one) for one in found)


def module_is_there(dotted: str) -> bool:
    """Whether ``package.module``, or what a module defines by this name, is there."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:count])
        module = path.with_suffix(".py")
        if module.is_file():
            return count == len(parts) or ".".join(parts[count:]) in definitions(module)
        if path.is_dir() and count == len(parts):
            return True
    return False


def is_command(line: str) -> bool:
    """Whether the words after ``postdesk``, as far as they choose a command, name one."""
    command: click.Command | None = postdesk()
    for word in line.split():
        if not isinstance(command, click.Group) or not re.fullmatch("[a-z]+", word):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None


@pytest.mark.parametrize("doc", TODAY)
class TestNames:
    def test_files_and_functions_are_there(self, doc: str) -> None:
        named = {match[0] for code in code_in(TODAY[doc]) for match in _PATH.finditer(code)}
        assert not [one for one in sorted(named) if not is_there(one)]

    def test_folders_are_there(self, doc: str) -> None:
        named = {match[0] for code in code_in(TODAY[doc]) for match in _FOLDER.finditer(code)}
        assert not [one for one in sorted(named) if not (ROOT / one).is_dir()]

    def test_modules_are_there(self, doc: str) -> None:
        named = {match[0] for code in code_in(TODAY[doc]) for match in _DOTTED.finditer(code)}
        assert not [one for one in sorted(named) if not module_is_there(one)]

    def test_commands_are_there(self, doc: str) -> None:
        lines = [line for code in code_in(TODAY[doc]) for line in code.splitlines()]
        named = {match[1] for line in lines for match in _COMMAND.finditer(line)}
        for line in sorted(named):
            assert is_command(line), f"postdesk {line}"

    def test_make_knows_its_targets(self, doc: str) -> None:
        makefile = (ROOT / "Makefile").read_text("utf-8")
        named = {
            match[1]
            for code in code_in(TODAY[doc])
            for match in re.finditer(r"^\s*make ([a-z-]+)", code, re.M)
        }
        assert not [one for one in sorted(named) if not re.search(rf"^{one}:", makefile, re.M)]


@pytest.mark.parametrize("doc", PAGES)
def test_links_lead_somewhere(doc: str) -> None:
    found = []
    for target in _LINK.findall(_CODE.sub("", PAGES[doc])):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        leads_to = (ROOT / doc).parent / path if path else ROOT / doc
        if not leads_to.exists() or (anchor and anchor not in anchors_of(leads_to)):
            found.append(target)
    assert not found


def anchors_of(path: Path) -> set[str]:
    """The anchors that a page's headings get where repositories are shown.

    A comment in a block of commands begins with ``#``, too, and is no heading.
    """
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.S | re.M)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


class TestWhatTheProgramSays:
    """Its pages, errors and advice name commands, settings and pages of the docs: all are there."""

    def test_commands_are_there(self) -> None:
        named = re.compile(r"`postdesk ([a-z][^`]*)`|: postdesk ([a-z][\w -]*)")
        found = {a or b for text in texts_of_the_program() for a, b in named.findall(text)}
        assert "migrate" in found
        assert not [line for line in sorted(found) if not is_command(line)]

    def test_settings_are_read(self) -> None:
        named = re.compile(rf"\b{PREFIX}(?!NAME_FILE)[A-Z_]*[A-Z]\b")
        found = {name for text in texts_of_the_program() for name in named.findall(text)}
        assert "POSTDESK_RELAY_URL" in found
        assert not sorted(found - settings_read() - {"POSTDESK_ACK"})  # four begin so

    def test_pages_of_the_docs_are_there(self) -> None:
        named = re.compile(r"\b(docs/[\w./-]+\w)(?:#([\w-]+))?")
        found = {page for text in texts_of_the_program() for page in named.findall(text)}
        assert ("docs/operating/proxy.md", "") in found
        assert not [
            (page, anchor)
            for page, anchor in sorted(found)
            if not (ROOT / page).is_file() or (anchor and anchor not in anchors_of(ROOT / page))
        ]


@cache
def texts_of_the_program() -> frozenset[str]:
    """Every string in the code, docstrings too; templates, translations, units, samples."""
    strings = {
        node.value
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    files = (
        path
        for folder in (*PACKAGES, "templates", "deploy")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".txt", ".po", ".service", ".conf", ".yaml")
    )
    return frozenset((*strings, *(path.read_text("utf-8") for path in files)))


class TestSettings:
    def test_those_that_pages_name_are_read(self) -> None:
        """But for those of the tests, which are read where tests begin."""
        named = {
            (page, name)
            for page, text in TODAY.items()
            for name in re.findall(r"\bPOSTDESK_[A-Z0-9_]*[A-Z]", text)
        }
        known = settings_read() | {"POSTDESK_TEST_DATABASES", "POSTDESK_API_EXAMPLES"}
        assert not sorted(one for one in named if one[1] not in known)

    def test_each_stands_in_the_guide(self) -> None:
        guide = PAGES["docs/operating/README.md"]
        assert not sorted(name for name in settings_read() if f"`{name}`" not in guide)


def settings_read() -> set[str]:
    """The variables that Postdesk asks the environment for."""
    source = (ROOT / "helpdesk" / "settings.py").read_text("utf-8")
    asked = set(re.findall(r'\bget\(\s*"([A-Z0-9_]+)"', source)) | {"DATA_DIR"}
    by_file = {f"{name}_FILE" for name in SECRETS}
    return {CHOSEN, *(f"{PREFIX}{name}" for name in asked | by_file)}


def postdesk() -> click.Group:
    (program,) = (entry for entry in entry_points(group="console_scripts", name="postdesk"))
    group = program.load()
    assert isinstance(group, click.Group)
    return group


def test_the_newest_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", PAGES["CHANGELOG.md"], re.M
    )
    assert versions[0] == project["version"]
    assert len(versions) == len(set(versions))


def test_the_readme_leads_to_every_page() -> None:
    linked = set(_LINK.findall(PAGES["README.md"]))
    pages = [page for page in PAGES if page.count("/") < 2 and not page.startswith("tests/")]
    assert not [page for page in pages if page != "README.md" and page not in linked]


def test_nothing_cites_a_page_that_is_not_here() -> None:
    """A reason stands where it is needed, or in a page or RFC that the reader can open."""
    cited = re.compile(r"(?<![\w.])[\w-]+\.md\b|\N{SECTION SIGN}")
    sources = (
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt", ".md", ".js", ".css", ".po")
        and not {"vendor", "fixtures"} & {*path.parts}
    )
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (*sources, *ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile")
        for name in cited.findall(path.read_text("utf-8"))
        if name not in names_of_files()
    ]
    assert not found
