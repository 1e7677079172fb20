#include "follow.h"

#include "../interrupt.h"
#include "narrator.h"
#include "outcome.h"

namespace client::run {

namespace {

class following {
 public:
  following(session &in, connection &to, const parameter &run)
      : in_(in), to_(to), watch_(to.another("the target"), {{}, run}), narrator_(in.out) {
    if (run) {
      if (!find_outcome(to, *run))
        throw error(exit_code::usage, "there is no run " + *run + ", or it is not yours to see");
      seen_.insert(*run);
    }
    result led = to.query("SELECT run_id FROM confiture.runs WHERE leader_pid IS NOT NULL");
    for (int row = 0; row < led.rows() && !run; row++) seen_.insert(led.text(row, 0));
    // Of tables that ended before, there is no news.
    watch_.look_for_ends(to, {seen_.begin(), seen_.end()});
    watch_.take_ends();
  }

  exit_code run() {
    if (seen_.empty()) in_.out.note("Nothing is being synced.");
    interrupt_guard guard;
    while (!seen_.empty()) {
      if (watch_.poll()) update();
      narrator_.show(watch_.runs(), "waiting");
      guard.wait(-1, 100);
      if (!guard.take_signal()) continue;
      narrator_.clear();
      for (const std::string &each : seen_) in_.out.note("Run " + each + " goes on.");
      return exit_code::interrupted;
    }
    return code_;
  }

 private:
  void update() {
    narrator_.say(watch_.take_ends());
    std::set<std::string> running;
    for (const run_progress &each : watch_.runs()) running.insert(each.id);
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
    exit_code code = code_of(found->state);
    if (code != exit_code::done) code_ = code;
  }

  session &in_;
  connection &to_;
  watcher watch_;
  narrator narrator_;
  std::set<std::string> seen_;
  exit_code code_ = exit_code::done;
};

}  // namespace

exit_code follow(session &in, connection &to, const parameter &run) { return following(in, to, run).run(); }

}  // namespace client::run
