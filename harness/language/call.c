/* call.c: the names of Linux's calls, their families, and the words that make forms. */
#include "harness/language/call.h"

#include "runtime/base/check.h"
#include "runtime/base/status.h"
#include "runtime/base/suggest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/* A call's number is its place. */
static const char *const names[] = {"_sysctl",
                                    "accept",
                                    "accept4",
                                    "access",
                                    "acct",
                                    "add_key",
                                    "adjtimex",
                                    "afs_syscall",
                                    "alarm",
                                    "arch_prctl",
                                    "bind",
                                    "bpf",
                                    "brk",
                                    "cachestat",
                                    "capget",
                                    "capset",
                                    "chdir",
                                    "chmod",
                                    "chown",
                                    "chroot",
                                    "clock_adjtime",
                                    "clock_getres",
                                    "clock_gettime",
                                    "clock_nanosleep",
                                    "clock_settime",
                                    "clone",
                                    "clone3",
                                    "close",
                                    "close_range",
                                    "connect",
                                    "copy_file_range",
                                    "creat",
                                    "create_module",
                                    "delete_module",
                                    "dup",
                                    "dup2",
                                    "dup3",
                                    "epoll_create",
                                    "epoll_create1",
                                    "epoll_ctl",
                                    "epoll_ctl_old",
                                    "epoll_pwait",
                                    "epoll_pwait2",
                                    "epoll_wait",
                                    "epoll_wait_old",
                                    "eventfd",
                                    "eventfd2",
                                    "execve",
                                    "execveat",
                                    "exit",
                                    "exit_group",
                                    "faccessat",
                                    "faccessat2",
                                    "fadvise64",
                                    "fallocate",
                                    "fanotify_init",
                                    "fanotify_mark",
                                    "fchdir",
                                    "fchmod",
                                    "fchmodat",
                                    "fchmodat2",
                                    "fchown",
                                    "fchownat",
                                    "fcntl",
                                    "fdatasync",
                                    "fgetxattr",
                                    "finit_module",
                                    "flistxattr",
                                    "flock",
                                    "fork",
                                    "fremovexattr",
                                    "fsconfig",
                                    "fsetxattr",
                                    "fsmount",
                                    "fsopen",
                                    "fspick",
                                    "fstat",
                                    "fstatfs",
                                    "fsync",
                                    "ftruncate",
                                    "futex",
                                    "futex_requeue",
                                    "futex_wait",
                                    "futex_waitv",
                                    "futex_wake",
                                    "futimesat",
                                    "get_kernel_syms",
                                    "get_mempolicy",
                                    "get_robust_list",
                                    "get_thread_area",
                                    "getcpu",
                                    "getcwd",
                                    "getdents",
                                    "getdents64",
                                    "getegid",
                                    "geteuid",
                                    "getgid",
                                    "getgroups",
                                    "getitimer",
                                    "getpeername",
                                    "getpgid",
                                    "getpgrp",
                                    "getpid",
                                    "getpmsg",
                                    "getppid",
                                    "getpriority",
                                    "getrandom",
                                    "getresgid",
                                    "getresuid",
                                    "getrlimit",
                                    "getrusage",
                                    "getsid",
                                    "getsockname",
                                    "getsockopt",
                                    "gettid",
                                    "gettimeofday",
                                    "getuid",
                                    "getxattr",
                                    "getxattrat",
                                    "init_module",
                                    "inotify_add_watch",
                                    "inotify_init",
                                    "inotify_init1",
                                    "inotify_rm_watch",
                                    "io_cancel",
                                    "io_destroy",
                                    "io_getevents",
                                    "io_pgetevents",
                                    "io_setup",
                                    "io_submit",
                                    "io_uring_enter",
                                    "io_uring_register",
                                    "io_uring_setup",
                                    "ioctl",
                                    "ioperm",
                                    "iopl",
                                    "ioprio_get",
                                    "ioprio_set",
                                    "kcmp",
                                    "kexec_file_load",
                                    "kexec_load",
                                    "keyctl",
                                    "kill",
                                    "landlock_add_rule",
                                    "landlock_create_ruleset",
                                    "landlock_restrict_self",
                                    "lchown",
                                    "lgetxattr",
                                    "link",
                                    "linkat",
                                    "listen",
                                    "listmount",
                                    "listxattr",
                                    "listxattrat",
                                    "llistxattr",
                                    "lookup_dcookie",
                                    "lremovexattr",
                                    "lseek",
                                    "lsetxattr",
                                    "lsm_get_self_attr",
                                    "lsm_list_modules",
                                    "lsm_set_self_attr",
                                    "lstat",
                                    "madvise",
                                    "map_shadow_stack",
                                    "mbind",
                                    "membarrier",
                                    "memfd_create",
                                    "memfd_secret",
                                    "migrate_pages",
                                    "mincore",
                                    "mkdir",
                                    "mkdirat",
                                    "mknod",
                                    "mknodat",
                                    "mlock",
                                    "mlock2",
                                    "mlockall",
                                    "mmap",
                                    "modify_ldt",
                                    "mount",
                                    "mount_setattr",
                                    "move_mount",
                                    "move_pages",
                                    "mprotect",
                                    "mq_getsetattr",
                                    "mq_notify",
                                    "mq_open",
                                    "mq_timedreceive",
                                    "mq_timedsend",
                                    "mq_unlink",
                                    "mremap",
                                    "mseal",
                                    "msgctl",
                                    "msgget",
                                    "msgrcv",
                                    "msgsnd",
                                    "msync",
                                    "munlock",
                                    "munlockall",
                                    "munmap",
                                    "name_to_handle_at",
                                    "nanosleep",
                                    "newfstatat",
                                    "nfsservctl",
                                    "open",
                                    "open_by_handle_at",
                                    "open_tree",
                                    "open_tree_attr",
                                    "openat",
                                    "openat2",
                                    "pause",
                                    "perf_event_open",
                                    "personality",
                                    "pidfd_getfd",
                                    "pidfd_open",
                                    "pidfd_send_signal",
                                    "pipe",
                                    "pipe2",
                                    "pivot_root",
                                    "pkey_alloc",
                                    "pkey_free",
                                    "pkey_mprotect",
                                    "poll",
                                    "ppoll",
                                    "prctl",
                                    "pread64",
                                    "preadv",
                                    "preadv2",
                                    "prlimit64",
                                    "process_madvise",
                                    "process_mrelease",
                                    "process_vm_readv",
                                    "process_vm_writev",
                                    "pselect6",
                                    "ptrace",
                                    "putpmsg",
                                    "pwrite64",
                                    "pwritev",
                                    "pwritev2",
                                    "query_module",
                                    "quotactl",
                                    "quotactl_fd",
                                    "read",
                                    "readahead",
                                    "readlink",
                                    "readlinkat",
                                    "readv",
                                    "reboot",
                                    "recvfrom",
                                    "recvmmsg",
                                    "recvmsg",
                                    "remap_file_pages",
                                    "removexattr",
                                    "removexattrat",
                                    "rename",
                                    "renameat",
                                    "renameat2",
                                    "request_key",
                                    "restart_syscall",
                                    "rmdir",
                                    "rseq",
                                    "rt_sigaction",
                                    "rt_sigpending",
                                    "rt_sigprocmask",
                                    "rt_sigqueueinfo",
                                    "rt_sigreturn",
                                    "rt_sigsuspend",
                                    "rt_sigtimedwait",
                                    "rt_tgsigqueueinfo",
                                    "sched_get_priority_max",
                                    "sched_get_priority_min",
                                    "sched_getaffinity",
                                    "sched_getattr",
                                    "sched_getparam",
                                    "sched_getscheduler",
                                    "sched_rr_get_interval",
                                    "sched_setaffinity",
                                    "sched_setattr",
                                    "sched_setparam",
                                    "sched_setscheduler",
                                    "sched_yield",
                                    "seccomp",
                                    "security",
                                    "select",
                                    "semctl",
                                    "semget",
                                    "semop",
                                    "semtimedop",
                                    "sendfile",
                                    "sendmmsg",
                                    "sendmsg",
                                    "sendto",
                                    "set_mempolicy",
                                    "set_mempolicy_home_node",
                                    "set_robust_list",
                                    "set_thread_area",
                                    "set_tid_address",
                                    "setdomainname",
                                    "setfsgid",
                                    "setfsuid",
                                    "setgid",
                                    "setgroups",
                                    "sethostname",
                                    "setitimer",
                                    "setns",
                                    "setpgid",
                                    "setpriority",
                                    "setregid",
                                    "setresgid",
                                    "setresuid",
                                    "setreuid",
                                    "setrlimit",
                                    "setsid",
                                    "setsockopt",
                                    "settimeofday",
                                    "setuid",
                                    "setxattr",
                                    "setxattrat",
                                    "shmat",
                                    "shmctl",
                                    "shmdt",
                                    "shmget",
                                    "shutdown",
                                    "sigaltstack",
                                    "signalfd",
                                    "signalfd4",
                                    "socket",
                                    "socketpair",
                                    "splice",
                                    "stat",
                                    "statfs",
                                    "statmount",
                                    "statx",
                                    "swapoff",
                                    "swapon",
                                    "symlink",
                                    "symlinkat",
                                    "sync",
                                    "sync_file_range",
                                    "syncfs",
                                    "sysfs",
                                    "sysinfo",
                                    "syslog",
                                    "tee",
                                    "tgkill",
                                    "time",
                                    "timer_create",
                                    "timer_delete",
                                    "timer_getoverrun",
                                    "timer_gettime",
                                    "timer_settime",
                                    "timerfd_create",
                                    "timerfd_gettime",
                                    "timerfd_settime",
                                    "times",
                                    "tkill",
                                    "truncate",
                                    "tuxcall",
                                    "umask",
                                    "umount2",
                                    "uname",
                                    "unlink",
                                    "unlinkat",
                                    "unshare",
                                    "uselib",
                                    "userfaultfd",
                                    "ustat",
                                    "utime",
                                    "utimensat",
                                    "utimes",
                                    "vfork",
                                    "vhangup",
                                    "vmsplice",
                                    "vserver",
                                    "wait4",
                                    "waitid",
                                    "waitpid",
                                    "write",
                                    "writev"};

