"""Holds the outcome of every test case of a suite under gifvet against that without it.

    cases.py PLAIN... -- WITH...

Each is what one run wrote: "OUTCOME CASE" lines. A case that did not end the same way without
gifvet every time is flaky by itself, and is named; one that ended in a way with gifvet in which it
never ended without, in most of the runs, differs. Exits 3 when more runs are needed to tell.
"""
import sys


def outcomes(path):
    with open(path) as lines:
        return dict(reversed(line.rstrip('\n').split(' ', 1)) for line in lines)


def main(arguments):
    split = arguments.index('--')
    plain = [outcomes(p) for p in arguments[:split]]
    other = [outcomes(p) for p in arguments[split + 1:]]
    cases = sorted(set().union(*plain, *other))
    differs = []
    for case in cases:
        before = {run.get(case, 'missing') for run in plain}
        strange = [o for o in (run.get(case, 'missing') for run in other) if o not in before]
        if len(strange) * 2 > len(other):
            differs.append(f'{case}: {strange[0]}, not {"/".join(sorted(before))}')
        elif len(before) > 1 or strange:
            print(f'# {case}: {"/".join(sorted(before))} without gifvet'
                  f'{", once " + strange[0] + " with it" if strange else ""}')
    if differs and len(plain) < 3:
        return 3
    bad = sum(o not in ('ok', 'skipped') for o in other[0].values())
    print(f'{len(cases)} cases, {bad} of them fail' if not differs else '; '.join(differs))
    return 1 if differs else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
