// Loading of the shared library.
#include "load/rows_scan.h"
#include "pg/confined.h"
#include "pg/guc.h"
#include "pg/owner.h"
#include "pg/pg.h"

extern "C" {
CONFITURE_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
  confiture::define_settings();
  confiture::install_guard();
  confiture::install_confinement();
  confiture::install_rows_scan();
}
}
