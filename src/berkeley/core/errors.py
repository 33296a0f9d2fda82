"""Errors: C error codes become exceptions here, and nowhere else.

Four sources of codes: errno (intro(2) of section 3), the EAI_* codes of getaddrinfo(3), the h_errno
codes of gethostbyname(3), and a deadline that has passed.
"""

from posix import strerror

import cython
from cython.cimports.berkeley.core.libc import netdb as libc
from cython.cimports.berkeley.core.libc import python as capi


class herror(OSError):
    """An error of gethostbyname_ex() or gethostbyaddr(): ``args`` is ``(h_errno, text)``."""

    __module__ = "berkeley"


class gaierror(OSError):
    """An error of getaddrinfo() or getnameinfo(): ``args`` is ``(code, text)``, the code one of
    EAI_*.
    """

    __module__ = "berkeley"


# Building OSError(errno, text) looks the class up, asks libc for the text and decodes it: 700 ns,
# while a non-blocking program gets EAGAIN all day.  What the first exception of a code was made of
# serves the next.
# Linux has about 130 codes, errno(3).
KNOWN = cython.declare(cython.int, 256)
_made_of = cython.declare(list, [None] * 256)


@cython.cfunc
def _error(code: cython.int) -> object:
    """The OSError of an errno value, in the subclass that PEP 3151 gives it."""
    parts: tuple = _made_of[code] if 0 <= code < KNOWN else None
    if parts is None:
        first = OSError(code, strerror(code))
        parts = (type(first), first.args)
        if 0 <= code < KNOWN:
            with cython.critical_section(_made_of):
                # Never replaced: without the GIL another thread may be about to use it.
                if _made_of[code] is None:
                    _made_of[code] = parts
    return capi.PyObject_Call(parts[0], parts[1], cython.NULL)


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_errno(code: cython.int) -> cython.int:
    """Raise the OSError of an errno value."""
    raise _error(code)


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_errno_at(code: cython.int, doing: str, address: object) -> cython.int:
    """raise_errno() with a note that names the address, PEP 678; ``args`` and the text stay."""
    error = _error(code)
    note(error, doing, address)
    raise error


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_timeout_at(doing: str, address: object) -> cython.int:
    """raise_timeout() with a note that names the address."""
    error = TimeoutError("timed out")
    note(error, doing, address)
    raise error


@cython.cfunc
@cython.exceptval(check=False)
def note(error: object, doing: str, address: object) -> cython.void:
    """Give an exception the note that names the address; None is no address."""
    if address is None:
        return
    try:
        text = repr(address)
    except Exception:
        # A class of the program's own: what went wrong in the call counts for more.
        text = object.__repr__(address)
    error.add_note(f"while {doing} {text}")


@cython.cfunc
@cython.exceptval(check=False)
def tell(error: object, name: cython.p_const_char, value: object) -> cython.void:
    """Give an exception that is on its way an attribute; one that takes none stays as it is."""
    if capi.PyObject_SetAttrString(error, name, value) < 0:
        capi.PyErr_Clear()


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_gai(code: cython.int, err: cython.int, host: object, service: object) -> cython.int:
    """Raise the gaierror of an EAI_* code; *err* is errno, which counts for EAI_SYSTEM alone.

    A note names *host* and *service*, bytes, text, numbers, or None for what was not asked for.
    """
    error: object
    if code == libc.EAI_SYSTEM:
        error = _error(err)
    else:
        text = capi.PyUnicode_DecodeLocale(libc.gai_strerror(code), b"surrogateescape")
        error = gaierror(code, text)
    note_lookup(error, host, service)
    raise error


@cython.cfunc
@cython.exceptval(check=False)
def note_lookup(error: object, host: object, service: object) -> cython.void:
    """Give an exception the note that names what was looked up; None was not asked for."""
    asked = [
        f"{what} {_shown(name)!r}"
        for what, name in (("host", host), ("service", service))
        if name is not None
    ]
    error.add_note(f"while looking up {', '.join(asked)}")


@cython.cfunc
def _shown(name: object) -> object:
    """A name as its user wrote it: the bytes of an encoded one as text."""
    if type(name) is bytes:
        return cython.cast(bytes, name).decode("utf-8", "backslashreplace")
    return name


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_h(code: cython.int, host: object) -> cython.int:
    """Raise the herror of an h_errno value, with a note that names *host*."""
    text = capi.PyUnicode_DecodeLocale(libc.hstrerror(code), b"surrogateescape")
    error: object = herror(code, text)
    note_lookup(error, host, None)
    raise error


@cython.cfunc
@cython.exceptval(-1, check=False)
def raise_timeout() -> cython.int:
    raise TimeoutError("timed out")


def timed_out():
    """The exception of a deadline that has passed, for the parts that are ordinary Python."""
    return TimeoutError("timed out")
