// The database that a clone creates.
#pragma once

#include <functional>
#include <string>

#include "session.h"

namespace client::clone {

// The same session in another database of the same server.
Session in_database(const Session &session, const std::string &name);

// The name of the target, from the options or the environment. Throws when neither names one.
std::string database_name(const Session &session);

// What text means in a database.
struct Locale {
  std::string encoding, collate, ctype;
  std::string provider;       // as in CREATE DATABASE: libc, icu, builtin
  std::string locale, rules;  // of a provider other than libc
  bool operator==(const Locale &) const = default;
  std::string words() const;  // "LATIN1, de_DE"
};

Locale read_locale(Connection &database);

// Distinguishes a database from all others, and from one of that name that was dropped since.
std::string database_identity(Connection &database);

// What a schema is dumped in, and a client reads it in: UTF-8, except where text is bytes.
std::string dump_encoding(Connection &database);

// Creates the database, over a connection to the database postgres, with the locale that find_locale() returns. Returns
// false, without calling it, when the database exists already. Without a tablespace it lies in that of template0.
bool create_database(const Session &session, const std::string &name, const std::string &tablespace,
                     const std::function<Locale(const Connection &target)> &find_locale);

}  // namespace client::clone
