"""``python -m berkeley doctor``: its report, its table of protocols, and both forms of output."""

import errno
import json
import os
import socket as standard
import subprocess
import sys

import pytest

import berkeley
from berkeley import constants, selftest
from berkeley.cli import doctor, main, protocols


@pytest.fixture(scope="module")
def found():
    return doctor.report()


class TestReport:
    def test_keys(self, found):
        assert found["format"] == 1
        assert list(found) == [
            "format",
            "berkeley",
            "python",
            "system",
            "tls",
            "standard_module",
            "kernel",
        ]
        assert set(found["python"]) == {
            "implementation",
            "version",
            "executable",
            "free_threaded",
            "gil",
        }
        keys = {"names", "berkeley_names", "families", "lacks", "only_there"}
        assert set(found["standard_module"]) == keys
        for row in found["kernel"]:
            assert set(row) == {"name", "family", "type", "protocol", "status", "error"}

    def test_python(self, found):
        assert found["python"]["version"] == sys.version.split()[0]
        assert found["python"]["executable"] == sys.executable
        assert found["python"]["gil"] is not found["python"]["free_threaded"]

    def test_tls(self, found, monkeypatch):
        assert found["tls"] == {"works": True, "reason": None}

        def refuse():
            raise ImportError("moved")

        monkeypatch.setattr(selftest, "check_layout", refuse)
        assert doctor.tls() == {"works": False, "reason": "moved"}
        assert "TLS            does not work: moved" in doctor.text({**found, "tls": doctor.tls()})

    def test_tls_without_ssl(self, monkeypatch):
        monkeypatch.setattr(doctor, "find_spec", lambda name: None)
        assert "without ssl" in doctor.tls()["reason"]

    def test_names(self, found):
        """The difference of the two modules, found in another way."""
        module = found["standard_module"]
        theirs = {name for name in standard.__all__ if not name.startswith("_")}
        missing = set(berkeley.__all__) - theirs
        reported = {name for names in module["lacks"].values() for name in names}
        # Names that the standard module has without listing them (EBADF, ...) are not lacking.
        assert reported == {name for name in missing if not hasattr(standard, name)}
        assert module["families"] == sorted(n for n in reported if n.startswith("AF_"))
        assert module["berkeley_names"] == len(berkeley.__all__)
        assert module["only_there"] == []
        assert len(reported) > 800

    def test_the_standard_module_is_asked_not_ours(self, child, found):
        code = """
            import berkeley
            from berkeley.cli import main

            berkeley.install()
            main(["doctor", "--json"])
        """
        installed = json.loads(child(code).stdout)
        assert installed["berkeley"]["installed"] is True
        assert found["berkeley"]["installed"] is False
        assert installed["standard_module"] == found["standard_module"]

    def test_groups(self):
        assert doctor.group("SO_REUSEADDR") == "SO_"
        assert doctor.group("AF_DECnet") == "other constants"
        assert doctor.group("SOMAXCONN") == "other constants"
        assert doctor.group("create_server") == "functions and classes"


class TestKernel:
    def test_rows_are_socket_arguments(self):
        for row in protocols.PROTOCOLS:
            assert row.family in constants.documented() | constants.more()
            assert row.type in constants.documented() | constants.more()
            assert protocols.number(row.protocol) >= 0
        names = [row.name for row in (*protocols.PROTOCOLS, *protocols.ABILITIES)]
        assert len(set(names)) == len(names)

    def test_every_row_is_reported(self, found):
        assert len(found["kernel"]) == len(protocols.PROTOCOLS) + len(protocols.ABILITIES)

    @pytest.mark.parametrize("row", protocols.PROTOCOLS, ids=lambda row: row.name)
    def test_as_the_kernel_says(self, found, row):
        """The standard module, asked for the same socket, has the same answer."""
        arguments = [protocols.number(part) for part in (row.family, row.type, row.protocol)]
        try:
            standard.socket(*arguments).close()
        except OSError as error:
            expected = errno.errorcode[error.errno]
        else:
            expected = None
        (reported,) = (line for line in found["kernel"] if line["name"] == row.name)
        assert reported["error"] == expected
        assert (reported["status"] == "works") == (expected is None)

    def test_always_there(self, found):
        status = {row["name"]: row["status"] for row in found["kernel"]}
        for name in ("TCP", "UDP", "UNIX stream", "UNIX datagram", "netlink route"):
            assert status[name] == "works"

    @pytest.mark.parametrize(
        ("raised", "result"),
        [
            (OSError(errno.EAFNOSUPPORT, ""), ("absent", "EAFNOSUPPORT")),
            (OSError(errno.EPROTONOSUPPORT, ""), ("absent", "EPROTONOSUPPORT")),
            (OSError(errno.ESOCKTNOSUPPORT, ""), ("absent", "ESOCKTNOSUPPORT")),
            (OSError(errno.EADDRNOTAVAIL, ""), ("absent", "EADDRNOTAVAIL")),
            (OSError(errno.ENODEV, ""), ("absent", "ENODEV")),
            (OSError(errno.EPERM, ""), ("privilege", "EPERM")),
            (OSError(errno.EACCES, ""), ("privilege", "EACCES")),
            (OSError(errno.EMFILE, ""), ("fails", "EMFILE")),
            (OSError(99999, ""), ("fails", "99999")),
            (TimeoutError("timed out"), ("fails", "ETIMEDOUT")),
            (ValueError("dualstack_ipv6 not supported"), ("absent", "EAFNOSUPPORT")),
            (None, ("works", None)),
        ],
    )
    def test_results(self, raised, result):
        def attempt():
            if raised is not None:
                raise raised

        assert protocols.result_of(attempt) == result

    def test_abilities(self, found):
        status = {row["name"]: row["status"] for row in found["kernel"]}
        if status["TCP over IPv6"] == "absent":
            assert status["IPv6 loopback address"] == "absent"
        assert (status["dual stack"] == "works") == berkeley.has_dualstack_ipv6()
        assert status["VSOCK loopback"] != "privilege"


class TestOutput:
    def test_for_people(self, capsys, found):
        assert main(["doctor"]) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= 100
        for row in found["kernel"]:
            assert row["name"] in out
        assert f"has {found['standard_module']['names']} names" in out
        assert "gives the standard module" in out
        assert "TCP" in out
        for family in found["standard_module"]["families"][:3]:
            assert family in out

    def test_for_programs(self, capsys, found):
        assert main(["doctor", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == found

    def test_what_berkeley_lacks_is_said(self, found):
        module = {**found["standard_module"], "only_there": ["SO_UNHEARD_OF"]}
        assert "berkeley lacks: SO_UNHEARD_OF" in doctor.text({**found, "standard_module": module})
        assert "berkeley lacks" not in doctor.text(found)

    def test_free_threading(self, found):
        python = {**found["python"], "free_threaded": True, "gil": False}
        assert "free-threaded build, the GIL is off" in doctor.text({**found, "python": python})

    @pytest.mark.parametrize("words", [[], ["--json"]])
    def test_child_process(self, python, words):
        done = python("-X", "dev", "-W", "error", "-m", "berkeley", "doctor", *words)
        assert done.returncode == 0
        assert done.stderr == ""

    def test_under_run(self, berkeley_run):
        done = berkeley_run("-m", "berkeley", "doctor")
        assert "gives berkeley" in done.stdout

    def test_reader_that_goes_away(self):
        """``berkeley doctor | head -1``: no traceback."""
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-m", "berkeley", "doctor"]
        with os.fdopen(writer, "w") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True)
        assert done.stderr == ""