enum { CALLS = sizeof(names) / sizeof(names[0]) };

/* The families of more than one, the name of each first; and what else is to be known of a call. */
static const struct {
    const char *name;
    const char *family;
    uint8_t look;
    int8_t word;
} spellings[] = {
    {"execve",            "execve",          CALL_LOOK_PROGRAM,    -1},
    {"execveat",          "execve",          CALL_LOOK_PROGRAM_AT, -1},
    {"wait4",             "wait4",           CALL_LOOK_NOT,        -1},
    {"waitid",            "wait4",           CALL_LOOK_NOT,        -1},
    {"waitpid",           "wait4",           CALL_LOOK_NOT,        -1},
    {"clone",             "clone",           CALL_LOOK_FLAGS,      -1},
    {"clone3",            "clone",           CALL_LOOK_STRUCT,     -1},
    {"fork",              "clone",           CALL_LOOK_NOT,        -1},
    {"vfork",             "clone",           CALL_LOOK_NOT,        -1},
    {"exit_group",        "exit_group",      CALL_LOOK_NOT,        -1},
    {"exit",              "exit_group",      CALL_LOOK_LAST,       -1},
    {"kill",              "kill",            CALL_LOOK_NOT,        1 },
    {"tkill",             "kill",            CALL_LOOK_NOT,        1 },
    {"tgkill",            "kill",            CALL_LOOK_NOT,        2 },
    {"rt_sigqueueinfo",   "kill",            CALL_LOOK_NOT,        1 },
    {"rt_tgsigqueueinfo", "kill",            CALL_LOOK_NOT,        2 },
    {"pidfd_send_signal", "kill",            CALL_LOOK_NOT,        1 },
    {"openat",            "openat",          CALL_LOOK_NOT,        -1},
    {"open",              "openat",          CALL_LOOK_NOT,        -1},
    {"openat2",           "openat",          CALL_LOOK_NOT,        -1},
    {"creat",             "openat",          CALL_LOOK_NOT,        -1},
    {"ioctl",             "ioctl",           CALL_LOOK_NOT,        1 },
    {"fcntl",             "fcntl",           CALL_LOOK_NOT,        1 },
    {"flock",             "flock",           CALL_LOOK_NOT,        1 },
    {"accept4",           "accept4",         CALL_LOOK_NOT,        -1},
    {"accept",            "accept4",         CALL_LOOK_NOT,        -1},
    {"dup2",              "dup2",            CALL_LOOK_NOT,        -1},
    {"dup3",              "dup2",            CALL_LOOK_NOT,        -1},
    {"pipe2",             "pipe2",           CALL_LOOK_NOT,        -1},
    {"pipe",              "pipe2",           CALL_LOOK_NOT,        -1},
    {"ppoll",             "ppoll",           CALL_LOOK_NOT,        -1},
    {"poll",              "ppoll",           CALL_LOOK_NOT,        -1},
    {"pselect6",          "pselect6",        CALL_LOOK_NOT,        -1},
    {"select",            "pselect6",        CALL_LOOK_NOT,        -1},
    {"epoll_pwait",       "epoll_pwait",     CALL_LOOK_NOT,        -1},
    {"epoll_wait",        "epoll_pwait",     CALL_LOOK_NOT,        -1},
    {"epoll_pwait2",      "epoll_pwait",     CALL_LOOK_NOT,        -1},
    {"clock_nanosleep",   "clock_nanosleep", CALL_LOOK_NOT,        -1},
    {"nanosleep",         "clock_nanosleep", CALL_LOOK_NOT,        -1},
    {"unlink",            "unlink",          CALL_LOOK_NOT,        -1},
    {"unlinkat",          "unlink",          CALL_LOOK_NOT,        -1},
    {"rename",            "rename",          CALL_LOOK_NOT,        -1},
    {"renameat",          "rename",          CALL_LOOK_NOT,        -1},
    {"renameat2",         "rename",          CALL_LOOK_NOT,        -1},
    {"mkdir",             "mkdir",           CALL_LOOK_NOT,        -1},
    {"mkdirat",           "mkdir",           CALL_LOOK_NOT,        -1},
    {"link",              "link",            CALL_LOOK_NOT,        -1},
    {"linkat",            "link",            CALL_LOOK_NOT,        -1},
    {"symlink",           "symlink",         CALL_LOOK_NOT,        -1},
    {"symlinkat",         "symlink",         CALL_LOOK_NOT,        -1},
    {"readlink",          "readlink",        CALL_LOOK_NOT,        -1},
    {"readlinkat",        "readlink",        CALL_LOOK_NOT,        -1},
    {"mknod",             "mknod",           CALL_LOOK_NOT,        -1},
    {"mknodat",           "mknod",           CALL_LOOK_NOT,        -1},
    {"chmod",             "chmod",           CALL_LOOK_NOT,        -1},
    {"fchmodat",          "chmod",           CALL_LOOK_NOT,        -1},
    {"fchmodat2",         "chmod",           CALL_LOOK_NOT,        -1},
    {"chown",             "chown",           CALL_LOOK_NOT,        -1},
    {"lchown",            "chown",           CALL_LOOK_NOT,        -1},
    {"fchownat",          "chown",           CALL_LOOK_NOT,        -1},
    {"access",            "access",          CALL_LOOK_NOT,        -1},
    {"faccessat",         "access",          CALL_LOOK_NOT,        -1},
    {"faccessat2",        "access",          CALL_LOOK_NOT,        -1},
    {"stat",              "stat",            CALL_LOOK_NOT,        -1},
    {"lstat",             "stat",            CALL_LOOK_NOT,        -1},
    {"newfstatat",        "stat",            CALL_LOOK_NOT,        -1},
    {"statx",             "stat",            CALL_LOOK_NOT,        -1},
    {"utimensat",         "utimensat",       CALL_LOOK_NOT,        -1},
    {"futimesat",         "utimensat",       CALL_LOOK_NOT,        -1},
    {"utimes",            "utimensat",       CALL_LOOK_NOT,        -1},
    {"utime",             "utimensat",       CALL_LOOK_NOT,        -1},
    {"getdents64",        "getdents64",      CALL_LOOK_NOT,        -1},
    {"getdents",          "getdents64",      CALL_LOOK_NOT,        -1},
    {"eventfd2",          "eventfd2",        CALL_LOOK_NOT,        -1},
    {"eventfd",           "eventfd2",        CALL_LOOK_NOT,        -1},
    {"signalfd4",         "signalfd4",       CALL_LOOK_NOT,        -1},
    {"signalfd",          "signalfd4",       CALL_LOOK_NOT,        -1},
    {"epoll_create1",     "epoll_create1",   CALL_LOOK_NOT,        -1},
    {"epoll_create",      "epoll_create1",   CALL_LOOK_NOT,        -1},
    {"inotify_init1",     "inotify_init1",   CALL_LOOK_NOT,        -1},
    {"inotify_init",      "inotify_init1",   CALL_LOOK_NOT,        -1},
};

