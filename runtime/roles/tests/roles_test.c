/* roles_test.c: what each role of a scenario's tree does when it starts, is told something, is
 * cancelled, and when its children end. The roles run in a real core; what it then does is what
 * is looked at. */
#include "runtime/actor/tests/drive.h"
#include "runtime/roles/roles.h"

static struct tree tree;
static struct actor_program program;

/* An empty tree: a root of this role. */
static struct tree_node *plant(enum role role)
{
    memset(&tree, 0, sizeof(tree));
    tree.magic = TREE_MAGIC;
    tree.bytes = sizeof(struct tree_node);
    tree.count = 1;
    tree.node[0].parent = ACTOR_NONE;
    tree.node[0].role = (uint8_t)role;
    tree.node[0].pause_tasks = 1;
    memcpy(tree.node[0].name, "root", 5);
    return &tree.node[0];
}

/* One more child of the root, at the end. */
static struct tree_node *grow(enum role role)
{
    struct tree_node *n = &tree.node[tree.count];

    CHECK(tree.count < TREE_ACTORS_MAX);
    n->role = (uint8_t)role;
    n->pause_tasks = 1;
    (void)snprintf(n->name, sizeof(n->name), "c%u", tree.count);
    tree.count++;
    tree.node[0].below++;
    return n;
}

/* Starts the root of the tree. */
static struct drive *run(void)
{
    struct drive *d = &row_drive;
    struct core_start start = drive_start_of(ROOT);

    CHECK(tree_check(&tree, tree_size(&tree), NULL) == 0);
    program = roles_program(&tree);
    drive_init(d);
    d->program = &program;
    start.room = tree.node[0].below;
    start.size = 2;
    drive_start(d, start);
    return d;
}

static void feed_calls(struct drive *d)
{
    for (const struct core_call *call; (call = user_next(&d->calls)) != NULL;) {
        struct core_call copy = *call;
        drive_feed(d, (struct core_event){.kind = EVENT_CALL, .call = &copy});
    }
}

static void tell(struct drive *d, enum tell_op op)
{
    text_clear(&d->log);
    user_tell(&d->core, (int)op, &program, d->now_ns, &d->calls);
    feed_calls(d);
}

static void child_up(struct drive *d, uint16_t id)
{
    uint16_t slot = child_by_id(&d->core, id);

    CHECK(slot != SLOT_NONE);
    drive_spawned(d, slot, 100 + id);
    drive_hello(d, slot, 42);
    drive_frame(d, slot, FRAME_READY, 0, 0);
}

static void child_ends(struct drive *d, uint16_t id, enum error_kind kind)
{
    uint16_t slot = child_by_id(&d->core, id);

    drive_result(d, slot, kind, 0);
    drive_reaped(d, slot, 0);
}

static void open_prompt(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

/* ---- the roles ---- */

static void test_supervisor_ends_with_its_children(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_WORKER);
    grow(ROLE_WORKER);
    struct drive *d = run();

    drive_assert(d, "supervisor starts", "user start; spawn mid; spawn leaf", "self running");
    child_up(d, 1);
    child_up(d, 2);
    child_ends(d, 1, ERROR_NONE);
    drive_assert(d, "one child left", NULL, "self running");
    child_ends(d, 2, ERROR_NONE);
    drive_assert(d, "no child left", NULL, "self exited; errors 0");
}

