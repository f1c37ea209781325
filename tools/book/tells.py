"""By what the causes of an article are told apart: what a person looks at, then what the program itself weighs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType

from xenferry import article
from xenferry.errors.numbers import errno_words


def tells(module: ModuleType, cause: str) -> list[str]:
    """Sentences on what speaks for a cause: the article's own, words, error numbers, what the pool shows."""
    told = article.read(module).causes[module.CAUSES.index(cause)].tell
    words = getattr(module, "WORDS", {}).get(cause, ())
    sentences = [told, _words(words) if words else ""]
    weigh = getattr(module, f"evidence_{cause.replace('-', '_')}", None)
    if isinstance(weigh, FunctionType):
        sentences += [inspect.cleandoc(weigh.__doc__ or "").replace("\n", " "), *_called(weigh)]
    return list(dict.fromkeys(filter(None, sentences)))


def _called(weigh: FunctionType) -> Iterator[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(weigh)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "by_words" and (words := _constants(node.args[1:], str)):
                yield _words(words)
            if node.func.id == "by_errno" and (numbers := _constants(node.args[1:], int)):
                yield f"The text gives {' or '.join(errno_words(number) for number in numbers)}."


def _constants(nodes: list[ast.expr], kind: type) -> list[object]:
    found = [each for node in nodes for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return [each.value for each in found if isinstance(each.value, kind)]


def _words(words: object) -> str:
    return f"The text says {' or '.join(f'“{word}”' for word in words)}."  # type: ignore[attr-defined]
