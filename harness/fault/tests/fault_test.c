/* fault_test.c: the rows of the table, on a world that only remembers. */
#include "harness/fault/fault.h"
#include "runtime/base/check.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <string.h>

struct fake_world {
    struct world world; /* first */
    int result;         /* of the next signal */
    unsigned signals;
    uint16_t actor;
    int signal;
    enum link_harm harm;
    enum link_side side;
    unsigned notes;
    struct trace_record note;
};

static int fake_signal(struct world *w, uint16_t actor, int signal, struct diag *diag)
{
    struct fake_world *f = (struct fake_world *)w;

    f->signals++;
    f->actor = actor;
    f->signal = signal;
    return f->result < 0 ? diag_set(diag, f->result, "the fake says no") : 0;
}

static int fake_link(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
                     struct diag *diag)
{
    struct fake_world *f = (struct fake_world *)w;

    f->harm = harm;
    f->side = side;
    return fake_signal(w, actor, 0, diag);
}

static int fake_tell(struct world *w, uint16_t actor, int op, struct diag *diag)
{
    return fake_signal(w, actor, op, diag);
}

static int fake_hang_up(struct world *w, struct diag *diag)
{
    return fake_signal(w, 3, 0, diag);
}

static void fake_note(struct world *w, const struct trace_record *record)
{
    struct fake_world *f = (struct fake_world *)w;

    f->notes++;
    f->note = *record;
}

static const struct world_ops fake_ops = {.signal = fake_signal,
                                          .tell = fake_tell,
                                          .link = fake_link,
                                          .hang_up = fake_hang_up,
                                          .note = fake_note};

static size_t row_of(const char *name)
{
    int row = fault_find(name);

    CHECK(row >= 0);
    return (size_t)row;
}

/* Runs a row against a fresh fake. */
static struct fake_world fake_after(const char *name, int with, int result, int expected_rc)
{
    struct fake_world f = {.world = {.ops = &fake_ops}, .result = result};
    const struct step step = {.kind = STEP_FAULT,
                              .fault = (uint16_t)row_of(name),
                              .actor = 3,
                              .signal = with,
                              .side = SIDE_UP};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(fault_do(&f.world, &step, &diag), expected_rc);
    CU_ASSERT_EQUAL(diag.text[0] != 0, expected_rc < 0);
    CU_ASSERT_EQUAL(f.signals, 1);
    CU_ASSERT_EQUAL(f.actor, 3);
    return f;
}

static void test_every_row_is_found_by_its_name(void)
{
    CU_ASSERT(fault_count() >= 3);
    for (size_t row = 0; row < fault_count(); row++) {
        const struct fault_entry *e = fault_at(row);
        CU_ASSERT_EQUAL(fault_find(e->name), (int)row);
        CU_ASSERT(e->help[0] != 0);
        CU_ASSERT_EQUAL(strncmp(e->args, e->name, strlen(e->name)), 0);
    }
    CU_ASSERT_EQUAL(fault_find("no-such-fault"), -1);
    CU_ASSERT_EQUAL(fault_find(""), -1);
}

static void test_kill_sends_sigkill_unless_told_otherwise(void)
{
    CU_ASSERT_EQUAL(fake_after("kill", 0, 0, 0).signal, SIGKILL);
    CU_ASSERT_EQUAL(fake_after("kill", SIGSEGV, 0, 0).signal, SIGSEGV);
}

static void test_stop_and_cont_send_their_signal(void)
{
    CU_ASSERT_EQUAL(fake_after("stop", 0, 0, 0).signal, SIGSTOP);
    CU_ASSERT_EQUAL(fake_after("cont", 0, 0, 0).signal, SIGCONT);
}

static void test_freeze_asks_the_actor_itself(void)
{
    CU_ASSERT_EQUAL(fake_after("freeze", 0, 0, 0).signal, TELL_FREEZE);
    CU_ASSERT_EQUAL(fake_after("freeze", 0, ERR_GONE, ERR_GONE).notes, 0);
}

