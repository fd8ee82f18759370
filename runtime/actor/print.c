/* print.c: the lines that an actor writes on the terminal. Formatting without libc's printf, so
 * that the core links against mem*() only. */
#include "runtime/actor/parts.h"

struct text {
    char *out;
    size_t size;
    size_t used; /* may pass size: what did not fit is only counted */
    const char *(*name_of)(uint16_t id, void *user);
    void *user;
};

static void add_char(struct text *t, char ch)
{
    if (t->used < t->size)
        t->out[t->used] = ch;
    t->used++;
}

static void add(struct text *t, const char *text)
{
    while (*text != 0)
        add_char(t, *text++);
}

static void add_number(struct text *t, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? (uint64_t)-value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (value < 0)
        add_char(t, '-');
    while (at < sizeof(digits))
        add_char(t, digits[at++]);
}

static void add_name(struct text *t, uint16_t id)
{
    add(t, t->name_of(id, t->user));
}

static void add_error(struct text *t, unsigned kind, int32_t code)
{
    add(t, error_name(kind));
    if (kind == ERROR_APP && code == ERROR_CODE_QUIT) {
        add(t, ":QUIT");
    } else if (code != 0) {
        add_char(t, ':');
        add_number(t, code);
    }
}

/* Who raised the first error: "leaf (root/mid/leaf): text". */
static void add_origin(struct text *t, const struct core *c, uint16_t origin)
{
    const struct error_box *box = &c->note.error[0];
    const char *name = box->path;

    if (c->self.errors == 0 || box->origin != origin || box->path[0] == 0) {
        add_name(t, origin);
        return;
    }
    for (const char *p = box->path; *p != 0; p++)
        name = *p == '/' ? p + 1 : name;
    add(t, name);
    if (box->origin != c->self.id) {
        add(t, " (");
        add(t, c->note.name);
        add_char(t, '/');
        add(t, box->path);
        add_char(t, ')');
    }
    if (box->text[0] != 0) {
        add(t, ": ");
        add(t, box->text);
    }
}

static const char *signal_name(int64_t number)
{
    switch (number) {
    case 1:
        return "SIGHUP";
    case 2:
        return "SIGINT";
    case 15:
        return "SIGTERM";
    default:
        return "a signal";
    }
}

static void print_state(struct text *t, const struct core *c)
{
    unsigned live = 0;

    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        live += c->child[i].state != CHILD_FREE;
    add(t, c->note.name);
    add(t, ": ");
    add(t, self_name(c->self.state));
    add(t, ", children ");
    add_number(t, live);
    add(t, ", errors ");
    add_number(t, c->self.errors);
    add(t, c->self.cancel != CANCEL_NONE ? ", cancel requested\n" : "\n");
}

static const char *const entry_words[] = {"", " waits for the terminal", " gets the terminal",
                                          " prompts"};

static void print_tree(struct text *t, const struct core *c)
{
    print_state(t, c);
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state == CHILD_FREE)
            continue;
        add(t, "  ");
        add_name(t, c->child[i].id);
        add(t, ": ");
        add(t, child_name(c->child[i].state));
        add_char(t, '\n');
    }
    for (unsigned i = 0; i < c->lock.entries; i++) {
        add(t, "  lock: ");
        add_name(t, c->lock.entry[i].origin);
        add(t, entry_words[c->lock.entry[i].state]);
        add_char(t, '\n');
    }
}

/* ---- a dump: every line begins with the actor's name, since those of many may end in one file.
 * Numbers are those of the tree, times are relative: two runs of one schedule dump the same. */

/* Begins a line of the dump. */
static void dump_line(struct text *t, const struct core *c, const char *what)
{
    add_name(t, c->self.id);
    add(t, ": ");
    add(t, what);
}

/* ", WORD -1.250 s" */
static void dump_time(struct text *t, const char *word, int64_t ns)
{
    int64_t ms = (ns < 0 ? -ns : ns) / MS_NS;

    add(t, ", ");
    add(t, word);
    add(t, ns < 0 ? " -" : " ");
    add_number(t, ms / 1000);
    add_char(t, '.');
    add_char(t, (char)('0' + ms / 100 % 10));
    add_char(t, (char)('0' + ms / 10 % 10));
    add_char(t, (char)('0' + ms % 10));
    add(t, " s");
}

static void dump_cancel(struct text *t, uint8_t mode, uint8_t cause, int64_t left_ns)
{
    add(t, mode == CANCEL_ABORT ? ", abort " : ", cancel ");
    add(t, cause_name(cause));
    dump_time(t, "deadline", left_ns);
}

static void dump_request(struct text *t, uint16_t origin, uint32_t request)
{
    add_name(t, origin);
    add_char(t, '#');
    add_number(t, request);
}

static void dump_self(struct text *t, const struct core *c, int64_t now_ns)
{
    static const char *const states[] = {NURSERY_MAP(ROW_NAME)};
    unsigned calls = 0;

    for (unsigned i = 0; i < CORE_CALLS_MAX; i++)
        calls += c->call[i].open;
    dump_line(t, c, self_name(c->self.state));
    add(t, ", errors ");
    add_number(t, c->self.errors);
    add(t, ", calls ");
    add_number(t, calls);
    if (c->self.cancel != CANCEL_NONE)
        dump_cancel(t, c->self.cancel, c->self.cause, c->self.deadline_ns - now_ns);
    add_char(t, '\n');
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++) {
        const struct core_nursery *n = &c->nursery[i];
        if (n->state == NURSERY_NONE || n->state == NURSERY_CLOSED)
            continue;
        dump_line(t, c, "nursery ");
        add_number(t, i);
        add_char(t, ' ');
        add(t, states[n->state]);
        if (n->deadline_ns != 0)
            dump_time(t, "deadline", n->deadline_ns - now_ns);
        add_char(t, '\n');
    }
}

