#include "command/operator.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_SIZE 64

struct record_operator operator_now(void) {
    static char user[NAME_SIZE], sudo_user[NAME_SIZE];
    const struct passwd *p = getpwuid(getuid());
    const char *before = getuid() == 0 ? getenv("SUDO_USER") : NULL;
    (void)snprintf(user, sizeof user, "%s", p != NULL ? p->pw_name : "");
    (void)snprintf(sudo_user, sizeof sudo_user, "%s", before != NULL ? before : "");
    return (struct record_operator){
        .uid = getuid(), .user = user, .sudo_user = sudo_user[0] != '\0' ? sudo_user : NULL};
}
