"""The process whose disk is recorded: `python -m tests.powercuts.child WORKLOAD FOLDER SEED [MUTANT]`.

It puts the stand-in for pysqlite3 in its place before anything of the shop is imported, and only then loads the workload.
"""

import sys
from importlib import import_module

from tests.powercuts import standin

if __name__ == "__main__":
    standin.install()
    import_module("tests.powercuts.workload").main(sys.argv[1:])
