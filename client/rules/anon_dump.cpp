#include "rules/anon_dump.h"

#include <algorithm>
#include <cctype>

#include "rules/anon_function.h"
#include "rules/anon_labels.h"

namespace client::rules {

namespace {

struct Token {
  enum class Kind { end, word, name, literal, sign };
  Kind kind = Kind::end;
  std::string text = {};  // of a word in lower case; of names and literals what they stand for
};

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)); }
bool is_word_part(char c) {
  auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

// The tokens of SQL as psql reads it: rows behind COPY ... FROM stdin and psql's own commands are passed over.
class SqlReader {
 public:
  SqlReader(const std::string &text, const std::string &file) : text_(text), file_(file) {}

  Token next() {
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

  // Whether there is another statement.
  bool begin_statement() {
    pass_over_blanks();
    while (at_ < text_.size() && text_[at_] == '\\') {  // a command of psql, which takes its line
      pass_over_line();
      pass_over_blanks();
    }
    return at_ < text_.size();
  }

  // Goes behind the semicolon, and behind rows that follow it.
  void end_statement(bool is_copy) {
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

  [[noreturn]] void fail(const std::string &problem) const {
    auto before = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
    throw Error(ExitCode::usage,
                file_ + ", line " + std::to_string(std::count(text_.begin(), before, '\n') + 1) + ": " + problem);
  }

 private:
  void pass_over_line() {
    size_t end = text_.find('\n', at_);
    at_ = end == std::string::npos ? text_.size() : end + 1;
  }

  void pass_over_blanks() {
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
  void pass_over_comment() {
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

  std::string quoted(char mark, bool escapes) {
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

  size_t end_of_tag() const {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '$' && is_word_part(text_[end])) end++;
    return end;
  }

  // $1 is none.
  bool is_dollar_quote() const {
    size_t end = end_of_tag();
    return end < text_.size() && text_[end] == '$' && !std::isdigit(static_cast<unsigned char>(text_[at_ + 1]));
  }

  std::string dollar_quoted() {
    size_t begin = end_of_tag() + 1;
    std::string mark = text_.substr(at_, begin - at_);
    size_t end = text_.find(mark, begin);
    if (end == std::string::npos) fail("a literal has no end");
    at_ = end + mark.size();
    return text_.substr(begin, end - begin);
  }

  const std::string &text_;
  const std::string &file_;
  size_t at_ = 0;
};

// SECURITY LABEL FOR provider ON kind name IS 'label'
struct Label {
  std::string provider;
  std::string kind;
  std::vector<std::string> name = {};
  std::string text = {};
};

class LabelReader {
 public:
  explicit LabelReader(SqlReader &sql) : sql_(sql) {}

  // Behind SECURITY LABEL, up to the label. Throws where it is none that a server would take.
  Label read() {
    Label label;
    Token token = sql_.next();
    if (is(token, "for")) {
      label.provider = sql_.next().text;
      token = sql_.next();
    }
    if (!is(token, "on")) sql_.fail("SECURITY LABEL without ON");
    label.kind = sql_.next().text;
    bool is_relation = label.kind == "column" || label.kind == "table";
    for (token = sql_.next(); !is(token, "is"); token = sql_.next()) {
      if (token.kind == Token::Kind::end || (token.kind == Token::Kind::sign && token.text == ";"))
        sql_.fail("SECURITY LABEL without IS");
      bool dot = token.kind == Token::Kind::sign && token.text == ".";
      if (!dot && is_relation) label.name.push_back(token.text);
    }
    if (Token value = sql_.next(); value.kind == Token::Kind::literal)
      label.text = value.text;
    else if (!is(value, "null"))
      sql_.fail("SECURITY LABEL without a literal behind IS");
    return label;
  }

 private:
  static bool is(const Token &token, const char *word) { return token.kind == Token::Kind::word && token.text == word; }

  SqlReader &sql_;
};

std::string joined_names(const std::vector<std::string> &names, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; i++) text += (i > 0 ? "." : "") + sql_name(names[i]);
  return text;
}

// A later label of the same object replaces an earlier one, as in the server; NULL removes it.
class LastLabels {
 public:
  void set(const std::string &object, const Label &label) {
    auto [at, is_new] = places_.emplace(object, labels_.size());
    if (is_new)
      labels_.push_back(label);
    else
      labels_[at->second] = label;
  }
  const std::vector<Label> &all() const { return labels_; }

 private:
  std::map<std::string, size_t> places_;
  std::vector<Label> labels_;
};

}  // namespace

bool is_anon_dump(const std::string &text) {
  constexpr std::string_view begin = "SECURITY LABEL ";
  for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
    if (at == 0 || text[at - 1] == '\n') return true;
  return false;
}

Imported read_anon_dump(const std::string &text, const std::string &file) {
  SqlReader sql(text, file);
  LastLabels labels;
  Imported all;
  while (sql.begin_statement()) {
    Token first = sql.next();
    if (first.kind == Token::Kind::sign && first.text == ";") continue;
    bool is_copy = first.kind == Token::Kind::word && first.text == "copy";
    if (first.kind == Token::Kind::word && first.text == "security" && sql.next().text == "label") {
      Label label = LabelReader(sql).read();
      if (label.provider != "anon")
        all.note("Labels for \"" + label.provider + "\" are not read, those for \"anon\" are.");
      else if (label.kind != "column" && label.kind != "table")
        all.note("Labels of schemas, functions, roles and views are not read: rules are of tables and columns.");
      else
        labels.set(label.kind + " " + joined_names(label.name, label.name.size()), label);
    }
    sql.end_statement(is_copy);
  }
  for (const Label &each : labels.all()) {
    size_t parts = each.kind == "column" ? each.name.size() - 1 : each.name.size();
    if (each.text.empty()) continue;
    if (each.name.empty() || parts < 1 || parts > 2)
      all.list(joined_names(each.name, each.name.size()), trimmed(each.text), "schema.table.column as the name");
    else
      add_label(all, joined_names(each.name, parts), each.kind == "column" ? each.name.back() : "", each.text);
  }
  return all;
}

}  // namespace client::rules
