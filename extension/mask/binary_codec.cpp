#include "mask/binary_codec.h"

#include "mask/value_codec.h"

namespace confiture::mask::binary_codec {

namespace {

struct BinaryForm {
  template <int bits>
  static bool read_integer(std::string_view value, int64_t &number) {
    if (value.size() != bits / 8) return false;
    uint64_t unsigned_number = 0;
    for (const char c : value) unsigned_number = unsigned_number << 8 | static_cast<unsigned char>(c);
    constexpr int unused = 64 - bits;
    number = static_cast<int64_t>(unsigned_number << unused) >> unused;  // extends the sign
    return true;
  }

  template <int bits>
  static void write_integer(int64_t number, ByteSink &out) {
    constexpr size_t size = bits / 8;
    char *room = out.reserve(size);
    for (size_t i = 0; i < size; ++i)
      room[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * (size - 1 - i)));
    out.commit(size);
  }

  static bool read_uuid(std::string_view value, Uuid &uuid) {
    if (value.size() != uuid.size()) return false;
    std::memcpy(uuid.data(), value.data(), uuid.size());
    return true;
  }

  static void write_uuid(const Uuid &uuid, ByteSink &out) {
    out.append(std::string_view(reinterpret_cast<const char *>(uuid.data()), uuid.size()));
  }
};

}  // namespace

bool mask_value(const Strategy &strategy, ValueKind kind, std::string_view value, ByteSink &out) {
  return mask_value_in<BinaryForm>(strategy, kind, value, out);
}

}  // namespace confiture::mask::binary_codec
