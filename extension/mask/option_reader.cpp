#include "mask/option_reader.h"

#include <charconv>
#include <vector>

#include <nlohmann/json.hpp>

#include "mask/characters.h"
#include "mask/error.h"

namespace confiture::mask {

namespace {

constexpr size_t largest_json = 16 * 1024;
constexpr size_t most_options = 32;
constexpr size_t most_members = 256;  // of an object among the options
constexpr size_t deepest = 8;

enum class OptionType { null, boolean, integer, number, string, list, object };

struct Option {
  std::string name;
  OptionType type = OptionType::null;
  std::string text;  // of a string its characters, of anything else the JSON token
  bool known = false;
  std::vector<std::string> items;  // of a list
};

// The parser takes UTF-8 only. Other server encodings are supersets of ASCII, so that each of their high bytes can pass
// through as the character of the same number and be turned back afterwards.
std::string bytes_to_utf8(std::string_view bytes) {
  std::string utf8;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xc0 | (byte >> 6));
      utf8 += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return utf8;
}

// Returns false when there is a character that never was a byte (a \u escape past U+00FF).
bool utf8_to_bytes(std::string &text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); i++) {
    auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      bytes += text[i];
    } else if (lead == 0xc2 || lead == 0xc3) {
      bytes += static_cast<char>(((lead & 3) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3f));
    } else {
      return false;
    }
  }
  text = std::move(bytes);
  return true;
}

// The JSON of a value inside an object, from the events of its parse.
class JsonCopy {
 public:
  void start(char bracket, std::string &json) {
    separate(json);
    json += bracket;
    first_ = true;
    depth++;
  }
  void end(char bracket, std::string &json) {
    json += bracket;
    first_ = false;
    depth--;
  }
  void key(const std::string &name, std::string &json) {
    separate(json);
    write(name, json);
    json += ':';
    first_ = true;
  }
  void value(OptionType type, const std::string &text, std::string &json) {
    separate(json);
    if (type == OptionType::string)
      write(text, json);
    else
      json += type == OptionType::null ? "null" : text;
  }

  size_t depth = 0;

 private:
  void separate(std::string &json) {
    if (!first_) json += ',';
    first_ = false;
  }
  static void write(const std::string &text, std::string &json) {
    json += '"';
    for (const char c : text) {
      constexpr char hex[] = "0123456789abcdef";
      if (static_cast<unsigned char>(c) < ' ')
        json.append("\\u00").append(1, hex[c >> 4]).append(1, hex[c & 15]);
      else
        (c == '"' || c == '\\' ? json += '\\' : json) += c;
    }
    json += '"';
  }

  bool first_ = true;
};

