/* judged.h: entries and outcomes in a line each, for the tests of matching and judging. */
#ifndef HARNESS_GATE_TESTS_JUDGED_H
#define HARNESS_GATE_TESTS_JUDGED_H

#include "harness/gate/date.h"
#include "harness/gate/known.h"
#include "harness/record/outcome.h"
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct findings judged_findings;

/* A file of entries, each given by its keys in the style of YAML's `{ }`. */
static struct known *known_of(struct arena *a, const char *const *entries, size_t count)
{
    struct known *k = NULL;
    struct buf text = BUF_INIT;

    buf_addf(&text, "known-failures: 1\nentries:%s\n", count == 0 ? " []" : "");
    for (size_t i = 0; i < count; i++) {
        buf_addf(&text,
                 "  - { issue: 'https://a.example/%zu', owner: ann, added: 2026-11-01, %s }\n", i,
                 entries[i]);
    }
    if (known_parse(a, "known.yaml", buf_text(&text), text.size, NULL, &k, &judged_findings, NULL) <
        0) {
        struct buf said = BUF_INIT;
        findings_print(&judged_findings, &said);
        (void)printf("\n%s\n", buf_text(&said));
        buf_release(&said);
    }
    buf_release(&text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(k);
    return k;
}

/* "area/name[depth=2]" on an engine, and what it came to. */
static struct outcome outcome_make(const char *id, const char *engine, enum verdict verdict,
                                   const char *signature)
{
    static char texts[16][2][128];
    static unsigned next;
    char *scenario = texts[next % 16][0];
    char *parameters = texts[next++ % 16][1];
    const char *bracket = strchr(id, '[');

    (void)snprintf(scenario, 128, "%.*s", (int)strcspn(id, "["), id);
    (void)snprintf(parameters, 128, "%.*s", bracket != NULL ? (int)strcspn(bracket + 1, "]") : 0,
                   bracket != NULL ? bracket + 1 : "");
    return (struct outcome){.id = id,
                            .scenario = scenario,
                            .parameters = parameters,
                            .engine = engine,
                            .verdict = verdict,
                            .reason = "",
                            .signature = signature,
                            .message = "",
                            .file = "",
                            .ended = "",
                            .again = "",
                            .record = "",
                            .attempt = 1,
                            .program = "",
                            .version = ""};
}

static int32_t day(const char *text)
{
    int32_t days = 0;

    CU_ASSERT_TRUE_FATAL(date_read(text, &days));
    return days;
}

#endif
