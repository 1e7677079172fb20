#include "rules/sql_reader.h"

#include <algorithm>
#include <cctype>

#include "rules/anon_arguments.h"

namespace client::rules {

namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)); }
bool is_word_part(char c) {
  auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

}  // namespace

Token SqlReader::next() {
  pass_over_blanks();
  if (at_ >= text_.size()) return {};
  char c = text_[at_];
  if (c == '\'') return {Token::Kind::literal, quoted('\'', false)};
  if (c == '"') return {Token::Kind::name, quoted('"', false)};
  if ((c == 'E' || c == 'e') && at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
    at_++;
    return {Token::Kind::literal, quoted('\'', true)};
  }
  if (c == '$' && is_dollar_quote()) return {Token::Kind::literal, dollar_quoted()};
  size_t begin = at_++;
  if (!is_word_part(c)) return {Token::Kind::sign, std::string(1, c)};
  while (at_ < text_.size() && is_word_part(text_[at_])) at_++;
  return {Token::Kind::word, lower_case(text_.substr(begin, at_ - begin))};
}

bool SqlReader::begin_statement() {
  pass_over_blanks();
  while (at_ < text_.size() && text_[at_] == '\\') {  // a command of psql, which takes its line
    pass_over_line();
    pass_over_blanks();
  }
  return at_ < text_.size();
}

void SqlReader::end_statement(bool is_copy) {
  bool from_stdin = false;
  for (Token token = next(); token.kind != Token::Kind::end; token = next()) {
    if (token.kind == Token::Kind::sign && token.text == ";") break;
    from_stdin = is_copy && (from_stdin || (token.kind == Token::Kind::word && token.text == "stdin"));
  }
  if (!from_stdin) return;
  pass_over_line();
  size_t end = text_.compare(at_, 2, "\\.") == 0 ? at_ : text_.find("\n\\.", at_);
  if (end == std::string::npos) fail("the rows of a COPY have no end");
  at_ = end + 1;
  pass_over_line();
}

void SqlReader::fail(const std::string &problem) const {
  auto before = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
  throw Error(ExitCode::usage,
              file_ + ", line " + std::to_string(std::count(text_.begin(), before, '\n') + 1) + ": " + problem);
}

void SqlReader::pass_over_line() {
  size_t end = text_.find('\n', at_);
  at_ = end == std::string::npos ? text_.size() : end + 1;
}

void SqlReader::pass_over_blanks() {
  for (;;) {
    while (at_ < text_.size() && is_space(text_[at_])) at_++;
    if (text_.compare(at_, 2, "--") == 0)
      pass_over_line();
    else if (text_.compare(at_, 2, "/*") == 0)
      pass_over_comment();
    else
      return;
  }
}

// Comments may be inside each other.
void SqlReader::pass_over_comment() {
  size_t begin = at_;
  int depth = 0;
  do {
    if (at_ + 1 >= text_.size()) {
      at_ = begin;
      fail("a comment has no end");
    }
    bool opens = text_.compare(at_, 2, "/*") == 0;
    bool closes = text_.compare(at_, 2, "*/") == 0;
    depth += opens ? 1 : closes ? -1 : 0;
    at_ += opens || closes ? 2 : 1;
  } while (depth > 0);
}

std::string SqlReader::quoted(char mark, bool escapes) {
  size_t begin = at_++;
  std::string value;
  for (; at_ < text_.size(); at_++) {
    if (escapes && text_[at_] == '\\' && at_ + 1 < text_.size()) {
      at_++;
    } else if (text_[at_] == mark) {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != mark) {
        at_++;
        return value;
      }
      at_++;
    }
    value += text_[at_];
  }
  at_ = begin;
  fail(mark == '"' ? "a name in quotes has no end" : "a literal has no end");
}

size_t SqlReader::end_of_tag() const {
  size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '$' && is_word_part(text_[end])) end++;
  return end;
}

// $1 is none.
bool SqlReader::is_dollar_quote() const {
  size_t end = end_of_tag();
  return end < text_.size() && text_[end] == '$' && !std::isdigit(static_cast<unsigned char>(text_[at_ + 1]));
}

std::string SqlReader::dollar_quoted() {
  size_t begin = end_of_tag() + 1;
  std::string mark = text_.substr(at_, begin - at_);
  size_t end = text_.find(mark, begin);
  if (end == std::string::npos) fail("a literal has no end");
  at_ = end + mark.size();
  return text_.substr(begin, end - begin);
}

}  // namespace client::rules
