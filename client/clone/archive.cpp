#include "clone/archive.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace client::clone {

namespace {

// As pg_backup_archiver.c writes it: ReadHead(), ReadToc(). The format's minor version grows with every change of it.
class Reader {
 public:
  explicit Reader(const std::string &bytes) : bytes_(bytes) {}

  unsigned byte() {
    if (at_ >= bytes_.size()) throw damaged();
    return static_cast<unsigned char>(bytes_[at_++]);
  }

  void skip(unsigned number) {
    for (unsigned i = 0; i < number; i++) (void)byte();
  }

  void set_integer_size(unsigned size) {
    if (size == 0 || size > sizeof(long long)) throw damaged();
    integer_size_ = size;
  }

  // A sign, and the magnitude from the lowest byte up.
  int integer() {
    bool negative = byte() != 0;
    unsigned long long magnitude = 0;
    for (unsigned i = 0; i < integer_size_; i++) magnitude |= static_cast<unsigned long long>(byte()) << (8 * i);
    if (magnitude > 0x7fffffff) throw damaged();
    return negative ? -static_cast<int>(magnitude) : static_cast<int>(magnitude);
  }

  std::optional<std::string> text() {
    int length = integer();
    if (length < 0) return std::nullopt;
    auto size = static_cast<size_t>(length);
    if (size > bytes_.size() - at_) throw damaged();
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  std::string text_or_empty() { return text().value_or(""); }

  size_t at() const { return at_; }

  static Incomplete damaged() { return {}; }

 private:
  const std::string &bytes_;
  size_t at_ = 0;
  unsigned integer_size_ = 4;
};

constexpr unsigned directory_format = 3;  // as in the header of a tar archive, which pg_dump writes for both
constexpr unsigned oldest_version = 12;   // PostgreSQL 9.0
constexpr unsigned with_access_method = 14;
constexpr unsigned with_algorithm = 15;
constexpr unsigned with_kind_of_relation = 16;
constexpr unsigned newest_version = 16;  // PostgreSQL 17 to 19

enum Section { none = 1, before_rows, rows, after_rows };

bool is_restored(const std::string &kind) {
  for (const char *each : {"USER MAPPING", "DATABASE", "DATABASE PROPERTIES", "ACL", "DEFAULT ACL", "SECURITY LABEL",
                           "SEQUENCE SET", "STATISTICS DATA", "TABLE DATA", "MATERIALIZED VIEW DATA"})
    if (kind == each) return false;
  for (const char *each : {"PUBLICATION", "SUBSCRIPTION", "BLOB"})
    if (kind.starts_with(each)) return false;
  return true;
}

// The comment on the source's database has its name in it.
bool is_of_database(const Entry &entry) { return entry.kind == "COMMENT" && entry.name.starts_with("DATABASE "); }

// The schema public, which every database has, is an entry of comments alone.
bool defines_something(const std::string &definition) {
  size_t at = 0;
  while ((at = definition.find_first_not_of(" \n", at)) != std::string::npos) {
    if (definition.compare(at, 2, "--") != 0) return true;
    at = definition.find('\n', at);
    if (at == std::string::npos) break;
  }
  return false;
}

// PostgreSQL 15.20, 17.12 and their like keep an option of their own with each column, which a pg_dump of before them
// writes like other options, and a server of before them refuses.
std::string without_versions_of_columns(const std::string &definition) {
  constexpr std::string_view option = "pg_attver=";
  if (definition.find(option) == std::string::npos) return definition;
  std::string kept;
  for (size_t begin = 0, next = 0; begin < definition.size(); begin = next) {
    next = std::min(definition.find('\n', begin), definition.size() - 1) + 1;
    std::string line = definition.substr(begin, next - begin);
    size_t options = line.rfind(" SET (");
    size_t at = line.find(option, options);
    if (line.starts_with("ALTER ") && line.ends_with(");\n") && options != std::string::npos &&
        at != std::string::npos) {
      size_t end = line.find_first_not_of("0123456789", at + option.size());
      bool is_first = line[at - 1] == '(';
      if (is_first && line[end] == ')') continue;
      if (line.compare(end, 2, ", ") == 0)
        line.erase(at, end + 2 - at);
      else
        line.erase(at - 2, end - at + 2);
    }
    kept += line;
  }
  return kept;
}

bool is_setting(const std::string &kind) { return kind == "ENCODING" || kind == "STDSTRINGS" || kind == "SEARCHPATH"; }

}  // namespace

Contents read_contents(const std::string &bytes) {
  if (bytes.size() < 5 && std::string("PGDMP").starts_with(bytes)) throw Incomplete();
  if (!bytes.starts_with("PGDMP")) throw Error(ExitCode::failed, "this is no archive of pg_dump");
  Reader reader(bytes);
  reader.skip(5);
  unsigned major = reader.byte();
  unsigned version = reader.byte();
  reader.skip(1);  // the revision
  if (major != 1 || version < oldest_version || version > newest_version)
    throw Error(ExitCode::failed,
                "pg_dump writes format " + std::to_string(major) + "." + std::to_string(version) +
                    ", which this client does not know",
                "Put the pg_dump of an older PostgreSQL into PATH, one that is not older than either server.");
  Contents contents;
  contents.integer_size = reader.byte();
  reader.set_integer_size(contents.integer_size);
  unsigned offset_size = reader.byte();
  bool is_directory = reader.byte() == directory_format;
  if (version >= with_algorithm)
    reader.skip(1);
  else
    (void)reader.integer();
  for (int i = 0; i < 7; i++) (void)reader.integer();  // the time
  for (int i = 0; i < 3; i++) (void)reader.text();     // the database, the versions of server and pg_dump

  contents.count_at = reader.at();
  int number = reader.integer();
  int section = Section::before_rows;
  for (int i = 0; i < number; i++) {
    Listed listed;
    listed.begin = reader.at();
    Entry &entry = listed.entry;
    entry.id = reader.integer();
    (void)reader.integer();                           // whether it has rows
    for (int j = 0; j < 2; j++) (void)reader.text();  // catalog and OID
    entry.name = reader.text_or_empty();
    entry.kind = reader.text_or_empty();
    int own_section = reader.integer();
    entry.definition = reader.text_or_empty();
    entry.drop = reader.text_or_empty();
    (void)reader.text();  // COPY
    entry.schema = reader.text_or_empty();
    entry.tablespace = reader.text_or_empty();
    if (version >= with_access_method) entry.access_method = reader.text_or_empty();
    if (version >= with_kind_of_relation) entry.is_partitioned = reader.integer() == 'p';
    for (int j = 0; j < 2; j++) (void)reader.text();  // the owner, and a relic
    while (auto needed = reader.text()) entry.needs.push_back(std::atoi(needed->c_str()));
    if (is_directory)
      (void)reader.text();  // the file
    else
      reader.skip(1 + offset_size);
    // Comments belong to the section they stand in.
    if (own_section != Section::none) section = own_section;
    entry.follows_rows = section == Section::after_rows;
    listed.end = reader.at();
    contents.all.push_back(listed);
  }
  contents.end = reader.at();
  return contents;
}

Archive read_archive(const std::string &bytes) {
  Archive archive;
  for (const Listed &listed : read_contents(bytes).all) {
    const Entry &entry = listed.entry;
    if (is_setting(entry.kind)) {
      archive.settings += entry.definition;
    } else if (is_restored(entry.kind) && !is_of_database(entry) && defines_something(entry.definition)) {
      archive.entries.push_back(entry);
      if (entry.kind == "TABLE") archive.entries.back().definition = without_versions_of_columns(entry.definition);
    }
  }
  return archive;
}

}  // namespace client::clone
