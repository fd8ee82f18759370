/* nomem_test.c: memory runs out at each place of this folder where some is asked for. */
#include "expect/asciicast.h"
#include "expect/display.h"
#include "expect/pty.h"
#include "expect/redraw.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the linker's names,
 * which it puts in place of malloc() and the others, see CMakeLists.txt. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);
char *__wrap_strdup(const char *text);

static bool armed;
static unsigned good;    /* so many are still given */
static unsigned refused; /* so many were not */
static bool once;        /* after one that was not all are given again; else none is */

static bool is_given(void)
{
    if (!armed)
        return true;
    if (good > 0) {
        good--;
        return true;
    }
    if (once && refused > 0)
        return true;
    refused++;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return is_given() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_given() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *data, size_t size)
{
    return is_given() ? __real_realloc(data, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
    return is_given() ? __real_strdup(text) : NULL;
}

/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

/* ---- What asks for memory ---- */

struct bench {
    struct match *match;
    struct display *display;
    struct match_pattern *pattern;
    struct match_result result;
    struct buf out;
    struct diag diag;
};

static const struct display_place anywhere;
static const struct display_place bold = {.style = 1};

static int job_match(struct bench *b)
{
    struct match *m = NULL;

    int rc = match_new(NULL, &m, &b->diag);
    CU_ASSERT_EQUAL(m == NULL, rc < 0);
    match_free(m);
    return rc;
}

static int job_pattern(struct bench *b)
{
    struct match_pattern *p = NULL;

    int rc = match_compile("a(b)", &p, NULL, &b->diag);
    CU_ASSERT_EQUAL(p == NULL, rc < 0);
    match_pattern_free(p);
    return rc;
}

static int job_expect(struct bench *b)
{
    const struct match_pattern *list[] = {b->pattern};

    return match_expect(b->match, list, 1, &b->result, &b->diag);
}

static int job_watch(struct bench *b)
{
    struct match_watch *w = NULL;

    int rc = match_watch_start(b->match, b->pattern, MATCH_FROM_NOW, &w, &b->diag);
    match_watch_stop(w);
    return rc;
}

static int job_look_at(struct bench *b)
{
    int rc = match_look_at(b->match, MATCH_WITH_ECHOES, &b->diag);

    /* What cannot be looked at is not: all goes on as before. */
    match_feed(b->match, "abc", 3);
    return rc;
}

static int job_sent(struct bench *b)
{
    (void)snprintf(b->diag.text, sizeof(b->diag.text), "no memory is the caller's to say");
    return match_sent(b->match, NULL, "x", 1, 0);
}

/* A line editor draws it: what is held back for that. */
static int job_typed(struct bench *b)
{
    struct termios raw;

    pty_modes_default(&raw);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    (void)snprintf(b->diag.text, sizeof(b->diag.text), "no memory is the caller's to say");
    return match_sent(b->match, &raw, "x", 1, 0);
}

static int job_display(struct bench *b)
{
    struct display *d = NULL;

    int rc = display_new(b->match, 4, 10, &d, &b->diag);
    CU_ASSERT_EQUAL(d == NULL, rc < 0);
    display_free(d);
    return rc;
}

static int job_resize(struct bench *b)
{
    (void)snprintf(b->diag.text, sizeof(b->diag.text), "no memory is the caller's to say");
    return display_resize(b->display, 7, 20);
}

static int job_look(struct bench *b)
{
    return display_look(b->display, b->pattern, &anywhere, &b->result, &b->diag);
}

/* ---- What says less then ---- */

static int job_nearest(struct bench *b)
{
    match_nearest(b->match, b->pattern, &b->out);
    return 0;
}

static int job_display_nearest(struct bench *b)
{
    display_nearest(b->display, b->pattern, &bold, &b->out);
    return 0;
}

static int job_display_blind(struct bench *b)
{
    struct match_pattern *p = NULL;
    struct diag diag;

    if (match_compile("AB", &p, NULL, &diag) == 0)
        display_nearest(b->display, p, &anywhere, &b->out);
    match_pattern_free(p);
    return 0;
}

static void hide(const void *user, char *text, size_t size)
{
    (void)user;
    CU_ASSERT_TRUE(size > 0);
    memset(text, '*', size);
}

static int job_tell(struct bench *b)
{
    static const struct display_mask mask = {.hide = hide};

    display_tell(b->display, match_log(b->match)->end, &mask, &b->out);
    return 0;
}

/* Goal: each job says that there is no memory wherever there is none, and does no harm; with all of
 * it, it does its work.
 * Method: the first is not given, then the second, ..., until none is missing; and all behind it,
 * or that one alone. */
static void sweep(int (*job)(struct bench *b), int well, bool says)
{
    bool whole = false;

    for (unsigned n = 0; !whole; n++) {
        struct bench b = {.out = BUF_INIT};
        CHECK(n < 100);
        CHECK(match_new(NULL, &b.match, &b.diag) == 0);
        CHECK(display_new(b.match, 4, 10, &b.display, &b.diag) == 0);
        CHECK(match_compile("a(b)", &b.pattern, NULL, &b.diag) == 0);
        match_feed(b.match, "abc", 3);
        b.diag.text[0] = 0;
        armed = true;
        good = n;
        refused = 0;
        int rc = job(&b);
        armed = false;
        whole = refused == 0;
        CU_ASSERT_EQUAL(rc, whole || !says ? well : ERR_NOMEM);
        if (!whole && says)
            CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "no memory"));
        CU_ASSERT_TRUE(job_expect(&b) >= 0); /* and then all goes on */
        if (whole && !says)
            CU_ASSERT_TRUE(b.out.size > 0);
        buf_release(&b.out);
        match_pattern_free(b.pattern);
        display_free(b.display);
        match_free(b.match);
    }
}

