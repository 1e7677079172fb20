#include <algorithm>

#include "joined.h"
#include "cli/pages.h"
#include "cli/walk.h"

namespace client::cli {

namespace {

// In single quotes of a shell. `quote` is how a single quote is written inside: '\'' in most shells, \' in fish.
std::string shell_quoted(const std::string &text, const std::string &quote) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? quote : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string> names_of_commands(const Command &command) {
  std::vector<std::string> names;
  for (const Command &each : command.commands)
    if (!each.hidden) names.push_back(each.name);
  return names;
}

// What "confiture complete" is asked for.
std::string asked_for(Completion kind) {
  return kind == Completion::tables    ? "tables"
         : kind == Completion::columns ? "columns"
         : kind == Completion::runs    ? "runs"
                                       : "strategies";
}

bool has_names(const Command &command) {
  return std::ranges::any_of(command.options,
                             [](const Option &each) { return each.is_argument() && is_of_names(completion_of(each)); });
}

const Option *first_argument(const Command &command) {
  auto found = std::ranges::find_if(command.options, [](const Option &each) { return each.is_argument(); });
  return found == command.options.end() ? nullptr : &*found;
}

std::vector<std::string> all_paths(const Command &root) {
  std::vector<std::string> paths;
  walk(root, [&](const std::string &path, const Command &) {
    if (!path.empty()) paths.push_back(path);
  });
  return paths;
}

}  // namespace

std::string bash_completion(const Command &root) {
  std::vector<std::string> paths;
  for (const std::string &each : all_paths(root)) paths.push_back("' " + each + "'");
  std::string values;
  std::string words;
  walk(root, [&](const std::string &path, const Command &command) {
    std::string prefix = path.empty() ? "" : " " + path;
    std::vector<std::string> offered = names_of_commands(command);
    for (const Option &each : with_help(command)) {
      std::vector<std::string> patterns;
      for (const std::string &name : dashed_names(each)) {
        offered.push_back(name);
        // The options of the root are also options of every command.
        patterns.push_back((path.empty() ? "*" : "") + ("'" + prefix + " " + name + "'"));
      }
      if (each.is_argument() || each.is_flag()) continue;
      std::string action = !each.choices.empty()
                               ? "COMPREPLY=($(compgen -W '" + joined(each.choices, " ") + "' -- \"$cur\"))"
                           : each.completion == Completion::files ? "COMPREPLY=($(compgen -f -- \"$cur\"))"
                           : is_of_names(completion_of(each))     ? "_confiture_names " + asked_for(completion_of(each))
                                                                  : "COMPREPLY=()";
      values += "    " + joined(patterns, " | ") + ")\n      " + action + "\n      return ;;\n";
    }
    if (!path.empty())
      for (const Option &each : root.options) offered.push_back("--" + each.long_name());
    const Option *argument = first_argument(command);
    bool files = argument != nullptr && argument->completion == Completion::files;
    words += "    '" + prefix + "') words='" + joined(offered, " ") + "'" + (files ? " files=1" : "") +
             (has_names(command) ? " names=1" : "") + " ;;\n";
  });
  return "# bash completion for confiture, written by \"confiture generate bash\"\n"
         // Names are quoted here, one by one, and never stand where the shell expands anything, as in compgen -W.
         // readline splits words at = and :, and leaves their quotes.
         "_confiture_unquoted() {\n"
         "  local raw=$1 quote= char\n"
         "  name=\n"
         "  while [[ -n $raw ]]; do\n"
         "    char=${raw:0:1} raw=${raw:1}\n"
         "    if [[ $char == \"$quote\" ]]; then\n"
         "      quote=\n"
         "    elif [[ -z $quote && $char == [\\\"\\'] ]]; then\n"
         "      quote=$char\n"
         "    elif [[ $char == \\\\ && $quote != \\' ]]; then\n"
         "      name+=${raw:0:1} raw=${raw:1}\n"
         "    else\n"
         "      name+=$char\n"
         "    fi\n"
         "  done\n"
         "}\n"
         "_confiture_names() {\n"
         "  local line=() glued= name i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    _confiture_unquoted \"${COMP_WORDS[i]}\"\n"
         "    if [[ ${#line[@]} -gt 0 && ( -n $glued || $name == [=:]* ) ]]; then\n"
         "      line[${#line[@]}-1]+=$name\n"
         "    else\n"
         "      line+=(\"$name\")\n"
         "    fi\n"
         "    [[ $name == *[=:] ]] && glued=1 || glued=\n"
         "  done\n"
         "  compopt +o filenames 2> /dev/null\n"
         "  while IFS= read -r name; do\n"
         "    printf -v name %q \"$name\"\n"
         "    [[ $name == \"$cur\"* ]] && COMPREPLY+=(\"$name\")\n"
         "  done < <(command confiture complete \"$1\" -- \"${line[@]}\" \"$cur\" 2> /dev/null < /dev/null)\n"
         "}\n"
         "_confiture() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} at= words= files= names= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$at ${COMP_WORDS[i]}\" in\n"
         "      " +
         joined(paths, " | ") +
         ") at=\"$at ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$at ${COMP_WORDS[COMP_CWORD-1]}\" in\n" +
         values +
         "  esac\n"
         "  case \"$at\" in\n" +
         words +
         "  esac\n"
         "  [[ -n $names && $cur != -* ]] && _confiture_names argument\n"
         "  if [[ ${#COMPREPLY[@]} -gt 0 ]]; then\n"
         "    return\n"
         "  elif [[ -n $files && $cur != -* ]]; then\n"
         "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _confiture confiture\n";
}

std::string zsh_completion(const Command &root) {
  auto function = [](const std::string &path) {
    std::string name = path.empty() ? "_confiture" : "_confiture_" + path;
    std::ranges::replace(name, ' ', '_');
    return name;
  };
  auto escaped = [](const std::string &text) {
    std::string safe;
    for (char c : text)
      safe += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return safe;
  };
  std::string text = "#compdef confiture\n# written by \"confiture generate zsh\"\n";
  walk(root, [&](const std::string &path, const Command &command) {
    text += "\n" + function(path) + "() {\n  local state line\n";
    if (path.empty())  // _arguments narrows `words`
      text += "  local -a line_so_far=(\"${(@)words[2,CURRENT]}\")\n";
    text += "  _arguments -C";
    auto spec = [&](const Option &each) {
      std::string value = !each.choices.empty() ? ":" + each.value + ":(" + joined(each.choices, " ") + ")"
                          : each.completion == Completion::files ? ":" + each.value + ":_files"
                          : is_of_names(completion_of(each))
                              ? ":" + each.value + ": _confiture_names " + asked_for(completion_of(each))
                          : each.is_flag() ? ""
                                           : ":" + escaped(each.value) + ": ";
      for (const std::string &name : dashed_names(each))
        text += " \\\n    " +
                shell_quoted((each.is_list() ? "*" : "") + name + "[" + escaped(each.help) + "]" + value, "'\\''");
    };
    for (const Option &each : with_help(command)) spec(each);
    if (!path.empty())
      for (const Option &each : root.options) spec(each);
    if (!command.commands.empty())
      text += " \\\n    '1:command:(" + joined(names_of_commands(command), " ") + ")' \\\n    '*::argument:->rest'";
    int position = 0;
    for (const Option &each : command.options) {
      if (!each.is_argument()) continue;
      Completion kind = completion_of(each);
      std::string action = kind == Completion::files ? "_files"
                           : is_of_names(kind)       ? " _confiture_names " + asked_for(kind)
                                                     : "()";  // a message in its place would hide the options
      position++;
      text += " \\\n    " +
              shell_quoted((each.is_list() ? "*" : std::to_string(position)) + ":" + escaped(each.names) + ":" + action,
                           "'\\''");
    }
    text += "\n";
    if (!command.commands.empty()) {
      text += "  [[ $state == rest ]] || return\n  case $line[1] in\n";
      for (const std::string &name : names_of_commands(command))
        text += "    " + name + ") " + function(path.empty() ? name : path + " " + name) + " ;;\n";
      text += "  esac\n";
    }
    text += "}\n";
  });
  // compadd quotes what it inserts.
  return text +
         "\n_confiture_names() {\n"
         "  local names=$(command confiture complete $1 -- \"${(@Q)line_so_far}\" 2> /dev/null < /dev/null)\n"
         "  [[ -n $names ]] && compadd -- \"${(@f)names}\"\n"
         "}\n"
         "\n_confiture \"$@\"\n";
}

std::string fish_completion(const Command &root) {
  std::vector<std::string> paths;
  for (const std::string &each : all_paths(root)) paths.push_back("'" + each + "'");
  std::string text =
      "# written by \"confiture generate fish\"\n"
      "function __confiture_at\n"
      "    set -l at\n"
      "    for word in (commandline -opc)[2..]\n"
      "        if contains -- (string trim \"$at $word\") " +
      joined(paths, " ") +
      "\n"
      "            set at (string trim \"$at $word\")\n"
      "        end\n"
      "    end\n"
      "    test \"$at\" = \"$argv[1]\"\n"
      "end\n"
      "function __confiture_names\n"
      "    command confiture complete $argv[1] -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null </dev/null\n"
      "end\n"
      "complete -c confiture -f\n";
  walk(root, [&](const std::string &path, const Command &command) {
    std::string here = "complete -c confiture -n " + shell_quoted("__confiture_at \"" + path + "\"", "\\'");
    for (const Command &each : command.commands)
      if (!each.hidden) text += here + " -a " + each.name + " -d " + shell_quoted(each.summary, "\\'") + "\n";
    if (has_names(command)) text += here + " -a '(__confiture_names argument)'\n";
    for (const Option &each : with_help(command)) {
      if (each.is_argument()) {
        if (each.completion == Completion::files) text += here + " -F\n";
        continue;
      }
      // Options of the root are valid anywhere.
      text += path.empty() ? "complete -c confiture" : here;
      if (!each.short_name().empty()) text += " -s " + shell_quoted(each.short_name(), "\\'");
      text += " -l " + each.long_name();
      if (!each.choices.empty())
        text += " -x -a '" + joined(each.choices, " ") + "'";
      else if (each.completion == Completion::files)
        text += " -r -F";
      else if (is_of_names(completion_of(each)))
        text += " -x -a '(__confiture_names " + asked_for(completion_of(each)) + ")'";
      else if (!each.is_flag())
        text += " -x";
      text += " -d " + shell_quoted(each.help, "\\'") + "\n";
    }
  });
  return text;
}

}  // namespace client::cli
