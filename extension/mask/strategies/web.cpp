// username, hostname, url: names that no one has, unique by 100 bits where there is room for them.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/data/domains.h"
#include "mask/error.h"
#include "mask/person.h"
#include "mask/phrase.h"
#include "mask/unique_letters.h"

namespace confiture::mask {

namespace {

constexpr size_t least_letters = 8, unlimited = 4096;
constexpr std::string_view top_level = ".example";  // RFC 2606
constexpr size_t shortest_hostname = least_letters + top_level.size();

[[noreturn]] void too_narrow(const char *strategy, size_t room, size_t least) {
  fail(Code::does_not_fit,
       std::string("strategy \"") + strategy + "\": nothing fits a column of " + std::to_string(room) + " characters",
       "The shortest takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
}

size_t room_of(const StrategyArgs &args, const char *strategy, size_t least) {
  const size_t room = args.fit.max_chars == 0 ? unlimited : args.fit.max_chars;
  if (room < least) too_narrow(strategy, room, least);
  return room;
}

void add_letters(size_t n, const PrfOutput &random, Phrase &phrase) {
  char letters[unique_letters];
  write_unique_letters(letters, random);
  phrase.add({letters, std::min<size_t>(n, unique_letters)});
}

class Username final : public PersonStrategy {
 public:
  Username(const Subkey &key, People people, size_t room, bool unique, bool folds)
      : PersonStrategy(key, std::move(people), folds), room_(room), unique_(unique) {}

  // A name and four digits, or a name and the letters, as far as there is room.
  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const size_t behind = unique_ ? 1 + unique_letters : 4;
    Phrase phrase;
    if (room_ >= behind + people().shortest_first()) {
      const auto for_name = static_cast<uint32_t>(std::min<size_t>(room_ - behind, NameList::longest));
      for (const char c : people().first(random, for_name).ascii().view()) {
        const char lower = to_lower(c);
        phrase.add({&lower, 1});
      }
      if (!unique_) {
        // Not the last name's draw.
        Draws draws(prf, {random.hi << 32, random.hi});
        phrase.add_digits(4, draws);
        return out.append(phrase.view());
      }
      phrase.add("_");
    }
    // The letters are the value's: an entity may have several.
    add_letters(room_ - phrase.view().size(), own_draw(value, random), phrase);
    out.append(phrase.view());
  }
  bool keeps_unique() const override { return unique_ && !folds && room_ >= unique_letters; }
  bool is_permutation() const override { return false; }

 private:
  size_t room_;
  bool unique_;
};

// <word>-<letters>.example
void add_hostname(size_t room, const PrfOutput &random, Phrase &phrase) {
  const size_t for_word = longest_class_domain - top_level.size();
  if (room >= for_word + unique_letters + top_level.size()) {
    phrase.add(company_words[scale(random.hi, company_words.size())]);
    phrase.add("-");
  }
  add_letters(room - top_level.size(), random, phrase);
  phrase.add(top_level);
}

class Hostname final : public PrfStrategy {
 public:
  Hostname(const Subkey &key, size_t room) : PrfStrategy(key), room_(room) {}
  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    Phrase phrase;
    add_hostname(room_, random, phrase);
    out.append(phrase.view());
  }
  bool keeps_unique() const override { return room_ >= unique_letters + top_level.size(); }
  bool is_permutation() const override { return false; }

 private:
  size_t room_;
};

constexpr std::string_view schemes[] = {"https", "http", "ftp", "ftps", "ws", "wss"};
constexpr std::string_view scheme_end = "://";

// What becomes of a part of a URL; hostname: what that strategy makes of the host.
enum class Part : uint8_t { drop, mask, keep, hostname };

// The parts of what is a URL of a known scheme; of anything else, https and nothing.
struct UrlParts {
  std::string_view scheme = schemes[0], host, path, query;

  explicit UrlParts(std::string_view value) {
    for (const std::string_view known : schemes)
      if (value.substr(0, known.size()) == known && value.substr(known.size(), scheme_end.size()) == scheme_end) {
        scheme = known;
        value.remove_prefix(known.size() + scheme_end.size());
        value = value.substr(0, value.find('#'));
        const size_t question = std::min(value.find('?'), value.size());
        query = value.substr(question);
        value = value.substr(0, question);
        const size_t slash = std::min(value.find('/'), value.size());
        path = value.substr(slash);
        host = value.substr(0, slash);
        host = host.substr(host.rfind('@') + 1);  // without a user and a password
        return;
      }
  }
};

// Other letters for letters, other digits for digits; a letter for %C3, or a character outside of ASCII.
void scramble_part(std::string_view text, CharEncoding encoding, Draws &draws, ByteSink &out) {
  while (!text.empty()) {
    size_t size = encoding == CharEncoding::utf8 ? utf8_character_size(text) : 1;
    char c = text[0];
    if (c == '%') {
      size = std::min<size_t>(text.size(), 3);
      c = static_cast<char>('a' + draws(26));
    } else if (is_digit(c)) {
      c = static_cast<char>('0' + draws(10));
    } else if (is_upper(c)) {
      c = static_cast<char>('A' + draws(26));
    } else if (is_lower(c) || static_cast<unsigned char>(c) >= 0x80) {
      c = static_cast<char>('a' + draws(26));
    }
    out.append(c);
    text.remove_prefix(size);
  }
}

struct UrlOptions {
  Part host, path, query;
  size_t room;
  CharEncoding encoding;
};

// The scheme stays, if it is a usual one; what is no URL gets https.
class Url final : public PrfStrategy {
 public:
  // `hostname`: that strategy, for a host that is to be masked by it.
  Url(const Subkey &key, UrlOptions options, std::unique_ptr<Strategy> hostname)
      : PrfStrategy(key), options_(options), hostname_(std::move(hostname)) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const UrlParts parts(value);
    const size_t start = out.size(), room = options_.room;
    out.append(parts.scheme);
    out.append(scheme_end);
    const size_t before_host = out.size() - start;
    if (options_.host == Part::keep && is_host(parts.host) && before_host + parts.host.size() + 1 <= room) {
      out.append(parts.host);
    } else if (options_.host == Part::hostname && is_host(parts.host) && parts.host[0] != ':') {
      write_hostname(parts.host, out);
    } else {
      Phrase host;
      add_hostname(room - before_host, random, host);
      out.append(host.view());
    }
    const size_t after_host = out.size();
    write_path(parts.path, out);
    if (out.size() == after_host) out.append('/');
    write_query(parts.query, out);
    if (out.size() - start <= room) return;
    // Nothing of a path that does not fit.
    out.truncate(after_host);
    if (after_host - start < room) out.append('/');
  }
  bool keeps_unique() const override {
    return options_.host == Part::mask && options_.room >= longest_start + unique_letters + top_level.size();
  }

