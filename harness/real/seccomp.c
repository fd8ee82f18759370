/* seccomp.c: the only file that names libseccomp, and the kernel's structures for it. */
#include "harness/real/seccomp.h"

#include "harness/real/guard.h"
#include "runtime/base/check.h"
#include "runtime/base/fd.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Of kernels that are younger than Debian 12's headers. */
#define NOTIF_SET_FLAGS    SECCOMP_IOW(4, uint64_t)
#define NOTIF_SYNC_WAKE_UP UINT64_C(1)

#if defined(__x86_64__)
static const uint32_t arches[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32};
#elif defined(__aarch64__)
static const uint32_t arches[] = {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM};
#else
static const uint32_t arches[] = {SCMP_ARCH_NATIVE};
#endif

enum { ARCHES = sizeof(arches) / sizeof(arches[0]) };

/* ---- Making one ------------------------------------------------------------------------- */

/* A filter on its way. */
struct making {
    scmp_filter_ctx ctx;
    struct filter *filter;
    int error; /* the first, as a positive errno */
};

/* The architecture as a notification names it: x32 is the same as 64 bits, with other numbers. */
static uint32_t arch_told(uint32_t arch)
{
    if (arch == SCMP_ARCH_NATIVE)
        return seccomp_arch_native();
    return arch == SCMP_ARCH_X32 ? (uint32_t)SCMP_ARCH_X86_64 : arch;
}

static bool is_narrow(uint32_t arch)
{
    return arch == SCMP_ARCH_X32 || arch == SCMP_ARCH_X86 || arch == SCMP_ARCH_ARM;
}

static void rule_add(struct making *m, const char *name, unsigned count,
                     const struct scmp_arg_cmp *compare)
{
    int nr = seccomp_syscall_resolve_name(name);

    if (nr == __NR_SCMP_ERROR) /* no call of this machine, or none that this library knows */
        return;
    int rc = seccomp_rule_add_array(m->ctx, SCMP_ACT_NOTIFY, nr, count, compare);
    /* EEXIST: two addresses ask for the same. */
    if (rc < 0 && rc != -EEXIST && m->error == 0)
        m->error = -rc;
}

static void rows_add(struct making *m, const struct filter_row *like, const char *name)
{
    struct filter *f = m->filter;

    for (size_t i = 0; i < ARCHES; i++) {
        struct filter_row row = *like;
        size_t at = 0;
        row.nr = seccomp_syscall_resolve_name_arch(arches[i], name);
        row.arch = arch_told(arches[i]);
        row.narrow = is_narrow(arches[i]);
        while (at < f->rows && (f->row[at].arch != row.arch || f->row[at].nr != row.nr))
            at++;
        if (row.nr < 0 || at == FILTER_ROWS_MAX)
            continue;
        row.asked = row.asked || (at < f->rows && f->row[at].asked);
        f->row[at] = row;
        f->rows = at == f->rows ? at + 1 : f->rows;
    }
}

/* What of a spelling the kernel can sort out by itself. */
static void spelling_add(struct making *m, const struct call_watch *w,
                         const struct call_spelling *s)
{
    const char *name = call_name(s->number);
    struct scmp_arg_cmp compare = {0};
    unsigned count = 0;
    uint64_t word;

    if (s->look == CALL_LOOK_FLAGS) {
        compare = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
        count = 1;
    } else if (s->word >= 0 && call_form_word(w->call, &word)) {
        /* The upper half is of no meaning to these calls, and may hold anything. */
        compare = SCMP_CMP64((unsigned)s->word, SCMP_CMP_MASKED_EQ, (scmp_datum_t)0xFFFFFFFF, word);
        count = 1;
    } else if (strcmp(name, "sendmsg") == 0) {
        /* By which the child sends the listener, when nobody listens yet. */
        compare = (struct scmp_arg_cmp){2, SCMP_CMP_NE, GUARD_LISTENER_FLAGS, 0};
        count = 1;
    }
    rule_add(m, name, count, &compare);
    const struct filter_row row = {.number = s->number,
                                   .family = w->call.family,
                                   .look = s->look,
                                   .word = s->word,
                                   .asked = true};
    rows_add(m, &row, name);
}

