#!/usr/bin/env python3
"""mypy's stubtest with all of the core loaded: some of it is there only once it was asked for."""

import sys

from mypy.stubtest import main

from berkeley import core

if __name__ == "__main__":
    for name in core.LATER:
        getattr(core, name)
    sys.exit(main())
