/* foreign_test.c: a child that is no actor: its start, its cancel, its end. */
#include "runtime/actor/tests/drive.h"

enum { PROGRAM = LEAF };

static void exec(struct drive *d, unsigned nursery)
{
    drive_call(d, (struct core_call){.kind = CALL_EXEC,
                                     .id = PROGRAM,
                                     .nursery = (uint8_t)nursery,
                                     .request = 5,
                                     .name = "sh"});
}

/* An intermediate whose only child is a program that runs. */
static void setup_program(struct drive *d)
{
    drive_alone(d, MID);
    exec(d, 0);
    drive_spawned(d, 0, 1000);
}

/* The same in a nursery of its own that collects errors. */
static void setup_collected(struct drive *d)
{
    drive_alone(d, MID);
    drive_call(d, (struct core_call){.kind = CALL_NURSERY, .nursery = 1, .flags = 1});
    exec(d, 1);
    drive_spawned(d, 0, 1000);
}

static void setup_stopped(struct drive *d)
{
    setup_program(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void setup_interrupted(struct drive *d)
{
    setup_collected(d);
    drive_reaped(d, 0, 2);
}

static void input_exec(struct drive *d)
{
    exec(d, 0);
}

static void input_started(struct drive *d)
{
    exec(d, 0);
    text_clear(&d->log);
    drive_spawned(d, 0, 1000);
}

static void input_not_started(struct drive *d)
{
    exec(d, 0);
    text_clear(&d->log);
    drive_spawned(d, 0, -2);
}

static void input_cancel(struct drive *d)
{
    drive_ask(d, CALL_CANCEL, PROGRAM, 0, 0);
}

static void input_cancel_of_parent(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void input_abort(struct drive *d)
{
    drive_wait(d, 10 * MS_NS);
    drive_cancel(d, 2, CANCEL_ABORT, 100 * MS_NS);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_well(struct drive *d)
{
    drive_reaped(d, 0, 0);
}

static void input_status(struct drive *d)
{
    drive_reaped(d, 0, 3 << 8);
}

static void input_signal(struct drive *d)
{
    drive_reaped(d, 0, 11);
}

static void input_interrupt(struct drive *d)
{
    drive_reaped(d, 0, 2);
}

static void input_silence(struct drive *d)
{
    drive_wait(d, 2 * CORE_HEARTBEAT_NS);
    if (d->core.timer[TIMER_HEARTBEAT].at_ns != 0)
        drive_timer(d, TIMER_HEARTBEAT);
}

static void input_call(struct drive *d)
{
    drive_call(d, (struct core_call){.kind = CALL_CALL, .id = PROGRAM, .request = 1});
}

static void input_orphaned(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

#define STOP(ns)                               \
    "point cancel.sent leaf#1; kill leaf 15; " \
    "set child.leaf +1600ms; set child.leaf +" ns
#define FAILS "set cancel; user cancel; forget leaf"

static const struct row rows[] = {
    {"foreign start: asked for",                        setup_alone_root,  input_exec,
     "point spawn.before_fork leaf; exec leaf",                                                                                                    NULL      },
    {"foreign start: it runs",                          setup_alone_root,  input_started,
     "point nursery.child_live leaf; user live leaf",                                                                                              NULL      },
    {"foreign start: it does not",                      setup_alone_root,  input_not_started,
     "user outcome leaf SPAWN:2; " FAILS,                                                                                                          "errors 1"},
    {"foreign cancel: by its actor",                    setup_program,     input_cancel,           STOP("2625ms"),                                 NULL      },
    {"foreign cancel: by a cancel",                     setup_program,     input_cancel_of_parent,
     "send parent ack #1; set cancel; user cancel; " STOP("1750ms"),                                                                               NULL      },
    {"foreign cancel: an abort leaves it less time",    setup_stopped,     input_abort,
     "send parent ack #2; set cancel; point cancel.sent leaf#2; set child.leaf +80ms",                                                             NULL      },
    {"foreign cancel: the deadline is SIGKILL's",       setup_stopped,     input_deadline,
     "point cancel.kill_sent leaf; kill leaf 9; set child.leaf +5000ms",                                                                           NULL      },
    {"foreign cancel: an orphan's",                     setup_program,     input_orphaned,
     "close parent; set orphan; " STOP("262500000ns"),                                                                                             NULL      },
    {"foreign end: well",                               setup_program,     input_well,             "reap leaf; user outcome leaf OK; forget leaf",
     "errors 0"                                                                                                                                              },
    {"foreign end: a status",                           setup_program,     input_status,
     "reap leaf; user outcome leaf EXIT:3; " FAILS,                                                                                                "errors 1"},
    {"foreign end: a signal",                           setup_program,     input_signal,
     "reap leaf; user outcome leaf SIGNAL:11; " FAILS,                                                                                             "errors 1"},
    {"foreign end: told to, with a status",             setup_stopped,     input_status,
     "clear child.leaf; reap leaf; user outcome leaf CANCELLED; forget leaf",                                                                      "errors 0"},
    {"foreign end: by a key of which nobody knows yet", setup_collected,   input_interrupt,
     "reap leaf; point exit.reaped leaf 2 0; set child.leaf +200ms",                                                                               NULL      },
    {"foreign end: by a key, and the cancel comes",     setup_interrupted, input_cancel_of_parent,
     "send parent ack #1; set cancel; user cancel; clear child.leaf; "
     "user outcome leaf CANCELLED:2; forget leaf",                                                                                                 "errors 0"},
    {"foreign end: by a key, and no cancel comes",      setup_interrupted, input_deadline,
     "user outcome leaf SIGNAL:2; point nursery.first_error leaf; forget leaf",                                                                    NULL      },
    {"foreign silence: is no hang",                     setup_program,     input_silence,          "",                                             NULL      },
    {"foreign call: nobody answers",                    setup_program,     input_call,             "user reply leaf#1 LOST",                       NULL      },
};

static void test_foreign_rows(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("foreign", rows_of(rows, ROWS_COUNT(rows), "foreign"), ROWS_COUNT(rows));
}

/* Goal: the rows above see an end in between as well: nothing of it is said twice. */
static void test_foreign_key_has_one_outcome(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_interrupted(d);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "user outcome"));
    drive_timer(d, TIMER_CHILD);
    const char *first = strstr(d->log.data, "user outcome");
    CU_ASSERT_PTR_NOT_NULL(first);
    CU_ASSERT_PTR_NULL(strstr(first != NULL ? first + 1 : "", "user outcome"));
    CU_ASSERT_EQUAL(d->core.child[0].state, CHILD_FREE);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"start, cancel, end",    test_foreign_rows               },
        {"a key has one outcome", test_foreign_key_has_one_outcome},
        CU_TEST_INFO_NULL,
    };

    return suite_run("foreign", tests);
}
