#include "command/explain.h"

#include <stdio.h>

static void print_value(const struct judge_value *v) {
    switch (v->kind) {
    case JUDGE_NOTHING:
        printf("-");
        break;
    case JUDGE_INTEGER:
        printf("%lld", (long long)v->integer);
        break;
    case JUDGE_REAL:
        printf("%.*f", v->decimals, v->real);
        break;
    case JUDGE_TEXT:
        printf("%s", v->text);
        break;
    }
}

void explain_result(const struct judge_result *r) {
    if (r->expected.kind != JUDGE_NOTHING || r->actual.kind != JUDGE_NOTHING) {
        printf("          %-24s ", "expected");
        print_value(&r->expected);
        printf(", found ");
        print_value(&r->actual);
        printf("\n");
    }
    for (size_t i = 0; i < r->details_used; i++) {
        printf("          %-24s ", r->details[i].key);
        print_value(&r->details[i].value);
        if (r->details[i].limit.kind != JUDGE_NOTHING) {
            printf(" (limit ");
            print_value(&r->details[i].limit);
            printf(")");
        }
        printf("\n");
    }
}
