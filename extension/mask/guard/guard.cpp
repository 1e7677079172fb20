// The matcher: words of the name against the tables of patterns, within what the type allows and the table around it
// tells.
#include "mask/guard/guard.h"

#include <algorithm>

#include "mask/guard/dictionary.h"
#include "mask/guard/notes.h"
#include "mask/guard/patterns.h"
#include "mask/guard/types.h"
#include "mask/guard/word_match.h"

namespace confiture::mask {

namespace {

constexpr GuardMatchResult network_type = {"type holds network addresses", "ip"};
constexpr GuardMatchResult hardware_type = {"type holds network addresses", "mac"};
constexpr GuardMatchResult document_type = {"type holds documents, as free text", "null"};
constexpr GuardMatchResult json_type = {document_type.reason, "json"};
constexpr GuardMatchResult hstore_type = {document_type.reason, "hstore"};

constexpr std::string_view network_types = "inet|cidr";
constexpr std::string_view hardware_types = "macaddr|macaddr8";
constexpr std::string_view json_types = "json|jsonb";

bool is_placed(const NameWords &words, FoundAt found, Place where) {
  if (where == Place::last || where == Place::whole)
    return found.end == words.size() && (where == Place::last || found.first == 0);
  return where != Place::tail || found.rest == 0;
}

// A column name: as its words stand, and with fused ones in their pieces.
struct ColumnName {
  NameWords words, pieces;
  bool fused;
  explicit ColumnName(std::string_view name)
      : words(name), pieces(words, NameWords::Split()), fused(pieces.size() != words.size()) {}
};

constexpr GuardNotes nothing_noted;

// What a name is judged with.
struct Surroundings {
  const NameWords &relation;
  uint16_t type;
  const GuardNotes &notes;
};

// "email" and "email address" are e-mail addresses; "email type" and "is email valid" are about them. Of kinds that are
// dates themselves, "birth date" is one, and "birth date changed at" is about it.
bool only_about_it(const NameWords &words, const NameWords &pieces, FoundAt hit, const PersonalKind &kind) {
  if (hit.first > 0 && listed(words[0], flag_words)) return true;
  std::string_view last = pieces.last();
  if (hit.end == words.size() && hit.rest < last.size()) return false;
  if (!about_words.holds(last)) return false;
  bool is_date = (kind.types & type_date) && listed(last, time_words);
  return !is_date || any_listed(words.all(), edit_words);
}

bool about_things(std::string_view word) {
  return thing_words.holds(word) || (word.ends_with('s') && thing_words.holds(word.substr(0, word.size() - 1)));
}

// "photo" is a person's, "product photo" and "photo" of the relation "products" are not.
bool about_things(const NameWords &words, FoundAt hit, const NameWords &relation) {
  return about_things(relation.last()) || any_held(words.all().subspan(0, hit.first), thing_words) ||
         any_held(words.all().subspan(hit.end), thing_words);
}

bool too_vague(const NameWords &words, FoundAt hit, Vague vague, const Surroundings &around) {
  if (vague == Vague::no || (vague == Vague::places && (around.notes.clues & clue_place))) return false;
  if (vague == Vague::addressed) return !(around.notes.clues & clue_place);
  if (about_things(words, hit, around.relation)) return true;
  return vague == Vague::persons && !(around.notes.clues & (clue_person | clue_people));
}

// A person and a noun next to each other, in either order: customer name, nombre del cliente. Returns the person, or
// "".
std::string_view person_beside(const NameWords &words, std::string_view nouns, const PersonalKind &kind) {
  for (size_t i = 0; i + 1 < words.size(); i++) {
    bool in_order = listed(words[i + 1], nouns) && person_words.holds(words[i]);
    bool turned = listed(words[i], nouns) && person_words.holds(words[i + 1]);
    if ((in_order || turned) && !only_about_it(words, words, {i, i + 2, 0}, kind)) return words[in_order ? i : i + 1];
  }
  return {};
}

// "employee" in a table that has "employee_name" too is the employee's key.
bool is_key_of_named(const NameWords &words, const NamePattern &row, const Surroundings &around) {
  return row.kind == &person_name_kind && row.where == Place::whole && words.size() == 1 &&
         names_person(around.notes, words[0]);
}

// "id_document integer" is a key as "document_id" is one.
bool is_key(const NameWords &words, uint16_t type) {
  return type == type_integer && words.size() > 1 && words[0] == "id" && !listed(words[1], "number|no|nr|num|numero");
}

bool holds_clue(const NameWords &words, const CluePattern &clue) {
  bool found = false;
  each_text(clue.list, [&](std::string_view text) {
    for (size_t at = 0; at < words.size() && !found; at++) {
      size_t n = match_at(words, at, text);
      found = n > 0 && is_placed(words, {at, at + n, 0}, clue.where);
    }
  });
  return found;
}

// "employee", "employee_id", "id_paciente": the table is about what becomes of a person.
bool refers_to_person(const NameWords &words) {
  for (size_t i = 0; i < words.size(); i++) {
    if (!subject_words.holds(words[i])) continue;
    if (words.size() == 1) return true;
    if (i + 1 < words.size() && listed(words[i + 1], key_nouns)) return true;
    if (i > 0 && listed(words[i - 1], key_nouns)) return true;
  }
  return false;
}

struct Match {
  const PersonalKind *kind = nullptr;
  bool vague = false;  // would not count by itself
  explicit operator bool() const { return kind != nullptr; }
};

// A street or an address, but no key of one, and no address of mail or of a network.
bool tells_a_place(const NameWords &words, const Match &found) {
  if (words.last() == "id" || found.kind == &email_kind) return false;
  if (found && std::string_view(found.kind->name_reason) == network_kind.name_reason) return false;
  return std::any_of(clue_patterns().begin(), clue_patterns().end(),
                     [&](const CluePattern &row) { return row.clue == clue_place && holds_clue(words, row); });
}

// "created_by" of any table tells nothing about what the table is about.
bool tells_who_did_it(const NameWords &words, const Match &found) {
  return found.kind == &user_name_kind && (words.last() == "by" || any_listed(words.all(), edit_words));
}

bool holds_harmless_phrase(const NameWords &words) {
  return any_words(words, harmless_phrases, [](const IndexedText &, FoundAt) { return true; });
}

// Templates of messages, types of attributes and credit notes are not what people write; tokens are secrets all the
// same.
bool is_about_writing(const NameWords &relation, const PersonalKind *kind) {
  return listed(relation.last(), "template|templates|type|types|definition|definitions|status|statuses") ||
         (kind == &free_text_kind && holds_harmless_phrase(relation));
}

// "product_snapshots" and "client_scopes", but not "product_reviewers".
bool is_of_things(const Surroundings &around) {
  const auto words = around.relation.all();
  return about_things(around.relation.last()) ||
         (!(around.notes.clues & clue_people) &&
          std::any_of(words.begin(), words.end(), [](std::string_view word) { return about_things(word); }));
}

Match match_words(const NameWords &words, const NameWords &pieces, const Surroundings &around) {
  if (holds_harmless_phrase(words) || is_key(words, around.type)) return {};

  for (const ContextPattern &row : context_patterns())
    if ((row.kind->types & around.type) && all_fit(words, row.columns) &&
        ((row.clues & around.notes.clues) || any_listed(around.relation.all(), row.relations)) &&
        !(row.not_of_things && is_of_things(around)) && !is_about_writing(around.relation, row.kind))
      return {row.kind};

  for (const PatternGroup *group : pattern_groups()) {
    const NamePattern *first = nullptr;  // of the group's rows that match
    auto visit = [&](const IndexedText &entry, FoundAt found) {
      const NamePattern &row = group->rows[entry.row];
      if ((first == nullptr || &row < first) && (row.kind->types & around.type) && is_placed(words, found, row.where) &&
          !only_about_it(words, pieces, found, *row.kind) && !too_vague(words, found, row.vague, around) &&
          !is_key_of_named(words, row, around))
        first = &row;
      return false;
    };
    any_words(words, group->words, visit);
    any_parts(words, group->parts, visit);
    if (first != nullptr) return {first->kind, first->vague != Vague::no};
  }
  if ((texts & around.type) && !person_beside(words, name_nouns, person_name_kind).empty()) return {&person_name_kind};
  if ((texts & around.type) && !person_beside(words, mail_nouns, email_kind).empty()) return {&email_kind};
  return {};
}

Match match_name(const ColumnName &name, const Surroundings &around) {
  if (name.fused && holds_harmless_phrase(name.pieces)) return {};
  Match found = match_words(name.words, name.pieces, around);
  return found || !name.fused ? found : match_words(name.pieces, name.pieces, around);
}

Match match_name(std::string_view text, const Surroundings &around) {
  ColumnName name(text);
  Match found = match_name(name, around);
  if (found || holds_harmless_phrase(name.pieces)) return found;
  // A word that most columns of the table have in common tells nothing about this one.
  auto [skip, keep] = without_affixes(name.words.all(), around.notes);
  if (keep == name.words.size()) return {};
  NameWords words(name.words, skip, keep), pieces(words, NameWords::Split());
  found = match_words(words, pieces, around);
  return found || pieces.size() == words.size() ? found : match_words(pieces, pieces, around);
}

// Arrays are masked element by element.
GuardMatchResult suggestion(const char *reason, const PersonalKind &kind, const ColumnType &type) {
  if (type.what == type_text) return {reason, kind.text_strategy};
  if (type.what == type_date) return {reason, kind.date_strategy};
  if (type.what == type_enum) return {reason, "choice"};
  if (type.what == type_integer || type.what == type_uuid) return {reason, kind.integer_strategy};
  if (type.what == type_fraction && type.bare != "money")
    return {reason, kind.fraction_strategy, kind.fraction_options};
  if (type.bare == "point") return {reason, "location", R"({"radius": 5000})"};
  return {reason, "null"};
}

// Visits name and type of each part of a shape: "label modifier type, ...", where elements of arrays have no label.
template <class visitor>
bool any_part(std::string_view shape, visitor visit) {
  while (!shape.empty()) {
    size_t end = shape.find(", ");
    std::string_view part = shape.substr(0, end);
    size_t type = part.rfind(' ');
    if (type != part.npos) {
      size_t modifier = part.substr(0, type).rfind(' ');
      if (visit(part.substr(0, modifier == part.npos ? 0 : modifier), part.substr(type + 1))) return true;
    }
    shape = end == shape.npos ? std::string_view() : shape.substr(end + 2);
  }
  return false;
}

// An array of a composite type with an enum inside has labels too, and is none of an enum.
bool is_of_enum(const GuardColumn &column) {
  const auto has_label = [](std::string_view label, std::string_view) { return !label.empty(); };
  return column.is_enum && !any_part(column.type_shape, has_label);
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
  if (listed(type.bare, network_types) || listed(type.bare, hardware_types))
    return GuardMatchResult{network_type.reason, "composite"};
  if (type.what == type_document) return GuardMatchResult{document_type.reason, "composite"};
  if (type.what == 0 || label.empty()) return {};
  NameWords relation("");
  if (Match found = match_name(label, {relation, type.what, nothing_noted}); found && !found.vague)
    return GuardMatchResult{found.kind->type_reason, "composite"};
  return {};
}

}  // namespace

void GuardTable::note(const GuardColumn &column) noexcept {
  ColumnName name(column.name);
  note_affixes(notes_, name.words.all());
  ColumnType type = classify(column.type_name);
  if (type.what == 0 || is_of_enum(column)) return;
  for (const CluePattern &row : clue_patterns())
    if (row.clue != clue_place && holds_clue(name.pieces, row)) notes_.clues |= row.clue;
  if (refers_to_person(name.pieces)) notes_.clues |= clue_subject;
  if (type.what & texts)
    if (std::string_view person = person_beside(name.pieces, name_nouns, person_name_kind); !person.empty())
      note_named(notes_, person);
  NameWords relation_words(relation_);
  NameWords relation(relation_words, NameWords::Split());
  Match found = match_name(column.name, {relation, type.what, notes_});
  if (tells_a_place(name.pieces, found)) notes_.clues |= clue_place;
  if (!found || found.vague) return;
  if (found.kind->of_person && !tells_who_did_it(name.pieces, found)) notes_.clues |= clue_person;
  if (found.kind == &health_kind) notes_.clues |= clue_health;
}

std::optional<GuardMatchResult> GuardTable::match(const GuardColumn &column) const noexcept {
  ColumnType type = classify(column.type_name);
  if (listed(type.bare, network_types)) return network_type;
  if (listed(type.bare, hardware_types)) return hardware_type;
  if (type.what == 0) return {};
  if (is_of_enum(column)) type.what = type_enum;

  NameWords relation_words(relation_);
  NameWords relation(relation_words, NameWords::Split());
  GuardNotes notes = notes_;
  if (any_held(relation.all(), person_words)) notes.clues |= clue_people;
  if (Match found = match_name(column.name, {relation, type.what, notes}))
    return suggestion(found.kind->name_reason, *found.kind, type);
  // What is called personal leaves no value that its keys do not tell.
  if (type.what == type_document)
    return listed(type.bare, json_types) ? json_type : type.bare == "hstore" ? hstore_type : document_type;

  // A domain or composite type may tell what its columns hold; an enum only where its labels would.
  NameWords nowhere("");
  if (type.what == type_own || type.what == type_enum)
    if (Match found = match_name(type.bare, {nowhere, type.what, nothing_noted}))
      return suggestion(found.kind->type_reason, *found.kind, type);
  if (!column.declared_type.empty() && column.declared_type != column.type_name)
    if (ColumnType declared = classify(column.declared_type); declared.what == type_own && declared.bare != type.bare)
      if (Match found = match_name(declared.bare, {nowhere, type.what, nothing_noted}); found && !found.vague)
        return suggestion(found.kind->type_reason, *found.kind, type);

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
  GuardNotes notes;
  notes.clues = clue_person;
  return GuardTable(relation_name, notes).match({column_name, type_name, {}, {}, false});
}

}  // namespace confiture::mask
