// A transformer of Greenmask or pgstream on its way to a strategy: its parameters are taken one by one, and what is
// left did not map.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/imported.h"

namespace client::rules {

class Transformer {
 public:
  // Throws a usage error with the file's name if the parameters are no object.
  Transformer(std::string name, const Json &parameters, const std::string &file, const std::string &place);

  const std::string &name() const { return name_; }

  // The parameter's value; it counts as mapped. Nothing if it is not there, or null.
  std::optional<Json> take(const std::string &parameter);
  std::string take_text(const std::string &parameter);  // empty if it is no text
  bool take_flag(const std::string &parameter);
  // Not mapped after all.
  void put_back(const std::string &parameter) { taken_.erase(parameter); }
  bool has(const std::string &parameter) const { return parameters_.contains(parameter); }
  // Something of it, in words, has no counterpart.
  void leave(const std::string &what) { left_.push_back(what); }
  // These need no counterpart.
  void ignore(const std::vector<std::string> &parameters);
  // The parameter becomes the option, if `read` can read it.
  void take_as(Json &options, const std::string &parameter, const std::string &option,
               std::optional<Json> (*read)(const Json &));

  // What has no counterpart: parameters that nothing took, by name. Their values may be keys and passwords.
  std::vector<std::string> left() const;

 private:
  std::string name_;
  Json parameters_;
  std::set<std::string> taken_;
  std::vector<std::string> left_;
};

// Adds the rule to the column, or lists the transformer; parameters that are left are listed.
void add_translated(Imported &to, const std::string &table, const std::string &column, const Transformer &from,
                    const std::optional<ColumnRule> &rule);

// What several transformers have in common.
void take_gender(Transformer &from, Json &options);  // gender: Male
std::optional<ColumnRule> random_number(Transformer &from, const char *min, const char *max);
std::optional<ColumnRule> random_date(Transformer &from, const char *min, const char *max);
std::optional<ColumnRule> choice(Transformer &from, const char *values);
std::optional<ColumnRule> random_text(Transformer &from);  // min_length, max_length, symbols
std::optional<ColumnRule> masking(Transformer &from);      // go-masker's types
std::optional<ColumnRule> constant(Transformer &from, const char *value);

// { "column": "sex" } becomes the option gender.
std::optional<Json> gender_of_column(const Json &dynamic);

}  // namespace client::rules
