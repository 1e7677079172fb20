// Positions of rows as a list: packed, for a control table, and as SQL.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mask/position_set.h"

namespace confiture::mask {

// Positions in order, as differences in few bytes: of each the blocks since the one before, and the offset, or in the
// same block the offsets since.
std::string pack_positions(std::span<const Position> positions);

// The text of an array of tid: {"(0,1)","(0,2)"}
std::string positions_text(std::span<const Position> positions);

// That text of packed ones. Throws when they are none.
std::string unpacked_text(std::string_view packed);

}  // namespace confiture::mask
