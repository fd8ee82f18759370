/* try_plan.c: points and stimuli as steps of a scenario. */
#include "harness/cli/try_plan.h"

#include "harness/cli/yaml_text.h"
#include "runtime/base/duration.h"
#include "runtime/base/suggest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MS_NS          (INT64_C(1000) * 1000)
#define POINT_NS       (10000 * MS_NS) /* for a point of which nobody knows when it comes */
#define POINT_LEAST_NS (3000 * MS_NS)
#define CALM_NS        (10000 * MS_NS)

enum { POINT_FACTOR = 4 };

static const struct stimulus_row {
    const char *name;
    bool decides;
    const char *step;
} rows[TRY_STIMULI] = {
#define TRY_STIMULUS_ROW(id, name, decides, step) [id] = {name, decides, step},
    TRY_STIMULUS_MAP(TRY_STIMULUS_ROW)
#undef TRY_STIMULUS_ROW
};

/* ---- Words of the command line ---- */

const char *try_stimulus_name(enum try_stimulus s)
{
    return rows[s].name;
}

static const char *name_at(size_t i, void *user)
{
    (void)user;
    return rows[i].name;
}

unsigned try_stimuli_default(void)
{
    unsigned set = 0;

    for (unsigned i = 0; i < TRY_STIMULI; i++)
        set |= rows[i].decides ? 1U << i : 0;
    return set;
}

int try_stimuli_read(const char *text, unsigned *out, struct diag *diag)
{
    unsigned set = 0;

    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        char word[32];
        unsigned found = 0;
        (void)snprintf(word, sizeof(word), "%.*s", (int)size, at);
        while (found < TRY_STIMULI && strcmp(rows[found].name, word) != 0)
            found++;
        if (found == TRY_STIMULI) {
            const char *near = suggest(word, TRY_STIMULI, name_at, NULL);
            return diag_set(diag, ERR_USAGE, "--stimulus: '%s' is none%s%s%s (%s)", word,
                            near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                            near != NULL ? "'?" : "",
                            "ctrl-c, ctrl-c-twice, sigint, sigterm, hang-up, sigkill");
        }
        set |= 1U << found;
        at += size;
        if (*at == 0)
            break;
    }
    *out = set;
    return 0;
}

bool try_points_add(struct try_points *points, const char *at, int64_t seen_ns)
{
    for (size_t i = 0; i < points->count; i++) {
        if (strcmp(points->at[i], at) == 0)
            return true;
    }
    if (points->count == TRY_POINTS_MAX || strlen(at) >= TRY_AT_BYTES)
        return false;
    points->seen_ns[points->count] = seen_ns;
    (void)snprintf(points->at[points->count++], TRY_AT_BYTES, "%s", at);
    return true;
}

void try_points_seen(struct try_points *points, const struct try_points *life)
{
    for (size_t i = 0; i < points->count; i++) {
        for (size_t k = 0; k < life->count; k++) {
            if (strcmp(points->at[i], life->at[k]) == 0)
                points->seen_ns[i] = life->seen_ns[k];
        }
    }
}

int try_points_read(const char *text, const char *ready, struct try_points *out, struct diag *diag)
{
    out->count = 0;
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        char word[TRY_AT_BYTES];
        bool fits = size > 0 && size < sizeof(word);
        (void)snprintf(word, sizeof(word), "%.*s", fits ? (int)size : 0, at);
        bool known = strcmp(word, "output") == 0 || strcmp(word, "rest") == 0 ||
                     strcmp(word, "ready") == 0 || strchr(word, '@') != NULL;
        if (strcmp(word, "ready") == 0 && ready == NULL)
            return diag_set(diag, ERR_USAGE, "--at ready: --ready says what that looks like");
        if (!known || !try_points_add(out, word, -1)) {
            return diag_set(diag, ERR_USAGE,
                            "--at: '%.*s' is no point: output, ready, rest, or an address such as "
                            "root@proc.exited",
                            (int)(size < 80 ? size : 80), at);
        }
        at += size;
        if (*at == 0)
            return 0;
    }
}

/* ---- Text ---- */

static void add_expect(struct buf *out, const char *pattern)
{
    buf_add_text(out, "  - expect: ");
    yaml_pattern(out, pattern);
    buf_add_text(out, "\n");
}

static void add_time(struct buf *out, int64_t ns)
{
    char text[DURATION_BYTES];

    buf_add_text(out, duration_text(ns, "", text, sizeof(text)));
}

/* Whether the language knows whom it means; others are called by their program. */
static bool is_role(const char *actor, size_t size)
{
    static const char *const roles[] = {"root", "child", "leaf", "any"};
    const char *dot = memchr(actor, '.', size);
    size_t bare = dot != NULL ? (size_t)(dot - actor) : size;

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (strlen(roles[i]) == bare && memcmp(actor, roles[i], bare) == 0)
            return true;
    }
    return false;
}

