#include "preview_text.h"

#include "output.h"

namespace client {

namespace {

using Json = nlohmann::ordered_json;

// "" for NULL, as in psql.
std::string cell(const Json &values, const std::string &column) {
  auto found = values.find(column);
  if (found == values.end() || found->is_null()) return "";
  return printable(found->is_string() ? found->get<std::string>() : found->dump());
}

bool is_masked(const PreviewColumn &column) {
  return column.fate != "pass" && column.fate != "default" && column.fate != "drop";
}

}  // namespace

std::string preview_lines(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows) {
  std::vector<Column> titles;
  for (const PreviewColumn &each : columns)
    titles.push_back({printable(each.name) + (is_masked(each) ? " (" + each.fate + ")" : "")});
  Table shown(titles);
  for (const PreviewRow &row : rows) {
    std::vector<std::string> cells;
    for (const PreviewColumn &each : columns) cells.push_back(cell(row.after, each.name));
    shown.add(cells);
  }
  return shown.text();
}

std::string preview_records(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows) {
  std::string text;
  int number = 0;
  for (const PreviewRow &row : rows) {
    std::vector<Column> titles = {{"row " + std::to_string(++number)}, {"strategy"}};
    if (row.before) titles.push_back({"before"});
    titles.push_back({row.before ? "after" : "value"});
    Table shown(titles);
    for (const PreviewColumn &each : columns) {
      std::vector<std::string> cells = {printable(each.name), each.fate};
      if (row.before) cells.push_back(cell(*row.before, each.name));
      cells.push_back(cell(row.after, each.name));
      shown.add(cells);
    }
    text += (text.empty() ? "" : "\n") + shown.text();
  }
  return text;
}

std::string preview_json(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows) {
  Json all = Json::array();
  for (const PreviewRow &row : rows) {
    Json object = Json::object();
    for (const PreviewColumn &each : columns) {
      Json after = row.after.value(each.name, Json());
      object[each.name] =
          row.before ? Json{{"strategy", each.fate}, {"before", row.before->value(each.name, Json())}, {"after", after}}
                     : after;
    }
    all.push_back(object);
  }
  return pretty_json(all);
}

}  // namespace client
