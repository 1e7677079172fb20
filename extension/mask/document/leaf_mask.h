// A strategy for values in documents, which tell no more of their type than string, number or boolean.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mask/registry.h"

namespace confiture::mask {

// A value that is not what the strategy takes becomes one that tells nothing: "[REDACTED]", 0, false. NULL and empty
// strings stay.
class LeafMask {
 public:
  // `type`: how strings and numbers are to be read, as KindTraits::type; empty: as text if the strategy takes texts,
  // else as whatever it takes and they can be read as. Throws as make_strategy() does, and bad_option for a type that
  // there is not or a strategy that draws by row.
  LeafMask(std::string_view strategy, std::string_view options, std::string_view type, CharEncoding encoding,
           std::string_view masking_key);

  // Each appends a JSON value. Of a string comes the decoded text.
  void mask_string(std::string_view text, ByteSink &out) const;
  void mask_number(std::string_view token, ByteSink &out) const;
  void mask_boolean(bool value, ByteSink &out) const;
  // As mask_string(), but false, with nothing appended, if the text is not of a kind that the strategy takes.
  bool try_string(std::string_view text, ByteSink &out) const;
  // The same without quotes and escapes; these write no JSON.
  bool try_text(std::string_view text, ByteSink &out) const;
  // Appends the mask of a text. False, with nothing appended: it is NULL.
  bool mask_text(std::string_view text, ByteSink &out) const;

  // Every value becomes fixed(), objects and arrays too.
  bool is_fixed() const { return is_fixed_; }
  void write_fixed(ByteSink &out) const { out.append(fixed_); }

 private:
  struct Reading {
    ValueKind kind;
    std::unique_ptr<Strategy> strategy;
  };
  void add(std::string_view strategy, std::string_view options, ColumnFit fit, std::string_view masking_key);
  bool mask_as(const Reading &reading, std::string_view text, ByteSink &out) const;

  std::vector<Reading> strings_, numbers_;  // in the order in which they are tried
  std::unique_ptr<Strategy> boolean_;
  bool is_fixed_ = false, is_null_ = false;
  std::string fixed_, constant_;  // as JSON; as text, unless it is NULL
  mutable ByteSink scratch_;
};

// The mask of a member of an option: a strategy's name, or an object of a strategy, its options and a type. Throws
// bad_option, as `strategy`, which has the option.
std::unique_ptr<LeafMask> read_leaf_mask(std::string_view strategy, const OptionReader::Member &member,
                                         CharEncoding encoding, std::string_view masking_key);

// Appends a JSON string.
void write_json_string(std::string_view text, ByteSink &out);
// Makes a JSON string of what stands in `out` from `start` on.
void quote_json_string(size_t start, ByteSink &out, ByteSink &scratch);
// Appends what the inside of a JSON string says. What the encoding cannot hold becomes a question mark.
void decode_json_string(std::string_view inside, CharEncoding encoding, ByteSink &out);
// The size of the JSON number at the front, 0: there is none.
size_t json_number_size(std::string_view text);

}  // namespace confiture::mask
