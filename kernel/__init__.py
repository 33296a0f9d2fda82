"""Tests that need a kernel of their own: every address family, exchanging data.

``python -m kernel`` runs them in a guest that tools/kernel-lab starts; see docs/kernel-lab.md. A
file a family, as test_can.py. A test that shows an exchange says so, and what of the kernel it
takes:

    @pytest.mark.exchange("CAN", "raw frame over vcan0")
    @pytest.mark.config("CONFIG_CAN_RAW", "CONFIG_CAN_VCAN")
    def test_raw(vcan: str) -> None: ...

It must not skip itself: the markers `config` and `kernel` do so, and are checked. Tests without the
marker `exchange` (bad input to the kernel, options) are ordinary ones. Fixtures: those of
tests/conftest.py, ``vcan``, and ``background`` for the other end's thread.
"""
