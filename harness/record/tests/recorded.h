/* recorded.h: a run of the simulator that is recorded, for the tests of this folder. */
#ifndef HARNESS_RECORD_TESTS_RECORDED_H
#define HARNESS_RECORD_TESTS_RECORDED_H

#include "harness/record/reader.h"
#include "harness/record/record.h"
#include "harness/record/results.h"
#include "harness/scenario/model.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A leaf prompts and is left; the last step wants what does not come. */
static const char recorded_text[] = "scenario: 1\n"
                                    "name: recorded\n"
                                    "engines: [sim]\n"
                                    "tree:\n"
                                    "  root:\n"
                                    "    run: supervisor\n"
                                    "    children:\n"
                                    "      leaf: { run: repl, pause: { when: start } }\n"
                                    "      other: { run: repl, pause: { when: start } }\n"
                                    "steps:\n"
                                    "  - expect: '> $'\n"
                                    "  - send: \"c\\r\"\n"
                                    "  - note: half way\n"
                                    "  - absent: { stream: '> ', until: quiet }\n"
                                    "outcome:\n"
                                    "  exit: { status: 0 }\n"
                                    "  tree: empty\n";

/* Where the files go, a new folder; removed by recorded_clean(). */
static char recorded_folder[] = "/tmp/record_test.XXXXXX";

static inline int recorded_open(void)
{
    return mkdtemp(recorded_folder) == NULL || chdir(recorded_folder) < 0;
}

static inline int recorded_clean(void)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -rf %s", recorded_folder);
    return chdir("/") < 0 || system(command) != 0; /* NOLINT(cert-env33-c,concurrency-mt-unsafe) */
}

/* What a recorded run came to. */
struct recorded_run {
    struct run_result result;
    struct record record;
    struct diag diag;
    int rc; /* of record_end() */
};

static inline void recorded_head(void *user, struct record_head *head)
{
    (void)user;
    record_line(head, "id", "recorded");
    record_line(head, "engine", "sim");
    record_file(head, "/somewhere/scenarios/recorded.yaml", recorded_text, strlen(recorded_text));
}

/* Runs it with this seed; the record is at `path` when it is kept. */
static inline void recorded_run(const char *path, uint64_t seed, bool keep, uint64_t bytes_max,
                                struct recorded_run *out)
{
    const struct scenario_options options = {.steps = run_steps};
    struct arena arena = arena_new((size_t)16 * 1024 * 1024);
    struct findings findings = {.count = 0};
    struct scenario *s = NULL;

    *out = (struct recorded_run){.result = RESULT_INIT};
    CU_ASSERT_EQUAL_FATAL(scenario_parse(&arena, "/x/scenarios/recorded.yaml", recorded_text,
                                         strlen(recorded_text), &options, &s, &findings,
                                         &out->diag),
                          0);
    record_begin(&out->record, &(struct record_options){
                                   .path = path, .bytes_max = bytes_max, .head = recorded_head});
    const struct run_options run = {
        .engine = ENGINE_SIM, .seed = seed, .recorder = &out->record.recorder};
    CU_ASSERT_EQUAL(run_variant(s, &s->variant[0], &run, &out->result, &out->diag), 0);
    out->rc = record_end(&out->record, &out->result, keep, &out->diag);
    arena_release(&arena);
}

#endif
