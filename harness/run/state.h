/* state.h: a run while it goes on; for the files of this folder only.
 *
 * The steps are a state machine: every event of the world polls the steps that are under way, a
 * step that is done starts the next of its list. Lists that go on side by side are tasks: the
 * scenario's steps, each `do` of an inject while its actor is held, each branch of a parallel, what
 * follows in an expect of several ways. */
#ifndef HARNESS_RUN_STATE_H
#define HARNESS_RUN_STATE_H

#include "expect/display.h"
#include "expect/match.h"
#include "expect/modes.h"
#include "harness/run/addresses.h"
#include "harness/run/run.h"
#include "harness/scenario/step.h"

struct task {
    bool used;
    bool started; /* the step at `index` is under way */
    bool main;    /* the scenario's own list */
    bool told;    /* the main list, or what stands in its place */
    bool press;   /* the C-c of the second set of variants */
    const struct step_list *list;
    size_t index;
    struct task *parent; /* of a branch: whose step waits for it */
    size_t branches;     /* that this task's step still waits for */
    unsigned depth;      /* steps around it */
    uint16_t held;       /* the actor that waits for this task, or ACTOR_NONE */
    int64_t deadline_ns; /* of the step */
    int64_t stalled_ns;  /* for how long the engine could not run until it began */
    int64_t wake_ns;     /* when the step itself goes on; INT64_MAX: not by time */
    uint32_t base;       /* count of a relative address when the step began */
    uint32_t presses;    /* of a key, left */
    bool in_line;        /* key: another list's press is under way */
    int64_t typed_by_ns; /* send: it waits no longer; INT64_MAX: it does not wait */
    bool echo_told;      /* send: the matcher knows what is typed */
    size_t unseen;       /* bytes typed where no line is echoed */
    bool ready;          /* the step at `index` was told so */
    bool waits;          /* it is to begin once the command is ready */
    bool wants_quiet;    /* the step asks for WORLD_QUIET */
    bool wants_settle;   /* an expect that a quiet may decide */
    size_t way;          /* expect: whose steps go on, or WAY_NONE */
    uint32_t ways[MATCH_ALTERNATIVES_MAX]; /* expect: how often each was taken */
    struct match_pattern *pattern;         /* expect, absent: lent by the run */
    struct match_watch *watch;             /* absent; owned by the run's match */
    const struct look *stays;              /* was there while the screen was drawn; or NULL */
    int64_t stays_ns;                      /* and is, if it still is then; INT64_MAX: no look */
    int64_t looked_ns;                     /* when the screen was looked at last */
};

/* A pattern of run_memory. */
struct run_pattern {
    struct run_pattern *next;
    struct match_pattern *pattern; /* owned */
};

/* Whose SIGINT an actor has not read yet: one of a press at a prompt, one of the scenario's own. */
enum interrupt { INTERRUPT_PRESS = 1, INTERRUPT_OWN = 2 };

/* An actor, and the point where the world holds it. */
struct hold {
    bool ready; /* its own code runs, or has run */
    bool used;  /* it is held */
    uint16_t point;
    struct call call;   /* of its last record at POINT_SYS_CALL */
    uint32_t any;       /* how often anybody had been there by then */
    size_t next_inject; /* the first that was not looked at */
    bool busy;          /* a task of it goes on */

    bool press_due;    /* at a prompt, whose C-c is still to come */
    bool unseen;       /* its last record is of a press */
    uint8_t interrupt; /* set of enum interrupt */
};

/* The C-c of the second set of variants. */
struct each_prompt {
    size_t due;      /* prompts reported whose C-c is still to come */
    size_t begun;    /* those that were begun */
    bool sent;       /* one is on its way */
    uint16_t drawer; /* who was pressed at and has not drawn its prompt again, or ACTOR_NONE */
};

