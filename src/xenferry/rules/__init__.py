"""What stands in the way: pure judgements on a snapshot, one rule per file.

`judge` says everything there is to say about a snapshot; `matrix` answers for single guests and hosts, exactly as XAPI
would; `crossings` does so for hosts of another pool; `article` is what a rule's code means.
"""

from collections.abc import Mapping
from types import ModuleType

from xenferry.article import Article, read
from xenferry.rules import catalogue, crossings
from xenferry.rules.catalogue import modules
from xenferry.rules.judge import judge
from xenferry.rules.matrix import Matrix, Refusal, matrix


def library() -> Mapping[str, ModuleType]:
    """Code -> its module, of every rule there is: about one pool, then about two."""
    return {**catalogue.modules(), **crossings.modules()}


def article(code: str) -> Article:
    """What a rule means, why it happens and how it is cured.

    Raises:
        KeyError: there is no rule of this code.
    """
    return read(library()[code])


__all__ = ["Matrix", "Refusal", "article", "crossings", "judge", "library", "matrix", "modules"]
