// The rules of the Python Confiture: a list of columns for each table, or a profile, whose strategies have names.
#pragma once

#include "rules/imported.h"

namespace client::rules {

bool is_python_confiture(const Json &document);
Imported read_python_confiture(const Json &document, const std::string &file);

}  // namespace client::rules
