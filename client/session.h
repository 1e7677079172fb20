// What all commands share: how to reach the target, which source is meant, and where output goes.
#pragma once

#include <optional>
#include <string>

#include "connection.h"
#include "output.h"

namespace client {

// As psql has them.
struct target_options {
  std::optional<std::string> host, port, user, dbname;
  bool never_prompt = false;
  bool always_prompt = false;
};

struct relation {
  std::string oid;
  std::string name;  // schema-qualified, quoted as in SQL
};

class session {
 public:
  target_options target;
  std::optional<std::string> server;  // --source
  output out;

  // A connection to the target, with nothing but pg_catalog in its search_path.
  connection connect_plain() const;
  // The same, where an extension that goes with this client must be there.
  connection connect() const;

  // The source that is meant: --source, or the only one there is.
  std::string source_name(connection &to) const;

  // A table of the target, as the user's own search_path finds it.
  static relation find_relation(connection &to, const std::string &name);
};

}  // namespace client
