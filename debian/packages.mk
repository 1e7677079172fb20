# Packages of what is committed: for Debian, and for the PostgreSQL Extension Network (PGXN). All of them go to $(BUILD).
.PHONY: deb dist sbom

DIST = confiture-$(EXTENSION_VERSION)

deb:
	@debian/build $(EXTENSION_VERSION) $(BUILD)/deb

dist:
	@mkdir -p $(BUILD)
	git archive --format=zip --prefix=$(DIST)/ -o $(BUILD)/$(DIST).zip HEAD

# What both binaries are made of, with the versions of Debian's packages (CycloneDX).
sbom: all
	@debian/sbom $(EXTENSION_VERSION) $(MODULE_big)$(DLSUFFIX) $(CLIENT) > $(BUILD)/sbom.json
	@echo "Written to $(BUILD)/sbom.json."
