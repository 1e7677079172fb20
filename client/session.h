// What all commands share: how to reach the target, which source to use, and where output goes.
#pragma once

#include <optional>
#include <string>

#include "connection.h"
#include "output.h"

namespace client {

// As psql's options of these names.
struct TargetOptions {
  std::optional<std::string> host, port, user, dbname;
  bool never_prompt = false;
  bool always_prompt = false;
};

struct Relation {
  std::string oid;
  std::string name;  // schema-qualified, quoted as in SQL
};

// Sets search_path to pg_catalog, as connect_plain() does.
void pin_session(Connection &target);

class Session {
 public:
  TargetOptions target_options;
  std::optional<std::string> server;  // --source
  Output out;

  // Connects to the target and sets search_path to pg_catalog.
  Connection connect_plain() const;
  // The same; throws unless the target has a version of the extension that this client knows.
  Connection connect() const;

  // The name of the source: --source, or the only one that exists.
  std::string source_name(Connection &target) const;

  // Finds a table of the target by the user's own search_path; throws when there is none.
  static Relation find_relation(Connection &target, const std::string &name);
};

}  // namespace client
