#include "sync_plan.h"

#include "hints.h"
#include "own_relations.h"

namespace client {

using Json = nlohmann::ordered_json;

std::vector<cli::Option> Scope::declare() {
  return {
      {"TABLE", "", &include, "Only these tables of the source: names or patterns as in psql, such as 'sales.*'"},
      {"--exclude", "PATTERN", &exclude, "Not these tables; may be repeated"},
      {
          .names = "--policy",
          .value = "POLICY",
          .destination = &policy,
          .help = "How columns without a rule are judged",
          .choices = {"strict", "guard", "auto", "off"},
      },
  };
}

cli::Option mode_option(std::optional<std::string> &destination) {
  return {
      .names = "--mode",
      .value = "MODE",
      .destination = &destination,
      .help = "Replace all rows of the tables (default), or upsert: keep them, and update or add by primary key",
      .choices = {"replace", "upsert"},
  };
}

// Not those of extensions.
constexpr const char *own_relation =
    R"(
SELECT 1
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY ($1::"char"[])
  AND )" IN_SCHEMA_OF_USERS R"(
  AND )" OF_NO_EXTENSION R"(
LIMIT 1)";

bool has_relations(Connection &target, const std::string &kinds) {
  return !target.value(own_relation, {kinds}).empty();
}

void require_tables(Connection &target) {
  if (!has_relations(target, "{r,p,f}"))
    throw Error(ExitCode::usage, "the target has no tables yet",
                "\"confiture clone\" makes them like the source's, and then copies the rows.");
}

PlanRows load_plan(Connection &target, const std::string &server, const Scope &scope,
                   const std::optional<std::string> &mode) {
  require_tables(target);
  Result result = target.query(
      R"(
SELECT to_json(p)
FROM confiture.plan_sync($1, include => $2::text[], exclude => $3::text[], policy => $4, mode => $5) p)",
      {server, array_literal(scope.include), array_literal(scope.exclude), scope.policy, mode});
  PlanRows rows;
  for (int row = 0; row < result.rows(); row++) rows.push_back(Json::parse(result.text(row, 0)));
  return rows;
}

bool is_refused(const Json &row) { return plan_text(row, "action") == "refuse"; }

std::string plan_text(const Json &row, const char *key) {
  auto found = row.find(key);
  return found != row.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string plan_words(const Json &row) {
  std::string words;
  for (const Json &each : row["warnings"]) words += (words.empty() ? "" : "; ") + as_commands(each.get<std::string>());
  return words;
}

}  // namespace client
