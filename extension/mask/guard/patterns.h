// The guard's knowledge: what kinds of personal data there are and what their columns are called.
//
// The tables are in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish, with the abbreviations of
// SAP and WordPress schemas; accents are folded, digits and little words ("of", "de") left out before comparing, so
// date_of_birth is "date birth" here. One file holds one group of kinds.
//
// The choices lean to the safe side where a leak would be silent and a false alarm costs one call of keep(): a bare
// "name" counts where people may be, "title" and "description" do not, since nearly all of them are about things.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mask/guard/index.h"

namespace confiture::mask {

// Types, as far as the guard cares.
enum TypeClass : uint16_t {
  type_text = 1,
  type_integer = 2,
  type_fraction = 4,  // numeric, floating point, money
  type_date = 8,      // date and timestamps
  type_uuid = 16,
  type_document = 32,  // json, xml, hstore, tsvector: counts as free text whatever it is called
  type_bytes = 64,
  type_geometry = 128,
  type_own = 256,   // domains, composites, extension types: judged like text
  type_enum = 512,  // only of kinds where one of a few labels says something about a person
};

constexpr uint16_t texts = type_text | type_document | type_own;
constexpr uint16_t numbers = texts | type_integer | type_fraction;

struct PersonalKind {
  const char *name_reason;       // "name matches ..."
  const char *type_reason;       // "type matches ..."
  uint16_t types;                // a column of another type is not meant
  const char *text_strategy;     // suggestions by type; null for what is not listed
  const char *integer_strategy;  // also for uuid, if not null
  bool of_person;                // a table with such a column is about persons
  const char *date_strategy = "null";
  const char *fraction_strategy = "null";  // not of money
  const char *fraction_options = "{}";
};

#define CALLED(what) "name matches " what, "type matches " what

// How a pattern has to lie in the words of a name.
enum class Place : uint8_t {
  anywhere,  // these words in a row, wherever
  last,      // these words at the end
  whole,     // these words and nothing else
  part,      // within a word: for stems long enough not to turn up by accident
  tail,      // at the end of a word: German and Dutch compounds
};

// What a pattern that says too little by itself wants besides.
enum class Vague : uint8_t {
  no,
  things,     // not in relations, or next to words, that are about things
  places,     // likewise, unless the table has another column of an address
  persons,    // likewise, and only where the relation is about persons or has another personal column
  addressed,  // only where the table has another column of an address
};

struct NamePattern {
  const PersonalKind *kind;
  Place where;
  Vague vague;
  std::string_view list;
};

// Patterns of one group of kinds, in the order in which they are asked.
struct PatternGroup {
  std::span<const NamePattern> rows;
  Index words;  // of rows that compare whole words
  Index parts;  // of those that look within words
};

constexpr bool looks_within(Place where) { return where == Place::part || where == Place::tail; }

constexpr size_t count_patterns(std::span<const NamePattern> rows, bool within) {
  size_t n = 0;
  for (const NamePattern &row : rows)
    if (looks_within(row.where) == within) n += count_texts(row.list);
  return n;
}

template <size_t size>
constexpr IndexTable<size> index_patterns(std::span<const NamePattern> rows, bool within) {
  return make_index<size>([&](auto visit) {
    for (size_t row = 0; row < rows.size(); row++)
      if (looks_within(rows[row].where) == within)
        each_text(rows[row].list, [&](std::string_view text) { visit(text, row); });
  });
}

// All groups in the order in which they are asked: what is special comes first (an e-mail address before an address).
std::span<const PatternGroup *const> pattern_groups();

// What the other columns of a table tell.
enum TableClue : uint32_t {
  clue_person = 1,     // a column of a kind that is of_person
  clue_sender = 2,     // a sender, an author, a user
  clue_writing = 4,    // a body, a subject
  clue_latitude = 8,   // a latitude
  clue_place = 16,     // a street, a postal code
  clue_provider = 32,  // a login provider
  clue_people = 64,    // the relation is called after persons
  clue_subject = 128,  // a column that refers to a person
  clue_health = 256,   // a column of somebody's health
};

// A column all of whose words are among `columns`, in a relation with a word among `relations` or in a table with one
// of the clues.
struct ContextPattern {
  const PersonalKind *kind;
  std::string_view relations;
  uint32_t clues;
  std::string_view columns;
  bool not_of_things = false;  // not in relations about things
};

std::span<const ContextPattern> context_patterns();

// A clue for the columns beside it: a column whose name has one of these words, or ends in them.
struct CluePattern {
  TableClue clue;
  Place where;
  std::string_view list;
};

std::span<const CluePattern> clue_patterns();

extern const PersonalKind account_kind, address_kind, credential_kind, email_kind, free_text_kind, health_kind,
    location_kind, longitude_kind, national_id_kind, network_kind, pay_kind, person_name_kind, phone_kind, picture_kind,
    social_kind, user_name_kind, vehicle_kind;

extern const Index person_words;      // with a name noun: customer_name, nombre_cliente
extern const Index subject_words;     // whom a record can be about: employee, patient, student
extern const Index thing_words;       // product, file, genre: a name next to these is no person's
extern const Index about_words;       // email_type, phone_verified: about the data, not the data
extern const Index harmless_phrases;  // error message, release notes

// Short lists, written "one|two".
extern const std::string_view name_nouns, mail_nouns;
extern const std::string_view key_nouns;               // id, no: beside a person it refers to one
extern const std::string_view time_words, edit_words;  // but birth_date is no date about a birth
extern const std::string_view flag_words;              // is_, has_, max_: at the front, likewise

}  // namespace confiture::mask
