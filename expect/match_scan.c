/* match_scan.c: patterns on their way through a stream.
 *
 * Why the answers cannot depend on chunks: a look with PARTIAL_HARD that does not touch the end of
 * the text gives the same answer for every longer text, and one that does touch it answers
 * "partial" with the first place where a match may still begin. So looks may happen anywhere; what
 * is left to be made canonical is (1) the winner among several patterns: the match that begins
 * first, known once no other can begin before it; the shortest text that says so is found by
 * bisection; (2) the window: that a match has begun too long ago is found only where the offset is
 * a multiple of the grid; (3) CR LF: PCRE2 never starts a match between the two unless told to
 * start there, so a scan is never left there. */
#include "expect/match.h"
#include "expect/match_parts.h"
#include "expect/pty.h"
#include "runtime/base/bytes.h"
#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    SCAN_GRID_BYTES = 16 * 1024, /* at least */
    SCAN_GRIDS = 64,             /* of one window, at most: each look may go through all of it */
    SCAN_EAGER_BYTES = 64 * 1024,
    SCAN_FEED_BYTES = 32 * 1024, /* fed between two looks, so that nothing is dropped unseen */
};

enum scan_state { SCAN_NONE, SCAN_RUNNING, SCAN_OVER };

/* Patterns on their way through the text. Offsets are those of the view's text. */
struct scan {
    enum scan_state state;
    const struct view *view; /* lent: of the match */
    const struct match_pattern *patterns[MATCH_ALTERNATIVES_MAX];
    uint64_t start[MATCH_ALTERNATIVES_MAX]; /* a match may begin here or later */
    size_t count;
    uint64_t scanned; /* everything before was looked at */

    int rc; /* SCAN_OVER: MATCH_FOUND or the error */
    uint64_t begin, end;
    struct match_result result;
    struct diag diag;
    struct buf copy; /* of the text under the captures */
};

struct match_watch {
    struct match *match;
    struct match_watch *next;
    struct scan scan;
    struct buf given; /* text under the captures of the occurrence given last */
};

struct match {
    struct view view;
    struct view *seen;  /* owned: the same with its echoes; NULL: nobody has asked yet */
    bool looks_at_seen; /* what begins next */
    size_t window;
    size_t grid;
    uint32_t steps;      /* of one look */
    uint64_t cursor;     /* text offset */
    uint64_t marked;     /* text offset */
    uint64_t cursor_raw; /* the same place; what was taken out behind it is still to come */
    struct scan expect;
    struct match_watch *watches; /* owned */
    size_t watch_count;
    struct termios modes;        /* what NULL stands for in match_sent() */
    struct match_engine *engine; /* owned */
};

/* ---- one look ---- */

/* Looks at the view's text from the pattern's start to `end`; offsets found are the view's. */
struct scan_look {
    enum match_try what;
    uint64_t begin, end;
    int error;
    uint64_t base; /* text offset of the subject's first byte */
};

static struct scan_look scan_look(struct match *m, const struct scan *s, size_t i, uint64_t end,
                                  enum match_mode mode)
{
    const struct match_pattern *p = s->patterns[i];
    uint64_t begin = view_begin(s->view);
    uint64_t start = s->start[i];
    size_t context = match_pattern_context(p);

    CHECK(start >= begin && start <= end);
    uint64_t base = start - begin > context ? start - context : begin;
    struct match_subject subject = {
        .text = view_text(s->view, base),
        .size = (size_t)(end - base),
        .from = (size_t)(start - base),
        .cut = base > 0,
        .mode = mode,
    };
    struct match_found found = match_try(m->engine, p, &subject, m->steps);
    return (struct scan_look){.what = found.what,
                              .begin = base + found.begin,
                              .end = base + found.end,
                              .error = found.error,
                              .base = base};
}

/* ---- the end of a scan ---- */

static void scan_fail(struct scan *s, int rc)
{
    s->state = SCAN_OVER;
    s->rc = rc;
}

