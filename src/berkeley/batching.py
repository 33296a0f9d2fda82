"""The names for batched messages, which few programs ask for."""

from berkeley import core

# By attribute: the core loads its modules when they are asked for.
MessageBatch = core.batch.MessageBatch
segments = core.coalesced.segments
