// What is set aside is executed later, by whoever restores it: only if the masking key authenticates it, as what a run
// wrote.
#pragma once

#include "set_aside/recipe.h"

namespace confiture {

// Seals a recipe (hex, see wall::make_seal). `relation_name`: qualified, quoted. The caller writes it into
// confiture.set_aside, whose lock against a replacement of the key this takes.
const char *seal_recipe(const Recipe *recipe, const char *relation_name);

// Ereports 28000 unless the seal is that of the recipe.
void require_seal(const Recipe *recipe, const char *relation_name, const char *seal);

// What is not restored yet, for a report. Wants SPI connected.
struct SetAsideReport {
  int count;
  int forged;              // do not bear their seal: their statements are not among those below
  const char *statements;  // each ends with a semicolon and a newline
};
SetAsideReport report_set_aside();

// For a key that is replaced: locks confiture.set_aside until the end of the transaction and returns what is not
// restored yet and bears its seal; seals it with the new key. Both want SPI connected.
List *lock_authentic_entries();
void seal_entries(List *entries);

}  // namespace confiture
