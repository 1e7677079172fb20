# Everything that uses the built extension: a private PostgreSQL for the tests, the tests with servers, the wall, the demo.
.PHONY: private-pg check check-loaders check-upgrade check-regress check-tap check-attacks check-engines campaign check-wall checked-glue lint lint-wall lint-scripts bench bench-peers bench-scenarios bench-growth bench-subset bench-quick bench-sync bench-runs bench-foreign bench-engines demo help

# PostgreSQL's servers with the extension in them, and a way to run commands there without being root.
PRIVATE_PG = $(BUILD)/pg
AS_USER = tests/as_user $(PG_CONFIG)

private-pg: all
	@tests/private_pg $(PG_CONFIG) $(PRIVATE_PG)
	@$(MAKE) --no-print-directory --silent install DESTDIR=$(CURDIR)/$(PRIVATE_PG) > /dev/null

# PGXS has a target of this name, so the Makefile leaves PGXS out for it, and each part runs in a separate make.
ifneq ($(filter check,$(MAKECMDGOALS)),)
check:
	@MAKE='$(MAKE)' tests/check lint-wall lint-scripts format-check check-wall check-regress check-tap check-attacks check-engines \
		-- lint-core lint-client check-core client-tests -- check-cli

$(filter-out check,$(MAKECMDGOALS)):
	@$(MAKE) --no-print-directory $@
endif

# make check-regress REGRESS="rules guard": only these.
check-regress: private-pg
	@$(AS_USER) tests/run_regress $(REGRESS)

# make check-tap TAP=tests/tap/001_smoke.pl: only this one.
TAP = $(sort $(wildcard tests/tap/*.pl))
check-tap: private-pg
	@$(AS_USER) tests/run_tap $(TAP)

# The tests of loads again, by the server's COPY FROM in place of tuples; not a part of make check.
LOADS = $(sort $(wildcard tests/tap/01[0-6]*.pl tests/tap/021*.pl tests/tap/022*.pl tests/tap/024*.pl tests/tap/03[0-6]*.pl tests/tap/054*.pl tests/tap/063_entities.pl))
check-loaders: private-pg
	@CONFITURE_LOADER=copy $(AS_USER) tests/run_tap $(LOADS)

# An upgrade from 0.1.0 with a run that its library left half done; not a part of make check, which updates the rest.
check-upgrade: private-pg
	@tests/upgrade/build $(PG_CONFIG) $(PRIVATE_PG)/confiture-0.1.0.so
	@$(AS_USER) tests/run_tap tests/tap/070_upgrade.pl; status=$$?; rm $(PRIVATE_PG)/confiture-0.1.0.so; exit $$status

# make check-attacks ATTACKS=tests/attacks/012_silence.pl: only this one.
ATTACKS = $(sort $(wildcard tests/attacks/*.pl))
check-attacks: private-pg
	@install -m 755 $(BUILD)/client/confiture '$(PRIVATE_PG)$(bindir)/confiture'
	@$(AS_USER) tests/run_tap -I tests/attacks $(ATTACKS)

# make campaign N=20: as many rounds of kills at random moments; not a part of make check.
N = 20
campaign: private-pg
	@CONFITURE_ROUNDS=$(N) $(AS_USER) tests/run_tap -v tests/attacks/campaign

# Extensions that keep the rows of tables elsewhere, where they are installed; with ENGINES=tests/engines/citus.pl only that.
check-engines: private-pg
	@install -m 755 $(BUILD)/client/confiture '$(PRIVATE_PG)$(bindir)/confiture'
	@tests/check_engines $(PG_CONFIG)

# The wall between PostgreSQL and C++. The compiler records the cleanups of a frame only with exceptions on, so the glue,
# which ships with them off, is compiled a second time for this check.
CHECKED_GLUE = $(GLUE_SOURCES:%.cpp=$(BUILD)/wall/%.o)
$(CHECKED_GLUE): $(BUILD)/wall/%.o: %.cpp $(BUILD)/pg_config
	@mkdir -p $(@D)
	@$(CXX) $(filter-out -fno-exceptions -fno-asynchronous-unwind-tables -g,$(GLUE_CXXFLAGS)) -w -fexceptions -c $< -o $@
-include $(CHECKED_GLUE:.o=.d)

PROVE_WALL = CXX=$(CXX) prove -I tests/wall
checked-glue: $(CHECKED_GLUE)
check-wall: all checked-glue sbom
	@$(PROVE_WALL) tests/wall/objects.t :: $(MODULE_big)$(DLSUFFIX) $(CHECKED_GLUE) -- $(OBJS)
	@$(PROVE_WALL) tests/wall/selftest.t

lint-wall:
	@$(PROVE_WALL) tests/wall/sources.t :: $(shell $(PG_CONFIG) --includedir-server)

SCRIPTS = $(shell grep -rlE '^\#!/bin/(ba)?sh' --exclude-dir=.git --exclude-dir=$(BUILD) .)
lint-scripts:
	@shellcheck -x $(SCRIPTS)

LINTS = lint-wall lint-scripts lint-core lint-client format-check
lint: $(LINTS)

bench: bench-peers bench-scenarios bench-core bench-sync bench-runs bench-foreign

bench-peers: private-pg
	@$(AS_USER) tests/bench/peers.sh

# The figures of docs/guides/performance.md.
bench-scenarios: private-pg
	@$(AS_USER) tests/bench/scenarios.sh

bench-subset: private-pg
	@$(AS_USER) tests/bench/subset.sh

bench-growth: private-pg
	@$(AS_USER) tests/bench/growth.sh

# CPU ratios alone, in less than two minutes, with what they should be at most.
bench-quick: private-pg
	@ROWS=$${ROWS:-300000} ROUNDS=$${ROUNDS:-5} MEMORY_ROWS=0 $(AS_USER) tests/bench/sync.sh

bench-sync: private-pg
	@$(AS_USER) tests/bench/sync.sh

bench-runs: private-pg
	@$(AS_USER) tests/bench/runs.sh

bench-foreign: private-pg
	@$(AS_USER) tests/bench/foreign.sh

# Needs Citus and TimescaleDB; not a part of make bench.
bench-engines: private-pg
	@$(AS_USER) tests/bench/engines.sh

demo:
	@PG_CONFIG=$(PG_CONFIG) docs/demo/run.sh

help:
	@cat tests/help.txt