// Only one level is taken apart; an object among the options is kept as JSON, for a reader to come. No tree to build,
// and numbers keep the digits they were written with, which a tree of doubles would lose.
class ObjectHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit ObjectHandler(size_t most) : most_(most) {}

  std::vector<Option> options;
  std::string problem;

  bool null() override { return value(OptionType::null, {}); }
  bool boolean(bool b) override { return value(OptionType::boolean, b ? "true" : "false"); }
  bool number_integer(number_integer_t n) override { return value(OptionType::integer, std::to_string(n)); }
  bool number_unsigned(number_unsigned_t n) override { return value(OptionType::integer, std::to_string(n)); }
  bool number_float(number_float_t, const string_t &token) override { return value(OptionType::number, token); }
  bool string(string_t &s) override { return value(OptionType::string, s); }
  bool binary(binary_t &) override { return stop("must be a JSON object"); }

  bool start_object(size_t) override {
    if (in_list_) return nested();
    if (!in_object_) {
      in_object_ = true;
    } else {
      if (copy_.depth == deepest) return nested();
      if (copy_.depth == 0) {
        options.back().type = OptionType::object;
        copy_ = {};
      }
      copy_.start('{', options.back().text);
    }
    return true;
  }
  bool end_object() override {
    if (copy_.depth > 0) copy_.end('}', options.back().text);
    return true;
  }
  bool start_array(size_t) override {
    if (copy_.depth > 0) {
      if (copy_.depth == deepest) return nested();
      copy_.start('[', options.back().text);
      return true;
    }
    if (!in_object_ || in_list_) return nested();
    in_list_ = true;
    options.back().type = OptionType::list;
    return true;
  }
  bool end_array() override {
    if (copy_.depth > 0) {
      copy_.end(']', options.back().text);
    } else {
      in_list_ = false;
    }
    return true;
  }
  bool key(string_t &name) override {
    if (copy_.depth > 0) {
      copy_.key(name, options.back().text);
      return true;
    }
    if (options.size() == most_) return stop("are too many");
    for (const Option &other : options)
      if (other.name == name) return stop("name " + in_quotes(name) + " twice");
    options.push_back({name, OptionType::null, {}, false, {}});
    return true;
  }
  bool parse_error(size_t position, const std::string &, const nlohmann::detail::exception &e) override {
    if (e.id == 406) return stop("hold a number that is too large");
    return stop("are not valid JSON at byte " + std::to_string(position));
  }

 private:
  bool value(OptionType type, std::string text) {
    if (!in_object_) return stop("must be a JSON object");
    if (copy_.depth > 0) {
      copy_.value(type, text, options.back().text);
      return true;
    }
    if (in_list_) {
      if (type == OptionType::null) return stop("have null in a list");
      options.back().items.push_back(std::move(text));
      return true;
    }
    options.back().type = type;
    options.back().text = std::move(text);
    return true;
  }
  bool nested() {
    if (!in_object_) return stop("must be a JSON object");
    return stop("have a nested value for " + in_quotes(options.back().name));
  }
  bool stop(std::string reason) {
    if (problem.empty()) problem = std::move(reason);
    return false;
  }

  const size_t most_;
  bool in_object_ = false;
  bool in_list_ = false;
  JsonCopy copy_;  // of the last option, while its depth is not 0
};

std::vector<Option> parse_object(std::string_view json, CharEncoding encoding, size_t most, std::string &problem) {
  ObjectHandler handler(most);
  std::string utf8 = encoding == CharEncoding::utf8 ? std::string(json) : bytes_to_utf8(json);
  nlohmann::json::sax_parse(utf8, &handler);
  problem = std::move(handler.problem);
  return std::move(handler.options);
}

}  // namespace

struct OptionReader::State {
  std::string strategy;
  std::string help;
  CharEncoding encoding;
  std::vector<Option> options;

  // From what the parser took to the database's encoding.
  void to_encoding(std::vector<Option> &all) const {
    for (Option &option : all) {
      const auto check = [&](std::string &text) {
        if (encoding != CharEncoding::utf8 && !utf8_to_bytes(text))
          refuse("options hold a character that is not in the database's encoding");
        if (text.find('\0') != std::string::npos)
          refuse("option " + in_quotes(option.name) + " must not hold a zero byte");
      };
      if (encoding != CharEncoding::utf8 && !utf8_to_bytes(option.name))
        refuse("options hold a character that is not in the database's encoding");
      check(option.text);
      for (std::string &item : option.items) check(item);
    }
  }

  // Returns the option of that name and marks it as known; nullptr when it is missing or null.
  const Option *take(std::string_view name) {
    for (Option &candidate : options) {
      if (candidate.name != name) continue;
      candidate.known = true;
      return candidate.type == OptionType::null ? nullptr : &candidate;
    }
    return nullptr;
  }

  [[noreturn]] void refuse(const std::string &problem) const {
    std::string hint = help.empty() ? "Strategy " + in_quotes(strategy) + " has no options."
                                    : "Options of strategy " + in_quotes(strategy) + ": " + help + ".";
    fail(Code::bad_option, "strategy " + in_quotes(strategy) + ": " + problem, std::move(hint));
  }
};

OptionReader::OptionReader(std::string_view strategy, std::string_view json, std::string_view help,
                           CharEncoding encoding)
    : state_(std::make_unique<State>()) {
  state_->strategy = strategy;
  state_->help = help;
  state_->encoding = encoding;
  if (json.empty()) return;
  if (json.size() > largest_json) state_->refuse("options are larger than 16 kB");

  std::string problem;
  state_->options = parse_object(json, encoding, most_options, problem);
  if (!problem.empty()) state_->refuse("options " + problem);
  state_->to_encoding(state_->options);
}

