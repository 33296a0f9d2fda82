"""Bluetooth device addresses as text: ``"AA:BB:CC:DD:EE:FF"``, the most significant byte first.

Layout: bdaddr_t, <bluetooth/bluetooth.h>: six bytes, the least significant first.
"""

