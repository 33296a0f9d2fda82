"""UDP-Lite in the guest kernel: the same exchanges as everywhere."""

import pytest

from tests.families.network import *  # noqa: F403
from tests.families.test_udplite import *  # noqa: F403

pytestmark = [
    pytest.mark.kernel(before="7.1", reason="UDP-Lite was removed"),
    pytest.mark.needs("udplite"),
]