/* The calls that make points at calls less than they seem. */
static void unseen_add(struct making *m)
{
    static const struct {
        const char *name;
        struct scmp_arg_cmp compare;
        unsigned count;
    } rows[] = {
        {"io_uring_setup", {0, SCMP_CMP_EQ, 0, 0},              0},
        {"seccomp",
         {1, SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER,
          SECCOMP_FILTER_FLAG_NEW_LISTENER},
         1                                                       },
        {"ptrace",         {0, SCMP_CMP_EQ, PTRACE_TRACEME, 0}, 1},
        {"ptrace",         {0, SCMP_CMP_EQ, PTRACE_ATTACH, 0},  1},
        {"ptrace",         {0, SCMP_CMP_EQ, PTRACE_SEIZE, 0},   1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int number = call_number(rows[i].name);
        CHECK(number >= 0);
        const struct filter_row row = {.number = (uint16_t)number,
                                       .family = call_family((uint16_t)number),
                                       .look = CALL_LOOK_NOT,
                                       .word = -1};
        rule_add(m, rows[i].name, rows[i].count, &rows[i].compare);
        rows_add(m, &row, rows[i].name);
    }
}

static int making_begin(struct making *m)
{
    /* A call of an architecture that is not in the filter passes. */
    m->ctx = seccomp_init(SCMP_ACT_ALLOW);
    if (m->ctx == NULL)
        return ENOMEM;
    int rc = seccomp_attr_set(m->ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
    for (size_t i = 0; i < ARCHES && rc == 0; i++) {
        rc = seccomp_arch_add(m->ctx, arches[i]);
        rc = rc == -EEXIST ? 0 : rc;
    }
    return -rc;
}

static int making_write(const struct making *m)
{
    m->filter->program = memfd_create("calls", MFD_CLOEXEC);
    if (m->filter->program < 0)
        return errno;
    return -seccomp_export_bpf(m->ctx, m->filter->program);
}

int filter_make(const struct call_watch *watch, size_t count, struct filter *out, struct diag *diag)
{
    struct making m = {.filter = out};
    struct call_spelling s;

    out->program = -1;
    out->rows = 0;
    m.error = making_begin(&m);
    if (m.error == 0)
        unseen_add(&m);
    for (size_t i = 0; i < count && m.error == 0; i++) {
        for (size_t k = 0; call_spelling(watch[i].call.family, k, &s); k++)
            spelling_add(&m, &watch[i], &s);
    }
    if (m.error == 0)
        m.error = making_write(&m);
    if (m.ctx != NULL)
        seccomp_release(m.ctx);
    if (m.error == 0)
        return 0;
    errno = m.error;
    return diag_errno(diag, ERR_UNSUPPORTED,
                      "no filter for system calls can be made: libseccomp 2.5 and Linux 5.5 are "
                      "needed");
}

void filter_release(struct filter *f)
{
    fd_close(&f->program);
}

/* ---- Notices ---------------------------------------------------------------------------- */

struct call notice_call(const struct notice *n)
{
    const struct filter_row *row = n->row;
    struct call c = {.family = row->family};

    if (row->word >= 0)
        c.form = call_form(row->family, n->argument[row->word] & 0xFFFFFFFF);
    return c;
}

static bool number_is(const struct notice *n, const char *name)
{
    return strcmp(call_name(n->row->number), name) == 0;
}

int notice_unseen(const struct notice *n)
{
    static const struct {
        const char *name;
        int why;
    } rows[] = {
        {"io_uring_setup", UNSEEN_RING    },
        {"seccomp",        UNSEEN_LISTENER},
        {"ptrace",         UNSEEN_TRACER  },
    };
    int why = -1;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        why = number_is(n, rows[i].name) ? rows[i].why : why;
    if (why == UNSEEN_LISTENER && (n->argument[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
        why = -1;
    uint64_t request = n->argument[0];
    if (why == UNSEEN_TRACER && request != PTRACE_TRACEME && request != PTRACE_ATTACH &&
        request != PTRACE_SEIZE)
        why = -1;
    return why;
}

bool notice_same(const struct notice *a, const struct notice *b)
{
    return a->tid == b->tid && a->row == b->row && a->place == b->place &&
           memcmp(a->argument, b->argument, sizeof(a->argument)) == 0;
}

static const struct filter_row *row_find(const struct filter *f, const struct seccomp_data *data)
{
    for (size_t i = 0; i < f->rows; i++) {
        if (f->row[i].nr == data->nr && f->row[i].arch == data->arch)
            return &f->row[i];
    }
    return NULL;
}

int notice_receive(const struct filter *f, int listener, int64_t wait_ns, struct notice *out)
{
    /* A kernel that says more than this build knows of gets room for that. */
    union {
        struct seccomp_notif notif;
        char room[512];
    } got;
    struct pollfd ready = {.fd = listener, .events = POLLIN};

    const struct timespec wait = {.tv_nsec = wait_ns};
    while (ppoll(&ready, 1, &wait, NULL) > 0) {
        if ((ready.revents & POLLIN) == 0)
            return ERR_GONE;
        memset(&got, 0, sizeof(got));
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got) < 0) {
            if (errno == ENOENT || errno == EINTR) /* who made it is dead, or has left it */
                continue;
            return ERR_GONE;
        }
        *out = (struct notice){.id = got.notif.id,
                               .tid = (pid_t)got.notif.pid,
                               .row = row_find(f, &got.notif.data),
                               .place = got.notif.data.instruction_pointer};
        memcpy(out->argument, got.notif.data.args, sizeof(out->argument));
        return 1;
    }
    return 0;
}

bool notice_waits(int listener, const struct notice *n)
{
    uint64_t id = n->id;

    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

bool notice_answer(int listener, const struct notice *n, int error)
{
    struct seccomp_notif_resp answer = {
        .id = n->id,
        .error = -error,
        .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0,
    };

    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

void listener_prepare(int listener)
{
    (void)ioctl(listener, NOTIF_SET_FLAGS, NOTIF_SYNC_WAKE_UP);
}

/* ---- Can it be had? --------------------------------------------------------------------- */

const char *listener_refused(int error, bool firm)
{
    switch (error) {
    case EBUSY:
        return "something above this run has a listener for system calls already, and the kernel "
               "allows one: is it a run inside of a run, or a container that listens itself? Run "
               "it outside of that";
    case EINVAL:
        return firm ? "`hold: firm` needs Linux 5.19: leave it out, or run it there"
                    : "this kernel has no listeners for system calls: Linux 5.5 is needed";
    case ENOSYS:
        return "seccomp is not there: it is not built into this kernel, or a sandbox forbids it";
    case EACCES:
    case EPERM:
        return "a sandbox forbids filters for system calls: allow seccomp(2) in its profile, or "
               "run it outside";
    default:
        return "the kernel has refused a filter for system calls";
    }
}

/* Tries to have one; the child's exit status. */
enum { TRIED_FREE = 1, TRIED_NO_NEW_PRIVS = 2, TRIED_FIRM = 4, TRIED_NOT = 64 };

static int try_install(unsigned long flags)
{
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};

    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static _Noreturn void try_child(void)
{
    const unsigned long firm =
        SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    int tried = TRIED_FREE;

    int rc = try_install(firm);
    if (rc < 0 && errno == EACCES) {
        tried = TRIED_NO_NEW_PRIVS;
        (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        rc = try_install(firm);
    }
    if (rc >= 0)
        _exit(tried | TRIED_FIRM);
    if (errno == EINVAL)
        rc = try_install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
    _exit(rc >= 0 ? tried : TRIED_NOT + (errno < TRIED_NOT ? errno : 0));
}

struct listener_facts listener_probe(void)
{
    struct listener_facts facts = {.can = LISTENER_NOT, .why = "no process can be started"};
    int status = 0;

    pid_t pid = fork();
    if (pid == 0)
        try_child();
    if (pid < 0)
        return facts;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    /* A sandbox may answer by SIGSYS. */
    int tried = WIFEXITED(status) ? WEXITSTATUS(status) : TRIED_NOT + EPERM;
    facts.firm = (tried & TRIED_FIRM) != 0 && tried < TRIED_NOT;
    if (tried >= TRIED_NOT) {
        facts.why = listener_refused(tried - TRIED_NOT, false);
        return facts;
    }
    facts.can = (tried & TRIED_FREE) != 0 ? LISTENER_FREE : LISTENER_NO_NEW_PRIVS;
    facts.why = NULL;
    return facts;
}
