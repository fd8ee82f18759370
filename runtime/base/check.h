/* check.h: what we do wrong ourselves stops here, in every build.
 *
 * CHECK states one fact that only a mistake of this project can break. What the world does wrong
 * (input, descriptors, memory) is returned as an error instead, see err.h. */
#ifndef RUNTIME_BASE_CHECK_H
#define RUNTIME_BASE_CHECK_H

/* Prints file, line and the broken fact to standard error, then aborts. The core links against
 * nothing else but mem*(), so a host may supply its own. */
_Noreturn void check_failed(const char *file, int line, const char *fact);

#define CHECK(fact) ((fact) ? (void)0 : check_failed(__FILE__, __LINE__, #fact))

#endif
