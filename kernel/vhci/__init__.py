"""Virtual Bluetooth controllers, as far as Linux needs them; `kernel.vhci_pair` connects them."""

# Both register what they answer.
from kernel.vhci import classic, low_energy

__all__ = ["classic", "low_energy"]
