# gifvet: see README.md. `make` builds build/libgifvet.so and build/gifvet.
#
#   SANITIZE=address,undefined   sanitized build (of everything but the preload object's own use
#                                in a host); give it a BUILD of its own
#   WERROR=1                     warnings are errors
#   CC=clang                     another compiler
#   PAIRS=DIR                    labelled pairs that another build made already
#   JOBS=N                       tests that `make check` runs at a time
#   PREFIX, DESTDIR, LIBDIR      where `make install` puts things
#   FUZZ_SECONDS, _SEED, _JOBS   see "fuzz" below; TARGETS="pair lzw" limits it
#   BENCH_QUICK=1                `make bench` only tries whether its scripts work

BUILD   ?= build
JOBS    ?= 2
PREFIX  ?= /usr/local
DESTDIR ?=
LIBDIR  ?= $(PREFIX)/lib
CC      ?= cc

VERSION := $(shell sed -n "s,^\#\# \([0-9][0-9.]*\).*,\1,p" CHANGELOG.md | head -n 1)

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
HARDEN   := -fstack-protector-strong -fstack-clash-protection
MACHINE  := $(shell $(CC) -dumpmachine)
HARDEN   += $(if $(filter x86_64-%,$(MACHINE)),-fcf-protection) \
            $(if $(filter aarch64-%,$(MACHINE)),-mbranch-protection=standard)
OPTIMIZE ?= -O2 -g
ifdef SANITIZE
HARDEN   += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined
else
FORTIFY  := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
endif
CPPFLAGS += -Ilib -I. -D_GNU_SOURCE -DMULTIARCH='"$(shell $(CC) -print-multiarch)"' -DGIFVET_VERSION='"$(VERSION)"'
CFLAGS   += -std=gnu17 $(OPTIMIZE) $(WARN) $(if $(WERROR),-Werror) $(HARDEN) -fPIC \
            -fvisibility=hidden -ftls-model=initial-exec -fno-strict-aliasing \
            -ffp-contract=off -MMD -MP
RELRO    := -Wl,-z,relro,-z,now,-z,noexecstack

