// The matcher: words of the name against the table of patterns.cpp, within what the type allows.
#include "mask/guard/guard.h"

#include <algorithm>
#include <iterator>

#include "mask/guard/patterns.h"
#include "mask/guard/words.h"

namespace confiture::mask {

namespace {

constexpr GuardMatchResult network_type = {"type holds network addresses", "null"};

constexpr struct {
  std::string_view name;
  uint16_t type;
} known_types[] = {
    {"text", type_text},
    {"character varying", type_text},
    {"character", type_text},
    {"bpchar", type_text},
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
    {"bytea", type_bytes},
    {"point", type_geometry},
    {"geometry", type_geometry},
    {"geography", type_geometry},
};

// Not judged by name: flags, times of day, the server's own types. What is neither here nor above is a type of the
// user's own (or an array or full-text form of the above) and judged like text.
constexpr std::string_view impersonal_types =
    "boolean|bit|bit varying|oid|xid|xid8|cid|tid|regclass|regproc|regprocedure|regtype|regrole|regnamespace|regoper|"
    "regoperator|regconfig|regdictionary|regcollation|pg_lsn|pg_snapshot|txid_snapshot|tsquery|interval|"
    "time without time zone|time with time zone|line|lseg|box|path|polygon|circle|int4range|int8range|numrange|tsrange|"
    "tstzrange|daterange|int4multirange|int8multirange|nummultirange|tsmultirange|tstzmultirange|datemultirange";
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

// Where a pattern was found: words first .. end - 1.
struct FoundAt {
  size_t first = 0, end = 0;
  explicit operator bool() const { return end > first; }
};

FoundAt find_pattern(const NameWords &words, std::string_view pattern, Place where) {
  for (size_t at = 0; at < words.size(); at++) {
    if (where == Place::part || where == Place::tail) {
      bool here =
          where == Place::part ? words[at].find(pattern) != std::string_view::npos : words[at].ends_with(pattern);
      if (here) return {at, at + 1};
      continue;
    }
    size_t n = match_at(words, at, pattern);
    if (n == 0 || (where == Place::last && at + n != words.size())) continue;
    if (where == Place::whole && n != words.size()) continue;
    return {at, at + n};
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

// "email" and "email address" are e-mail addresses; "email type" and "is email valid" are about them. Of kinds that are
// dates themselves, "birth date" is one, and "birth date changed at" is about it.
bool only_about_it(const NameWords &words, FoundAt hit, const PersonalKind &kind) {
  if (hit.first > 0 && listed(words[0], flag_words)) return true;
  if (hit.end == words.size() || !listed(words.last(), about_words)) return false;
  bool is_date = (kind.types & type_date) && listed(words.last(), time_words);
  return !is_date || any_listed(words.all(), edit_words);
}

// "photo" is a person's, "product photo" and "photo" of the relation "products" are not.
bool about_things(const NameWords &words, FoundAt hit, const NameWords &relation) {
  return listed(relation.last(), thing_words) || any_listed(words.all().subspan(0, hit.first), thing_words) ||
         any_listed(words.all().subspan(hit.end), thing_words);
}

// A person and a name next to each other, in either order: customer name, nombre del cliente.
bool names_a_person(const NameWords &words) {
  for (size_t i = 0; i + 1 < words.size(); i++) {
    bool in_order = listed(words[i], person_words) && listed(words[i + 1], name_nouns);
    bool turned = listed(words[i], name_nouns) && listed(words[i + 1], person_words);
    if ((in_order || turned) && !only_about_it(words, {i, i + 2}, person_name_kind)) return true;
  }
  return false;
}

const PersonalKind *match_words(const NameWords &words, const NameWords &relation, uint16_t type) {
  if (any_pattern(words, harmless_phrases,
                  [&](std::string_view p) { return bool{find_pattern(words, p, Place::anywhere)}; }))
    return nullptr;

  for (const NamePattern &row : name_patterns()) {
    if (!(row.kind->types & type)) continue;
    bool hit = any_pattern(words, row.list, [&](std::string_view pattern) {
      FoundAt found = find_pattern(words, pattern, row.where);
      return found && !only_about_it(words, found, *row.kind) && !(row.vague && about_things(words, found, relation));
    });
    if (hit) return row.kind;
  }
  if ((person_name_kind.types & type) && names_a_person(words)) return &person_name_kind;

  for (const RelationPattern &row : relation_patterns())
    if ((row.kind->types & type) && any_listed(relation.all(), row.relations) && all_listed(words.all(), row.columns))
      return row.kind;
  return nullptr;
}

const char *suggestion(const PersonalKind &kind, const ColumnType &type) {
  if (type.array) return "null";
  if (type.what == type_text) return kind.text_strategy;
  if (type.what == type_integer || type.what == type_uuid) return kind.integer_strategy;
  return "null";
}

}  // namespace

std::optional<GuardMatchResult> match_personal_data(std::string_view column_name, std::string_view type_name,
                                                    std::string_view relation_name) noexcept {
  ColumnType type = classify(type_name);
  if (listed(type.bare, network_types)) return network_type;
  if (type.what == 0) return {};

  NameWords relation(relation_name);
  if (const PersonalKind *kind = match_words(NameWords(column_name), relation, type.what))
    return GuardMatchResult{kind->name_reason, suggestion(*kind, type)};
  // A domain, enum or composite type may tell what its columns hold.
  if (type.what == type_own)
    if (const PersonalKind *kind = match_words(NameWords(type.bare), NameWords(""), type.what))
      return GuardMatchResult{kind->type_reason, suggestion(*kind, type)};
  return {};
}

}  // namespace confiture::mask
