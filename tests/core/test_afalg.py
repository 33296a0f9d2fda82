"""The control messages of AF_ALG: made without a socket, which few kernels have."""

import sys

import pytest

from berkeley import core

# <linux/if_alg.h>
SOL_ALG = 279
ALG_SET_IV, ALG_SET_OP, ALG_SET_AEAD_ASSOCLEN = 2, 3, 4


def number(value):
    return value.to_bytes(4, sys.byteorder)


@pytest.mark.parametrize("op", [0, 1, 2**31 - 1])
def test_the_operation_alone(op):
    assert core.afalg.control_messages(op, ..., ...) == [(SOL_ALG, ALG_SET_OP, number(op))]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_all_three(kind):
    vector = bytes(range(16))
    assert core.afalg.control_messages(1, kind(vector), 20) == [
        (SOL_ALG, ALG_SET_OP, number(1)),
        (SOL_ALG, ALG_SET_IV, number(16) + vector),
        (SOL_ALG, ALG_SET_AEAD_ASSOCLEN, number(20)),
    ]


def test_empty_is_given_all_the_same():
    assert core.afalg.control_messages(0, b"", 0)[1:] == [
        (SOL_ALG, ALG_SET_IV, number(0)),
        (SOL_ALG, ALG_SET_AEAD_ASSOCLEN, number(0)),
    ]


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ((..., ..., ...), TypeError, "argument 'op'"),
        ((None, ..., ...), TypeError, "argument 'op'"),
        ((-1, ..., ...), TypeError, "argument 'op'"),
        ((2**31, ..., ...), TypeError, "argument 'op'"),
        ((0, "text", ...), TypeError, "bytes-like"),
        ((0, ..., None), TypeError, "assoclen must be int, not NoneType"),
        ((0, ..., -1), TypeError, "assoclen must be a positive integer"),
        ((0, ..., 2**31), OverflowError, "assoclen"),
    ],
)
def test_refused(arguments, kind, words):
    with pytest.raises(kind, match=words):
        core.afalg.control_messages(*arguments)


def test_loaded_when_it_is_used(child):
    """A socket that says it is one of AF_ALG: the kernel need not have them."""
    done = child(
        """
        import sys
        import berkeley

        near, far = berkeley.socketpair()
        with near, far, berkeley.socket(berkeley.AF_ALG, fileno=near.detach()) as sock:
            print("berkeley.core.afalg" in sys.modules)
            try:
                sock.sendmsg_afalg([b"x"], op=-1)
            except TypeError as error:
                print(error)
            print("berkeley.core.afalg" in sys.modules)
        """
    )
    assert done.stdout == "False\nop: Invalid or missing argument 'op'\nTrue\n"
