#include "pg/nearest_name.h"

#include "pg/list.h"

namespace confiture {

const char *nearest_name(const char *wanted, List *names) {
  const char *nearest = nullptr;
  int size = static_cast<int>(strlen(wanted));
  int limit = Min(4, size / 2 + 1);  // the next one must be nearer
  for (const char *name : each_text(names)) {
    int distance =
        varstr_levenshtein_less_equal(wanted, size, name, static_cast<int>(strlen(name)), 1, 1, 1, limit - 1, true);
    if (distance >= limit) continue;
    limit = distance;
    nearest = name;
  }
  return nearest;
}

const char *comma_separated(List *names) {
  StringInfoData text;
  initStringInfo(&text);
  for (const char *name : each_text(names)) appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", name);
  return text.data;
}

}  // namespace confiture
