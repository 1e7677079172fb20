// Any value for types that are made of parts, hstore and composite types, in both wire forms: nothing else than such a
// value is taken, equal values give equal bytes, what is kept comes out as it went in, what is dropped leaves nothing,
// and what comes out is such a value again.
#include <string>

#include "check.h"
#include "../unit/strategy_fixture.h"
#include "mask/binary_codec.h"

namespace {

using namespace confiture::mask;

struct Masks {
  ValueKind kind;
  std::string_view nothing;
  std::unique_ptr<Strategy> keeping, dropping, guarding, masking;

  Masks(ValueKind of, const char *strategy, const char *options, std::string_view left)
      : kind(of),
        nothing(left),
        keeping(make(strategy, R"({"others": "keep"})")),
        dropping(make(strategy, R"({"others": "drop"})")),
        guarding(make(strategy, "{}")),
        masking(make(strategy, options)) {}
  std::unique_ptr<Strategy> make(const char *strategy, const char *options) const {
    return make_for(strategy, options, {.kind = kind});
  }
};

// Returns whether it is taken.
bool mask(const Masks &masks, const Strategy &strategy, bool is_binary, std::string_view value, std::string &masked) {
  ByteSink out;
  const bool is_taken = is_binary ? binary_codec::mask_value(strategy, masks.kind, value, out)
                                  : text_codec::mask_value(strategy, masks.kind, value, out);
  check(is_taken || out.size() == 0, "of what is refused nothing is written");
  masked = out.view();
  return is_taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const Masks all[] = {
      {ValueKind::hstore, "hstore", R"({"keys": {"a": "hash", "b": "null", "": "noise"}, "drop": ["c"]})", ""},
      {ValueKind::record, "composite", R"({"fields": {"name": "hash", "born": "shift"}, "drop": ["email"]})", "(,,,)"}};
  if (size == 0) return 0;
  const Masks &masks = all[data[0] & 1];
  const bool is_binary = (data[0] & 2) != 0;
  const std::string_view value(reinterpret_cast<const char *>(data) + 1, size - 1);
  std::string kept, masked, again;
  const bool is_taken = mask(masks, *masks.keeping, is_binary, value, kept);
  if (is_taken) {
    check(!is_binary || masks.kind == ValueKind::record || kept == value, "what is kept comes out as it went in");
    check(mask(masks, *masks.keeping, is_binary, kept, again) && again == kept, "what came out goes in again");
    check(mask(masks, *masks.dropping, is_binary, value, masked), "what is taken can be dropped");
    check(is_binary || masked == masks.nothing, "of what is dropped nothing is left");
  }
  for (const auto *strategy : {&masks.guarding, &masks.masking}) {
    // A field may be no value of its type, which only its strategy sees.
    const bool done = mask(masks, **strategy, is_binary, value, masked);
    check(!done || is_taken, "what is masked could be kept");
    check(done || !is_taken || masks.kind == ValueKind::record, "every hstore is masked");
    check(mask(masks, **strategy, is_binary, value, again) == done && again == masked, "equal values give equal bytes");
    if (done) check(mask(masks, *masks.keeping, is_binary, masked, again) && again == masked, "a masked value is one");
  }
  return 0;
}
