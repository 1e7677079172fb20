// point: two numbers, of which either may be infinite or none.
#pragma once

namespace confiture::mask {

struct Point {
  double x = 0, y = 0;
};

}  // namespace confiture::mask
