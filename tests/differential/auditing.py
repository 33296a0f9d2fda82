"""Prints, as JSON, how the audit events of the calls of the tables differ between the modules.

{table: {"heard": number of calls with events, "unequal": [[id, theirs, ours], ...]}}.  It is run in
a process of its own, since an audit hook stays for good.
"""

import json
import sys
import warnings

from tests.differential.calls import TABLES
from tests.differential.engine import Recorder, run
from tests.differential.sides import BERKELEY, STANDARD


def main() -> None:
    warnings.simplefilter("ignore")
    recorder = Recorder()
    sys.addaudithook(recorder.hear)
    report = {}
    for name, table in TABLES.items():
        heard = 0
        unequal = []
        for call in table:
            theirs = run(call, STANDARD, recorder).events
            ours = run(call, BERKELEY, recorder).events
            heard += bool(theirs)
            if repr(theirs) != repr(ours):
                unequal.append([call.id, repr(theirs), repr(ours)])
        report[name] = {"heard": heard, "unequal": unequal}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
