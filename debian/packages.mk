# Packages of what is committed: for Debian, and for the PostgreSQL Extension Network (PGXN). All of them go to $(BUILD).
.PHONY: deb dist

DIST = confiture-$(EXTENSION_VERSION)

deb:
	@debian/build $(EXTENSION_VERSION) $(BUILD)/deb

dist:
	@mkdir -p $(BUILD)
	git archive --format=zip --prefix=$(DIST)/ -o $(BUILD)/$(DIST).zip HEAD
