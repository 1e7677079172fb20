# Tests, lint, format and benchmarks. What needs no PostgreSQL lives in tests/core.mk, the rest in tests/server.mk.
-include tests/core.mk
include tests/server.mk
include tests/client.mk