/* Goal: the own code replaces SIGINT before the prompt, at it and after it, as the tree says. */
static void test_override_comes_when_it_is_due(void)
{
    for (unsigned when = OVERRIDE_START; when <= OVERRIDE_AFTER_PROMPT; when++) {
        struct tree_node *n = plant(ROLE_REPL);
        n->pause_when = WHEN_START;
        n->override_with = OVERRIDE_IGNORE;
        n->override_signal = 2;
        n->override_when = (uint8_t)when;
        struct drive *d = run();
        bool seen[3];
        seen[0] = strstr(d->log.data, "sigaction 2 1") != NULL;
        open_prompt(d);
        text_clear(&d->log);
        drive_line(d, "x");
        seen[1] = strstr(d->log.data, "sigaction 2 1") != NULL;
        text_clear(&d->log);
        drive_line(d, "c");
        seen[2] = strstr(d->log.data, "sigaction 2 1") != NULL;
        for (unsigned i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(seen[i], i == when);
    }
}

/* Goal: what is typed behind x is done while its actor prompts, and the prompt stays. */
static void test_commands_of_its_own_at_a_prompt(void)
{
    static const char stays[] = "tty-give; baton-drop; tty-restore 1; user left #1 continue";
    static const char ends[] = "tty-give; baton-drop; tty-restore 1; user left #1 continue; die 0";
    static const struct {
        const char *line;
        const char *effects;
        const char *left; /* by c; NULL: it never reads one more line */
    } rows[] = {
        {"x",         "user command #1; prompt",                               stays           },
        {"x nothing", "user command #1; prompt",                               stays           },
        {"x exit",    "user command #1; prompt; point exit.user_returned",     ends            },
        {"x cancel",
         "user command #1; prompt; print cancel; prompt; set cancel; user cancel; "
         "clear cancel",                                                       ends            },
        {"x fail",    "user command #1; prompt; point err.raised root 1 0",
         "tty-give; baton-drop; tty-restore 1; user left #1 continue; print final-error; die 1"},
        {"x pause",   "user command #1; prompt; point dbg.queued",
         "tty-give; baton-drop; tty-restore 1; user left #1 continue; baton-try"               },
        {"x block",   "user command #1; prompt; point user.point - 1 0; spin", NULL            },
    };

    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        plant(ROLE_WORKER);
        struct drive *d = run();
        tell(d, TELL_PAUSE);
        open_prompt(d);
        text_clear(&d->log);
        drive_line(d, rows[i].line);
        drive_assert(d, rows[i].line, rows[i].effects, NULL);
        if (rows[i].left == NULL)
            continue;
        drive_line(d, "c");
        drive_assert(d, "left", rows[i].left, NULL);
    }
}

static void test_detach_leaves_a_process_behind_at_the_start(void)
{
    plant(ROLE_WORKER)->detach = DETACH_DOUBLE_FORK;
    drive_assert(run(), "double fork", "user start; detach 0", NULL);
    plant(ROLE_WORKER)->detach = DETACH_SETSID;
    drive_assert(run(), "setsid", "user start; detach 1", NULL);
}

static void test_a_worker_freezes_when_the_fault_says_so(void)
{
    plant(ROLE_WORKER);
    struct drive *d = run();
    tell(d, TELL_FREEZE);
    drive_assert(d, "freeze", "point sig.frozen; freeze", "self running");
}

static void test_supervisor_without_children_ends_at_once(void)
{
    plant(ROLE_SUPERVISOR);
    struct drive *d = run();

    drive_assert(d, "supervisor of nobody", "user start; die 0", "self exited");
}

static void test_worker_daemon_and_repl_do_not_end_by_themselves(void)
{
    static const enum role roles[] = {ROLE_WORKER, ROLE_DAEMON};

    for (unsigned i = 0; i < 2; i++) {
        plant(roles[i]);
        grow(ROLE_WORKER);
        struct drive *d = run();
        child_up(d, 1);
        child_ends(d, 1, ERROR_NONE);
        drive_assert(d, "waits", NULL, "self running");
    }
    plant(ROLE_REPL)->pause_when = WHEN_START;
    drive_assert(run(), "repl waits at its prompt", NULL, "self running; dbg granted");
}

static void test_repl_prompts_and_ends_when_left(void)
{
    plant(ROLE_REPL)->pause_when = WHEN_START;
    struct drive *d = run();

    drive_assert(d, "repl asks", "user start; baton-try", "dbg granted");
    open_prompt(d);
    drive_assert(d, "repl prompts", "tty-take; prompt", "dbg active");
    drive_line(d, "c");
    drive_assert(d, "repl left with c",
                 "tty-give; baton-drop; tty-restore; user left #1 continue; die 0",
                 "self exited; errors 0");
}

static void test_repl_left_with_q_fails(void)
{
    plant(ROLE_REPL)->pause_when = WHEN_START;
    struct drive *d = run();

    open_prompt(d);
    text_clear(&d->log);
    drive_line(d, "q");
    drive_assert(d, "repl left with q",
                 "tty-give; baton-drop; tty-restore; point err.raised root 1 1000; "
                 "user left #1 quit; print final-error; die 1",
                 "self exited; errors 1");
}

