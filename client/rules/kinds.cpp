#include "rules/kinds.h"

#include <algorithm>
#include <array>

#include "rules/anon_dump.h"
#include "rules/anon_json.h"
#include "rules/file.h"
#include "rules/greenmask.h"
#include "rules/pgstream.h"
#include "rules/python_confiture.h"

namespace client::rules {

namespace {

constexpr const char *dump = "anon-dump";
constexpr const char *own = "confiture";

Imported read_own(const Json &document, const std::string &file) {
  Imported all;
  all.rules = read_document(document, file);
  return all;
}

struct Kind {
  const char *name;
  const char *known_by;
  bool (*is)(const Json &document);
  Imported (*read)(const Json &document, const std::string &file);
};
constexpr std::array kinds = {
    Kind{"anon-json", "what PostgreSQL Anonymizer 3 exports, JSON with \"schemas\"", is_anon_json, read_anon_json},
    Kind{"greenmask", "Greenmask's configuration, with \"dump\": \"transformation\"", is_greenmask, read_greenmask},
    Kind{"pgstream", "pgstream's rules, with \"transformations\": \"table_transformers\"", is_pgstream, read_pgstream},
    Kind{"python-confiture",
         "the Python Confiture's, a list of columns for each table, or a profile with \"strategies\"",
         is_python_confiture, read_python_confiture},
    Kind{own, "a rules file, with \"tables\", \"patterns\", \"references\" or \"seeds\"", is_rules_document, read_own},
};

constexpr std::array endings = {".yaml", ".yml", ".json", ".toml", ".sql"};

Json document_of(const std::string &text, const std::string &file) {
  if (file.ends_with(".toml")) return toml_document(text, file);
  return file.ends_with(".json") ? json_document(text, file) : yaml_document(text, file);
}

[[noreturn]] void fail_unknown(const Json &document, const std::string &file) {
  std::string begins = document.is_object() && !document.empty()
                           ? ": it begins with the key \"" + document.items().begin().key() + "\""
                           : "";
  std::string known = std::string(dump) + ": SQL with SECURITY LABEL FOR anon, as of pg_dump --schema-only";
  for (const Kind &each : kinds) known += "\n" + std::string(each.name) + ": " + each.known_by;
  throw Error(ExitCode::usage, file + " is of no kind that can be imported" + begins,
              "If it is one of these, --from says which.", known);
}

}  // namespace

std::vector<std::string> kinds_of_files() {
  std::vector<std::string> names = {own, dump};
  for (const Kind &each : kinds)
    if (std::string(each.name) != own) names.emplace_back(each.name);
  return names;
}

void check_ending(const std::string &file, const std::optional<std::string> &from) {
  if (file == "-" || from || std::ranges::any_of(endings, [&](const char *end) { return file.ends_with(end); })) return;
  throw Error(ExitCode::usage, "the name of a rules file must end in .yaml, .yml, .toml, .json or .sql: " + file,
              "Or say by --from what it is.");
}

Imported read_any_text(const std::string &text, const std::string &file, const std::optional<std::string> &from) {
  if (text.find('\0') != std::string::npos) throw Error(ExitCode::usage, file + ": not a text file");
  if (from ? *from == dump : file.ends_with(".sql") || is_anon_dump(text)) return read_anon_dump(text, file);
  Json document = document_of(text, file);
  for (const Kind &each : kinds)
    if (from ? *from == each.name : each.is(document)) return each.read(document, file);
  fail_unknown(document, file);
}

Imported read_any_file(const std::string &file, const std::optional<std::string> &from) {
  check_ending(file, from);
  return read_any_text(read_rules_text(file), file == "-" ? "standard input" : file, from);
}

}  // namespace client::rules
