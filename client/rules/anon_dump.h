// PostgreSQL Anonymizer's security labels in SQL, such as pg_dump --schema-only writes it.
#pragma once

#include <string>

#include "rules/imported.h"

namespace client::rules {

// Whether a statement of the text, wherever it is, begins with SECURITY LABEL.
bool is_anon_dump(const std::string &text);

// Throws a usage error, with the file's name and the line, where a literal or a name has no end.
Imported read_anon_dump(const std::string &text, const std::string &file);

}  // namespace client::rules
