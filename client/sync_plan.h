// What a sync would do: the rows of confiture.plan_sync().
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/model.h"
#include "session.h"

namespace client {

// Which tables, and how columns without a rule are judged: options of all commands that plan or sync.
struct Scope {
  std::vector<std::string> include, exclude;
  std::optional<std::string> policy;
  std::vector<cli::Option> declare();
};

// --mode of commands that plan or sync.
cli::Option mode_option(std::optional<std::string> &destination);

// Each row an object with the columns of confiture.plan_sync().
using PlanRows = std::vector<nlohmann::ordered_json>;

// Whether the database has relations of these kinds (an array of pg_class.relkind) that belong to no extension.
bool has_relations(Connection &target, const std::string &kinds);

// Throws when the target has no tables yet.
void require_tables(Connection &target);

PlanRows load_plan(Connection &target, const std::string &server, const Scope &scope,
                   const std::optional<std::string> &mode = {});

bool is_refused(const nlohmann::ordered_json &row);
// A member of a row as text; "" for null.
std::string plan_text(const nlohmann::ordered_json &row, const char *key);
// The warnings of a row in one line.
std::string plan_words(const nlohmann::ordered_json &row);

}  // namespace client
