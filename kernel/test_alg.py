"""AF_ALG against hashlib, hmac and the package cryptography.

Source: <linux/if_alg.h>, Documentation/crypto/userspace-if.rst of the kernel.
"""

import errno
import hashlib
import hmac
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import berkeley
from berkeley import ALG_OP_DECRYPT, ALG_OP_ENCRYPT, ALG_SET_AEAD_AUTHSIZE, ALG_SET_KEY, SOL_ALG

Open = Callable[..., berkeley.socket]
KEY, IV = bytes(range(16)), bytes(range(100, 116))
TAG = 16


@pytest.fixture
def algorithm() -> Iterator[Open]:
    """Make the socket of an algorithm, with a key if there is one."""
    with ExitStack() as stack:

        def one(kind: str, name: str, key: bytes = b"") -> berkeley.socket:
            sock = berkeley.socket(berkeley.AF_ALG, berkeley.SOCK_SEQPACKET)
            stack.enter_context(sock)
            sock.bind((kind, name))
            if key:
                sock.setsockopt(SOL_ALG, ALG_SET_KEY, key)
            return sock

        yield one


@pytest.fixture
def operation(algorithm: Open) -> Iterator[Open]:
    """Make the socket of one operation."""
    with ExitStack() as stack:

        def one(kind: str, name: str, key: bytes = b"", tag: int = 0) -> berkeley.socket:
            parent = algorithm(kind, name, key)
            if tag:
                # The number is given as the length of no value.
                parent.setsockopt(SOL_ALG, ALG_SET_AEAD_AUTHSIZE, None, tag)
            sock, address = parent.accept()
            assert address is None
            stack.enter_context(sock)
            # What recv() has nothing to give for would wait for ever.
            sock.settimeout(10)
            return sock

        yield one


@pytest.mark.exchange("ALG", "sha256 as hashlib has it")
@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 40], ids=len)
def test_sha256(operation, data):
    sock = operation("hash", "sha256")
    sock.sendall(data)
    assert sock.recv(512) == hashlib.sha256(data).digest()


@pytest.mark.exchange("ALG", "sha256 in pieces (MSG_MORE)")
def test_sha256_in_pieces(operation):
    sock = operation("hash", "sha256")
    for piece in (b"a", b"bc" * 1000, b"d"):
        sock.sendall(piece, berkeley.MSG_MORE)
    assert sock.recv(32) == hashlib.sha256(b"a" + b"bc" * 1000 + b"d").digest()
    # The next one begins anew.
    sock.sendall(b"next")
    assert sock.recv(32) == hashlib.sha256(b"next").digest()


@pytest.mark.exchange("ALG", "hmac(sha256) as hmac has it")
def test_hmac(operation):
    sock = operation("hash", "hmac(sha256)", b"the key")
    sock.sendall(b"data")
    assert sock.recv(512) == hmac.digest(b"the key", b"data", "sha256")


@pytest.mark.exchange("ALG", "sha256 of a file by sendfile(2), and by splice(2)")
def test_sha256_of_a_file(operation):
    data = os.urandom(10_000)
    sock = operation("hash", "sha256")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        assert os.sendfile(sock.fileno(), file.fileno(), 0, len(data)) == len(data)
        assert sock.recv(32) == hashlib.sha256(data).digest()
    reading, writing = os.pipe()
    try:
        os.write(writing, data)
        os.close(writing)
        assert os.splice(reading, sock.fileno(), len(data)) == len(data)
    finally:
        os.close(reading)
    assert sock.recv(32) == hashlib.sha256(data).digest()


