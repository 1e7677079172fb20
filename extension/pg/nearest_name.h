// The name that was probably meant by a mistyped one.
#pragma once

namespace confiture {

struct NearestName {
  const char *wanted;
  const char *found;  // nullptr: none is near
  int distance;       // of the next one that would be nearer
};

NearestName nearest_to(const char *wanted);

// Takes the candidate, which has to live on, when it is nearer than those before.
void consider(NearestName *nearest, const char *candidate);

}  // namespace confiture
