"""The one form of text: what a rule or an error means, why it happens and how it is cured, written as a docstring.

    Title, one line.

    What it means, one paragraph or more.

    Cause: why it happens, most likely first.
    Tell: how a person sees that it is this one: a command and what it shows; may be left out.
    Fix:
    - What to do, best first.
    - TrueNAS: what to do there (a label is up to three words that all start with a capital or a digit).

    Cause: another reason, with fixes of its own.
    Fix: a single remedy needs no dash.

    Example:
        an indented block
    See: where to read on; one per line or dash

`Causes:` with a list of dashes gives every cause of the list the fixes that follow it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import dedent
from types import ModuleType

_HEAD = re.compile(r"(Cause|Causes|Tell|Fix|Example|See):(?:\s+(.*))?$")
_STRAY_HEAD = re.compile(r"[A-Z][a-z]+:(\s|$)")
_LABEL = re.compile(r"([A-Z0-9][\w.+/-]*(?: [A-Z0-9][\w.+/-]*){0,2}): +(?=\S)")

_Lines = list[tuple[int, str]]


class ArticleError(ValueError):
    """A docstring is not an article: which module, which line of its docstring (1-based), and what is wrong."""

    def __init__(self, module: str, line: int, wrong: str) -> None:
        super().__init__(f"{module}, docstring line {line}: {wrong}")
        self.module, self.line, self.wrong = module, line, wrong


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do. `product` is empty, or names the product this remedy is for, e.g. "TrueNAS"."""

    text: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, with what cures it, best first. `tell` says how a person sees that it is this one, or is empty."""

    text: str
    fixes: tuple[Fix, ...]
    tell: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A parsed docstring. Texts are single lines, paragraphs of `what` are parted by an empty line."""

    title: str
    what: str
    causes: tuple[Cause, ...]
    example: str = ""
    see: tuple[str, ...] = ()

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The fixes of all causes in order, each once."""
        return tuple(dict.fromkeys(fix for cause in self.causes for fix in cause.fixes))


def read(module: ModuleType) -> Article:
    """The article of a module.

    Raises:
        ArticleError: it has no docstring or one of another form.
    """
    return parse(module.__doc__ or "", module.__name__)


def parse(docstring: str, module: str = "text") -> Article:
    """Read an article; `module` is named in errors.

    Raises:
        ArticleError: a part is missing, empty, unknown or misplaced.
    """
    head, sections = _split(cleandoc(docstring).splitlines(), module)
    title, what = _read_head(head, module)
    causes = _read_causes([section for section in sections if section[0] in ("Cause", "Causes", "Tell", "Fix")], module)
    example = "\n".join(_block(_only(sections, "Example", module)))
    see = tuple(text for _, text in _items(_only(sections, "See", module)))
    return Article(title, what, causes, example, see)


def _split(lines: list[str], module: str) -> tuple[_Lines, list[tuple[str, _Lines]]]:
    head: _Lines = []
    sections: list[tuple[str, _Lines]] = []
    for number, line in enumerate(lines, 1):
        found = _HEAD.match(line)
        if found:
            sections.append((found[1], [(number, found[2] or "")]))
        elif sections and _STRAY_HEAD.match(line):
            raise ArticleError(module, number, f"unknown section {line.split(':')[0]!r}")
        else:
            (sections[-1][1] if sections else head).append((number, line))
    return head, sections


def _read_head(head: _Lines, module: str) -> tuple[str, str]:
    text = "\n".join(line for _, line in head)
    title, _, rest = text.partition("\n")
    if not title.strip():
        raise ArticleError(module, 1, "no title")
    if rest and rest.split("\n", 1)[0].strip():
        raise ArticleError(module, 2, "the title is one line, followed by an empty one")
    what = "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", rest) if paragraph.strip())
    if not what:
        raise ArticleError(module, 1, "no paragraph after the title says what it means")
    return title.strip().rstrip("."), what


def _read_causes(sections: list[tuple[str, _Lines]], module: str) -> tuple[Cause, ...]:
    if not sections:
        raise ArticleError(module, 1, "no `Cause:`")
    causes: list[Cause] = []
    rest = list(sections)
    while rest:
        name, lines = rest.pop(0)
        tell = _sentence(rest.pop(0)[1]) if rest and rest[0][0] == "Tell" else ""
        follower, remedies = rest.pop(0) if rest else ("", [])
        if name not in ("Cause", "Causes") or follower != "Fix" or (tell and name == "Causes"):
            wrong = "each `Cause:` or `Causes:` needs exactly one `Fix:` after it; only `Cause:` may have a `Tell:`"
            raise ArticleError(module, lines[0][0], wrong)
        causes.extend(Cause(text, fixes, tell) for text, fixes in _cause(name, lines, remedies, module))
    return tuple(causes)


def _cause(name: str, lines: _Lines, remedies: _Lines, module: str) -> list[tuple[str, tuple[Fix, ...]]]:
    fixes = tuple(_read_fix(text) for _, text in _items(remedies))
    texts = [text for _, text in _items(lines)]
    if not fixes or not texts or (name == "Cause" and len(texts) > 1):
        wrong = "`Fix:` is empty" if texts and not fixes else f"`{name}:` is empty or `Cause:` is a list"
        raise ArticleError(module, lines[0][0], wrong)
    return [(text, fixes) for text in texts]


def _sentence(lines: _Lines) -> str:
    return " ".join(" ".join(text for _, text in lines).split())


def _read_fix(text: str) -> Fix:
    label = _LABEL.match(text)
    return Fix(text[label.end() :], label[1]) if label else Fix(text)


def _items(lines: _Lines) -> list[tuple[int, str]]:
    """Dashes start items, other lines go on with the last one; without a dash all is one item."""
    items: _Lines = []
    for number, line in lines:
        text = line.strip()
        if text.startswith("- ") or (text and not items):
            items.append((number, text.removeprefix("- ")))
        elif text:
            items[-1] = (items[-1][0], f"{items[-1][1]} {text}")
    return items


def _only(sections: list[tuple[str, _Lines]], name: str, module: str) -> _Lines:
    found = [lines for section, lines in sections if section == name]
    if len(found) > 1:
        raise ArticleError(module, found[1][0][0], f"a second `{name}:`")
    return found[0] if found else []


def _block(lines: _Lines) -> list[str]:
    return dedent("\n".join(line for _, line in lines)).strip("\n").splitlines()
