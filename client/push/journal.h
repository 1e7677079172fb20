// What a push has done so far: the schema confiture_push of the destination, which disappears with its end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "clone/archive.h"
#include "connection.h"

namespace client::push {

// The rows of a table as they were sent. The checksum does not depend on their order.
struct Sent {
  double rows = 0;
  double bytes = 0;
  uint64_t checksum = 0;

  void add(const char *row, size_t length);
  bool operator==(const Sent &other) const { return rows == other.rows && checksum == other.checksum; }
};

// Recognises a schema again.
std::string checksum_of(const clone::Archive &archive);

class Journal {
 public:
  // Throws while another push into this database is in progress.
  explicit Journal(Connection &destination);

  bool is_there() const { return is_there_; }
  // Begins one; removes what there was.
  void begin(const std::string &schema);
  // Goes on with what is there. Throws when it belongs to another role, or to a push of another schema.
  void resume(const std::string &schema);
  // The tables that are done, and what was sent for each.
  std::map<std::string, Sent> finished();
  // A statement that marks a table as done, for the transaction that writes its rows.
  static std::string mark(const std::string &relation, const Sent &sent);
  void remove();

 private:
  Connection &destination_;
  bool is_there_;
};

}  // namespace client::push
