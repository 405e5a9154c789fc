/* What every JSON object of a command begins with: of which schema it is, and of which type. */
#ifndef GIFVET_COMMAND_SCHEMA_H
#define GIFVET_COMMAND_SCHEMA_H

#include "record/json.h"

#include <jansson.h>

/* Grows when a member changes its meaning or goes; new members do not count. */
#define COMMAND_SCHEMA 1

/* Behind json_put_object(). */
void schema_put(struct json *j, const char *type);

/* The same for an object of jansson's; NULL is left alone. */
void schema_set(json_t *object, const char *type);

#endif
