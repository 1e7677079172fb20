#include "run/lead.h"

#include "run/narrator.h"
#include "run/outcome.h"

namespace client::run {

namespace {

// An atomic run and one whose plan was refused are in no view, and one that is done is not to be resumed.
bool is_known(Connection &to, const std::string &run) {
  constexpr const char *resumable =
      "SELECT 1 FROM confiture.runs WHERE run_id = $1::bigint AND state NOT IN ('done', 'superseded')";
  return !run.empty() && !to.value(resumable, {run}).empty();
}

// A run that ends at once is over before it is seen; the server's hint names it.
std::string run_in(const std::string &hint) {
  constexpr std::string_view call = "confiture.resume(";
  size_t at = hint.find(call);
  if (at == std::string::npos) return "";
  at += call.size();
  return hint.substr(at, hint.find(')', at) - at);
}

std::string resume_hint(const std::string &run) { return "What is done stays. To go on: confiture resume " + run; }

class Leading {
 public:
  Leading(Session &in, Connection &to, const Call &what) : in_(in), to_(to), what_(what), run_(what.resumed) {
    // Without a second connection there is nothing to see, but the run can do without.
    try {
      Watcher::Target mine;
      mine.leader = std::to_string(PQbackendPID(to.handle()));
      watch_.emplace(to.another("the target"), mine);
      if (!what.resumed.empty()) {
        watch_->look_for_ends(to, {what.resumed});
        watch_->take_ends();
      }
    } catch (const Error &problem) {
      lose_sight(problem);
    }
  }

  ExitCode run() {
    try {
      WhileWaiting meanwhile = {[this] { tick(); }, [this] { cancel(); }};
      Result done = to_.query(what_.statement, what_.values, meanwhile);
      run_ = done.text(0, "run_id");
      return close(done);
    } catch (const Error &problem) {
      return fail(problem);
    }
  }

 private:
  void lose_sight(const Error &problem) {
    watch_.reset();
    in_.out.note("no view of the progress: " + printable(problem.what()));
  }

  void tick() {
    try {
      if (watch_ && watch_->poll() && !watch_->run_id().empty()) run_ = watch_->run_id();
    } catch (const Error &problem) {
      narrator_.clear();
      return lose_sight(problem);
    }
    if (!watch_) return;
    narrator_.say(watch_->take_ends());
    narrator_.show(watch_->runs(), cancelled_ ? "cancelling" : "planning");
  }

  void cancel() {
    cancelled_ = true;
    narrator_.say("cancelling; once more to leave without waiting for it");
    // One without a row has nothing to stop but its statement.
    if (watch_ && !watch_->run_id().empty())
      watch_->cancel(watch_->run_id());
    else
      to_.ask_to_cancel();
  }

  ExitCode close(const Result &done) {
    std::string state = done.text(0, "state");
    if (what_.detach) {
      narrator_.clear();
      if (in_.out.json)
        in_.out.data(json_of(&to_, run_, ExitCode::done, nullptr));
      else
        in_.out.data(run_ + "\n");
      in_.out.note("Run " + run_ + " goes on in the background. confiture status --watch " + run_ +
                   " shows it, confiture cancel " + run_ + " stops it.");
      return ExitCode::done;
    }
    tell_the_rest();
    ExitCode code = code_of(state);
    if (in_.out.json)
      in_.out.data(json_of(&to_, run_, code, nullptr));
    else if (auto found = find_outcome(to_, run_, !what_.resumed.empty()))
      in_.out.data(found->words + "\n");
    if (code == ExitCode::partial) in_.out.warn(resume_hint(run_));
    return code;
  }

  // What ended since the last look.
  void tell_the_rest() {
    if (watch_) {
      watch_->look_for_ends(to_, {run_});
      narrator_.say(watch_->take_ends());
    }
    narrator_.clear();
  }

  ExitCode fail(const Error &problem) {
    bool is_lost = PQstatus(to_.handle()) == CONNECTION_BAD;
    // A second Ctrl-C leaves a statement behind.
    bool is_left = PQtransactionStatus(to_.handle()) == PQTRANS_ACTIVE;
    if (run_.empty()) run_ = run_in(problem.hint());
    bool known = !is_lost && !is_left && is_known(to_, run_);
    if (known) tell_the_rest();
    narrator_.clear();
    ExitCode code = cancelled_                                        ? ExitCode::interrupted
                    : known && problem.code() != ExitCode::connection ? ExitCode::failed
                                                                      : problem.code();
    std::string hint = problem.hint();
    if (known)
      hint = resume_hint(run_);
    else if (!run_.empty() && (is_lost || is_left))
      hint = "Run " + run_ + " may still be at work: confiture status " + run_ +
             " shows it. To go on with it when it is over: confiture resume " + run_;
    const auto *from_server = dynamic_cast<const ServerError *>(&problem);
    ServerError told(code, problem.what(), hint, problem.detail(),
                     from_server != nullptr ? from_server->sqlstate() : "");
    if (in_.out.json) in_.out.data(json_of(known ? &to_ : nullptr, run_, code, &told));
    throw told;
  }

  Session &in_;
  Connection &to_;
  const Call &what_;
  std::string run_;
  std::optional<Watcher> watch_;
  Narrator narrator_{in_.out};
  bool cancelled_ = false;
};

}  // namespace

ExitCode lead(Session &in, Connection &to, const Call &what) { return Leading(in, to, what).run(); }

}  // namespace client::run
