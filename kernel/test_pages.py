"""The examples of the pages about NETLINK, PACKET and the protocols of IP, in the guest kernel."""

from tests.families.test_pages import *  # noqa: F403
