"""HTTPS between http.server and urllib.request, with a certificate made on the spot.

Nothing here knows of berkeley: the program imports the standard library's modules.

    python -m berkeley run examples/https.py README.md LICENSE

serves the files, fetches each over TLS and prints what came, as one line of JSON.  Without
``-m berkeley run`` it is the same program on the standard module.
"""

import argparse
import datetime
import hashlib
import ipaddress
import json
import socket
import ssl
import tempfile
import time
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for HOST, good for an hour, and its key; return the paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A minute ago: clocks of two machines differ.
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        # What clients compare with the host of the URL; they ignore the common name.
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, and is quiet about it; keeps the last client's address."""

    last_client: tuple[str, int] = ("", 0)

    def log_message(self, format: str, *args: object) -> None:
        Handler.last_client = self.client_address[:2]


def fetch(url: str, context: ssl.SSLContext) -> bytes:
    """The body of *url*: one connection and one TLS handshake."""
    with urllib.request.urlopen(url, timeout=10, context=context) as answer:
        body: bytes = answer.read()
    return body


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="fetch files over HTTPS from our own server")
    parser.add_argument("--rounds", type=int, default=1, help="how often to fetch them all")
    parser.add_argument("file", nargs="+", type=Path)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate, key = make_certificate(folder)
        server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server_context.load_cert_chain(certificate, key)
        # The client trusts this certificate and no other.
        client_context = ssl.create_default_context(cafile=str(certificate))
        key.unlink()
        public = folder / "public"
        public.mkdir()
        for number, file in enumerate(options.file):
            (public / str(number)).write_bytes(file.read_bytes())

        server = ThreadingHTTPServer((HOST, 0), partial(Handler, directory=str(public)))
        server.socket = server_context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            urls = [
                f"https://{HOST}:{server.server_port}/{number}"
                for number in range(len(options.file))
            ]
            digests = set()
            seconds = []
            for _ in range(options.rounds):
                begin = time.perf_counter()
                bodies = [fetch(url, client_context) for url in urls]
                seconds.append(time.perf_counter() - begin)
                digests.add(hashlib.sha256(b"".join(bodies)).hexdigest())
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    print(
        json.dumps(
            {
                "module": socket.__name__,
                "server": f"{HOST}:{server.server_port}",
                "client": "{}:{}".format(*Handler.last_client),
                "bytes": sum(map(len, bodies)),
                "seconds": min(seconds),
                # One digest, unless the rounds differ.
                "sha256": sorted(digests),
            }
        )
    )


if __name__ == "__main__":
    main()
