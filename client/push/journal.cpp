#include "push/journal.h"

#include <cstring>

namespace client::push {

namespace {

constexpr const char *lock =
    R"(
SELECT pg_try_advisory_lock(25446, hashtext('confiture push')))";

constexpr const char *create =
    R"(
CREATE SCHEMA confiture_push;
COMMENT ON SCHEMA confiture_push IS 'what "confiture push" has done so far; disappears when all is done';
CREATE TABLE confiture_push.push (
  schema text NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE confiture_push.pushed (
  relation text PRIMARY KEY,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  checksum text NOT NULL,
  pushed_at timestamptz NOT NULL DEFAULT clock_timestamp()))";

// Code of others, such as a trigger of a table, would run with the rights of who pushes.
constexpr const char *foreign_owner =
    R"(
SELECT 1
FROM pg_namespace n
LEFT JOIN pg_class c ON c.relnamespace = n.oid
WHERE n.nspname = 'confiture_push'
  AND (n.nspowner <> CURRENT_USER::regrole OR c.relowner <> CURRENT_USER::regrole OR c.relhastriggers)
LIMIT 1)";

// Mixes eight bytes at a time; recognises accidents, not somebody's work.
uint64_t hash(const char *bytes, size_t length) {
  constexpr uint64_t factor = 0x9e3779b97f4a7c15;
  uint64_t state = length * factor;
  auto mix = [&state](uint64_t part) {
    state = (state ^ part) * factor;
    state ^= state >> 32;
  };
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t part = 0;
    std::memcpy(&part, bytes, 8);
    mix(part);
  }
  uint64_t rest = 0;
  if (length > 0) std::memcpy(&rest, bytes, length);
  mix(rest);
  return state;
}

}  // namespace

// A sum, unlike XOR, notices rows that are there twice.
void Sent::add(const char *row, size_t length) {
  rows++;
  bytes += static_cast<double>(length);
  checksum += hash(row, length);
}

std::string checksum_of(const clone::Archive &archive) {
  Sent all;
  for (const clone::Entry &each : archive.entries) {
    std::string text = each.words() + "\n" + each.definition + "\n" + each.access_method;
    all.add(text.data(), text.size());
  }
  return std::to_string(all.checksum);
}

Journal::Journal(Connection &destination) : destination_(destination) {
  if (destination_.value(lock) != "t") throw Error(ExitCode::refused, "another push into this database is in progress");
  is_there_ = destination_.value("SELECT to_regnamespace('confiture_push')") == "confiture_push";
}

void Journal::begin(const std::string &schema) {
  Transaction all(destination_);
  if (is_there_) {
    if (!destination_.value(foreign_owner).empty())
      throw Error(ExitCode::refused, "the schema confiture_push of the destination belongs to another role");
    destination_.query("DROP SCHEMA confiture_push CASCADE");
  }
  destination_.query(create);
  destination_.query("INSERT INTO confiture_push.push (schema) VALUES ($1)", {schema});
  all.commit();
}

void Journal::resume(const std::string &schema) {
  if (!destination_.value(foreign_owner).empty())
    throw Error(ExitCode::refused, "the schema confiture_push of the destination belongs to another role");
  if (destination_.value("SELECT schema FROM confiture_push.push") != schema)
    throw Error(ExitCode::refused, "the schema of the target has changed since the push began",
                "--clean drops what was pushed, and begins again.");
}

std::map<std::string, Sent> Journal::finished() {
  std::map<std::string, Sent> all;
  Result rows = destination_.query("SELECT relation, rows, bytes, checksum FROM confiture_push.pushed");
  for (int row = 0; row < rows.rows(); row++)
    all[rows.text(row, 0)] = {std::stod(rows.text(row, 1)), std::stod(rows.text(row, 2)),
                              std::stoull(rows.text(row, 3))};
  return all;
}

std::string Journal::mark(const std::string &relation, const Sent &sent) {
  return "INSERT INTO confiture_push.pushed (relation, rows, bytes, checksum) VALUES (" + quote_literal(relation) +
         ", " + std::to_string(static_cast<long long>(sent.rows)) + ", " +
         std::to_string(static_cast<long long>(sent.bytes)) + ", '" + std::to_string(sent.checksum) + "')";
}

void Journal::remove() { destination_.query("DROP SCHEMA IF EXISTS confiture_push CASCADE"); }

}  // namespace client::push
