/* record_test.c: what is written is what can be read, whole, cut and damaged. */
#include "harness/record/format.h"
#include "harness/record/tests/recorded.h"
#include "runtime/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

static void file_take(const char *path, struct buf *out)
{
    char piece[4096];
    size_t n;
    FILE *file = fopen(path, "re");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(out, piece, n);
    (void)fclose(file);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void test_a_record_is_all_that_the_run_was(void)
{
    struct recorded_run run;
    struct recording *r = NULL;
    struct diag diag = {0};
    struct buf shown = BUF_INIT;
    char text[64];

    recorded_run("whole", 7, true, 0, &run);
    CU_ASSERT_EQUAL(run.rc, 0);
    CU_ASSERT_EQUAL(run.result.verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL_FATAL(recording_load("whole.record", &r, &diag), 0);
    CU_ASSERT_TRUE(r->whole);
    CU_ASSERT_TRUE(r->judged);
    CU_ASSERT_FALSE(r->cut);
    CU_ASSERT_STRING_EQUAL(recording_line(r, "id", text, sizeof(text)), "recorded");
    CU_ASSERT_STRING_EQUAL(recording_line(r, "nothing", text, sizeof(text)), "");
    /* The trace to the last bit: its digest is the run's. */
    CU_ASSERT_EQUAL(r->trace.count, run.result.records);
    CU_ASSERT_EQUAL(
        hash_add(HASH_BEGIN, r->trace.record, r->trace.count * sizeof(r->trace.record[0])),
        run.result.digest);
    CU_ASSERT_EQUAL(r->result.digest, run.result.digest);
    CU_ASSERT_EQUAL(r->result.verdict, run.result.verdict);
    CU_ASSERT_EQUAL(r->result.line, run.result.line);
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (i != RESULT_FILE)
            CU_ASSERT_STRING_EQUAL(result_get(&r->result, (enum result_text)i),
                                   result_get(&run.result, (enum result_text)i));
    }
    CU_ASSERT_STRING_EQUAL(result_get(&r->result, RESULT_FILE), "scenarios/recorded.yaml");
    CU_ASSERT_EQUAL_FATAL(r->file_count, 1);
    CU_ASSERT_STRING_EQUAL(r->file[0].name, "scenarios/recorded.yaml");
    CU_ASSERT_EQUAL(r->file[0].size, strlen(recorded_text));
    CU_ASSERT_EQUAL(memcmp(r->file[0].text, recorded_text, r->file[0].size), 0);
    CU_ASSERT_EQUAL(r->cast->count, 3);
    CU_ASSERT_STRING_EQUAL(r->cast->who[2].name, "other");
    size_t steps = 0;
    size_t notes = 0;
    for (size_t i = 0; i < r->event_count; i++) {
        const struct recorded_event *e = &r->event[i];
        if (e->kind == RECORDED_OUTPUT)
            buf_add(&shown, e->data, e->size);
        steps += e->kind == RECORDED_STEP;
        notes += e->kind == RECORDED_MARK && e->size == 8 && memcmp(e->data, "half way", 8) == 0;
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&shown), "> c\r\n"));
    CU_ASSERT_EQUAL(steps, 3);
    CU_ASSERT_EQUAL(notes, 1);
    buf_release(&shown);
    recording_free(r);
    result_release(&run.result);
}

