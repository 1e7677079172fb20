// email: user_<base32>@example.com, at a domain where no mail can ever arrive.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr std::string_view prefix = "user_";
constexpr size_t most_letters = 20;   // 5 bits each: 100 bits
constexpr size_t least_letters = 8;   // 40 bits: below that a few thousand rows may meet
constexpr size_t longest_host = 253;  // RFC 1035
constexpr size_t longest_label = 63;

// Names that will never belong to anyone: RFC 2606 and RFC 6761.
constexpr std::string_view reserved[] = {"example.com", "example.net", "example.org", "example",
                                         "test",        "invalid",     "localhost"};

// Two digits of RFC 4648's base32 at once, in lower case, the less significant one first.
constexpr auto base32_pairs = [] {
  constexpr char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<char, 2048> pairs{};
  for (size_t i = 0; i < 1024; i++) {
    pairs[2 * i] = base32[i % 32];
    pairs[2 * i + 1] = base32[i / 32];
  }
  return pairs;
}();

const char *base32_pair(uint64_t random) { return base32_pairs.data() + 2 * (random & 1023); }

class EmailMask final : public PrfStrategy {
 public:
  EmailMask(const Subkey &key, size_t letters, const std::string &domain)
      : PrfStrategy(key), letters_(letters), suffix_("@" + domain) {}

  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    char *p = out.reserve(prefix.size() + most_letters + suffix_.size());
    std::memcpy(p, prefix.data(), prefix.size());
    char *letters = p + prefix.size();
    for (size_t i = 0; i < 6; i++) std::memcpy(letters + 2 * i, base32_pair(random.lo >> 10 * i), 2);
    for (size_t i = 0; i < 4; i++) std::memcpy(letters + 12 + 2 * i, base32_pair(random.hi >> 10 * i), 2);
    std::memcpy(letters + letters_, suffix_.data(), suffix_.size());
    out.commit(prefix.size() + letters_ + suffix_.size());
  }
  bool keeps_unique() const override { return letters_ == most_letters; }

 private:
  size_t letters_;
  std::string suffix_;
};

bool is_reserved(std::string_view host) {
  return std::any_of(std::begin(reserved), std::end(reserved), [&](std::string_view name) {
    return host == name ||
           (host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
  });
}

// Letters, digits and hyphens, RFC 1123.
bool is_hostname(std::string_view host) {
  if (host.empty() || host.size() > longest_host) return false;
  while (true) {
    size_t dot = std::min(host.find('.'), host.size());
    std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
    for (char c : label)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    if (dot == host.size()) return true;
    host.remove_prefix(dot + 1);
  }
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  std::string domain = args.options.string("domain", "example.com");
  bool allow_real = args.options.boolean("allow_real_domain", false);
  for (char &c : domain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (!is_hostname(domain)) args.options.refuse("domain", "is not a host name: " + in_quotes(domain));
  if (!allow_real && !is_reserved(domain))
    fail(Code::bad_option, "strategy \"email\": mail to " + in_quotes(domain) + " could reach a real person",
         "Use example.com, example.net, example.org or a name under .example, .test, .invalid or .localhost, or set "
         "option \"allow_real_domain\" to true.");

  size_t around = prefix.size() + 1 + domain.size();
  size_t letters = most_letters;
  if (args.fit.max_chars != 0) {
    if (args.fit.max_chars < around + least_letters)
      fail(Code::does_not_fit,
           "strategy \"email\": an address at " + in_quotes(domain) + " does not fit a column of " +
               std::to_string(args.fit.max_chars) + " characters",
           "It takes " + std::to_string(around + least_letters) +
               " characters; a shorter option \"domain\" such as a.test takes " +
               std::to_string(prefix.size() + 1 + 6 + least_letters) + ", and strategy hash fits any column.");
    letters = std::min<size_t>(most_letters, args.fit.max_chars - around);
  }
  return std::make_unique<EmailMask>(args.key, letters, domain);
}

}  // namespace

extern constinit const RegistryEntry email_strategy = {
    {.name = "email",
     .summary = "An e-mail address that looks real and cannot be delivered",
     .options_help = "domain: mail domain, a reserved one (default example.com); allow_real_domain: true to take any "
                     "domain (default false)",
     .example = "user_ai6tvwdvy6is2jhig6qa@example.com",
     .kinds = kind_bit(ValueKind::text),
     .deterministic = true,
     .keyed = true,
     .needs_value = true,
     .keeps_unique = true,
     .when_unique = "email"},
    make};

}  // namespace confiture::mask
