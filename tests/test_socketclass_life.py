"""The life of socket objects: references, warnings, duplicates, what they show and refuse."""

import copy
import gc
import inspect
import os
import pickle
import warnings
import weakref

import pytest

import berkeley


class Mine(berkeley.socket):
    """A subclass with an argument of its own."""

    def __init__(self, label):
        super().__init__()
        self.label = label


class TestLife:
    def test_weak_references(self):
        sock = berkeley.socket()
        reference = weakref.ref(sock)
        mapping = weakref.WeakValueDictionary({1: sock})
        assert reference() is sock
        sock.close()
        del sock
        assert reference() is None
        assert not mapping

    def test_cycles_are_collected(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            sock = Mine("a")
            sock.label = sock
            reference = weakref.ref(sock)
            del sock
            gc.collect()
        assert reference() is None
        assert [w.category for w in caught] == [ResourceWarning]

    def test_context_manager(self):
        with berkeley.socket() as sock:
            assert sock.fileno() >= 0
        assert sock.fileno() == -1
        assert sock._closed
        with pytest.raises(ZeroDivisionError), berkeley.socket() as other:
            raise ZeroDivisionError
        assert other.fileno() == -1
        # Closed in between: the end of the block does nothing more.
        with berkeley.socket() as third:
            third.close()

    def test_resource_warning(self):
        sock = berkeley.socket()
        text, fd = repr(sock), sock.fileno()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del sock
            gc.collect()
        (warning,) = caught
        assert warning.category is ResourceWarning
        assert str(warning.message) == f"unclosed {text}"
        assert warning.source is not None
        assert isinstance(warning.source, berkeley.socket)
        assert warning.filename == __file__
        with pytest.raises(OSError):
            os.fstat(fd)

    @pytest.mark.parametrize("end", ["close", "detach"])
    def test_no_warning(self, end):
        sock = berkeley.socket()
        result = getattr(sock, end)()
        if end == "detach":
            os.close(result)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            del sock
            gc.collect()

    def test_warning_as_an_error_still_closes(self, child):
        done = child(
            """
            import os, berkeley
            sock = berkeley.socket()
            fd = sock.fileno()
            del sock
            try:
                os.fstat(fd)
            except OSError:
                print("closed")
            """
        )
        assert done.stdout == "closed\n"
        assert "ResourceWarning: unclosed <berkeley.socket fd=" in done.stderr

    @pytest.mark.parametrize("how", ["global", "cycle", "attribute", "thread"])
    def test_at_the_interpreters_end(self, child, how):
        done = child(
            f"""
            import sys, threading, berkeley
            sock = berkeley.socket()
            how = {how!r}
            class Holder: pass
            if how == "cycle":
                holder = Holder(); holder.me = holder; holder.sock = sock
                del holder, sock
            elif how == "attribute":
                sys.kept = sock
            elif how == "thread":
                near, far = berkeley.socketpair()
                threading.Thread(target=near.recv, args=(10,), daemon=True).start()
            print("end")
            """,
            options=("-W", "default"),
        )
        assert done.stdout == "end\n"
        assert "Traceback" not in done.stderr
        assert "unclosed <berkeley.socket" in done.stderr or how == "attribute"

    def test_fork(self, pair):
        """The child's copies are its own: closing them there closes nothing here."""
        near, far = pair
        process = os.fork()
        if process == 0:
            near.close()
            far.send(b"from the child")
            os._exit(0)
        assert os.waitpid(process, 0)[1] == 0
        assert near.recv(100) == b"from the child"


class TestDup:
    def test_dup(self, pair):
        near, far = pair
        near.settimeout(5)
        with near.dup() as duplicate:
            assert duplicate.fileno() != near.fileno()
            assert (duplicate.family, duplicate.type) == (near.family, near.type)
            assert duplicate.gettimeout() == 5
            assert not duplicate.get_inheritable()
            near.close()
            duplicate.send(b"x")
        assert far.recv(1) == b"x"

    @pytest.mark.parametrize("timeout", [None, 0.0])
    def test_timeout_is_that_of_the_original(self, pair, timeout):
        berkeley.setdefaulttimeout(9)
        pair[0].settimeout(timeout)
        with pair[0].dup() as duplicate:
            assert duplicate.gettimeout() == timeout
            assert os.get_blocking(pair[0].fileno()) is (timeout is None)

    def test_inheritable(self):
        with berkeley.socket() as sock:
            assert sock.get_inheritable() is False
            sock.set_inheritable(True)
            assert sock.get_inheritable() is os.get_inheritable(sock.fileno()) is True
            sock.set_inheritable(False)
            assert os.get_inheritable(sock.fileno()) is False


class TestRepr:
    def test_open(self, tcp):
        near, _ = tcp
        text = repr(near)
        assert text == (
            f"<berkeley.socket fd={near.fileno()}, family={berkeley.AF_INET!s}, "
            f"type={berkeley.SOCK_STREAM!s}, proto={near.proto}, "
            f"laddr={near.getsockname()}, raddr={near.getpeername()}>"
        )

    def test_not_connected(self):
        with berkeley.socket() as sock:
            assert "laddr=('0.0.0.0', 0)" in repr(sock)
            assert "raddr" not in repr(sock)

    def test_unnamed(self, pair):
        assert "addr" not in repr(pair[0])

    def test_closed(self, pair):
        pair[0].close()
        assert repr(pair[0]).startswith("<berkeley.socket [closed] fd=-1, family=")

    def test_subclass(self):
        with Mine("a") as sock:
            assert repr(sock).startswith(f"<{__name__}.Mine fd=")


class TestPickling:
    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    @pytest.mark.parametrize("make", [berkeley.socket, lambda: Mine("a")])
    def test_refused(self, make, protocol):
        with make() as sock:
            name = type(sock).__name__
            with pytest.raises(TypeError, match=f"cannot pickle '{name}' object"):
                pickle.dumps(sock, protocol)

    def test_copies_refused(self):
        with berkeley.socket() as sock:
            for call in (copy.copy, copy.deepcopy, lambda s: s.__getstate__()):
                with pytest.raises(TypeError):
                    call(sock)

    def test_classes_and_functions_are_found_by_name(self):
        for thing in (berkeley.socket, berkeley.gaierror, berkeley.create_connection):
            assert pickle.loads(pickle.dumps(thing)) is thing
        error = pickle.loads(pickle.dumps(berkeley.gaierror(-2, "text")))
        assert (type(error), error.args) == (berkeley.gaierror, (-2, "text"))


def test_every_method_has_a_docstring():
    for name, member in inspect.getmembers(berkeley.socket):
        if not name.startswith("_") and (callable(member) or isinstance(member, property)):
            assert member.__doc__, name


def test_a_socket_that_outlives_the_interpreter_is_quiet(child):
    # The finalizer runs when sys.stderr and warnings are gone already.
    done = child("import sys, berkeley; sys.keep = berkeley.socket()", options=("-W", "ignore"))
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize("call", ["accept", "socketpair"])
def test_a_replaced_class_is_used(monkeypatch, call):
    class Mine(berkeley.socket):
        """What a program puts in the place of socket.socket."""

    monkeypatch.setattr(berkeley, "socket", Mine)
    if call == "socketpair":
        made = berkeley.socketpair()
    else:
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            client = berkeley.create_connection(server.getsockname())
            made = (client, server.accept()[0])
    for sock in made:
        assert type(sock) is Mine
        sock.close()
