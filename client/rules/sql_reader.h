// SQL in files, token by token.
#pragma once

#include <string>

#include "error.h"

namespace client::rules {

struct Token {
  enum class Kind { end, word, name, literal, sign };
  Kind kind = Kind::end;
  std::string text = {};  // of a word in lower case; of names and literals what they stand for
};

// The tokens of SQL as psql reads it: rows behind COPY ... FROM stdin and psql's own commands are passed over.
// Throws a usage error, with the file's name and the line, where a literal, a name or a comment has no end.
class SqlReader {
 public:
  SqlReader(const std::string &text, const std::string &file) : text_(text), file_(file) {}

  Token next();

  // Whether there is another statement.
  bool begin_statement();
  // Goes behind the semicolon, and behind rows that follow it.
  void end_statement(bool is_copy);

  [[noreturn]] void fail(const std::string &problem) const;

 private:
  void pass_over_line();
  void pass_over_blanks();
  void pass_over_comment();
  std::string quoted(char mark, bool escapes);
  size_t end_of_tag() const;
  bool is_dollar_quote() const;
  std::string dollar_quoted();

  const std::string &text_;
  const std::string &file_;
  size_t at_ = 0;
};

}  // namespace client::rules
