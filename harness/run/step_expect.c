/* step_expect.c: the terminal shows what is expected, after the last match; or the first of several
 * things comes, and each has steps of its own. */
#include "harness/run/expect.h"
#include "harness/run/slots.h"
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

#include <inttypes.h>
#include <string.h>

static void way_add(const struct expect *own, size_t i, struct buf *out)
{
    if (i < own->count)
        look_add(out, &own->way[i].look, true);
    else
        buf_add_text(out, own->eof && i == own->count ? " eof" : " timeout");
}

/* ---- What was found ---- */

/* Goes this way: its steps begin, if it has any. */
static enum step_status way_take(struct run *r, struct task *t, const struct step *s, size_t i)
{
    if (r->expect_task == t) {
        match_cancel(r->match);
        r->expect_task = NULL;
    }
    if (s->branch_count == 0)
        return STEP_DONE;
    look_forget(t);
    t->way = i;
    t->deadline_ns = t->wake_ns = INT64_MAX;
    t->wants_settle = false;
    task_way(r, t, i);
    if (s->branch[i].count > 0)
        task_branch(r, t, i, true);
    return STEP_PENDING;
}

static enum step_status way_found(struct run *r, struct task *t, const struct step *s, size_t i,
                                  const struct match_result *result)
{
    const struct expect *own = s->own;
    const struct expect_way *way = &own->way[i];
    bool first = !r->failure.set;

    slots_take(r, result, way->group, way->groups);
    if (way->again == 0 || t->ways[i] < way->again) {
        t->ways[i]++;
        return way_take(r, t, s, i);
    }
    struct buf label = BUF_INIT;
    buf_add_text(&label, "the branch");
    way_add(own, i, &label);
    buf_addf(&label, " came once more than `again: %" PRIu32 "` allows", way->again);
    failure_set(r, t, s, buf_text(&label));
    buf_release(&label);
    if (first && way->place.file != NULL)
        r->failure.place = way->place;
    return STEP_FAILED;
}

/* The number of a way among all, of number i among those that look at the stream; past them
 * own->count. */
static size_t stream_way(const struct expect *own, size_t i)
{
    size_t at = 0;

    while (at < own->count && (own->way[at].look.on_screen || i > 0)) {
        i -= !own->way[at].look.on_screen;
        at++;
    }
    return at;
}

static enum step_status expect_answer(struct run *r, struct task *t, const struct step *s, int rc,
                                      const struct match_result *result, const struct diag *diag)
{
    if (rc == MATCH_PENDING)
        return STEP_PENDING;
    if (r->expect_task == t)
        r->expect_task = NULL;
    if (rc == MATCH_FOUND)
        return way_found(r, t, s, stream_way(s->own, result->index), result);
    failure_set(r, t, s, diag->text);
    return STEP_FAILED;
}

/* ---- Waiting ---- */

/* Arms the patterns, unless another list's expect goes on: they take turns. */
static enum step_status expect_arm(struct run *r, struct task *t, const struct step *s)
{
    const struct expect *own = s->own;
    const struct match_pattern *patterns[MATCH_ALTERNATIVES_MAX];
    struct match_result result;
    struct diag diag = {0};
    size_t count = 0;

    if (r->expect_task != NULL)
        return STEP_PENDING;
    size_t first = stream_way(own, 0);
    if (!look_begin(r, t, s, &own->way[first].look))
        return STEP_FAILED;
    for (size_t i = first; i < own->count; i = stream_way(own, count))
        patterns[count++] = look_pattern(r, &own->way[i].look);
    r->expect_task = t;
    int rc = match_expect(r->match, patterns, count, &result, &diag);
    /* What has come so far may be all that comes: only the world knows whether it is quiet. */
    r->quiet_over = r->settled_over = false;
    return expect_answer(r, t, s, rc, &result, &diag);
}

