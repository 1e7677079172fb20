// Previewed rows for people: a line for each row, or a table for each.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace client {

// A column of the target and what becomes of it: its strategy, or "pass", "default" or "drop".
struct PreviewColumn {
  std::string name, fate;
};

// Values by column, as jsonb has them; `before` is what the source has.
struct PreviewRow {
  nlohmann::ordered_json after;
  std::optional<nlohmann::ordered_json> before;
};

// One line for each row, which has no room for `before`.
std::string preview_lines(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows);

// A table for each row, with a line for each column.
std::string preview_records(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows);

// An array of objects: the values by column; with `before`, objects with strategy, before and after by column.
std::string preview_json(const std::vector<PreviewColumn> &columns, const std::vector<PreviewRow> &rows);

}  // namespace client
