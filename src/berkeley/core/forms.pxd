"""The forms of addresses that named.py makes: where each stands in its table."""

cdef enum:
    INET6
    NETLINK
    PACKET
    VSOCK
    CAN
    CAN_ISOTP_ADDRESS
    CAN_J1939_ADDRESS
    TIPC
    ALG
    QIPCRTR
    XDP
    IEEE802154
    RFCOMM
    L2CAP
    L2CAP_CID
    L2CAP_TYPE
    HCI
    ISO
    ISO_BROADCAST
