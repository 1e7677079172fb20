// The name that was probably meant by a mistyped one.
#pragma once

namespace confiture {

struct nearest_name {
  const char *wanted;
  const char *found;  // nullptr: none is near
  int distance;       // of the next one that would be nearer
};

nearest_name nearest_to(const char *wanted);

// Takes the candidate, which has to live on, when it is nearer than those before.
void consider(nearest_name *nearest, const char *candidate);

}  // namespace confiture
