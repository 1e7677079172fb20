// email: an invented person's address at a domain where no mail can ever arrive: first.last.<base32>@example.com. The
// person and the 100 bits that keep the address unique come from one PRF output.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/data/domains.h"
#include "mask/error.h"
#include "mask/person.h"
#include "mask/unique_letters.h"

namespace confiture::mask {

namespace {

constexpr uint32_t most_letters = unique_letters;
constexpr uint32_t least_letters = 8;   // 40 bits: below that a few thousand rows may meet
constexpr uint32_t longest_local = 64;  // RFC 5321
constexpr size_t longest_host = 253;    // RFC 1035
constexpr size_t longest_label = 63;
constexpr uint32_t tag_room = 1 + unique_letters;  // + and as many letters, so that tags stay distinct
constexpr size_t longest_template = 200;

// Names that will never belong to anyone: RFC 2606 and RFC 6761.
constexpr std::string_view reserved[] = {"example.com", "example.net", "example.org", "example",
                                         "test",        "invalid",     "localhost"};

// Overwrites 16 bytes. Returns what is behind the name.
char *write_name(char *to, const ListedName &name) {
  constexpr uint64_t lower = 0x2020202020202020;
  store_le64(to, load_le64(name.letters) | lower);
  store_le64(to + 8, load_le64(name.letters + 8) | lower);
  return to + name.size;
}

enum class KeepDomain : uint8_t { no, by_class, full };
enum class Invalid : uint8_t { generate, pass, make_null };
enum class Plus : uint8_t { other, same, tag };  // what ada+notes@ is to ada@

struct EmailOptions {
  std::string domain = "example.com";
  KeepDomain keep_domain = KeepDomain::no;
  Invalid invalid = Invalid::generate;
  Plus plus = Plus::other;
  bool fold = false;
  uint32_t max_chars = 0;  // 0: no limit
  CharEncoding encoding = CharEncoding::utf8;
  uint32_t letters = most_letters;
  uint32_t name_room = 0;           // letters of both names together; 0: no names
  std::vector<std::string> pieces;  // of a template; empty: none
};

// What is put in between the pieces of a template: the first byte of a piece says it.
constexpr char piece_first = '\1', piece_last = '\2', piece_unique = '\3';

std::string_view without_blanks_around(std::string_view value) {
  const size_t begin = std::min(value.find_first_not_of(" \t"), value.size());
  value.remove_prefix(begin);
  return value.substr(0, value.find_last_not_of(" \t") + 1);
}

// Where the domain of an address begins, 0 when it is none.
size_t domain_at(std::string_view value) {
  const size_t at = value.rfind('@');
  const bool is_address = at != value.npos && at > 0 && at + 1 < value.size() && value.find(' ') == value.npos;
  return is_address ? at + 1 : 0;
}

// The address without its tag: ada@x of ada+notes@x. Of what has none, the value itself.
class WithoutTag {
 public:
  explicit WithoutTag(std::string_view value) : view_(value) {
    const size_t domain = domain_at(value), plus = value.find('+');
    if (domain == 0 || plus == 0 || plus >= domain || plus + value.size() - domain >= sizeof text_) return;
    std::memcpy(text_, value.data(), plus);
    std::memcpy(text_ + plus, value.data() + domain - 1, value.size() - domain + 1);
    view_ = {text_, plus + value.size() - domain + 1};
  }
  WithoutTag(const WithoutTag &) = delete;
  WithoutTag &operator=(const WithoutTag &) = delete;
  std::string_view view() const { return view_; }

 private:
  char text_[longest_local + 1 + longest_host];
  std::string_view view_;
};

class EmailMask final : public PersonStrategy {
 public:
  EmailMask(const Subkey &key, People people, EmailOptions options)
      : PersonStrategy(key, std::move(people), options.fold), options_(std::move(options)) {
    suffix_ = "@" + options_.domain;
  }

