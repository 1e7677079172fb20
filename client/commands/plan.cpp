#include <memory>

#include "figures.h"
#include "hints.h"
#include "sync_plan.h"
#include "commands/commands.h"
#include "commands/plan_subset.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

std::string heading(const Json &row) {
  std::string text = plan_text(row, "relation");
  if (plan_text(row, "source_relation") != text) text += ", from " + plan_text(row, "source_relation");
  text += " (";
  if (row["estimated_rows"].is_number())
    text += "about " + std::to_string(row["estimated_rows"].get<long long>()) + " rows, ";
  return text + bytes_text(row["estimated_bytes"].get<double>()) + ")";
}

std::string what_happens(const Json &row) {
  std::string action = plan_text(row, "action");
  return action == "mask" ? "mask: " + plan_text(row, "strategy") : action;
}

std::vector<std::string> cells(const Json &row) {
  std::string type = plan_text(row, "target_type");
  return {"  " + printable(plan_text(row, "column_name")),
          printable(type.empty() ? plan_text(row, "source_type") : type), printable(what_happens(row)),
          row["raw_leaves_source"] == true ? "yes" : "no", printable(plan_words(row))};
}

// Table by table; rows about no table come last.
std::string text_of(const Output &out, const PlanRows &rows) {
  const std::vector<Column> columns = {{"  column"}, {"type"}, {"action"}, {"raw"}, {"remarks"}};
  Table shown(columns);
  std::string text;
  auto flush = [&] {
    text += shown.empty() ? "" : shown.text();
    shown = Table(columns);
  };
  for (const Json &row : rows) {
    std::string gap = text.empty() && shown.empty() ? "" : "\n";
    if (plan_text(row, "relation").empty()) {
      flush();
      text += gap + (is_refused(row) ? "refuse: " : "") + printable(plan_words(row)) + "\n";
    } else if (row["column_name"].is_null()) {
      flush();
      text += gap + out.paint(Colour::bold, printable(heading(row))) + "\n";
      for (const Json &each : row["warnings"]) text += "  " + printable(as_commands(each.get<std::string>())) + "\n";
    } else {
      shown.add(cells(row));
    }
  }
  flush();
  return text;
}

ExitCode run(const Scope &scope, const std::optional<std::string> &mode, Session &session) {
  Connection target = session.connect();
  PlanRows rows = load_plan(target, session.source_name(target), scope, mode);
  if (session.out.json)
    session.out.data(pretty_json(Json(rows)));
  else
    session.out.data(text_of(session.out, rows));
  int refused = 0;
  std::string fixes;
  for (const Json &row : rows) {
    refused += is_refused(row) ? 1 : 0;
    if (is_refused(row) && !plan_text(row, "fix").empty()) fixes += "\n  " + as_commands(plan_text(row, "fix"));
  }
  if (refused == 0) return ExitCode::done;
  session.out.warn(
      std::to_string(refused) + (refused == 1 ? " problem stops" : " problems stop") + " the sync." +
      (fixes.empty() ? "" : " To settle it, by hand or with \"confiture suggest\":" + printable(fixes, true)));
  return ExitCode::refused;
}

}  // namespace

cli::Command plan(Session &session) {
  auto scope = std::make_shared<Scope>();
  auto shows_subset = std::make_shared<bool>(false);
  auto subset = std::make_shared<rules::SubsetOptions>();
  auto mode = std::make_shared<std::optional<std::string>>();
  cli::Command command;
  command.name = "plan";
  command.summary = "Show what a sync would do, column by column; changes nothing";
  command.description =
      "The column \"raw\" shows whether raw values leave the source. The exit code is 5 if anything stops the sync.";
  command.example = "confiture plan 'public.*'";
  command.options = scope->declare();
  command.options.push_back(mode_option(*mode));
  command.options.push_back(
      {"--subset", "", shows_subset.get(), "Which part of each table comes, by the stored seeds, and why, instead"});
  for (const cli::Option &each : subset->declare()) command.options.push_back(each);
  command.run = [scope, mode, shows_subset, subset, &session] {
    bool is_about_subset = *shows_subset || subset->seeds || subset->unreached;
    return is_about_subset ? plan_subset(*scope, *subset, session) : run(*scope, *mode, session);
  };
  return command;
}

}  // namespace client::commands
