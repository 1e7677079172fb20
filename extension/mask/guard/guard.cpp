// The matcher: words of the name against the tables of patterns, within what the type allows and the table around it
// tells.
#include "mask/guard/guard.h"

#include <algorithm>
#include <iterator>

#include "mask/guard/dictionary.h"
#include "mask/guard/patterns.h"
#include "mask/guard/words.h"

namespace confiture::mask {

namespace {

constexpr GuardMatchResult network_type = {"type holds network addresses", "null"};
constexpr GuardMatchResult document_type = {"type holds documents, as free text", "null"};

constexpr struct {
  std::string_view name;
  uint16_t type;
} known_types[] = {
    {"text", type_text},
    {"character varying", type_text},
    {"character", type_text},
    {"\"char\"", 0},
    {"bpchar", type_text},
    {"name", type_text},
    {"citext", type_text},
    {"smallint", type_integer},
    {"integer", type_integer},
    {"bigint", type_integer},
    {"numeric", type_fraction},
    {"real", type_fraction},
    {"double precision", type_fraction},
    {"money", type_fraction},
    {"date", type_date},
    {"timestamp without time zone", type_date},
    {"timestamp with time zone", type_date},
    {"uuid", type_uuid},
    {"json", type_document},
    {"jsonb", type_document},
    {"xml", type_document},
    {"hstore", type_document},
    {"tsvector", type_document},
    {"bytea", type_bytes},
    {"point", type_geometry},
    {"line", type_geometry},
    {"lseg", type_geometry},
    {"box", type_geometry},
    {"path", type_geometry},
    {"polygon", type_geometry},
    {"circle", type_geometry},
    {"geometry", type_geometry},
    {"geography", type_geometry},
};

// Not judged by name: flags, times of day, the server's own types. What is neither here nor above is a type of the
// user's own and judged like text.
constexpr std::string_view impersonal_types =
    "boolean|bit|bit varying|oid|xid|xid8|cid|tid|regclass|regproc|regprocedure|regtype|regrole|regnamespace|regoper|"
    "regoperator|regconfig|regdictionary|regcollation|pg_lsn|pg_snapshot|txid_snapshot|tsquery|interval|"
    "time without time zone|time with time zone|int4range|int8range|numrange|tsrange|tstzrange|daterange|"
    "int4multirange|int8multirange|nummultirange|tsmultirange|tstzmultirange|datemultirange|ltree|lquery|ltxtquery";
constexpr std::string_view network_types = "inet|cidr|macaddr|macaddr8";

struct ColumnType {
  uint16_t what = 0;  // 0: impersonal
  bool array = false;
  std::string_view bare;  // without schema and brackets
};

ColumnType classify(std::string_view name) {
  ColumnType type;
  while (name.ends_with("[]")) {
    name.remove_suffix(2);
    type.array = true;
  }
  if (size_t dot = name.rfind('.'); dot != name.npos) name.remove_prefix(dot + 1);
  type.bare = name;
  if (listed(name, impersonal_types)) return type;
  auto known = std::find_if(std::begin(known_types), std::end(known_types), [&](auto &t) { return t.name == name; });
  type.what = known != std::end(known_types) ? known->type : uint16_t{type_own};
  return type;
}

// Does `pattern`, words with one blank between them, begin at word `at`? Returns the number of its words, or 0.
size_t match_at(const NameWords &words, size_t at, std::string_view pattern) {
  for (size_t n = 0; at + n < words.size();) {
    std::string_view word = words[at + n];
    if (!pattern.starts_with(word)) return 0;
    pattern.remove_prefix(word.size());
    n++;
    if (pattern.empty()) return n;
    if (pattern[0] != ' ') return 0;
    pattern.remove_prefix(1);
  }
  return 0;
}

// Where a pattern was found: words first .. end - 1, the last of which has `rest` letters behind it.
struct FoundAt {
  size_t first = 0, end = 0, rest = 0;
  explicit operator bool() const { return end > first; }
};

FoundAt find_pattern(const NameWords &words, std::string_view pattern, Place where) {
  for (size_t at = 0; at < words.size(); at++) {
    if (where == Place::part || where == Place::tail) {
      size_t begin = where == Place::part           ? words[at].find(pattern)
                     : words[at].ends_with(pattern) ? words[at].size() - pattern.size()
                                                    : std::string_view::npos;
      if (begin != std::string_view::npos) return {at, at + 1, words[at].size() - begin - pattern.size()};
      continue;
    }
    size_t n = match_at(words, at, pattern);
    if (n == 0 || (where == Place::last && at + n != words.size())) continue;
    if (where == Place::whole && n != words.size()) continue;
    return {at, at + n, 0};
  }
  return {};
}

// Visits the patterns of a list that may be found in a name, until one is taken.
template <class visitor>
bool any_pattern(const NameWords &words, std::string_view list, visitor visit) {
  while (!list.empty()) {
    size_t end = list.find('|');
    std::string_view pattern = list.substr(0, end);
    if (words.may_hold(pattern) && visit(pattern)) return true;
    list = end == list.npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

bool any_listed(std::span<const std::string_view> words, std::string_view list) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return listed(word, list); });
}

bool all_listed(std::span<const std::string_view> words, std::string_view list) {
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](auto word) { return listed(word, list); });
}

