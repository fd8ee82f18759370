/* sim_kernel_test.c: the virtual kernel keeps the rules K1 to K13 that real kernels were seen to
 * follow. */
#include "harness/sim/kernel.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>

enum { ROOT, MID, LEAF, OTHER, ROWS };

static struct sim_proc table[ROWS];
static struct trace trace;
static struct kernel k;

/* A running tree: root, below it mid and other, below mid the leaf. */
static int tree_set_up(void)
{
    trace = TRACE_INIT;
    kernel_init(&k, table, ROWS, &trace);
    (void)kernel_fork(&k, ROOT, ACTOR_HARNESS);
    (void)kernel_fork(&k, MID, ROOT);
    (void)kernel_fork(&k, LEAF, MID);
    (void)kernel_fork(&k, OTHER, ROOT);
    for (uint16_t row = 0; row < ROWS; row++)
        kernel_boot(&k, row);
    return 0;
}

static void set_up(void)
{
    trace_release(&trace);
    (void)tree_set_up();
}

static uint64_t bit(int signal)
{
    return UINT64_C(1) << (unsigned)signal;
}

static bool recorded(enum point point, uint16_t actor, uint16_t peer, int64_t value)
{
    for (size_t i = 0; i < trace.count; i++) {
        const struct trace_record *r = &trace.record[i];
        if (r->point == point && r->actor == actor && r->peer == peer && r->value == value)
            return true;
    }
    return false;
}

static void bury(uint16_t row)
{
    kernel_close(&k, row);
    kernel_reparent(&k, row);
}

static void test_k1_terminal_signal_reaches_every_member(void)
{
    set_up();
    kernel_signal_group(&k, SIGINT);
    for (uint16_t row = 0; row < ROWS; row++) {
        CU_ASSERT_EQUAL(kernel_deliverable(&k, row), bit(SIGINT));
        CU_ASSERT_EQUAL(kernel_take(&k, row, SIGINT), FROM_KERNEL);
        CU_ASSERT_EQUAL(kernel_deliverable(&k, row), 0);
    }
    kernel_signal(&k, LEAF, SIGTERM, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_take(&k, LEAF, SIGTERM), FROM_PROCESS);
}

static void test_k6_signals_of_one_number_merge(void)
{
    set_up();
    for (int i = 0; i < 5; i++)
        kernel_signal_group(&k, SIGINT);
    kernel_signal(&k, ROOT, SIGINT, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_take(&k, ROOT, SIGINT), FROM_KERNEL); /* of the first one */
    CU_ASSERT_EQUAL(kernel_deliverable(&k, ROOT), 0);
}

static void test_signals_wait_until_the_program_runs(void)
{
    set_up();
    kernel_signal(&k, LEAF, SIGKILL, FROM_PROCESS);
    bury(LEAF);
    kernel_reap(&k, LEAF, MID);
    (void)kernel_fork(&k, LEAF, MID);
    kernel_signal(&k, LEAF, SIGTERM, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), 0);
    kernel_boot(&k, LEAF);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGTERM));
}

static void test_k7_a_stopped_process_takes_only_kill_and_continue(void)
{
    set_up();
    kernel_signal(&k, MID, SIGSTOP, FROM_PROCESS);
    kernel_signal(&k, MID, SIGTERM, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, MID), 0);
    CU_ASSERT_TRUE(recorded(POINT_PROC_STOPPED, MID, ACTOR_NONE, SIGSTOP));
    kernel_signal(&k, MID, SIGCONT, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, MID), bit(SIGTERM) | bit(SIGCONT));
    CU_ASSERT_TRUE(recorded(POINT_PROC_CONTINUED, MID, ACTOR_NONE, 0));

    kernel_signal(&k, OTHER, SIGSTOP, FROM_PROCESS);
    kernel_signal(&k, OTHER, SIGKILL, FROM_PROCESS);
    CU_ASSERT_EQUAL(table[OTHER].state, PROC_CLOSING);
}

