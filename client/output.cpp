#include "output.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "json_text.h"

namespace client {

namespace {

// The length of the UTF-8 character at `at`, 0 if there is none.
size_t character_length(const std::string &text, size_t at) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  unsigned first = byte(at);
  size_t length = first < 0x80                    ? 1
                  : first >= 0xc2 && first < 0xe0 ? 2
                  : first >= 0xe0 && first < 0xf0 ? 3
                  : first >= 0xf0 && first < 0xf5 ? 4
                                                  : 0;
  for (size_t i = 1; i < length; i++)
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
  return length;
}

// C1 controls, and the marks that make a terminal write from right to left or reorder what stands there.
bool is_unprintable(const std::string &character) {
  if (character.size() == 2) return character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
  for (const char *mark : {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2028", "\u2029",
                           "\u2066", "\u2067", "\u2068", "\u2069"})
    if (character == mark) return true;
  return false;
}

std::string hex(const std::string &bytes) {
  std::string text;
  for (unsigned char byte : bytes) {
    std::array<char, 5> escaped = {};
    std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
    text += escaped.data();
  }
  return text;
}

}  // namespace

std::string printable(const std::string &text, bool lines) {
  std::string safe;
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text, i);
    std::string character = text.substr(i, length == 0 ? 1 : length);
    auto byte = static_cast<unsigned char>(character[0]);
    if (character == "\n")
      safe += lines ? "\n" : "\\n";
    else if (character == "\t")
      safe += lines ? "\t" : "\\t";
    else if (length == 0 || byte < 0x20 || byte == 0x7f || is_unprintable(character))
      safe += hex(character);
    else
      safe += character;
    i += character.size();
  }
  return safe;
}

int display_width(const std::string &text) {
  static const int utf8 = pg_char_to_encoding("UTF8");
  int width = 0;
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text, i);
    width += length == 0 ? 1 : PQdsplen(text.c_str() + i, utf8);
    i += length == 0 ? 1 : length;
  }
  return width;
}

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

void Output::warn(const std::string &text) const { std::cerr << text << '\n'; }

void Output::complain(const Error &problem) const {
  std::cerr << paint(Colour::red, "confiture: ", true) << printable(problem.what(), true) << '\n';
  if (!problem.detail().empty()) std::cerr << "DETAIL: " << printable(problem.detail(), true) << '\n';
  if (!problem.hint().empty()) std::cerr << "HINT: " << printable(problem.hint(), true) << '\n';
}

std::string Output::paint(Colour colour, const std::string &text, bool on_stderr) const {
  const char *no_color = std::getenv("NO_COLOR");
  if (json || (no_color != nullptr && *no_color != '\0') || isatty(on_stderr ? STDERR_FILENO : STDOUT_FILENO) == 0)
    return text;
  constexpr std::array codes = {"31", "32", "33", "1"};
  return std::string("\033[") + codes.at(static_cast<size_t>(colour)) + "m" + text + "\033[0m";
}

std::string bytes_text(long long bytes) {
  constexpr std::array units = {"B", "kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    unit++;
  }
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), unit > 0 && value < 10 ? "%.1f %s" : "%.0f %s", value, units.at(unit));
  return text.data();
}

std::string pretty_json(const std::string &document) { return pretty_json(nlohmann::ordered_json::parse(document)); }

std::string pretty_json(const nlohmann::ordered_json &document) {
  return without_controls(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) + "\n";
}

}  // namespace client
