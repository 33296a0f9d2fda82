"""berkeley sniff: the packets that pass an interface, one line each, by AF_PACKET."""

import argparse
import contextlib
import errno
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

import berkeley
from berkeley.cli import pcapng
from berkeley.cli.capture import SNAPLEN, Capture, Frame
from berkeley.cli.dissect import PROTOCOLS, dissect
from berkeley.cli.packet import Packet, end_text
from berkeley.cli.packet_filter import FilterError, Test, compile_filter

DIRECTIONS = {
    berkeley.PACKET_HOST: "in",
    berkeley.PACKET_BROADCAST: "broadcast",
    berkeley.PACKET_MULTICAST: "multicast",
    berkeley.PACKET_OTHERHOST: "other",
    berkeley.PACKET_OUTGOING: "out",
}
STOPPING = {signal.SIGINT, signal.SIGTERM}

FILTER_HELP = f"""\
A filter is made of protocols ({", ".join(sorted(PROTOCOLS))}),
"port NUMBER", "host ADDRESS", "net ADDRESS/LENGTH", each of these three after "src" or "dst" if
only that side counts, and "vlan NUMBER", joined by "and", "or", "not" and parentheses.  Python
evaluates it, on every packet."""


def add_parser(commands: Any) -> None:
    """Add the subcommand to the help of ``python -m berkeley``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "sniff",
        help="show the packets that pass an interface",
        description="Show the packets that pass an interface, or all of them, one line each, until "
        "Ctrl-C.  Needs CAP_NET_RAW.",
        epilog=FILTER_HELP,
    )
    argument = parser.add_argument
    argument("interface", nargs="?", default="", metavar="INTERFACE", help="all without it")
    argument("-c", "--count", type=positive, metavar="N", help="end after N packets")
    argument("-f", "--filter", default="", metavar="EXPRESSION", help="choose packets, see below")
    argument("-w", "--write", metavar="FILE", help="write a pcapng file too; - is standard output")
    argument("-q", "--quiet", action="store_true", help="no line a packet")
    argument(
        "-s",
        "--snaplen",
        type=positive,
        default=SNAPLEN,
        metavar="BYTES",
        help=f"keep the beginning of longer packets only ({SNAPLEN})",
    )
    argument(
        "-p",
        "--promiscuous",
        action="store_true",
        help="also packets that are meant for other hosts",
    )
    parser.set_defaults(main=main)


def positive(text: str) -> int:
    """A number from 1 on, for argparse."""
    number = int(text)
    if not 0 < number < 1 << 31:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return number


def main(options: argparse.Namespace) -> int:
    """Show packets until the count is reached or a signal comes; the exit status is 0 then."""
    try:
        chosen = compile_filter(options.filter) if options.filter.strip() else None
    except FilterError as error:
        return refuse(str(error), status=2)
    except RecursionError:
        return refuse("the filter has too many parentheses within each other", status=2)
    try:
        snaplen = options.snaplen = min(options.snaplen, SNAPLEN)
        capture = Capture(options.interface, snaplen=snaplen, promiscuous=options.promiscuous)
    except (OSError, ValueError) as error:
        return refuse(reason(error, options.interface))
    try:
        with capture, contextlib.ExitStack() as stack:
            # To open a named pipe may take for ever: signals end that.
            file = stack.enter_context(opened(options.write)) if options.write else None
            stack.enter_context(signals_held())
            where = options.interface or "all interfaces"
            print(f"listening on {where}", file=sys.stderr, flush=True)
            show(capture, chosen, file, options)
    except WriteError as error:
        return refuse(f"cannot write {options.write}: {error}")
    except BrokenPipeError:
        raise  # of the reader of our standard output: berkeley.cli knows what to do
    except OSError as error:
        return refuse(reason(error, options.interface))
    return 0


def show(
    capture: Capture, chosen: Test | None, file: BinaryIO | None, options: argparse.Namespace
) -> None:
    """Print and write packets, and at the end how many there were."""
    writer = pcapng.Writer(file, options.snaplen) if file else None
    quiet = options.quiet or options.write == "-"
    count = 0
    outputs = [] if quiet else [sys.stdout]
    outputs += [file] if file else []
    while count != options.count and (frame := next_frame(capture, outputs)):
        packet = dissect(frame.linktype, frame.data)
        if chosen and not chosen(packet):
            continue
        if writer:
            with writing():
                writer.write(frame)
        if not quiet:
            print(line(frame, packet), flush=True)
        count += 1
    statistics = capture.statistics()
    if writer:
        with writing():
            writer.finish(statistics)
    print(
        f"{count} packets, {statistics.received} received by the kernel, "
        f"{statistics.dropped} dropped by it",
        file=sys.stderr,
    )


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """SIGINT and SIGTERM come in only where next_frame() waits.

    So no line is cut, nor a block of the file.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        while signal.sigtimedwait(STOPPING, 0):
            pass  # the work is done; another Ctrl-C has nothing to end
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGTERM, before)


def next_frame(capture: Capture, outputs: list[IO[Any]]) -> Frame | None:
    """The next frame, once there is room for it in *outputs*; None after SIGINT or SIGTERM."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        try:
            for output in outputs:
                room = select.poll()
                room.register(output, select.POLLOUT)
                room.poll()
            return capture.receive()
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    except KeyboardInterrupt:
        return None


class WriteError(Exception):
    """The file of --write cannot be written; the text says why."""


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Make a WriteError of what goes wrong with the file."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(error.strerror) from None


@contextlib.contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The file to write, closed afterwards; standard output stays open."""
    if name == "-":
        yield sys.stdout.buffer
        return
    with writing():
        file = open(name, "wb")
    try:
        yield file
    finally:
        # What is buffered is written now.
        with writing():
            file.close()


def line(frame: Frame, packet: Packet) -> str:
    """The packet for people: when, where, which way, what, from whom to whom, length, the rest."""
    seconds, nanoseconds = divmod(frame.timestamp, 1_000_000_000)
    words = [
        f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{nanoseconds:09}",
        frame.interface,
        DIRECTIONS.get(frame.direction, str(frame.direction)),
        packet.protocols[-1] if packet.protocols else "unknown",
    ]
    if packet.source or packet.destination:
        source = end_text(packet.source, packet.source_port)
        destination = end_text(packet.destination, packet.destination_port)
        words += [source or "?", ">", destination or "?"]
    words.append(f"length {frame.length}")
    words += [f"vlan {number}" for number in packet.vlans]
    return " ".join(words + packet.details)


def reason(error: Exception, interface: str) -> str:
    """What went wrong, and what to do about it."""
    if isinstance(error, PermissionError):
        return f"AF_PACKET needs CAP_NET_RAW: run it as root, or under sudo ({error.strerror})"
    if isinstance(error, OSError) and error.errno in (errno.ENODEV, errno.ENXIO):
        there = ", ".join(name for _, name in berkeley.if_nameindex())
        return f"there is no interface {interface!r}; there are {there}"
    text = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return f"{interface or 'all interfaces'}: {text}"


def refuse(text: str, status: int = 1) -> int:
    """Print what is wrong; return the exit status."""
    print(f"berkeley sniff: {text}", file=sys.stderr)
    return status