static bool ways_compile(struct run *r, struct task *t, const struct step *s)
{
    const struct expect *own = s->own;
    struct match_pattern *pattern = NULL;

    for (size_t i = 0; i < own->count; i++) {
        if (!look_compile(r, t, s, &own->way[i].look, &pattern))
            return false;
    }
    return true;
}

/* From now on it is waited, for so long. */
static enum step_status expect_wait(struct run *r, struct task *t, const struct step *s)
{
    const struct expect *own = s->own;
    int64_t until_ns = world_now(r->world) + (s->within_ns > 0 ? s->within_ns : r->step_ns);

    t->way = WAY_NONE;
    t->wants_settle = true;
    t->deadline_ns = own->timeout ? INT64_MAX : until_ns;
    t->wake_ns = own->timeout ? until_ns : INT64_MAX;
    look_forget(t);
    r->quiet_over = r->settled_over =
        false; /* the screen as it is now may be all that comes, too */
    if (!ways_compile(r, t, s))
        return STEP_FAILED;
    return stream_way(own, 0) < own->count ? expect_arm(r, t, s) : STEP_PENDING;
}

/* What the end or the time decides, where the step has a way for that. */
static enum step_status expect_ends(struct run *r, struct task *t, const struct step *s)
{
    const struct expect *own = s->own;

    if (own->eof && (r->over || r->eof))
        return way_take(r, t, s, own->count);
    if (own->timeout && world_now(r->world) >= t->wake_ns)
        return way_take(r, t, s, s->branch_count - 1);
    return STEP_PENDING;
}

/* At an end what has come is all there is. */
static int answer_now(struct run *r, struct match_result *result, struct diag *diag)
{
    if (r->over)
        return match_eof(r->match, result, diag);
    return r->eof ? match_settle(r->match, result, diag) : match_again(r->match, result, diag);
}

/* What the event says of the stream. */
static enum step_status streams_look(struct run *r, struct task *t, const struct step *s,
                                     const struct world_event *event)
{
    struct match_result result;
    struct diag diag = {0};
    bool output = event != NULL && (event->kind == WORLD_OUTPUT || event->kind == WORLD_QUIET ||
                                    event->kind == WORLD_SETTLED || event->kind == WORLD_TIMER);

    if (r->expect_task == NULL)
        return expect_arm(r, t, s);
    if (r->expect_task != t || (!r->over && !r->eof && !output))
        return STEP_PENDING;
    int rc = answer_now(r, &result, &diag);
    return expect_answer(r, t, s, rc, &result, &diag);
}

/* And of the screen: of what is there at once, the first in the list counts. */
static enum step_status screens_look(struct run *r, struct task *t, const struct step *s,
                                     const struct world_event *event)
{
    const struct expect *own = s->own;
    struct match_result result;
    struct diag diag = {0};
    int rc = MATCH_PENDING;

    for (size_t i = 0; i < own->count && rc == MATCH_PENDING; i++) {
        const struct look *look = &own->way[i].look;
        if (!look->on_screen)
            continue;
        rc = look_screen(r, t, look, event, &result, &diag);
        if (rc == MATCH_FOUND)
            return way_found(r, t, s, i, &result);
    }
    if (rc == MATCH_PENDING)
        return STEP_PENDING;
    failure_set(r, t, s, diag.text);
    return STEP_FAILED;
}

/* Waits for the first of its ways. */
static enum step_status expect_look(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    const struct expect *own = s->own;
    bool streams = stream_way(own, 0) < own->count;
    enum step_status status = streams ? streams_look(r, t, s, event) : STEP_PENDING;

    if (status == STEP_PENDING && t->way == WAY_NONE)
        status = screens_look(r, t, s, event);
    if (status != STEP_PENDING || t->way != WAY_NONE)
        return status;
    /* While another list's expect has its turn, the time is not ours. */
    return streams && r->expect_task != t ? STEP_PENDING : expect_ends(r, t, s);
}

