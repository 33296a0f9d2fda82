"""Which of CPython's test modules are run, in what pieces, and how long one test may take."""

MODULES = (
    "test_socket",
    "test_asyncio",
    "test_ssl",
    "test_socketserver",
    "test_ftplib",
    "test_smtplib",
    "test_poplib",
    "test_imaplib",
    "test_httplib",
    "test_httpservers",
    "test_urllib",
    "test_urllib2",
    "test_urllib2_localnet",
    "test_xmlrpc",
    "test_docxmlrpc",
    "test_logging",
    "test_selectors",
    "test_select",
    "test_poll",
    "test_epoll",
    "test_timeout",
    "test_wsgiref",
    "test_signal",
    "test_audit",
    "test_multiprocessing_spawn",
    "test_multiprocessing_forkserver",
    "test_concurrent_futures",
    # removed from the standard library by 3.12 or 3.13
    "test_asyncore",
    "test_asynchat",
    "test_smtpd",
    "test_telnetlib",
    "test_nntplib",
)

FREE_THREADED_MODULES = ("test_socket",)

# Started first when no earlier run says how long a piece takes: a long one at the end leaves cores
# idle.
SLOW = (
    "test_socket",
    "test_multiprocessing",
    "test_concurrent_futures",
    "test_signal",
    "test_asyncio",
    "test_logging",
    "test_ssl",
)

# regrtest enables no resource by itself; neither do we, but for tests that would not run at all.
# The tests behind "network" here use the loopback interface.
_RESOURCES = {"test.test_socketserver": ("network",), "test.test_timeout": ("network",)}

# The longest tests of test_socket take 5 s, of the others 20 s.
_SECONDS = {"test.test_socket": 60.0}
_DEFAULT_SECONDS = 120.0


def for_interpreter(name: str) -> tuple[str, ...]:
    """Return the test modules for the interpreter *name*: for a free-threaded one, few."""
    return FREE_THREADED_MODULES if name.endswith("t") else MODULES


def resources(module: str) -> tuple[str, ...]:
    """Return the resources of regrtest's that tests of *module* are given in any case."""
    return _RESOURCES.get(module, ())


def longest_test(module: str) -> float:
    """Return the seconds after which a test of *module* (``test.test_x.y``) counts as hanging."""
    return _SECONDS.get(module, _DEFAULT_SECONDS)
