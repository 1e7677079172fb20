#include "hints.h"

#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "shell_word.h"

namespace client {

namespace {

using Json = nlohmann::ordered_json;

// The content of an SQL literal.
std::string unquoted(const std::string &literal) { return std::regex_replace(literal, std::regex("''"), "'"); }

// {"length": 16} as length=16; "" when a value has no such form.
std::string option_words(const std::string &literal, bool *is_plain) {
  Json options = Json::parse(unquoted(literal), nullptr, false);
  *is_plain = options.is_object();
  std::string words;
  for (const auto &[name, value] : options.items()) {
    *is_plain = *is_plain && !value.is_structured();
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    words += " " + shell_word(name + "=" + text);
  }
  return words;
}

std::string with_rules(const std::string &hint) {
  constexpr const char *literal = "'((?:[^']|'')*)'";
  static const std::regex call(std::string("SELECT confiture\\.(set_rule|keep)\\(") + literal + ", " + literal +
                               "(?:, " + literal + ")?(?:, " + literal + ")?\\);?(?: -- )?");
  std::string text;
  auto last = hint.cbegin();
  for (std::sregex_iterator each(hint.begin(), hint.end(), call), end; each != end; ++each) {
    const std::smatch &found = *each;
    text.append(last, found[0].first);
    last = found[0].second;
    bool is_plain = true;
    std::string options = found[5].matched ? option_words(found[5], &is_plain) : "";
    if (!is_plain) {
      text += found[0];
      continue;
    }
    text += "confiture rules set " + shell_word(unquoted(found[2])) + " " + shell_word(unquoted(found[3])) + " " +
            (found[1] == "keep" ? "keep" : shell_word(unquoted(found[4]))) + options;
    if (found[0].str().ends_with(" -- ")) text += "  # ";
  }
  return text.append(last, hint.cend());
}

// mode => 'append' as --mode append. What the client has no option for stays.
std::string with_options(const std::string &hint) {
  static const std::map<std::string, std::string> names = {
      {"exclude", "--exclude"},
      {"format", "--format"},
      {"loader", "--loader"},
      {"mode", "--mode"},
      {"on_fk_violation", "--on-fk-violation"},
      {"source_relation", "--source-relation"},
      {"subset", "--seeds"},
      {"unreached", "--unreached"},
  };
  static const std::regex argument("([a-z_]+) => '((?:[^']|'')*)'");
  std::string text;
  auto last = hint.cbegin();
  for (std::sregex_iterator each(hint.begin(), hint.end(), argument), end; each != end; ++each) {
    const std::smatch &found = *each;
    auto known = names.find(found[1]);
    if (known == names.end()) continue;
    text.append(last, found[0].first);
    last = found[0].second;
    std::string value = unquoted(found[2]);
    if (known->first == "exclude" && value.starts_with('{') && value.ends_with('}'))
      value = value.substr(1, value.size() - 2);
    text += known->second + " " + shell_word(value);
  }
  return text.append(last, hint.cend());
}

}  // namespace

std::string as_commands(const std::string &hint) {
  // What is not a call is words around one.
  static const std::pair<std::regex, const char *> phrases[] = {
      {std::regex(R"(CALL confiture\.resume\((\d+)\)(;(?! ))?)"), "confiture resume $1"},
      {std::regex(R"(CALL confiture\.resume\((\d+), (--[^()]*)\))"), "confiture resume $1 $2"},
      {std::regex(R"(CALL confiture\.sync\(\);?)"), "confiture sync"},
      {std::regex(R"(CALL confiture\.sync\(\.\.\., (--[^()]*)\))"), "confiture sync $1"},
      {std::regex(R"(atomic => true)"), "--atomic"},
      {std::regex(R"(confiture\.set_follow\('([^']*)', '([^']*)', false\))"),
       "\"confiture rules set-follow $1 $2 --follow false\""},
      {std::regex(R"(Look at it in confiture\.(filters|seeds|follows))"), "\"confiture rules $1\" shows it"},
      {std::regex(R"(confiture\.(set|drop)_(filter|seed|follow|pattern|reference)\(\))"), "\"confiture rules $1-$2\""},
      {std::regex(R"(confiture\.keep\(\))"), "\"confiture rules set TABLE COLUMN keep\""},
      {std::regex(R"(confiture\.set_rule\(\))"), "\"confiture rules set\""},
      {std::regex("^-- "), "# "},
      {std::regex(R"(The view confiture\.runs has the runs there are\.)"), "\"confiture runs\" lists those there are."},
      {std::regex(R"(confiture\.progress shows it, confiture\.cancel\(\) stops it)"),
       "\"confiture status\" shows it, \"confiture cancel\" stops it"},
      {std::regex(R"(confiture\.cancel\(\))"), "\"confiture cancel\""},
      {std::regex(R"(Call confiture\.rotate_key\(\) or confiture\.set_key\(\)\.)"),
       "\"confiture key rotate\" makes one, \"confiture key import\" takes one from a file."},
  };
  std::string text = with_options(with_rules(hint));
  for (const auto &[pattern, words] : phrases) text = std::regex_replace(text, pattern, words);
  return text;
}

}  // namespace client
