"""<signal.h>, <pthread.h> (POSIX.1-2024). Declarations only: no code."""

cdef extern from "<signal.h>" nogil:
    ctypedef void (*handler_t)(int) noexcept nogil

    ctypedef struct sigset_t:
        pass

    cdef struct sigaction_s "sigaction":
        handler_t sa_handler
        sigset_t sa_mask
        int sa_flags

    handler_t SIG_DFL
    int sigaction(int number, const sigaction_s *new, sigaction_s *old)
    int sigemptyset(sigset_t *signals)

    # Macros that call the C library: which real-time signals it leaves to programs.
    int SIGRTMIN
    int SIGRTMAX

cdef extern from "<pthread.h>" nogil:
    ctypedef unsigned long pthread_t

    pthread_t pthread_self()
    int pthread_kill(pthread_t thread, int number)
    int pthread_atfork(void (*prepare)() noexcept nogil, void (*parent)() noexcept nogil,
                       void (*child)() noexcept nogil)
