// What a strategy is. Each lives in one file under strategies/ and has one line in registry.cpp.
//
// A strategy object is made once per column and plan, with its options parsed and its Subkey derived; after
// that it masks value after value without lookup, allocation or parsing. NULL never reaches it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/options.h"
#include "mask/prf.h"

namespace confiture::mask {

using wall::CharEncoding;
using wall::ValueKind;

// What the masked value has to fit into.
struct ColumnFit {
  ValueKind kind = ValueKind::text;
  uint32_t max_chars = 0;  // 0: no limit
  CharEncoding encoding = CharEncoding::utf8;
};

class Strategy {
 public:
  virtual ~Strategy() = default;

  // Appends the masked form of a text value (raw bytes in the database's encoding, not escaped).
  virtual void mask_text(std::string_view value, ByteSink &out) const;
  // Returns the masked form of an integer of `bits` (16, 32, 64) bits; the result fits in as many.
  virtual int64_t mask_integer(int64_t value, int bits) const;
  // Masks a UUID in place (network byte order, RFC 9562).
  virtual void mask_uuid(std::array<uint8_t, 16> &value) const;

  virtual const class prf_strategy *as_prf_strategy() const { return nullptr; }
  // Can distinct inputs never meet in one output, or only with odds of 2^-96?
  virtual bool keeps_unique() const { return false; }
  // True: every value becomes NULL and no mask_* is called.
  virtual bool makes_null() const { return false; }
  // True: append `literal` of column_spec as it is, whatever the kind; no mask_* is called then.
  virtual bool is_literal() const { return false; }
};

// A strategy whose masked text hangs on the value's PRF output: a row masker can hash many values side by side and then
// write each. No value is empty.
class prf_strategy : public Strategy {
 public:
  explicit prf_strategy(const Subkey &key) : prf(key) {}
  void mask_text(std::string_view value, ByteSink &out) const final {
    if (!value.empty()) write(value, prf(value), out);
  }
  virtual void write(std::string_view value, const PrfOutput &random, ByteSink &out) const = 0;
  // Called for many values before the first of them is written: fetches what write() will read into the cache.
  virtual void prefetch(const PrfOutput &) const {}
  const prf_strategy *as_prf_strategy() const final { return this; }

  const Prf128 prf;
};

struct StrategyArgs {
  OptionReader &options;
  const Subkey &key;
  ColumnFit fit;
};

using StrategyFactory = std::unique_ptr<Strategy> (*)(const StrategyArgs &);

struct RegistryEntry {
  wall::StrategyRow row;
  StrategyFactory make;
};

constexpr uint32_t kind_bit(ValueKind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr uint32_t any_kind = 0x3f;

// The registry: one explicit table, sorted by name (registry.cpp).
std::span<const RegistryEntry *const> all_strategies();
const RegistryEntry *find_strategy(std::string_view name);

// Makes the strategy for a column. Throws unknown_strategy, unsuitable_type, bad_option, does_not_fit.
// `options_json` is a JSON object; every strategy also takes "masking_domain" (default: the strategy's own name).
std::unique_ptr<Strategy> make_strategy(std::string_view name, std::string_view options_json, ColumnFit fit,
                                        std::string_view masking_key);

}  // namespace confiture::mask
