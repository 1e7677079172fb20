// The way rows get into a target.
#pragma once

namespace confiture {

enum class Loader {
  copy,    // the server's COPY FROM machinery, straight into the heap
  insert,  // INSERT ... SELECT from the masked stream, through planner and executor
};

inline const char *loader_name(Loader loader) { return loader == Loader::insert ? "insert" : "copy"; }

}  // namespace confiture
