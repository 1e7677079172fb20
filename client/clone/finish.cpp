#include "clone/finish.h"

#include <algorithm>
#include <iterator>

#include "clone/difference.h"
#include "clone/restore.h"
#include "clone/views.h"
#include "joined.h"

namespace client::clone {

namespace {

constexpr const char *extension_versions = R"(
SELECT extname, extversion
FROM pg_extension
WHERE extname <> 'confiture'
ORDER BY extname)";

std::string names_of(const std::vector<const Entry *> &entries) {
  std::vector<std::string> names;
  for (const Entry *each : entries) names.push_back(each->words());
  return joined(names);
}

// What restoring reported no problem for, and yet is not as on the source.
Problems differences(const SourceSchema &schema, const Archive &target, const Output &out) {
  Difference found = compare(schema.archive, target);
  Problems problems;
  for (const Entry *each : found.missing) problems.push_back(each->words() + " is missing");
  // Another version may write the same definition in other words.
  if (schema.is_same_major)
    for (const Entry *each : found.differing) problems.push_back(each->words() + " differs");
  else if (!found.differing.empty())
    out.note("definitions", "written in other words here, by another version: " + names_of(found.differing));
  if (problems.empty())
    out.note("definitions", std::to_string(schema.archive.entries.size()) + " compared with the source's");
  return problems;
}

// A dump names extensions without their versions.
void note_versions(Connection &source, Connection &target, const Output &out) {
  Result there = source.query(extension_versions);
  for (int row = 0; row < there.rows(); row++) {
    std::string here = target.value("SELECT extversion FROM pg_extension WHERE extname = $1", {there.text(row, 0)});
    if (!here.empty() && here != there.text(row, 1))
      out.note("extension", there.text(row, 0) + " " + here + "; on the source " + there.text(row, 1));
  }
}

}  // namespace

void finish_schema(Connection &source, Connection &target, const SourceSchema &schema, int jobs,
                   const std::string &directory, const Output &out) {
  Archive there = schema.dump_again(target, directory);
  std::vector<const Entry *> missing = compare(schema.archive, there).missing;
  if (!missing.empty())
    out.note("indexes", "constraints and triggers, by " + std::to_string(jobs) + (jobs == 1 ? " job" : " jobs"));
  Problems problems = restore_rest(target, schema.archive, missing, jobs);
  std::ranges::copy(refresh_views(source, target, schema.archive), std::back_inserter(problems));
  if (problems.empty()) problems = differences(schema, schema.dump_again(target, directory), out);
  note_versions(source, target, out);
  if (!problems.empty())
    throw Error(ExitCode::partial, "the rows are copied, but not everything is as on the source",
                "Finished work is kept. To continue once the causes are gone, or the objects made by hand, give the "
                "same command again.",
                joined(problems, "\n"));
}

}  // namespace client::clone