enum { SPELLINGS = sizeof(spellings) / sizeof(spellings[0]) };

#define FORM(family, word)  \
    {                       \
        family, #word, word \
    }

/* A form's number is its place, from 1. Signals are forms of `kill` behind all of these. */
static const struct {
    const char *family;
    const char *name;
    uint32_t word;
} forms[] = {
    FORM("ioctl", TIOCSPGRP),    FORM("ioctl", TIOCGPGRP), FORM("ioctl", TIOCSCTTY),
    FORM("ioctl", TIOCNOTTY),    FORM("ioctl", TIOCGSID),  FORM("ioctl", TCGETS),
    FORM("ioctl", TCSETS),       FORM("ioctl", TCSETSW),   FORM("ioctl", TCSETSF),
    FORM("ioctl", TCFLSH),       FORM("ioctl", TCSBRK),    FORM("ioctl", TIOCGWINSZ),
    FORM("ioctl", TIOCSWINSZ),   FORM("ioctl", TIOCSTI),   FORM("ioctl", TIOCGPTN),
    FORM("ioctl", TIOCSPTLCK),   FORM("ioctl", FIONREAD),  FORM("ioctl", FIONBIO),
    FORM("fcntl", F_GETFL),      FORM("fcntl", F_SETFL),   FORM("fcntl", F_GETLK),
    FORM("fcntl", F_SETLK),      FORM("fcntl", F_SETLKW),  FORM("fcntl", F_OFD_SETLK),
    FORM("fcntl", F_OFD_SETLKW), FORM("fcntl", F_DUPFD),   FORM("fcntl", F_DUPFD_CLOEXEC),
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]), FORM_SIGNAL = 1024 };

