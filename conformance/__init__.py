"""The interpreter's own tests, run on the standard module and on berkeley, and compared.

Run it with ``python -m conformance`` from the project's root; it needs nothing but the standard
library.
"""
