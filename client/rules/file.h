// The rules file: YAML or TOML, by the ending of its name, with one model behind both.
#pragma once

#include <string>

#include "model.h"

namespace client::rules {

enum class format { yaml, toml };

// By the ending of a file's name; "-" and anything else is YAML if `otherwise` says so.
format format_of(const std::string &file);

// Reads a file ("-": standard input). Every problem is an error that names the place.
rule_set read_file(const std::string &file);

// As above, from text; `name` is for messages.
rule_set parse(const std::string &text, format as, const std::string &name);

std::string write(const rule_set &set, format as);

// For parse(): the document as JSON, in the order of the file.
json yaml_document(const std::string &text, const std::string &name);
json toml_document(const std::string &text, const std::string &name);

}  // namespace client::rules
