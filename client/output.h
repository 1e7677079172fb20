// Data goes to stdout, as a table for people or as JSON for programs; everything else goes to stderr.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "connection.h"
#include "printable.h"

namespace client {

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

  void data(const std::string &text) const;
  // The rows of a query: a table, or a JSON array with an object for each row.
  void rows(Connection &connection, const std::string &sql, const Parameters &values = {}) const;
  // A message on stderr that --quiet silences.
  void note(const std::string &text) const;
  // The same about a step of a longer task: its name in a column of its own.
  void note(const std::string &step, const std::string &text) const;
  // A message on stderr that --quiet does not silence.
  void warn(const std::string &text) const;
  // An error: on stderr, and with --json as a document, unless there are data already.
  void complain(const Error &problem) const;
  // The end of a command: with --json a document, unless there are data.
  void finish(ExitCode code) const;

  // Returns the text in a colour where stdout (or stderr) is a terminal and NO_COLOR is not set.
  std::string paint(Colour colour, const std::string &text, bool on_stderr = false) const;

 private:
  mutable bool has_data_ = false;
};

// An error as an object with message, detail, hint and sqlstate.
nlohmann::ordered_json error_document(const Error &problem);

// Indents a JSON document; the server writes JSON in one line.
std::string pretty_json(const std::string &document);
std::string pretty_json(const nlohmann::ordered_json &document);

}  // namespace client
