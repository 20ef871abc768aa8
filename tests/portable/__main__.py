"""Print a name and a hash of the result for each computation, or for those whose names are given.

CHANGED_PIN=NAME=VALUE computes with another pin, to see that it matters.
"""

import os
import sys

from stages.common.arithmetic import PINS

if "CHANGED_PIN" in os.environ:
    name, value = os.environ["CHANGED_PIN"].split("=")
    PINS[name] = os.environ[name] = value

from tests.portable.computations import COMPUTATIONS, digest

for name in sys.argv[1:] or COMPUTATIONS:
    print(name, digest(COMPUTATIONS[name]()), flush=True)
