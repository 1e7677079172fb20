// Country calling codes of the telephone numbering plan (ITU-T E.164, list of assigned codes).
#pragma once

#include <cstddef>
#include <string_view>

namespace confiture::mask {

// Length of the calling code that a run of digits begins with, 0 when there is none.
size_t calling_code_size(std::string_view digits);

}  // namespace confiture::mask