def cbc(data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(IV)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


@pytest.mark.exchange("ALG", "cbc(aes), both ways, as cryptography has it")
@pytest.mark.parametrize("data", [b"a block of bytes", bytes(range(256)) * 15], ids=len)
def test_cbc(operation, data):
    sock = operation("skcipher", "cbc(aes)", KEY)
    assert sock.sendmsg_afalg([data], op=ALG_OP_ENCRYPT, iv=IV) == len(data)
    # More than there is would wait for the rest.
    assert sock.recv(len(data)) == cbc(data)
    assert sock.sendmsg_afalg([cbc(data)], op=ALG_OP_DECRYPT, iv=bytearray(IV)) == len(data)
    assert sock.recv(len(data)) == data


def test_cbc_in_pieces(operation):
    sock = operation("skcipher", "cbc(aes)", KEY)
    more = berkeley.MSG_MORE
    assert sock.sendmsg_afalg(op=ALG_OP_ENCRYPT, iv=IV, flags=more) == 0
    assert sock.send(b"a block of bytes", more) == 16
    assert sock.sendmsg([b"another ", b"of them."]) == 16
    assert sock.recv(32) == cbc(b"a block of bytesanother of them.")


@pytest.mark.exchange("ALG", "gcm(aes), both ways, as cryptography has it")
@pytest.mark.parametrize("associated", [b"", b"associated data, not enciphered"], ids=len)
@pytest.mark.parametrize("data", [b"", b"any number of bytes"], ids=len)
def test_gcm(operation, associated, data):
    iv = IV[:12]
    expected = AESGCM(KEY).encrypt(iv, data, associated)
    sock = operation("aead", "gcm(aes)", KEY, TAG)
    length = len(associated)
    sock.sendmsg_afalg([associated, data], op=ALG_OP_ENCRYPT, iv=iv, assoclen=length)
    assert sock.recv(length + len(data) + TAG) == associated + expected
    sock.sendmsg_afalg([associated, expected], op=ALG_OP_DECRYPT, iv=iv, assoclen=length)
    # Nothing at all is what recv() of zero bytes would ask for: the kernel wants one.
    assert sock.recv(max(length + len(data), 1)) == associated + data


@pytest.mark.exchange("ALG", "gcm(aes): a wrong tag is EBADMSG")
def test_gcm_with_a_wrong_tag(operation):
    iv = IV[:12]
    sealed = bytearray(AESGCM(KEY).encrypt(iv, b"data", b"head"))
    sealed[-1] ^= 1
    sock = operation("aead", "gcm(aes)", KEY, TAG)
    sock.sendmsg_afalg([b"head", sealed], op=ALG_OP_DECRYPT, iv=iv, assoclen=4)
    with pytest.raises(OSError) as caught:
        sock.recv(8)
    assert caught.value.errno == errno.EBADMSG


@pytest.mark.exchange("ALG", "rng: jitterentropy_rng")
def test_jitterentropy(operation):
    sock = operation("rng", "jitterentropy_rng")
    first, second = sock.recv(32), sock.recv(32)
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.kernel(before="7.0", reason="has no stdrng for AF_ALG")
@pytest.mark.exchange("ALG", "rng: stdrng, seeded")
def test_stdrng(algorithm):
    parent = algorithm("rng", "stdrng")
    # The seed is its key, and an empty one will do.
    parent.setsockopt(SOL_ALG, ALG_SET_KEY, b"")
    sock, _ = parent.accept()
    with sock:
        assert len(sock.recv(32)) == 32
        assert sock.recv(32) != sock.recv(32)


@pytest.mark.exchange("ALG", "accept with a timeout, and without waiting")
@pytest.mark.parametrize("timeout", [5.0, 0.0])
def test_accept_does_not_wait(algorithm, timeout):
    # The socket never polls readable: accept() has to be tried first.
    parent = algorithm("hash", "sha256")
    parent.settimeout(timeout)
    for _ in range(3):
        sock, address = parent.accept()
        with sock:
            assert address is None
            assert sock.family == berkeley.AF_ALG
            sock.sendall(b"abc")
            assert sock.recv(32) == hashlib.sha256(b"abc").digest()


def test_an_operation_of_an_operation(operation):
    # accept() of an operation copies the state.
    sock = operation("hash", "sha256")
    sock.sendall(b"begun and ", berkeley.MSG_MORE)
    other, _ = sock.accept()
    with other:
        sock.sendall(b"one end")
        other.sendall(b"another")
        assert sock.recv(32) == hashlib.sha256(b"begun and one end").digest()
        assert other.recv(32) == hashlib.sha256(b"begun and another").digest()


def test_no_names(algorithm):
    sock = algorithm("hash", "sha256")
    for call in (sock.getsockname, sock.getpeername):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.EOPNOTSUPP


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (("hash", "nosuchhash"), errno.ENOENT),
        (("nosuchtype", "sha256"), errno.ENOENT),
        (("x" * 13, "y" * 63), errno.ENOENT),
        # Flags that no program may ask for.
        (("hash", "sha256", 0xFFFFFFFF), errno.EINVAL),
        (("hash", "sha256", 0, 0xFFFFFFFF), errno.EINVAL),
    ],
    ids=repr,
)
def test_what_there_is_not(address, number):
    with (
        berkeley.socket(berkeley.AF_ALG, berkeley.SOCK_SEQPACKET) as sock,
        pytest.raises(OSError) as caught,
    ):
        sock.bind(address)
    assert caught.value.errno == number


def test_keys_of_a_wrong_length(algorithm):
    parent = algorithm("skcipher", "cbc(aes)")
    with pytest.raises(OSError) as caught:
        parent.setsockopt(SOL_ALG, ALG_SET_KEY, b"12345")
    assert caught.value.errno == errno.EINVAL
    # Without a key there is no operation to be had.
    sock, _ = parent.accept()
    with sock, pytest.raises(OSError) as caught:
        sock.sendmsg_afalg([bytes(16)], op=ALG_OP_ENCRYPT, iv=IV)
    assert caught.value.errno == errno.ENOKEY


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, TypeError),
        ({"op": -1}, TypeError),
        ({"op": 1 << 31}, TypeError),
        ({"op": "1"}, TypeError),
        ({"op": None}, TypeError),
        ({"op": 1.0}, TypeError),
        ({"op": 1, "assoclen": -1}, TypeError),
        ({"op": 1, "assoclen": "1"}, TypeError),
        ({"op": 1, "assoclen": 1 << 31}, OverflowError),
        ({"op": 1, "iv": "text"}, TypeError),
        ({"op": 1, "iv": 5}, TypeError),
        ({"op": 1, "flags": "1"}, TypeError),
    ],
    ids=str,
)
def test_bad_arguments(operation, arguments, error):
    sock = operation("skcipher", "cbc(aes)", KEY)
    with pytest.raises(error):
        sock.sendmsg_afalg([bytes(16)], **arguments)


def test_no_such_operation(operation):
    sock = operation("skcipher", "cbc(aes)", KEY)
    with pytest.raises(OSError) as caught:
        sock.sendmsg_afalg([bytes(16)], op=5, iv=IV)
    assert caught.value.errno == errno.EINVAL
