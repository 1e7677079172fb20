#include "clone/difference.h"

#include <map>
#include <tuple>

namespace client::clone {

namespace {

// Operators of different types share a name.
using Key = std::tuple<std::string, std::string, std::string>;

Key key_of(const Entry &entry) { return {entry.kind, entry.schema, entry.name}; }

bool is_same(const Entry &left, const Entry &right) {
  return left.definition == right.definition && left.access_method == right.access_method;
}

template <class Predicate>
bool take(std::vector<const Entry *> &candidates, Predicate is_wanted) {
  for (auto each = candidates.begin(); each != candidates.end(); ++each) {
    if (!is_wanted(**each)) continue;
    candidates.erase(each);
    return true;
  }
  return false;
}

}  // namespace

Difference compare(const Archive &source, const Archive &target) {
  std::map<Key, std::vector<const Entry *>> there;
  for (const Entry &each : target.entries) there[key_of(each)].push_back(&each);
  std::vector<const Entry *> unequal;
  for (const Entry &each : source.entries)
    if (!take(there[key_of(each)], [&](const Entry &other) { return is_same(each, other); })) unequal.push_back(&each);
  Difference difference;
  for (const Entry *each : unequal) {
    bool is_there = take(there[key_of(*each)], [](const Entry &) { return true; });
    (is_there ? difference.differing : difference.missing).push_back(each);
  }
  return difference;
}

}  // namespace client::clone