static void dump_child(struct text *t, const struct core *c, uint16_t slot, int64_t now_ns)
{
    const struct core_child *ch = &c->child[slot];

    dump_line(t, c, "child ");
    add_name(t, ch->id);
    add_char(t, ' ');
    add(t, child_name(ch->state));
    if (ch->mode != CANCEL_NONE)
        dump_cancel(t, ch->mode, ch->cause, ch->deadline_ns - now_ns);
    if (ch->parked)
        add(t, ", parked");
    else if (c->timer[TIMER_CHILD + slot].at_ns != 0)
        dump_time(t, "next step in", c->timer[TIMER_CHILD + slot].at_ns - now_ns);
    add_char(t, '\n');
}

/* The own request in the words of others' requests. */
static const uint8_t own_entry[] = {
    [DBG_NONE] = ENTRY_WAIT,      [DBG_WAIT] = ENTRY_WAIT,     [DBG_GRANTED] = ENTRY_GRANTED,
    [DBG_TAKING] = ENTRY_GRANTED, [DBG_ACTIVE] = ENTRY_ACTIVE, [DBG_LEAVING] = ENTRY_ACTIVE,
};

static void dump_lock(struct text *t, const struct core *c)
{
    static const char *const locks[] = {"free", "held by ", "recovering from "};

    for (unsigned i = 0; i < c->lock.entries; i++) {
        const struct core_entry *e = &c->lock.entry[i];
        dump_line(t, c, "lock ");
        dump_request(t, e->origin, e->request);
        add(t, entry_words[e->state]);
        add(t, e->shield ? ", shielded\n" : "\n");
    }
    if (c->lock.dbg != DBG_NONE || c->lock.tasks > 0) {
        dump_line(t, c, "own request ");
        dump_request(t, c->self.id, c->lock.request);
        add(t, entry_words[own_entry[c->lock.dbg]]);
        add(t, ", tasks ");
        add_number(t, c->lock.tasks);
        add_char(t, '\n');
    }
    if (!c->self.root)
        return;
    dump_line(t, c, "the terminal is ");
    add(t, locks[c->lock.state]);
    if (c->lock.state != LOCK_FREE)
        dump_request(t, c->lock.holder, c->lock.holder_request);
    for (unsigned i = 0; i < c->lock.queue_count; i++) {
        add(t, i == 0 ? ", queue " : " ");
        add_name(t, c->lock.queue[i]);
    }
    add_char(t, '\n');
}

static void print_dump(struct text *t, const struct core *c, int64_t now_ns)
{
    if (c->lock.dbg == DBG_ACTIVE)
        add_char(t, '\n'); /* behind the prompt */
    dump_self(t, c, now_ns);
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state != CHILD_FREE)
            dump_child(t, c, i, now_ns);
    }
    dump_lock(t, c);
}

static void print_crash(struct text *t, const struct core *c)
{
    add(t, c->note.name);
    add(t, ": failed: ");
    add_error(t, c->note.error[0].kind, c->note.error[0].code);
    if (c->note.error[0].text[0] != 0) {
        add(t, ": ");
        add(t, c->note.error[0].text);
    }
    add_char(t, '\n');
}

/* The text writes through `out`, which the linter does not see. */
size_t core_print_text(const struct core *c, const struct core_effect *fx,
                       // NOLINTNEXTLINE(readability-non-const-parameter)
                       const char *(*name_of)(uint16_t id, void *user), void *user, char *out,
                       size_t size)
{
    struct text t = {.out = out, .size = size, .name_of = name_of, .user = user};

    switch ((enum core_print)fx->print) {
    case PRINT_IGNORED_INT:
        add(&t, "\n");
        add(&t, c->note.name);
        add(&t, CORE_IGNORED_INT "\n");
        break;
    case PRINT_CANCEL:
        add(&t, "\n");
        add(&t, c->note.name);
        add(&t, ": cancel requested, waits for this prompt\n");
        break;
    case PRINT_REVOKE:
        add(&t, "\n");
        add(&t, c->note.name);
        add(&t, ": this prompt is about to be closed\n");
        break;
    case PRINT_UNKNOWN:
        add(&t, c->note.name);
        add(&t, ": unknown command; h lists them\n");
        break;
    case PRINT_HELP:
        add(&t, "c continue   q fail this actor   a abort the tree   s state   t tree and lock   "
                "bt errors   x [TEXT] the actor's own command   h help\n");
        break;
    case PRINT_STATE:
        print_state(&t, c);
        break;
    case PRINT_TREE:
        print_tree(&t, c);
        break;
    case PRINT_BACKTRACE:
        if (c->self.errors == 0)
            add(&t, "no error\n");
        else
            print_crash(&t, c);
        break;
    case PRINT_CRASH:
        print_crash(&t, c);
        break;
    case PRINT_CANCELLING:
        add(&t, c->note.name);
        add(&t, ": cancelling the tree (");
        add(&t, signal_name(fx->value));
        add(&t, ")\n");
        break;
    case PRINT_FINAL_ERROR:
        add(&t, c->note.name);
        add(&t, ": error ");
        add_error(&t, (unsigned)fx->value, c->self.errors > 0 ? c->note.error[0].code : 0);
        add(&t, ", first raised by ");
        add_origin(&t, c, fx->peer);
        add_char(&t, '\n');
        break;
    case PRINT_STUCK:
        add(&t, c->note.name);
        add(&t, ": child ");
        add_name(&t, fx->peer);
        add(&t, " survives SIGKILL\n");
        break;
    case PRINT_DUMP:
        print_dump(&t, c, fx->extra);
        break;
    }
    return t.used;
}
