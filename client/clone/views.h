// The rows of materialized views.
#pragma once

#include "clone/archive.h"
#include "clone/restore.h"
#include "connection.h"

namespace client::clone {

// Refreshes the materialized views that have no rows yet but have some on the source; those made WITH NO DATA there
// stay so. Returns which ones cannot be refreshed, and why; the others are.
Problems refresh_views(Connection &source, const Connection &target, const Archive &archive);

}  // namespace client::clone
