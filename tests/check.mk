# Tests, lint, format and benchmarks: without PostgreSQL in tests/core.mk, with servers in tests/server.mk and
# tests/client.mk.
-include tests/core.mk
include tests/server.mk
include tests/client.mk
