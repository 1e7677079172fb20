#include "rules/seeds.h"

#include "rules/file.h"

namespace client::rules {

std::vector<cli::Option> SubsetOptions::declare() {
  return {
      {
          .names = "--seeds",
          .value = "SEEDS",
          .destination = &seeds,
          .help =
              "Seeds of a subset in place of the stored ones: JSON, such as '{\"public.users\": {\"rows\": 100}}', or "
              "the name of a rules file with seeds; '{}' for all rows",
          .completion = cli::Completion::files,
      },
      {
          .names = "--unreached",
          .value = "WHAT",
          .destination = &unreached,
          .help = "How much of the tables to which no reference leads from a seed (default all)",
          .choices = {"all", "none"},
      },
  };
}

static std::string as_argument(Connection &target, const std::vector<SubsetRule> &seeds) {
  Json all = Json::object();
  for (const SubsetRule &each : seeds) all[Session::find_relation(target, each.table).name] = each.members;
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Parameter SubsetOptions::subset(Connection &target, const std::vector<SubsetRule> &of_file) const {
  if (!seeds) return of_file.empty() ? Parameter() : Parameter(as_argument(target, of_file));
  if (seeds->starts_with('{')) return json_document(*seeds, "--seeds").dump();
  RuleSet file = read_file(*seeds);
  if (file.seeds.empty()) throw Error(ExitCode::usage, *seeds + " has no seeds");
  return as_argument(target, file.seeds);
}

}  // namespace client::rules
