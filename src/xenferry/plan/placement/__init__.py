"""Which guest goes where: the guests that have to leave against the memory of the hosts that may take them.

`greedy` is enough as long as there is room. When memory is tight, `chains` moves guests that live on the targets out of
the way, one behind the other; `exact` tries every end state of a small pool, `routes` every way of a very small one,
`solver` the end states of a large one where ortools is installed; `sequence` orders moves so that room is always there,
over a third host if need be. `answer` puts these together; `relief` says what is missing when nothing helps.
"""

from xenferry.plan.placement.answer import Answer as Answer
from xenferry.plan.placement.answer import answer as answer
from xenferry.plan.placement.greedy import place as place
from xenferry.plan.placement.item import Hop as Hop
from xenferry.plan.placement.item import Item as Item
from xenferry.plan.placement.item import Taste as Taste
