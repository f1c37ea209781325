"""What stands in the way: pure judgements on a snapshot, one rule per file.

`judge` says everything there is to say about a snapshot; `matrix` answers for single guests and hosts, exactly as XAPI
would; `article` is what a rule's code means.
"""

from xenferry.rules.catalogue import article, modules
from xenferry.rules.judge import judge
from xenferry.rules.matrix import Matrix, Refusal, matrix

__all__ = ["Matrix", "Refusal", "article", "judge", "matrix", "modules"]
