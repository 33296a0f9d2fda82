"""What the tests of the families share: networks of their own."""

from tests.families.network import *  # noqa: F403