static void scan_too_much(struct scan *s, size_t i, int error)
{
    uint64_t at = view_raw(s->view, s->start[i]);

    s->result.pattern = s->patterns[i];
    s->result.index = i;
    scan_fail(s, diag_set(&s->diag, ERR_FULL,
                          "pattern '%.200s' needs %s on the text at byte %llu (PCRE2 error %d); "
                          "simplify it, nested repetition is the usual cause",
                          match_pattern_text(s->patterns[i]), match_error_text(error),
                          (unsigned long long)at, error));
}

/* Copies what the captures point at, for the view moves on. */
static bool scan_copy(struct scan *s, size_t i, uint64_t base)
{
    size_t count = 0;
    const size_t *ovector = match_groups(s->patterns[i], &count);
    size_t low = ovector[0];
    size_t high = ovector[1];

    for (size_t k = 1; k < count; k++) {
        if (ovector[2 * k] == MATCH_GROUP_UNSET)
            continue;
        low = ovector[2 * k] < low ? ovector[2 * k] : low;
        high = ovector[2 * k + 1] > high ? ovector[2 * k + 1] : high;
    }
    s->copy.size = 0;
    s->copy.failed = false; /* there may be some by now */
    buf_add(&s->copy, view_text(s->view, base + low), high - low);
    if (s->copy.failed)
        return false;
    const char *text = buf_text(&s->copy);
    for (size_t k = 0; k < count; k++) {
        struct match_capture *c = &s->result.captures[k];
        *c = (struct match_capture){0};
        if (ovector[2 * k] == MATCH_GROUP_UNSET)
            continue;
        c->text = text + (ovector[2 * k] - low);
        c->size = ovector[2 * k + 1] - ovector[2 * k];
    }
    s->result.capture_count = count;
    return true;
}

/* The match of pattern i in the text up to `at`, which is known to be there. JIT can leave captures
 * of an attempt that failed at an earlier start, so the look is repeated from its own start. */
static struct scan_look scan_match(struct match *m, struct scan *s, size_t i, uint64_t at,
                                   enum match_mode mode)
{
    uint64_t start = s->start[i];

    struct scan_look look = scan_look(m, s, i, at, mode);
    if (look.what != TRY_MATCH || look.begin == start)
        return look;
    s->start[i] = look.begin;
    look = scan_look(m, s, i, at, mode);
    s->start[i] = start;
    return look.what == TRY_MATCH ? look : scan_look(m, s, i, at, mode);
}

/* Pattern i is decided by the text up to `at`. Looks again, for others came in between. */
static void scan_decide(struct match *m, struct scan *s, size_t i, uint64_t at,
                        enum match_mode mode)
{
    static const enum match_decided by[] = {
        [MODE_STREAM] = MATCH_BY_BYTES,
        [MODE_QUIET] = MATCH_BY_QUIESCENCE,
        [MODE_EOF] = MATCH_BY_EOF,
    };
    uint64_t raw[2];

    struct scan_look look = scan_match(m, s, i, at, mode);
    if (look.what == TRY_ERROR) {
        scan_too_much(s, i, look.error);
        return;
    }
    CHECK(look.what == TRY_MATCH);
    if (!scan_copy(s, i, look.base)) {
        scan_fail(s, diag_set(&s->diag, ERR_NOMEM, "no memory for a match"));
        return;
    }
    view_raw_range(s->view, look.begin, look.end, raw);
    s->result.pattern = s->patterns[i];
    s->result.index = i;
    s->result.decided_by = by[mode];
    s->result.begin = raw[0];
    s->result.end = raw[1];
    s->result.decided_at = mode == MODE_STREAM ? view_raw(s->view, at - 1) + 1 : s->view->raw.end;
    s->begin = look.begin;
    s->end = look.end;
    s->state = SCAN_OVER;
    s->rc = MATCH_FOUND;
}

/* ---- the way through the text ---- */

