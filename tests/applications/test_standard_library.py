"""asyncio, ssl, http, socketserver, logging, selectors, multiprocessing.connection: on berkeley."""

import pytest


def expected(module):
    return {
        "asyncio_tcp": f"True {module}",
        "asyncio_tls": f"True {module}",
        "asyncio_unix": f"True {module}",
        "asyncio_datagram": "datagram True",
        "asyncio_sock_methods": "200000 200000",
        "asyncio_subprocess": "child",
        "tls": "b'question' b'answer' 30.0 localhost -1",
        "tls_timeout": "TimeoutError _ssl.c:",
        "http_server": "content",
        "xml_rpc": "1024",
        "logging_by_datagram": "a message",
        "select_sockets": "[] near",
        "connections": "AF_INETAF_INET AF_UNIXAF_UNIX",
        "modules": f"{module} {module}",
    }


@pytest.mark.parametrize(
    ("form", "module"), [("whole", "berkeley"), ("file", "berkeley"), ("none", "socket")]
)
def test_all(program, certificate, form, module):
    """The standard module, too: what the program expects is what it does there."""
    found = program(form, "standard_library.py", certificate.authority, certificate.chain)
    # The rest of the text is a line number of CPython's and where it was: "The handshake ...".
    found["tls_timeout"] = found["tls_timeout"][: len("TimeoutError _ssl.c:")]
    assert found == expected(module)