/* Calls that are answered without the kernel's entry, where there is a vDSO; and those that a
 * program does not make by itself. */
static const struct {
    const char *name;
    const char *why;
} unseen[] = {
    {"clock_gettime",   "the vDSO answers it, in the program itself"                 },
    {"clock_getres",    "the vDSO answers it, in the program itself"                 },
    {"gettimeofday",    "the vDSO answers it, in the program itself"                 },
    {"time",            "the vDSO answers it, in the program itself"                 },
    {"getcpu",          "the vDSO answers it, in the program itself"                 },
    {"rt_sigreturn",    "the kernel has put it behind a handler: no program calls it"},
    {"restart_syscall", "the kernel calls it, to go on with one that was interrupted"},
    {"io_uring_enter",  "what a ring is asked for is no call: no filter sees it"     },
};

const char *call_name(size_t i)
{
    return i < CALLS ? names[i] : NULL;
}

int call_number(const char *name)
{
    for (size_t i = 0; i < CALLS; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* ---- Families ---- */

static uint16_t number_of(const char *name)
{
    int number = call_number(name);

    CHECK(number >= 0);
    return (uint16_t)number;
}

static int row_of(uint16_t number)
{
    for (int i = 0; i < SPELLINGS; i++) {
        if (strcmp(spellings[i].name, names[number]) == 0)
            return i;
    }
    return -1;
}

uint16_t call_family(uint16_t number)
{
    CHECK(number < CALLS);
    int row = row_of(number);

    return row < 0 ? number : number_of(spellings[row].family);
}

bool call_spelling(uint16_t family, size_t i, struct call_spelling *out)
{
    CHECK(family < CALLS);
    for (size_t row = 0; row < SPELLINGS; row++) {
        if (strcmp(spellings[row].family, names[family]) != 0 || i-- > 0)
            continue;
        *out = (struct call_spelling){number_of(spellings[row].name), spellings[row].look,
                                      spellings[row].word};
        return true;
    }
    *out = (struct call_spelling){family, CALL_LOOK_NOT, -1};
    return row_of(family) < 0 && i == 0;
}

/* ---- Forms ---- */

static bool takes_signals(uint16_t family)
{
    return strcmp(names[family], "kill") == 0;
}

uint16_t call_form(uint16_t family, uint64_t word)
{
    if (takes_signals(family) && word >= 1 && word <= SIGNALS)
        return (uint16_t)(FORM_SIGNAL + word);
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].word == (uint32_t)word && strcmp(forms[i].family, names[family]) == 0)
            return (uint16_t)(i + 1);
    }
    return CALL_FORM_ANY;
}

