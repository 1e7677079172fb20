#include "pg/pg.h"
#include "pg/nearest_name.h"

namespace confiture {

NearestName nearest_to(const char *wanted) {
  return {wanted, nullptr, static_cast<int>(Min(4, strlen(wanted) / 2 + 1))};
}

void consider(NearestName *nearest, const char *candidate) {
  int d = varstr_levenshtein_less_equal(nearest->wanted, static_cast<int>(strlen(nearest->wanted)), candidate,
                                        static_cast<int>(strlen(candidate)), 1, 1, 1, nearest->distance - 1, true);
  if (d >= nearest->distance) return;
  nearest->distance = d;
  nearest->found = candidate;
}

}  // namespace confiture
