// The entries of a schema that pg_dump wrote in its custom format.
#pragma once

#include <string>
#include <vector>

#include "error.h"

namespace client::clone {

struct Entry {
  int id = 0;
  std::string kind;          // pg_dump's word: "TABLE", "FK CONSTRAINT"
  std::string schema, name;  // schema: may be empty; name: "users users_pkey" for a constraint
  std::string definition;    // one statement or several
  std::string drop;          // the statement that removes it; may be empty
  std::string tablespace, access_method;
  bool is_partitioned = false;  // a partitioned table, whose access method is set afterwards
  bool follows_rows = false;    // is restored after the rows
  std::vector<int> needs;       // ids of other entries

  // "INDEX public.users_email_idx"
  std::string words() const { return kind + " " + (schema.empty() ? "" : schema + ".") + name; }
};

struct Archive {
  std::string settings;        // statements that come first: encoding, search_path
  std::vector<Entry> entries;  // in an order in which they can be restored
};

// One entry of the list of contents, and where its bytes are.
struct Listed {
  Entry entry;
  size_t begin = 0, end = 0;
};

// The list of contents as it lies in an archive of custom or directory format.
struct Contents {
  size_t count_at = 0;  // where the number of entries stands, as an integer of this size and a sign
  unsigned integer_size = 4;
  std::vector<Listed> all;
  size_t end = 0;
};

// Throws when the bytes are no such archive; an Incomplete while they are the beginning of one.
Contents read_contents(const std::string &bytes);

class Incomplete : public Error {
 public:
  Incomplete() : Error(ExitCode::failed, "the output of pg_dump is incomplete") {}
};

// Reads the list of contents, which has the definitions: definitions are never split out of a script, where the body of
// a function could look like the start of the next entry. Leaves out what is never restored: user mappings, whose
// options may be secrets, and entries that define nothing. Throws when the bytes are no such archive.
Archive read_archive(const std::string &bytes);

}  // namespace client::clone
