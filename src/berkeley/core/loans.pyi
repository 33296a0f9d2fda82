from typing import Any, final

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]

@final
class Loan: ...

@final
class Loans: ...

def take_range(held: dict[int, Any], low: int, high: int, /) -> list[Any]: ...
