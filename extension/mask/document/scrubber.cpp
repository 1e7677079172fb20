#include "mask/document/scrubber.h"

namespace confiture::mask {

Scrubber::Scrubber(CharEncoding encoding, std::string_view masking_key, bool sure) : encoding_(encoding), sure_(sure) {
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

static void replace(std::string_view text, const Needles &needles, ByteSink &out) {
  NeedleScan scan(needles, text);
  size_t done = 0;
  for (Occurrence value = scan.next(done); value.needle != nullptr; value = scan.next(done)) {
    if (value.begin > done) out.append(text.substr(done, value.begin - done));
    out.append(value.needle->masked);
    done = value.end;
  }
  out.append(text.substr(done));
}

void Scrubber::write_masked(Found what, std::string_view found, const Needles &needles, ByteSink &out) const {
  // Of an identity number parts may stay.
  if (what != Found::id || needles.all().empty()) return strategy_for(what).mask_text(found, out);
  ByteSink masked;
  strategy_for(what).mask_text(found, masked);
  replace(masked.view(), needles, out);
}

bool Scrubber::scrub(std::string_view text, const Needles &needles, ByteSink &out) const {
  Finder finder(text, sure_);
  NeedleScan scan(needles, text);
  size_t done = 0;
  for (Finding found = finder.next();;) {
    while (found.what != Found::nothing && found.end <= done) found = finder.next();
    const Occurrence value = scan.next(done);
    const bool has_found = found.what != Found::nothing, has_value = value.needle != nullptr;
    if (!has_found && !has_value) break;
    const bool is_value = has_value && (!has_found || value.begin < found.begin ||
                                        (value.begin == found.begin && value.end >= found.end));
    const size_t begin = is_value ? value.begin : found.begin, end = is_value ? value.end : found.end;
    if (begin > done) out.append(text.substr(done, begin - done));
    if (is_value)
      out.append(value.needle->masked);
    else
      write_masked(found.what, text.substr(begin, end - begin), needles, out);
    done = end;
  }
  if (done == 0) return false;
  out.append(text.substr(done));
  return true;
}

}  // namespace confiture::mask
