/* secret.h: values of secrets, from the environment. */
#ifndef HARNESS_CLI_SECRET_H
#define HARNESS_CLI_SECRET_H

/* The value of the environment variable of that name, or NULL. Asked for once it is taken out of
 * the environment, so that nothing that is started inherits it and no list of processes shows it;
 * it is remembered here. */
const char *secret_value(const char *name);

#endif
