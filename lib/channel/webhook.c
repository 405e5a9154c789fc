/* Any webhook: the message as it is, in JSON. */
#include "channel/http.h"
#include "channel/message.h"

int webhook_check(const struct channel_setup *s, struct error *e) {
    return http_check("webhook", s->secrets->values[SECRET_WEBHOOK], true, e);
}

struct channel_result webhook_send(const struct channel_setup *s, const struct alert_message *m,
                                   const char *late) {
    return http_post(s, s->secrets->values[SECRET_WEBHOOK], message_json(m, late));
}
