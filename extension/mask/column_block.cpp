#include "mask/column_block.h"

#include <cstring>

#include "mask/digest_strategy.h"
#include "mask/form/binary_form.h"
#include "mask/value_codec.h"

namespace confiture::mask {

namespace {

constexpr KindSet mac_kinds = kinds_of(ValueKind::macaddr, ValueKind::macaddr8);

// Does it need no more than the value?
bool is_alone(const ColumnWork &work) {
  return work.treatment == Treatment::mask && !work.type.is_array && !work.hangs_on_others();
}

// Of a kind that several are masked of at a time.
size_t fixed_size_of(const ColumnWork &work) {
  const bool is_fixed = ((integer_kinds | day_kinds | mac_kinds) & kind_bit(work.type.kind)) != 0;
  return is_alone(work) && is_fixed ? static_cast<size_t>(traits_of(work.type.kind).binary_size) : 0;
}

bool read_number(std::string_view value, size_t size, int64_t &number) {
  if (value.size() != size) return false;
  uint64_t bits = 0;
  for (const char c : value) bits = bits << 8 | static_cast<unsigned char>(c);
  const size_t unused = 64 - 8 * size;
  number = static_cast<int64_t>(bits << unused) >> unused;  // extends the sign
  return true;
}

void write_number(int64_t number, size_t size, char *bytes) {
  for (size_t i = size; i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number);
}

// No infinity.
bool read_moment(std::string_view value, ValueKind kind, size_t size, Moment &moment) {
  int64_t number = 0;
  if (!read_number(value, size, number)) return false;
  moment = kind == ValueKind::date ? Moment{number, 0} : Moment{number / day_length, number % day_length};
  if (moment.time < 0) moment = {moment.day - 1, moment.time + day_length};
  return moment.day >= first_day && moment.day <= last_day(kind);
}

void write_moment(const Moment &moment, ValueKind kind, size_t size, char *bytes) {
  const bool is_date = kind == ValueKind::date;
  if (moment.day < first_day || moment.day > last_day(kind) || moment.time < 0 ||
      moment.time >= (is_date ? 1 : day_length))
    fail_out_of_range();
  write_number(is_date ? moment.day : moment.day * day_length + moment.time, size, bytes);
}

}  // namespace

ColumnBlock::ColumnBlock(const ColumnWork &work)
    : field(work.column),
      hangs_on_others(work.hangs_on_others()),
      fixed_size_(fixed_size_of(work)),
      is_expected_(is_alone(work) && work.type.kind == ValueKind::text) {}

void ColumnBlock::prepare(const ColumnWork &work, size_t n_rows) {
  if (work.prf != nullptr)
    hash(*work.prf, n_rows);
  else if (work.digest != nullptr)
    work.digest->hmac({values, n_rows}, digests);
  else if (fixed_size_ != 0)
    mask_fixed(work, n_rows);
  else if (is_expected_)
    work.strategy->expect_texts({values, n_rows});
}

void ColumnBlock::hash(const PrfStrategy &strategy, size_t n_rows) {
  if (strategy.folds)
    for (size_t row = 0; row < n_rows; ++row) random[row] = strategy.draw(values[row]);
  else
    strategy.prf({values, n_rows}, random);
  for (size_t row = 0; row < n_rows; ++row) strategy.prefetch(random[row]);
}

// Unless one of the values is none that read() takes: then each is masked, or refused, when its row is written.
template <typename Value, typename Read, typename Mask, typename Write>
void ColumnBlock::mask_each(size_t n_rows, Read read, Mask mask, Write write) {
  Value read_values[block_rows];
  size_t n = 0;
  is_masked = true;
  for (size_t row = 0; row < n_rows; ++row)
    if (values[row].data() != nullptr) is_masked &= read(values[row], read_values[n++]);
  if (!is_masked) return;
  mask(std::span(read_values, n));
  for (size_t row = n_rows; row-- > 0;)
    if (values[row].data() != nullptr) write(read_values[--n], masked_[row]);
}

void ColumnBlock::mask_fixed(const ColumnWork &work, size_t n_rows) {
  const Strategy &strategy = *work.strategy;
  const ValueKind kind = work.type.kind;
  const size_t size = fixed_size_;
  const int bits = 8 * static_cast<int>(size);
  if ((integer_kinds & kind_bit(kind)) != 0)
    mask_each<int64_t>(
        n_rows, [=](std::string_view value, int64_t &number) { return read_number(value, size, number); },
        [&](std::span<int64_t> numbers) { strategy.mask_integers(numbers, bits); },
        [=](int64_t number, char *bytes) { write_number(checked_integer(number, bits), size, bytes); });
  else if ((day_kinds & kind_bit(kind)) != 0)
    mask_each<Moment>(
        n_rows, [=](std::string_view value, Moment &moment) { return read_moment(value, kind, size, moment); },
        [&](std::span<Moment> moments) { strategy.mask_moments(moments); },
        [=](const Moment &moment, char *bytes) { write_moment(moment, kind, size, bytes); });
  else
    mask_each<MacAddress>(
        n_rows,
        [=](std::string_view value, MacAddress &mac) {
          mac.size = static_cast<uint8_t>(size);
          return BinaryForm::read_mac(value, mac);
        },
        [&](std::span<MacAddress> macs) { strategy.mask_macs(macs); },
        [=](const MacAddress &mac, char *bytes) { std::memcpy(bytes, mac.bytes.data(), size); });
}

}  // namespace confiture::mask