  void prefetch(const PrfOutput &random) const override {
    if (options_.name_room != 0) people().prefetch(random);
  }

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    if (options_.fold) value = without_blanks_around(value);
    write_address(value, random, out);
  }
  bool keeps_unique() const override {
    return options_.letters == most_letters && !options_.fold && options_.invalid != Invalid::pass &&
           options_.plus != Plus::same;
  }
  bool is_permutation() const override { return false; }
  bool passes_some() const override { return options_.invalid == Invalid::pass; }
  bool may_give_null() const override { return options_.invalid == Invalid::make_null; }
  bool gives_null_for(std::string_view value) const override {
    if (options_.fold) value = without_blanks_around(value);
    return options_.invalid == Invalid::make_null && !value.empty() && domain_at(value) == 0;
  }

 private:
  void write_address(std::string_view value, const PrfOutput &random, ByteSink &out) const {
    if (options_.invalid == Invalid::pass && domain_at(value) == 0 && may_pass(value))
      return out.append(cut_to(value, options_.max_chars, options_.encoding));
    // The letters are the value's: an entity may have several.
    const PrfOutput own = own_draw(value, random);
    if (options_.plus == Plus::other) return write_person(value, random, own, own, false, out);
    const WithoutTag untagged(value);
    const bool has_tag = untagged.view().size() < value.size();
    const PrfOutput base = has_tag ? draw(untagged.view()) : own;
    write_person(value, has_tag ? entity_or(base) : random, base, own, has_tag, out);
  }

  // The person's address; `own` makes the letters, `tag` those of a tag.
  void write_person(std::string_view value, const PrfOutput &random, const PrfOutput &own, const PrfOutput &tag,
                    bool has_tag, ByteSink &out) const {
    if (!options_.pieces.empty()) return write_template(random, own, out);
    char *p = out.reserve(longest_local + suffix_.size() + sizeof(ListedName));
    char *const start = p;
    if (options_.name_room > 0) {
      const PersonNames person = people().both(random, options_.name_room);
      p = write_name(p, person.first.ascii());
      *p++ = '.';
      p = write_name(p, person.last.ascii());
      *p++ = '.';
    }
    write_unique_letters(p, own);
    p += options_.letters;
    if (has_tag && options_.plus == Plus::tag) {
      *p++ = '+';
      write_unique_letters(p, tag);
      p += unique_letters;
    }
    if (options_.keep_domain == KeepDomain::no) {
      std::memcpy(p, suffix_.data(), suffix_.size());
      out.commit(static_cast<size_t>(p - start) + suffix_.size());
      return;
    }
    out.commit(static_cast<size_t>(p - start));
    write_kept_domain(value, static_cast<size_t>(p - start), out);
  }

  void write_kept_domain(std::string_view value, size_t local, ByteSink &out) const {
    const size_t at = domain_at(value);
    const std::string_view domain = value.substr(at == 0 ? value.size() : at);
    if (options_.keep_domain == KeepDomain::full) {
      const bool fits =
          domain.size() <= longest_host && (options_.max_chars == 0 || local + 1 + domain.size() <= options_.max_chars);
      if (domain.empty() || !fits) return out.append(suffix_);
      out.append('@');
      return out.append(domain);
    }
    char folded[longest_host + 1];
    if (domain.empty() || domain.size() > longest_host) return out.append(suffix_);
    folded[0] = '@';
    std::transform(domain.begin(), domain.end(), folded + 1, to_lower);
    if (is_freemail({folded + 1, domain.size()})) return out.append("@freemail.example");
    // Set off from values by the @ at its front.
    const PrfOutput random = prf(std::string_view(folded, 1 + domain.size()));
    out.append('@');
    out.append(company_words[scale(random.lo, company_words.size())]);
    out.append('-');
    char *p = out.reserve(4);
    std::memcpy(p, base32_pair(random.hi), 2);
    std::memcpy(p + 2, base32_pair(random.hi >> 10), 2);
    out.commit(4);
    out.append(".example");
  }

