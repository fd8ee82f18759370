/* known_fuzz.c: any bytes as a file of known failures, and what can be changed in it.
 *
 * What must hold: there are entries or at least one error; every finding points into its file;
 * reading the same bytes twice says the same. An entry that is added and removed again leaves the
 * text as it was; one that is renewed has one line more, other counts change no line; and what is
 * made is right (which known_edit.h holds against itself as well). */
#include "harness/gate/known_edit.h"
#include "harness/scenario/tests/found.h"
#include "runtime/base/tests/fuzz.h"

#include <inttypes.h>
#include <stdio.h>

enum { ARENA_BYTES = 64 * 1024 * 1024, ADDED = 20000 };

#define FUZZ_PATH "ci/known-failures.yaml"

/* What a reading came to. */
struct reading {
    struct arena arena;
    struct known *known;
    struct findings findings;
    int rc;
};

static void reading_make(struct reading *r, const char *text, size_t size)
{
    r->arena = arena_new(ARENA_BYTES);
    r->known = NULL;
    r->rc = known_parse(&r->arena, FUZZ_PATH, text, size, NULL, &r->known, &r->findings, NULL);
    CHECK(r->rc == 0 || r->rc == ERR_INPUT || r->rc == ERR_NOMEM);
    CHECK((r->rc == 0) == (r->known != NULL));
    CHECK(r->rc != ERR_INPUT || r->findings.errors > 0);
    CHECK(r->rc != 0 || r->findings.errors == 0);
    findings_check(&r->findings, FUZZ_PATH, text, size);
    /* No file of the tests has an error so far down. */
    FUZZ_MISTAKE(r->findings.errors == 1 && r->findings.item[0].place.line > 22);
}

static void reading_same(const struct reading *a, const struct reading *b)
{
    struct buf said = BUF_INIT;
    struct buf again = BUF_INIT;

    findings_print(&a->findings, &said);
    findings_print(&b->findings, &again);
    CHECK(a->rc == b->rc && strcmp(buf_text(&said), buf_text(&again)) == 0);
    buf_release(&said);
    buf_release(&again);
    CHECK(a->rc != 0 || a->known->count == b->known->count);
}

/* ---- Changes ---- */

static size_t lines_count(const char *text, size_t size)
{
    size_t lines = 0;

    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    return lines;
}

/* What a change may come to: nothing, or a file. */
static bool change_made(int rc, const struct buf *text, const struct diag *diag)
{
    CHECK(rc == 0 || rc == ERR_USAGE || rc == ERR_UNSUPPORTED || rc == ERR_NOMEM);
    CHECK((rc == 0) == (text->size > 0));
    CHECK(rc == 0 || diag->text[0] != 0);
    return rc == 0;
}

static void entry_change(const struct known *k, size_t i)
{
    const struct known_entry *e = &k->entry[i];
    const struct known_renewal renewal = {ADDED, ADDED + 1, "because"};
    size_t lines = lines_count(k->text, k->size);
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    (void)change_made(known_remove(k, i, &text, &diag), &text, &diag);
    buf_release(&text);
    if (change_made(known_renew(k, i, &renewal, &text, &diag), &text, &diag))
        CHECK(lines_count(text.data, text.size) == lines + 1);
    buf_release(&text);
    if (e->state == KNOWN_FLAKY &&
        change_made(known_refresh(k, i, 5, 500, &text, &diag), &text, &diag))
        CHECK(lines_count(text.data, text.size) == lines);
    buf_release(&text);
}

static void entry_add_and_remove(const struct known *k)
{
    static struct reading again;
    char id[KNOWN_ID_BYTES_MAX + 1];
    const struct known_entry e = {
        .id = known_next_id(k, id),
        .issue = "https://example.org/1",
        .scenario = "a/b",
        .when = "a == \"b\"",
        .engines = ENGINE_SIM,
        .signature = "step",
        .platform = {.os = "", .kernel = "", .cores = ""},
        .program = "",
        .versions = "",
        .owner = "o",
        .added = ADDED,
        .expires = ADDED + 1,
    };
    struct buf text = BUF_INIT;
    struct buf back = BUF_INIT;
    struct diag diag = {0};

    if (change_made(known_add(k, &e, "why", &text, &diag), &text, &diag)) {
        reading_make(&again, text.data, text.size);
        CHECK(again.rc == 0 && again.known->count == k->count + 1);
        int rc = known_remove(again.known, k->count, &back, &diag);
        CHECK(change_made(rc, &back, &diag));
        if (k->count > 0 && k->text[k->size - 1] == '\n')
            CHECK(back.size == k->size && memcmp(back.data, k->text, k->size) == 0);
        arena_release(&again.arena);
    }
    buf_release(&text);
    buf_release(&back);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): other targets write to it */
size_t fuzz_seed(size_t i, uint8_t *out)
{
    (void)i; /* the files of the tests are the seeds */
    (void)out;
    return 0;
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reading r[2];

    for (unsigned i = 0; i < 2; i++)
        reading_make(&r[i], (const char *)data, size);
    reading_same(&r[0], &r[1]);
    if (r[0].rc == 0) {
        for (size_t i = 0; i < r[0].known->count && i < 3; i++)
            entry_change(r[0].known, i);
        entry_add_and_remove(r[0].known);
    }
    arena_release(&r[0].arena);
    arena_release(&r[1].arena);
    return 0;
}
