/* links_test.c: frames arrive whole, in order, and before the end, however the kernel cuts them. */
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/links.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEEN_MAX = 8192, STEPS_MAX = 100000 };

struct fixture {
    struct loop *loop;
    struct link link;
    int peer;
    uint32_t seen[SEEN_MAX]; /* request of each frame */
    unsigned count;
    int ends;
    int written;
    enum link_end why;
    bool close_on_frame;
};

static void on_frame(struct link *l, const struct frame *f)
{
    struct fixture *x = l->user;

    CU_ASSERT_EQUAL(x->ends, 0);
    CHECK(x->count < SEEN_MAX);
    x->seen[x->count++] = f->request;
    if (x->close_on_frame)
        link_close(l);
}

static void on_end(struct link *l, enum link_end why)
{
    struct fixture *x = l->user;

    x->ends++;
    x->why = why;
}

static void on_written(struct link *l)
{
    struct fixture *x = l->user;

    x->written++;
}

static void fixture_start(struct fixture *x)
{
    int end[2];
    int small = 1; /* the kernel makes it its minimum */

    memset(x, 0, sizeof(*x));
    CHECK(loop_new(&x->loop, NULL) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end) == 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)) == 0);
    link_init(&x->link);
    x->link.on_frame = on_frame;
    x->link.on_end = on_end;
    x->link.on_written = on_written;
    x->link.user = x;
    x->peer = end[1];
    CHECK(link_open(&x->link, x->loop, end[0], NULL) == 0);
}

static void fixture_end(struct fixture *x)
{
    link_close(&x->link);
    if (x->peer >= 0)
        close(x->peer);
    loop_free(x->loop);
}

static struct frame ping(uint32_t number)
{
    return (struct frame){
        .type = FRAME_PING, .flags = FRAME_PRIO, .request = number, .sequence = number};
}

static struct frame call(uint32_t number)
{
    struct frame f = {.type = FRAME_CALL, .request = number, .sequence = number};

    f.size = ACTOR_DATA_BYTES_MAX;
    memset(f.u.data, 7, sizeof(f.u.data));
    return f;
}

/* Runs the loop until nothing is ready. */
static void settle(struct fixture *x)
{
    for (int i = 0; i < 20; i++)
        (void)loop_run_nowait(x->loop);
}

