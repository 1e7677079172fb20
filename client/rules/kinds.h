// The kinds of files that can be imported, and which one a file is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/imported.h"

namespace client::rules {

// As --from takes them.
std::vector<std::string> kinds_of_files();

// Reads a file ("-": standard input). Its content says what kind it is, unless `from` does.
// Throws a usage error that names the place of the problem, or all kinds there are.
Imported read_any_file(const std::string &file, const std::optional<std::string> &from = {});

// The same for text; the name's ending tells the syntax: .yaml, .yml, .json, .toml or .sql.
Imported read_any_text(const std::string &text, const std::string &file, const std::optional<std::string> &from = {});

// Throws for endings of other files, before anything is connected.
void check_ending(const std::string &file, const std::optional<std::string> &from);

}  // namespace client::rules
