// What a source may send, so that a lying one does not fill memory or keep the backend busy. libpq has no bounds: it
// makes room for a message of any announced length, and walks the list of all settings that the server has reported for
// each one more (docs/decisions/0016-bounds-for-a-source.md).
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// The longest messages. A login: certificates, settings, an error. An answer: a row of the catalog, an error. A COPY: a
// row as PostgreSQL can build one, with its header.
constexpr int64 longest_login = 128 * 1024;
constexpr int64 longest_message = 4 * 1024 * 1024;
constexpr int64 longest_row = int64{1024} * 1024 * 1024 + 64 * 1024;

// Hands what has arrived to libpq, by read(), which returns false when the connection is broken; so does take_input().
// Ereports 08P01 (08001 while connecting) when libpq has taken more than a message without giving one.
bool take_input(Source *source, Callback<bool()> read);

// The same by PQconsumeInput().
bool take_input(Source *source);

// A statement or a login begins, whose messages may be as long as `limit`.
void begin_intake(Source *source, int64 limit);

// libpq gave something: a result, a message of COPY. What follows may be as long.
void reset_intake(Source *source);

// Around what libpq's parser does with input; it gave a message of `size` bytes, or `needs_input` to give one. Ereports
// 08P01 when it was kept busy for longer than a message takes, or has made room for one that is too long.
void begin_parsing(Source *source);
void end_parsing(Source *source, int size, bool needs_input);

}  // namespace confiture
