#include "output.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "hints.h"
#include "json_text.h"
#include "terminal.h"

namespace client {

std::string Table::text() const {
  std::vector<int> widths;
  for (const Column &each : columns_) widths.push_back(display_width(each.title));
  for (const auto &row : rows_)
    for (size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], display_width(row[i]));
  auto line = [&](auto cell) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); i++) {
      std::string content = cell(i);
      std::string gap(static_cast<size_t>(std::max(0, widths[i] - display_width(content))), ' ');
      text += (i > 0 ? "  " : "") + (columns_[i].right ? gap + content : content + gap);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text + "\n";
  };
  std::string all = line([&](size_t i) { return columns_[i].title; });
  all += line([&](size_t i) { return std::string(static_cast<size_t>(widths[i]), '-'); });
  for (const auto &row : rows_) all += line([&](size_t i) { return i < row.size() ? row[i] : ""; });
  return all;
}

void Output::data(const std::string &text) const {
  has_data_ = true;
  if (!json && show_in_pager(text)) return;
  std::cout << text << std::flush;
  if (!std::cout) throw Error(ExitCode::failed, "cannot write to standard output");
}

void Output::rows(Connection &connection, const std::string &sql, const Parameters &values) const {
  if (json) {
    std::string all = connection.value("SELECT coalesce(json_agg(t), '[]') FROM (" + sql + ") t", values);
    return data(pretty_json(all));
  }
  Result result = connection.query(sql, values);
  std::vector<Column> columns;
  for (int i = 0; i < result.columns(); i++) columns.push_back({result.column_name(i), result.is_number(i)});
  Table shown(columns);
  for (int row = 0; row < result.rows(); row++) {
    std::vector<std::string> cells;
    for (int i = 0; i < result.columns(); i++) cells.push_back(printable(result.text(row, i)));
    shown.add(cells);
  }
  data(shown.text());
}

void Output::note(const std::string &text) const {
  if (!quiet) std::cerr << text << '\n';
}

void Output::note(const std::string &step, const std::string &text) const {
  note(printable(step + std::string(12 - step.size(), ' ') + text));
}

void Output::warn(const std::string &text) const { std::cerr << text << '\n'; }

void Output::complain(const Error &problem) const {
  if (json && !has_data_) {
    nlohmann::ordered_json document;
    document["exit_code"] = static_cast<int>(problem.code());
    document["error"] = error_document(problem);
    std::cout << pretty_json(document) << std::flush;
  }
  std::cerr << paint(Colour::red, "confiture: ", true) << printable(problem.what(), true) << '\n';
  if (!problem.detail().empty()) std::cerr << "DETAIL: " << printable(problem.detail(), true) << '\n';
  if (!problem.hint().empty()) std::cerr << "HINT: " << printable(as_commands(problem.hint()), true) << '\n';
}

void Output::finish(ExitCode code) const {
  if (json && !has_data_) data(pretty_json(nlohmann::ordered_json{{"exit_code", static_cast<int>(code)}}));
}

nlohmann::ordered_json error_document(const Error &problem) {
  using Json = nlohmann::ordered_json;
  const auto *from_server = dynamic_cast<const ServerError *>(&problem);
  auto or_null = [](const std::string &text) { return text.empty() ? Json() : Json(text); };
  return {{"message", problem.what()},
          {"detail", or_null(problem.detail())},
          {"hint", or_null(as_commands(problem.hint()))},
          {"sqlstate", from_server == nullptr ? Json() : or_null(from_server->sqlstate())}};
}

std::string Output::paint(Colour colour, const std::string &text, bool on_stderr) const {
  const char *no_color = std::getenv("NO_COLOR");
  if (json || (no_color != nullptr && *no_color != '\0') || isatty(on_stderr ? STDERR_FILENO : STDOUT_FILENO) == 0)
    return text;
  constexpr std::array codes = {"31", "32", "33", "1"};
  return std::string("\033[") + codes.at(static_cast<size_t>(colour)) + "m" + text + "\033[0m";
}

std::string pretty_json(const std::string &document) { return pretty_json(nlohmann::ordered_json::parse(document)); }

std::string pretty_json(const nlohmann::ordered_json &document) {
  return without_controls(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) + "\n";
}

}  // namespace client
