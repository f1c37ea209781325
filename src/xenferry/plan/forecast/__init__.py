"""What a plan will cost: bytes, seconds and within which limits, the pause of each guest.

`figures` are the assumptions until a pool has shown its own; `fit` learns those from measurements, `model` is what is
learnt; `links` is what the pool says of its network; `costs` makes the forecast of a step, `words` says what it rests
on, `risks` who may fare worse.
"""

from xenferry.plan.forecast.costs import memory_bytes as memory_bytes
from xenferry.plan.forecast.costs import of_move as of_move
from xenferry.plan.forecast.costs import of_move_with_disks as of_move_with_disks
from xenferry.plan.forecast.costs import refined as refined
from xenferry.plan.forecast.figures import DISK_BITS as DISK_BITS
from xenferry.plan.forecast.figures import OVERHEAD_SECONDS as OVERHEAD_SECONDS
from xenferry.plan.forecast.figures import PAUSE_SECONDS as PAUSE_SECONDS
from xenferry.plan.forecast.figures import SHORT_SECONDS as SHORT_SECONDS
from xenferry.plan.forecast.figures import SHUTDOWN_SECONDS as SHUTDOWN_SECONDS
from xenferry.plan.forecast.figures import START_SECONDS as START_SECONDS
from xenferry.plan.forecast.figures import STREAM_BITS as STREAM_BITS
from xenferry.plan.forecast.figures import UNKNOWN_LINK_MBIT as UNKNOWN_LINK_MBIT
from xenferry.plan.forecast.links import limits as limits
from xenferry.plan.forecast.links import link_mbit as link_mbit
from xenferry.plan.forecast.links import stream_bits as stream_bits
from xenferry.plan.forecast.model import ASSUMED as ASSUMED
from xenferry.plan.forecast.model import Model as Model
from xenferry.plan.forecast.reboots import Reboots as Reboots
from xenferry.plan.forecast.risks import risks as risks
from xenferry.plan.forecast.words import assumptions as assumptions