  void write_template(const PrfOutput &random, const PrfOutput &own, ByteSink &out) const {
    const PersonNames person = people().both(random, options_.name_room);
    for (const std::string &piece : options_.pieces) {
      char *p = out.reserve(most_letters);
      switch (piece[0]) {
        case piece_first:
          out.commit(static_cast<size_t>(write_name(p, person.first.ascii()) - p));
          break;
        case piece_last:
          out.commit(static_cast<size_t>(write_name(p, person.last.ascii()) - p));
          break;
        case piece_unique:
          write_unique_letters(p, own);
          out.commit(most_letters);
          break;
        default:
          out.append(piece);
      }
    }
  }

  EmailOptions options_;
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
      if (!(is_lower(c) || is_digit(c) || c == '-')) return false;
    if (dot == host.size()) return true;
    host.remove_prefix(dot + 1);
  }
}

void check_domain(const StrategyArgs &args, const char *option, const std::string &domain, bool allow_real) {
  if (!is_hostname(domain)) args.options.refuse(option, "is not a host name: " + in_quotes(domain));
  if (!allow_real && !is_reserved(domain))
    fail(Code::bad_option, "strategy \"email\": mail to " + in_quotes(domain) + " could reach a real person",
         "Use example.com, example.net, example.org or a name under .example, .test, .invalid or .localhost, or set "
         "option \"allow_real_domain\" to true.");
}

[[noreturn]] void too_narrow(const StrategyArgs &args, const std::string &what, size_t needed) {
  fail(
      Code::does_not_fit,
      "strategy \"email\": " + what + " does not fit a column of " + std::to_string(args.fit.max_chars) + " characters",
      "It takes " + std::to_string(needed) + " characters; a shorter option \"domain\" such as a.test takes " +
          std::to_string(1 + 6 + least_letters) + ", and strategy hash fits any column.");
}

// Fills in what of a name and how many letters a local part of so many characters has.
void divide_local_part(EmailOptions &options, const People &people, uint32_t local, bool with_name) {
  options.letters = std::min(local, most_letters);
  const uint32_t left = local - options.letters;
  // Two dots, and two names.
  if (with_name && left >= 2 + people.shortest_first() + people.shortest_last())
    options.name_room = std::min(left - 2, 2 * NameList::longest);
}