static void test_spinner_never_returns_to_its_loop(void)
{
    plant(ROLE_SPINNER)->pause_when = WHEN_START;
    drive_assert(run(), "spinner", "user start; spin", "dbg none");
}

/* ---- exits ---- */

static void test_exits_when_started(void)
{
    struct tree_node *n = plant(ROLE_WORKER);

    n->exit_when = WHEN_START;
    drive_assert(run(), "exits ok", "user start; die 0", "self exited");
    n->exit_value = 7;
    drive_assert(run(), "exits with a status", "user start; die 7", NULL);
    n->exit_how = EXIT_SIGNAL;
    n->exit_value = 11;
    drive_assert(run(), "exits by a signal", "user start; die 0 11", NULL);
    n->exit_how = EXIT_ERROR;
    n->exit_value = 5;
    drive_assert(run(), "exits with an error",
                 "user start; point err.raised root 1 5; print final-error; die 1", NULL);
    n->pause_prompt = PROMPT_CRASH;
    drive_assert(run(), "exits with an error and a prompt",
                 "user start; point err.raised root 1 5; point dbg.want -#1 1; baton-try",
                 "self failed");
}

static void test_exits_when_the_children_are_gone(void)
{
    struct tree_node *n = plant(ROLE_WORKER);

    n->exit_when = WHEN_CHILDREN_GONE;
    n->exit_value = 3;
    grow(ROLE_WORKER);
    struct drive *d = run();
    child_up(d, 1);
    drive_assert(d, "waits for its child", NULL, "self running");
    child_ends(d, 1, ERROR_NONE);
    drive_assert(d, "child gone",
                 "set child.mid; clear child.mid; reap mid; user outcome mid OK; "
                 "forget mid; die 3",
                 NULL);
}

/* One that is to exit when told does not end with its children. */
static void test_supervisor_that_exits_when_told_waits(void)
{
    struct tree_node *n = plant(ROLE_SUPERVISOR);

    n->exit_when = WHEN_TOLD;
    grow(ROLE_WORKER);
    struct drive *d = run();
    child_up(d, 1);
    child_ends(d, 1, ERROR_NONE);
    drive_assert(d, "waits to be told", NULL, "self running");
    tell(d, TELL_EXIT);
    drive_assert(d, "told to exit", "die 0", "self exited");
}

/* ---- tells ---- */

struct tell_row {
    const char *name;
    enum tell_op op;
    const char *effects;
    const char *state;
};

static const struct tell_row tells[] = {
    {"tell pause",  TELL_PAUSE,  "point dbg.want -#1 0; baton-try",                        "self running"},
    {"tell crash",  TELL_CRASH,  "point err.raised root; point dbg.want -#1 1; baton-try",
     "self failed"                                                                                       },
    {"tell exit",   TELL_EXIT,   "die 0",                                                  "self exited" },
    {"tell fail",   TELL_FAIL,   "point err.raised root; print final-error; die 1",        "self exited" },
    {"tell cancel", TELL_CANCEL,
     "point cancel.requested; set cancel; user cancel; clear cancel; die",                 "self exited" },
    {"tell spawn",  TELL_SPAWN,  "",                                                       "self running"},
};

static void test_every_tell_is_obeyed(void)
{
    for (size_t i = 0; i < ROWS_COUNT(tells); i++) {
        plant(ROLE_WORKER);
        struct drive *d = run();
        tell(d, tells[i].op);
        drive_assert(d, tells[i].name, tells[i].effects, tells[i].state);
        CU_ASSERT_EQUAL(tells[i].op, i);
    }
    CU_ASSERT_EQUAL(ROWS_COUNT(tells), TELL_WORDS);
}

/* What has ended does not end again. */
static void test_tells_after_the_end_change_nothing(void)
{
    for (unsigned op = 0; op < TELL_WORDS; op++) {
        plant(ROLE_WORKER);
        grow(ROLE_WORKER);
        struct drive *d = run();
        child_up(d, 1);
        tell(d, TELL_EXIT);
        drive_assert(d, "ends", "!die", "self joining");
        if (op == TELL_PAUSE || op == TELL_CANCEL)
            continue;
        tell(d, (enum tell_op)op);
        drive_assert(d, tell_name(op), "", "self joining; errors 0");
    }
}

