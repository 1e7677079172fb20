// The rules file: YAML or TOML, according to the ending of its name, with one model for both.
#pragma once

#include <string>

#include "rules/model.h"

namespace client::rules {

enum class Format { yaml, toml, json };

// By the ending of the file's name; "-" is YAML. Throws for other endings.
Format format_of(const std::string &file);

// Reads a file ("-": standard input). Throws a usage error that names the place of the problem.
RuleSet read_file(const std::string &file);

// The same for text; `name` stands for the file in messages.
RuleSet parse(const std::string &text, Format format, const std::string &name);

// The same for a document.
RuleSet read_document(const Json &document, const std::string &name);
// Whether the document looks like a rules file, or like one of the Python Confiture; also one without anything in it.
bool is_rules_document(const Json &document);

// A file's text ("-": standard input). Throws where it cannot be read, or is too large.
std::string read_rules_text(const std::string &file);

std::string write(const RuleSet &set, Format format);

// For parse(): the document as JSON, in the order of the file as far as the format has one.
Json yaml_document(const std::string &text, const std::string &name);
Json toml_document(const std::string &text, const std::string &name);
Json json_document(const std::string &text, const std::string &name);

}  // namespace client::rules
