// The registry of strategies. Each strategy lives in one file under strategies/, which defines its RegistryEntry, and
// has one line in registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mask/option_reader.h"
#include "mask/strategy.h"

namespace confiture::mask {

struct FieldFit;

// What the masked value must fit into.
struct ColumnFit {
  ValueKind kind = ValueKind::text;
  uint32_t max_chars = 0;  // 0: no limit
  CharEncoding encoding = CharEncoding::utf8;
  uint32_t precision = 0;        // numeric: decimal digits in all; 0: no limit
  int32_t scale = 0;             // and behind the point, with a precision
  bool is_folded = false;        // text that comes in lower case
  std::string_view labels = {};  // enumeration: an array of them in text form
  std::string_view values = {};  // of the table that option `table` names: likewise
  // record: its type's name, as format_type() prints it, and fields; null: not known
  std::string_view type_name = {};
  const std::vector<FieldFit> *fields = nullptr;
};

// A field of a composite type.
struct FieldFit {
  std::string name, type_name;  // as format_type() prints it, below domains
  ColumnFit fit;                // without its fields
  bool is_array = false;
  uint32_t oid = 0, element_oid = 0;  // of its type, as rows say it in binary, and of what is in its arrays
  std::vector<FieldFit> fields = {};  // record
};

// What a factory makes a strategy from. The key is wiped when the factory returns: copy what is derived from it.
struct StrategyArgs {
  OptionReader &options;
  const Subkey &key;
  ColumnFit fit;
  std::string_view masking_key;  // for strategies that are made of others
  bool has_entity = false;       // option `entity` is given: the key is the entity's, one for all strategies
};

using StrategyFactory = std::unique_ptr<Strategy> (*)(const StrategyArgs &);

struct RegistryEntry {
  StrategyRow row;
  StrategyFactory make;
};

// All strategies, sorted by name.
std::span<const RegistryEntry *const> all_strategies();
// Returns nullptr when no strategy has that name.
const RegistryEntry *find_strategy(std::string_view name);

// Makes the strategy for a column. Throws unknown_strategy, unsuitable_type, bad_option or does_not_fit.
// `options_json` is a JSON object; every strategy also takes "masking_domain" (default: the strategy's name), some
// "entity", a column's name or several: what they are is the row masker's business.
std::unique_ptr<Strategy> make_strategy(std::string_view name, std::string_view options_json, ColumnFit fit,
                                        std::string_view masking_key);

// Throws bad_option if the strategy, made with these options, asks for what only a column has, and no value inside
// another.
void refuse_column_option(const Strategy &strategy, std::string_view name, std::string_view options_json,
                          CharEncoding encoding);

}  // namespace confiture::mask
