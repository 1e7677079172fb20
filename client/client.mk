# The client: the program, its man page and completions, and where they are installed.
CLIENT = $(BUILD)/client/confiture
CLIENT_SOURCES = $(wildcard client/*.cpp client/*/*.cpp)
CLIENT_OBJECTS = $(CLIENT_SOURCES:%.cpp=$(BUILD)/%.o)
CLIENT_CXXFLAGS = -std=c++20 -iquote client $(WARNINGS) -MMD -MP -DCONFITURE_VERSION='"$(EXTENSION_VERSION)"' \
	-isystem $(shell $(PG_CONFIG) --includedir)
CLIENT_LIBS = -L$(shell $(PG_CONFIG) --libdir) -lpq -lyaml-cpp
CLIENT_PAGES = $(BUILD)/client/confiture.1 $(BUILD)/client/confiture.bash $(BUILD)/client/_confiture $(BUILD)/client/confiture.fish

# Where shells and man find them: on Debian, PostgreSQL's program directory is not in PATH.
CLIENT_PREFIX ?= /usr/local
# Where bash, zsh and fish look on Debian.
BASH_COMPLETIONS = /usr/share/bash-completion/completions
ZSH_COMPLETIONS = /usr/share/zsh/vendor-completions
FISH_COMPLETIONS = /usr/share/fish/vendor_completions.d

.PHONY: client install-client uninstall-client

client: $(CLIENT) $(CLIENT_PAGES)

# Packages contain the extension for several servers, and one client.
ifeq ($(if $(PGXS),$(WITHOUT_CLIENT),1),)
all: client
install: install-client
uninstall: uninstall-client
endif

$(CLIENT): $(CLIENT_OBJECTS)
	$(CXX) $^ -Wl,--gc-sections $(CLIENT_LIBS) $(EXTRA_LDFLAGS) -o $@

# Small: the time it takes is the servers'.
$(CLIENT_OBJECTS): $(BUILD)/client/%.o: client/%.cpp Makefile client/client.mk
	@mkdir -p $(@D)
	$(CXX) $(CLIENT_CXXFLAGS) -g1 $(EXTRA_CXXFLAGS) -Os -ffunction-sections -c $< -o $@

# A single source of options: the program itself generates the pages that describe them.
$(BUILD)/client/confiture.1: $(CLIENT)
	$< generate man > $@
$(BUILD)/client/confiture.bash: $(CLIENT)
	$< generate bash > $@
$(BUILD)/client/_confiture: $(CLIENT)
	$< generate zsh > $@
$(BUILD)/client/confiture.fish: $(CLIENT)
	$< generate fish > $@

install-client: client
	install -D -m 755 $(CLIENT) '$(DESTDIR)$(CLIENT_PREFIX)/bin/confiture'
	install -D -m 644 $(BUILD)/client/confiture.1 '$(DESTDIR)$(CLIENT_PREFIX)/share/man/man1/confiture.1'
	install -D -m 644 $(BUILD)/client/confiture.bash '$(DESTDIR)$(BASH_COMPLETIONS)/confiture'
	install -D -m 644 $(BUILD)/client/_confiture '$(DESTDIR)$(ZSH_COMPLETIONS)/_confiture'
	install -D -m 644 $(BUILD)/client/confiture.fish '$(DESTDIR)$(FISH_COMPLETIONS)/confiture.fish'

uninstall-client:
	rm -f '$(DESTDIR)$(CLIENT_PREFIX)/bin/confiture' '$(DESTDIR)$(CLIENT_PREFIX)/share/man/man1/confiture.1' \
		'$(DESTDIR)$(BASH_COMPLETIONS)/confiture' '$(DESTDIR)$(ZSH_COMPLETIONS)/_confiture' \
		'$(DESTDIR)$(FISH_COMPLETIONS)/confiture.fish'

-include $(CLIENT_OBJECTS:.o=.d)