/* The same of a command: its prompts in what it shows. */
struct prompts {
    struct match *match;           /* owned; NULL: nobody looks for them */
    struct match_pattern *pattern; /* owned */
    struct match_watch *watch;     /* owned by the match */
    bool undecided;                /* something was shown since it was at rest */
    bool pressing;                 /* a press was begun, and its prompt is not there again yet */
    bool pressed;                  /* it was sent */
    int64_t until_ns;              /* and the prompt is to be there again */
};

/* What went wrong first. */
struct failure {
    bool set;
    bool late;          /* a deadline passed */
    bool total;         /* and it was the run's */
    bool ended;         /* the subject has ended by then */
    bool outlives;      /* it is that the subject did not end as the outcome has it */
    bool screen;        /* it is about what the screen shows */
    int64_t stalled_ns; /* for how long the engine could not run while the step did */
    size_t index;       /* records in the trace by then */
    int64_t at_ns;
    const struct step *step; /* or NULL: place and text say it all */
    size_t step_number;      /* of the main list, from 1; 0: none */
    struct place place;
    char label[256];   /* under the caret */
    char message[512]; /* one sentence */
    char signature[256];
    struct buf nearest; /* owned */
};

enum { RUN_SHOWN_MAX = 64 * 1024 }; /* outputs told apart; the last takes what comes behind it */

/* The terminal had shown so much when so many records had been seen. */
struct shown {
    size_t records;
    uint64_t end; /* offset in the match's log */
};

struct run {
    const struct run_past *past; /* it is over long since, and judged again; NULL: it is not */
    const struct scenario *scenario;
    const struct variant *variant;
    struct cast *cast; /* owned: whom records name; the world may add to it */
    const struct run_options *options;
    struct world_options world_options; /* lent to the world */
    struct world *world;                /* owned */
    struct addresses *addresses;        /* owned */
    struct roles_found *found;          /* owned: of a command, who its roles are; else NULL */
    uint16_t *inject_who;               /* owned: of a command, who came to each inject's address */
    struct match_pattern *ready_pattern; /* owned: of a command, what it shows once it is ready */
    struct match_watch *ready_watch;     /* owned by the match */
    bool is_ready;                       /* steps may type and send */
    uint16_t *order_who;                 /* owned: the same of each order's second */
    struct hold *hold;     /* owned, one per member of the cast, and room for those to come */
    uint8_t *inject_fired; /* owned, one per inject */
    uint8_t *order_seen;   /* owned, one per order: the second was reached */
    uint8_t asks[(POINTS + 7) / 8];
    struct task *task;        /* owned: see tasks_init() */
    size_t task_room;         /* lists of the variant, of which each goes on once */
    size_t task_count;        /* slots that were used so far */
    struct task *key_task;    /* whose press is under way */
    struct task *expect_task; /* whose expect is armed */
    struct match *match;      /* owned: the output and the place after the last match */
    struct modes modes;       /* what the subject has set of its terminal by its output */
    struct display *display;  /* owned: the same output as a screen */
    uint16_t rows, columns;   /* of the terminal now */
    bool cursor_asked;        /* by the subject, who may do so again */
    struct buf held_back;     /* owned: output that may be the beginning of a secret */
    struct buf *slot;         /* owned, one per slot of the variant: slots.h */
    struct shown *shown;      /* owned: see screen.c */
    size_t shown_count;
    size_t shown_room;
    size_t records_seen;       /* of the trace, by the run */
    struct run_memory *memory; /* lent, or own_memory */
    struct run_memory own_memory;
    struct failure failure;
    struct diag engine; /* the engine's own failure; text empty: none */
    int engine_error;   /* enum err of it */
    int64_t total_ns;   /* limits */
    int64_t step_ns;
    int64_t end_ns;       /* deadline of the subject's own end after the last step */
    struct buf processes; /* owned: of a command, when it went wrong or was stopped; lines */
    int64_t timer_ns;     /* as asked of the world */
    sig_atomic_t stops;   /* of options->stop, acted on */
    uint16_t prompting;   /* who is at a prompt, or ACTOR_NONE */
    struct each_prompt press;
    struct prompts prompts;
    bool still_asked;
    bool still; /* nothing can happen any more but by the run */
    bool quiet_asked;
    bool quiet_over; /* the last quiet decided nothing: ask again after the next event */
    bool settled_asked;
    bool settled_over; /* the same of WORLD_SETTLED; a quiet is one */
    bool steps_done;   /* all of the main list */
    bool rests;        /* after that: only to come to rest, then it is stopped */
    bool ends;         /* a command has had it all, and has ended by itself: it is let be */
    bool stopping;     /* world_stop() was called */
    bool over;         /* WORLD_STOPPED came */
    bool eof;          /* nobody of what is left can show anything any more */
    struct buf hows;   /* owned: how steps were decided, where that is told; lines */
    bool interrupted;
};

