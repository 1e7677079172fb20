#include "mask/document/scrubber.h"

namespace confiture::mask {

Scrubber::Scrubber(CharEncoding encoding, std::string_view masking_key, bool sure) : sure_(sure) {
  const auto make = [&](std::string_view name) {
    return make_strategy(name, "{}", {ValueKind::text, 0, encoding}, masking_key);
  };
  email_ = make("email");
  url_ = make("url");
  ip_ = make("ip");
  iban_ = make("iban");
  card_ = make("card");
  phone_ = make("phone");
  id_ = make("national_id");
}

const Strategy &Scrubber::strategy_for(Found what) const {
  switch (what) {
    case Found::email:
      return *email_;
    case Found::url:
      return *url_;
    case Found::ip:
      return *ip_;
    case Found::iban:
      return *iban_;
    case Found::card:
      return *card_;
    case Found::phone:
      return *phone_;
    default:
      return *id_;
  }
}

bool Scrubber::scrub(std::string_view text, ByteSink &out) const {
  Finder finder(text, sure_);
  size_t written = 0;
  for (Finding found = finder.next(); found.what != Found::nothing; found = finder.next()) {
    out.append(text.substr(written, found.begin - written));
    strategy_for(found.what).mask_text(text.substr(found.begin, found.end - found.begin), out);
    written = found.end;
  }
  if (written == 0) return false;
  out.append(text.substr(written));
  return true;
}

}  // namespace confiture::mask
