// Makes the objects of an archive in the target.
#pragma once

#include <vector>

#include "clone/archive.h"
#include "connection.h"

namespace client::clone {

// What could not be made, and why.
using Problems = std::vector<std::string>;

// Another connection to the target, set up as pg_restore sets up its own.
Connection open_for_restore(const Connection &target, const Archive &archive);

// Makes the entries `before` in the open transaction of such a connection. First it drops those of `dropped` that are
// there, and never what else hangs on them. Then, undone at once, tries the entries `after`, which so fail before there
// is any row that they could fail on. Returns every problem at once, but not those that follow from others; after one,
// the transaction must be rolled back.
Problems restore_tables(Connection &connection, const std::vector<const Entry *> &before,
                        const std::vector<const Entry *> &after, const std::vector<const Entry *> &dropped = {});

// Makes the entries by parallel connections, each entry in a transaction of its own. What fails is left out, and all
// that needs it; the rest is made. Messages that could quote a row are withheld.
Problems restore_rest(const Connection &target, const Archive &archive, std::vector<const Entry *> entries, int jobs);

}  // namespace client::clone
