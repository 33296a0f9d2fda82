"""Text on its way to libc: IDNA for host names, UTF-8 for services, no zero bytes anywhere."""

import pytest

import berkeley


def test_idna_names_are_looked_up():
    # Nameprep (RFC 3491) makes "localhost" of wide letters.
    assert berkeley.gethostbyname("\uff4coc\uff41lhost") == "127.0.0.1"
    assert berkeley.getaddrinfo("\uff4cocalhost", 80, berkeley.AF_INET)[0][4] == ("127.0.0.1", 80)


@pytest.mark.parametrize("digits", ["１２７.０.０.１", "127。0。0。1"])
def test_idna_maps_wide_digits_and_dots(digits):
    assert berkeley.gethostbyname(digits) == "127.0.0.1"
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
        sock.connect((digits, 9))
        assert sock.getpeername() == ("127.0.0.1", 9)


@pytest.mark.parametrize("host", ["\u00fc" * 64, "\ud800", "a\u0300." + "b" * 70 + "\u0300"])
def test_no_idna_form(host):
    with (
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock,
        pytest.raises(TypeError, match="encoding of hostname failed") as caught,
    ):
        sock.connect((host, 9))
    assert isinstance(caught.value.__cause__, UnicodeError)
    # The functions show the codec's own error, as the standard module's do.
    for call in (berkeley.gethostbyname, lambda name: berkeley.getaddrinfo(name, 80)):
        with pytest.raises(UnicodeError):
            call(host)


def test_names_of_services_are_utf8():
    for call in (
        lambda: berkeley.getservbyname("gr\u00fc\u00dfe"),
        lambda: berkeley.getservbyname("http", "\u00fc"),
        lambda: berkeley.getservbyport(80, "\u00fc"),
        lambda: berkeley.getprotobyname("\u00fc"),
    ):
        with pytest.raises(OSError, match="not found"):
            call()
    for call in (
        lambda: berkeley.getservbyname("\ud800"),
        lambda: berkeley.getprotobyname("\ud800"),
    ):
        with pytest.raises(UnicodeEncodeError):
            call()


@pytest.mark.parametrize(
    "call",
    [
        lambda text: berkeley.getservbyname(text),
        lambda text: berkeley.getservbyname("http", text),
        lambda text: berkeley.getservbyport(80, text),
        lambda text: berkeley.getprotobyname(text),
        lambda text: berkeley.inet_aton(text),
        lambda text: berkeley.inet_pton(berkeley.AF_INET, text),
        lambda text: berkeley.if_nametoindex(text),
    ],
)
def test_zero_bytes(call):
    for text in ("tcp\0", "\0", "\u00fc\0x"):
        with pytest.raises(ValueError, match="null"):
            call(text)
