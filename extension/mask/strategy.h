// What a strategy is: an object that masks the values of one column.
//
// It is made once per column and plan, with its options parsed and its subkey derived; then it masks value after value
// without lookup, allocation or parsing. It never sees NULL. How strategies are registered and made: mask/registry.h.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/entity_draw.h"
#include "mask/fold.h"
#include "mask/prf.h"
#include "mask/value/interval.h"
#include "mask/value/moment.h"
#include "mask/value/network.h"
#include "mask/value/numeric.h"
#include "mask/value/point.h"
#include "mask/vocabulary.h"

namespace confiture::mask {

using Uuid = std::array<uint8_t, 16>;  // in network byte order (RFC 9562)

// A value of another column of the row, and what becomes of it there.
struct RowValue {
  std::string_view raw, masked;
};

class Strategy {
 public:
  virtual ~Strategy() = default;

  // Appends the masked form of a string of bytes: text in the database's encoding, the label of an enum, a JSON
  // document, bytea; never escaped. Of an hstore its pairs, see form/pairs.h.
  virtual void mask_text(std::string_view value, ByteSink &out) const;
  // Returns the masked form of an integer of `bits` (16, 32, 64) bits, which must fit in as many.
  virtual int64_t mask_integer(int64_t value, int bits) const;
  // These mask in place. NaN and infinities never get here: they stay what they are.
  virtual void mask_uuid(Uuid &value) const;
  virtual void mask_numeric(Numeric &value) const;
  virtual void mask_moment(Moment &value) const;  // date and timestamps
  virtual void mask_interval(Interval &value) const;
  virtual void mask_address(IpAddress &value) const;  // inet and cidr
  virtual void mask_mac(MacAddress &value) const;
  // Returns a number that is finite, and as a float if `bits` is 32.
  virtual double mask_float(double value, int bits) const;
  virtual void mask_point(Point &value) const;  // either number may be infinite, or none
  // Returns microseconds of the day, as `value`.
  virtual int64_t mask_time(int64_t value) const;
  virtual void mask_zoned_time(ZonedTime &value) const { value.time = mask_time(value.time); }
  virtual bool mask_boolean(bool value) const;

  // Of several values of a column, in place: at most this many, since some are computed side by side.
  static constexpr size_t side_by_side = 8;
  virtual void mask_integers(std::span<int64_t> values, int bits) const;
  virtual void mask_moments(std::span<Moment> values) const;
  virtual void mask_macs(std::span<MacAddress> values) const;
  // Several texts of a column, before the first is masked: what that needs may be computed side by side.
  virtual void expect_texts(std::span<const std::string_view>) const {}

  // The inverse, for looking a masked value up where the real ones are: the value of which this one is the mask. False
  // where there is none, or the strategy cannot tell.
  virtual bool unmask_integer(int64_t &value, int bits) const;
  virtual bool unmask_text(std::string_view masked, ByteSink &out) const;

  // With option `entity`: what the values to come hang on instead of themselves, until it is set again. No data: they
  // hang on themselves.
  virtual void set_entity(std::string_view) {}
  // With a column as option `gender`: what it says of the values to come. No data: nothing.
  virtual void set_gender(std::string_view) {}
  void set_clue(Clue clue, std::string_view text) { clue == Clue::entity ? set_entity(text) : set_gender(text); }

  // With option `columns`: the values of these in the row whose values come next. They are there as long as these.
  virtual void set_row_values(std::span<const RowValue>) {}
  // Is that option given? Without these values it would mask too little.
  virtual bool wants_row_values() const { return false; }
  // An option that is given and that the glue of a column alone can serve; nullptr: none.
  virtual const char *column_option() const { return wants_row_values() ? "columns" : nullptr; }

  virtual const class PrfStrategy *as_prf_strategy() const { return nullptr; }
  virtual const class DigestStrategy *as_digest_strategy() const { return nullptr; }
  // Of kind record: it has no mask_*, but fields.
  virtual const class RecordStrategy *as_record_strategy() const { return nullptr; }
  // Made of other columns of the row.
  virtual class TemplateStrategy *as_template_strategy() { return nullptr; }
  // Can distinct inputs never meet in one output, or only with odds of 2^-96?
  virtual bool keeps_unique() const { return false; }
  // Of one that does: may an output be what another value of the column is? So of a permutation of all values; not of
  // outputs with 96 bits of a PRF, which meet nothing else.
  virtual bool is_permutation() const { return keeps_unique(); }
  // True: every value becomes NULL and no mask_* is called.
  virtual bool makes_null() const { return false; }
  // May some values become NULL? These are asked for before they are masked. Single values of text only.
  virtual bool may_give_null() const { return false; }
  virtual bool gives_null_for(std::string_view) const { return false; }
  // May some values come out as they are, by an option that says so?
  virtual bool passes_some() const { return false; }
  // May a masked value be somebody's, as those of other options are not?
  virtual bool may_be_real() const { return false; }
  // True: every value becomes `literal` of ColumnSpec, whatever the kind, and no mask_* is called.
  virtual bool is_literal() const { return false; }
};

// A strategy whose masked text depends on the value's PRF output: a row masker can hash many values side by side and
// then write each. An empty value stays empty and never gets here.
class PrfStrategy : public Strategy {
 public:
  // With `folds`, case and blanks around a value make no other value.
  explicit PrfStrategy(const Subkey &key, bool folds = false) : prf(key), folds(folds) {}
  void mask_text(std::string_view value, ByteSink &out) const final {
    if (!value.empty()) write(value, entity_ ? *entity_ : draw(value), out);
  }
  void set_entity(std::string_view entity) override { entity_.set(prf, entity); }
  // The PRF output of a value.
  PrfOutput draw(std::string_view value) const { return folds ? prf_of_folded(prf, value) : prf(value); }
  virtual void write(std::string_view value, const PrfOutput &random, ByteSink &out) const = 0;
  // Called for many values before the first of them is written: loads what write() will read into the cache.
  virtual void prefetch(const PrfOutput &) const {}
  const PrfStrategy *as_prf_strategy() const final { return this; }

  const Prf128 prf;
  const bool folds;

 protected:
  // The draw of what must be the value's alone, not its entity's.
  PrfOutput own_draw(std::string_view value, const PrfOutput &random) const { return entity_ ? draw(value) : random; }
  // The entity's, or without one this one.
  const PrfOutput &entity_or(const PrfOutput &random) const { return entity_ ? *entity_ : random; }

 private:
  EntityDraw entity_;
};

}  // namespace confiture::mask