static void test_tell_cancel_of_a_parent_cancels_its_children(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_WORKER);
    struct drive *d = run();

    child_up(d, 1);
    tell(d, TELL_CANCEL);
    drive_assert(d, "tell cancel",
                 "point cancel.requested; send mid cancel graceful cancel; "
                 "set child.mid",
                 "self running");
    child_ends(d, 1, ERROR_CANCELLED);
    drive_assert(d, "its children are gone", NULL, "self exited; errors 0");
}

/* Goal: the number of a task is never 0, however often an actor is told to pause. */
static void test_tell_pause_can_be_told_for_ever(void)
{
    plant(ROLE_WORKER);
    struct drive *d = run();

    for (unsigned i = 0; i < 600; i++) {
        tell(d, TELL_PAUSE);
        open_prompt(d);
        CU_ASSERT_EQUAL_FATAL(d->core.lock.dbg, DBG_ACTIVE);
        drive_line(d, "c");
        CU_ASSERT_EQUAL_FATAL(d->core.lock.dbg, DBG_NONE);
    }
    CU_ASSERT_EQUAL(d->core.self.state, SELF_RUNNING);
}

/* ---- pauses ---- */

static void test_pause_of_several_tasks_prompts_once_each(void)
{
    struct tree_node *n = plant(ROLE_REPL);

    n->pause_when = WHEN_START;
    n->pause_tasks = 3;
    struct drive *d = run();
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(d->core.lock.tasks, 3 - i);
        CU_ASSERT_EQUAL(d->core.self.state, SELF_RUNNING);
        open_prompt(d);
        drive_line(d, "c");
    }
    drive_assert(d, "all left", NULL, "self exited; errors 0");
}

static void test_crash_prompt_fails_however_it_is_left(void)
{
    static const char *const ways[] = {"c", "q"};

    for (unsigned i = 0; i < 2; i++) {
        struct tree_node *n = plant(ROLE_WORKER);
        n->pause_when = WHEN_START;
        n->pause_prompt = PROMPT_CRASH;
        struct drive *d = run();
        drive_assert(d, "crash prompt",
                     "user start; point err.raised root 1 0; "
                     "point dbg.want -#1 1; baton-try",
                     "self failed");
        open_prompt(d);
        drive_assert(d, "says what it is about", "tty-take; print crash; prompt", NULL);
        drive_line(d, ways[i]);
        drive_assert(d, "left", "tty-give; baton-drop; tty-restore; print final-error; die 1",
                     "errors 1");
    }
}

/* Its parent asks a repl once; the answer waits for the end of the prompt. */
static void test_call_is_pending_across_a_prompt(void)
{
    plant(ROLE_REPL)->pause_when = WHEN_START;
    struct drive *d = run();

    open_prompt(d);
    text_clear(&d->log);
    user_run(&d->core, &(struct core_user){.kind = ACTOR_EVENT_CALL, .id = 9, .request = 4},
             &program, d->now_ns, &d->calls);
    CU_ASSERT_EQUAL(d->calls.count, 0);
    user_run(
        &d->core,
        &(struct core_user){.kind = ACTOR_EVENT_LEFT, .request = 1, .code = ACTOR_LEFT_CONTINUE},
        &program, d->now_ns, &d->calls);
    const struct core_call *reply = user_next(&d->calls);
    CHECK(reply != NULL);
    CU_ASSERT_EQUAL(reply->kind, CALL_REPLY);
    CU_ASSERT_EQUAL(reply->id, 9);
    CU_ASSERT_EQUAL(reply->request, 4);
}

static void test_parent_asks_a_repl_when_it_is_live(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_REPL)->pause_when = WHEN_START;
    grow(ROLE_WORKER);
    struct drive *d = run();

    text_clear(&d->log);
    child_up(d, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "send mid call #1"));
    text_clear(&d->log);
    child_up(d, 2);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "call #"));
}

/* ---- cancels ---- */