static void test_link_delivers_the_same_frames_under_any_cutting(void)
{
    uint8_t bytes[3 * FRAME_BYTES_MAX];
    size_t size = 0;

    for (uint32_t i = 1; i <= 3; i++) {
        struct frame f = i == 2 ? call(i) : ping(i);
        size += frame_encode(&f, bytes + size);
    }
    for (size_t cut = 1; cut < size; cut++) {
        struct fixture x;
        fixture_start(&x);
        CHECK(write(x.peer, bytes, cut) == (ssize_t)cut);
        settle(&x);
        CHECK(write(x.peer, bytes + cut, size - cut) == (ssize_t)(size - cut));
        close(x.peer);
        x.peer = -1;
        settle(&x);
        CU_ASSERT_EQUAL_FATAL(x.count, 3);
        for (uint32_t i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(x.seen[i], i + 1);
        CU_ASSERT_EQUAL(x.ends, 1);
        CU_ASSERT_EQUAL(x.why, LINK_END_EOF);
        fixture_end(&x);
    }
}

/* Reads what the link wrote and checks that numbers rise by one. Returns the last number. */
static uint32_t peer_read(struct fixture *x, uint32_t last)
{
    static uint8_t bytes[1 << 20];
    static size_t size;

    if (last == 0)
        size = 0;
    ssize_t got = read(x->peer, bytes + size, sizeof(bytes) - size);
    if (got > 0)
        size += (size_t)got;
    size_t used = 0;
    struct frame f;
    for (int one = frame_decode(bytes, size, &f); one > 0;
         one = frame_decode(bytes + used, size - used, &f)) {
        used += (size_t)one;
        CU_ASSERT_EQUAL(f.request, last + 1);
        last = f.request;
    }
    memmove(bytes, bytes + used, size - used);
    size -= used;
    return last;
}

/* Goal: text that nobody reads leaves the protocol its room. */
static void test_link_keeps_room_beside_text(void)
{
    struct fixture x;
    struct frame text = {.type = FRAME_TEXT, .size = TEXT_BYTES_MAX};
    struct frame data = call(1);

    fixture_start(&x);
    for (unsigned sent = 0; link_send(&x.link, &text) == 0; sent++)
        CHECK(sent < SEEN_MAX);
    CU_ASSERT_EQUAL(link_send(&x.link, &text), ERR_FULL);
    CU_ASSERT_TRUE(x.link.out.size <= LINK_QUEUE_TEXT_BYTES_MAX);
    CU_ASSERT_EQUAL(link_send(&x.link, &data), 0);
    fixture_end(&x);
}

static void test_link_keeps_order_through_partial_writes(void)
{
    struct fixture x;
    uint32_t sent = 0;
    uint32_t got = 0;

    fixture_start(&x);
    /* Data and control mixed, until data is refused. */
    for (;;) {
        struct frame f = sent % 3 == 0 ? ping(sent + 1) : call(sent + 1);
        int rc = link_send(&x.link, &f);
        if (rc < 0) {
            CU_ASSERT_EQUAL(rc, ERR_FULL);
            break;
        }
        sent++;
    }
    CU_ASSERT_TRUE(sent > 100);
    CU_ASSERT_TRUE(link_queued(&x.link));
    /* Control still goes, up to its own limit. */
    struct frame control = ping(sent + 1);
    CU_ASSERT_EQUAL(link_send(&x.link, &control), 0);
    sent++;
    for (;;) {
        control = ping(sent + 1);
        if (link_send(&x.link, &control) == ERR_FULL)
            break;
        sent++;
        CHECK(sent < SEEN_MAX);
    }
    CU_ASSERT_TRUE(x.link.out.size > LINK_QUEUE_DATA_BYTES_MAX);
    CU_ASSERT_TRUE(x.link.out.size <= LINK_QUEUE_BYTES_MAX);
    CU_ASSERT_EQUAL(x.written, 0);
    for (int i = 0; i < STEPS_MAX && got < sent; i++) {
        got = peer_read(&x, got);
        (void)loop_run_nowait(x.loop);
    }
    CU_ASSERT_EQUAL(got, sent);
    CU_ASSERT_EQUAL(x.written, 1);
    CU_ASSERT_FALSE(link_queued(&x.link));
    fixture_end(&x);
}

static void test_link_finish_writes_the_queue_and_still_reads(void)
{
    struct fixture x;
    uint32_t sent = 0;
    uint32_t got = 0;

    fixture_start(&x);
    for (struct frame f = call(1); link_send(&x.link, &f) == 0; f = call(sent + 1))
        sent++;
    link_finish(&x.link);
    struct frame late = ping(9);
    CU_ASSERT_EQUAL(link_send(&x.link, &late), ERR_GONE);
    for (int i = 0; i < STEPS_MAX && got < sent; i++) {
        got = peer_read(&x, got);
        (void)loop_run_nowait(x.loop);
    }
    CU_ASSERT_EQUAL(got, sent);
    char byte = 0;
    CU_ASSERT_EQUAL(read(x.peer, &byte, 1), 0); /* the end, after all frames */
    uint8_t bytes[FRAME_BYTES_MAX];
    struct frame f = ping(5);
    size_t size = frame_encode(&f, bytes);
    CHECK(write(x.peer, bytes, size) == (ssize_t)size);
    settle(&x);
    CU_ASSERT_EQUAL(x.count, 1);
    CU_ASSERT_EQUAL(x.ends, 0);
    fixture_end(&x);
}

static void test_link_takes_a_reset_for_the_end_after_the_last_frame(void)
{
    struct fixture x;
    uint8_t bytes[FRAME_BYTES_MAX];
    struct frame f = ping(1);

    fixture_start(&x);
    /* The peer dies with our frame unread: its own last frame still counts (K8). */
    CHECK(link_send(&x.link, &f) == 0);
    size_t size = frame_encode(&f, bytes);
    CHECK(write(x.peer, bytes, size) == (ssize_t)size);
    close(x.peer);
    x.peer = -1;
    settle(&x);
    CU_ASSERT_EQUAL(x.count, 1);
    CU_ASSERT_EQUAL(x.ends, 1);
    CU_ASSERT_EQUAL(x.why, LINK_END_EOF);
    CU_ASSERT_EQUAL(link_send(&x.link, &f), ERR_GONE);
    fixture_end(&x);
}

static void test_link_drain_reads_all_of_a_dead_peer_at_once(void)
{
    struct fixture x;
    uint8_t bytes[FRAME_BYTES_MAX];
    uint32_t sent = 0;

    fixture_start(&x);
    for (;;) {
        struct frame f = call(sent + 1);
        size_t size = frame_encode(&f, bytes);
        if (sent == 60 || write(x.peer, bytes, size) != (ssize_t)size)
            break;
        sent++;
    }
    close(x.peer);
    x.peer = -1;
    link_drain(&x.link);
    CU_ASSERT_EQUAL(x.count, sent);
    CU_ASSERT_EQUAL(x.ends, 1);
    fixture_end(&x);
}

static void test_link_reports_what_is_no_frame_once(void)
{
    struct fixture x;
    char bytes[FRAME_HEADER_BYTES];

    fixture_start(&x);
    memset(bytes, 0x55, sizeof(bytes));
    CHECK(write(x.peer, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
    settle(&x);
    CHECK(write(x.peer, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
    settle(&x);
    CU_ASSERT_EQUAL(x.ends, 1);
    CU_ASSERT_EQUAL(x.why, LINK_END_FAULT);
    fixture_end(&x);
}

static void test_link_may_be_closed_from_its_own_callback(void)
{
    struct fixture x;
    uint8_t bytes[2 * FRAME_BYTES_MAX];
    struct frame f = ping(1);

    fixture_start(&x);
    x.close_on_frame = true;
    size_t size = frame_encode(&f, bytes);
    size += frame_encode(&f, bytes + size);
    CHECK(write(x.peer, bytes, size) == (ssize_t)size);
    settle(&x);
    CU_ASSERT_EQUAL(x.count, 1);
    CU_ASSERT_EQUAL(x.ends, 0);
    fixture_end(&x);
}

/* What the peer gets: the requests of whole frames, then what is left of a cut one. */
struct received {
    uint32_t request[8];
    unsigned count;
    size_t rest;
    bool end;
};

static struct received peer_takes(struct fixture *x)
{
    static uint8_t bytes[64 * 1024];
    struct received r = {.count = 0};
    struct frame f;
    size_t size = 0;

    settle(x);
    for (;;) {
        ssize_t got = read(x->peer, bytes + size, sizeof(bytes) - size);
        if (got <= 0) {
            r.end = got == 0;
            break;
        }
        size += (size_t)got;
    }
    size_t used = 0;
    for (int one = frame_decode(bytes, size, &f); one > 0;
         one = frame_decode(bytes + used, size - used, &f)) {
        CHECK(r.count < 8);
        r.request[r.count++] = f.request;
        used += (size_t)one;
    }
    r.rest = size - used;
    return r;
}

static int ping_send(struct fixture *x, uint32_t number)
{
    struct frame f = ping(number);

    return link_send(&x->link, &f);
}

static void test_link_harm_hits_the_next_frame_only(void)
{
    static const struct {
        enum link_harm harm;
        unsigned count; /* frames that arrive of 1, 2, 3 when 2 is harmed */
        uint32_t second;
        bool rest;
        bool end;
    } rows[] = {
        {LINK_HARM_DUPLICATE, 4, 2, false, false},
        {LINK_HARM_DROP,      2, 3, false, false},
        {LINK_HARM_TRUNCATE,  1, 0, true,  true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture x;
        fixture_start(&x);
        CHECK(ping_send(&x, 1) == 0);
        link_harm(&x.link, rows[i].harm);
        int rc = rows[i].end ? ERR_GONE : 0; /* the direction has ended with it */
        CU_ASSERT_EQUAL(ping_send(&x, 2), rc);
        CU_ASSERT_EQUAL(ping_send(&x, 3), rc);
        struct received r = peer_takes(&x);
        CU_ASSERT_EQUAL(r.count, rows[i].count);
        CU_ASSERT_EQUAL(r.request[1], rows[i].second);
        CU_ASSERT_EQUAL(r.rest > 0, rows[i].rest);
        CU_ASSERT_EQUAL(r.end, rows[i].end);
        CU_ASSERT_EQUAL(x.ends, 0); /* what comes is not harmed */
        fixture_end(&x);
    }
}

/* Goal: a frame that is cut in the middle is none, and the end behind it comes once.
 * Method: one harmed link writes, another one reads. */
static void test_link_takes_a_truncated_frame_for_the_end(void)
{
    struct fixture writer;
    struct fixture reader;

    fixture_start(&writer);
    fixture_start(&reader);
    link_close(&reader.link);
    CHECK(link_open(&reader.link, reader.loop, writer.peer, NULL) == 0);
    writer.peer = -1;
    CHECK(ping_send(&writer, 1) == 0);
    link_harm(&writer.link, LINK_HARM_TRUNCATE);
    CU_ASSERT_EQUAL(ping_send(&writer, 2), ERR_GONE);
    settle(&reader);
    CU_ASSERT_EQUAL(reader.count, 1);
    CU_ASSERT_EQUAL(reader.ends, 1);
    CU_ASSERT_EQUAL(reader.why, LINK_END_EOF);
    fixture_end(&writer);
    fixture_end(&reader);
}

static void test_link_harm_ends_one_direction_or_both(void)
{
    uint8_t bytes[FRAME_BYTES_MAX];
    struct frame f = ping(7);
    size_t size = frame_encode(&f, bytes);

    for (int cut = 0; cut < 2; cut++) {
        struct fixture x;
        fixture_start(&x);
        CHECK(ping_send(&x, 1) == 0);
        CHECK(write(x.peer, bytes, size) == (ssize_t)size);
        link_harm(&x.link, cut ? LINK_HARM_CUT : LINK_HARM_HALF_CLOSE);
        CU_ASSERT_EQUAL(ping_send(&x, 2), ERR_GONE);
        struct received r = peer_takes(&x);
        CU_ASSERT_EQUAL(r.count, 1); /* what was sent before arrives, here as there */
        CU_ASSERT_TRUE(r.end);
        CU_ASSERT_EQUAL(x.count, 1);
        CU_ASSERT_EQUAL(x.ends, cut);
        fixture_end(&x);
    }
}

static void test_link_harm_delays_until_it_is_resumed(void)
{
    struct fixture x;

    fixture_start(&x);
    CHECK(ping_send(&x, 1) == 0);
    link_harm(&x.link, LINK_HARM_DELAY);
    CHECK(ping_send(&x, 2) == 0);
    CHECK(ping_send(&x, 3) == 0);
    link_finish(&x.link);
    struct received r = peer_takes(&x);
    CU_ASSERT_EQUAL(r.count, 1);
    CU_ASSERT_FALSE(r.end);
    CU_ASSERT_TRUE(link_queued(&x.link));
    CU_ASSERT_EQUAL(x.written, 0);
    link_harm(&x.link, LINK_HARM_RESUME);
    r = peer_takes(&x);
    CU_ASSERT_EQUAL(r.count, 2);
    CU_ASSERT_EQUAL(r.request[0], 2);
    CU_ASSERT_TRUE(r.end);
    CU_ASSERT_EQUAL(x.written, 1);
    fixture_end(&x);
}

/* A direction that ends takes with it what has not left the process, and says that nothing waits.
 */
static void test_link_harm_loses_what_was_delayed(void)
{
    struct fixture x;

    fixture_start(&x);
    link_harm(&x.link, LINK_HARM_DELAY);
    CHECK(ping_send(&x, 1) == 0);
    link_harm(&x.link, LINK_HARM_HALF_CLOSE);
    struct received r = peer_takes(&x);
    CU_ASSERT_EQUAL(r.count, 0);
    CU_ASSERT_TRUE(r.end);
    CU_ASSERT_FALSE(link_queued(&x.link));
    CU_ASSERT_EQUAL(x.written, 1);
    fixture_end(&x);
}

static void test_link_harm_to_a_closed_link_is_nothing(void)
{
    struct fixture x;

    fixture_start(&x);
    link_close(&x.link);
    for (unsigned harm = 0; harm < LINK_HARMS; harm++)
        link_harm(&x.link, (enum link_harm)harm);
    CU_ASSERT_EQUAL(x.ends + x.written, 0);
    fixture_end(&x);
}

/* Goal: a link that is opened again knows nothing of what the last one was through. */
static void test_link_opened_again_is_a_new_one(void)
{
    enum { FINISHED, ENDED, BROKEN, DELAYED, HARMED, HALF_READ, PASTS };
    uint8_t no_frame[FRAME_HEADER_BYTES];
    uint8_t bytes[FRAME_BYTES_MAX];
    struct frame f = ping(7);
    size_t size = frame_encode(&f, bytes);

    memset(no_frame, 0x55, sizeof(no_frame));
    for (int past = 0; past < PASTS; past++) {
        struct fixture x;
        int end[2];
        fixture_start(&x);
        if (past == FINISHED)
            link_finish(&x.link);
        if (past == ENDED)
            CHECK(shutdown(x.peer, SHUT_RDWR) == 0);
        if (past == BROKEN)
            CHECK(write(x.peer, no_frame, sizeof(no_frame)) == (ssize_t)sizeof(no_frame));
        if (past == DELAYED)
            link_harm(&x.link, LINK_HARM_DELAY);
        if (past == HARMED)
            link_harm(&x.link, LINK_HARM_DROP);
        if (past == HALF_READ)
            CHECK(write(x.peer, bytes, 3) == 3);
        if (past == DELAYED)
            CHECK(ping_send(&x, 5) == 0);
        settle(&x);
        CU_ASSERT_EQUAL(x.ends, past == ENDED || past == BROKEN);
        link_close(&x.link);
        close(x.peer);
        CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end) == 0);
        x.peer = end[1];
        x.ends = 0;
        CHECK(link_open(&x.link, x.loop, end[0], NULL) == 0);
        CU_ASSERT_FALSE(link_queued(&x.link));
        CU_ASSERT_EQUAL(ping_send(&x, 9), 0);
        CHECK(write(x.peer, bytes, size) == (ssize_t)size);
        struct received r = peer_takes(&x);
        CU_ASSERT_EQUAL(r.count, 1);
        CU_ASSERT_EQUAL(r.request[0], 9);
        CU_ASSERT_EQUAL(x.count, 1);
        fixture_end(&x);
        CU_ASSERT_EQUAL(x.ends, 0);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("links", NULL, NULL);
    CU_ADD_TEST(suite, test_link_opened_again_is_a_new_one);
    CU_ADD_TEST(suite, test_link_keeps_room_beside_text);
    CU_ADD_TEST(suite, test_link_delivers_the_same_frames_under_any_cutting);
    CU_ADD_TEST(suite, test_link_keeps_order_through_partial_writes);
    CU_ADD_TEST(suite, test_link_finish_writes_the_queue_and_still_reads);
    CU_ADD_TEST(suite, test_link_takes_a_reset_for_the_end_after_the_last_frame);
    CU_ADD_TEST(suite, test_link_drain_reads_all_of_a_dead_peer_at_once);
    CU_ADD_TEST(suite, test_link_reports_what_is_no_frame_once);
    CU_ADD_TEST(suite, test_link_may_be_closed_from_its_own_callback);
    CU_ADD_TEST(suite, test_link_harm_hits_the_next_frame_only);
    CU_ADD_TEST(suite, test_link_takes_a_truncated_frame_for_the_end);
    CU_ADD_TEST(suite, test_link_harm_ends_one_direction_or_both);
    CU_ADD_TEST(suite, test_link_harm_delays_until_it_is_resumed);
    CU_ADD_TEST(suite, test_link_harm_loses_what_was_delayed);
    CU_ADD_TEST(suite, test_link_harm_to_a_closed_link_is_nothing);
    return suite_close();
}
