// Any document, for several rules: what is JSON is taken, what comes out is JSON, equal documents give equal bytes, a
// document without rules comes out as it went in, and of one whose values are all masked no value is left.
#include <string>

#include <nlohmann/json.hpp>

#include "check.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace {

using namespace confiture::mask;

std::unique_ptr<Strategy> make(const char *options) {
  return make_strategy("json", options, {.kind = ValueKind::json, .encoding = CharEncoding::utf8},
                       "0123456789abcdef0123456789abcdef");
}

// Are all values those that a mask leaves of them?
struct Redacted final : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool value) override { return !value; }
  bool number_integer(number_integer_t value) override { return value == 0; }
  bool number_unsigned(number_unsigned_t value) override { return value == 0; }
  bool number_float(number_float_t value, const string_t &) override { return value == 0; }
  bool string(string_t &value) override { return value.empty() || value == "[REDACTED]"; }
  bool binary(binary_t &) override { return false; }
  bool start_object(size_t) override { return true; }
  bool key(string_t &) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t, const std::string &, const nlohmann::detail::exception &) override { return false; }
};

// Returns whether it is taken.
bool mask(const Strategy &strategy, std::string_view document, std::string &masked) {
  ByteSink out;
  try {
    strategy.mask_text(document, out);
  } catch (const Error &failure) {
    check(failure.code == Code::malformed_stream, "only what is no JSON is refused");
    return false;
  }
  masked = out.view();
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const auto keeping = make(R"({"others": "keep"})"), redacting = make(R"({"paths": {"$": "redact"}})");
  static const std::unique_ptr<Strategy> others[] = {
      make("{}"), make(R"({"drop": ["$.a", "$.**.b", "$[1]", "$.c.*"], "others": "keep"})"),
      make(R"({"keep": ["$.a.b", "$[*].a", "$.**.c"], "others": "drop"})"),
      make(R"({"paths": {"$.**": "hash", "$.a[0]": "null", "$.*.b": "truncate", "$.c": "noise"}, "keep": ["$.a.b"]})")};

  const std::string_view document(reinterpret_cast<const char *>(data), size);
  // To the parser a zero byte is the end.
  const bool is_json = document.find('\0') == document.npos && nlohmann::json::accept(document);
  std::string masked, again;
  const bool is_taken = mask(*keeping, document, masked);
  check(is_taken || !is_json, "what is JSON is taken");
  check(!is_taken || masked == document || size > 10000, "without rules it comes out as it went in");
  if (mask(*redacting, document, masked) && is_json) {
    Redacted redacted;
    check(nlohmann::json::sax_parse(masked, &redacted), "of what is masked as a whole no value is left");
  }
  for (const auto &strategy : others) {
    const bool done = mask(*strategy, document, masked);
    check(done || !is_json, "what is JSON is taken, whatever the rules");
    check(mask(*strategy, document, again) == done && (!done || again == masked), "equal documents give equal bytes");
    if (is_json) check(nlohmann::json::accept(masked), "a masked document is JSON");
  }
  return 0;
}
