// pgstream's transformation rules: a file of their own, or part of its configuration.
#pragma once

#include "rules/imported.h"

namespace client::rules {

bool is_pgstream(const Json &document);
Imported read_pgstream(const Json &document, const std::string &file);

}  // namespace client::rules
