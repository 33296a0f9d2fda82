/* The bare system calls of the benchmarks, in plain C: what no module can be faster than.

   Reads lines "NAME COUNT" and answers each with the nanoseconds that COUNT times the work called NAME took.
   The first order of a name sets its work up.  Rows of names and addresses call the C library instead.
   Ends with its input, and with a message when a call fails. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LARGE 262144
#define MEGABYTE (1 << 20)
#define PIECE 131072

static char message[MEGABYTE], space[MEGABYTE];

static long check(long result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "yardstick: %s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}
#define CHECK(call) check(call, #call)

/* What a work needs: two sockets and an address. */
struct state {
    int left, right;
    struct sockaddr_storage address;
    socklen_t length;
};

static void pair(struct state *s)
{
    int fds[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
    s->left = fds[0];
    s->right = fds[1];
}

static void pair_nonblocking(struct state *s)
{
    pair(s);
    CHECK(fcntl(s->left, F_SETFL, O_NONBLOCK));
    CHECK(fcntl(s->right, F_SETFL, O_NONBLOCK));
}

static void stream(struct state *s)
{
    CHECK(send(s->left, message, 64, 0));
    CHECK(recv(s->right, space, 64, 0));
}

static void stream_large_limit(struct state *s)
{
    CHECK(send(s->left, message, 64, 0));
    CHECK(recv(s->right, space, LARGE, 0));
}

static void pair_large(struct state *s)
{
    int size = MEGABYTE;
    pair(s);
    CHECK(setsockopt(s->left, SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
}

static void stream_large(struct state *s)
{
    long left = LARGE;
    while (left > 0) {
        CHECK(send(s->left, message, left, 0));
        left -= CHECK(recv(s->right, space, LARGE, 0));
    }
}

static void megabyte(struct state *s)
{
    for (int piece = 0; piece < 8; piece++) {
        long done;
        for (done = 0; done < PIECE;)
            done += CHECK(send(s->left, message, PIECE - done, 0));
        for (done = 0; done < PIECE;)
            done += CHECK(recv(s->right, space, PIECE - done, 0));
    }
}

static void would_block(struct state *s)
{
    if (recv(s->left, space, 64, 0) >= 0 || errno != EAGAIN)
        check(-1, "recv did not say EAGAIN");
}

/* A path in the folder of this program, which its maker removes. */
static void path_here(struct sockaddr_storage *address, const char *name)
{
    struct sockaddr_un *sun = (struct sockaddr_un *)address;
    long length = CHECK(readlink("/proc/self/exe", sun->sun_path, sizeof sun->sun_path - 8));
    sun->sun_path[length] = 0;
    strcpy(strrchr(sun->sun_path, '/') + 1, name);
}

/* Two datagram sockets; the address is that of the second, the first is connected to it or not. */
static void datagrams(struct state *s, int family)
{
    struct sockaddr_storage own = {.ss_family = family}, far;
    socklen_t length = sizeof own;
    s->length = sizeof s->address;
    s->left = CHECK(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    s->right = CHECK(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (family == AF_INET)
        ((struct sockaddr_in *)&own)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else if (family == AF_INET6)
        ((struct sockaddr_in6 *)&own)->sin6_addr = in6addr_loopback;
    far = own;
    if (family == AF_UNIX) {
        /* In the folder of this program, as the modules' are in one of theirs: the kernel walks the path. */
        length = sizeof(struct sockaddr_un);
        path_here(&own, "near");
        path_here(&far, "far");
    }
    CHECK(bind(s->left, (struct sockaddr *)&own, length));
    CHECK(bind(s->right, (struct sockaddr *)&far, length));
    CHECK(getsockname(s->right, (struct sockaddr *)&s->address, &s->length));
}

static void datagrams_inet(struct state *s) { datagrams(s, AF_INET); }
static void datagrams_inet6(struct state *s) { datagrams(s, AF_INET6); }
static void datagrams_unix(struct state *s) { datagrams(s, AF_UNIX); }

static void connected_inet(struct state *s)
{
    datagrams(s, AF_INET);
    CHECK(connect(s->left, (struct sockaddr *)&s->address, s->length));
}

static void connected_inet6(struct state *s)
{
    datagrams(s, AF_INET6);
    CHECK(connect(s->left, (struct sockaddr *)&s->address, s->length));
}

static void datagram(struct state *s)
{
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    CHECK(sendto(s->left, message, 64, 0, (struct sockaddr *)&s->address, s->length));
    CHECK(recvfrom(s->right, space, 64, 0, (struct sockaddr *)&from, &length));
}

static void datagram_long(struct state *s)
{
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    CHECK(sendto(s->left, message, 1200, 0, (struct sockaddr *)&s->address, s->length));
    CHECK(recvfrom(s->right, space, 1200, 0, (struct sockaddr *)&from, &length));
}

static void pair_credentials(struct state *s)
{
    int on = 1;
    pair(s);
    CHECK(setsockopt(s->right, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
}

static void ancillary(struct state *s)
{
    struct ucred who = {getpid(), getuid(), getgid()};
    union {
        struct cmsghdr first;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } control = {.first = {.cmsg_len = CMSG_LEN(sizeof who),
                           .cmsg_level = SOL_SOCKET,
                           .cmsg_type = SCM_CREDENTIALS}};
    struct iovec part = {message, 64};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.first), &who, sizeof who);
    CHECK(sendmsg(s->left, &header, 0));
    part.iov_base = space;
    CHECK(recvmsg(s->right, &header, 0));
}

static void socket_close(struct state *s)
{
    CHECK(close(CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))));
}

static void listener(struct state *s)
{
    struct linger reset = {1, 0};
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    s->length = sizeof s->address;
    s->left = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(setsockopt(s->left, SOL_SOCKET, SO_LINGER, &reset, sizeof reset));
    CHECK(bind(s->left, (struct sockaddr *)&own, sizeof own));
    CHECK(listen(s->left, 128));
    CHECK(getsockname(s->left, (struct sockaddr *)&s->address, &s->length));
}

static void connect_accept(struct state *s)
{
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    int client = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(connect(client, (struct sockaddr *)&s->address, s->length));
    CHECK(close(CHECK(accept4(s->left, (struct sockaddr *)&from, &length, SOCK_CLOEXEC))));
    CHECK(close(client));
}

static void option_get(struct state *s)
{
    int value = 0;
    socklen_t length = sizeof value;
    CHECK(getsockopt(s->left, SOL_SOCKET, SO_KEEPALIVE, &value, &length));
}

static void option_set(struct state *s)
{
    int value = 1;
    CHECK(setsockopt(s->left, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
}

static void name_own(struct state *s)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    CHECK(getsockname(s->left, (struct sockaddr *)&name, &length));
}

static void name_peer(struct state *s)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    CHECK(getpeername(s->left, (struct sockaddr *)&name, &length));
}

static void line(struct state *s)
{
    CHECK(send(s->left, message, 64, 0));
    CHECK(recv(s->right, space, 8192, 0));
}

static void lines(struct state *s)
{
    CHECK(send(s->left, message, 8192, 0));
    CHECK(recv(s->right, space, 8192, 0));
}

static void nothing(struct state *s) {}

static void text_inet(struct state *s)
{
    CHECK(inet_pton(AF_INET, "192.168.17.1", message));
    CHECK(inet_ntop(AF_INET, message, space, sizeof space) ? 0 : -1);
}

static void text_inet6(struct state *s)
{
    CHECK(inet_pton(AF_INET6, "2001:db8:17::f0:1", message));
    CHECK(inet_ntop(AF_INET6, message, space, sizeof space) ? 0 : -1);
}

static void look_up(const char *host)
{
    struct addrinfo *found = NULL;
    CHECK(getaddrinfo(host, "80", NULL, &found) == 0 ? 0 : -1);
    freeaddrinfo(found);
}

static void look_up_inet(struct state *s) { look_up("127.0.0.1"); }
static void look_up_inet6(struct state *s) { look_up("::1"); }
static void look_up_localhost(struct state *s) { look_up("localhost"); }

static struct work {
    const char *name;
    void (*set_up)(struct state *);
    void (*operate)(struct state *);
    int ready;
    struct state state;
} works[] = {
    {"stream", pair, stream},
    {"stream-nonblocking", pair_nonblocking, stream},
    {"stream-large-limit", pair, stream_large_limit},
    {"stream-large", pair_large, stream_large},
    {"megabyte", pair, megabyte},
    {"would-block", pair_nonblocking, would_block},
    {"datagram-inet", datagrams_inet, datagram},
    {"datagram-inet-1200", datagrams_inet, datagram_long},
    {"datagram-inet6", datagrams_inet6, datagram},
    {"datagram-unix", datagrams_unix, datagram},
    {"ancillary", pair_credentials, ancillary},
    {"socket-close", nothing, socket_close},
    {"connect-accept", listener, connect_accept},
    {"getsockopt", datagrams_inet, option_get},
    {"setsockopt", datagrams_inet, option_set},
    {"getsockname-inet", connected_inet, name_own},
    {"getsockname-inet6", connected_inet6, name_own},
    {"getpeername-inet", connected_inet, name_peer},
    {"getpeername-inet6", connected_inet6, name_peer},
    {"text-inet", nothing, text_inet},
    {"text-inet6", nothing, text_inet6},
    {"line", pair, line},
    {"lines", pair, lines},
    {"getaddrinfo-inet", nothing, look_up_inet},
    {"getaddrinfo-inet6", nothing, look_up_inet6},
    {"getaddrinfo-localhost", nothing, look_up_localhost},
};

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void)
{
    char name[64];
    long count;
    while (scanf("%63s %ld", name, &count) == 2) {
        struct work *work = works, *end = works + sizeof works / sizeof *works;
        while (work < end && strcmp(work->name, name) != 0)
            work++;
        if (work == end) {
            fprintf(stderr, "yardstick: no work is called %s\n", name);
            return 1;
        }
        if (!work->ready) {
            work->set_up(&work->state);
            work->ready = 1;
        }
        long long start = now();
        for (long i = 0; i < count; i++)
            work->operate(&work->state);
        printf("%lld\n", now() - start);
        fflush(stdout);
    }
    return 0;
}
