#include "mask/labels.h"

#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

// Gathers the elements of an array in text form.
class Elements final : public Strategy {
 public:
  void mask_text(std::string_view element, ByteSink &) const override { all.emplace_back(element); }
  mutable std::vector<std::string> all;
};

}  // namespace

std::vector<std::string> elements_of(std::string_view array) {
  Elements elements;
  ByteSink unused;
  if (!array.empty()) (void)text_codec::mask_value(elements, {ValueKind::text, true}, array, unused);
  return elements.all;
}

std::vector<std::string> labels_of(const ColumnFit &fit) { return elements_of(fit.labels); }

std::vector<std::string> values_or_labels(const StrategyArgs &args) {
  std::vector<std::string> values = args.options.list("values");
  if (values.empty()) values = labels_of(args.fit);
  if (values.empty()) args.options.refuse("values", "is missing");
  return values;
}

}  // namespace confiture::mask
