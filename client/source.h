// A connection of the client's own to the source, for what is computed there: checksums, shares of a sample, labels.
#pragma once

#include "cli/model.h"
#include "session.h"

namespace client {

// libpq's keywords and values.
using Settings = std::vector<std::pair<std::string, std::string>>;
const std::string *find_setting(const Settings &all, const std::string &keyword);

struct SourceUriOption {
  cli::GivenText uri;
  cli::Option declare();  // --source-uri
};

// Opens it in a read-only, repeatable-read transaction set up like those of a sync. Without a URI it goes where the
// target's foreign server goes, as whom the caller's user mapping says.
Connection open_source(Connection &target, const std::string &server, const cli::GivenText &uri);
Connection open_source(Settings settings);

// Starts a read-only, repeatable-read transaction in which values have the same text on every server.
void begin_comparable(Connection &source);

// Passwords come from a file, a prompt, the environment or standard input: everybody can read a command line.
void refuse_password_in(const cli::GivenText &uri);

// As libpq tells one from the name of a database.
bool is_connection_string(const std::string &text);

// The pairs of a URI or connection string.
Settings parse_connection_string(const std::string &text);

// A query of whose errors only the SQLSTATE is told where the message could quote a value.
Result query_source(Connection &source, const std::string &sql, const Parameters &values = {});

}  // namespace client
