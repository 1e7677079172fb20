// Leaves Confiture out of an archive of pg_dump: its extension, servers and user mappings, and what hangs on them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "clone/archive.h"
#include "connection.h"

namespace client::dump {

struct Selection {
  std::set<int> removed;               // ids of entries
  std::vector<std::string> dependent;  // the words of those that are no part of Confiture, but cannot be without it
};

// The foreign servers of Confiture.
std::set<std::string> find_servers(Connection &target);

// Finds what is left out. Throws when a table would have to be.
Selection find_confiture(const clone::Contents &contents, const std::set<std::string> &servers);

// Returns the beginning of an archive, up to the end of its list of contents, without these entries.
std::string without(const std::string &bytes, const clone::Contents &contents, const std::set<int> &removed);

}  // namespace client::dump
