// Data to stdout, as a table for people or as JSON for programs; everything else to stderr.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "connection.h"

namespace client {

// Text of others for a terminal: control characters are shown, not obeyed. `lines`: line ends are kept.
std::string printable(const std::string &text, bool lines = false);

// Columns it takes on a terminal.
int display_width(const std::string &text);

struct Column {
  std::string title;
  bool right = false;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

enum class Colour { red, green, yellow, bold };

class Output {
 public:
  bool json = false;
  bool quiet = false;

  // Data.
  void data(const std::string &text) const;
  // What a query returns: a table, or a JSON array with an object for each row.
  void rows(Connection &connection, const std::string &sql, const Parameters &values = {}) const;
  // Words about what is done, on stderr; nothing with --quiet.
  void note(const std::string &text) const;
  // Words that --quiet does not silence.
  void warn(const std::string &text) const;
  void complain(const Error &problem) const;

  // The text in a colour, where stdout (or stderr) is a terminal and NO_COLOR is not set.
  std::string paint(Colour colour, const std::string &text, bool on_stderr = false) const;
};

// Made readable: 1234567 bytes are "1.2 MB".
std::string bytes_text(long long bytes);

// The JSON document, indented; JSON of the server comes in one line.
std::string pretty_json(const std::string &document);
std::string pretty_json(const nlohmann::ordered_json &document);

}  // namespace client