static void add_who(struct buf *out, const char *at)
{
    const char *end = strchr(at, '@');

    if (end == NULL || is_role(at, (size_t)(end - at)))
        return;
    buf_addf(out, "  who:\n    %.*s: { comm: ", (int)(end - at), at);
    char name[TRY_AT_BYTES];
    (void)snprintf(name, sizeof(name), "%.*s", (int)(end - at), at);
    yaml_quoted(out, name);
    buf_add_text(out, " }\n");
}

static void add_use(struct buf *out, const struct try_request *q)
{
    size_t given = 0;

    if (q->script == NULL)
        return;
    buf_add_text(out, "  - use: { script: ");
    yaml_quoted(out, q->script);
    for (size_t i = 0; i < q->with_count; i++) {
        const char *equals = strchr(q->with[i], '=');
        if (equals == NULL) /* a secret: its value is nowhere but in the environment */
            continue;
        buf_add_text(out, given++ == 0 ? ", with: { " : ", ");
        buf_addf(out, "%.*s: ", (int)(equals - q->with[i]), q->with[i]);
        yaml_quoted(out, equals + 1);
    }
    buf_add_text(out, given > 0 ? " } }\n" : " }\n");
}

/* What stands above the steps. Returns 0 or ERR_USAGE. */
static int add_head(struct buf *out, const struct try_request *q, const char *name, const char *at,
                    int64_t step_ns, struct diag *diag)
{
    int rc = yaml_head(out, name, q->argv, q->cwd, diag);
    if (rc < 0)
        return rc;
    add_who(out, at);
    buf_add_text(out, "limits: { step: ");
    add_time(out, step_ns);
    buf_add_text(out, ", grace: ");
    add_time(out, q->grace_ns);
    buf_add_text(out, ", total: ");
    add_time(out, 3 * step_ns + 3 * q->grace_ns);
    buf_add_text(out, " }\n");
    return 0;
}

/* What waits for the point; where nobody is held there, what is done to it follows. */
static void add_point(struct buf *out, const struct try_request *q, const char *at)
{
    if (strchr(at, '@') != NULL) {
        buf_add_text(out, "  - await: ");
        yaml_quoted(out, at);
        buf_add_text(out, "\n");
    } else if (strcmp(at, "rest") == 0) {
        buf_add_text(out, "  - await: quiet\n");
    } else {
        add_expect(out, strcmp(at, "ready") == 0 && q->ready != NULL ? q->ready : "[\\s\\S]");
    }
}

/* A process can be held there: at a call, not at what observers see after it. */
static bool can_hold(const char *at)
{
    const char *point = strchr(at, '@');

    return point != NULL && strncmp(point, "@proc.", 6) != 0;
}

/* How long the point is waited for: one that comes late on a busy machine is there all the same,
 * one that does not come at all costs as long. */
static int64_t step_limit(int64_t seen_ns)
{
    int64_t limit_ns = POINT_LEAST_NS + POINT_FACTOR * seen_ns / MS_NS * MS_NS;

    return seen_ns < 0 || limit_ns > POINT_NS ? POINT_NS : limit_ns;
}

int try_scenario(const struct try_request *q, const struct try_points *points, size_t point,
                 enum try_stimulus s, struct buf *out, struct diag *diag)
{
    const char *at = points->at[point];
    char name[TRY_AT_BYTES + 64];

    (void)snprintf(name, sizeof(name), "%s at %s", rows[s].name, at);
    int rc = add_head(out, q, name, at, step_limit(points->seen_ns[point]), diag);
    if (rc < 0)
        return rc;
    if (can_hold(at)) {
        buf_add_text(out, "inject:\n  - at: ");
        yaml_quoted(out, at);
        buf_addf(out, "\n    do:\n      - %s\n", rows[s].step);
    }
    buf_add_text(out, "steps:\n");
    add_use(out, q);
    add_point(out, q, at);
    if (!can_hold(at))
        buf_addf(out, "  - %s\n", rows[s].step);
    buf_add_text(out, "outcome: { tree: empty }\n");
    return 0;
}

int try_untouched(const struct try_request *q, bool calls, struct buf *out, struct diag *diag)
{
    struct try_request calm = *q;

    /* It is ended by closing its window, and cleans up as it does then: in a hurry it would leave
     * what it leaves at no other time, and nobody would be blamed for that any more. */
    calm.grace_ns = q->grace_ns > CALM_NS ? q->grace_ns : CALM_NS;
    int rc = add_head(out, &calm, "untouched", "", POINT_NS, diag);

    if (rc < 0)
        return rc;
    if (calls) {
        buf_add_text(out, "inject:\n"
                          "  - { at: root@execve, do: [{ note: starts }] }\n"
                          "  - { at: root@wait4, do: [{ note: waits }] }\n"
                          "  - { at: root@exit_group, do: [{ note: ends }] }\n");
    }
    buf_add_text(out, "steps:\n");
    add_use(out, q);
    if (q->ready != NULL)
        add_expect(out, q->ready);
    buf_add_text(out, "  - await: quiet\noutcome: { tree: empty }\n");
    return 0;
}