static void test_one_seed_gives_the_same_bytes(void)
{
    struct recorded_run run;
    struct buf bytes[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
    static const uint64_t seeds[] = {5, 5, 6};

    for (size_t i = 0; i < 3; i++) {
        char path[32];
        (void)snprintf(path, sizeof(path), "same%zu", i);
        recorded_run(path, seeds[i], true, 0, &run);
        result_release(&run.result);
        file_take(run.record.path, &bytes[i]);
    }
    CU_ASSERT_EQUAL_FATAL(bytes[0].size, bytes[1].size);
    CU_ASSERT_EQUAL(memcmp(bytes[0].data, bytes[1].data, bytes[0].size), 0);
    CU_ASSERT_FALSE(bytes[0].size == bytes[2].size &&
                    memcmp(bytes[0].data, bytes[2].data, bytes[0].size) == 0);
    for (size_t i = 0; i < 3; i++)
        buf_release(&bytes[i]);
}

static void test_what_is_not_kept_leaves_nothing(void)
{
    struct recorded_run run;

    recorded_run("gone", 1, false, 0, &run);
    CU_ASSERT_EQUAL(run.rc, 0);
    CU_ASSERT_FALSE(is_there("gone.record"));
    result_release(&run.result);
}

static void test_a_name_that_is_taken_gets_a_number(void)
{
    struct recorded_run run;

    for (int i = 0; i < 3; i++) {
        recorded_run("twin", 1, true, 0, &run);
        CU_ASSERT_EQUAL(run.rc, 0);
        result_release(&run.result);
    }
    CU_ASSERT_TRUE(is_there("twin.record") && is_there("twin.2.record") &&
                   is_there("twin.3.record"));
}

static void test_past_its_limit_a_record_has_the_verdict_still(void)
{
    struct recorded_run run;
    struct recording *r = NULL;
    struct diag diag = {0};

    recorded_run("cut", 1, true, 2000, &run);
    CU_ASSERT_EQUAL(run.rc, 0);
    CU_ASSERT_EQUAL_FATAL(recording_load("cut.record", &r, &diag), 0);
    CU_ASSERT_TRUE(r->cut);
    CU_ASSERT_TRUE(r->judged && r->whole);
    CU_ASSERT(r->trace.count > 0 && r->trace.count < run.result.records);
    recording_free(r);
    result_release(&run.result);
}

/* Goal: of a run that was killed all is there up to that. Method: cut at each byte. */
static void test_a_file_is_read_up_to_where_it_ends(void)
{
    struct recorded_run run;
    struct buf all = BUF_INIT;
    size_t records = 0;

    recorded_run("killed", 3, true, 0, &run);
    size_t count = run.result.records;
    result_release(&run.result);
    file_take(run.record.path, &all);
    for (size_t size = 0; size < all.size; size++) {
        struct buf part = BUF_INIT;
        struct recording *r = NULL;
        struct diag diag = {0};
        buf_add(&part, all.data, size);
        int rc = recording_parse(&part, "killed", &r, &diag);
        CU_ASSERT_EQUAL(rc, size < RECORD_MAGIC_BYTES ? ERR_INPUT : 0);
        if (rc < 0)
            continue;
        CU_ASSERT_FALSE(r->whole);
        CU_ASSERT(r->trace.count >= records);
        records = r->trace.count;
        recording_free(r);
    }
    CU_ASSERT_EQUAL(records, count);
    buf_release(&all);
}

/* Goal: nobody takes a damaged record for a whole one. Method: change each byte. */
static void test_a_changed_byte_is_seen(void)
{
    struct recorded_run run;
    struct buf all = BUF_INIT;

    recorded_run("changed", 3, true, 0, &run);
    result_release(&run.result);
    file_take(run.record.path, &all);
    for (size_t at = 0; at < all.size; at++) {
        struct buf copy = BUF_INIT;
        struct recording *r = NULL;
        struct diag diag = {0};
        buf_add(&copy, all.data, all.size);
        copy.data[at] = (char)(copy.data[at] ^ 0x55);
        int rc = recording_parse(&copy, "changed", &r, &diag);
        CU_ASSERT(rc < 0 || !r->whole);
        CU_ASSERT(rc == 0 || diag.text[0] != 0);
        recording_free(r);
    }
    buf_release(&all);
}

/* A file of these items, with a head and a list of one point in front. */
static int items_parse(const char *items, size_t size, struct diag *diag)
{
    static const char begin[] = RECORD_MAGIC "H\5\0\0\0id x\n"
                                             "P\x0b\0\0\0dbg.prompt\0";
    struct buf bytes = BUF_INIT;
    struct recording *r = NULL;

    buf_add(&bytes, begin, sizeof(begin) - 1);
    buf_add(&bytes, items, size);
    int rc = recording_parse(&bytes, "made", &r, diag);
    recording_free(r);
    return rc;
}

static void test_what_is_wrong_is_said_with_its_byte(void)
{
    static const struct {
        const char *items;
        size_t size;
        const char *said;
    } cases[] = {
        {"R\3\0\0\0abc",               8,  "at byte 34: a record of the trace has the wrong size"},
        {"O\3\0\0\0abc",               8,  "an item has no time"                                 },
        {"C\1\0\0\0x",                 6,  "a member of the cast is cut short"                   },
        {"C\4\0\0\0\0\0a\0",           9,  "stands before its parent"                            },
        {"C\3\0\0\0\xff\xffx",         8,  "has no name"                                         },
        {"F\2\0\0\0ab",                7,  "a file has no name"                                  },
        {"V\4\0\0\0a\0b\0V\0\0\0\0",   14, "a second verdict"                                    },
        {"V\3\0\0\0a\0b",              8,  "the verdict is cut short"                            },
        {"V\x0d\0\0\0verdict\0WHAT\0", 18, "the verdict is none that is known"                   },
        {"E\1\0\0\0x",                 6,  "its end has the wrong size"                          },
        {"E\x08\0\0\0xxxxxxxx",        13, "is not what was written"                             },
        {"P\1\0\0\0x",                 6,  "the list of points does not end"                     },
        {"H\1\0\0\0\0",                6,  "a line of the head is no text"                       },
    };
    struct diag diag = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(items_parse(cases[i].items, cases[i].size, &diag), ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, cases[i].said));
        if (strstr(diag.text, cases[i].said) == NULL)
            (void)printf("got: %s\n", diag.text);
    }
    /* What a later version adds is passed over. */
    CU_ASSERT_EQUAL(items_parse("?\3\0\0\0abc", 8, &diag), 0);
}

