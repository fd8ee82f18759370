/* machine_test.c: what an actor asks for that only a real machine can do, on one of the test's own:
 * programs, descriptors, output that does not go to the terminal. */
#include "runtime/actor/tests/program.h"

static int exec_answer;
static unsigned execs;

static int fake_exec(void *user, const struct actor_exec *exec)
{
    (void)user;
    (void)exec;
    execs++;
    return exec_answer;
}

static int fake_watch(void *user, int fd, unsigned ready)
{
    (void)user;
    return fd * 10 + (int)ready;
}

static bool fake_print(void *user, const char *text, size_t size)
{
    (void)user;
    return size == 4 && memcmp(text, "mine", 4) == 0;
}

static const struct user_host fake_host = {
    .exec = fake_exec, .watch = fake_watch, .print = fake_print};

static struct drive *run_on_a_machine(void (*with)(struct actor *a,
                                                   const struct actor_event *event))
{
    struct drive *d = run(NULL, ROOT);

    d->calls.host = &fake_host;
    execs = 0;
    exec_answer = 7;
    text_clear(&d->log);
    tell(d, with);
    return d;
}

static void exec_programs(struct actor *a, const struct actor_event *event)
{
    static const struct {
        const char *path, *name, *called;
        int rc;
    } rows[] = {
        {"ls",                                    NULL,                               "ls",                              1              },
        {"/bin/ls",                               NULL,                               "ls",                              2              },
        {"/bin/a-name-of-thirty-one-characters",  NULL,                               "a-name-of-thirty-one-characters", 3              },
        {"/bin/a-name-of-thirty-two-characters!", NULL,                               "a-name-of-thirty-two-characters", 4              },
        {"/bin/ls",                               "list",                             "list",                            5              },
        {"/bin/ls",                               "a name of thirty-one characters",  "a name of thirty-one characters", 6              },
        {"/bin/ls",                               "a name of thirty-two characters!", NULL,                              ACTOR_ERR_RANGE},
        {NULL,                                    "list",                             NULL,                              ACTOR_ERR_RANGE},
    };

    (void)event;
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        const char *const argv[] = {rows[i].path, NULL};
        const struct actor_exec exec = {.argv = argv, .name = rows[i].name};
        unsigned before = execs;
        CU_ASSERT_EQUAL(actor_exec(a, &exec), rows[i].rc);
        CU_ASSERT_EQUAL(execs, before + (rows[i].rc > 0));
        if (rows[i].called == NULL)
            continue;
        const struct core_call *call = &row_drive.calls.call[row_drive.calls.count - 1U];
        char name[ACTOR_NAME_BYTES] = {0};
        memcpy(name, rows[i].called, strlen(rows[i].called));
        CU_ASSERT_EQUAL(memcmp(call->name, name, sizeof(name)), 0);
        CU_ASSERT_EQUAL(call->kind, CALL_EXEC);
        CU_ASSERT_EQUAL(call->id, rows[i].rc);
        CU_ASSERT_EQUAL(call->request, 7);
    }
    const char *const argv[] = {"ls", NULL};
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.name = "list"}), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(
        actor_exec(a, &(struct actor_exec){.argv = argv, .nursery = CORE_NURSERIES_MAX}),
        ACTOR_ERR_RANGE);
    exec_answer = ACTOR_ERR_NOMEM;
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.argv = argv}), ACTOR_ERR_NOMEM);
    exec_answer = 0;
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.argv = argv}), 7);
    CU_ASSERT_EQUAL(actor_watch(a, 0, ACTOR_READABLE), 1);
    CU_ASSERT_EQUAL(actor_watch(a, 3, ACTOR_READABLE | ACTOR_WRITABLE), 33);
    CU_ASSERT_EQUAL(actor_watch(a, 3, ACTOR_HANGUP), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_watch(a, -1, ACTOR_READABLE), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_print(a, "mine", 4), 0);
    CU_ASSERT_EQUAL(actor_print(a, "ours", 4), 0);
}

static void exec_to_the_limits(struct actor *a, const struct actor_event *event)
{
    const char *const argv[] = {"ls", NULL};
    const struct actor_exec exec = {.argv = argv};

    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), 1);
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.argv = argv, .nursery = 1}), 1);
    CU_ASSERT_EQUAL(row_drive.calls.call[1].nursery, 1);
    CU_ASSERT_EQUAL(actor_exec(a, &exec), 2);
    CU_ASSERT_EQUAL(actor_exec(a, &exec), ACTOR_ERR_RANGE); /* there is room for two */
    CU_ASSERT_EQUAL(execs, 2);
}

static void exec_without_a_place(struct actor *a, const struct actor_event *event)
{
    const char *const argv[] = {"ls", NULL};

    (void)event;
    for (unsigned i = 0; i < ACTOR_CALLS_QUEUED_MAX; i++)
        CU_ASSERT_EQUAL(actor_point(a, 1), 0);
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.argv = argv}), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(execs, 0);
}

static void exec_too_late(struct actor *a, const struct actor_event *event)
{
    const char *const argv[] = {"ls", NULL};

    (void)event;
    CU_ASSERT_EQUAL(actor_exec(a, &(struct actor_exec){.argv = argv}), ACTOR_ERR_CANCELED);
    CU_ASSERT_EQUAL(execs, 0);
}

static void test_machine_is_asked_for_what_is_possible_only(void)
{
    struct drive *d = run(NULL, ROOT);

    d->calls.host = &fake_host;
    execs = 0;
    exec_answer = 7;
    d->core.self.room = 2;
    tell(d, exec_to_the_limits);
    (void)run_on_a_machine(exec_without_a_place);
    d = run(NULL, ROOT);
    d->calls.host = &fake_host;
    drive_ask(d, CALL_CANCEL, ACTOR_SELF, 0, 0);
    execs = 0;
    tell(d, exec_too_late);
}

/* Goal: what only a machine can do is asked of it, once and with what was checked before. */
static void test_machine_is_asked(void)
{
    struct drive *d = run_on_a_machine(exec_programs);

    CU_ASSERT_EQUAL(execs, 8);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "mine"));
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "write \"ours\n\""));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"a machine is asked",     test_machine_is_asked                          },
        {"a machine is not asked", test_machine_is_asked_for_what_is_possible_only},
        CU_TEST_INFO_NULL,
    };

    return suite_run("machine", tests);
}
