# The core without a server: unit tests, fuzzers, benchmarks, format and lint. All outputs go to $(BUILD).

CLANGXX = clang++
# Other versions format differently and find other things: these are Debian 12's.
CLANG_FORMAT = clang-format-14
CLANG_TIDY = clang-tidy-14
where_installed = if ! command -v $(1) > /dev/null; then echo "$(1) is not installed: not tested"; else $(2); fi
FUZZ_RUNS = 200000
FUZZ_SECONDS = 8
# Builds that take minutes sequentially run in a separate make, on all processors unless -j is given.
SPREAD = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

CORE_TEST_FLAGS = -std=c++20 -iquote extension -g -Wall -Wextra -DJSON_NO_IO -MMD -MP
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS

UNIT_SOURCES = $(wildcard tests/unit/*_test.cpp tests/unit/*/*_test.cpp)
UNIT_OBJECTS = $(UNIT_SOURCES:%.cpp=$(BUILD)/sanitized/%.o)
FUZZERS = text_stream binary_stream options document parts positions
FUZZ_BINARIES = $(FUZZERS:%=$(BUILD)/fuzz/%_fuzz)
# The core is compiled for unit tests and fuzzers together: it takes minutes.
SANITIZED_CORE = $(CORE_SOURCES:%.cpp=$(BUILD)/sanitized/%.o)

.PHONY: check-validators check-core core-tests check-unit check-fuzz fuzz bench-core format format-check lint-core analyze

## Unit tests under sanitizers, then every fuzzer for a few seconds
check-core: check-unit check-fuzz

core-tests:
	@$(SPREAD) $(BUILD)/sanitized/unit_tests $(FUZZ_BINARIES)

# One share for each processor, by googletest's sharding.
SHARES = $(shell nproc)
check-unit: core-tests
	@$(SPREAD) --output-sync $(addprefix unit-share-,$(shell seq $(SHARES)))

unit-share-%: $(BUILD)/sanitized/unit_tests
	@GTEST_TOTAL_SHARDS=$(SHARES) GTEST_SHARD_INDEX=$$(($* - 1)) $< --gtest_brief=1

$(BUILD)/sanitized/unit_tests: $(UNIT_OBJECTS) $(SANITIZED_CORE)
	@$(CLANGXX) $(SANITIZE) $^ -lgtest -lgtest_main -lpthread -lcrypto -lre2 -o $@

check-fuzz: core-tests
	@$(SPREAD) --output-sync $(FUZZERS:%=fuzzed-%)

fuzzed-%: $(BUILD)/fuzz/%_fuzz
	@name=$*; $(run_fuzzer) -seed=1 -runs=$(FUZZ_RUNS) -max_total_time=$(FUZZ_SECONDS)

## All fuzzers for ten minutes each; to change the time: make fuzz FUZZ_SECONDS=60
fuzz: FUZZ_SECONDS = 600
fuzz: $(FUZZ_BINARIES)
	@set -e; for name in $(FUZZERS); do $(run_fuzzer) -max_total_time=$(FUZZ_SECONDS); done

# Findings go to $(BUILD); the seeds in the repository are only read. The verbose output is shown only on failure.
run_fuzzer = tests/fuzz/run $(BUILD)/fuzz $$name

$(FUZZ_BINARIES): $(BUILD)/fuzz/%: $(BUILD)/sanitized/tests/fuzz/%.o $(SANITIZED_CORE)
	@mkdir -p $(@D)
	@$(CLANGXX) -fsanitize=fuzzer $(SANITIZE) $^ -lcrypto -lre2 -o $@

# A third of the time goes into headers of libraries: these are compiled once.
$(BUILD)/sanitized/%.o: %.cpp $(BUILD)/sanitized/core.pch
	@mkdir -p $(@D)
	@echo "$(CLANGXX) $< with sanitizers"
	@$(compile_sanitized) -include-pch $(PRECOMPILED) -c $< -o $@

$(BUILD)/sanitized/%.pch: tests/precompiled/%.h
	@mkdir -p $(@D)
	@$(compile_sanitized) -x c++-header $< -o $@

