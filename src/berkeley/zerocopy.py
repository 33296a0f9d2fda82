"""The name for sends without a copy, which few programs ask for."""

from berkeley import core

# As typing.TYPE_CHECKING, without the import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import berkeley.core.zerocopy  # noqa: F401 (type checkers then find it in core)

# By attribute: the core loads its modules when they are asked for.
ZeroCopy = core.zerocopy.ZeroCopy
