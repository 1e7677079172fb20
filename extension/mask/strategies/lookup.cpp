// lookup: one of some values, for equal values the same: those that a table of the target has, a list, or the labels of
// an enum.
#include "mask/bits.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/labels.h"
#include "mask/number_column.h"

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

// Of a table that has not been read: good for looking at the other options, and masks nothing.
class UnreadLookup final : public Strategy {
 public:
  const char *column_option() const override { return "table"; }
  void mask_text(std::string_view, ByteSink &) const override { refuse(); }
  int64_t mask_integer(int64_t, int) const override { refuse(); }

 private:
  [[noreturn]] static void refuse() { fail(Code::internal, "the values of the table have not been read"); }
};

std::unique_ptr<Strategy> make_of(const StrategyArgs &args, std::string_view option, std::vector<std::string> values) {
  if (!is_integer(args.fit.kind)) return std::make_unique<LookupText>(args.key, std::move(values));
  return std::make_unique<LookupInteger>(args.key, integers_of(args, option, values));
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
     .kinds = kinds_of(ValueKind::text, ValueKind::enumeration) | integer_kinds,
     .reads_table = true},
    make};

}  // namespace confiture::mask
