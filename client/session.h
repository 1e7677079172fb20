// What all commands share: how to reach the target, which source is meant, and where output goes.
#pragma once

#include <optional>
#include <string>

#include "connection.h"
#include "output.h"

namespace client {

// As psql has them.
struct TargetOptions {
  std::optional<std::string> host, port, user, dbname;
  bool never_prompt = false;
  bool always_prompt = false;
};

struct Relation {
  std::string oid;
  std::string name;  // schema-qualified, quoted as in SQL
};

class Session {
 public:
  TargetOptions target_options;
  std::optional<std::string> server;  // --source
  Output out;

  // A connection to the target, with nothing but pg_catalog in its search_path.
  Connection connect_plain() const;
  // The same, where an extension that goes with this client must be there.
  Connection connect() const;

  // The source that is meant: --source, or the only one there is.
  std::string source_name(Connection &target) const;

  // A table of the target, as the user's own search_path finds it.
  static Relation find_relation(Connection &target, const std::string &name);
};

}  // namespace client
