// The functions of PostgreSQL Anonymizer, as calls in SQL, and the strategies that do the same.
#pragma once

#include <optional>
#include <string>

#include "rules/model.h"

namespace client::rules {

// anon.partial(phone, 2, '***', 2); nothing if it has no equivalent.
std::optional<ColumnRule> rule_for_function(const std::string &column, const std::string &call);

// Reads an SQL literal: 'it''s', $$text$$, $tag$text$tag$, a number, or a word such as NULL. Casts after it are
// ignored. Nothing if it has no end.
std::optional<std::string> sql_literal(const std::string &text);

// Without blanks, line ends and semicolons around it.
std::string trimmed(const std::string &text);
std::string lower_case(std::string text);

}  // namespace client::rules
