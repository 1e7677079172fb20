// By which a long text is known again.
#pragma once

namespace confiture {

// SHA-256, as hex digits.
const char *digest_of(const char *text);

}  // namespace confiture