static enum step_status expect_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    const struct expect *own = s->own;
    enum step_status status;

    do {
        if (t->branches > 0)
            return STEP_PENDING;
        if (t->way == WAY_NONE)
            status = expect_look(r, t, s, event);
        else if (t->way < own->count && own->way[t->way].again > 0)
            status = expect_wait(r, t, s);
        else
            status = STEP_DONE;
        event = NULL;
    } while (status == STEP_PENDING && t->way != WAY_NONE);
    return status;
}

static enum step_status expect_start(struct run *r, struct task *t, const struct step *s)
{
    memset(t->ways, 0, sizeof(t->ways));
    enum step_status status = expect_wait(r, t, s);
    return status == STEP_PENDING ? expect_poll(r, t, s, NULL) : status;
}

/* What came nearest, of each way. */
static void nearest_tell(struct run *r, const struct expect *own)
{
    for (size_t i = 0; i < own->count; i++) {
        const struct match_pattern *pattern = look_pattern(r, &own->way[i].look);
        struct buf lines = BUF_INIT;
        if (pattern != NULL)
            look_nearest(r, &own->way[i].look, pattern, &lines);
        if (own->count > 1 && lines.size > 0) {
            buf_add_text(&r->failure.nearest, "branch");
            way_add(own, i, &r->failure.nearest);
            buf_add_text(&r->failure.nearest, ":\n");
        }
        buf_add(&r->failure.nearest, buf_text(&lines), lines.size);
        buf_release(&lines);
    }
}

static void expect_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct expect *own = s->own;
    char time[DURATION_BYTES];

    (void)t;
    nearest_tell(r, own);
    const char *none = own->count > 1 ? "none was seen" : "not seen";
    if (r->over) {
        buf_addf(out, "%s before the subject ended", none);
        return;
    }
    if (r->eof) {
        buf_addf(out, "%s, and nobody has the terminal open any more", none);
        return;
    }
    if (r->still) {
        buf_add_text(out, none);
        return;
    }
    int64_t within_ns = s->within_ns > 0 ? s->within_ns : r->step_ns;
    buf_addf(out, "%s within %s", none, duration_text(within_ns, " ", time, sizeof(time)));
}

/* ---- Telling ---- */

static struct place expect_branch(const struct step *s, size_t i, struct buf *out)
{
    const struct expect *own = s->own;

    way_add(own, i, out);
    if (i < own->count)
        return own->way[i].place;
    return s->branch[i].count > 0 ? s->branch[i].step[0].place : s->place;
}

static void expect_tell(const struct step *s, bool whole, struct buf *out)
{
    const struct expect *own = s->own;

    for (size_t i = 0; i < own->count; i++) {
        buf_add_text(out, i > 0 ? " or" : "");
        look_add(out, &own->way[i].look, whole);
    }
    for (size_t i = own->count; i < s->branch_count; i++) {
        buf_add_text(out, " or");
        way_add(own, i, out);
    }
}

static void expect_subject(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    expect_tell(s, false, out);
}

static void expect_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    expect_tell(s, true, out);
}

const struct step_entry step_expect = {
    .word = {.name = "expect",
             .shape = "REGEX | {" LOOK_SHAPE ", echo: seen, first: [{" LOOK_SHAPE
                      ", then: [STEP], again: INTEGER}]+, eof: [STEP], timeout: [STEP], within: "
                      "DURATION}", .help = "the output matches, after the last match, or the screen does, as it is; or "
                     "what comes first of several, and what is done then", .example = "- expect: 'leaf> $'\n- expect: { stream: 'done (\\d+)', within: 2s }\n"
                        "- expect: { screen: '^> two', row: 3, style: [reverse] }\n"
                        "- expect:\n    first:\n"
                        "      - { stream: '--More--', then: [{ send: ' ' }], again: 100 }\n"
                        "      - { stream: '\\(END\\)' }\n"
                        "    timeout:\n      - fail: the pager does not move\n"
                        "    within: 5s\n"},
    .read = expect_read,
    .start = expect_start,
    .poll = expect_poll,
    .late = expect_late,
    .subject = expect_subject,
    .describe = expect_describe,
    .branch = expect_branch,
};
