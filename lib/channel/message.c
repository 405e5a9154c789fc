#include "channel/message.h"

#include "channel/words.h"
#include "operate/alert_memory.h"

#include <jansson.h>

json_t *message_json(const struct alert_message *m, const char *late) {
    char time[WORDS_FIELD_SIZE];
    json_t *j = json_pack("{s:i, s:s, s:s, s:s?}", "schema", 1, "type", "gifvet_alert", "time",
                          words_field(time, WORDS_TIME, m), "late", late[0] != '\0' ? late : NULL);
    json_t *rest = alert_message_json(m);
    if (j != NULL)
        json_object_update(j, rest);
    json_decref(rest);
    return j;
}
