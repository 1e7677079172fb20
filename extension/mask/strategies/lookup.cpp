// lookup: one of some values, for equal values the same: those that a table of the target has, a list, or the labels of
// an enum.
#include "mask/bits.h"
#include "mask/error.h"
#include "mask/labels.h"
#include "mask/listed_values.h"
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

// Which of the values it is for a value of another kind.
class PickByPrf {
 public:
  PickByPrf(const Subkey &key, size_t count) : prf_(key), count_(count) {}
  size_t operator()(const auto &value) const { return scale(prf_of(prf_, value).lo, count_); }
  bool passes_some() const { return false; }

 private:
  Prf128 prf_;
  size_t count_;
};

// Of a table that has not been read: good for looking at the other options, and masks nothing.
class UnreadLookup final : public Strategy {
 public:
  const char *column_option() const override { return "table"; }
  void mask_text(std::string_view, ByteSink &) const override { refuse(); }
  int64_t mask_integer(int64_t, int) const override { refuse(); }
  void mask_uuid(Uuid &) const override { refuse(); }
  void mask_moment(Moment &) const override { refuse(); }
  void mask_numeric(Numeric &) const override { refuse(); }
  void mask_interval(Interval &) const override { refuse(); }
  double mask_float(double, int) const override { refuse(); }
  int64_t mask_time(int64_t) const override { refuse(); }
  void mask_zoned_time(ZonedTime &) const override { refuse(); }

 private:
  [[noreturn]] static void refuse() { fail(Code::internal, "the values of the table have not been read"); }
};

std::unique_ptr<Strategy> make_of(const StrategyArgs &args, std::string_view option, std::vector<std::string> texts) {
  ListedValues values(args, option, std::move(texts));
  if (args.fit.kind == ValueKind::text || args.fit.kind == ValueKind::enumeration)
    return std::make_unique<LookupText>(args.key, values.texts());
  const PickByPrf pick(args.key, values.size());
  return std::make_unique<ListedMask<PickByPrf>>(std::move(values), pick);
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
     .kinds = listed_kinds,
     .reads_table = true},
    make};

}  // namespace confiture::mask
