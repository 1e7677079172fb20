// The client's own connection to the source, for what the source computes: checksums, shares of a sample, labels.
#pragma once

#include "cli/model.h"
#include "connection.h"

namespace client {

// The value of the first setting with this keyword; nullptr if there is none.
const std::string *find_setting(const Settings &all, const std::string &keyword);

struct SourceUriOption {
  cli::GivenText uri;
  cli::Option declare();  // --source-uri
};

// The options of the target's foreign server and of the caller's user mapping.
Settings server_settings(Connection &target, const std::string &server);

// Connects and begins a read-only, repeatable-read transaction set up like those of a sync. Without a URI the options
// of the target's foreign server and the caller's user mapping are used.
Connection open_source(Connection &target, const std::string &server, const cli::GivenText &uri);
Connection open_source(Settings settings);

// Begins a read-only, repeatable-read transaction in which values have the same text on every server.
void begin_comparable(Connection &source);

// Throws when a URI from the command line or the config file contains a password, which other users could read.
void refuse_password_in(const cli::GivenText &uri, const std::string &whose = "the source",
                        const std::string &variable = "CONFITURE_SOURCE_URI");

// Distinguishes a connection string or URI from the name of a database, by libpq's rule.
bool is_connection_string(const std::string &text);

// The settings of a URI or connection string. Throws a message that does not quote it.
Settings parse_connection_string(const std::string &text);

// Runs a query on the source. Where an error message could quote a value, only its SQLSTATE is reported.
Result query_source(Connection &source, const std::string &sql, const Parameters &values = {});

}  // namespace client
