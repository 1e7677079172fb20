#include "pg.h"
#include "nearest_name.h"

namespace confiture {

nearest_name nearest_to(const char *wanted) {
  return {wanted, nullptr, static_cast<int>(Min(4, strlen(wanted) / 2 + 1))};
}

void consider(nearest_name *nearest, const char *candidate) {
  int d = varstr_levenshtein_less_equal(nearest->wanted, static_cast<int>(strlen(nearest->wanted)), candidate,
                                        static_cast<int>(strlen(candidate)), 1, 1, 1, nearest->distance - 1, true);
  if (d >= nearest->distance) return;
  nearest->distance = d;
  nearest->found = candidate;
}

}  // namespace confiture
