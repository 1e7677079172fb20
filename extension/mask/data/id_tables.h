// Kinds of identifiers: see mask/identifier.h.
#pragma once

#include <span>

#include "mask/identifier.h"

namespace confiture::mask {

// Identity numbers. Kinds of one name stand together, the usual form first; what has stronger checks comes first.
std::span<const IdKind> national_ids();
// Value-added tax numbers, each named by the prefix it begins with.
std::span<const IdKind> vat_numbers();

}  // namespace confiture::mask
