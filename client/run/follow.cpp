#include "run/follow.h"

#include "interrupt.h"
#include "run/narrator.h"
#include "run/outcome.h"

namespace client::run {

namespace {

class Follower {
 public:
  Follower(Session &session, Connection &target, const Parameter &run)
      : session_(session), target_(target), watcher_(target.another("the target"), {{}, run}), narrator_(session.out) {
    if (run) {
      if (!find_outcome(target, *run))
        throw Error(ExitCode::usage, "run " + *run + " does not exist, or you may not see it");
      active_.insert(*run);
    }
    Result led = target.query("SELECT run_id FROM confiture.runs WHERE leader_pid IS NOT NULL");
    for (int row = 0; row < led.rows() && !run; row++) active_.insert(led.text(row, 0));
    // Tables that ended before are not announced.
    watcher_.look_for_ends(target, {active_.begin(), active_.end()});
    watcher_.take_ends();
  }

  ExitCode run() {
    if (active_.empty()) session_.out.note("Nothing is being synced.");
    InterruptGuard guard;
    while (!active_.empty()) {
      if (watcher_.poll()) update();
      narrator_.show(watcher_.runs(), "waiting");
      guard.wait(-1, 100);
      if (!guard.take_signal()) continue;
      narrator_.clear();
      for (const std::string &each : active_) session_.out.note("Run " + each + " continues.");
      return ExitCode::interrupted;
    }
    return code_;
  }

 private:
  void update() {
    narrator_.say(watcher_.take_ends());
    std::set<std::string> running;
    for (const RunProgress &each : watcher_.runs()) running.insert(each.id);
    std::set<std::string> over;
    for (const std::string &each : active_)
      if (!running.contains(each)) over.insert(each);
    for (const std::string &each : over) close(each);
    active_.insert(running.begin(), running.end());
  }

  void close(const std::string &run) {
    active_.erase(run);
    watcher_.look_for_ends(target_, {run});
    narrator_.say(watcher_.take_ends());
    auto outcome = find_outcome(target_, run);
    if (!outcome) return;
    narrator_.say(outcome->summary);
    ExitCode code = exit_code_of(outcome->state);
    if (code != ExitCode::done) code_ = code;
  }

  Session &session_;
  Connection &target_;
  Watcher watcher_;
  Narrator narrator_;
  std::set<std::string> active_;
  ExitCode code_ = ExitCode::done;
};

}  // namespace

ExitCode follow(Session &session, Connection &target, const Parameter &run) {
  return Follower(session, target, run).run();
}

}  // namespace client::run