/* Several patterns on one text: where a match of each begins, or may begin in more of it. */
struct scan_race {
    uint64_t begin[MATCH_ALTERNATIVES_MAX];
    bool matches[MATCH_ALTERNATIVES_MAX];
    size_t winner; /* s->count: none yet */
};

/* Where a match may begin from now on, after a look that decided nothing. */
static uint64_t scan_next_start(const struct scan *s, size_t i, const struct scan_look *look,
                                uint64_t end)
{
    uint64_t next = look->what == TRY_PARTIAL ? look->begin : end;

    /* Not between CR and LF: see the top of this file. */
    if (next == end && next > s->start[i] && *view_text(s->view, next - 1) == '\r')
        next--;
    return next;
}

/* Looks at the text up to `end` with each pattern: an error wins, else the first match, unless one
 * that goes before it may still come. */
static struct scan_race scan_race(struct match *m, const struct scan *s, uint64_t end)
{
    struct scan_race race = {.winner = s->count};
    size_t first = 0;

    for (size_t i = 0; i < s->count; i++) {
        struct scan_look look = scan_look(m, s, i, end, MODE_STREAM);
        if (look.what == TRY_ERROR) {
            race.winner = i;
            return race;
        }
        race.matches[i] = look.what == TRY_MATCH;
        race.begin[i] = race.matches[i] ? look.begin : scan_next_start(s, i, &look, end);
        if (race.begin[i] < race.begin[first])
            first = i;
    }
    if (race.matches[first])
        race.winner = first;
    return race;
}

/* The shortest text that decides: more than `low`, at most `high`. */
static uint64_t scan_bisect(struct match *m, const struct scan *s, uint64_t low, uint64_t high)
{
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (scan_race(m, s, middle).winner < s->count)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* What to do about a window that is too small for so many bytes. */
static void window_advice(const struct match *m, uint64_t wanted, struct buf *out)
{
    size_t enough = m->window;
    char text[BYTES_TEXT_BYTES];

    while (enough < wanted && enough < MATCH_WINDOW_BYTES_MAX)
        enough *= 2;
    if (enough > MATCH_WINDOW_BYTES_MAX)
        enough = MATCH_WINDOW_BYTES_MAX;
    if (enough == m->window) /* it is as large as it can be */
        return;
    buf_addf(out, "raise it, `limits: { window: %s }`, or ",
             bytes_text((int64_t)enough, text, sizeof(text)));
}

/* On the grid: a match that began too long ago cannot be told from none. */
static void scan_trim(struct match *m, struct scan *s, size_t i, uint64_t end)
{
    struct buf advice = BUF_INIT;
    char window[BYTES_TEXT_BYTES];

    if (end % m->grid != 0 || end - s->start[i] <= m->window)
        return;
    window_advice(m, 4 * (uint64_t)m->window, &advice);
    s->result.pattern = s->patterns[i];
    s->result.index = i;
    scan_fail(s,
              diag_set(&s->diag, ERR_FULL,
                       "what begins at byte %llu needs more than limits.window, %s, to match; "
                       "%slet the pattern match less",
                       (unsigned long long)view_raw(s->view, s->start[i]),
                       bytes_text((int64_t)m->window, window, sizeof(window)), buf_text(&advice)));
    buf_release(&advice);
}

/* Looks at the text up to `end`, which lies at most one grid step ahead. */
static void scan_step(struct match *m, struct scan *s, uint64_t end)
{
    struct scan_race race = scan_race(m, s, end);

    if (race.winner < s->count) {
        uint64_t at = scan_bisect(m, s, s->scanned, end);
        scan_decide(m, s, scan_race(m, s, at).winner, at, MODE_STREAM);
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        s->start[i] = race.begin[i];
        /* What has matched only waits for those before it, which are given up in time. */
        if (!race.matches[i] && s->state == SCAN_RUNNING)
            scan_trim(m, s, i, end);
    }
    s->scanned = end;
}

/* What a long match may have begun is looked at on the grid only, or the work would grow with the
 * square of its length. */
static bool scan_is_eager(const struct scan *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->scanned > s->start[i] + SCAN_EAGER_BYTES)
            return false;
    }
    return true;
}

