"""What a test can come to; without imports, as the guest is slow."""

EXCHANGED = "exchanged"
# The kernel is configured without it.
ABSENT = "absent"
# Only other versions of the kernel can do it.
OTHER_KERNEL = "other kernel"
# For any other reason, which no test of an exchange may have.
SKIPPED = "skipped"
FAILED = "FAILED"
# It has not ended.
STARTED = "started"
