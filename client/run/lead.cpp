#include "run/lead.h"

#include "run/narrator.h"
#include "run/outcome.h"

namespace client::run {

namespace {

// False also for an atomic run and one whose plan was refused, which are in no view.
bool is_resumable(Connection &target, const std::string &run) {
  constexpr const char *resumable =
      R"(
SELECT 1
FROM confiture.runs
WHERE run_id = $1::bigint
  AND state NOT IN ('done', 'superseded', 'refused'))";
  return !run.empty() && !target.value(resumable, {run}).empty();
}

// Finds the run in the server's hint: one that fails at once is over before the progress view shows it.
std::string run_in(const std::string &hint) {
  constexpr std::string_view marker = "confiture.resume(";
  size_t at = hint.find(marker);
  if (at == std::string::npos) return "";
  at += marker.size();
  return hint.substr(at, hint.find(')', at) - at);
}

std::string resume_hint(const std::string &run) {
  return "Finished work is kept. To continue: confiture resume " + run;
}

class Leader {
 public:
  Leader(Session &session, Connection &target, const RunCall &call)
      : session_(session), target_(target), call_(call), run_(call.resumed) {
    // The run does not need the second connection, only its progress view does.
    try {
      Watcher::Selection own_run;
      own_run.leader = std::to_string(PQbackendPID(target.handle()));
      watcher_.emplace(target.another("the target"), own_run);
      if (!call.resumed.empty()) {
        watcher_->look_for_ends(target, {call.resumed});
        watcher_->take_ends();
      }
    } catch (const Error &problem) {
      lose_sight(problem);
    }
  }

  ExitCode run() {
    try {
      WhileWaiting meanwhile = {[this] { tick(); }, [this] { cancel(); }};
      Result done = target_.query(call_.statement, call_.values, meanwhile);
      run_ = done.text(0, "run_id");
      return close(done);
    } catch (const Error &problem) {
      return fail(problem);
    }
  }

 private:
  void lose_sight(const Error &problem) {
    watcher_.reset();
    session_.out.note("cannot show progress: " + printable(problem.what()));
  }

  void tick() {
    try {
      if (watcher_ && watcher_->poll() && !watcher_->run_id().empty()) run_ = watcher_->run_id();
    } catch (const Error &problem) {
      narrator_.clear();
      return lose_sight(problem);
    }
    if (!watcher_) return;
    narrator_.say(watcher_->take_ends());
    narrator_.show(watcher_->runs(), cancelled_ ? "cancelling" : "planning");
  }

  void cancel() {
    cancelled_ = true;
    narrator_.say("cancelling; press Ctrl-C again to leave without waiting");
    // A run that has no row yet is stopped by cancelling the statement.
    if (watcher_ && !watcher_->run_id().empty())
      watcher_->cancel(watcher_->run_id());
    else
      target_.ask_to_cancel();
  }

  ExitCode close(const Result &done) {
    std::string state = done.text(0, "state");
    if (call_.detach) {
      narrator_.clear();
      if (session_.out.json)
        session_.out.data(json_of(&target_, run_, ExitCode::done, nullptr));
      else
        session_.out.data(run_ + "\n");
      session_.out.note("Run " + run_ + " continues in the background. To watch it: confiture status --watch " + run_ +
                        ". To stop it: confiture cancel " + run_);
      return ExitCode::done;
    }
    say_last_ends();
    ExitCode code = exit_code_of(state);
    if (session_.out.json)
      session_.out.data(json_of(&target_, run_, code, nullptr));
    else if (auto found = find_outcome(target_, run_, !call_.resumed.empty()))
      session_.out.data(found->summary + "\n");
    if (code == ExitCode::partial) session_.out.warn(resume_hint(run_));
    return code;
  }

  // Announces the tables that ended since the last look.
  void say_last_ends() {
    if (watcher_) {
      watcher_->look_for_ends(target_, {run_});
      narrator_.say(watcher_->take_ends());
    }
    narrator_.clear();
  }

  ExitCode fail(const Error &problem) {
    bool is_lost = PQstatus(target_.handle()) == CONNECTION_BAD;
    // After a second Ctrl-C the statement is still running.
    bool is_left = PQtransactionStatus(target_.handle()) == PQTRANS_ACTIVE;
    if (run_.empty()) run_ = run_in(problem.hint());
    bool known = !is_lost && !is_left && is_resumable(target_, run_);
    if (known) say_last_ends();
    narrator_.clear();
    ExitCode code = cancelled_                                        ? ExitCode::interrupted
                    : known && problem.code() != ExitCode::connection ? ExitCode::failed
                                                                      : problem.code();
    std::string hint = problem.hint();
    if (known)
      hint = resume_hint(run_);
    else if (!run_.empty() && (is_lost || is_left))
      hint = "Run " + run_ + " may still be in progress: confiture status " + run_ +
             " shows it. Once it has ended: confiture resume " + run_;
    const auto *from_server = dynamic_cast<const ServerError *>(&problem);
    ServerError error(code, problem.what(), hint, problem.detail(),
                      from_server != nullptr ? from_server->sqlstate() : "");
    if (session_.out.json) session_.out.data(json_of(known ? &target_ : nullptr, run_, code, &error));
    throw error;
  }

  Session &session_;
  Connection &target_;
  const RunCall &call_;
  std::string run_;
  std::optional<Watcher> watcher_;
  Narrator narrator_{session_.out};
  bool cancelled_ = false;
};

}  // namespace

ExitCode lead(Session &session, Connection &target, const RunCall &call) { return Leader(session, target, call).run(); }

}  // namespace client::run
