// Finds personal data that tells itself by its form inside text: addresses of mail, web and network, numbers of
// telephones, accounts, cards and identity cards. Names have no form.
#pragma once

#include <cstdint>
#include <string_view>

namespace confiture::mask {

enum class Found : uint8_t { nothing, email, url, ip, iban, card, phone, id, uuid };

struct Finding {
  Found what = Found::nothing;
  size_t begin = 0, end = 0;
};

// Finds one after the other, from the front, in one pass.
class Finder {
 public:
  // `sure`: only what is hardly anything else, for text that is mostly no prose: no web addresses (but what is in
  // them), no long numbers that could count or name anything.
  Finder(std::string_view text, bool sure) : text_(text), sure_(sure) {}
  // The next finding behind the one before; nothing: there are no more.
  Finding next();

 private:
  bool find_at(size_t at, Finding &found);
  bool find_email(size_t at, Finding &found) const;
  bool find_url(size_t colon, Finding &found) const;
  bool find_ip(size_t at, Finding &found);
  bool find_iban(size_t digit, Finding &found) const;
  bool find_uuid(size_t at, Finding &found) const;
  void find_number(size_t digit, Finding &found);
  size_t email_sign_behind(size_t at);

  std::string_view text_;
  bool sure_;
  size_t done_ = 0;       // what is before this is found or passed over
  size_t no_email_ = 0;   // from done_ up to here no sign of an address ends a word
  size_t no_colons_ = 0;  // and no address with colons
};

}  // namespace confiture::mask