/* `all`: to the end, where that is wanted now. */
static void scan_advance(struct match *m, struct scan *s, bool all)
{
    while (s->state == SCAN_RUNNING && s->scanned < s->view->end) {
        uint64_t end = (s->scanned / m->grid + 1) * m->grid;
        if (end > s->view->end && !all && !scan_is_eager(s))
            return;
        scan_step(m, s, end < s->view->end ? end : s->view->end);
    }
}

/* Decides what more bytes could have changed; everything is scanned already. */
static void scan_settle(struct match *m, struct scan *s, enum match_mode mode)
{
    size_t winner = s->count;
    uint64_t begin = 0;

    scan_advance(m, s, true);
    for (size_t i = 0; s->state == SCAN_RUNNING && i < s->count; i++) {
        /* A watch that found nothing but emptiness at the end goes on behind the next byte. */
        if (s->start[i] > s->view->end)
            continue;
        struct scan_look look = scan_look(m, s, i, s->view->end, mode);
        if (look.what == TRY_ERROR) {
            scan_too_much(s, i, look.error);
            return;
        }
        if (look.what == TRY_MATCH && (winner == s->count || look.begin < begin)) {
            winner = i;
            begin = look.begin;
        }
    }
    if (winner < s->count)
        scan_decide(m, s, winner, s->view->end, mode);
}

/* The text that it would begin with is not there any more. */
static void scan_lose(const struct match *m, struct scan *s, uint64_t lost)
{
    struct buf advice = BUF_INIT;
    char window[BYTES_TEXT_BYTES];

    window_advice(m, m->window + lost, &advice);
    scan_fail(s,
              diag_set(&s->diag, ERR_FULL,
                       "%llu bytes that came before this step are not kept, see limits.window, "
                       "%s; %sexpect something of them earlier",
                       (unsigned long long)lost,
                       bytes_text((int64_t)m->window, window, sizeof(window)), buf_text(&advice)));
    buf_release(&advice);
}

/* Starts at a text offset. */
static void scan_arm(struct match *m, struct scan *s, uint64_t from)
{
    uint64_t begin = view_begin(s->view);

    s->result = (struct match_result){0};
    if (from < begin) {
        scan_lose(m, s, begin - from);
        return;
    }
    for (size_t i = 0; i < s->count; i++)
        s->start[i] = from;
    s->scanned = from;
    s->state = SCAN_RUNNING;
    scan_advance(m, s, false);
}

static int scan_answer(const struct scan *s, struct match_result *result, struct diag *diag)
{
    if (s->state == SCAN_NONE)
        return diag_set(diag, ERR_STATE, "no pattern is waited for");
    *result = s->result;
    if (s->state == SCAN_RUNNING)
        return MATCH_PENDING;
    return s->rc < 0 ? diag_set(diag, s->rc, "%s", s->diag.text) : s->rc;
}

/* ---- the terminal's stream ---- */

