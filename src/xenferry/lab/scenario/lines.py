"""From text to lines: keyword, names, attributes and flags, with the indented lines below each.

Nothing here knows what a host is; `grammar` says which words a keyword takes, and this module cuts the text by that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xenferry.lab.scenario.error import ScenarioError, one_of
from xenferry.lab.scenario.grammar import KEYWORDS, Keyword

TOKEN = re.compile(r'(?:"[^"]*"|[^\s"])+')
RULE = re.compile(r"#\s*rule:\s*(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)\s*$")
KEY = re.compile(r"[A-Za-z_][\w.:-]*")


@dataclass
class Line:
    """One line. `words` are its names in order; `values` its `key=value` pairs; `flags` its bare words."""

    number: int
    keyword: str
    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    children: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The first name on the line, or an empty text."""
        return self.words[0] if self.words else ""

    def has(self, word: str) -> bool:
        """Whether the word stands on the line as a flag or as a key."""
        return word in self.flags or word in self.values

    def of(self, *keywords: str) -> list[Line]:
        """The lines below this one with one of these keywords."""
        return [child for child in self.children if child.keyword in keywords]

    def wrong(self, seen: str, expected: str) -> ScenarioError:
        """An error about this line."""
        return ScenarioError(self.number, seen, expected)


def expectations(text: str) -> dict[int, frozenset[str]]:
    """Line number -> the rule codes that a trailing `# rule: CODE, CODE` promises for that line."""
    found: dict[int, frozenset[str]] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        match = RULE.search(raw)
        if match:
            found[number] = frozenset(re.split(r"\s*,\s*", match["codes"]))
    return found


def read(text: str) -> list[Line]:
    """The top lines of a scenario, each with those below it.

    Raises:
        ScenarioError: unknown keywords or attributes, a line in the wrong place, an unclosed quote.
    """
    top: list[Line] = []
    for number, raw in enumerate(text.splitlines(), 1):
        tokens = _tokens(raw, number)
        if not tokens:
            continue
        inside = raw[0] in " \t"
        if inside and not top:
            raise ScenarioError(number, "an indented line before any other", "a line that starts at the margin")
        home = top[-1].children if inside else top
        home.append(_line(number, tokens, top[-1].keyword if inside else ""))
    return top


def _tokens(raw: str, number: int) -> list[str]:
    if raw.count('"') % 2:
        raise ScenarioError(number, "a quote that is never closed", 'names with blanks in "double quotes"')
    tokens: list[str] = []
    for token in TOKEN.findall(raw):
        if token.startswith("#"):
            break
        tokens.append(token)
    return tokens


def _line(number: int, tokens: list[str], parent: str) -> Line:
    keyword = _keyword(number, tokens[0], parent)
    line = Line(number, tokens[0])
    for token in tokens[1:]:
        _take(line, keyword, token)
    if len(line.words) < keyword.needed:
        raise line.wrong(f"`{line.keyword}` without {keyword.places[len(line.words)]}", f"`{keyword.usage}`")
    return line


def _keyword(number: int, word: str, parent: str) -> Keyword:
    allowed = {name: keyword for (home, name), keyword in KEYWORDS.items() if home == parent}
    if word in allowed:
        return allowed[word]
    homes = sorted(home for home, name in KEYWORDS if name == word)
    where = f"below `{parent}`" if parent else "at the margin"
    if homes:
        right = " or ".join(f"below a `{home}` line, indented" if home else "at the margin" for home in homes)
        raise ScenarioError(number, f"`{word}` {where}", f"it {right}")
    raise ScenarioError(number, f"the unknown keyword `{word}` {where}", one_of(allowed, word))


def _take(line: Line, keyword: Keyword, token: str) -> None:
    key, equals, value = token.partition("=")
    if equals and not token.startswith('"') and (key in keyword.keys or keyword.any_key):
        line.values[key] = value.replace('"', "")
    elif token in keyword.flags and len(line.words) >= keyword.needed:
        line.flags.add(token)
    elif equals and KEY.fullmatch(key):
        raise line.wrong(f"the unknown attribute `{key}`", one_of(keyword.keys | keyword.flags, key))
    elif len(line.words) < len(keyword.places):
        line.words.append(token.replace('"', ""))
    else:
        raise line.wrong(f"the unknown word `{token}`", one_of(keyword.keys | keyword.flags, token))
