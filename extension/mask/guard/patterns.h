// The guard's knowledge: what kinds of personal data there are and what their columns are called.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

// Types, as far as the guard cares.
enum TypeClass : uint16_t {
  type_text = 1,
  type_integer = 2,
  type_fraction = 4,  // numeric, floating point, money
  type_date = 8,      // date and timestamps
  type_uuid = 16,
  type_document = 32,  // json, xml, hstore
  type_bytes = 64,
  type_geometry = 128,
  type_own = 256,  // domains, enums, composites, extension types: judged like text
};

struct PersonalKind {
  const char *name_reason;       // "name matches ..."
  const char *type_reason;       // "type matches ..."
  uint16_t types;                // a column of another type is not meant
  const char *text_strategy;     // suggestions by type; null for what is not listed
  const char *integer_strategy;  // also for uuid, if not null
};

// How a pattern has to lie in the words of a name.
enum class Place : uint8_t {
  anywhere,  // these words in a row, wherever
  last,      // these words at the end
  whole,     // these words and nothing else
  part,      // within a word: for stems long enough not to turn up by accident
  tail,      // at the end of a word: German and Dutch compounds
};

struct NamePattern {
  const PersonalKind *kind;
  Place where;
  bool vague;  // says too little by itself: not in relations, or next to words, that are about things
  std::string_view list;
};

std::span<const NamePattern> name_patterns();  // the first that matches wins

// A column all of whose words are among `columns`, in a relation with a word among `relations`.
struct RelationPattern {
  const PersonalKind *kind;
  std::string_view relations, columns;
};

std::span<const RelationPattern> relation_patterns();

extern const PersonalKind person_name_kind;

// Word lists written "one|two".
extern const std::string_view person_words, name_nouns;  // together: customer_name, nombre_cliente
extern const std::string_view thing_words;               // product, file, genre: a name next to these is no person's
extern const std::string_view about_words;               // email_type, phone_verified: about the data, not the data
extern const std::string_view time_words, edit_words;    // but birth_date is no date about a birth
extern const std::string_view flag_words;                // is_, has_, max_: at the front, likewise
extern const std::string_view harmless_phrases;          // error message, release notes

}  // namespace confiture::mask