static void test_stop_and_continue_take_each_other_back(void)
{
    set_up();
    kernel_stop_waits(&k, MID, true);
    kernel_signal(&k, MID, SIGCONT, FROM_PROCESS);
    kernel_signal(&k, MID, SIGTSTP, FROM_KERNEL);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, MID), bit(SIGTSTP));
    kernel_signal(&k, MID, SIGCONT, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, MID), bit(SIGCONT));
    kernel_stop_waits(&k, MID, false);
    CU_ASSERT_FALSE(table[MID].stopped);
    kernel_signal(&k, MID, SIGSTOP, FROM_PROCESS);
    CU_ASSERT_EQUAL(table[MID].pending, 0);
}

/* Goal: SIGTSTP stops whoever does not block it, at once, and the others when they let it. */
static void test_a_job_stops_at_once_but_for_who_blocks_it(void)
{
    set_up();
    kernel_stop_waits(&k, LEAF, true);
    kernel_signal_group(&k, SIGTSTP);
    CU_ASSERT_TRUE(table[MID].stopped && table[ROOT].stopped && !table[LEAF].stopped);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGTSTP));
    kernel_stop_waits(&k, LEAF, false);
    CU_ASSERT_TRUE(table[LEAF].stopped && table[LEAF].pending == 0);
    CU_ASSERT_TRUE(recorded(POINT_PROC_STOPPED, LEAF, ACTOR_NONE, SIGTSTP));

    set_up(); /* one that boots blocks everything, and boots when it was continued */
    table[LEAF].state = PROC_BOOTING;
    kernel_signal(&k, LEAF, SIGTSTP, FROM_KERNEL);
    CU_ASSERT_FALSE(table[LEAF].stopped || kernel_boot(&k, LEAF));
    CU_ASSERT_TRUE(table[LEAF].stopped);
    kernel_signal(&k, LEAF, SIGCONT, FROM_KERNEL);
    CU_ASSERT_TRUE(kernel_boot(&k, LEAF));

    set_up(); /* without a root nobody could continue it */
    kernel_die(&k, ROOT, 0);
    kernel_signal(&k, LEAF, SIGTSTP, FROM_KERNEL);
    CU_ASSERT_FALSE(table[LEAF].stopped || table[LEAF].pending != 0);
}

/* The defect: everybody hears of it late, and nothing takes it back. */
static void test_a_late_stop_outlives_a_continue(void)
{
    set_up();
    k.stop_late = true;
    kernel_signal(&k, MID, SIGTSTP, FROM_KERNEL);
    kernel_signal(&k, MID, SIGCONT, FROM_KERNEL);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, MID), bit(SIGTSTP) | bit(SIGCONT));
    CU_ASSERT_FALSE(table[MID].stopped);
}

static void test_ignored_signals_vanish_and_the_rest_is_deadly(void)
{
    set_up();
    kernel_signal(&k, LEAF, SIGPIPE, FROM_KERNEL);
    kernel_signal(&k, LEAF, SIGTTOU, FROM_KERNEL);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), 0);
    CU_ASSERT_TRUE(kernel_is_fatal(&k, LEAF, SIGALRM));
    CU_ASSERT_TRUE(kernel_is_fatal(&k, LEAF, SIGSEGV));
    CU_ASSERT_FALSE(kernel_is_fatal(&k, LEAF, SIGINT));
    CU_ASSERT_FALSE(kernel_is_fatal(&k, LEAF, SIGPIPE));
}

