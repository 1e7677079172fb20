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

std::vector<std::string> labels_of(const ColumnFit &fit) {
  Elements elements;
  ByteSink unused;
  if (!fit.labels.empty()) (void)text_codec::mask_value(elements, {fit.kind, true}, fit.labels, unused);
  return elements.all;
}

}  // namespace confiture::mask
