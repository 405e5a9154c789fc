#include "judge/quantise.h"

#include <stdlib.h>

struct box {
    size_t from, to;
    double error;   /* sum over pixels and channels of squared distances from the mean */
    double mean[3]; /* blue, green, red */
    int axis;       /* the channel that varies most */
};

static double channel(uint32_t color, int c) {
    return (double)(color >> 8 * c & 255);
}

static void measure(struct box *b, const struct quantise_color *colors) {
    double n = 0, most = -1;
    double sum[3] = {0}, squares[3] = {0};
    for (size_t i = b->from; i < b->to; i++) {
        double w = (double)colors[i].pixels;
        n += w;
        for (int c = 0; c < 3; c++) {
            double x = channel(colors[i].color, c);
            sum[c] += w * x;
            squares[c] += w * x * x;
        }
    }
    b->error = 0;
    for (int c = 0; c < 3; c++) {
        b->mean[c] = sum[c] / n;
        double varies = squares[c] - sum[c] * b->mean[c];
        b->error += varies > 0 ? varies : 0;
        if (varies > most) {
            most = varies;
            b->axis = c;
        }
    }
}

/* Divides the box at its mean; false when all its colours are on one side (they are one). */
static bool divide(struct box *b, struct quantise_color *colors, struct box *other) {
    size_t middle = b->from;
    for (size_t i = b->from; i < b->to; i++)
        if (channel(colors[i].color, b->axis) <= b->mean[b->axis]) {
            struct quantise_color t = colors[i];
            colors[i] = colors[middle];
            colors[middle++] = t;
        }
    if (middle == b->from || middle == b->to)
        return false;
    *other = (struct box){.from = middle, .to = b->to};
    b->to = middle;
    measure(b, colors);
    measure(other, colors);
    return true;
}

size_t quantise(struct quantise_color *colors, size_t used, size_t n, uint32_t *means) {
    struct box *boxes = malloc((n + 1) * sizeof *boxes);
    size_t made = 0;
    if (boxes == NULL || used == 0 || n == 0) {
        free(boxes);
        return 0;
    }
    boxes[made] = (struct box){.to = used};
    measure(&boxes[made++], colors);
    while (made < n) {
        size_t worst = 0;
        for (size_t i = 1; i < made; i++)
            if (boxes[i].error > boxes[worst].error)
                worst = i;
        if (boxes[worst].error < 0.5)
            break;
        if (divide(&boxes[worst], colors, &boxes[made]))
            made++;
        else
            boxes[worst].error = 0;
    }
    for (size_t i = 0; i < made; i++) {
        means[i] = 0xFF000000u;
        for (int c = 0; c < 3; c++)
            means[i] |= (uint32_t)(boxes[i].mean[c] + 0.5) << 8 * c;
    }
    free(boxes);
    return made;
}
