// Invented companies, and how a company is told from a person.
#pragma once

#include "mask/phrase.h"

namespace confiture::mask {

void compose_company(std::string_view value, Draws &draws, Phrase &phrase);
// Does the value name a legal form, or have an ampersand?
bool looks_like_company(std::string_view value);

}  // namespace confiture::mask
