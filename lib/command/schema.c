#include "command/schema.h"

void schema_put(struct json *j, const char *type) {
    json_put_int(j, "schema", COMMAND_SCHEMA);
    json_put_string(j, "type", type);
}

void schema_set(json_t *object, const char *type) {
    json_object_set_new(object, "schema", json_integer(COMMAND_SCHEMA));
    json_object_set_new(object, "type", json_string(type));
}
