"""python -m berkeley"""

import sys

from berkeley.cli import main

if __name__ == "__main__":
    sys.exit(main())