static void test_a_link_suffers_what_the_row_says(void)
{
    static const struct {
        const char *name;
        enum link_harm harm;
        bool sided;
    } rows[] = {
        {"cut",        LINK_HARM_CUT,        false},
        {"half-close", LINK_HARM_HALF_CLOSE, true },
        {"truncate",   LINK_HARM_TRUNCATE,   true },
        {"duplicate",  LINK_HARM_DUPLICATE,  true },
        {"drop",       LINK_HARM_DROP,       true },
        {"delay",      LINK_HARM_DELAY,      true },
        {"resume",     LINK_HARM_RESUME,     false},
    };

    CU_ASSERT_EQUAL(sizeof(rows) / sizeof(rows[0]), LINK_HARMS);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_world f = fake_after(rows[i].name, 0, 0, 0);
        unsigned takes = fault_takes(row_of(rows[i].name));
        CU_ASSERT_STRING_EQUAL(rows[i].name, link_harm_name(rows[i].harm));
        CU_ASSERT_EQUAL(f.harm, rows[i].harm);
        CU_ASSERT_EQUAL(f.side, SIDE_UP);
        CU_ASSERT_EQUAL((takes & FAULT_TAKES_SIDE) != 0, rows[i].sided);
        CU_ASSERT((takes & FAULT_TAKES_LINK) != 0);
    }
    CU_ASSERT_EQUAL(fault_takes(row_of("kill")), FAULT_TAKES_SIGNAL);
    CU_ASSERT_EQUAL(fault_takes(row_of("stop")), 0);
}

static void test_a_subject_without_links_says_so(void)
{
    static const struct world_ops ops = {.signal = fake_signal, .note = fake_note};
    struct fake_world f = {.world = {.ops = &ops}};
    const struct step step = {.kind = STEP_FAULT, .fault = (uint16_t)row_of("cut"), .actor = 3};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(fault_do(&f.world, &step, &diag), ERR_UNSUPPORTED);
    CU_ASSERT_EQUAL(f.notes, 0);
}

static void test_a_fault_leaves_a_record(void)
{
    struct fake_world f = fake_after("kill", SIGABRT, 0, 0);

    CU_ASSERT_EQUAL(f.notes, 1);
    CU_ASSERT_EQUAL(f.note.point, POINT_FAULT_DONE);
    CU_ASSERT_EQUAL(f.note.actor, ACTOR_HARNESS);
    CU_ASSERT_EQUAL(f.note.peer, 3);
    CU_ASSERT_EQUAL(f.note.value, (int64_t)row_of("kill"));
    CU_ASSERT_EQUAL(f.note.extra, SIGABRT);
}

static void test_a_fault_that_fails_leaves_no_record(void)
{
    for (size_t row = 0; row < fault_count(); row++)
        CU_ASSERT_EQUAL(fake_after(fault_at(row)->name, 0, ERR_GONE, ERR_GONE).notes, 0);
}

static void test_a_step_names_row_actor_and_signal(void)
{
    struct fake_world f = {.world = {.ops = &fake_ops}};
    const struct step step = {
        .kind = STEP_FAULT, .fault = (uint16_t)row_of("kill"), .actor = 5, .signal = SIGTERM};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(fault_do(&f.world, &step, &diag), 0);
    CU_ASSERT_EQUAL(f.actor, 5);
    CU_ASSERT_EQUAL(f.signal, SIGTERM);
    CU_ASSERT_EQUAL(f.note.peer, 5);
}

int main(void)
{
    CU_initialize_registry();
    CU_pSuite suite = CU_add_suite("fault", NULL, NULL);
    CU_add_test(suite, "rows", test_every_row_is_found_by_its_name);
    CU_add_test(suite, "kill", test_kill_sends_sigkill_unless_told_otherwise);
    CU_add_test(suite, "stop, cont", test_stop_and_cont_send_their_signal);
    CU_add_test(suite, "freeze", test_freeze_asks_the_actor_itself);
    CU_add_test(suite, "links", test_a_link_suffers_what_the_row_says);
    CU_add_test(suite, "no links", test_a_subject_without_links_says_so);
    CU_add_test(suite, "record", test_a_fault_leaves_a_record);
    CU_add_test(suite, "failure", test_a_fault_that_fails_leaves_no_record);
    CU_add_test(suite, "step", test_a_step_names_row_actor_and_signal);
    CU_basic_run_tests();
    int failures = (int)CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures != 0;
}
