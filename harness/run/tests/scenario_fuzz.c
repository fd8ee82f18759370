/* scenario_fuzz.c: any bytes as a scenario file and as an expect script.
 *
 * The bytes are read, checked and expanded (matrix, scripts, twins). What must hold: there is a
 * model or at least one error; every finding points into its file; reading the same bytes twice
 * says the same; and a variant that is written out is read again as the same variant. */
#include "harness/run/run.h"
#include "harness/run/tests/same.h"
#include "harness/scenario/tests/found.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 * 1024 * 1024, PATH_BYTES = 32 };

/* Below a folder `scenarios`, so that the shipped scripts are found from the project's root. */
#define FUZZ_PATH "scenarios/fuzz.yaml"

static const struct scenario_options fuzz_options = {
    .steps = run_steps,
    .script_dir = "expect/scripts",
};

/* What a reading came to. */
struct reading {
    struct arena arena;
    struct scenario *scenario;
    struct findings findings;
    int rc;
};

static void reading_check(const struct reading *r, const char *path, const char *text, size_t size)
{
    CHECK(r->rc == 0 || r->rc == ERR_INPUT || r->rc == ERR_NOMEM || r->rc == ERR_USAGE);
    CHECK((r->rc == 0) == (r->scenario != NULL));
    CHECK(r->rc != ERR_INPUT || r->findings.errors > 0);
    CHECK(r->rc != 0 || r->findings.errors == 0);
    CHECK(r->scenario == NULL || r->scenario->variant_count > 0);
    findings_check(&r->findings, path, text, size);
    /* No file of the tests has an error so far down, and the shipped ones have none at all. */
    FUZZ_MISTAKE(r->findings.errors == 1 && r->findings.item[0].place.line > 30);
}

static void reading_same(const struct reading *a, const struct reading *b)
{
    struct buf said = BUF_INIT;
    struct buf again = BUF_INIT;

    findings_print(&a->findings, &said);
    findings_print(&b->findings, &again);
    CHECK(a->rc == b->rc && a->findings.errors == b->findings.errors);
    CHECK(strcmp(buf_text(&said), buf_text(&again)) == 0);
    buf_release(&said);
    buf_release(&again);
    CHECK(a->rc != 0 || a->scenario->variant_count == b->scenario->variant_count);
    for (size_t i = 0; a->rc == 0 && i < a->scenario->variant_count; i++) {
        CHECK(strcmp(a->scenario->variant[i].id, b->scenario->variant[i].id) == 0);
        CHECK(variant_same(&a->scenario->variant[i], &b->scenario->variant[i]));
    }
}

/* ---- writing out ---- */

static bool wanted(void *user, const struct variant *v)
{
    const struct variant *const *one = user;

    return *one == v;
}

static void variant_expand(const struct scenario *s, const struct variant *v)
{
    const struct scenario_choice choice = {wanted, &v};
    static struct reading again;
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    again.arena = arena_new(ARENA_BYTES);
    again.scenario = NULL;
    int rc = scenario_expand(&again.arena, s, &fuzz_options, &choice, &text, &diag);
    CHECK(rc == 0 || rc == ERR_NOMEM);
    if (rc == 0) {
        rc = scenario_parse(&again.arena, FUZZ_PATH, buf_text(&text), text.size, &fuzz_options,
                            &again.scenario, &again.findings, &diag);
        if (rc != 0 && rc != ERR_NOMEM) {
            findings_print(&again.findings, &text);
            (void)fprintf(stderr, "%s: written out, it is\n%s\n", v->id, buf_text(&text));
        }
        CHECK(rc == 0 || rc == ERR_NOMEM);
        CHECK(rc != 0 || variant_same(v, &again.scenario->variant[0]));
    }
    buf_release(&text);
    arena_release(&again.arena);
}

/* The first variant and the last, the twins with Ctrl-C aside. */
static void scenario_write_out(const struct scenario *s)
{
    const struct variant *first = NULL;
    const struct variant *last = NULL;

    for (size_t i = 0; i < s->variant_count; i++) {
        if (s->variant[i].ctrl_c_each_prompt)
            continue;
        first = first == NULL ? &s->variant[i] : first;
        last = &s->variant[i];
    }
    CHECK(first != NULL);
    variant_expand(s, first);
    if (last != first)
        variant_expand(s, last);
}

/* ---- one input ---- */

/* The bytes as a file, for what reads files only. */
static void input_file(const char *text, size_t size, char path[PATH_BYTES])
{
    static int fd = -1;

    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    CHECK(fd >= 0 && ftruncate(fd, 0) == 0);
    CHECK(pwrite(fd, text, size, 0) == (ssize_t)size);
    (void)snprintf(path, PATH_BYTES, "/proc/self/fd/%d", fd);
}

static void script_check(const char *path, const char *text, size_t size)
{
    static struct reading r;
    struct diag diag = {0};

    r.arena = arena_new(ARENA_BYTES);
    r.scenario = NULL;
    r.rc = script_load(&r.arena, path, &fuzz_options, &r.scenario, &r.findings, &diag);
    reading_check(&r, path, text, size);
    CHECK(r.rc != ERR_USAGE || diag.text[0] != 0);
    arena_release(&r.arena);
}

static void scenario_check(const char *path, const char *text, size_t size)
{
    static struct reading r[2];

    for (unsigned i = 0; i < 2; i++) {
        r[i].arena = arena_new(ARENA_BYTES);
        r[i].scenario = NULL;
        r[i].rc = scenario_parse(&r[i].arena, FUZZ_PATH, text, size, &fuzz_options, &r[i].scenario,
                                 &r[i].findings, NULL);
    }
    reading_check(&r[0], FUZZ_PATH, text, size);
    reading_same(&r[0], &r[1]);
    if (r[0].rc == 0) {
        r[0].scenario->path = path;
        scenario_write_out(r[0].scenario);
    }
    arena_release(&r[0].arena);
    arena_release(&r[1].arena);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): other targets write to it */
size_t fuzz_seed(size_t i, uint8_t *out)
{
    (void)i; /* the shipped scenarios and the bad ones of the tests are the seeds */
    (void)out;
    return 0;
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    char path[PATH_BYTES];

    input_file(text, size, path);
    scenario_check(path, text, size);
    if (memmem(text, size, "script:", 7) != NULL)
        script_check(path, text, size);
    return 0;
}