compile_sanitized = $(CLANGXX) $(CORE_TEST_FLAGS) $(SANITIZED_SPEED) -gline-tables-only -fsanitize=fuzzer-no-link $(SANITIZE)
PRECOMPILED = $(BUILD)/sanitized/core.pch

# Tests themselves take a third of the time to compile without optimisation.
SANITIZED_SPEED = -O1
$(UNIT_OBJECTS) $(BUILD)/sanitized/unit.pch: private SANITIZED_SPEED = -O0
$(UNIT_OBJECTS): private PRECOMPILED = $(BUILD)/sanitized/unit.pch
$(UNIT_OBJECTS): $(BUILD)/sanitized/unit.pch

## Nanoseconds per value of every strategy, per row of the row maskers
bench-core: $(BUILD)/bench/core_bench
	@$< $(BENCH_FLAGS)

$(BUILD)/bench/core_bench: $(BUILD)/bench/core_bench.o $(CORE_OBJECTS)
	$(CXX) $^ -lbenchmark -lpthread -lcrypto -lre2 -o $@

$(BUILD)/bench/%.o: tests/bench/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(CORE_TEST_FLAGS) -O2 -c $< -o $@

-include $(UNIT_OBJECTS:.o=.d) $(SANITIZED_CORE:.o=.d) $(FUZZERS:%=$(BUILD)/sanitized/tests/fuzz/%_fuzz.d) $(BUILD)/bench/core_bench.d

# Libraries of npm that applications validate with: what they say of masked values. Not a part of make check, since they come
# from elsewhere.
VALIDATORS = libphonenumber-js ibantools validator stdnum jsvat ua-parser-js@1 bcryptjs
check-validators: $(BUILD)/validators/masker
	@if ! command -v npm > /dev/null; then echo "npm is not installed: not tested"; \
	elif ! npm install --prefix $(BUILD)/validators --ignore-scripts --no-audit --no-fund --silent $(VALIDATORS) > $(BUILD)/validators/npm.log 2>&1; \
	then echo "$(VALIDATORS) cannot be had from npm: not tested"; \
	else VALIDATORS=$(CURDIR)/$(BUILD)/validators node tests/validators/check.js $<; fi

$(BUILD)/validators/masker: tests/validators/masker.cpp $(CORE_OBJECTS)
	@mkdir -p $(@D)
	@$(CXX) $(CORE_TEST_FLAGS) -O1 $^ -lcrypto -lre2 -o $@

CPP_FILES = $(shell find extension client tests -name '*.cpp' -o -name '*.h' 2> /dev/null)

format:
	$(CLANG_FORMAT) -i $(CPP_FILES)

format-check:
	@$(call where_installed,$(CLANG_FORMAT),$(CLANG_FORMAT) --dry-run --Werror $(CPP_FILES))

## Machine-checkable rules of the core, and clang-tidy (slow: only for files changed since it last passed)
lint-core:
	@$(call where_installed,$(CLANG_TIDY),$(SPREAD) $(CORE_SOURCES:%.cpp=$(BUILD)/tidy/%.passed))
	@tests/lint_core.sh $(CORE_OBJECTS)

## clang's static analyzer over the core: it takes four times as long as all other checks of clang-tidy
analyze:
	@$(call where_installed,$(CLANG_TIDY),$(SPREAD) $(CORE_SOURCES:%.cpp=$(BUILD)/analyzed/%.passed))

$(BUILD)/tidy/%.passed: TIDY_CHECKS = -clang-analyzer-*
$(BUILD)/analyzed/%.passed: TIDY_CHECKS = -*,clang-analyzer-*,-clang-analyzer-core.uninitialized.Assign

# The object stands for the source and all headers it includes.
define tidy
	@mkdir -p $(@D)
	@echo "$(CLANG_TIDY) $*.cpp"
	@$(CLANG_TIDY) --quiet --checks='$(TIDY_CHECKS)' $*.cpp -- -std=c++20 -iquote extension -DJSON_NO_IO 2> $@.log || { cat $@.log; exit 1; }
	@touch $@
endef
$(BUILD)/tidy/%.passed: $(BUILD)/%.o .clang-tidy
	$(tidy)
$(BUILD)/analyzed/%.passed: $(BUILD)/%.o .clang-tidy
	$(tidy)