# What rides inside the host needs libc alone; the command may use more.
CORE_DIRS := text sys store gif request judge conf record enforce evidence state
CORE_SRC  := $(foreach d,$(CORE_DIRS),$(sort $(wildcard lib/$(d)/*.c)))
CMD_SRC   := $(sort $(wildcard lib/command/*.c lib/audit/*.c lib/operate/*.c lib/channel/*.c lib/report/*.c))
SHIM_SRC  := $(sort $(wildcard shim/*.c))
UNIT_SRC  := $(sort $(wildcard tests/unit/test_*.c))
TOOL_SRC  := $(sort $(wildcard tests/tools/*.c))

# As tests/run does.
KEEP_PAGES := MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=2147483648
# The generator of labelled pairs.
PAIRS_SRC := tests/judge/make-pairs $(sort $(wildcard tests/judge/*.py))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE_OBJ := $(call obj,$(CORE_SRC))
CMD_OBJ  := $(call obj,$(CMD_SRC))
SHIM_OBJ := $(call obj,$(SHIM_SRC))
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
TOOL_BIN := $(patsubst tests/tools/%.c,$(BUILD)/tests/%,$(TOOL_SRC))

# Programs that do to themselves what hosts do: one file, one program.
HOST_SRC := $(sort $(wildcard tests/transparent/hosts/*.c))
HOST_BIN := $(patsubst tests/transparent/hosts/%.c,$(BUILD)/tests/hosts/%,$(HOST_SRC))

# What tells whether a host is as it was: what follows its processes, and an object with nothing in it.
WITNESS := $(BUILD)/tests/witness $(BUILD)/libhollow.so

PAIRS    ?= $(BUILD)/pairs
JUDGE    := $(BUILD)/tests/judge_pairs $(PAIRS)/pairs.tsv

# Static and hidden: the host may bring its own giflib or inih.
ARCHIVES := $(shell $(CC) -print-file-name=libgif.a) $(shell $(CC) -print-file-name=libinih.a)
WRAPPED  := malloc calloc realloc free
WRAP     := $(foreach f,$(WRAPPED),-Wl,--wrap=$(f))

FUZZ_PHONY := fuzz fuzz-afl fuzz-coverage
.PHONY: $(FUZZ_PHONY) all deps demo check check-unit check-threads check-judge check-host check-enforce \
        check-transparent check-fault check-operate check-report check-readme check-arm64 check-package check-long deb readme bench \
        install uninstall clean format lint
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/libgifvet.so $(BUILD)/gifvet

deps:
	scripts/install-deps build

LINK_OBJECT = $(CC) -shared -o $@ $(filter %.o,$^) $(ARCHIVES) $(CFLAGS) $(RELRO) $(WRAP) \
    -Wl,--version-script=$(BUILD)/exports.map -Wl,-Bsymbolic -Wl,--as-needed \
    -Wl,--exclude-libs,ALL -Wl,--gc-sections -Wl,-soname,libgifvet.so $(LDFLAGS)
$(BUILD)/libgifvet.so: $(SHIM_OBJ) $(CORE_OBJ) $(BUILD)/exports.map
	$(LINK_OBJECT)

# The export map comes from the list that also declares the hooks.
$(BUILD)/exports.map: shim/hooks.def
	@mkdir -p $(@D)
	{ echo '{ global:'; sed -n 's/^HOOK(\([A-Za-z0-9_]*\).*/  \1;/p' $<; echo 'local: *; };'; } >$@

$(BUILD)/gifvet: $(CMD_OBJ) $(CORE_OBJ)
	$(CC) -pie -o $@ $^ $(ARCHIVES) $(CFLAGS) $(RELRO) $(LDFLAGS) -ljansson -lz -lpthread -lm

$(BUILD)/obj/shim/hooks.o: FORTIFY := -U_FORTIFY_SOURCE
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(FORTIFY) $(CFLAGS) -c -o $@ $<

# Unit tests link the library and, where they test a part of the shim, that part (UNIT_<name>).
UNIT_arena := shim/arena.c shim/malloc.c
UNIT_operate := $(sort $(wildcard lib/operate/*.c lib/channel/*.c)) lib/command/terminal.c
UNIT_gate := $(addprefix lib/operate/,arms.c gate.c health.c phase.c standing.c statistics.c summary.c \
    textfile.c log_record.c log_fields.c log_scan.c moment.c)
UNIT_log_record := lib/operate/log_record.c lib/operate/log_fields.c lib/operate/log_scan.c lib/operate/moment.c
UNIT_html := lib/report/html.c lib/command/terminal.c
UNIT_report := $(addprefix lib/report/,causes.c events.c hours.c plot.c words.c) lib/command/clock.c \
    $(addprefix lib/operate/,amount.c summary.c traits.c log_record.c log_fields.c log_scan.c moment.c)
UNIT_groups := $(addprefix lib/operate/,configurations.c groups.c traits.c log_record.c log_fields.c log_scan.c \
    moment.c search.c search_candidates.c search_counts.c search_figures.c search_rows.c search_rules.c \
    statistics.c)
UNIT_alerts := $(addprefix lib/operate/,alerts.c alert_window.c health.c summary.c)
UNIT_statistics := lib/operate/statistics.c
UNIT_danger := lib/operate/danger.c
UNIT_median := lib/operate/median.c
UNIT_queue := lib/operate/queue.c
UNIT_capacity := $(addprefix lib/operate/,queue.c capacity.c advice.c amount.c summary.c arms.c \
    statistics.c log_record.c log_fields.c log_scan.c moment.c)
UNIT_threads := shim/arena.c shim/malloc.c shim/sources.c
$(BUILD)/tests/test_evidence: LDFLAGS += -Wl,--wrap=sys_call
$(BUILD)/tests/test_state_file: LDFLAGS += -Wl,--wrap=sys_call
$(BUILD)/tests/test_gate: $(call obj,$(UNIT_gate))
$(BUILD)/tests/test_operate: $(call obj,$(UNIT_operate))
$(BUILD)/tests/test_groups: $(call obj,$(UNIT_groups))
$(BUILD)/tests/test_html: $(call obj,$(UNIT_html))
$(BUILD)/tests/test_report: $(call obj,$(UNIT_report))
$(BUILD)/tests/test_danger: $(call obj,$(UNIT_danger))
$(BUILD)/tests/test_alerts: $(call obj,$(UNIT_alerts))
$(BUILD)/tests/test_median: $(call obj,$(UNIT_median))
$(BUILD)/tests/test_queue: $(call obj,$(UNIT_queue))
$(BUILD)/tests/test_capacity: $(call obj,$(UNIT_capacity))
$(BUILD)/tests/test_memory: LDFLAGS += -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(CORE_OBJ) $(SHIM_OBJ)
	@mkdir -p $(@D)
	$(CC) -o $@ $< $(CORE_OBJ) $(call obj,$(UNIT_$*)) $(ARCHIVES) $(CFLAGS) $(LDFLAGS) \
	    -lcmocka -ljansson -lz -lm -lpthread

# Labelled pairs, and the judge over them.
$(BUILD)/tests/judge_pairs: $(BUILD)/obj/tests/judge/test_pairs.o $(CORE_OBJ)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(ARCHIVES) $(CFLAGS) $(LDFLAGS) -lcmocka

$(PAIRS)/pairs.tsv: $(PAIRS_SRC)
	$(KEEP_PAGES) tests/judge/make-pairs $(PAIRS)

# Two tools use the library: one shows what it sees, one counts as the preload object does.
$(BUILD)/tests/frames $(BUILD)/tests/updates: $(CORE_OBJ)
# One writes a part of the report: the command without its main().
$(BUILD)/tests/failurepage: $(filter-out %/main.o,$(CMD_OBJ)) $(CORE_OBJ)
$(BUILD)/tests/failurepage: LDFLAGS += -ljansson -lz -lm
$(BUILD)/tests/%: $(BUILD)/obj/tests/tools/%.o
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(ARCHIVES) $(CFLAGS) $(LDFLAGS) -lpthread

$(BUILD)/tests/witness: $(call obj,tests/transparent/witness.c)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(CFLAGS) $(LDFLAGS)

# Its name is as long as the other's: a program may write its environment.
$(BUILD)/libhollow.so:
	@mkdir -p $(@D)
	$(CC) -shared -fPIC -o $@ -x c /dev/null

$(BUILD)/tests/hosts/%: tests/transparent/hosts/%.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu17 -O1 -g $(WARN) $(if $(WERROR),-Werror) -o $@ $< $(HOST_FLAGS) -lpthread
# What they share is in the plainest of them. One is a library: another has it from its start, a
# third loads it.
$(HOST_BIN): tests/transparent/hosts/plain.c
$(BUILD)/tests/hosts/linked $(BUILD)/tests/hosts/loaded: $(BUILD)/tests/hosts/library
$(BUILD)/tests/hosts/library: HOST_FLAGS := -shared -fPIC -fvisibility=hidden -Wl,-soname,library
$(BUILD)/tests/hosts/linked: HOST_FLAGS = $(BUILD)/tests/hosts/library -Wl,-rpath,'$$ORIGIN'
$(BUILD)/tests/hosts/loaded: HOST_FLAGS := -Wl,-rpath,'$$ORIGIN'
$(BUILD)/tests/hosts/library_state: HOST_FLAGS := -lm

# The same objects behind a door and an allocator that fail as they are told (tests/fault/door.c).
FAULTY := sys_call sys_now_us sys_wall_us arena_alloc arena_zeroed arena_realloc
$(BUILD)/tests/fault/libgifvet.so: $(SHIM_OBJ) $(CORE_OBJ) $(call obj,tests/fault/door.c) \
    $(BUILD)/exports.map
	@mkdir -p $(@D)
	$(LINK_OBJECT) $(foreach f,$(FAULTY),-Wl,--wrap=$(f)) -static-libgcc

# Damages what others write, below gifvet (tests/enforce/saboteur.c).
SABOTEUR := $(BUILD)/tests/libsaboteur.so
$(SABOTEUR): tests/enforce/saboteur.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu17 -O1 -g $(WARN) $(if $(WERROR),-Werror) -shared -fPIC \
	    -fvisibility=hidden -o $@ $<

FAULT_BIN := $(addprefix $(BUILD)/tests/fault/,libgifvet.so product host guarded steps mutates)
$(BUILD)/tests/fault/product: LDFLAGS += -ljansson
$(BUILD)/tests/fault/product: $(call obj,tests/fault/stage.c tests/fault/records.c)
$(BUILD)/tests/fault/%: $(BUILD)/obj/tests/fault/%.o
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(CFLAGS) $(LDFLAGS) -lpthread

# The fuzz targets, to be replayed without a fuzzer.
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY_BIN := $(addprefix $(BUILD)/tests/replay/,$(FUZZ_NAMES))

demo:
	scripts/install-deps build demo
	$(MAKE) all
	scripts/demo

check:
	scripts/install-deps build check
	$(MAKE) all $(UNIT_BIN) $(TOOL_BIN) $(HOST_BIN) $(WITNESS) $(FAULT_BIN) $(REPLAY_BIN) $(SABOTEUR) $(JUDGE)
	tests/host/install-sharp $(BUILD)/tests/sharp
	tests/operate/install-servers $(BUILD)/tests/servers
	@# The short ones last: no long one is left alone at the end.
	JOBS=$(JOBS) BUILD=$(BUILD) PAIRS=$(PAIRS) tests/run operate host fault enforce transparent readme judge unit

check-unit: $(UNIT_BIN) $(TOOL_BIN)
	BUILD=$(BUILD) tests/run unit

# What several threads share, for a build with SANITIZE=thread.
check-threads: $(BUILD)/tests/test_threads
	BUILD=$(BUILD) ONLY=threads tests/run unit

check-judge: $(JUDGE)
	BUILD=$(BUILD) PAIRS=$(PAIRS) tests/run judge

check-host: all $(TOOL_BIN) $(SABOTEUR)
	BUILD=$(BUILD) tests/run host

check-enforce: all $(TOOL_BIN) $(SABOTEUR)
	BUILD=$(BUILD) tests/run enforce

# What an operator runs, with the real prometheus, node_exporter and alertmanager.
check-operate: all $(TOOL_BIN) $(SABOTEUR)
	tests/operate/install-servers $(BUILD)/tests/servers
	BUILD=$(BUILD) tests/run operate

# The report's pages in a browser.
check-report:
	scripts/install-deps build check report
	$(MAKE) all $(TOOL_BIN) $(SABOTEUR)
	tests/report/install-browser $(BUILD)/tests/browser
	BUILD=$(BUILD) tests/run report

# What README.md and CONTRIBUTING.md say.
check-readme: all $(TOOL_BIN) $(SABOTEUR)
	BUILD=$(BUILD) tests/run readme

# Puts what the program prints now in the place of what README.md shows otherwise.
readme: all $(TOOL_BIN) $(SABOTEUR)
	LONG=1 BUILD=$(BUILD) /usr/bin/python3 tests/readme/outputs.py rewrite
	BUILD=$(BUILD) /usr/bin/python3 tests/readme/tables.py rewrite

check-transparent: all $(TOOL_BIN) $(HOST_BIN) $(WITNESS)
	BUILD=$(BUILD) tests/run transparent

check-fault: all $(TOOL_BIN) $(FAULT_BIN) $(REPLAY_BIN) $(SABOTEUR)
	BUILD=$(BUILD) tests/run fault

# Everything for arm64, by Debian's cross compiler against Debian's libraries, which are unpacked and
# not installed; under qemu-user the unit tests and one real program.
ARM64     := $(BUILD)/arm64
SYSROOT   ?= $(BUILD)/arm64-sysroot
ARM64_BIN := $(ARM64)/tests/fault/libgifvet.so $(UNIT_BIN:$(BUILD)/%=$(ARM64)/%)
check-arm64:
	scripts/install-deps build arm64
	tests/arm64/install-sysroot $(SYSROOT)
	$(MAKE) $(BUILD)/tests/gifmake
	$(MAKE) BUILD=$(ARM64) CC='aarch64-linux-gnu-gcc --sysroot=$(abspath $(SYSROOT))' WERROR=1 all $(ARM64_BIN)
	ln -sf $(abspath $(BUILD))/tests/gifmake $(ARM64)/tests/gifmake
	EMULATOR='qemu-aarch64 -L $(abspath $(SYSROOT))' SYSROOT=$(abspath $(SYSROOT)) JOBS=$(JOBS) BUILD=$(ARM64) \
	    tests/run unit arm64

# The same kinds of test, long: whole suites of others, thousands of runs. Half an hour and more.
check-long: all $(TOOL_BIN) $(HOST_BIN) $(WITNESS) $(FAULT_BIN) $(REPLAY_BIN) $(SABOTEUR)
	scripts/install-deps build check
	LONG=1 BUILD=$(BUILD) tests/run enforce transparent fault readme

# What it costs, into tests/bench/results.md; BENCH_QUICK=1 only tries whether the scripts work.
BENCH_BIN := $(addprefix $(BUILD)/bench/,closing cpu decode judge judge_giflib judge_memory state)
bench:
	scripts/install-deps build bench
	$(MAKE) all $(BENCH_BIN) $(BUILD)/tests/closes $(BUILD)/tests/gifmake
	BUILD=$(BUILD) CC="$(CC)" tests/bench/run

LINK_BENCH = @mkdir -p $(@D); \
    $(CC) -o $@ $^ $(ARCHIVES) $(CFLAGS) $(LDFLAGS)
$(BUILD)/bench/closing $(BUILD)/bench/cpu: $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o
	$(LINK_BENCH)
$(BUILD)/bench/decode $(BUILD)/bench/state: $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(CORE_OBJ)
	$(LINK_BENCH)
# Judging draws on the shim's arena, as it does in a host.
$(BUILD)/bench/judge: $(call obj,tests/bench/judge.c shim/arena.c shim/malloc.c) $(CORE_OBJ)
	$(LINK_BENCH) $(WRAP)
$(BUILD)/bench/judge_giflib: \
    $(call obj,tests/bench/judge.c tests/bench/lzw_giflib.c shim/arena.c shim/malloc.c) \
    $(filter-out %/gif/lzw.o,$(CORE_OBJ))
	$(LINK_BENCH) $(WRAP)
$(BUILD)/bench/judge_memory: $(call obj,tests/bench/judge_memory.c) $(CORE_OBJ)
	$(LINK_BENCH) $(WRAP)

# libFuzzer over every target, FUZZ_SECONDS each; TARGETS="pair lzw" limits them. FUZZ_SEED=0: another
# way each time.
FUZZ_SECONDS ?= 60
FUZZ_SEED    ?= 0
FUZZ_JOBS    ?= 2
FUZZ_OBJ   := $(CORE_OBJ) $(call obj,$(addprefix lib/command/,log_line.c clock.c style.c terminal.c) \
    lib/operate/moment.c)
TARGETS    ?= $(FUZZ_NAMES)
export TARGETS
fuzz:
	scripts/install-deps build fuzz
	$(MAKE) BUILD=$(BUILD)/fuzz CC=clang OPTIMIZE='-O2 -g -fno-sanitize-recover=all' \
	    SANITIZE=address,undefined,float-cast-overflow,fuzzer-no-link \
	    $(addprefix $(BUILD)/fuzz/tests/fuzz_,$(TARGETS)) $(BUILD)/fuzz/tests/gifmake
	BUILD=$(BUILD)/fuzz SEED=$(FUZZ_SEED) JOBS=$(FUZZ_JOBS) tests/fuzz/run $(FUZZ_SECONDS)

$(BUILD)/tests/fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(ARCHIVES) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -ljansson

# The same targets under AFL++.
fuzz-afl:
	scripts/install-deps build fuzz
	AFL_USE_ASAN=1 AFL_USE_UBSAN=1 $(MAKE) BUILD=$(BUILD)/afl CC=afl-clang-fast WARN= \
	    $(addprefix $(BUILD)/afl/tests/fuzz_,$(TARGETS)) $(BUILD)/afl/tests/gifmake
	BUILD=$(BUILD)/afl tests/fuzz/run-afl $(FUZZ_SECONDS)

# How much of lib/ the inputs reach that were found so far.
fuzz-coverage:
	scripts/install-deps build fuzz
	$(MAKE) BUILD=$(BUILD)/coverage CC=clang OPTIMIZE='-O1 -g -fprofile-instr-generate -fcoverage-mapping' \
	    $(addprefix $(BUILD)/coverage/tests/replay/,$(TARGETS)) $(BUILD)/coverage/tests/gifmake
	BUILD=$(BUILD)/coverage FOUND=$(BUILD)/fuzz/found tests/fuzz/coverage

# And without a fuzzer, for make check.
$(BUILD)/tests/replay/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(call obj,tests/fuzz/replay.c) $(FUZZ_OBJ)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ $(ARCHIVES) $(CFLAGS) $(LDFLAGS) -ljansson

SHARE     := $(DESTDIR)$(PREFIX)/share
ZSHDIR    ?= $(PREFIX)/share/zsh/site-functions
BASH_FILE := $(SHARE)/bash-completion/completions/gifvet
ZSH_FILE  := $(DESTDIR)$(ZSHDIR)/_gifvet
FISH_FILE := $(SHARE)/fish/vendor_completions.d/gifvet.fish
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) $(SHARE)/gifvet/conf $(SHARE)/gifvet/scripts \
	    $(SHARE)/man/man1 $(SHARE)/man/man5 $(dir $(BASH_FILE) $(ZSH_FILE) $(FISH_FILE))
	install -m 755 $(BUILD)/gifvet $(DESTDIR)$(PREFIX)/bin/gifvet
	install -m 644 $(BUILD)/libgifvet.so $(DESTDIR)$(LIBDIR)/libgifvet.so
	install -m 644 conf/*.ini $(SHARE)/gifvet/conf
	install -m 755 scripts/emergency-disable scripts/rollback scripts/rollout $(SHARE)/gifvet/scripts
	for d in prometheus grafana systemd logrotate; do \
	    install -d $(SHARE)/gifvet/conf/$$d && \
	    install -m 644 conf/$$d/* $(SHARE)/gifvet/conf/$$d || exit; done
	$(BUILD)/gifvet man gifvet.1 >$(SHARE)/man/man1/gifvet.1
	$(BUILD)/gifvet man gifvet.ini.5 >$(SHARE)/man/man5/gifvet.ini.5
	$(BUILD)/gifvet completion bash >$(BASH_FILE)
	$(BUILD)/gifvet completion zsh >$(ZSH_FILE)
	$(BUILD)/gifvet completion fish >$(FISH_FILE)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/gifvet $(DESTDIR)$(LIBDIR)/libgifvet.so \
	    $(SHARE)/man/man1/gifvet.1 $(SHARE)/man/man5/gifvet.ini.5 $(BASH_FILE) $(ZSH_FILE) $(FISH_FILE)
	rm -rf $(SHARE)/gifvet

# The Debian package, from a copy of what git knows or would add: the tree stays as it is.
DEB := $(BUILD)/deb
deb:
	scripts/install-deps build deb
	rm -rf $(DEB)
	mkdir -p $(DEB)/source
	git ls-files -zco --exclude-standard | \
	    xargs -0 sh -c 'for f; do [ ! -e "$$f" ] || cp -p --parents "$$f" $(DEB)/source; done' copy
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) debian/make-changelog <CHANGELOG.md >$(DEB)/source/debian/changelog
	cd $(DEB)/source && dpkg-buildpackage --build=binary --unsigned-source --unsigned-changes >../build.log 2>&1 || \
	    { tail -n 30 ../build.log >&2; exit 1; }
	ls $(DEB)/gifvet_*.deb

# lintian over it, and its whole life in a Debian of its own. As root, with a mirror at hand.
check-package:
	scripts/install-deps package
	$(MAKE) deb
	DEB=$(DEB) BUILD=$(BUILD) tests/run package

clean:
	rm -rf $(BUILD)

SOURCES_ALL = $(shell git ls-files '*.c' '*.h')
format:
	clang-format -i $(SOURCES_ALL)

# What .ci/run asks of the sources, apart from the tests.
lint:
	scripts/install-deps build ci
	clang-format --dry-run -Werror $(SOURCES_ALL)
	@mkdir -p $(BUILD)
	printf '%s\n' -std=gnu17 -D_GNU_SOURCE -I$(CURDIR)/lib -I$(CURDIR) \
	    '-DGIFVET_VERSION="lint"' '-DMULTIARCH="lint"' >$(BUILD)/compile_flags.txt
	echo $(filter %.c,$(SOURCES_ALL)) | xargs -n 6 -P 2 clang-tidy -p $(BUILD) --quiet 2>/dev/null
	printf '%s\n' $(filter lib/%.c shim/%.c,$(SOURCES_ALL)) | xargs -n 1 -P 2 gcc -std=gnu17 -D_GNU_SOURCE \
	    -Ilib -I. '-DGIFVET_VERSION="lint"' '-DMULTIARCH="lint"' -O2 -Werror -fanalyzer \
	    -Wno-analyzer-shift-count-overflow -S -o /dev/null
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
	    --suppress=missingIncludeSystem --suppress=pointerSize \
	    --suppress=leakReturnValNotUsed --suppress=memleakOnRealloc -D__x86_64__ -D_GNU_SOURCE '-DGIFVET_VERSION="lint"' \
	    '-DMULTIARCH="lint"' -Ilib -I. \
	    shim lib tests
	git grep -lE '^#!/bin/(ba)?sh' -- ':!*.md' | xargs shellcheck tests/host/lib.sh tests/bench/lib.sh tests/readme/scenes/*.sh

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
