// What the guard would say of a column that is called like a key of a document: which of its suggestions masks the
// values of the key. Asking it takes microseconds, and documents have the same keys again and again, so that answers
// are kept in a table of fixed size.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "mask/document/leaf_mask.h"

namespace confiture::mask {

// What becomes of the values that no path or key leads to.
enum class Others : uint8_t { guard, keep, drop };
// Reads option `others`.
Others read_others(OptionReader &options);

// Each is null where the guard lets such values pass.
struct Verdict {
  const LeafMask *text = nullptr, *date = nullptr, *integer = nullptr, *fraction = nullptr;
  bool is_prose = false;
  // Is a text to be tried as a date first?
  bool takes_date(std::string_view value) const;
  bool any() const { return text != nullptr || date != nullptr || integer != nullptr || fraction != nullptr; }
};

class KeyVerdicts {
 public:
  KeyVerdicts(CharEncoding encoding, std::string_view masking_key);
  // `parent`: the key of the object that the key is in; its values are judged as columns of such a table.
  Verdict of(std::string_view parent, std::string_view key) const;

 private:
  struct Slot {
    static constexpr size_t room = 46;
    uint8_t parent_size = 0, key_size = 0;
    bool is_used = false;
    bool holds(std::string_view parent, std::string_view key) const {
      return is_used && parent_size == parent.size() && key_size == key.size() &&
             std::equal(parent.begin(), parent.end(), text) && std::equal(key.begin(), key.end(), text + parent.size());
    }
    char text[room];
    Verdict verdict;
  };
  // A key goes to one of a few slots side by side, so that two of them do not drive each other out.
  static constexpr size_t n_slots = 512, n_side_by_side = 4;

  Verdict judge(std::string_view parent, std::string_view key) const;
  const LeafMask *mask_for(const char *strategy) const;

  struct Suggestion {
    std::string_view strategy;
    std::unique_ptr<LeafMask> mask;
  };
  std::vector<Suggestion> suggestions_;
  mutable std::vector<Slot> slots_;
  mutable size_t turn_ = 0;
};

}  // namespace confiture::mask