/* Goal: what an actor's own code can do to SIGINT is done to that process alone. */
static void test_a_replaced_interrupt_acts_as_the_own_code_wants_it(void)
{
    set_up();
    kernel_signal(&k, LEAF, SIGINT, FROM_KERNEL);
    table[LEAF].key = 1;
    kernel_replace(&k, LEAF, SIGINT, ACTOR_SIGNAL_IGNORE);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), 0);
    CU_ASSERT_EQUAL(table[LEAF].key, 0);
    kernel_signal(&k, LEAF, SIGINT, FROM_KERNEL);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), 0);

    kernel_replace(&k, LEAF, SIGINT, ACTOR_SIGNAL_DEFAULT);
    CU_ASSERT_TRUE(kernel_is_fatal(&k, LEAF, SIGINT));
    CU_ASSERT_FALSE(kernel_is_fatal(&k, MID, SIGINT));
    kernel_replace(&k, LEAF, SIGINT, ACTOR_SIGNAL_HANDLER);
    kernel_signal(&k, LEAF, SIGINT, FROM_KERNEL);
    CU_ASSERT_FALSE(kernel_is_fatal(&k, LEAF, SIGINT));
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGINT));
}

/* Goal: the runtime puts back what it uses, and nothing else; whatever is done to it, SIGCONT
 * continues. */
static void test_what_the_runtime_uses_is_put_back(void)
{
    set_up();
    kernel_replace(&k, LEAF, SIGTERM, ACTOR_SIGNAL_IGNORE);
    kernel_replace(&k, LEAF, SIGTSTP, ACTOR_SIGNAL_DEFAULT); /* as it is */
    kernel_replace(&k, LEAF, SIGPIPE, ACTOR_SIGNAL_DEFAULT);
    kernel_replace(&k, LEAF, SIGUSR2, ACTOR_SIGNAL_IGNORE);
    kernel_replace(&k, LEAF, SIGSEGV, ACTOR_SIGNAL_HANDLER);
    kernel_signal(&k, LEAF, SIGTERM, FROM_PROCESS);
    kernel_signal(&k, LEAF, SIGUSR2, FROM_PROCESS);
    kernel_signal(&k, LEAF, SIGSEGV, FROM_PROCESS);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGSEGV));
    CU_ASSERT_TRUE(kernel_swallows(&k, LEAF, SIGSEGV) && kernel_is_fatal(&k, LEAF, SIGPIPE));
    CU_ASSERT_EQUAL(kernel_assert(&k, LEAF), bit(SIGTERM) | bit(SIGPIPE));
    CU_ASSERT_EQUAL(kernel_assert(&k, LEAF), 0);
    CU_ASSERT_FALSE(kernel_is_fatal(&k, LEAF, SIGPIPE) || kernel_is_fatal(&k, LEAF, SIGUSR2));
    kernel_replace(&k, LEAF, SIGTTIN, ACTOR_SIGNAL_DEFAULT);
    kernel_replace(&k, LEAF, SIGCONT, ACTOR_SIGNAL_IGNORE);
    kernel_signal(&k, LEAF, SIGTTIN, FROM_PROCESS);
    CU_ASSERT_TRUE(table[LEAF].stopped);
    kernel_signal(&k, LEAF, SIGCONT, FROM_PROCESS);
    CU_ASSERT_FALSE(table[LEAF].stopped);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGSEGV));
    kernel_replace(&k, LEAF, SIGCHLD, ACTOR_SIGNAL_DEFAULT); /* only the root has it */
    kernel_replace(&k, ROOT, SIGCHLD, ACTOR_SIGNAL_DEFAULT);
    CU_ASSERT_EQUAL(kernel_assert(&k, LEAF), bit(SIGTTIN) | bit(SIGCONT));
    CU_ASSERT_EQUAL(kernel_assert(&k, ROOT), bit(SIGCHLD));
}

