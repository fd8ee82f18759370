/* defect_test.c: every named defect changes the behaviour that it names: the same events without
 * it and with it. A defect that changes nothing could not be found by any oracle. */
#include "runtime/actor/tests/drive.h"

enum { CORE_DEFECTS = 34 };

struct defect_row {
    enum defect defect;
    void (*setup)(struct drive *d);
    void (*input)(struct drive *d);
    const char *well;   /* effects without the defect */
    const char *broken; /* and with it */
};

/* ---- setups ---- */

static void request(struct drive *d, uint16_t link, uint16_t origin, bool shield)
{
    struct frame f = frame_make(FRAME_DBG_REQ, origin, 1);

    f.flags = shield ? FRAME_SHIELD : 0;
    f.pid = 50;
    drive_receive(d, link, f);
}

static void mid_granted(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void mid_granted_cancelled(struct drive *d)
{
    mid_granted(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void mid_waiting_cancelled(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF, false);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void mid_parked(struct drive *d)
{
    mid_granted_cancelled(d);
    drive_timer(d, TIMER_CHILD);
}

static void mid_prompt_returned(struct drive *d)
{
    mid_granted(d);
    drive_reaped(d, 1, 0);
}

static void root_prompt_deep(struct drive *d)
{
    setup_root(d);
    request(d, 0, LEAF, false);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void root_prompt_queue(struct drive *d)
{
    root_prompt_deep(d);
    request(d, 0, TWIN, false);
    request(d, 1, SIDE, false);
}

static void root_prompt_mid_gone(struct drive *d)
{
    setup_root(d);
    request(d, 1, SIDE, false);
    request(d, 0, MID, false);
    drive_dead(d, 0);
}

static void leaf_waiting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void leaf_granted(struct drive *d)
{
    leaf_waiting(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void leaf_prompt(struct drive *d)
{
    leaf_granted(d);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void mid_cancelled(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void mid_one_failed(struct drive *d)
{
    struct frame f = frame_make(FRAME_RESULT, 0, 0);

    setup_mid(d);
    f.u.error = (struct error_box){.kind = ERROR_APP, .origin = DEEP};
    drive_receive(d, 0, f);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void leaf_handshake(struct drive *d)
{
    struct core_start start = drive_start_of(LEAF);

    start.defects = d->core.self.defects;
    drive_start(d, start);
}

static void root_cancelled(struct drive *d)
{
    setup_root(d);
    drive_signal(d, 2);
}

/* ---- inputs ---- */

static void request_leaf(struct drive *d)
{
    request(d, 0, LEAF, false);
}

static void crash_request_leaf(struct drive *d)
{
    request(d, 0, LEAF, true);
}

static void interrupt(struct drive *d)
{
    drive_signal(d, 2);
}

static void child_timer_fires(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void returns(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void side_fails(struct drive *d)
{
    drive_reaped(d, 1, 1 << 8);
}

static void stale_grant(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 9);
}

static void holder_lost(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
}

static void child_reaped(struct drive *d)
{
    drive_exit(d, 0, 9);
}

static void lock_timer_fires(struct drive *d)
{
    drive_timer(d, TIMER_LOCK);
}

static void leaves(struct drive *d)
{
    drive_line(d, "c");
}

static void released(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void third_request(struct drive *d)
{
    request(d, 0, DEEP, false);
}

static void child_dies(struct drive *d)
{
    drive_dead(d, 0);
}

static void cancels_leaf(struct drive *d)
{
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void cancel_comes(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 400 * MS_NS);
}

static void parent_goes(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

static void child_ends(struct drive *d)
{
    drive_result(d, 0, ERROR_NONE, 0);
    drive_reaped(d, 0, 0);
}

static void replaces_interrupt(struct drive *d)
{
    drive_call(d, (struct core_call){.kind = CALL_SIGNAL, .code = 2, .flags = ACTOR_SIGNAL_IGNORE});
}

static void spec_comes(struct drive *d)
{
    drive_spec(d, LEAF, MID);
}

#define OTHERS                                                                    \
    "set cancel; user cancel; send mid cancel; set child.mid; send side cancel; " \
    "set child.side"

static const struct defect_row rows[] = {
    {DEFECT_HOP_BLIND,        setup_mid,             request_leaf,       "point dbg.hop_req leaf#1; send parent dbg_req",
     "send parent dbg_req leaf#1; !point dbg.hop_req"                                                                                                                                                               },
    {DEFECT_INTERRUPT_UNSEEN, root_prompt_deep,      interrupt,          "point sig.handled - 2 0",
     "print cancelling; " OTHERS                                                                                                                                                                                    },
    {DEFECT_ESCALATE_HELD,    mid_granted_cancelled, child_timer_fires,  "point cancel.parked leaf",
     "close leaf; kill leaf 15; set child.leaf"                                                                                                                                                                     },
    {DEFECT_CLOSE_HELD,       mid_granted_cancelled, child_timer_fires,
     "point cancel.parked leaf; !close",                                                                                  "close leaf; !kill"                                                                       },
    {DEFECT_REPORT_HELD,      mid_prompt_returned,   returns,            "clear cancel",
     "clear cancel; point err.relayed; send parent result; set report; watch-result"                                                                                                                                },
    {DEFECT_PRINT_HELD,       root_prompt_deep,      side_fails,
     "reap side; user outcome side; set cancel; user cancel; forget side; send mid cancel; "
     "set child.mid",                                                                                                     "reap side; user outcome side; set cancel; user cancel; forget side; print final-error; "
     "send mid cancel; set child.mid"                                                                                                                                                          },
    {DEFECT_EXIT_HELD,        root_prompt_deep,      side_fails,
     "reap side; user outcome side; set cancel; user cancel; forget side; send mid cancel; "
     "set child.mid",                                                                                                     "reap side; user outcome side; set cancel; user cancel; forget side; die 1"               },
    {DEFECT_KILL_WAITERS,     mid_waiting_cancelled, child_timer_fires,
     "send parent dbg_rel leaf#1; send leaf dbg_deny leaf#1; close leaf; kill leaf 15; "
     "set child.leaf",                                                                                                    "kill leaf 15; set child.leaf"                                                            },
    {DEFECT_STALE_GRANT,      leaf_waiting,          stale_grant,        "point dbg.grant_stale leaf#9",                  "baton-try"                                                                               },
    {DEFECT_REGRANT_EARLY,    root_prompt_queue,     holder_lost,        "set lock; baton-peek",
     "clear lock; tty-restore; send mid dbg_grant twin#1"                                                                                                                                                           },
    {DEFECT_KEEP_ENTRIES,     root_prompt_mid_gone,  child_reaped,
     "point dbg.hop_rel mid#1; user outcome mid; set cancel; user cancel; forget mid; "
     "send side cancel; set child.side",                                                                                  "user outcome mid; set cancel; user cancel; forget mid; send side cancel; set child.side; "
     "!point dbg.hop_rel"                                                                                                                                                   },
    {DEFECT_NO_BATON_CHECK,   root_prompt_deep,      lock_timer_fires,   "baton-peek; set lock",                          "set lock"                                                                                },
    {DEFECT_KEEP_MODES,       leaf_prompt,           leaves,
     "tty-give; baton-drop; send parent dbg_rel; user left #1 continue",                                                  "baton-drop; send parent dbg_rel; user left #1 continue"                                  },
    {DEFECT_GRANT_LIFO,       root_prompt_queue,     released,
     "clear lock; tty-restore; send mid dbg_grant twin#1",                                                                "clear lock; tty-restore; send side dbg_grant side#1"                                     },
    {DEFECT_TWO_HOLDERS,      root_prompt_deep,      third_request,      "point dbg.enqueue deep#1; !send",
     "point dbg.enqueue deep#1; send mid dbg_grant deep#1"                                                                                                                                                          },
    {DEFECT_NO_REAP,          setup_mid,             child_dies,         "reap leaf",                                     "!reap leaf"                                                                              },
    {DEFECT_TWICE_CANCEL,     setup_mid,             cancels_leaf,       "send leaf cancel; set child.leaf",
     "send leaf cancel; send leaf cancel; set child.leaf"                                                                                                                                                           },
    {DEFECT_KILL_FIRST,       setup_mid,             cancels_leaf,       "send leaf cancel; set child.leaf",
     "close leaf; kill leaf 9; set child.leaf"                                                                                                                                                                      },
    {DEFECT_WRONG_ORIGIN,     mid_one_failed,        returns,
     "clear cancel; send parent result APP deep; set report; watch-result",                                               "clear cancel; send parent result APP root; set report; watch-result"                     },
    {DEFECT_SKIP_SEQUENCE,    leaf_handshake,        spec_comes,
     "user start; point link.before_send.ready mid#2; send parent ready",                                                 "user start; point link.before_send.ready mid#3; send parent ready"                       },
    {DEFECT_DEADLINE_GROWS,   setup_mid,             cancel_comes,
     "send parent ack; set cancel; user cancel; send leaf cancel graceful cancel +350ms; "
     "set child.leaf; send twin cancel graceful cancel +350ms; set child.twin",                                           "send parent ack; set cancel; user cancel; send leaf cancel graceful cancel +3000ms; "
     "set child.leaf; send twin cancel graceful cancel +3000ms; set child.twin"                                                      },
    {DEFECT_UNPARK_EARLY,     mid_parked,            released,           "send parent dbg_rel; set child.leaf +500ms",
     "send parent dbg_rel; set child.leaf +0ms"                                                                                                                                                                     },
    {DEFECT_NO_RELEASE,       leaf_prompt,           leaves,
     "tty-give; baton-drop; send parent dbg_rel; user left #1 continue",                                                  "tty-give; baton-drop; user left #1 continue"                                             },
    {DEFECT_DOUBLE_RELEASE,   leaf_prompt,           leaves,
     "tty-give; baton-drop; send parent dbg_rel; user left #1 continue",                                                  "tty-give; baton-drop; send parent dbg_rel; send parent dbg_rel; user left #1 continue"   },
    {DEFECT_NO_ACK,           setup_leaf,            cancel_comes,       "send parent ack #1; set cancel; user cancel",
     "set cancel; user cancel"                                                                                                                                                                                      },
    {DEFECT_IGNORE_INTERRUPT, setup_root,            interrupt,          "print cancelling; " OTHERS,
     "point sig.handled - 2 0"                                                                                                                                                                                      },
    {DEFECT_ORPHAN_STAYS,     setup_leaf,            parent_goes,        "close parent; set orphan; die 69",
     "point link.eof_seen mid; !die"                                                                                                                                                                                },
    {DEFECT_BATON_KEPT,       leaf_prompt,           leaves,
     "tty-give; baton-drop; send parent dbg_rel; user left #1 continue",                                                  "tty-give; send parent dbg_rel; user left #1 continue"                                    },
    {DEFECT_TWO_OUTCOMES,     setup_mid,             child_ends,
     "set child.leaf; clear child.leaf; reap leaf; point nursery.outcome leaf 0; user outcome leaf; "
     "forget leaf; !point nursery.outcome leaf 3",                                                                        "set child.leaf; clear child.leaf; reap leaf; point nursery.outcome leaf 0; "
     "point nursery.outcome leaf 3; user outcome leaf; forget leaf"                                                                                               },
    {DEFECT_KILL_REAPED,      setup_mid,             child_ends,
     "set child.leaf; clear child.leaf; reap leaf; user outcome leaf; forget leaf",                                       "set child.leaf; clear child.leaf; reap leaf; kill leaf 9; user outcome leaf; forget leaf"},
    {DEFECT_NO_REASSERT,      setup_leaf,            replaces_interrupt, "sigaction 2 1; policy",
     "sigaction 2 1; !policy"                                                                                                                                                                                       },
    {DEFECT_MUTE_ROOT,        root_cancelled,        crash_request_leaf,
     "point dbg.enqueue leaf#1; send mid dbg_grant leaf#1",                                                               "point dbg.enqueue leaf#1; !send"                                                         },
    {DEFECT_PROMPT_DEAF,      leaf_prompt,           cancel_comes,
     "send parent ack #1; print cancel; prompt; set cancel; user cancel",                                                 "!send"                                                                                   },
    {DEFECT_CANCEL_FOREVER,   mid_cancelled,         child_timer_fires,
     "close leaf; kill leaf 15; set child.leaf",                                                                          "point timer.fire leaf; !kill"                                                            },
};

static void run_row(const struct defect_row *row, uint64_t defects, const char *effects)
{
    struct drive *d = &row_drive;

    drive_init(d);
    d->core.self.defects = defects;
    d->lenient = defects != 0;
    row->setup(d);
    text_clear(&d->log);
    row->input(d);
    drive_assert(d, defect_name(row->defect), effects, NULL);
}

static void test_defect_changes_what_it_names(void)
{
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        run_row(&rows[i], 0, rows[i].well);
        run_row(&rows[i], defect_bit(rows[i].defect), rows[i].broken);
    }
}

/* The bits of the table are those of the rows above and the drivers'; none is missing. */
static void test_defect_rows_are_complete(void)
{
    uint64_t seen = defect_bit(DEFECT_EARLY_EXIT) | defect_bit(DEFECT_LEAK_DESCRIPTOR) |
                    defect_bit(DEFECT_STOP_LATE);

    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        CU_ASSERT_FALSE(defect_in(seen, rows[i].defect));
        seen |= defect_bit(rows[i].defect);
    }
    CU_ASSERT_EQUAL(seen, defect_bit(DEFECTS) - 1);
    rows_report("defects", (unsigned)ROWS_COUNT(rows), CORE_DEFECTS);
}

/* A driver's defect that the core takes part in: what comes after the death does not count. */
static void test_defect_early_exit_drops_what_a_dead_child_said(void)
{
    struct drive *d = &row_drive;

    for (unsigned on = 0; on < 2; on++) {
        drive_init(d);
        d->core.self.defects = on != 0 ? defect_bit(DEFECT_EARLY_EXIT) : 0;
        d->lenient = true;
        setup_mid(d);
        drive_dead(d, 0);
        text_clear(&d->log);
        drive_result(d, 0, ERROR_NONE, 0);
        drive_exit(d, 0, 0);
        drive_assert(d, "early-exit",
                     on != 0 ? "user outcome leaf EXIT; set cancel; user cancel; forget leaf; "
                               "send twin cancel; set child.twin"
                             : "user outcome leaf OK; forget leaf",
                     NULL);
    }
}

/* Whoever skips numbers does not miss any: a whole tree has the defect, and the oracle is to see
 * it. */
static void test_defect_skip_sequence_overlooks_a_gap(void)
{
    struct drive *d = &row_drive;

    for (unsigned on = 0; on < 2; on++) {
        struct frame from_child = frame_make(FRAME_PONG, 0, 0);
        struct frame from_parent = frame_make(FRAME_PING, 0, 0);
        drive_init(d);
        d->core.self.defects = on != 0 ? defect_bit(DEFECT_SKIP_SEQUENCE) : 0;
        d->lenient = true;
        setup_mid(d);
        text_clear(&d->log);
        from_child.sequence = d->child[0].received + 2;
        drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = 0, .frame = &from_child});
        CU_ASSERT_EQUAL(strstr(d->log.data, "point link.broken leaf") == NULL, on != 0);
        from_parent.sequence = d->parent_received + 2;
        drive_feed(d, (struct core_event){
                          .kind = EVENT_FRAME, .link = LINK_PARENT, .frame = &from_parent});
        CU_ASSERT_EQUAL(strstr(d->log.data, "point link.broken root") == NULL, on != 0);
    }
}

/* What a blind hop does not note it must still pass on, both ways. */
static void test_defect_hop_blind_passes_everything_on(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    d->core.self.defects = defect_bit(DEFECT_HOP_BLIND);
    setup_mid(d);
    text_clear(&d->log);
    request(d, 0, DEEP, true);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, DEEP, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, DEEP, 1);
    drive_frame(d, LINK_PARENT, FRAME_DBG_REVOKE, DEEP, 1);
    drive_frame(d, 0, FRAME_DBG_REL, DEEP, 1);
    drive_frame(d, 0, FRAME_DBG_LOST, DEEP, 1);
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, DEEP, 1);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, SIDE, 1); /* nobody below it */
    drive_assert(d, "hop-blind",
                 "send parent dbg_req deep#1 shield; send leaf dbg_grant deep#1; "
                 "send parent dbg_active deep#1; send leaf dbg_revoke deep#1; "
                 "send parent dbg_rel deep#1; send parent dbg_lost deep#1; "
                 "send leaf dbg_deny deep#1",
                 "!entry; leaf live");
}

/* The children of a tree inherit the defects of their root. */
static void test_defects_travel_with_the_spec(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    d->core.self.defects = defect_bit(DEFECT_NO_ACK);
    setup_mid(d);
    CU_ASSERT_EQUAL(d->sent[FRAME_SPEC].u.spec.defects, defect_bit(DEFECT_NO_ACK));
}

static void test_every_defect_has_a_name(void)
{
    for (unsigned bit = 0; bit < DEFECTS; bit++) {
        for (unsigned other = 0; other < bit; other++)
            CU_ASSERT_STRING_NOT_EQUAL(defect_name(bit), defect_name(other));
        CU_ASSERT_TRUE(strlen(defect_help(bit)) > 10);
    }
    CU_ASSERT_STRING_EQUAL(defect_name(0), "hop-blind");
    CU_ASSERT_STRING_EQUAL(defect_name(1), "interrupt-unseen");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"each defect changes what it names",       test_defect_changes_what_it_names         },
        {"no defect is missing",                    test_defect_rows_are_complete             },
        {"early-exit drops what a dead child said",
         test_defect_early_exit_drops_what_a_dead_child_said                                  },
        {"skip-sequence overlooks a gap",           test_defect_skip_sequence_overlooks_a_gap },
        {"hop-blind passes everything on",          test_defect_hop_blind_passes_everything_on},
        {"defects travel with the spec",            test_defects_travel_with_the_spec         },
        {"names",                                   test_every_defect_has_a_name              },
        CU_TEST_INFO_NULL,
    };

    return suite_run("defect", tests);
}
