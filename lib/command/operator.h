/* Who runs this command. */
#ifndef GIFVET_COMMAND_OPERATOR_H
#define GIFVET_COMMAND_OPERATOR_H

#include "record/record.h"

/* The real user; with sudo also who that was before, which the environment says ($SUDO_USER) and
 * is believed of root alone. The strings are the program's. Not for several threads. */
struct record_operator operator_now(void);

#endif