OptionReader::~OptionReader() = default;

bool OptionReader::has(std::string_view name) { return state_->take(name) != nullptr; }

bool OptionReader::is_object(std::string_view name) {
  const Option *option = state_->take(name);
  return option != nullptr && option->type == OptionType::object;
}

int64_t OptionReader::integer(std::string_view name, int64_t fallback, int64_t lowest, int64_t highest) {
  const Option *option = state_->take(name);
  if (option == nullptr) return fallback;
  int64_t result = 0;
  const char *end = option->text.data() + option->text.size();
  bool is_integer = option->type == OptionType::integer;
  if (is_integer) {
    auto [stopped, problem] = std::from_chars(option->text.data(), end, result);
    is_integer = problem == std::errc() && stopped == end && result >= lowest && result <= highest;
  }
  if (!is_integer)
    refuse(name, "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
  return result;
}

bool OptionReader::boolean(std::string_view name, bool fallback) {
  const Option *option = state_->take(name);
  if (option == nullptr) return fallback;
  if (option->type != OptionType::boolean) refuse(name, "must be true or false");
  return option->text == "true";
}

std::string OptionReader::string(std::string_view name, std::string_view fallback) {
  const Option *option = state_->take(name);
  if (option == nullptr) return std::string(fallback);
  if (option->type != OptionType::string) refuse(name, "must be a string");
  return option->text;
}

std::string OptionReader::scalar(std::string_view name) {
  const Option *option = state_->take(name);
  if (option == nullptr) return {};
  if (option->type == OptionType::list) refuse(name, "must not be a list");
  if (option->type == OptionType::object) refuse(name, "must not be an object");
  return option->text;
}

Numeric OptionReader::decimal(std::string_view name, std::string_view fallback) {
  const Option *option = state_->take(name);
  Numeric number;
  if (option == nullptr) {
    (void)read_decimal(fallback, number);
    return number;
  }
  bool is_number = option->type == OptionType::integer || option->type == OptionType::number;
  if (!is_number || !read_decimal(option->text, number)) refuse(name, "must be a number, without an exponent");
  return number;
}

size_t OptionReader::word(std::string_view name, std::string_view fallback, std::span<const std::string_view> words) {
  const std::string chosen = string(name, fallback);
  std::string all;
  for (size_t i = 0; i < words.size(); i++) {
    if (words[i] == chosen) return i;
    all.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
  }
  refuse(name, "must be " + all);
}

std::vector<std::string> OptionReader::list(std::string_view name) {
  const Option *option = state_->take(name);
  if (option == nullptr) return {};
  if (option->type != OptionType::list) refuse(name, "must be a list");
  if (option->items.empty()) refuse(name, "must not be empty");
  return option->items;
}

std::vector<std::string> OptionReader::strings(std::string_view name) {
  const Option *option = state_->take(name);
  if (option != nullptr && option->type == OptionType::string) return {option->text};
  return list(name);
}

std::vector<OptionReader::Member> OptionReader::members(std::string_view name) {
  std::string problem;
  std::vector<Option> inside = parse_object(json(name), state_->encoding, most_members, problem);
  if (!problem.empty()) refuse(name, "has members that " + problem);
  state_->to_encoding(inside);
  std::vector<Member> members;
  for (Option &member : inside) {
    if (member.type == OptionType::null || member.type == OptionType::list)
      refuse(name, "has null or a list for " + in_quotes(member.name));
    members.push_back({std::move(member.name), member.type == OptionType::object, std::move(member.text)});
  }
  return members;
}

std::string OptionReader::json(std::string_view name) {
  const Option *option = state_->take(name);
  if (option == nullptr) return "{}";
  if (option->type != OptionType::object) refuse(name, "must be an object");
  return option->text;
}

const std::string &OptionReader::strategy() const { return state_->strategy; }

void OptionReader::finish() const {
  for (const Option &option : state_->options)
    if (!option.known) state_->refuse("there is no option " + in_quotes(option.name));
}

void OptionReader::refuse(std::string_view name, std::string_view problem) const {
  state_->refuse("option " + in_quotes(name) + " " + std::string(problem));
}

}  // namespace confiture::mask
