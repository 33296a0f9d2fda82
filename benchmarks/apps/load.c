/* The other side of the applications, in plain C, so that it is not what is measured.

       load echo PORT CONNECTIONS FLIGHT   a client of an echo server
       load churn PORT                     a client of a server that closes what it accepts
       load http                           a server that answers every request in the same way
       load exchange ANSWERS [anew]        client and server in two processes, without HTTP

   echo and churn read a number a line, do so many round trips or connections, and answer with the
   nanoseconds that all took; echo adds the 99th percentile of a round trip.  echo keeps FLIGHT
   messages of 64 bytes under way, over all CONNECTIONS in turn, and says "ready" when these are
   open.  http prints its port and ends with its input.  exchange reads a number a line as well: so
   many times the client sends the bytes of a request, the server receives them and answers with
   ANSWERS sends, on one connection, or with `anew` on a new one each time.  That is what the kernel
   takes for an HTTP request. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE 64
#define EVENTS 256

static long check(long result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}
#define CHECK(call) check(call, #call)

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void *space_for(size_t count, size_t size)
{
    void *space = calloc(count, size);
    if (space == NULL) {
        fprintf(stderr, "load: no memory\n");
        exit(1);
    }
    return space;
}

static int open_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    /* A server that closes at once may have done so before this returns. */
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != ECONNRESET)
        check(-1, "connect");
    return fd;
}

/* One connection of the echo client: when its message left, and what is back of it. */
struct trip {
    int fd, busy, got;
    long start;
};

static char message[SIZE], space[65536];

static void leave(struct trip *trip)
{
    trip->busy = 1;
    trip->got = 0;
    trip->start = now();
    if (CHECK(send(trip->fd, message, SIZE, MSG_NOSIGNAL)) != SIZE) {
        fprintf(stderr, "load: no room for %d bytes\n", SIZE);
        exit(1);
    }
}

static int ascending(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void echo(int port, int connections, int flight)
{
    struct trip *trips = space_for(connections, sizeof *trips);
    struct epoll_event events[EVENTS];
    int poll = CHECK(epoll_create1(EPOLL_CLOEXEC));
    long count, next = 0;

    for (int i = 0; i < connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &trips[i]};
        trips[i].fd = open_to(port);
        CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, trips[i].fd, &event));
    }
    /* A round trip over the last one: the server has accepted all. */
    CHECK(send(trips[connections - 1].fd, message, SIZE, MSG_NOSIGNAL));
    CHECK(recv(trips[connections - 1].fd, space, SIZE, MSG_WAITALL));
    printf("ready\n");
    fflush(stdout);
    while (scanf("%ld", &count) == 1) {
        long *times = space_for(count, sizeof *times);
        long left = 0, back = 0, start = now();
        for (; left < flight && left < count; left++)
            leave(&trips[next++ % connections]);
        while (back < count) {
            int ready = epoll_wait(poll, events, EVENTS, -1);
            if (ready < 0 && errno == EINTR)
                continue;
            check(ready, "epoll_wait");
            for (int i = 0; i < ready; i++) {
                struct trip *trip = events[i].data.ptr;
                long got = CHECK(recv(trip->fd, space, SIZE, 0));
                if (got == 0) {
                    fprintf(stderr, "load: the server has closed a connection\n");
                    exit(1);
                }
                trip->got += got;
                if (trip->got < SIZE)
                    continue;
                trip->busy = 0;
                times[back++] = now() - trip->start;
                if (left < count) {
                    struct trip *following = &trips[next++ % connections];
                    leave(following->busy ? trip : following);
                    left++;
                }
            }
        }
        start = now() - start;
        qsort(times, count, sizeof *times, ascending);
        printf("%ld %ld\n", start, times[count * 99 / 100]);
        fflush(stdout);
        free(times);
    }
}

static void churn(int port)
{
    long count;
    while (scanf("%ld", &count) == 1) {
        long start = now();
        for (long i = 0; i < count; i++) {
            int fd = open_to(port);
            /* Its end, or its reset. */
            if (recv(fd, space, 1, 0) > 0) {
                fprintf(stderr, "load: the server has sent something\n");
                exit(1);
            }
            close(fd);
        }
        printf("%ld\n", now() - start);
        fflush(stdout);
    }
}

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
                             "Hello world\n";

/* The clients that are measured send each request in one piece. */
static void respond(int fd)
{
    long got = recv(fd, space, sizeof space, 0);
    if (got >= 4 && memcmp(space + got - 4, "\r\n\r\n", 4) == 0)
        CHECK(send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL));
    else if (got <= 0)
        close(fd);
}

static void http(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    struct epoll_event events[EVENTS], event = {.events = EPOLLIN};
    int one = 1, poll = CHECK(epoll_create1(EPOLL_CLOEXEC));
    int listener = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address));
    CHECK(listen(listener, 128));
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length));
    event.data.fd = listener;
    CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event));
    event.data.fd = STDIN_FILENO;
    CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &event));
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            check(ready, "epoll_wait");
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == STDIN_FILENO)
                return;
            if (fd != listener) {
                respond(fd);
                continue;
            }
            event.data.fd = CHECK(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
            CHECK(setsockopt(event.data.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
            CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event));
        }
    }
}

#define REQUEST 64
#define HEAD 132
#define BODY 12

static int no_delay(int fd)
{
    int one = 1;
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    return fd;
}

static void answer_all(int listener, int answers)
{
    for (;;) {
        int fd = no_delay(CHECK(accept4(listener, NULL, NULL, SOCK_CLOEXEC)));
        while (CHECK(recv(fd, space, sizeof space, 0)) > 0) {
            if (answers > 1)
                CHECK(send(fd, space, HEAD, MSG_NOSIGNAL));
            CHECK(send(fd, space, answers > 1 ? BODY : HEAD + BODY, MSG_NOSIGNAL));
        }
        close(fd);
    }
}

static void exchange(int answers, int anew)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int fd = -1;
    long count;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address));
    CHECK(listen(listener, 128));
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length));
    while (scanf("%ld", &count) == 1) {
        long start;
        /* Here, and not before: by now it is known on which processor we are to be. */
        if (fd < 0) {
            if (CHECK(fork()) == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                answer_all(listener, answers);
            }
            fd = open_to(ntohs(address.sin_port));
        }
        start = now();
        for (long i = 0; i < count; i++) {
            long got = 0;
            if (anew) {
                close(fd);
                fd = open_to(ntohs(address.sin_port));
            }
            CHECK(send(fd, space, REQUEST, MSG_NOSIGNAL));
            while (got < HEAD + BODY) {
                long piece = CHECK(recv(fd, space, sizeof space, 0));
                if (piece == 0) {
                    fprintf(stderr, "load: the server has ended\n");
                    exit(1);
                }
                got += piece;
            }
        }
        printf("%ld\n", now() - start);
        fflush(stdout);
    }
}

int main(int count, char **words)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (count == 5 && strcmp(words[1], "echo") == 0)
        echo(atoi(words[2]), atoi(words[3]), atoi(words[4]));
    else if (count == 3 && strcmp(words[1], "churn") == 0)
        churn(atoi(words[2]));
    else if (count == 2 && strcmp(words[1], "http") == 0)
        http();
    else if ((count == 3 || count == 4) && strcmp(words[1], "exchange") == 0)
        exchange(atoi(words[2]), count == 4);
    else {
        fprintf(stderr, "load: echo PORT CONNECTIONS FLIGHT, churn PORT, http or exchange ANSWERS\n");
        return 2;
    }
    return 0;
}