/* ---- tasks.c: lists of steps side by side ---- */

/* Makes room for all lists of the variant, and for a C-c at every prompt at once where that is
 * asked for; so nothing that could be loaded is too much. Returns 0 or ERR_NOMEM. */
int tasks_init(struct run *r, struct diag *diag);

/* Starts a list; `parent` and `held` as in struct task. Never NULL. */
struct task *task_start(struct run *r, const struct step_list *list, struct task *parent,
                        uint16_t held);

/* Starts branch i of the task's step, which waits for it. `follows`: the steps stand in the place
 * of their own, and are told as those of the list are. */
void task_branch(struct run *r, struct task *t, size_t i, bool follows);

/* Tells that the task's step has taken its way i. */
void task_way(struct run *r, const struct task *t, size_t i);

/* Gives the event (NULL: something has changed) to the steps under way and starts what can
 * start, until nothing moves. */
void tasks_event(struct run *r, const struct world_event *event);

/* True while an actor is held for a `do`. */
bool tasks_hold_any(const struct run *r);

/* Asks the world for stillness, or not any more: while all that goes on only waits. */
void tasks_arm_still(struct run *r);

/* Ends every task: the run has failed or stops. */
void tasks_drop(struct run *r);

/* Asks the world for the time and the quiet that the tasks need. */
void tasks_arm(struct run *r);

/* The expect that is armed has its last moment now: what has come is all there is. */
void tasks_deadline(struct run *r);

/* ---- hold.c: held actors ---- */

/* The points that must hold, as a set of bits. */
void hold_asks(struct run *r);
void hold_begin(struct run *r, uint16_t actor, uint16_t point);

/* The task of this held actor is done. */
void hold_continue(struct run *r, uint16_t actor);

/* Releases those whose turn has come. */
void hold_check(struct run *r);

/* Of a command: the record was counted; notes whose addresses it is. */
void hold_note(struct run *r, const struct trace_record *record);

/* ---- held.c: where ---- */

/* True when the address is where the actor is held. Others may have come there since. `who`: of a
 * command, who has come there. */
bool hold_is_at(const struct run *r, uint16_t actor, const struct address *a, uint16_t who);

/* Adds who is held, and until what: "sleep is held at execve until root@wait4 has happened, ". */
void hold_tell(struct run *r, struct buf *out);

/* ---- press.c: Ctrl-C at each prompt, seen by no step ---- */

/* Every record passes here. False: it is of a press, and no step sees it. */
bool press_sees(struct run *r, const struct trace_record *record);

/* An actor is held at its prompt: true when its C-c is to begin. It is sent, it is done, the actor
 * is let go. */
bool press_start(struct run *r, uint16_t actor);
void press_sent(struct run *r);
void press_done(struct run *r);
void press_released(struct run *r, uint16_t actor);

/* The world is quiet: what was not drawn by now does not come. */
void press_quiet(struct run *r);

/* True until the prompt is there again; and from its first report on. */
bool press_draws(struct run *r);
bool press_pending(struct run *r);

/* ---- actors.c ---- */

const char *process_state_name(enum process_state state);

/* True when the actor, having run or not, is over: dead, or never started below a dead parent. */
bool actor_is_gone(struct run *r, uint16_t actor);