static void test_cancel_is_obeyed_ignored_or_slow(void)
{
    struct tree_node *n = plant(ROLE_DAEMON);
    struct drive *d;

    d = run();
    drive_signal(d, 15);
    drive_assert(d, "obey", NULL, "self exited");
    n->on_cancel = CANCEL_IGNORE;
    d = run();
    drive_signal(d, 15);
    drive_assert(d, "ignore", NULL, "self cancelling");
    drive_timer(d, TIMER_CANCEL);
    drive_assert(d, "its time is over", NULL, "self exited");
    n->on_cancel = CANCEL_SLOW;
    d = run();
    text_clear(&d->log);
    drive_signal(d, 15);
    drive_assert(d, "slow", "print cancelling; set cancel; user cancel; set user.1 +500ms",
                 "self cancelling");
    drive_timer(d, TIMER_USER + 1);
    drive_assert(d, "and then", NULL, "self exited");
}

/* ---- many children, late children ---- */

static unsigned count_of(const struct drive *d, const char *word)
{
    unsigned found = 0;

    for (const char *at = d->log.data; (at = strstr(at, word)) != NULL; at++)
        found++;
    return found;
}

static void test_more_children_than_a_callback_may_start(void)
{
    enum { CHILDREN = 100 };

    plant(ROLE_SUPERVISOR);
    for (unsigned i = 0; i < CHILDREN; i++)
        grow(ROLE_WORKER);
    struct drive *d = run();
    unsigned rounds = 0;
    while (d->core.timer[TIMER_USER].at_ns != 0) {
        rounds++;
        CHECK(rounds < 20);
        drive_timer(d, TIMER_USER);
    }
    CU_ASSERT_TRUE(rounds >= 3);
    CU_ASSERT_EQUAL(count_of(d, "\nspawn "), CHILDREN);
    for (unsigned id = 1; id <= CHILDREN; id++)
        CU_ASSERT_NOT_EQUAL(child_by_id(&d->core, (uint16_t)id), SLOT_NONE);
    CU_ASSERT_PTR_NULL(d->broken);
}

/* The first of them may all end before the rest is started. */
static void test_supervisor_does_not_end_before_all_are_started(void)
{
    plant(ROLE_SUPERVISOR);
    for (unsigned i = 0; i < 40; i++)
        grow(ROLE_WORKER);
    struct drive *d = run();
    for (uint16_t id = 1; id <= 40 && child_by_id(&d->core, id) != SLOT_NONE; id++) {
        child_up(d, id);
        child_ends(d, id, ERROR_NONE);
    }
    drive_assert(d, "the first ones have ended", NULL, "self running");
    drive_timer(d, TIMER_USER);
    CU_ASSERT_TRUE(count_of(d, "\nspawn ") > 0);
}

/* Everything that one start may ask for at once. */
static void test_start_asks_for_no_more_than_the_queue_holds(void)
{
    struct tree_node *n = plant(ROLE_WORKER);

    n->pause_when = WHEN_START;
    n->pause_tasks = 8;
    n->exit_when = WHEN_START;
    for (unsigned i = 0; i < 60; i++)
        grow(ROLE_WORKER);
    struct drive *d = run();
    CU_ASSERT_EQUAL(d->core.lock.tasks, 8);
}

/* Goal: an actor's number is its place in the tree, whenever it is started. */
static void test_late_children_come_when_told_and_keep_their_numbers(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_WORKER)->late = 1;
    grow(ROLE_WORKER);
    grow(ROLE_WORKER)->late = 1;
    struct drive *d = run();

    drive_assert(d, "start", "user start; spawn leaf", "leaf spawning; !mid; !deep");
    child_up(d, 2);
    tell(d, TELL_SPAWN);
    drive_assert(d, "first late one", "spawn mid", "mid spawning");
    child_up(d, 1);
    CU_ASSERT_STRING_EQUAL(d->sent[FRAME_SPEC].u.spec.name, "c1");
    CU_ASSERT_EQUAL(d->sent[FRAME_SPEC].u.spec.data[0], 1);
    tell(d, TELL_SPAWN);
    drive_assert(d, "second late one", "spawn deep", "deep spawning");
    child_up(d, 3);
    tell(d, TELL_SPAWN);
    drive_assert(d, "there is no third", "", NULL);
    for (uint16_t id = 1; id <= 3; id++)
        child_ends(d, id, ERROR_NONE);
    drive_assert(d, "all gone", NULL, "self exited; errors 0");
}

