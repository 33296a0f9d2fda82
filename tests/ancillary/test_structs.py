"""The structs, compared with what a C program says of the installed headers."""

import shutil
import struct
import subprocess

import pytest

# The struct, its fields in order, and the layout that the package reads it by.
STRUCTS = {
    "in_pktinfo": ("@i4s4s", "ipi_ifindex ipi_spec_dst ipi_addr", "netinet/in.h"),
    "in6_pktinfo": ("@16sI", "ipi6_addr ipi6_ifindex", "netinet/in.h"),
    "ucred": ("@iII", "pid uid gid", "sys/socket.h"),
    "sock_extended_err": (
        "=IBBBxII",
        "ee_errno ee_origin ee_type ee_code ee_info ee_data",
        "linux/errqueue.h",
    ),
    "timeval": ("@ll", "tv_sec tv_usec", "sys/time.h"),
    "timespec": ("@ll", "tv_sec tv_nsec", "time.h"),
    "sctp_sndrcvinfo": (
        "@HHHxx4sIIIIi",
        (
            "sinfo_stream sinfo_ssn sinfo_flags sinfo_ppid sinfo_context sinfo_timetolive sinfo_tsn"
            " sinfo_cumtsn sinfo_assoc_id"
        ),
        "linux/sctp.h",
    ),
    "sctp_sndinfo": (
        "@HH4sIi",
        "snd_sid snd_flags snd_ppid snd_context snd_assoc_id",
        "linux/sctp.h",
    ),
    "sctp_rcvinfo": (
        "@HHHxx4sIIIi",
        "rcv_sid rcv_ssn rcv_flags rcv_ppid rcv_tsn rcv_cumtsn rcv_context rcv_assoc_id",
        "linux/sctp.h",
    ),
    "sctp_nxtinfo": (
        "@HH4sIi",
        "nxt_sid nxt_flags nxt_ppid nxt_length nxt_assoc_id",
        "linux/sctp.h",
    ),
    "sctp_prinfo": ("@HxxI", "pr_policy pr_value", "linux/sctp.h"),
}


def offsets(layout):
    """Where each field begins: how long what comes before is, with its padding."""
    order, codes = layout[0], layout[1:]
    starts, seen, number = [], "", ""
    for code in codes:
        if code.isdigit():
            number += code
            continue
        if code != "x":
            before = struct.calcsize(order + seen)
            whole = struct.calcsize(order + seen + number + code)
            starts.append(whole - struct.calcsize(order + number + code))
            assert starts[-1] >= before
        seen += number + code
        number = ""
    return starts


def test_layouts(tmp_path):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("missing: a C compiler (cc)")
    lines = ["#define _GNU_SOURCE", "#include <stddef.h>", "#include <stdio.h>"]
    headers = dict.fromkeys(header for _, _, header in STRUCTS.values())
    lines += [f"#include <{header}>" for header in headers]
    lines.append("int main(void) {")
    for name, (_, fields, _) in STRUCTS.items():
        for field in fields.split():
            lines.append(f'printf("%zu ", offsetof(struct {name}, {field}));')
        lines.append(f'printf("%zu\\n", sizeof(struct {name}));')
    lines.append("}")
    source, program = tmp_path / "structs.c", tmp_path / "structs"
    source.write_text("\n".join(lines))
    subprocess.run([compiler, "-o", program, source], check=True)
    said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    for (name, (layout, _, _)), line in zip(STRUCTS.items(), said.splitlines(), strict=True):
        *starts, size = map(int, line.split())
        assert offsets(layout) == starts, name
        assert struct.calcsize(layout) == size, name
