// Arguments of a call in SQL, as PostgreSQL Anonymizer's labels have them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/model.h"

namespace client::rules {

// Reads an SQL literal: 'it''s', $$text$$, $tag$text$tag$, a number, or a word such as NULL. Casts after it are
// ignored. Nothing if it has no end.
std::optional<std::string> sql_literal(const std::string &text);

// Without blanks, line ends and semicolons around it.
std::string trimmed(const std::string &text);
std::string lower_case(std::string text);

// A call and what of it has no counterpart, in words: "the locale".
struct Call {
  std::string column;  // that the label is of
  std::string function;
  std::vector<std::string> arguments = {};
  std::vector<std::string> left = {};
};

// Splits at commas outside literals and brackets; nothing if there are none. Nothing at all if it is no call.
std::optional<Call> call_of(const std::string &column, const std::string &text);
std::vector<std::string> split_arguments(const std::string &text);

std::optional<int> count_of(const std::string &argument);
std::optional<Json> number_in(const std::string &argument);

// The name of the column that an argument is: email, users.email, "Odd", id::text. Empty if it is something else.
std::string column_in(const std::string &argument);

// The bounds of a range, '[5,9)', and which of them belong to it; nothing if one is missing.
struct Bounds {
  std::string least, most;
  bool with_least, with_most;
};
std::optional<Bounds> bounds_in(const std::string &argument);

}  // namespace client::rules