/* Whom a step names: an actor, or of a command a role. The member that something is done to, or
 * ACTOR_NONE: there was none so far. */
uint16_t actor_meant(struct run *r, uint16_t who);

/* True when this member is meant. */
bool actor_is_meant(const struct run *r, uint16_t who, uint16_t actor);

/* How a step has called it. */
const char *whom_called(const struct cast *cast, uint16_t who);

enum wanted { WANTED_ALIVE, WANTED_STOPPED, WANTED_GONE };

/* True when it is so; where several are meant, of one of them, but gone are all there were. */
bool whom_is(struct run *r, uint16_t who, enum wanted wanted);

/* ---- prompts.c: the same at each prompt of a command ---- */

int prompts_init(struct run *r, struct diag *diag);
void prompts_release(struct prompts *p);

/* The subject has shown this; it comes to rest. */
void prompts_shown(struct run *r, const char *data, size_t size);
void prompts_settle(struct run *r);

/* The key of a press was sent. */
void prompts_pressed(struct run *r);

/* Begins a press where a prompt is, and ends it where it is again, or cannot be. */
void prompts_look(struct run *r);

/* ---- readiness.c: a command that says when it can be typed at ---- */

int readiness_init(struct run *r, struct diag *diag);

/* Something has happened, or was shown: is it ready now? */
void readiness_look(struct run *r);

/* Adds what is still missing. */
void readiness_late(const struct run *r, struct buf *out);

/* ---- listen.c ---- */

/* The subject has shown this: the match gets it, the modes do, and questions are answered. */
void run_listen(struct run *r, const char *data, size_t size);

/* These bytes are about to be typed: their echo is no output. Past a limit of the matcher an echo
 * stays visible, nothing worse. True: whole lines are read, and none is echoed, as when a password
 * is asked for. */
bool run_types(struct run *r, const void *bytes, size_t size);

/* They were typed. */
void run_typed(struct run *r);

/* ---- recorder.c: tells the recorder, if there is one ---- */

/* How the step of that task is decided, for the transcript; a result has it in any case. */
void run_tell(struct run *r, const struct task *t, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void run_mark(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void run_show(struct run *r, const char *text);
void run_resized(struct run *r, uint16_t rows, uint16_t columns);

/* ---- failure.c ---- */

/* Notes the first failure, and the state of everything at that moment; a later one is ignored.
 * `label` is copied. */
void failure_set(struct run *r, const struct task *t, const struct step *s, const char *label);

/* The same about the whole run: its place is the outcome's or the first line's. Both are copied. */
void failure_total(struct run *r, const char *signature, const char *message);

/* A command lives on behind its last step, and its outcome says how it ends. */
void failure_outlives(struct run *r);

/* Of a failure that was just noted: nothing can move any more. */
void failure_still(struct run *r);

void failure_release(struct failure *f);

/* ---- screen.c ---- */

/* The terminal has shown something; the match has it. */
void screen_shown(struct run *r);

/* Stores the last lines that it showed when `records` of the trace were seen, as text. */
void screen_tell(const struct run *r, size_t records, struct buf *out);

/* Adds the screen as it is drawn now. */
void run_show_screen(struct run *r, struct buf *out);

/* ---- judge.c ---- */

/* Fills the result of a run that is over. */
void run_judge(struct run *r, struct run_result *out);

/* ---- judge_again.c ---- */

/* What a step that failed had come to, of a run of the past. */
void past_step(const struct run *r, struct run_result *out);

/* ---- story.c: the texts of a failure ---- */

/* Fills tree, screen, lock, terminal, events as of the first `records` of the trace. */
void story_tell(const struct run *r, size_t records, struct run_result *out);

/* Stores in RESULT_ADOPTED who has reaped what had lost its parent: the root, which adopts what is
 * below it, or the harness's guard; nothing when every parent has reaped its own. */
void story_adopted(const struct run *r, struct run_result *out);

/* Writes the state of now to standard error: the user has asked. */
void run_dump(struct run *r);

#endif
