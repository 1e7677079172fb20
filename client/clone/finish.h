// The end of a clone, once the rows are there.
#pragma once

#include "clone/schema.h"
#include "session.h"

namespace client::clone {

// The source's schema as it was when the tables were made, and how both databases' schemas are dumped.
struct SourceSchema {
  Tools tools;
  std::string encoding;  // of both dumps
  bool is_same_major = true;
  Archive archive;

  Archive dump_again(const Connection &database, const std::string &directory) const {
    return read_archive(dump_schema(tools, database, encoding, directory));
  }
};

// Makes what the target still lacks, by parallel jobs, and fills the materialized views; then compares everything.
// Throws what could not be made, or is not as on the source.
void finish_schema(Connection &source, Connection &target, const SourceSchema &schema, int jobs,
                   const std::string &directory, const Output &out);

}  // namespace client::clone
