#include "clone/tools.h"

#include <fcntl.h>
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "output.h"

namespace client::clone {

namespace {

std::vector<std::string> directories() {
  std::vector<std::string> all;
  const char *path = std::getenv("PATH");
  std::istringstream parts(path != nullptr ? path : "");
  for (std::string each; std::getline(parts, each, ':');)
    if (!each.empty()) all.push_back(each);
  glob_t candidates = {};
  if (glob("/usr/lib/postgresql/*/bin", 0, nullptr, &candidates) == 0)
    for (size_t i = 0; i < candidates.gl_pathc; i++) all.emplace_back(candidates.gl_pathv[i]);
  globfree(&candidates);
  return all;
}

bool is_program(const std::string &file) { return access(file.c_str(), X_OK) == 0; }

std::map<std::string, std::string> compiled_defaults() {
  std::map<std::string, std::string> all;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults(PQconndefaults(), PQconninfoFree);
  for (const PQconninfoOption *each = defaults.get(); each != nullptr && each->keyword != nullptr; each++)
    all[each->keyword] = each->compiled != nullptr ? each->compiled : "";
  return all;
}

// What must not stand in a service file, or what the programs set themselves.
bool is_left_out(const std::string &keyword) {
  for (const char *each : {"password", "passfile", "service", "client_encoding", "application_name",
                           "fallback_application_name", "replication"})
    if (keyword == each) return true;
  return false;
}

}  // namespace

int major_of(const std::string &version) {
  constexpr std::string_view before = "(PostgreSQL) ";
  size_t at = version.find(before);
  return at == std::string::npos ? 0 : std::atoi(version.c_str() + at + before.size());
}

std::vector<Tools> find_tools() {
  std::vector<Tools> all;
  for (const std::string &each : directories()) {
    if (!is_program(each + "/pg_dump")) continue;
    if (std::ranges::find(all, each, &Tools::directory) != all.end()) continue;
    all.push_back({each, major_of(run_program({each + "/pg_dump", "--version"}).out)});
  }
  return all;
}

std::optional<Tools> pick(const std::vector<Tools> &candidates, int major) {
  std::optional<Tools> best;
  for (const Tools &each : candidates)
    if (each.major >= major && (!best || each.major < best->major)) best = each;
  return best;
}

int server_major(const Connection &connection) { return PQserverVersion(connection.handle()) / 10000; }

Tools tools_for(const Connection &source, const Connection &target) {
  int major = std::max(server_major(source), server_major(target));
  auto tools = pick(find_tools(), major);
  if (!tools)
    throw Error(ExitCode::failed, "there is no pg_dump for PostgreSQL " + std::to_string(major),
                "Install the client programs of that version or a later one (Debian: postgresql-client-" +
                    std::to_string(major) + "), or put their directory into PATH.");
  return *tools;
}

TemporaryDirectory::TemporaryDirectory() {
  if (mkdtemp(name_.data()) == nullptr) throw Error(ExitCode::failed, "cannot create a directory in /tmp");
}

TemporaryDirectory::~TemporaryDirectory() { rmdir(name_.c_str()); }

ServiceFile::ServiceFile(const Connection &connection, const std::string &directory, const std::string &name)
    : file_(directory + "/" + name + ".service") {
  for (char **each = environ; *each != nullptr; each++) {
    std::string variable = *each;
    if (variable.starts_with("PG")) environment_[variable.substr(0, variable.find('='))] = std::nullopt;
  }
  environment_["PGSERVICEFILE"] = file_;
  environment_["PGSERVICE"] = "confiture";
  const char *password = PQpass(connection.handle());
  if (password != nullptr && *password != '\0') environment_["PGPASSWORD"] = password;

  std::map<std::string, std::string> settings;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(connection.handle()), PQconninfoFree);
  for (const PQconninfoOption *each = options.get(); each != nullptr && each->keyword != nullptr; each++)
    if (each->val != nullptr && !is_left_out(each->keyword)) settings[each->keyword] = each->val;
  // With several hosts: the one that answered.
  if (*PQhost(connection.handle()) != '\0') settings["host"] = PQhost(connection.handle());
  settings["port"] = PQport(connection.handle());
  settings.erase("target_session_attrs");
  std::string text = "[confiture]\n";
  auto defaults = compiled_defaults();
  for (const auto &[keyword, value] : settings) {
    if (value == defaults[keyword] && keyword != "port") continue;
    if (value.find('\n') != std::string::npos || value.ends_with(' '))
      throw Error(ExitCode::usage,
                  keyword + " cannot be passed to pg_dump: it contains a line end, or ends with a space");
    text += keyword + "=" + value + "\n";
  }
  unlink(file_.c_str());
  int fd = open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) close(fd);
  if (!written) throw Error(ExitCode::failed, "cannot write " + file_);
}

ServiceFile::~ServiceFile() { unlink(file_.c_str()); }

std::string run_tool(const std::vector<std::string> &arguments, const EnvironmentChanges &environment,
                     const OutputSink &sink) {
  ProgramResult end = run_program(arguments, environment, sink);
  if (end.status == 0) return end.out;
  std::string name = arguments[0].substr(arguments[0].rfind('/') + 1);
  std::string complaints;
  std::istringstream lines(end.err);
  for (std::string line; std::getline(lines, line);)
    if (line.find(": error: ") != std::string::npos) complaints += (complaints.empty() ? "" : "\n") + line;
  throw Error(ExitCode::failed, name + " failed with exit code " + std::to_string(end.status), "", complaints);
}

}  // namespace client::clone
