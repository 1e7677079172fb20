#include "rules/anon_json.h"

#include "rules/anon_arguments.h"
#include "rules/anon_labels.h"

namespace client::rules {

namespace {

class ExportReader {
 public:
  explicit ExportReader(const std::string &file) : file_(file) {}

  Imported read(const Json &document) {
    for (const auto &[key, value] : object("", document).items()) {
      if (key == "schemas")
        for (const auto &[schema, described] : object(key, value).items()) read_schema(schema, described);
      else if (key == "mask")
        trust(value);
      else
        all_.list(key, "an unknown key", "nothing");
    }
    all_.apply_limits();
    return all_;
  }

 private:
  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, file_ + ": " + (place.empty() ? "" : place + ": ") + problem);
  }

  const Json &object(const std::string &place, const Json &value) const {
    if (!value.is_object()) fail(place, "must be an object");
    return value;
  }

  std::string text(const std::string &place, const Json &value) const {
    if (!value.is_string()) fail(place, "must be a label in quotes");
    return value.get<std::string>();
  }

  void trust(const Json &label) {
    all_.note("Labels of the database, of schemas and of functions are not read: " + trimmed(text("mask", label)) +
              ".");
  }

  void read_schema(const std::string &schema, const Json &described) {
    for (const auto &[key, value] : object(schema, described).items()) {
      if (key == "mask" || key == "functions" || key == "procedures") {
        all_.note("Labels of schemas and of functions are not read: rules are of tables and columns.");
        continue;
      }
      for (const auto &[relation, labels] : object(schema + ": " + key, value).items())
        read_relation(key, sql_name(schema) + "." + sql_name(relation), labels);
    }
  }

  void read_relation(const std::string &kind, const std::string &table, const Json &described) {
    for (const auto &[key, value] : object(table, described).items()) {
      if (key == "mask") {
        add(kind, table, "", text(table, value));
      } else if (key == "columns") {
        for (const auto &[column, label] : object(table, value).items())
          add(kind, table, column, text(table + "." + column, label));
      } else {
        all_.list(table, "an unknown key, " + key, "nothing");
      }
    }
  }

  void add(const std::string &kind, const std::string &table, const std::string &column, const std::string &label) {
    if (kind == "tables") return add_label(all_, table, column, label);
    all_.list(table + (column.empty() ? "" : "." + sql_name(column)), trimmed(label) + ", in " + kind,
              "rules of the tables it reads");
  }

  const std::string &file_;
  Imported all_;
};

}  // namespace

bool is_anon_json(const Json &document) {
  return document.is_object() && document.contains("schemas") && document["schemas"].is_object();
}

Imported read_anon_json(const Json &document, const std::string &file) { return ExportReader(file).read(document); }

}  // namespace client::rules
