"""recvmsg(2) and sendmsg(2): data in several buffers, flags, addresses."""

import errno

import pytest

import berkeley


class TestSendmsg:
    def test_gather(self, pair):
        near, far = pair
        parts = [b"a", bytearray(b"bc"), memoryview(b"def"), b""]
        for kind in (list, tuple, iter, lambda p: (part for part in p)):
            assert near.sendmsg(kind(parts)) == 6
            assert far.recv(100) == b"abcdef"

    def test_nothing(self, datagram):
        near, far = datagram
        for empty in ([], (), [b""], [b"", b""]):
            assert near.sendmsg(empty) == 0
            assert far.recv(10) == b""

    def test_address(self, udp):
        near, far = udp
        with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
            with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as target:
                target.bind(("127.0.0.1", 0))
                assert sock.sendmsg([b"a", b"b"], [], 0, target.getsockname()) == 2
                assert sock.sendmsg([b"c"], (), 0, target.getsockname()) == 1
                assert target.recv(9) == b"ab"
                assert target.recv(9) == b"c"
            with pytest.raises(OSError) as caught:
                sock.sendmsg([b"x"])
            assert caught.value.errno == errno.EDESTADDRREQ
        assert near.sendmsg([b"x"], [], 0, None) == 1
        assert far.recv(9) == b"x"

    def test_flags(self, tcp):
        near, far = tcp
        near.sendmsg([b"x"], [], berkeley.MSG_OOB)
        far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_OOBINLINE, 1)
        assert far.recv(1) == b"x"
        with pytest.raises(TypeError):
            near.sendmsg([b"x"], [], "0")

    @pytest.mark.parametrize("wrong", [None, 5, "text", b"bytes", [5], ["text"], [None], [b"x", 5]])
    def test_buffers_of_wrong_types(self, pair, wrong):
        with pytest.raises(TypeError):
            pair[0].sendmsg(wrong)

    def test_no_keywords(self, pair):
        with pytest.raises(TypeError):
            pair[0].sendmsg(buffers=[b"x"])
        with pytest.raises(TypeError):
            pair[0].sendmsg()

    def test_what_an_iterable_raises_comes_through(self, pair):
        def generator():
            yield b"x"
            raise ZeroDivisionError

        for arguments in ((generator(),), ([b"x"], generator())):
            with pytest.raises((ZeroDivisionError, TypeError)):
                pair[0].sendmsg(*arguments)
        with pytest.raises(ZeroDivisionError):
            pair[0].recvmsg_into(generator2() for _ in range(1))


def generator2():
    raise ZeroDivisionError


class TestRecvmsg:
    def test_result(self, tcp):
        near, far = tcp
        far.send(b"hello")
        assert near.recvmsg(10) == (b"hello", [], 0, None)

    def test_flags_of_a_cut_datagram(self, datagram):
        near, far = datagram
        far.send(b"0123456789")
        data, ancdata, flags, _ = near.recvmsg(4)
        assert (data, ancdata) == (b"0123", [])
        assert flags & berkeley.MSG_TRUNC
        far.send(b"0123")
        assert not near.recvmsg(4)[2] & berkeley.MSG_TRUNC

    def test_end_of_record(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_SEQPACKET)
        with near, far:
            far.send(b"record")
            data, _, flags, _ = near.recvmsg(3)
            assert data == b"rec"
            assert flags & berkeley.MSG_TRUNC
            far.shutdown(berkeley.SHUT_WR)
            assert near.recvmsg(3)[0] == b""

    def test_flags_are_plain_ints(self, pair):
        near, far = pair
        far.send(b"x")
        assert type(near.recvmsg(1)[2]) is int

    def test_scatter(self, pair):
        near, far = pair
        far.send(b"0123456789")
        buffers = [bytearray(3), bytearray(), bytearray(4), memoryview(bytearray(9))[2:4]]
        got, ancdata, _, address = near.recvmsg_into(tuple(buffers))
        assert (got, ancdata, address) == (9, [], None)
        assert [bytes(b) for b in buffers] == [b"012", b"", b"3456", b"78"]
        assert near.recv(9) == b"9"

    def test_scatter_over_one_object_twice(self, pair):
        near, far = pair
        buffer = bytearray(4)
        far.send(b"0123")
        assert near.recvmsg_into([memoryview(buffer)[2:], memoryview(buffer)[:2]])[0] == 4
        assert buffer == b"2301"

    def test_scatter_into_nothing(self, datagram):
        near, far = datagram
        far.send(b"lost")
        got, _, flags, _ = near.recvmsg_into([])
        assert got == 0
        assert flags & berkeley.MSG_TRUNC

    @pytest.mark.parametrize(
        "wrong", [None, 5, "text", b"bytes", [b"read-only"], ["text"], [5], [bytearray(1), None]]
    )
    def test_buffers_of_wrong_types(self, pair, wrong):
        with pytest.raises(TypeError):
            pair[0].recvmsg_into(wrong)

    def test_a_bytearray_is_no_list_of_buffers(self, pair):
        with pytest.raises(TypeError):
            pair[0].recvmsg_into(bytearray(3))


class TestAfalg:
    def test_other_families_refuse(self, pair):
        for arguments in ({"op": 0}, {"op": 0, "iv": b"x", "assoclen": 3}):
            with pytest.raises(OSError, match="only supported for AF_ALG"):
                pair[0].sendmsg_afalg([b"x"], **arguments)

    @pytest.mark.needs("alg")
    def test_encryption_by_the_kernel(self):
        """AES-128 in CBC mode, the first block of NIST SP 800-38A, F.2.1, and back."""
        key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
        iv = bytes(range(16))
        plain = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
        secret = bytes.fromhex("7649abac8119b246cee98e9b12e9197d")
        with berkeley.socket(berkeley.AF_ALG, berkeley.SOCK_SEQPACKET) as algorithm:
            algorithm.bind(("skcipher", "cbc(aes)"))
            algorithm.setsockopt(berkeley.SOL_ALG, berkeley.ALG_SET_KEY, key)
            operation, _ = algorithm.accept()
            with operation:
                for op, given, expected in (
                    (berkeley.ALG_OP_ENCRYPT, plain, secret),
                    (berkeley.ALG_OP_DECRYPT, secret, plain),
                ):
                    assert operation.sendmsg_afalg([given], op=op, iv=iv, flags=0) == 16
                    assert operation.recv(16) == expected

    @pytest.mark.needs("alg")
    def test_arguments(self):
        with berkeley.socket(berkeley.AF_ALG, berkeley.SOCK_SEQPACKET) as sock:
            for wrong in ({}, {"op": -1}, {"op": None}, {"op": 0, "assoclen": -1}):
                with pytest.raises(TypeError):
                    sock.sendmsg_afalg([b"x"], **wrong)