int match_new(const struct match_options *options, struct match **out, struct diag *diag)
{
    size_t window = options == NULL ? 0 : options->window_bytes;

    if (window == 0)
        window = MATCH_WINDOW_BYTES;
    if (window > MATCH_WINDOW_BYTES_MAX)
        window = MATCH_WINDOW_BYTES_MAX;
    size_t grid = window / SCAN_GRIDS > SCAN_GRID_BYTES ? window / SCAN_GRIDS : SCAN_GRID_BYTES;
    /* Besides a match: what it looks back at, what comes until it is given up, and what may be held
     * back and fed until the next look. */
    size_t keep = window + 2 * grid + 2 * (size_t)ECHO_BYTES_MAX + 4 * (size_t)SCAN_FEED_BYTES;
    struct match *m = calloc(1, sizeof(*m));
    if (m == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a matcher");
    m->window = window;
    m->grid = grid;
    m->steps = MATCH_STEPS_MAX + MATCH_STEPS_BYTE * (uint32_t)window;
    pty_modes_default(&m->modes);
    int rc = view_init(&m->view, keep, diag);
    if (rc < 0)
        goto failed;
    rc = match_engine_new(&m->engine, diag);
    if (rc < 0)
        goto failed;
    *out = m;
    return 0;
failed:
    match_free(m);
    return rc;
}

static void watch_free(struct match_watch *w)
{
    buf_release(&w->scan.copy);
    buf_release(&w->given);
    free(w);
}

void match_free(struct match *m)
{
    if (m == NULL)
        return;
    while (m->watches != NULL) {
        struct match_watch *w = m->watches;
        m->watches = w->next;
        watch_free(w);
    }
    buf_release(&m->expect.copy);
    match_engine_free(m->engine);
    view_release(&m->view);
    if (m->seen != NULL)
        view_release(m->seen);
    free(m->seen);
    free(m);
}

/* Moves the cursor behind the match if the expect, which was running, has found one. */
static void match_consume(struct match *m)
{
    if (m->expect.state != SCAN_OVER || m->expect.rc != MATCH_FOUND)
        return;
    m->cursor_raw = m->expect.result.end;
    m->cursor = m->expect.view == &m->view ? m->expect.end : view_find(&m->view, m->cursor_raw);
}

/* Lets every scan see the new text. */
static void match_advance(struct match *m)
{
    if (m->expect.state == SCAN_RUNNING) {
        scan_advance(m, &m->expect, false);
        match_consume(m);
    }
    for (struct match_watch *w = m->watches; w != NULL; w = w->next)
        scan_advance(m, &w->scan, false);
}

void match_feed(struct match *m, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        size_t part = size < SCAN_FEED_BYTES ? size : (size_t)SCAN_FEED_BYTES;
        view_feed(&m->view, bytes, part);
        if (m->seen != NULL)
            view_feed(m->seen, bytes, part);
        match_advance(m);
        bytes += part;
        size -= part;
    }
}

int match_sent(struct match *m, const struct termios *modes, const void *data, size_t size,
               size_t ahead)
{
    return view_typed(&m->view, modes == NULL ? &m->modes : modes, data, size, ahead);
}

void match_typed(struct match *m, size_t ahead)
{
    redraw_echoed(&m->view.redraw, m->view.raw.end + ahead);
}

int match_hide(struct match *m, const char *text, size_t size)
{
    int rc = view_hide(&m->view, text, size);

    match_advance(m);
    return rc;
}

void match_hide_all(struct match *m, bool on)
{
    view_hide_all(&m->view, on);
    if (m->seen != NULL)
        view_hide_all(m->seen, on);
    match_advance(m);
}

