// The rules file: YAML or TOML, by the ending of its name, with one model behind both.
#pragma once

#include <string>

#include "rules/model.h"

namespace client::rules {

enum class Format { yaml, toml };

// By the ending of a file's name; "-" and anything else is YAML if `otherwise` says so.
Format format_of(const std::string &file);

// Reads a file ("-": standard input). Every problem is an error that names the place.
RuleSet read_file(const std::string &file);

// As above, from text; `name` is for messages.
RuleSet parse(const std::string &text, Format format, const std::string &name);

std::string write(const RuleSet &set, Format format);

// For parse(): the document as JSON, in the order of the file.
Json yaml_document(const std::string &text, const std::string &name);
Json toml_document(const std::string &text, const std::string &name);

}  // namespace client::rules
