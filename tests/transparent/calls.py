"""Holds the system calls of a command under gifvet against those without it.

    calls.py [--silent] [--names] --allowed FILE --objects HOLLOW GIFVET PLAIN... -- WITH...

PLAIN and WITH are directories that `strace -ff -i -s 0 -o DIRECTORY/t` filled; GIFVET is the path of
the preload object, HOLLOW that of one in which there is nothing, with which PLAIN was made.
--silent: no call may come from the object at all. --names: the program has threads, so that only the
names of its calls can be compared.

A call is gifvet's when the instruction that made it lies in the object, or when it was made between
the two calls that begin and end a visit. Those must all be on the list. What is left must be the
program's own calls, one by one and in order, in every process. Where runs without gifvet already
differ from each other in that, numbers of calls are compared, and where those differ as well, names.

Prints what was compared ("order", "number", "names") and exits 0, or prints the difference and exits
1. Exits 3 when more runs are needed to tell a difference from chance.
"""
import collections
import os
import re
import sys

LINE = re.compile(r'^\[([0-9a-f?]+)\] (\w+)\((.*)$')
BORN = ('clone', 'clone3', 'fork', 'vfork')

# Arguments that differ between any two runs: numbers of processes, times, amounts.
BY_NAME = set("""clone clone3 fork vfork wait4 waitid kill tkill tgkill getpid gettid getppid
    set_tid_address set_robust_list getpgrp getpgid setpgid getsid futex sched_getaffinity
    sched_yield getrandom clock_gettime clock_nanosleep nanosleep gettimeofday times getrusage sysinfo
    utimensat select pselect6 poll ppoll epoll_wait epoll_pwait statfs fstatfs timer_settime
    setitimer alarm rt_sigreturn restart_syscall brk mmap munmap mremap madvise prlimit64 uname
    rt_sigsuspend pipe2 exit_group exit""".split())


# Whether a thread has to wait is chance.
WAITING = {'futex', 'sched_yield', 'restart_syscall'}

# Chance, how much a pipe held when it was read for instance, is not told from a difference by fewer.
MOST_RUNS = 6

# No loader is larger than this.
LOADER_SIZE = 0x40000


class Object:
    """Where the preload object lies in a process's memory."""

    def __init__(self, path):
        self.path = path
        self.begin = self.end = 0
        self.loader = None  # an address in the loader
        self.began = False  # has the object's constructor begun?

    def copy(self):
        other = Object(self.path)
        other.__dict__.update(self.__dict__)
        return other

    def holds(self, address):
        return self.begin <= address < self.end


def normal(name, rest):
    if name in BY_NAME:
        return name
    rest = re.sub(r'0x[0-9a-f]+', 'H', rest)
    rest = re.sub(r'/proc/\d+', '/proc/N', rest)
    return name + '(' + re.sub(r'\)\s+=', ') =', rest)


class Thread:
    """One file of strace's: a thread's own calls and those that gifvet added."""

    def __init__(self, run, name, where):
        self.run, self.where = run, where
        self.own, self.added = [], []
        self.loading = self.visiting = False
        with open(os.path.join(run.directory, name), errors='replace') as lines:
            for line in lines:
                m = LINE.match(line)
                if m:
                    self.call(m[1], m[2], m[3].rstrip('\n'))

    def call(self, address, name, rest):
        result = rest.rsplit(' = ', 1)[-1]
        address = 0 if address[0] == '?' else int(address, 16)
        if name == 'execve' and result.startswith('0'):
            self.where = Object(self.where.path)
            self.own.append(normal(name, rest))
            return
        if self.where.loader is None:
            self.where.loader = address
        if name in BORN and result.split(' ')[0].isdigit():
            self.run.born(result.split(' ')[0], self.where)
        if self.is_loading(address, name, rest, result):
            return
        ours = self.is_ours(address, name, rest)
        if ours and name == 'rt_sigprocmask':
            self.visiting = ', NULL, ' not in rest
        if ours:
            self.added.append((name, rest))
        elif self.visiting:
            self.added.append(('~' + name, rest))
        else:
            self.own.append(normal(name, rest))

    def is_ours(self, address, name, rest):
        """Other objects' constructors may run first: until its own has begun, the hooks forward what
        the program calls with an instruction of theirs."""
        if not self.where.holds(address):
            return False
        self.where.began |= name == 'openat' and '"/proc/self/status"' in rest
        return self.where.began

    def is_loading(self, address, name, rest, result):
        """What the loader does to map an object, it does for the hollow one too. How many pages it
        needs to note objects down depends on the lengths of their names."""
        if name == 'openat' and f'"{self.where.path}"' in rest and self.where.begin == 0:
            self.loading = result.split(' ')[0]
            return True
        if abs(address - self.where.loader) < LOADER_SIZE and not self.where.holds(address):
            if name == 'mmap' and rest.startswith('NULL') and 'MAP_ANONYMOUS' in rest:
                return True
            if name == 'mprotect' and self.where.holds(int(rest.split(',')[0], 16)):
                return True
        if not self.loading:
            return False
        if name == 'mmap' and self.where.begin == 0:
            self.where.begin = int(result.split(' ')[0], 16)
            self.where.end = self.where.begin + int(rest.split(', ')[1])
        if name == 'close' and rest.startswith(self.loading + ')'):
            self.loading = False
        return True