/* From what is kept of the stream. */
static int seen_new(struct match *m, struct diag *diag)
{
    const struct log *log = &m->view.raw;
    char piece[SCAN_GRID_BYTES];
    size_t size;

    struct view *v = calloc(1, sizeof(*v));
    if (v == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a terminal's text");
    int rc = view_init(v, m->view.keep, diag);
    if (rc < 0) {
        free(v);
        return rc;
    }
    view_begin_at(v, log_begin(log));
    while ((size = log_read(log, v->raw.end, piece, sizeof(piece))) > 0)
        view_feed(v, piece, size);
    m->seen = v;
    return 0;
}

int match_look_at(struct match *m, enum match_text text, struct diag *diag)
{
    int rc = text == MATCH_WITH_ECHOES && m->seen == NULL ? seen_new(m, diag) : 0;

    m->looks_at_seen = text == MATCH_WITH_ECHOES && m->seen != NULL;
    return rc;
}

/* Makes a scan one of what is to be looked at now, from the cursor on (else from now on). */
static void scan_begin(struct match *m, struct scan *s, bool cursor)
{
    uint64_t from = m->cursor;

    s->view = m->looks_at_seen ? m->seen : &m->view;
    if (!cursor)
        from = s->view->end;
    else if (m->looks_at_seen)
        from = view_find(m->seen, m->cursor_raw);
    scan_arm(m, s, from);
}

bool match_hides(const struct match *m)
{
    return m->view.hide.size > 0;
}

int match_expect(struct match *m, const struct match_pattern *const *patterns, size_t count,
                 struct match_result *result, struct diag *diag)
{
    struct scan *s = &m->expect;

    CHECK(count > 0 && count <= MATCH_ALTERNATIVES_MAX);
    memcpy(s->patterns, patterns, count * sizeof(patterns[0]));
    s->count = count;
    scan_begin(m, s, true);
    match_consume(m);
    return scan_answer(s, result, diag);
}

int match_again(struct match *m, struct match_result *result, struct diag *diag)
{
    return scan_answer(&m->expect, result, diag);
}

void match_cancel(struct match *m)
{
    m->expect.state = SCAN_NONE;
}

static int match_end(struct match *m, enum match_mode mode, struct match_result *result,
                     struct diag *diag)
{
    view_settle(&m->view);
    if (m->seen != NULL)
        view_settle(m->seen);
    match_advance(m);
    if (m->expect.state == SCAN_RUNNING) {
        scan_settle(m, &m->expect, mode);
        match_consume(m);
    }
    for (struct match_watch *w = m->watches; w != NULL; w = w->next)
        scan_settle(m, &w->scan, mode);
    return scan_answer(&m->expect, result, diag);
}

int match_settle(struct match *m, struct match_result *result, struct diag *diag)
{
    return match_end(m, MODE_QUIET, result, diag);
}

int match_eof(struct match *m, struct match_result *result, struct diag *diag)
{
    return match_end(m, MODE_EOF, result, diag);
}

void match_mark(struct match *m)
{
    m->marked = m->view.end;
}

void match_pass(struct match *m)
{
    if (m->marked <= m->cursor)
        return;
    m->cursor = m->marked;
    m->cursor_raw = view_raw(&m->view, m->marked);
}

uint64_t match_cursor(const struct match *m)
{
    return m->cursor_raw;
}

const char *match_unread(const struct match *m, size_t *size)
{
    uint64_t begin = view_begin(&m->view);
    uint64_t from = m->cursor < begin ? begin : m->cursor;

    *size = (size_t)(m->view.end - from);
    return view_text(&m->view, from);
}

const struct log *match_log(const struct match *m)
{
    return &m->view.raw;
}

struct match_engine *match_engine(const struct match *m)
{
    return m->engine;
}

const struct view *match_view(const struct match *m)
{
    return &m->view;
}

uint64_t match_cursor_text(const struct match *m)
{
    return m->cursor;
}

/* ---- watches ---- */

int match_watch_start(struct match *m, const struct match_pattern *p, enum match_from from,
                      struct match_watch **out, struct diag *diag)
{
    if (m->watch_count == MATCH_WATCHES_MAX)
        return diag_set(diag, ERR_FULL, "more than %d patterns are watched for", MATCH_WATCHES_MAX);
    struct match_watch *w = calloc(1, sizeof(*w));
    if (w == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a watched pattern");
    w->match = m;
    w->next = m->watches;
    m->watches = w;
    m->watch_count++;
    w->scan.patterns[0] = p;
    w->scan.count = 1;
    scan_begin(m, &w->scan, from == MATCH_FROM_CURSOR);
    *out = w;
    return 0;
}

int match_watch_next(struct match_watch *w, struct match_result *result, struct diag *diag)
{
    struct scan *s = &w->scan;

    int rc = scan_answer(s, result, diag);
    if (rc != MATCH_FOUND)
        return rc;
    /* The search goes on at once, into the other buffer. An empty match is not found twice. */
    struct buf given = s->copy;
    s->copy = w->given;
    w->given = given;
    scan_arm(w->match, s, s->end > s->begin ? s->end : s->end + 1);
    return rc;
}

void match_watch_stop(struct match_watch *w)
{
    if (w == NULL)
        return;
    struct match_watch **at = &w->match->watches;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    w->match->watch_count--;
    watch_free(w);
}