void parse_template(const StrategyArgs &args, const People &people, EmailOptions &options, bool allow_real) {
  const std::string text = args.options.string("template", "");
  if (text.size() > longest_template || !is_printable_ascii(text) || text.find(' ') != text.npos)
    args.options.refuse("template", "must be at most 200 ASCII characters without blanks");
  const size_t at = text.find('@');
  if (at == text.npos || at == 0 || text.find('@', at + 1) != text.npos)
    args.options.refuse("template", "must be an address, as {first}.{last}.{unique}@example.com");
  check_domain(args, "template", text.substr(at + 1), allow_real);

  constexpr struct {
    std::string_view text;
    char piece;
  } placeholders[] = {{"{first}", piece_first}, {"{last}", piece_last}, {"{unique}", piece_unique}};
  uint32_t names = 0, fixed = 0;
  options.letters = 0;
  for (size_t i = 0; i < text.size();) {
    const auto *found = std::find_if(std::begin(placeholders), std::end(placeholders), [&](const auto &placeholder) {
      return text.compare(i, placeholder.text.size(), placeholder.text) == 0;
    });
    if (found != std::end(placeholders)) {
      options.pieces.emplace_back(1, found->piece);
      i += found->text.size();
      names += found->piece != piece_unique;
      if (found->piece == piece_unique) options.letters = most_letters;
      fixed += found->piece == piece_unique ? most_letters : 0;
      continue;
    }
    if (text[i] == '{') args.options.refuse("template", "has something else in braces than first, last or unique");
    const size_t end = std::min(text.find('{', i), text.size());
    options.pieces.push_back(text.substr(i, end - i));
    fixed += static_cast<uint32_t>(end - i);
    i = end;
  }
  if (options.letters == 0 && names == 0) args.options.refuse("template", "must have {unique}, {first} or {last}");
  const uint32_t needed = fixed + names * std::max(people.shortest_first(), people.shortest_last());
  if (args.fit.max_chars != 0 && args.fit.max_chars < needed) too_narrow(args, "an address of the template", needed);
  const uint32_t room =
      args.fit.max_chars == 0 ? NameList::longest : (args.fit.max_chars - fixed) / std::max(names, 1U);
  options.name_room = 2 * std::min(room, NameList::longest);
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  EmailOptions options;
  const People people(args);
  options.max_chars = args.fit.max_chars;
  options.encoding = args.fit.encoding;
  const bool allow_real = args.options.boolean("allow_real_domain", false);
  options.fold = args.options.boolean("fold", false);
  constexpr std::string_view invalid_words[] = {"generate", "pass", "null"}, plus_words[] = {"other", "same", "tag"};
  options.invalid = static_cast<Invalid>(args.options.word("invalid", "generate", invalid_words));
  options.plus = static_cast<Plus>(args.options.word("plus", "other", plus_words));
  if (args.options.has("template")) {
    for (const char *other : {"domain", "style", "keep_domain", "local_length"})
      if (args.options.has(other)) args.options.refuse("template", "does not go with option " + in_quotes(other));
    if (options.plus == Plus::tag) args.options.refuse("template", "does not go with option \"plus\" of tag");
    parse_template(args, people, options, allow_real);
    return std::make_unique<EmailMask>(args.key, people, std::move(options));
  }

  options.domain = args.options.string("domain", "example.com");
  std::transform(options.domain.begin(), options.domain.end(), options.domain.begin(), to_lower);
  check_domain(args, "domain", options.domain, allow_real);
  const std::string style = args.options.string("style", "name");
  if (style != "name" && style != "opaque") args.options.refuse("style", "must be name or opaque");
  for (const char *of_name : {"locale", "gender"})
    if (style == "opaque" && args.options.has(of_name))
      args.options.refuse("style", "is opaque, where option " + in_quotes(of_name) + " means nothing");
  const std::string kept = args.options.string("keep_domain", "");
  if (!kept.empty() && kept != "class" && kept != "full") args.options.refuse("keep_domain", "must be class or full");
  if (kept == "full" && !allow_real)
    args.options.refuse("keep_domain", "is full, which needs option \"allow_real_domain\" to be true");
  options.keep_domain = kept == "full" ? KeepDomain::full : kept == "class" ? KeepDomain::by_class : KeepDomain::no;

  const size_t longest_domain = std::max(options.domain.size(), kept == "class" ? longest_class_domain : 0);
  auto local = static_cast<uint32_t>(args.options.integer("local_length", longest_local, least_letters, longest_local));
  if (args.fit.max_chars != 0) {
    if (args.fit.max_chars < longest_domain + 1 + least_letters)
      too_narrow(args, "an address at " + in_quotes(options.domain), longest_domain + 1 + least_letters);
    local = std::min<uint32_t>(local, args.fit.max_chars - 1 - static_cast<uint32_t>(longest_domain));
  }
  if (options.plus == Plus::tag) {
    if (local < most_letters + tag_room)
      too_narrow(args, "an address with a tag", longest_domain + 1 + most_letters + tag_room);
    local -= tag_room;
  }
  divide_local_part(options, people, local, style == "name");
  return std::make_unique<EmailMask>(args.key, people, std::move(options));
}

}  // namespace

extern constinit const RegistryEntry email_strategy = {
    {.name = "email",
     .summary = "An e-mail address that looks real and cannot be delivered",
     .options_help =
         "domain: reserved; allow_real_domain; style: name (default) or opaque; local_length: 8 to 64; keep_domain: "
         "class or full; template, of {first}, {last}, {unique}; invalid: generate (default), pass or null what is no "
         "address; plus: other (default), same or tag; fold: case, blanks ignored; locale, gender: as of name",
     .example = "pierre.moll.ai6tvwdvy6is2jhig6qa@example.com",
     .takes_entity = true,
     .takes_gender = true,
     .keeps_unique = true,
     .when_unique = "email",
     .when_unique_options = R"({"style": "opaque", "domain": "a.test"})"},
    make};

}  // namespace confiture::mask
