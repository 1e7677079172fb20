// Which definitions of one database another one lacks, or has otherwise. The same pg_dump wrote both, so this knows
// every kind of object that it knows.
#pragma once

#include <vector>

#include "clone/archive.h"

namespace client::clone {

// Pointers into the archives.
struct Difference {
  std::vector<const Entry *> missing;    // entries of the source without an entry of that kind and name
  std::vector<const Entry *> differing;  // ... with one that is defined otherwise
};

Difference compare(const Archive &source, const Archive &target);

}  // namespace client::clone
