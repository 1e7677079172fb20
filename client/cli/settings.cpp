#include "cli/settings.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "joined.h"
#include "text_file.h"
#include "toml_text.h"

namespace client::cli {

namespace {

[[noreturn]] void fail(const std::string &message, const std::string &hint = {}) {
  throw Error(ExitCode::usage, message, hint);
}

bool to_bool(const std::string &text, const std::string &where) {
  for (const char *word : {"true", "1", "yes", "on"})
    if (text == word) return true;
  for (const char *word : {"false", "0", "no", "off"})
    if (text == word) return false;
  fail(where + " must be true or false");
}

int to_int(const std::string &text, const std::string &where) {
  int value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) fail(where + " must be a whole number");
  return value;
}

}  // namespace

std::string environment_name(const std::string &long_name) {
  std::string name = "CONFITURE_";
  for (char c : long_name) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

void assign(const Option &option, const std::vector<std::string> &values, Origin origin, const std::string &where) {
  if (!option.is_list() && !option.is_flag() && values.size() != 1) fail(where + " takes one value");
  for (const std::string &value : values) {
    bool known = option.choices.empty();
    for (const std::string &choice : option.choices) known = known || value == choice;
    if (!known) fail(where + " must be one of: " + joined(option.choices));
  }
  struct Visitor {
    const std::vector<std::string> &values;
    Origin origin;
    const std::string &where;
    void operator()(bool *flag) const { *flag = to_bool(values.back(), where); }
    void operator()(std::string *text) const { *text = values.front(); }
    void operator()(std::optional<std::string> *text) const { *text = values.front(); }
    void operator()(std::optional<int> *number) const { *number = to_int(values.front(), where); }
    void operator()(std::vector<std::string> *list) const { *list = values; }
    void operator()(GivenText *text) const { *text = {values.front(), origin}; }
  };
  std::visit(Visitor{values, origin, where}, option.destination);
}

namespace {

// Arguments belong to a single invocation and are never settings.
bool is_setting(const Option &each) { return !each.is_argument() && each.is_setting; }

// --config names the file of the other settings: it may be a variable, but cannot stand in a file.
bool is_in_environment(const Option &each) { return is_setting(each) || each.long_name() == "config"; }

std::string config_path(const Command &root) {
  for (const Option &each : root.options)
    if (each.long_name() == "config")
      if (const auto &named = **std::get_if<std::optional<std::string> *>(&each.destination)) return *named;
  if (access("confiture.toml", F_OK) == 0) return "confiture.toml";
  const char *xdg = std::getenv("XDG_CONFIG_HOME");
  const char *home = std::getenv("HOME");
  std::string directory = xdg != nullptr && *xdg != '\0' ? xdg : home != nullptr ? std::string(home) + "/.config" : "";
  std::string file = directory + "/confiture/confiture.toml";
  return !directory.empty() && access(file.c_str(), F_OK) == 0 ? file : "";
}

std::vector<std::string> setting_values(const toml::node &node, const std::string &where) {
  if (const auto *text = node.as_string()) return {text->get()};
  if (const auto *flag = node.as_boolean()) return {flag->get() ? "true" : "false"};
  if (const auto *number = node.as_integer()) return {std::to_string(number->get())};
  const auto *list = node.as_array();
  if (list == nullptr) fail(where + " must be a string, a whole number, true or false");
  std::vector<std::string> all;
  for (const toml::node &each : *list) {
    if (!each.is_string()) fail(where + " must be a list of strings");
    all.push_back(each.as_string()->get());
  }
  return all;
}

// A table of the config file holds the options of one command and a table for each of its subcommands. Unknown keys are
// errors also under other commands than the one that runs, so that a typo shows at once.
void apply_table(const toml::table &table, const Command &command, const std::string &file,
                 const std::vector<const Command *> &path, size_t depth, const std::set<std::string> &settled) {
  bool applies = depth < path.size() && path[depth] == &command;
  for (const auto &[name, value] : table) {
    std::string key(name);
    std::string where = file + ": " + key;
    const Option *known = nullptr;
    for (const Option &each : command.options)
      if (is_setting(each) && each.long_name() == key) known = &each;
    if (known != nullptr) {
      auto values = setting_values(value, where);
      if (applies && !settled.contains(key)) assign(*known, values, Origin::config_file, where);
      continue;
    }
    const Command *below = nullptr;
    for (const Command &each : command.commands)
      if (each.name == key && !each.hidden) below = &each;
    if (below == nullptr || !value.is_table())
      fail(file + ": there is no setting \"" + key + "\"" + (depth > 0 ? " of " + command.name : ""),
           key == "password" ? "Passwords belong in ~/.pgpass." : "Settings are named like the long options.");
    apply_table(*value.as_table(), *below, file, path, applies ? depth + 1 : path.size(), settled);
  }
}

toml::table read_config(const std::string &file) {
  constexpr size_t largest = 1 << 20;
  errno = 0;
  std::ifstream opened(file, std::ios::binary);
  std::string text = read_text(opened, largest + 1);
  if (!opened.is_open() || opened.bad()) fail("cannot read the config file " + file + ": " + std::strerror(errno));
  if (text.size() > largest) fail(file + ": too large for a config file");
  return parse_toml(text, file);
}

}  // namespace

void apply_settings(const std::vector<const Command *> &path, const std::set<std::string> &given) {
  std::set<std::string> settled = given;
  for (const Command *each : path)
    for (const Option &setting : each->options) {
      if (!is_in_environment(setting) || settled.contains(setting.long_name())) continue;
      std::string name = environment_name(setting.long_name());
      const char *value = std::getenv(name.c_str());
      if (value == nullptr) continue;
      std::vector<std::string> values = {value};
      if (setting.is_list()) {
        values.clear();
        std::istringstream words(value);
        for (std::string word; std::getline(words, word, ',');) values.push_back(word);
      }
      assign(setting, values, Origin::environment, name);
      settled.insert(setting.long_name());
    }
  std::string file = config_path(*path.front());
  if (!file.empty()) apply_table(read_config(file), *path.front(), file, path, 0, settled);
}

}  // namespace client::cli
