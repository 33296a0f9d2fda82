"""The language that chooses packets: ``tcp and (port 80 or port 443) and not host 10.0.0.1``.

    expression  = term { "or" term }
    term        = factor { [ "and" ] factor }
    factor      = "not" factor | "(" expression ")" | primitive
    primitive   = protocol | [ "src" | "dst" ] ( "port" NUMBER | "host" ADDRESS | "net" NETWORK )
                | "vlan" NUMBER

It is evaluated here, on packets that are dissected already, not in the kernel: it saves lines, not
work.  A packet that has no port, or no address, is not chosen by ``port`` or ``host``.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import berkeley
from berkeley.cli.dissect import PROTOCOLS
from berkeley.cli.packet import Packet

Test = Callable[[Packet], bool]

TOKEN = re.compile(r"[()]|[^\s()]+")
RESERVED = {"and", "or", "not", "(", ")"}
SIDES = ("src", "dst")


class FilterError(ValueError):
    """An expression that means nothing; the text points at the place."""

    def __init__(self, reason: str, expression: str, position: int) -> None:
        # A line break within the expression would move what the arrow points at.
        line = re.sub(r"\s", " ", expression)
        super().__init__(f"{reason}\n  {line}\n  {' ' * position}^")


class Token(NamedTuple):
    text: str
    position: int


def compile_filter(expression: str) -> Test:
    """The test that *expression* stands for.  Raises FilterError."""
    return Parser(expression).parse()


class Parser:
    """Turns an expression into a test; one method a rule of the grammar."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = [Token(found[0], found.start()) for found in TOKEN.finditer(expression)]
        # Where a message points that something is missing.
        self.tokens.append(Token("", len(expression.rstrip())))
        self.index = 0

    def parse(self) -> Test:
        test = self.alternatives()
        if self.token.text:
            raise self.error(f"{self.token.text!r} is not expected here")
        return test

    @property
    def token(self) -> Token:
        """The token that is next."""
        return self.tokens[self.index]

    def take(self) -> Token:
        """The token that is next, which is then the last one."""
        token = self.token
        self.index += token.text != ""
        return token

    def accept(self, *words: str) -> str:
        """The next token if it is one of *words*, taken; else ``""``."""
        return self.take().text if self.token.text in words else ""

    def error(self, reason: str, token: Token | None = None) -> FilterError:
        """That *token* is wrong, or the one that is next."""
        return FilterError(reason, self.expression, (token or self.token).position)

    def alternatives(self) -> Test:
        tests = [self.term()]
        while self.accept("or"):
            tests.append(self.term())
        return tests[0] if len(tests) == 1 else lambda packet: any(t(packet) for t in tests)

    def term(self) -> Test:
        tests = [self.factor()]
        # `tcp port 80` means the same as `tcp and port 80`.
        while self.accept("and") or self.token.text not in ("", "or", ")"):
            tests.append(self.factor())
        return tests[0] if len(tests) == 1 else lambda packet: all(t(packet) for t in tests)

    def factor(self) -> Test:
        if self.accept("not"):
            inner = self.factor()
            return lambda packet: not inner(packet)
        if self.accept("("):
            inner = self.alternatives()
            if not self.accept(")"):
                raise self.error("a closing parenthesis is missing")
            return inner
        return self.primitive()

    def primitive(self) -> Test:
        side = self.accept(*SIDES)
        sides = (side,) if side else SIDES
        word = self.take()
        match word.text:
            case "port":
                return port_test(self.number("a port", 0xFFFF), sides)
            case "host":
                return network_test(*self.network(with_prefix=False), sides)
            case "net":
                return network_test(*self.network(with_prefix=True), sides)
        if side:
            raise self.error(f"port, host or net has to follow {side}", word)
        if word.text in PROTOCOLS:
            if word.text == "vlan" and self.token.text.isdecimal():
                number = self.number("a VLAN", 0xFFF)
                return lambda packet: number in packet.vlans
            return lambda packet: word.text in packet.protocols
        if word.text and word.text not in RESERVED:
            raise self.error(f"{word.text!r} is no protocol and no other word of a filter", word)
        raise self.error("a protocol, port, host or net is missing", word)

    def number(self, what: str, largest: int) -> int:
        token = self.take()
        # int() reads a lot more than these digits.
        if not re.fullmatch("[0-9]{1,5}", token.text) or int(token.text) > largest:
            raise self.error(f"{what} is a number from 0 to {largest}", token)
        return int(token.text)

    def network(self, *, with_prefix: bool) -> tuple[bytes, int]:
        """An address, and how many of its bits count."""
        token = self.take()
        text, slash, prefix = token.text.partition("/")
        family = berkeley.AF_INET6 if ":" in text else berkeley.AF_INET
        try:
            address = berkeley.inet_pton(family, text)
        except (OSError, ValueError):
            raise self.error("an address of IPv4 or IPv6 is missing", token) from None
        bits = len(address) * 8
        if not slash:
            return address, bits
        if not with_prefix:
            raise self.error("host takes an address alone; net takes one with a length", token)
        if not re.fullmatch("[0-9]{1,3}", prefix) or int(prefix) > bits:
            raise self.error(f"the length is a number from 0 to {bits}", token)
        return address, int(prefix)


def port_test(number: int, sides: tuple[str, ...]) -> Test:
    """Whether a port of one of the *sides* is *number*."""

    def test(packet: Packet) -> bool:
        ports = {"src": packet.source_port, "dst": packet.destination_port}
        return any(ports[side] == number for side in sides)

    return test


def network_test(network: bytes, prefix: int, sides: tuple[str, ...]) -> Test:
    """Whether an address of one of the *sides* begins with the *prefix* bits of *network*."""
    shift = len(network) * 8 - prefix
    wanted = int.from_bytes(network, "big") >> shift

    def test(packet: Packet) -> bool:
        addresses = {"src": packet.source, "dst": packet.destination}
        return any(
            len(addresses[side]) == len(network)
            and int.from_bytes(addresses[side], "big") >> shift == wanted
            for side in sides
        )

    return test