bool call_form_word(struct call c, uint64_t *out)
{
    if (c.form >= FORM_SIGNAL && takes_signals(c.family)) {
        *out = c.form - (uint64_t)FORM_SIGNAL;
        return true;
    }
    if (c.form == CALL_FORM_ANY || c.form > FORMS ||
        strcmp(forms[c.form - 1].family, names[c.family]) != 0)
        return false;
    *out = forms[c.form - 1].word;
    return true;
}

const char *call_form_at(size_t i, const char **family)
{
    if (i < 1 || i > FORMS)
        return NULL;
    *family = forms[i - 1].family;
    return forms[i - 1].name;
}

/* The word of the family, as a form, or CALL_FORM_ANY. */
static uint16_t form_find(uint16_t family, const char *word)
{
    int signal = takes_signals(family) ? signal_find(word) : -1;

    if (signal > 0)
        return (uint16_t)(FORM_SIGNAL + signal);
    for (size_t i = 0; i < FORMS; i++) {
        if (strcmp(forms[i].name, word) == 0 && strcmp(forms[i].family, names[family]) == 0)
            return (uint16_t)(i + 1);
    }
    return CALL_FORM_ANY;
}

/* ---- Text ---- */

struct call call_unpack(int64_t packed)
{
    return (struct call){(uint16_t)(packed & 0xFFFF), (uint16_t)((uint64_t)packed >> 16)};
}

