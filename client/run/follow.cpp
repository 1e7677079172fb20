#include "run/follow.h"

#include "interrupt.h"
#include "run/narrator.h"
#include "run/outcome.h"

namespace client::run {

namespace {

class Following {
 public:
  Following(Session &in, Connection &to, const Parameter &run)
      : in_(in), to_(to), watch_(to.another("the target"), {{}, run}), narrator_(in.out) {
    if (run) {
      if (!find_outcome(to, *run))
        throw Error(ExitCode::usage, "there is no run " + *run + ", or it is not yours to see");
      seen_.insert(*run);
    }
    Result led = to.query("SELECT run_id FROM confiture.runs WHERE leader_pid IS NOT NULL");
    for (int row = 0; row < led.rows() && !run; row++) seen_.insert(led.text(row, 0));
    // Of tables that ended before, there is no news.
    watch_.look_for_ends(to, {seen_.begin(), seen_.end()});
    watch_.take_ends();
  }

  ExitCode run() {
    if (seen_.empty()) in_.out.note("Nothing is being synced.");
    InterruptGuard guard;
    while (!seen_.empty()) {
      if (watch_.poll()) update();
      narrator_.show(watch_.runs(), "waiting");
      guard.wait(-1, 100);
      if (!guard.take_signal()) continue;
      narrator_.clear();
      for (const std::string &each : seen_) in_.out.note("Run " + each + " goes on.");
      return ExitCode::interrupted;
    }
    return code_;
  }

 private:
  void update() {
    narrator_.say(watch_.take_ends());
    std::set<std::string> running;
    for (const RunProgress &each : watch_.runs()) running.insert(each.id);
    std::set<std::string> over;
    for (const std::string &each : seen_)
      if (!running.contains(each)) over.insert(each);
    for (const std::string &each : over) close(each);
    seen_.insert(running.begin(), running.end());
  }

  void close(const std::string &run) {
    seen_.erase(run);
    watch_.look_for_ends(to_, {run});
    narrator_.say(watch_.take_ends());
    auto found = find_outcome(to_, run);
    if (!found) return;
    narrator_.say(found->words);
    ExitCode code = code_of(found->state);
    if (code != ExitCode::done) code_ = code;
  }

  Session &in_;
  Connection &to_;
  Watcher watch_;
  Narrator narrator_;
  std::set<std::string> seen_;
  ExitCode code_ = ExitCode::done;
};

}  // namespace

ExitCode follow(Session &in, Connection &to, const Parameter &run) { return Following(in, to, run).run(); }

}  // namespace client::run
