"""What the pages of docs/ tell to type exists, what they link to is there, what they show as configuration is one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from xenferry import config
from xenferry.cli.frame.entry import root
from xenferry.cli.frame.folder import Folder
from xenferry.rules import library

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = (*sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("howto/*.md")), ROOT / "README.md")
WRITTEN = [path for path in PAGES if not path.read_text("utf-8").startswith("<!-- Generated")]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(xenferry [^`]+)`")


def typed(page: Path) -> Iterator[str]:
    """Every command line of xenferry that the page shows; remarks beside it are cut off."""
    text = page.read_text("utf-8")
    for _, block in _FENCE.findall(text):
        for line in block.splitlines():
            if found := re.match(r"(?:\$ |sudo )?(xenferry .*)", line):
                yield re.split(r"\s{2,}| #", found[1])[0]
    yield from (" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", text)))


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that is meant, and the words after it."""
    command: click.Command = root
    while isinstance(command, Folder) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            raise AssertionError(f"no command {words[0]!r}")
        command, words = found, words[1:]
    return command, words


def options(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts}


def unknown(line: str) -> list[str]:
    """Options that the command of this line does not have. `enter|leave` stands for both."""
    words = shlex.split(line.replace("|", " "), comments=False)[1:]
    command, rest = command_of(words)
    known = options(command) | {"--help", "--version"}
    if words[0] == "rehearse" and rest and rest[0].islower():  # and those of the command that is rehearsed
        known |= options(command_of(rest)[0])
    return [word for word in rest if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    wrong = []
    for line in typed(page):
        try:
            wrong += [(line, option) for option in unknown(line)]
        except (AssertionError, ValueError) as error:
            wrong.append((line, str(error)))
    assert not wrong


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    assert unknown("xenferry check --too") == ["--too"]
    with pytest.raises(AssertionError, match="no command"):
        unknown("xenferry maintenance begin xcp2")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_documentation_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(((?!https?:)[^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_documented_configuration_is_read() -> None:
    (text,) = [
        block for kind, block in _FENCE.findall((DOCS / "operating.md").read_text("utf-8")) if "[pools.home]" in block
    ]
    pool = config.parse(text, source="operating.md").pools["home"]
    assert pool.dom0["192.0.2.12"].port == 2222
    others = re.findall(r"^# (password = .*?\})", text, re.MULTILINE)
    assert len(others) == len(config.PasswordSource.__struct_fields__) - 1
    for line in others:
        config.parse(f'[pools.home]\naddress = "x"\n{line}', source="operating.md")


def test_findings_that_a_guide_names_exist() -> None:
    named = {
        name
        for page in (*DOCS.glob("howto/*.md"), DOCS / "tutorial.md", DOCS / "operating.md")
        for name in re.findall(
            r"(?:`|xenferry (?:cure|manual|silence) )([a-z]+(?:-[a-z]+)+)\b", page.read_text("utf-8")
        )
    }
    assert len(named) >= 6
    programs = {"xe-guest-utilities", "xen-guest-agent", "guest-tools", "first-pool", "calm-pair", "three-hosts"}
    assert named - programs - set(library()) == set()
