"""AF_PACKET in the guest kernel: the same exchanges as everywhere."""

from tests.families.network import *  # noqa: F403
from tests.families.test_packet import *  # noqa: F403