// A column name: as its words stand, and with fused ones in their pieces.
struct ColumnName {
  NameWords words, pieces;
  bool fused;
  explicit ColumnName(std::string_view name)
      : words(name), pieces(words, NameWords::Split()), fused(pieces.size() != words.size()) {}
};

// What a name is judged with.
struct Surroundings {
  const NameWords &relation;
  uint16_t type;
  uint8_t clues;
};

// "email" and "email address" are e-mail addresses; "email type" and "is email valid" are about them. Of kinds that are
// dates themselves, "birth date" is one, and "birth date changed at" is about it.
bool only_about_it(const NameWords &words, const NameWords &pieces, FoundAt hit, const PersonalKind &kind) {
  if (hit.first > 0 && listed(words[0], flag_words)) return true;
  std::string_view last = pieces.last();
  if (hit.end == words.size() && hit.rest < last.size()) return false;
  if (!listed(last, about_words)) return false;
  bool is_date = (kind.types & type_date) && listed(last, time_words);
  return !is_date || any_listed(words.all(), edit_words);
}

bool about_things(std::string_view word) {
  return listed(word, thing_words) || (word.ends_with('s') && listed(word.substr(0, word.size() - 1), thing_words));
}

// "photo" is a person's, "product photo" and "photo" of the relation "products" are not.
bool about_things(const NameWords &words, FoundAt hit, const NameWords &relation) {
  return about_things(relation.last()) || any_listed(words.all().subspan(0, hit.first), thing_words) ||
         any_listed(words.all().subspan(hit.end), thing_words);
}

bool too_vague(const NameWords &words, FoundAt hit, Vague vague, const Surroundings &around) {
  if (vague == Vague::no || (vague == Vague::places && (around.clues & clue_place))) return false;
  if (about_things(words, hit, around.relation)) return true;
  return vague == Vague::persons && !(around.clues & clue_person) && !any_listed(around.relation.all(), person_words);
}

// A person and a name next to each other, in either order: customer name, nombre del cliente.
bool names_a_person(const NameWords &words) {
  for (size_t i = 0; i + 1 < words.size(); i++) {
    bool in_order = listed(words[i], person_words) && listed(words[i + 1], name_nouns);
    bool turned = listed(words[i], name_nouns) && listed(words[i + 1], person_words);
    if ((in_order || turned) && !only_about_it(words, words, {i, i + 2, 0}, person_name_kind)) return true;
  }
  return false;
}

struct Match {
  const PersonalKind *kind = nullptr;
  bool vague = false;  // would not count by itself
  explicit operator bool() const { return kind != nullptr; }
};

bool holds_harmless_phrase(const NameWords &words) {
  return any_pattern(words, harmless_phrases,
                     [&](std::string_view p) { return bool{find_pattern(words, p, Place::anywhere)}; });
}

// Templates of messages, types of attributes and credit notes are not what people write.
bool is_about_writing(const NameWords &relation) {
  return listed(relation.last(), "template|templates|type|types|definition|definitions|status|statuses") ||
         holds_harmless_phrase(relation);
}

Match match_words(const NameWords &words, const NameWords &pieces, const Surroundings &around) {
  if (holds_harmless_phrase(words)) return {};

  if (!is_about_writing(around.relation))
    for (const ContextPattern &row : context_patterns())
      if ((row.kind->types & around.type) && all_listed(words.all(), row.columns) &&
          ((row.clues & around.clues) || any_listed(around.relation.all(), row.relations)))
        return {row.kind};

  for (const std::span<const NamePattern> *group : pattern_groups())
    for (const NamePattern &row : *group) {
      if (!(row.kind->types & around.type)) continue;
      bool hit = any_pattern(words, row.list, [&](std::string_view pattern) {
        FoundAt found = find_pattern(words, pattern, row.where);
        return found && !only_about_it(words, pieces, found, *row.kind) && !too_vague(words, found, row.vague, around);
      });
      if (hit) return {row.kind, row.vague != Vague::no};
    }
  if ((person_name_kind.types & around.type) && names_a_person(words)) return {&person_name_kind};
  return {};
}

Match match_name(std::string_view text, const Surroundings &around) {
  ColumnName name(text);
  Match found = match_words(name.words, name.pieces, around);
  return found || !name.fused ? found : match_words(name.pieces, name.pieces, around);
}

