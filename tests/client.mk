# The client's tests, all with sanitizers: unit tests, then every command against real servers.
CLIENT_ASAN = $(BUILD)/asan/client/confiture
CLIENT_ASAN_OBJECTS = $(CLIENT_SOURCES:%.cpp=$(BUILD)/asan/%.o)
CLIENT_UNIT_OBJECTS = $(patsubst %.cpp,$(BUILD)/asan/%.o,$(wildcard tests/cli/unit/*.cpp))

.PHONY: check-cli client-tests lint-client

# make check-cli CLI=tests/cli/010_init.pl: only this one.
CLI = $(sort $(wildcard tests/cli/*.pl))
check-cli: private-pg client-tests
	@$(BUILD)/asan/client/unit_tests --gtest_brief=1
	@install -m 755 $(CLIENT_ASAN) '$(PRIVATE_PG)$(bindir)/confiture'
	@$(AS_USER) tests/run_tap -I tests/cli $(CLI)

## Names in the client, by clang-tidy (slow: only for files changed since it last passed)
lint-client:
	@$(call where_installed,$(CLANG_TIDY),$(SPREAD) $(CLIENT_SOURCES:%.cpp=$(BUILD)/tidy/%.passed))

# The object stands for the source and all headers it includes.
$(BUILD)/tidy/client/%.passed: $(BUILD)/client/%.o .clang-tidy $(BUILD)/tidy/client.pch
	@mkdir -p $(@D)
	@echo "$(CLANG_TIDY) client/$*.cpp"
	@$(CLANG_TIDY) --quiet --checks='-*,readability-identifier-naming' --header-filter='client/.*' client/$*.cpp -- \
		$(CLIENT_CXXFLAGS) -include-pch $(BUILD)/tidy/client.pch 2> $@.log || { cat $@.log; exit 1; }
	@touch $@

$(BUILD)/tidy/client.pch: tests/precompiled/client.h
	@mkdir -p $(@D)
	@$(CLANG_TIDY:clang-tidy%=clang++%) $(CLIENT_CXXFLAGS) -x c++-header $< -o $@

client-tests:
	@$(SPREAD) $(CLIENT_ASAN) $(BUILD)/asan/client/unit_tests

$(CLIENT_ASAN): $(CLIENT_ASAN_OBJECTS)
	@$(CXX) $(SANITIZE) $^ $(CLIENT_LIBS) -o $@

$(BUILD)/asan/client/unit_tests: $(CLIENT_UNIT_OBJECTS) $(filter-out %/main.o,$(CLIENT_ASAN_OBJECTS))
	@$(CXX) $(SANITIZE) $^ $(CLIENT_LIBS) -lgtest -lgtest_main -lpthread -o $@

# Without optimisation, and with the libraries' headers compiled once, these take a third of the time to compile.
compile_asan = $(CXX) $(CLIENT_CXXFLAGS) -g1 -O0 $(SANITIZE)
$(BUILD)/asan/%.o: %.cpp $(BUILD)/asan/client.h.gch
	@mkdir -p $(@D)
	@echo "$(CXX) $< with sanitizers"
	@$(compile_asan) -include $(BUILD)/asan/client.h -c $< -o $@

$(BUILD)/asan/client.h.gch: tests/precompiled/client.h
	@mkdir -p $(@D)
	@$(compile_asan) -x c++-header $< -o $@

-include $(CLIENT_ASAN_OBJECTS:.o=.d) $(CLIENT_UNIT_OBJECTS:.o=.d)
