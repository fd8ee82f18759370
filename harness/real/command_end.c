/* command_end.c: looks at the end of a command. */
#include "harness/real/command_end.h"

#include "harness/real/job_look.h"
#include "harness/real/leak.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGV_BYTES_MAX = 200 }; /* that are told of one's words */

/* ---- In front ---- */

/* From here on what they use is time since the end. */
static void clocks_start(struct real_world *r)
{
    struct procfs_stat stat;

    for (uint16_t i = ACTOR_ROOT + 1; i < r->cast->count; i++) {
        struct real_process *p = &r->process[i];
        if (process_lives(p) && procfs_stat(p->pid, &stat))
            p->end_ticks = stat.ticks + 1;
    }
}

void command_ended(struct real_world *r, pid_t front)
{
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .group = front};
    pid_t own = r->process[ACTOR_ROOT].pid;
    uint16_t member = ACTOR_NONE;
    enum front who = FRONT_OWN;
    struct job_look look;

    clocks_start(r);
    terminal_sample(r);
    if (front <= 0 || r->guard.fd < 0)
        return;
    if (front != own) {
        bool seen = job_look(&question, &look, NULL) == 0 && look.group.count > 0;
        who = seen ? FRONT_OTHER : FRONT_NOBODY;
        member = seen ? process_find(r, look.group.first.pid) : (uint16_t)ACTOR_NONE;
    }
    real_record(
        r, (struct trace_record){
               .point = POINT_TTY_FRONT, .actor = ACTOR_TERMINAL, .peer = member, .value = who});
}

/* ---- Those who live on ---- */

/* Calls back for each process there is. */
static void each(const struct real_world *r,
                 void (*call)(void *user, pid_t pid, const struct procfs_stat *stat), void *user)
{
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .each = call, .user = user};
    struct job_look look;

    if (r->guard.fd >= 0)
        (void)job_look(&question, &look, NULL);
}

/* What is asked of one after the other. */
struct asking {
    struct real_world *r;
    struct leaks *facts; /* owned; of one at a time */
    struct buf *out;     /* in words, NULL: as records */
};

/* The next text of a list, or NULL. */
static const char *list_next(const struct buf *list, size_t *at)
{
    if (*at >= list->size)
        return NULL;
    const char *text = list->data + *at;
    *at += strlen(text) + 1;
    return text;
}

/* A record for each text of the list that has `part` in it. */
static void things_note(struct real_world *r, uint16_t actor, const struct buf *list,
                        const char *part, enum leftover_thing thing)
{
    for (size_t at = 0; at < list->size;) {
        const char *text = list_next(list, &at);
        const char *port = thing == LEFT_PORT ? strrchr(text, ':') : NULL;
        bool path = thing == LEFT_PORT && strncmp(text, "unix ", 5) == 0;
        if (!path && strstr(text, part) != NULL)
            real_note(r, POINT_PROC_KEEPS, actor, thing,
                      port != NULL ? strtol(port + 1, NULL, 10) : 0);
    }
}

static void keeps_note(struct real_world *r, pid_t pid, const struct procfs_stat *stat,
                       const struct leak *f)
{
    dev_t terminal = r->pty != NULL ? pty_device(r->pty) : 0;
    uint16_t actor = process_find(r, pid);

    if (job_has_open(pid, stat, terminal, false))
        real_note(r, POINT_PROC_KEEPS, actor, LEFT_TERMINAL, 0);
    things_note(r, actor, &f->holds, "pipe:", LEFT_PIPE);
    things_note(r, actor, &f->holds, "socket:", LEFT_SOCKET);
    things_note(r, actor, &f->ports, "unix ", LEFT_SOCKET);
    things_note(r, actor, &f->ports, ":", LEFT_PORT);
    things_note(r, actor, &f->locks, "", LEFT_LOCK);
}

static void words_add(struct buf *out, const char *what, const struct buf *list, const char *part)
{
    const char *between = what;

    for (size_t at = 0; at < list->size;) {
        const char *text = list_next(list, &at);
        if (strstr(text, part) == NULL)
            continue;
        buf_addf(out, "%s%s", between, text);
        between = ", ";
    }
}

/* Its words, on one line, and no more of them than a person reads. */
static void argv_add(pid_t pid, struct leak *f, struct buf *out)
{
    struct buf words = BUF_INIT;

    if (leak_argv(pid, &f->argv))
        leak_join(&f->argv, &words);
    for (size_t i = 0; i < words.size && i < ARGV_BYTES_MAX; i++) {
        char c = words.data[i];
        buf_addf(out, "%c", c == '\n' || c == '\t' || c == '\r' ? ' ' : c);
    }
    if (words.size > ARGV_BYTES_MAX)
        buf_add_text(out, "...");
    buf_release(&words);
}

static void keeps_tell(const struct real_world *r, pid_t pid, const struct procfs_stat *stat,
                       struct leak *f, struct buf *out)
{
    uint16_t actor = process_find(r, pid);

    buf_addf(out, "%s (%d): ", stat->name, (int)pid);
    argv_add(pid, f, out);
    words_add(out, "; listens on ", &f->ports, "");
    words_add(out, "; has the lock of ", &f->locks, "");
    words_add(out, "; has open ", &f->holds, "pipe:");
    if (actor != ACTOR_NONE && r->process[actor].end_ticks > 0) {
        uint64_t ticks = stat->ticks + 1 - r->process[actor].end_ticks;
        uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
        buf_addf(out, "; %" PRIu64 ".%02" PRIu64 " s of processor time since the end", ticks / hz,
                 ticks % hz * 100 / hz);
    }
    buf_add_text(out, "\n");
}

static void ask(void *user, pid_t pid, const struct procfs_stat *stat)
{
    const struct asking *a = user;
    struct leak *f = &a->facts->leak[0];

    if (procfs_state_dead(stat->state))
        return;
    *f = (struct leak){.pid = pid, .start = stat->start};
    a->facts->count = 1;
    leak_facts(a->facts, f);
    if (a->out == NULL)
        keeps_note(a->r, pid, stat, f);
    else
        keeps_tell(a->r, pid, stat, f, a->out);
    leaks_release(a->facts);
}

static void ask_all(struct real_world *r, struct buf *out)
{
    struct asking asking = {.r = r, .facts = calloc(1, sizeof(struct leaks)), .out = out};

    if (asking.facts != NULL)
        each(r, ask, &asking);
    free(asking.facts);
}

void command_keeps(struct real_world *r)
{
    ask_all(r, NULL);
}

void command_facts(struct real_world *r, struct buf *out)
{
    if (!process_lives(&r->process[ACTOR_ROOT]))
        ask_all(r, out);
}

/* ---- What is left of them ---- */

/* Where the C library keeps POSIX shared memory. (shm_open(3)) */
#define MEMORY_FOLDER "/dev/shm"

void command_begins(struct real_world *r)
{
    if (r->options.command->fresh)
        names_read(&r->files, r->options.command->cwd, false);
    names_read(&r->memory, MEMORY_FOLDER, true);
}

static void names_note(struct real_world *r, enum leftover_thing thing, size_t count)
{
    if (count > 0)
        real_note(r, POINT_PROC_KEEPS, ACTOR_NONE, thing, (int64_t)count);
}

void command_gone(struct real_world *r)
{
    const struct command_line *command = r->options.command;
    struct world_end *end = &r->world.end;

    if (command->fresh)
        names_note(r, LEFT_FILE, names_new(&r->files, command->cwd, false, &end->files));
    names_note(r, LEFT_MEMORY, names_new(&r->memory, MEMORY_FOLDER, true, &end->memory));
}