const char *call_text(struct call c, char out[CALL_NAME_BYTES])
{
    const char *name = c.family < CALLS ? names[c.family] : "?";
    const char *word = NULL;
    uint64_t value;

    if (c.family < CALLS && c.form >= FORM_SIGNAL && call_form_word(c, &value)) {
        for (size_t i = 0; signal_at(i) != NULL && word == NULL; i++)
            word = signal_find(signal_at(i)) == (int)value ? signal_at(i) : NULL;
    } else if (c.form >= 1 && c.form <= FORMS) {
        word = forms[c.form - 1].name;
    }
    (void)snprintf(out, CALL_NAME_BYTES, word != NULL ? "%s(%s)" : "%s", name, word);
    return out;
}

static const char *name_at(size_t i, void *user)
{
    (void)user;
    return names[i];
}

/* The names of a family's forms, one after the other. */
static const char *word_at(size_t i, void *user)
{
    const uint16_t *family = user;

    if (takes_signals(*family))
        return signal_at(i);
    for (size_t row = 0; row < FORMS; row++) {
        if (strcmp(forms[row].family, names[*family]) == 0 && i-- == 0)
            return forms[row].name;
    }
    return NULL;
}

static void near_find(uint16_t family, const char *word, char near[CALL_NAME_BYTES])
{
    size_t count = 0;

    while (word_at(count, &family) != NULL)
        count++;
    const char *found = suggest(word, count, word_at, &family);
    if (found != NULL)
        (void)snprintf(near, CALL_NAME_BYTES, "%s(%s)", names[family], found);
}

bool call_read(const char *text, struct call *out, char near[CALL_NAME_BYTES])
{
    size_t size = strcspn(text, "(");
    size_t rest = strlen(text + size);
    char name[CALL_NAME_BYTES];
    char word[CALL_NAME_BYTES] = "";

    near[0] = 0;
    if (size >= sizeof(name) || rest >= sizeof(word) || rest == 1)
        return false;
    (void)snprintf(name, sizeof(name), "%.*s", (int)size, text);
    if (rest > 2)
        (void)snprintf(word, sizeof(word), "%.*s", (int)rest - 2, text + size + 1);
    int number = call_number(name);
    if (number < 0) {
        const char *found = suggest(name, CALLS, name_at, NULL);
        if (found != NULL)
            (void)snprintf(near, CALL_NAME_BYTES, "%s", found);
        return false;
    }
    struct call c = {.family = call_family((uint16_t)number)};
    if (rest > 0) {
        c.form = text[size + rest - 1] == ')' ? form_find(c.family, word) : CALL_FORM_ANY;
        if (c.form == CALL_FORM_ANY) {
            near_find(c.family, word, near);
            return false;
        }
    }
    *out = c;
    return true;
}

const char *call_unseen(struct call c)
{
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
        if (c.family < CALLS && strcmp(unseen[i].name, names[c.family]) == 0)
            return unseen[i].why;
    }
    return NULL;
}