static void test_k10_k11_death_is_seen_in_three_steps(void)
{
    set_up();
    CU_ASSERT_TRUE(kernel_lock(&k, MID));
    kernel_signal(&k, MID, SIGKILL, FROM_PROCESS);
    CU_ASSERT_EQUAL(table[MID].state, PROC_CLOSING);
    CU_ASSERT_EQUAL(k.lock, MID);
    CU_ASSERT_EQUAL(table[LEAF].parent, MID);

    kernel_close(&k, MID);
    CU_ASSERT_EQUAL(k.lock, ACTOR_NONE);
    CU_ASSERT_EQUAL(table[LEAF].parent, MID); /* K11: closed, and still the parent */
    CU_ASSERT_FALSE(recorded(POINT_PROC_EXITED, MID, ACTOR_NONE, SIGKILL));

    kernel_reparent(&k, MID);
    CU_ASSERT_EQUAL(table[LEAF].parent, ROOT); /* K10 */
    CU_ASSERT_EQUAL(table[LEAF].adopted, ADOPTED_UNSEEN);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGTERM)); /* K12 */
    CU_ASSERT_EQUAL(table[MID].state, PROC_ZOMBIE);
    CU_ASSERT_TRUE(recorded(POINT_PROC_EXITED, MID, ACTOR_NONE, SIGKILL));

    kernel_reap(&k, MID, ROOT);
    CU_ASSERT_TRUE(recorded(POINT_PROC_REAPED, MID, ROOT, SIGKILL));
    CU_ASSERT_FALSE(kernel_exists(&k, MID));
}

static void test_the_guard_adopts_and_reaps_when_the_root_is_dead(void)
{
    set_up();
    kernel_die(&k, LEAF, 3 << 8);
    bury(LEAF); /* a zombie of mid */
    kernel_die(&k, MID, SIGKILL);
    kernel_die(&k, ROOT, 0);
    bury(ROOT);
    CU_ASSERT_EQUAL(table[ROOT].state, PROC_REAPED);
    CU_ASSERT_TRUE(recorded(POINT_PROC_REAPED, ROOT, ACTOR_HARNESS, 0));
    CU_ASSERT_EQUAL(table[OTHER].parent, ACTOR_HARNESS);
    bury(MID); /* its zombie goes to the guard, which reaps both there and then */
    CU_ASSERT_EQUAL(table[MID].state, PROC_REAPED);
    CU_ASSERT_TRUE(recorded(POINT_PROC_REAPED, LEAF, ACTOR_HARNESS, 3 << 8));
}

static void test_an_orphaned_group_with_a_stopped_member_is_continued(void)
{
    set_up();
    kernel_signal(&k, LEAF, SIGSTOP, FROM_PROCESS);
    kernel_die(&k, MID, SIGKILL);
    bury(MID);
    CU_ASSERT_TRUE(table[LEAF].stopped); /* the root still ties the group to the session */
    kernel_die(&k, ROOT, SIGKILL);
    bury(ROOT);
    CU_ASSERT_FALSE(table[LEAF].stopped);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, LEAF), bit(SIGTERM) | bit(SIGHUP) | bit(SIGCONT));
    CU_ASSERT_EQUAL(kernel_deliverable(&k, OTHER), bit(SIGTERM) | bit(SIGHUP) | bit(SIGCONT));

    set_up(); /* nobody is stopped: nobody is hung up */
    kernel_die(&k, ROOT, SIGKILL);
    bury(ROOT);
    CU_ASSERT_EQUAL(kernel_deliverable(&k, OTHER), bit(SIGTERM));
}

static void test_the_dead_take_no_signal(void)
{
    set_up();
    kernel_signal(&k, LEAF, SIGTERM, FROM_PROCESS);
    kernel_die(&k, LEAF, 0);
    CU_ASSERT_EQUAL(table[LEAF].pending, 0);
    kernel_signal(&k, LEAF, SIGKILL, FROM_PROCESS);
    CU_ASSERT_EQUAL(table[LEAF].status, 0);
}

static void test_pids_are_identities_only_with_their_start(void)
{
    set_up();
    int32_t pid = table[LEAF].pid;
    uint64_t start = table[LEAF].start;
    kernel_die(&k, LEAF, 0);
    bury(LEAF);
    CU_ASSERT_EQUAL(kernel_find(&k, pid, start), LEAF); /* a zombie keeps its number */
    kernel_reap(&k, LEAF, MID);
    CU_ASSERT_EQUAL(kernel_find(&k, pid, start), ACTOR_NONE);

    k.next_pid = pid; /* the numbers have come round */
    CU_ASSERT_EQUAL(kernel_fork(&k, LEAF, MID), pid);
    CU_ASSERT_EQUAL(kernel_find(&k, pid, start), ACTOR_NONE);
    CU_ASSERT_EQUAL(kernel_find(&k, pid, 0), LEAF);
}

