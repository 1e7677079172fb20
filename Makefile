# Confiture: the extension (PGXS); the client is in client/client.mk. `make help` lists the targets.
PG_CONFIG ?= pg_config
CXX = g++
BUILD = build

EXTENSION = confiture
EXTENSION_VERSION = $(shell sed -n "s/^default_version = '\(.*\)'$$/\1/p" confiture.control)
MODULE_big = confiture
# The version stands in the control file alone. Update scripts take what they share with the install script from there.
CREATE_SCRIPT = sql/confiture.sql
UPDATE_SCRIPTS = $(wildcard sql/confiture--*.sql)
DATA_built = $(BUILD)/confiture--$(EXTENSION_VERSION).sql $(UPDATE_SCRIPTS:sql/%=$(BUILD)/%)
REGRESS = $(patsubst sql/%.sql,%,$(filter-out $(CREATE_SCRIPT) $(UPDATE_SCRIPTS),$(sort $(wildcard sql/*.sql))))

CORE_SOURCES = $(wildcard extension/wall/*.cpp extension/mask/*.cpp extension/mask/*/*.cpp)
GLUE_SOURCES = $(filter-out $(CORE_SOURCES),$(wildcard extension/*.cpp extension/*/*.cpp))
GLUE_OBJECTS = $(GLUE_SOURCES:%.cpp=$(BUILD)/%.o)
CORE_OBJECTS = $(CORE_SOURCES:%.cpp=$(BUILD)/%.o)
OBJS = $(GLUE_OBJECTS) $(CORE_OBJECTS)
SHLIB_LINK = -lpq -lcrypto -lre2 -lstdc++ -Wl,--version-script=extension/exports.map $(EXTRA_LDFLAGS)
EXTRA_CLEAN = $(BUILD)

WARNINGS = -Wall -Wextra
CONFITURE_CXXFLAGS = -std=c++20 -iquote extension -O2 -g -fPIC -ffunction-sections $(WARNINGS) -MMD -MP $(EXTRA_CXXFLAGS)
# exports.map exports the functions PostgreSQL calls: PGDLLEXPORT is empty on 15.
# Glue runs in frames that longjmp may leave: no exceptions, no cleanups, no guarded statics.
GLUE_CXXFLAGS = $(CONFITURE_CXXFLAGS) -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-asynchronous-unwind-tables \
	-D_GNU_SOURCE -DCONFITURE_VERSION='"$(EXTENSION_VERSION)"' \
	-isystem $(shell $(PG_CONFIG) --includedir-server) -isystem $(shell $(PG_CONFIG) --includedir)
CORE_CXXFLAGS = $(CONFITURE_CXXFLAGS) -fvisibility=hidden -DJSON_NO_IO

# PGXS is left out for `make check`, because it has a target of that name.
ifeq ($(filter check,$(MAKECMDGOALS)),)
ifneq ($(shell command -v $(PG_CONFIG)),)
PGXS := $(shell $(PG_CONFIG) --pgxs)
override with_llvm := no
include $(PGXS)
else
all:
	$(error $(PG_CONFIG) is missing: install PostgreSQL's server headers (Debian: .ci/install-deps), or set PG_CONFIG)
endif
endif

# Glue is built for one PostgreSQL, and rebuilt when PG_CONFIG changes.
$(shell mkdir -p $(BUILD); $(PG_CONFIG) --version --pkglibdir 2> /dev/null | cmp -s - $(BUILD)/pg_config || \
	$(PG_CONFIG) --version --pkglibdir > $(BUILD)/pg_config 2> /dev/null)

$(GLUE_OBJECTS): $(BUILD)/%.o: %.cpp $(BUILD)/pg_config Makefile
	@mkdir -p $(@D)
	$(CXX) $(GLUE_CXXFLAGS) -c $< -o $@

$(CORE_OBJECTS): $(BUILD)/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	$(CXX) $(CORE_CXXFLAGS) -c $< -o $@

$(BUILD)/confiture--$(EXTENSION_VERSION).sql: $(CREATE_SCRIPT) confiture.control
	cp $< $@

$(UPDATE_SCRIPTS:sql/%=$(BUILD)/%): $(BUILD)/%: sql/% $(CREATE_SCRIPT) sql/expand
	sql/expand $(CREATE_SCRIPT) $< > $@.new && mv $@.new $@

-include $(OBJS:.o=.d)

include client/client.mk
include debian/packages.mk
include tests/check.mk
