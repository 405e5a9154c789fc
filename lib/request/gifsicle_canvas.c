#include "request/gifsicle_canvas.h"

#include "request/parse.h"
#include "text/text.h"

/* "AxB" with a number or "_" on either side (0). */
static bool read_size(const char *s, int64_t *w, int64_t *h) {
    *w = *h = 0;
    if (s == NULL)
        return false;
    if (*s == '_')
        s++;
    else if (!request_number(s, &s, w))
        return false;
    if (*s != 'x')
        return false;
    s++;
    if (*s == '_')
        return s[1] == '\0';
    return request_number(s, &s, h) && *s == '\0' && *w >= 0 && *h >= 0;
}

/* A factor: "0.5", "1/2". */
static bool read_factor(const char **s, double *x) {
    double below;
    if (!request_decimal(*s, s, x))
        return false;
    if (**s != '/')
        return *x > 0;
    if (!request_decimal(*s + 1, s, &below) || below <= 0)
        return false;
    *x /= below;
    return *x > 0;
}

static void add_resize(struct request *r, enum request_step_kind kind, const char *value) {
    struct request_step step = {.kind = kind};
    if (read_size(value, &step.width, &step.height))
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

static void add_scale(struct request *r, const char *value) {
    struct request_step step = {.kind = REQUEST_STEP_SCALE};
    bool good = read_factor(&value, &step.x);
    step.y = step.x;
    if (good && *value == 'x') {
        value++;
        good = read_factor(&value, &step.y);
    }
    if (good && *value == '\0')
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

/* "X,Y+WxH" or "X1,Y1-X2,Y2". */
static void add_crop(struct request *r, const char *s) {
    struct request_step step = {.kind = REQUEST_STEP_CROP};
    int64_t right = 0, bottom = 0;
    bool good = request_number(s, &s, &step.left) && *s == ',' &&
                request_number(s + 1, &s, &step.top) && step.left >= 0 && step.top >= 0;
    if (good && *s == '+') {
        good = request_number(s + 1, &s, &step.width) && *s == 'x' &&
               request_number(s + 1, &s, &step.height) && *s == '\0';
    } else if (good && *s == '-') {
        good = request_number(s + 1, &s, &right) && *s == ',' &&
               request_number(s + 1, &s, &bottom) && *s == '\0';
        step.width = right - step.left;
        step.height = bottom - step.top;
    } else {
        good = false;
    }
    if (good)
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

static void add_turn(struct request *r, int turns) {
    request_add_step(r, (struct request_step){.kind = REQUEST_STEP_TURN, .turns = turns});
}

void gifsicle_canvas(struct request *r, enum gifsicle_id id, const char *value) {
    struct request_step step = {.kind = REQUEST_STEP_EXACT};
    switch (id) {
    case GIFSICLE_RESIZE:
        add_resize(r, REQUEST_STEP_EXACT, value);
        break;
    case GIFSICLE_RESIZE_FIT:
        add_resize(r, REQUEST_STEP_FIT, value);
        break;
    case GIFSICLE_SCREEN:
        add_resize(r, REQUEST_STEP_SCREEN, value);
        break;
    case GIFSICLE_RESIZE_WIDTH:
    case GIFSICLE_RESIZE_HEIGHT:
        if (text_to_int(value, true, id == GIFSICLE_RESIZE_WIDTH ? &step.width : &step.height))
            request_add_step(r, step);
        else
            r->canvas.ask = REQUEST_UNCLEAR;
        break;
    case GIFSICLE_SCALE:
        add_scale(r, value);
        break;
    case GIFSICLE_CROP:
        add_crop(r, value);
        break;
    case GIFSICLE_TURN_90:
    case GIFSICLE_TURN_180:
    case GIFSICLE_TURN_270:
        add_turn(r, (int)(id - GIFSICLE_TURN_90) + 1);
        break;
    case GIFSICLE_FLIP:
        r->canvas.flipped = true;
        break;
    default:
        r->canvas.ask = REQUEST_UNCLEAR;
    }
}