static void test_who_gets_no_memory_says_so(void)
{
    for (int i = 0; i < 2; i++) {
        once = i == 1;
        sweep(job_match, 0, true);
        sweep(job_pattern, 0, true);
        sweep(job_expect, MATCH_FOUND, true);
        sweep(job_watch, 0, true);
        sweep(job_look_at, 0, true);
        sweep(job_sent, 0, true);
        sweep(job_typed, 0, true);
        sweep(job_display, 0, true);
        sweep(job_resize, 0, true);
        sweep(job_look, MATCH_FOUND, true);
    }
    once = false;
}

static void test_who_explains_explains_less(void)
{
    sweep(job_nearest, 0, false);
    sweep(job_display_nearest, 0, false);
    sweep(job_display_blind, 0, false);
    sweep(job_tell, 0, false);
}

/* ---- Elsewhere ---- */

static void nothing_shown(void *user, const void *data, size_t size)
{
    (void)user, (void)data, (void)size;
}

static void nothing_failed(void *user, const struct diag *diag)
{
    (void)user, (void)diag;
}

/* Nothing is taken over, and nothing is half typed. */
static void test_a_terminal_without_memory_is_as_it_was(void)
{
    static const char text[4096];
    const struct pty_hooks hooks = {.on_data = nothing_shown, .on_error = nothing_failed};
    struct loop *loop;
    struct diag diag;
    struct pty *pty = NULL;
    int ends[2]; /* nobody reads the other */

    CHECK(loop_new(&loop, &diag) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    for (good = 0; pty == NULL; good++) {
        unsigned n = good;
        CHECK(n < 10);
        armed = true;
        refused = 0;
        int rc = pty_attach(loop, ends[0], -1, &hooks, &pty, &diag);
        armed = false;
        good = n;
        CU_ASSERT_EQUAL(rc == 0, refused == 0);
        CU_ASSERT_EQUAL(pty == NULL, refused > 0);
        CU_ASSERT_TRUE(rc == 0 || rc == ERR_NOMEM || rc == ERR_LOOP);
    }
    while (pty_queued(pty) == 0)
        CHECK(pty_write(pty, text, sizeof(text), &diag) == 0);
    size_t queued = 0;
    int rc = 0;
    while (rc == 0) {
        queued = pty_queued(pty);
        armed = true;
        good = refused = 0;
        rc = pty_write(pty, text, sizeof(text), &diag);
        armed = false;
    }
    CU_ASSERT_EQUAL(rc, ERR_NOMEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "4096"));
    CU_ASSERT_EQUAL(pty_queued(pty), queued);
    /* And later there is some. */
    CU_ASSERT_EQUAL(pty_write(pty, text, sizeof(text), &diag), 0);
    CU_ASSERT_EQUAL(pty_queued(pty), queued + sizeof(text));
    CHECK(close(ends[1]) == 0);
    pty_close(pty);
    loop_free(loop);
}

/* What could not be written is the end of a recording. */
static void test_a_recording_without_memory_ends(void)
{
    for (unsigned n = 0;; n++) {
        struct asciicast c;
        struct diag diag;
        char *text = NULL;
        size_t size = 0;
        FILE *f = open_memstream(&text, &size);
        CHECK(f != NULL && n < 20);
        asciicast_begin(&c, f, 4, 10, NULL, 0);
        armed = true;
        good = n;
        refused = 0;
        asciicast_shown(&c, 1, "shown", 5);
        armed = false;
        asciicast_mark(&c, 2, "marked");
        CU_ASSERT_EQUAL(c.dropped, refused > 0 ? 2 : 0);
        CU_ASSERT_EQUAL(asciicast_end(&c, &diag), 0);
        CHECK(fclose(f) == 0);
        CU_ASSERT_EQUAL(strstr(text, "shown") == NULL, refused > 0);
        CU_ASSERT_EQUAL(strstr(text, "marked") == NULL, refused > 0);
        free(text);
        if (refused == 0)
            break;
    }
}

/* A line that could not be kept is none; the next one is kept all the same. */
static void test_a_line_editor_s_lines_have_memory_later(void)
{
    const struct termios modes = {.c_lflag = ISIG};

    for (unsigned given = 0; given < 3; given++) {
        struct redraw r = {0};
        armed = true;
        once = false;
        good = given;
        refused = 0;
        int rc = redraw_typed(&r, &modes, "a\r", 2, 0);
        armed = false;
        CU_ASSERT_EQUAL(rc, ERR_NOMEM);
        CU_ASSERT_EQUAL(r.count, 0);
        CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "b\r", 2, 0), 0);
        CU_ASSERT(r.held != NULL && r.shown != NULL);
        CU_ASSERT(r.count == 1 && r.line[0].text[0] == 'b');
        redraw_release(&r);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("nomem", NULL, NULL);

    CU_ADD_TEST(s, test_who_gets_no_memory_says_so);
    CU_ADD_TEST(s, test_who_explains_explains_less);
    CU_ADD_TEST(s, test_a_terminal_without_memory_is_as_it_was);
    CU_ADD_TEST(s, test_a_recording_without_memory_ends);
    CU_ADD_TEST(s, test_a_line_editor_s_lines_have_memory_later);
    return suite_close();
}
