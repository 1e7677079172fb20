// Keys of the core.
//
// The masking key is the secret of the installation (>= 32 bytes). From it each strategy + domain gets its own
// subkey by HKDF-SHA-256 (RFC 5869), so equal outputs of different strategies reveal nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace confiture::mask {

using Subkey = std::array<uint8_t, 32>;

// HKDF-SHA-256 of the masking key with info "confiture/v1/<strategy>/<domain>". Throws on OpenSSL failure.
Subkey derive_subkey(std::string_view masking_key, std::string_view strategy, std::string_view domain);

}  // namespace confiture::mask
