#include "rules/anon_dump.h"

#include "rules/anon_arguments.h"
#include "rules/anon_labels.h"
#include "rules/sql_reader.h"

namespace client::rules {

namespace {

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
  all.apply_limits();
  return all;
}

}  // namespace client::rules