static void test_other_files_are_no_records(void)
{
    static const struct {
        const char *bytes;
        const char *said;
    } cases[] = {
        {"",                       "is no record of a run"          },
        {"scenario: 1\n",          "is no record of a run"          },
        {"SCNREC2\nH",             "is a record of version 2, not 1"},
        {RECORD_MAGIC "R\0\0\0\0", "is damaged at byte 8"           },
    };
    struct diag diag = {0};
    struct recording *r = NULL;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf bytes = BUF_INIT;
        size_t size = strlen(cases[i].bytes);
        buf_add(&bytes, cases[i].bytes, i == 3 ? 13 : size);
        CU_ASSERT_EQUAL(recording_parse(&bytes, "x", &r, &diag), ERR_INPUT);
        CU_ASSERT_PTR_NULL(r);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, cases[i].said));
    }
    CU_ASSERT_EQUAL(recording_load("nowhere", &r, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot open nowhere"));
    CU_ASSERT_EQUAL(recording_load(".", &r, &diag), ERR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, ". is no file"));
}

/* Goal: no room is said, the verdict stays, and what is there can be read. */
static void test_a_full_disk_cuts_the_record_short(void)
{
    struct rlimit before;
    struct recorded_run run;
    struct recording *r = NULL;
    struct diag diag = {0};

    (void)signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit less = {6000, before.rlim_max};
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &less), 0);
    recorded_run("full", 1, true, 0, &run);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    CU_ASSERT_EQUAL(run.rc, ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.diag.text, "it is cut short: File too large"));
    CU_ASSERT_EQUAL(run.result.verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL_FATAL(recording_load("full.record", &r, &diag), 0);
    CU_ASSERT_FALSE(r->whole);
    recording_free(r);
    result_release(&run.result);

    recorded_run("none/full", 1, true, 0, &run);
    CU_ASSERT_EQUAL(run.rc, ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.diag.text, "it cannot be written: No such file"));
    result_release(&run.result);
}

int main(void)
{
    CU_pSuite suite = suite_open("record", recorded_open, recorded_clean);
    CU_add_test(suite, "all", test_a_record_is_all_that_the_run_was);
    CU_add_test(suite, "same", test_one_seed_gives_the_same_bytes);
    CU_add_test(suite, "passed", test_what_is_not_kept_leaves_nothing);
    CU_add_test(suite, "twins", test_a_name_that_is_taken_gets_a_number);
    CU_add_test(suite, "limit", test_past_its_limit_a_record_has_the_verdict_still);
    CU_add_test(suite, "killed", test_a_file_is_read_up_to_where_it_ends);
    CU_add_test(suite, "changed", test_a_changed_byte_is_seen);
    CU_add_test(suite, "wrong", test_what_is_wrong_is_said_with_its_byte);
    CU_add_test(suite, "others", test_other_files_are_no_records);
    CU_add_test(suite, "full", test_a_full_disk_cuts_the_record_short);
    return suite_close();
}
