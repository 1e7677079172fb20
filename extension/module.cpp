// Loading of the shared library.
#include "pg/pg.h"
#include "pg/guc.h"
#include "pg/owner.h"

extern "C" {
CONFITURE_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
  confiture::define_settings();
  confiture::install_guard();
}
}
