/* steps_output.c: what the terminal has shown, or has not. */
#include "harness/run/steps.h"
#include "runtime/base/check.h"
#include "runtime/base/duration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Compiles the step's pattern, if no run of this memory has. Returns NULL with the run failed. */
static struct match_pattern *pattern_get(struct run *r, struct task *t, const struct step *s)
{
    struct diag diag = {0};
    struct run_pattern *item = r->memory->patterns;

    while (item != NULL && strcmp(match_pattern_text(item->pattern), s->pattern) != 0)
        item = item->next;
    if (item != NULL)
        return item->pattern;
    item = calloc(1, sizeof(*item));
    if (item == NULL) {
        failure_set(r, t, s, "out of memory");
        return NULL;
    }
    if (match_compile(s->pattern, &item->pattern, NULL, &diag) < 0) {
        free(item);
        failure_set(r, t, s, diag.text);
        return NULL;
    }
    item->next = r->memory->patterns;
    r->memory->patterns = item;
    return item->pattern;
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

enum step_status expect_start(struct run *r, struct task *t, const struct step *s)
{
    t->pattern = pattern_get(r, t, s);
    if (t->pattern == NULL)
        return STEP_FAILED;
    t->wants_settle = true;
    enum step_status status = expect_arm(r, t, s);
    return status == STEP_PENDING ? expect_poll(r, t, s, NULL) : status;
}

enum step_status expect_poll(struct run *r, struct task *t, const struct step *s,
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

void expect_late(struct run *r, const struct task *t, const struct step *s, char *label,
                 size_t size)
{
    char time[DURATION_BYTES];

    if (t->pattern != NULL)
        match_nearest(r->match, t->pattern, &r->failure.nearest);
    if (r->over) {
        (void)snprintf(label, size, "not seen before the subject ended");
        return;
    }
    int64_t within_ns = s->within_ns > 0 ? s->within_ns : r->step_ns;
    (void)snprintf(label, size, "not seen within %s",
                   duration_text(within_ns, " ", time, sizeof(time)));
}

/* ---- absent ---- */

static enum step_status absent_end(struct task *t, enum step_status status)
{
    match_watch_stop(t->watch);
    t->watch = NULL;
    return status;
}

enum step_status absent_start(struct run *r, struct task *t, const struct step *s)
{
    struct diag diag = {0};

    t->pattern = pattern_get(r, t, s);
    if (t->pattern == NULL)
        return STEP_FAILED;
    t->base = addresses_count(&r->addresses, s->address.actor, s->address.point);
    t->wants_quiet = s->until_quiet;
    if (match_watch_start(r->match, t->pattern, MATCH_FROM_CURSOR, &t->watch, &diag) < 0) {
        failure_set(r, t, s, diag.text);
        return STEP_FAILED;
    }
    return absent_poll(r, t, s, NULL);
}

enum step_status absent_poll(struct run *r, struct task *t, const struct step *s,
                             const struct world_event *event)
{
    struct match_result result;
    struct diag diag = {0};

    int rc = match_watch_next(t->watch, &result, &diag);
    if (rc != MATCH_PENDING) {
        failure_set(r, t, s, rc == MATCH_FOUND ? "it came" : diag.text);
        return absent_end(t, STEP_FAILED);
    }
    bool quiet = event != NULL && event->kind == WORLD_QUIET;
    bool done =
        s->until_quiet ? quiet || r->over : addresses_happened(&r->addresses, &s->address, t->base);
    return done ? absent_end(t, STEP_DONE) : STEP_PENDING;
}

void absent_late(struct run *r, const struct task *t, const struct step *s, char *label,
                 size_t size)
{
    char address[128];

    (void)t;
    if (s->until_quiet) {
        (void)snprintf(label, size, "it did not come, but the tree does not come to rest");
        return;
    }
    address_text(r, &s->address, address, sizeof(address));
    (void)snprintf(label, size, "it did not come, but %s did not happen either", address);
}
