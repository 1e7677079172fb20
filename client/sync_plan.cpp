#include "sync_plan.h"

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
          .choices = {"strict", "guard", "off"},
      },
  };
}

PlanRows load_plan(Connection &target, const std::string &server, const Scope &scope) {
  Result result = target.query(
      R"(
SELECT to_json(p)
FROM confiture.plan_sync($1, include => $2::text[], exclude => $3::text[], policy => $4) p)",
      {server, array_literal(scope.include), array_literal(scope.exclude), scope.policy});
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
  for (const Json &each : row["warnings"]) words += (words.empty() ? "" : "; ") + each.get<std::string>();
  return words;
}

}  // namespace client
