# Tests, lint, format and benchmarks. Core parts live in tests/core.mk, server parts in tests/server.mk.
-include tests/core.mk
-include tests/server.mk
