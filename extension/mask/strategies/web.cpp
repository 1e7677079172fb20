// username, hostname, url: names that no one has, unique by 100 bits where there is room for them.
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

class Username final : public PrfStrategy {
 public:
  Username(const Subkey &key, People people, size_t room, bool unique, bool folds)
      : PrfStrategy(key, folds), people_(people), room_(room), unique_(unique) {}

  // A name and four digits, or a name and the letters, as far as there is room.
  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    const size_t behind = unique_ ? 1 + unique_letters : 4;
    Phrase phrase;
    if (room_ >= behind + people_.shortest_first()) {
      const auto for_name = static_cast<uint32_t>(std::min<size_t>(room_ - behind, NameList::longest));
      for (const char c : people_.first(random, for_name).ascii().view()) {
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
    add_letters(room_ - phrase.view().size(), random, phrase);
    out.append(phrase.view());
  }
  bool keeps_unique() const override { return unique_ && !folds && room_ >= unique_letters; }
  bool is_permutation() const override { return false; }

 private:
  People people_;
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

// The scheme stays, if it is a usual one; what is no URL gets https.
class Url final : public PrfStrategy {
 public:
  Url(const Subkey &key, size_t room) : PrfStrategy(key), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Phrase phrase;
    std::string_view scheme = schemes[0];
    for (const std::string_view known : schemes)
      if (value.substr(0, known.size()) == known && value.substr(known.size(), scheme_end.size()) == scheme_end)
        scheme = known;
    phrase.add(scheme);
    phrase.add(scheme_end);
    add_hostname(room_ - phrase.view().size(), random, phrase);
    phrase.add("/");
    out.append(phrase.view().substr(0, std::min(phrase.view().size(), room_)));
  }
  bool keeps_unique() const override { return room_ >= longest_start + unique_letters + top_level.size(); }
  bool is_permutation() const override { return false; }

  static constexpr size_t longest_start = 8;  // https://

 private:
  size_t room_;
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
  return std::make_unique<Url>(args.key, room_of(args, "url", Url::longest_start + shortest_hostname));
}

constexpr RegistryEntry unique_entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  RegistryEntry entry = phrase_entry(name, summary, example, make);
  entry.row.keeps_unique = true;
  entry.row.when_unique = name;
  return entry;
}

constexpr RegistryEntry username_entry() {
  RegistryEntry entry = phrase_entry("username", "An invented login name", "devendra6020", make_username);
  entry.row.options_help =
      "unique: true to add 20 characters that keep distinct values distinct (default false); locale: of the name (en, fr, ...); gender: male or female; fold: case and blanks around make no other name";
  entry.row.when_unique = "username";
  entry.row.when_unique_options = R"({"unique": true})";
  return entry;
}

}  // namespace

extern constinit const RegistryEntry username_strategy = username_entry();
extern constinit const RegistryEntry hostname_strategy =
    unique_entry("hostname", "A host that does not exist", "coral-gn5uclliczdjepvhzpza.example", make_hostname);
extern constinit const RegistryEntry url_strategy =
    unique_entry("url", "A URL at a host that does not exist, of the same scheme",
                 "https://atlas-5xd6ykh7fkzqdghgg6o6.example/", make_url);

}  // namespace confiture::mask
