// plan --subset: which part of each table a sync would copy.
#include "commands/plan_subset.h"

#include "figures.h"
#include "hints.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

std::string number(const Json &value) { return value.is_number() ? std::to_string(value.get<long long>()) : ""; }

std::string lines(const Json &texts) {
  std::string all;
  for (const Json &each : texts) all += (all.empty() ? "" : "; ") + each.get<std::string>();
  return all;
}

std::vector<std::string> cells(const Json &row, const std::string &first) {
  return {printable(first),
          plan_text(row, "chosen"),
          number(row["rows"]),
          number(row["of_rows"]),
          bytes_text(row["bytes"].get<double>()),
          printable(lines(row["why"]))};
}

// The totals come last.
std::string text_of(const PlanRows &rows) {
  Table shown({{"table"}, {"chosen"}, {"rows", true}, {"of", true}, {"size", true}, {"why"}});
  std::string warnings;
  for (const Json &row : rows) {
    std::string relation = plan_text(row, "relation");
    shown.add(cells(row, relation.empty() ? "in all" : relation));
    for (const Json &each : row["warnings"])
      warnings +=
          "\n" + (relation.empty() ? "" : printable(relation) + ": ") + printable(as_commands(each.get<std::string>()));
  }
  return shown.text() + (warnings.empty() ? "" : warnings + "\n");
}

}  // namespace

ExitCode plan_subset(const Scope &scope, const rules::SubsetOptions &options, Session &session) {
  Connection target = session.connect();
  std::string server = session.source_name(target);
  require_tables(target);
  Result result = target.query(
      R"(
SELECT to_json(p)
FROM confiture.plan_subset($1, $4::jsonb, include => $2::text[], exclude => $3::text[], unreached => $5) p)",
      {server, array_literal(scope.include), array_literal(scope.exclude), options.subset(target),
       options.unreached_or_default()});
  PlanRows rows;
  for (int row = 0; row < result.rows(); row++) rows.push_back(Json::parse(result.text(row, 0)));
  if (session.out.json)
    session.out.data(pretty_json(Json(rows)));
  else
    session.out.data(text_of(rows));
  return ExitCode::done;
}

}  // namespace client::commands