static void test_supervisor_of_late_children_waits_for_them(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_WORKER)->late = 1;
    struct drive *d = run();

    drive_assert(d, "nothing to do yet", "user start", "self running");
    tell(d, TELL_SPAWN);
    child_up(d, 1);
    child_ends(d, 1, ERROR_NONE);
    drive_assert(d, "it came and went", NULL, "self exited");
}

static void test_children_get_what_the_tree_says(void)
{
    plant(ROLE_SUPERVISOR);
    struct tree_node *n = grow(ROLE_SUPERVISOR);
    n->deadline_ns = 123;
    n->on_child_error = CHILD_ERROR_COLLECT;
    n->below = 1;
    tree.node[2].parent = 1;
    tree.node[2].role = ROLE_WORKER;
    tree.node[2].pause_tasks = 1;
    memcpy(tree.node[2].name, "grandchild", 11);
    tree.count = 3;
    tree.node[0].below = 2;
    struct drive *d = run();

    CU_ASSERT_EQUAL(count_of(d, "\nspawn "), 1);
    child_up(d, 1);
    const struct frame *spec = &d->sent[FRAME_SPEC];
    CU_ASSERT_EQUAL(spec->u.spec.room, 1);
    CU_ASSERT_EQUAL(spec->u.spec.on_error, 1);
    CU_ASSERT_EQUAL(spec->deadline_ns, 123);
}

static void test_names_are_those_of_the_tree(void)
{
    plant(ROLE_SUPERVISOR);
    grow(ROLE_WORKER);
    program = roles_program(&tree);
    CU_ASSERT_STRING_EQUAL(program.name_of(1, &tree), "c1");
    CU_ASSERT_PTR_NOT_NULL(program.name_of(2, &tree));
    CU_ASSERT_PTR_NOT_NULL(program.name_of(ACTOR_NONE, &tree));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"an override comes when it is due",     test_override_comes_when_it_is_due                  },
        {"commands of its own at a prompt",      test_commands_of_its_own_at_a_prompt                },
        {"detach leaves a process behind",       test_detach_leaves_a_process_behind_at_the_start    },
        {"a worker freezes",                     test_a_worker_freezes_when_the_fault_says_so        },
        {"supervisor ends with its children",    test_supervisor_ends_with_its_children              },
        {"supervisor of nobody ends at once",    test_supervisor_without_children_ends_at_once       },
        {"others do not end by themselves",      test_worker_daemon_and_repl_do_not_end_by_themselves},
        {"repl ends when left",                  test_repl_prompts_and_ends_when_left                },
        {"repl left with q fails",               test_repl_left_with_q_fails                         },
        {"spinner never returns",                test_spinner_never_returns_to_its_loop              },
        {"exits when started",                   test_exits_when_started                             },
        {"exits when the children are gone",     test_exits_when_the_children_are_gone               },
        {"exits when told",                      test_supervisor_that_exits_when_told_waits          },
        {"every tell is obeyed",                 test_every_tell_is_obeyed                           },
        {"tells after the end change nothing",   test_tells_after_the_end_change_nothing             },
        {"tell cancel reaches the children",     test_tell_cancel_of_a_parent_cancels_its_children   },
        {"tell pause can be told for ever",      test_tell_pause_can_be_told_for_ever                },
        {"several tasks prompt once each",       test_pause_of_several_tasks_prompts_once_each       },
        {"a crash prompt fails however left",    test_crash_prompt_fails_however_it_is_left          },
        {"a call is pending across a prompt",    test_call_is_pending_across_a_prompt                },
        {"a repl is asked when it is live",      test_parent_asks_a_repl_when_it_is_live             },
        {"cancel is obeyed, ignored or slow",    test_cancel_is_obeyed_ignored_or_slow               },
        {"more children than a callback starts", test_more_children_than_a_callback_may_start        },
        {"no end before all are started",        test_supervisor_does_not_end_before_all_are_started },
        {"a start fits into the queue",          test_start_asks_for_no_more_than_the_queue_holds    },
        {"late children keep their numbers",
         test_late_children_come_when_told_and_keep_their_numbers                                    },
        {"late children are waited for",         test_supervisor_of_late_children_waits_for_them     },
        {"children get what the tree says",      test_children_get_what_the_tree_says                },
        {"names are those of the tree",          test_names_are_those_of_the_tree                    },
        CU_TEST_INFO_NULL,
    };

    return suite_run("roles", tests);
}
