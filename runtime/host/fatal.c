/* fatal.c: a handler that only comes once. */
#include "runtime/host/fatal.h"

#include "runtime/base/check.h"
#include "runtime/base/status.h"

#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { FATAL_STACK_BYTES = 64 * 1024 };

#define FATAL_NUMBER(signal) signal,
static const int numbers[] = {CRASH_MAP(FATAL_NUMBER)};
#undef FATAL_NUMBER

enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static struct sigaction before[NUMBERS];
static alignas(64) char stack[FATAL_STACK_BYTES];
static bool stack_ours;
static fatal_fn *fatal_report;
static void *fatal_user;

/* Set by the linker. NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming) */
extern const char __executable_start[];
extern const char etext[];
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

/* 0 on a machine whose registers are not known here. */
static uintptr_t instruction_at(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static uint64_t instruction(const ucontext_t *context)
{
    uintptr_t at = instruction_at(context);

    if (at < (uintptr_t)__executable_start || at >= (uintptr_t)etext)
        return 0;
    return at - (uintptr_t)__executable_start;
}

static void fatal_restore(void)
{
    for (size_t i = 0; i < NUMBERS; i++)
        (void)sigaction(numbers[i], &before[i], NULL);
}

static void fatal_handler(int number, siginfo_t *info, void *context)
{
    const struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t set;

    /* A second mistake, in here, is nobody's to report. */
    fatal_restore();
    /* What somebody has sent is no mistake that a sanitizer could explain. */
    if (info->si_code <= 0)
        (void)sigaction(number, &usual, NULL);
    if (fatal_report != NULL)
        fatal_report(fatal_user, number, instruction(context));
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(number);
}

void fatal_open(fatal_fn *on_fatal, void *user)
{
    stack_t now;
    stack_t own = {.ss_sp = stack, .ss_size = sizeof(stack)};
    struct sigaction action;

    CHECK(fatal_report == NULL);
    fatal_report = on_fatal;
    fatal_user = user;
    /* Whoever has made one already, as sanitizers do, gives it back himself. */
    stack_ours = sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE) != 0 &&
                 sigaltstack(&own, NULL) == 0;
    memset(&action, 0, sizeof(action));
    action.sa_sigaction = fatal_handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    (void)sigfillset(&action.sa_mask);
    for (size_t i = 0; i < NUMBERS; i++)
        CHECK(sigaction(numbers[i], &action, &before[i]) == 0);
}

void fatal_close(void)
{
    stack_t none = {.ss_flags = SS_DISABLE};

    if (fatal_report == NULL)
        return;
    fatal_restore();
    fatal_report = NULL;
    if (stack_ours)
        (void)sigaltstack(&none, NULL);
}