  static constexpr size_t longest_start = 8;   // https://
  static constexpr size_t longest_host = 260;  // RFC 1035, with a port

 private:
  // Masks it in small letters, without a port.
  void write_hostname(std::string_view host, ByteSink &out) const {
    host = host.substr(0, host.find(':', host.rfind(']') + 1));
    char bare[longest_host];
    std::ranges::transform(host, bare, to_lower);
    hostname_->mask_text({bare, host.size()}, out);
  }

  // Without what could end it, or hide another.
  static bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= longest_host && is_printable_ascii(host) &&
           host.find_first_of(" \\") == host.npos;
  }

  void write_path(std::string_view path, ByteSink &out) const {
    if (options_.path == Part::keep) return out.append(path);
    if (options_.path == Part::drop) return;
    Draws draws(prf, prf(path));
    scramble_part(path, options_.encoding, draws, out);
  }

  // Masks what is behind a = and leaves the names of parameters.
  void write_query(std::string_view query, ByteSink &out) const {
    if (options_.query == Part::keep) return out.append(query);
    if (options_.query == Part::drop) return;
    Draws draws(prf, prf(query));
    while (!query.empty()) {
      const size_t sign = std::min(query.find('='), query.size() - 1) + 1;
      out.append(query.substr(0, sign));
      query.remove_prefix(sign);
      const size_t end = std::min(query.find('&'), query.size());
      scramble_part(query.substr(0, end), options_.encoding, draws, out);
      query.remove_prefix(end);
    }
  }

  const UrlOptions options_;
  const std::unique_ptr<Strategy> hostname_;
};

std::unique_ptr<Strategy> make_username(const StrategyArgs &args) {
  const bool unique = args.options.boolean("unique", false);
  return std::make_unique<Username>(args.key, People(args), room_of(args, "username", least_letters), unique,
                                    args.options.boolean("fold", false));
}

std::unique_ptr<Strategy> make_hostname(const StrategyArgs &args) {
  return std::make_unique<Hostname>(args.key, room_of(args, "hostname", shortest_hostname));
}

std::unique_ptr<Strategy> make_url(const StrategyArgs &args) {
  static constexpr std::string_view words[] = {"drop", "mask", "keep", "hostname"};
  const auto part = [&](const char *name, const char *fallback, size_t n_words) {
    return static_cast<Part>(args.options.word(name, fallback, std::span(words).first(n_words)));
  };
  const UrlOptions options = {.host = part("host", "mask", 4),
                              .path = part("path", "drop", 3),
                              .query = part("query", "drop", 3),
                              .room = room_of(args, "url", Url::longest_start + shortest_hostname),
                              .encoding = args.fit.encoding};
  if (options.host == Part::drop) args.options.refuse("host", "must be mask, hostname or keep");
  const ColumnFit fit = {
      .max_chars = static_cast<uint32_t>(args.fit.max_chars > 0 ? options.room - Url::longest_start : 0),
      .encoding = args.fit.encoding};
  auto hostname = options.host == Part::hostname ? make_strategy("hostname", "{}", fit, args.masking_key) : nullptr;
  return std::make_unique<Url>(args.key, options, std::move(hostname));
}

constexpr RegistryEntry unique_entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  RegistryEntry entry = phrase_entry(name, summary, example, make);
  entry.row.keeps_unique = true;
  entry.row.when_unique = name;
  return entry;
}

constexpr RegistryEntry username_entry() {
  RegistryEntry entry = phrase_entry("username", "An invented login name", "devendra6020", make_username);
  entry.row.takes_entity = true;
  entry.row.takes_gender = true;
  entry.row.options_help =
      "unique: true to add 20 characters that keep distinct values distinct (default false); locale: of the name (en, fr, ...); gender: of the person, as of name; fold: case and blanks around make no other name";
  entry.row.when_unique = "username";
  entry.row.when_unique_options = R"({"unique": true})";
  return entry;
}

constexpr RegistryEntry url_entry() {
  RegistryEntry entry = unique_entry("url", "A URL at a host that does not exist, of the same scheme",
                                     "https://atlas-5xd6ykh7fkzqdghgg6o6.example/", make_url);
  entry.row.options_help =
      "host: mask (default), hostname (equal hosts alike) or keep; path: drop (default), mask or keep; query: drop (default), mask (the values of "
      "parameters) or keep";
  return entry;
}

}  // namespace

extern constinit const RegistryEntry username_strategy = username_entry();
extern constinit const RegistryEntry hostname_strategy =
    unique_entry("hostname", "A host that does not exist", "coral-gn5uclliczdjepvhzpza.example", make_hostname);
extern constinit const RegistryEntry url_strategy = url_entry();

}  // namespace confiture::mask