static void test_pids_wrap_and_skip_those_in_use(void)
{
    set_up();
    kernel_die(&k, OTHER, 0);
    bury(OTHER);
    kernel_reap(&k, OTHER, ROOT);
    k.next_pid = KERNEL_PID_MAX;
    CU_ASSERT_EQUAL(kernel_fork(&k, OTHER, ROOT), KERNEL_PID_MAX);
    kernel_boot(&k, OTHER);
    kernel_die(&k, OTHER, 0);
    bury(OTHER);
    kernel_reap(&k, OTHER, ROOT);
    /* 100, 101 and 102 belong to root, mid and leaf. */
    CU_ASSERT_EQUAL(kernel_fork(&k, OTHER, ROOT), KERNEL_PID_FIRST + 3);
}

static void test_k13_one_process_has_the_record_lock(void)
{
    set_up();
    CU_ASSERT_TRUE(kernel_lock(&k, LEAF));
    CU_ASSERT_TRUE(kernel_lock(&k, LEAF));
    CU_ASSERT_FALSE(kernel_lock(&k, MID));
    kernel_unlock(&k, MID);
    CU_ASSERT_EQUAL(k.lock, LEAF);
    kernel_unlock(&k, LEAF);
    CU_ASSERT_TRUE(kernel_lock(&k, MID));
}

static CU_TestInfo tests[] = {
    {"test_k1_terminal_signal_reaches_every_member",              test_k1_terminal_signal_reaches_every_member},
    {"test_k6_signals_of_one_number_merge",                       test_k6_signals_of_one_number_merge         },
    {"test_signals_wait_until_the_program_runs",                  test_signals_wait_until_the_program_runs    },
    {"test_k7_a_stopped_process_takes_only_kill_and_continue",
     test_k7_a_stopped_process_takes_only_kill_and_continue                                                   },
    {"test_stop_and_continue_take_each_other_back",               test_stop_and_continue_take_each_other_back },
    {"test_a_job_stops_at_once_but_for_who_blocks_it",
     test_a_job_stops_at_once_but_for_who_blocks_it                                                           },
    {"test_a_late_stop_outlives_a_continue",                      test_a_late_stop_outlives_a_continue        },
    {"test_ignored_signals_vanish_and_the_rest_is_deadly",
     test_ignored_signals_vanish_and_the_rest_is_deadly                                                       },
    {"test_a_replaced_interrupt_acts_as_the_own_code_wants_it",
     test_a_replaced_interrupt_acts_as_the_own_code_wants_it                                                  },
    {"test_what_the_runtime_uses_is_put_back",                    test_what_the_runtime_uses_is_put_back      },
    {"test_k10_k11_death_is_seen_in_three_steps",                 test_k10_k11_death_is_seen_in_three_steps   },
    {"test_the_guard_adopts_and_reaps_when_the_root_is_dead",
     test_the_guard_adopts_and_reaps_when_the_root_is_dead                                                    },
    {"test_an_orphaned_group_with_a_stopped_member_is_continued",
     test_an_orphaned_group_with_a_stopped_member_is_continued                                                },
    {"test_the_dead_take_no_signal",                              test_the_dead_take_no_signal                },
    {"test_pids_are_identities_only_with_their_start",
     test_pids_are_identities_only_with_their_start                                                           },
    {"test_pids_wrap_and_skip_those_in_use",                      test_pids_wrap_and_skip_those_in_use        },
    {"test_k13_one_process_has_the_record_lock",                  test_k13_one_process_has_the_record_lock    },
    CU_TEST_INFO_NULL,
};

int main(void)
{
    int rc = suite_run("kernel", tests);
    trace_release(&trace);
    return rc;
}