const char *suggestion(const PersonalKind &kind, const ColumnType &type) {
  if (type.array) return "null";
  if (type.what == type_text) return kind.text_strategy;
  if (type.what == type_integer || type.what == type_uuid) return kind.integer_strategy;
  return "null";
}

// Visits name and type of each part of a shape: "label modifier type, ...", where elements of arrays have no label.
template <class visitor>
bool any_part(std::string_view shape, visitor visit) {
  while (!shape.empty()) {
    size_t end = shape.find(", ");
    std::string_view part = shape.substr(0, end);
    size_t blank = part.find(' ');
    size_t last = part.rfind(' ');
    if (last != part.npos && visit(part.substr(0, std::min(blank, last)), part.substr(last + 1))) return true;
    shape = end == shape.npos ? std::string_view() : shape.substr(end + 2);
  }
  return false;
}

// The names that pg_type has for what format_type() prints.
constexpr struct {
  std::string_view internal, printed;
} type_names[] = {{"int2", "smallint"},
                  {"int4", "integer"},
                  {"int8", "bigint"},
                  {"float4", "real"},
                  {"float8", "double precision"},
                  {"varchar", "character varying"},
                  {"timestamp", "timestamp without time zone"},
                  {"timestamptz", "timestamp with time zone"},
                  {"bool", "boolean"},
                  {"varbit", "bit varying"},
                  {"time", "time without time zone"},
                  {"timetz", "time with time zone"}};

std::string_view printed_name(std::string_view internal) {
  for (auto &name : type_names)
    if (name.internal == internal) return name.printed;
  return internal;
}

// An attribute of a composite type, or an element of an array of the user's own type.
std::optional<GuardMatchResult> match_part(std::string_view label, std::string_view type_name) {
  if (type_name == "[]") return {};
  ColumnType type = classify(printed_name(type_name));
  if (listed(type.bare, network_types)) return network_type;
  if (type.what == type_document) return document_type;
  if (type.what == 0 || label.empty()) return {};
  NameWords relation("");
  if (Match found = match_name(label, {relation, type.what, 0}); found && !found.vague)
    return GuardMatchResult{found.kind->type_reason, "null"};
  return {};
}

}  // namespace

void GuardTable::note(const GuardColumn &column) noexcept {
  ColumnType type = classify(column.type_name);
  if (type.what == 0 || column.is_enum) return;
  ColumnName name(column.name);
  for (const CluePattern &row : clue_patterns())
    if (any_pattern(name.pieces, row.list,
                    [&](std::string_view pattern) { return bool{find_pattern(name.pieces, pattern, row.where)}; }))
      clues_ |= row.clue;
  if (clues_ & clue_person) return;
  NameWords relation_words(relation_);
  NameWords relation(relation_words, NameWords::Split());
  Match found = match_name(column.name, {relation, type.what, 0});
  if (found && found.kind->of_person && !found.vague) clues_ |= clue_person;
}

std::optional<GuardMatchResult> GuardTable::match(const GuardColumn &column) const noexcept {
  ColumnType type = classify(column.type_name);
  if (listed(type.bare, network_types)) return network_type;
  if (type.what == 0) return {};
  if (column.is_enum) type.what = type_enum;

  NameWords relation_words(relation_);
  NameWords relation(relation_words, NameWords::Split());
  if (Match found = match_name(column.name, {relation, type.what, clues_}))
    return GuardMatchResult{found.kind->name_reason, suggestion(*found.kind, type)};
  if (type.what == type_document) return document_type;

  // A domain or composite type may tell what its columns hold; an enum only where its labels would.
  NameWords nowhere("");
  if (type.what == type_own || type.what == type_enum)
    if (Match found = match_name(type.bare, {nowhere, type.what, 0}))
      return GuardMatchResult{found.kind->type_reason, suggestion(*found.kind, type)};
  if (!column.declared_type.empty() && column.declared_type != column.type_name)
    if (ColumnType declared = classify(column.declared_type); declared.what == type_own && declared.bare != type.bare)
      if (Match found = match_name(declared.bare, {nowhere, type.what, 0}); found && !found.vague)
        return GuardMatchResult{found.kind->type_reason, suggestion(*found.kind, type)};

  std::optional<GuardMatchResult> result;
  if (type.what == type_own)
    any_part(column.type_shape, [&](std::string_view label, std::string_view part) {
      result = match_part(label, part);
      return result.has_value();
    });
  return result;
}

std::optional<GuardMatchResult> match_personal_data(std::string_view column_name, std::string_view type_name,
                                                    std::string_view relation_name) noexcept {
  return GuardTable(relation_name, clue_person).match({column_name, type_name, {}, {}, false});
}

}  // namespace confiture::mask