class Run:
    def __init__(self, directory, path):
        self.directory, self.path = directory, path
        self.threads, self.waiting = [], []
        files = {n.split('.')[-1]: n for n in os.listdir(directory) if n.startswith('t.')}
        # strace starts the command's own process: the first of all. It bears the others.
        while files:
            if not self.waiting:
                self.waiting.append((min(files, key=int), Object(path)))
            number, where = self.waiting.pop()
            if number in files:
                self.threads.append(Thread(self, files.pop(number), where))

    def born(self, number, where):
        self.waiting.append((number, where.copy()))

    def added(self):
        return [call for t in self.threads for call in t.added]

    def order(self):
        return sorted('\n'.join(t.own) for t in self.threads)

    def number(self):
        return collections.Counter(c.split('(')[0] for t in self.threads for c in t.own)

    def names(self):
        return set(self.number()) - WAITING


def read_allowed(path):
    rows, call = {}, None
    with open(path) as lines:
        for line in lines:
            if line.startswith('#') or not line.strip():
                continue
            if not line[0].isspace():
                assert call is None, f'{path}: {call} has no reason'
                call, _, pattern = line.strip().partition(' ')
                assert call not in rows, f'{path}: {call} stands there twice'
                rows[call] = re.compile(pattern)
            else:
                call = None
    return rows


def forbidden(runs, allowed):
    for run in runs:
        for name, rest in run.added():
            if name not in allowed or not allowed[name].search(rest):
                return f'gifvet calls {name}({rest}'
    return None


def first_difference(plain, other):
    """Two runs' threads that belong together are the ones that begin alike."""
    left = list(plain.order())
    for o in other.order():
        if o in left:
            left.remove(o)
            continue
        best = max(left, default='', key=lambda p: len(os.path.commonprefix([p, o])))
        at = os.path.commonprefix([best, o]).count('\n')
        line = lambda text: (text.split('\n') + ['(nothing)'] * (at + 1))[at]
        return f"'{line(o)}' instead of '{line(best)}'"
    return f'{len(left)} threads are missing'


def compare(plain, other, level):
    """(same, what differs): is one run under gifvet like one without?"""
    enough = 1 if len(other) == 1 else 2
    if level == 'names':
        enough = 1
        names = set().union(*(p.names() for p in plain))
        more = [sorted(o.names() - names) for o in other]
        fewer = [sorted(set.intersection(*(p.names() for p in plain)) - o.names()) for o in other]
        same = sum(not m and not f for m, f in zip(more, fewer))
        return same >= enough, f'calls {" ".join(more[0])} more, {" ".join(fewer[0])} less'
    keys = [getattr(p, level)() for p in plain]
    same = sum(getattr(o, level)() in keys for o in other)
    if level == 'order':
        return same >= enough, first_difference(plain[0], other[0])
    more, fewer = other[0].number() - keys[0], keys[0] - other[0].number()
    return same >= enough, f'more: {dict(more)}, less: {dict(fewer)}'


def main(arguments):
    silent = names = False
    allowed = None
    hollow = gifvet = ''
    while arguments[0].startswith('--'):
        option = arguments.pop(0)
        if option == '--silent':
            silent = True
        elif option == '--names':
            names = True
        elif option == '--objects':
            hollow, gifvet = arguments.pop(0), arguments.pop(0)
        elif option == '--allowed':
            allowed = read_allowed(arguments.pop(0))
    split = arguments.index('--')
    plain = [Run(d, hollow) for d in arguments[:split]]
    other = [Run(d, gifvet) for d in arguments[split + 1:]]
    wrong = forbidden(other, {} if silent else allowed)
    if wrong is None and not silent and not any(o.added() for o in other):
        wrong = 'gifvet was not there'
    if wrong is not None:
        print(wrong)
        return 1
    levels = ['names'] if names else ['order', 'number', 'names']
    for level in levels:
        same, difference = compare(plain, other, level)
        if same:
            print(level)
            return 0
        if len(plain) < MOST_RUNS:
            return 3
        if level != 'names' and all(getattr(p, level)() == getattr(plain[0], level)() for p in plain):
            break
    print(difference)
    return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
