/* step_expect.c: the terminal shows what is expected, after the last match. */
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

/* Its own is what is looked for. */
static bool expect_read(struct build *b, const struct node *n, struct step *out)
{
    struct look *own = step_own(b, sizeof(*own), out);

    if (own == NULL)
        return false;
    if (n->kind != NODE_SCALAR &&
        (!map_check_word(b->p, n, &step_expect.word) || !within_get(b, n, out)))
        return false;
    return look_read(b, n, "expect", own) && held_check_pattern(b, look_node(n), own->pattern);
}

static enum step_status expect_answer(struct run *r, struct task *t, const struct step *s, int rc,
                                      const struct diag *diag)
{
    if (rc == MATCH_PENDING)
        return STEP_PENDING;
    r->expect_task = NULL;
    if (rc == MATCH_FOUND)
        return STEP_DONE;
    failure_set(r, t, s, diag->text);
    return STEP_FAILED;
}

/* Arms the pattern, unless another list's expect goes on: they take turns. */
static enum step_status expect_arm(struct run *r, struct task *t, const struct step *s)
{
    struct match_result result;
    struct diag diag = {0};

    if (r->expect_task != NULL)
        return STEP_PENDING;
    r->expect_task = t;
    const struct match_pattern *pattern = t->pattern;
    int rc = match_expect(r->match, &pattern, 1, &result, &diag);
    /* What has come so far may be all that comes: only the world knows whether it is quiet. */
    r->quiet_over = false;
    return expect_answer(r, t, s, rc, &diag);
}

static enum step_status expect_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    struct match_result result;
    struct diag diag = {0};

    if (r->expect_task == NULL)
        return expect_arm(r, t, s);
    if (r->expect_task != t)
        return STEP_PENDING;
    bool output = event != NULL && (event->kind == WORLD_OUTPUT || event->kind == WORLD_QUIET);
    if (r->over)
        return expect_answer(r, t, s, match_eof(r->match, &result, &diag), &diag);
    if (!output)
        return STEP_PENDING;
    return expect_answer(r, t, s, match_again(r->match, &result, &diag), &diag);
}

static enum step_status expect_start(struct run *r, struct task *t, const struct step *s)
{
    if (!look_compile(r, t, s, s->own, &t->pattern))
        return STEP_FAILED;
    t->wants_settle = true;
    enum step_status status = expect_arm(r, t, s);
    return status == STEP_PENDING ? expect_poll(r, t, s, NULL) : status;
}

static void expect_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    char time[DURATION_BYTES];

    if (t->pattern != NULL)
        match_nearest(r->match, t->pattern, &r->failure.nearest);
    if (r->over) {
        buf_add_text(out, "not seen before the subject ended");
        return;
    }
    if (r->still) {
        buf_add_text(out, "not seen");
        return;
    }
    int64_t within_ns = s->within_ns > 0 ? s->within_ns : r->step_ns;
    buf_addf(out, "not seen within %s", duration_text(within_ns, " ", time, sizeof(time)));
}

static void expect_subject(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    look_add(out, s->own, false);
}

static void expect_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    look_add(out, s->own, true);
}

const struct step_entry step_expect = {
    .word = {.name = "expect",
             .shape = "REGEX | {stream!: REGEX, within: DURATION}",
             .later = "screen line",
             .help = "the output matches, after the last match",
             .example = "- expect: 'leaf> $'\n- expect: { stream: 'done (\\d+)', within: 2s }\n"},
    .read = expect_read,
    .start = expect_start,
    .poll = expect_poll,
    .late = expect_late,
    .subject = expect_subject,
    .describe = expect_describe,
};
