// lookup: one of some values, for equal values the same: those that a table of the target has, a list, or the labels of
// an enum.
#include "mask/bits.h"
#include "mask/error.h"
#include "mask/form/text_form.h"
#include "mask/integer_range.h"
#include "mask/labels.h"
#include "mask/number_column.h"
#include "mask/text_codec.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

class LookupText final : public PrfStrategy {
 public:
  LookupText(const Subkey &key, std::vector<std::string> values) : PrfStrategy(key), values_(std::move(values)) {}
  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    out.append(values_[scale(random.lo, values_.size())]);
  }

 private:
  std::vector<std::string> values_;
};

class LookupInteger final : public Strategy {
 public:
  LookupInteger(const Subkey &key, std::vector<int64_t> values) : prf_(key), values_(std::move(values)) {}
  int64_t mask_integer(int64_t value, int) const override {
    return values_[scale(prf_(static_cast<uint64_t>(value)).lo, values_.size())];
  }

 private:
  Prf128 prf_;
  std::vector<int64_t> values_;
};

PrfOutput prf_of(const Prf128 &prf, const Uuid &uuid) {
  return prf(std::string_view(reinterpret_cast<const char *>(uuid.data()), uuid.size()));
}

// Of kinds whose values are masked in place.
template <class Value>
class LookupValue final : public Strategy {
 public:
  LookupValue(const Subkey &key, std::vector<Value> values) : prf_(key), values_(std::move(values)) {}
  void mask_uuid(Uuid &value) const override { replace(value); }
  void mask_moment(Moment &value) const override { replace(value); }

 private:
  template <class Masked>
  void replace(Masked &value) const {
    if constexpr (std::is_same_v<Masked, Value>) value = values_[scale(prf_of(prf_, value).lo, values_.size())];
  }

  Prf128 prf_;
  std::vector<Value> values_;
};

// A number has room for all digits that there may be: the list has texts.
class LookupNumeric final : public Strategy {
 public:
  LookupNumeric(const Subkey &key, std::vector<std::string> values) : prf_(key), values_(std::move(values)) {}
  void mask_numeric(Numeric &value) const override {
    (void)TextForm::read_numeric(values_[scale(prf_of(prf_, value).lo, values_.size())], value);
  }

 private:
  Prf128 prf_;
  std::vector<std::string> values_;
};

// Reads one value of the list.
class Reader final : public Strategy {
 public:
  explicit Reader(const ColumnFit &fit) : limit_(fit) {}
  void mask_uuid(Uuid &value) const override { uuid = value, takes = true; }
  void mask_moment(Moment &value) const override { moment = value, takes = true; }
  void mask_numeric(Numeric &value) const override { takes = limit_.takes(value); }

  mutable Uuid uuid = {};
  mutable Moment moment;
  mutable bool takes = false;  // infinities and NaN never get there

 private:
  NumericLimit limit_;
};

template <class Value>
std::vector<Value> read_all(const StrategyArgs &args, std::string_view option, const std::vector<std::string> &texts,
                            Value Reader::*read) {
  std::vector<Value> values;
  const Reader reader(args.fit);
  ByteSink unused;
  for (const std::string &text : texts) {
    reader.takes = false;
    if (!text_codec::mask_value(reader, {args.fit.kind}, text, unused) || !reader.takes)
      args.options.refuse(option, "must be values that the column takes, as the server writes them");
    if (read != nullptr) values.push_back(reader.*read);
  }
  return values;
}

// Of a table that has not been read: good for looking at the other options, and masks nothing.
class UnreadLookup final : public Strategy {
 public:
  const char *column_option() const override { return "table"; }
  void mask_text(std::string_view, ByteSink &) const override { refuse(); }
  int64_t mask_integer(int64_t, int) const override { refuse(); }
  void mask_uuid(Uuid &) const override { refuse(); }
  void mask_moment(Moment &) const override { refuse(); }
  void mask_numeric(Numeric &) const override { refuse(); }

 private:
  [[noreturn]] static void refuse() { fail(Code::internal, "the values of the table have not been read"); }
};

std::unique_ptr<Strategy> make_of(const StrategyArgs &args, std::string_view option, std::vector<std::string> values) {
  const KindSet kind = kind_bit(args.fit.kind);
  if (kind & integer_kinds) return std::make_unique<LookupInteger>(args.key, integers_of(args, option, values));
  if (kind & day_kinds)
    return std::make_unique<LookupValue<Moment>>(args.key, read_all(args, option, values, &Reader::moment));
  if (args.fit.kind == ValueKind::uuid)
    return std::make_unique<LookupValue<Uuid>>(args.key, read_all(args, option, values, &Reader::uuid));
  if (args.fit.kind == ValueKind::numeric) {
    read_all<bool>(args, option, values, nullptr);
    return std::make_unique<LookupNumeric>(args.key, std::move(values));
  }
  return std::make_unique<LookupText>(args.key, std::move(values));
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (!args.options.has("table")) {
    if (args.options.has("column")) args.options.refuse("table", "is missing, where option \"column\" is given");
    return make_of(args, "values", values_or_labels(args));
  }
  if (args.options.has("values")) args.options.refuse("values", "does not go with option \"table\"");
  for (const char *name : {"table", "column"})
    if (args.options.string(name, "").empty()) args.options.refuse(name, "is missing");
  std::vector<std::string> values = elements_of(args.fit.values);
  if (values.empty()) return std::make_unique<UnreadLookup>();
  check_lengths(args, values);
  return make_of(args, "table", std::move(values));
}

}  // namespace

extern constinit const RegistryEntry lookup_strategy = {
    {.name = "lookup",
     .summary = "One of the values of a table of the target, of a list or of an enum, for equal values the same",
     .options_help = "table: schema.table of the target, and column: the values are what it has; or values: a list "
                     "(default: of an enum all labels)",
     .example = "2",
     .required_options = R"({"values": ["1", "2"]})",
     .kinds = kinds_of(ValueKind::text, ValueKind::enumeration, ValueKind::uuid, ValueKind::numeric) | integer_kinds |
              day_kinds,
     .reads_table = true},
    make};

}  // namespace confiture::mask
