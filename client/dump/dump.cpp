#include "dump/dump.h"

#include <filesystem>
#include <fstream>

#include "clone/tools.h"
#include "dump/finished.h"
#include "dump/without.h"
#include "figures.h"
#include "joined.h"
#include "text_file.h"

namespace client::dump {

namespace {

namespace fs = std::filesystem;

char letter_of(const std::optional<std::string> &format) { return format ? format->front() : 'c'; }

// What a dump writes goes to a second name first: a file of the name that was asked for is always complete.
class Unfinished {
 public:
  explicit Unfinished(const std::string &name) : name_(name), part_(name + ".part") { fs::remove_all(part_); }
  ~Unfinished() {
    std::error_code ignored;
    fs::remove_all(part_, ignored);
  }
  Unfinished(const Unfinished &) = delete;
  Unfinished &operator=(const Unfinished &) = delete;
  const std::string &part() const { return part_; }
  void finish() {
    std::error_code problem;
    fs::rename(part_, name_, problem);
    if (problem) throw Error(ExitCode::failed, "cannot write " + name_ + ": " + problem.message());
  }

 private:
  std::string name_, part_;
};

class Dump {
 public:
  Dump(const DumpOptions &options, Session &session) : options_(options), session_(session) {}

  ExitCode run() {
    char format = letter_of(options_.format);
    if (options_.jobs && format != 'd')
      throw Error(ExitCode::usage, "only a dump in directory format is written in parallel", "Add --format directory.");
    if (format == 'd' && fs::exists(options_.file) && !fs::is_empty(options_.file))
      throw Error(ExitCode::usage, options_.file + " exists and is not empty", "Choose another name.");
    Connection target = session_.connect();
    if (!options_.incomplete) require_finished(target, "dump");
    servers_ = find_servers(target);

    auto tools = clone::pick(clone::find_tools(), PQserverVersion(target.handle()) / 10000);
    if (!tools)
      throw Error(ExitCode::failed, "there is no pg_dump for the target's PostgreSQL",
                  "Install the client programs of its version (Debian: postgresql-client).");
    fs::path file = fs::absolute(options_.file);
    if (!fs::is_directory(file.parent_path()))
      throw Error(ExitCode::usage, "there is no directory " + file.parent_path().string());
    clone::ServiceFile service(target, file.parent_path(), "." + file.filename().string());
    Unfinished unfinished(file);
    if (format == 'd')
      dump_directory(*tools, service, unfinished.part());
    else if (format == 'c')
      dump_archive(*tools, service, unfinished.part());
    else
      dump_script(*tools, service, unfinished.part());
    unfinished.finish();
    if (!selection_.dependent.empty())
      session_.out.note(printable("left out, because they need Confiture: " + joined(selection_.dependent)));
    session_.out.note(printable("Done: " + options_.file + " restores in any PostgreSQL, without Confiture."));
    return ExitCode::done;
  }

 private:
  std::vector<std::string> command(const clone::Tools &tools, const std::string &format) const {
    std::vector<std::string> words = {tools.directory + "/pg_dump", "--format=" + format, "--no-password",
                                      "--exclude-table-data=confiture.*"};
    if (options_.no_owner) words.emplace_back("--no-owner");
    if (options_.no_privileges) words.emplace_back("--no-privileges");
    return words;
  }

  std::string clean(const std::string &bytes, const clone::Contents &contents) {
    selection_ = find_confiture(contents, servers_);
    return without(bytes, contents, selection_.removed);
  }

  // The archive comes through a pipe, and only what remains of it reaches a file: a user mapping has a password in it.
  void dump_archive(const clone::Tools &tools, const clone::ServiceFile &service, const std::string &part) {
    std::ofstream file(part, std::ios::binary);
    std::string head;
    size_t enough = 0;
    bool is_past_head = false;
    auto take = [&](std::string_view piece) {
      if (is_past_head) {
        file << piece;
      } else {
        head += piece;
        if (head.size() < enough) return;
        try {
          clone::Contents contents = clone::read_contents(head);
          file << clean(head, contents) << std::string_view(head).substr(contents.end);
          is_past_head = true;
          head.clear();
        } catch (const clone::Incomplete &) {
          enough = 2 * head.size();  // each attempt reads all of it again
        }
      }
      if (!file) throw Error(ExitCode::failed, "cannot write " + part);
    };
    clone::run_tool(command(tools, "custom"), service.environment(), take);
    enough = 0;
    if (!is_past_head) take("");
    file.flush();
    if (!is_past_head) throw clone::Incomplete();
    if (!file) throw Error(ExitCode::failed, "cannot write " + part);
  }

  void dump_script(const clone::Tools &tools, const clone::ServiceFile &service, const std::string &part) {
    Unfinished archive(part + ".archive");
    dump_archive(tools, service, archive.part());
    clone::run_tool({tools.directory + "/pg_restore", "--file=" + part, archive.part()}, {});
  }

  // Here the list of contents is a file of its own, written last; nobody else can look into the directory.
  void dump_directory(const clone::Tools &tools, const clone::ServiceFile &service, const std::string &part) {
    fs::create_directory(part);
    fs::permissions(part, fs::perms::owner_all);
    std::vector<std::string> words = command(tools, "directory");
    words.push_back("--file=" + part);
    if (options_.jobs) words.push_back("--jobs=" + std::to_string(*options_.jobs));
    clone::run_tool(words, service.environment());
    std::string name = part + "/toc.dat";
    std::ifstream stream(name, std::ios::binary);
    std::string bytes = read_text(stream, std::string::npos);
    write_file(name + ".new", clean(bytes, clone::read_contents(bytes)));
    fs::rename(name + ".new", name);
  }

  const DumpOptions &options_;
  Session &session_;
  std::set<std::string> servers_;
  Selection selection_;
};

}  // namespace

ExitCode run(const DumpOptions &options, Session &session) { return Dump(options, session).run(); }

}  // namespace client::dump
