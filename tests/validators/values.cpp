// Prints masked values, a line each: what it should be, a tab, and the value.
#include <cstdio>
#include <string>

#include "../unit/strategy_fixture.h"

namespace {

using namespace confiture::mask;

constexpr int n_values = 2000;

void print(const char *kind, const char *strategy, const char *options, const std::string (&values)[4]) {
  const auto made = make_for(strategy, options);
  for (int i = 0; i < n_values; i++) {
    std::string value = values[i % 4];
    const std::string number = std::to_string(1000000 + i * 7919 % 9000000);
    value.replace(value.find('#'), 1, number);
    std::printf("%s\t%s\n", kind, masked_by(*made, value).c_str());
  }
}

}  // namespace

int main() {
  const std::string mails[] = {"ada#@lovelace.org", "A#.B@gmail.com", "#@x.co.uk", "no address #"};
  for (const char *options : {"{}", R"({"style": "opaque"})", R"({"keep_domain": "class"})", R"({"plus": "tag"})",
                              R"({"locale": "pl"})", R"({"template": "qa+{first}.{unique}@example.com"})"})
    print("email", "email", options, mails);

  const std::string ibans[] = {"DE89 3704 0044 #", "GB29NWBK60161331#", "FR14 2004 1010 05#", "NL91ABNA0#000"};
  print("iban", "iban", "{}", ibans);

  const std::string cards[] = {"4539 5787 6#", "5425233430#90", "374245#45511", "6011 0009 9#"};
  for (const char *options : {"{}", R"({"keep_first": 6, "keep_last": 4})"}) print("card", "card", options, cards);

  // Of lengths that their countries have: masks keep it.
  const std::string phones[] = {"+33 6 1#", "+49 30 #1", "+1 212 #", "+44 20 7#"};
  for (const char *options : {"{}", R"({"valid": true})", R"({"keep_format": true})"})
    print("phone", "phone", options, phones);
  const std::string others[] = {"+39 06 #1", "+34 61#", "+46 8 #1", "+61 2 #1"};
  print("phone", "phone", "{}", others);
  const std::string local[] = {"06 1#", "061#", "0033 6 1#", "00 33 (0) 61#"};
  print("phone", "phone", R"({"country": "FR"})", local);
}
