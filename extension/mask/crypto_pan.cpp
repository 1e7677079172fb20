#include "mask/crypto_pan.h"

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>

#include "mask/bits.h"
#include "mask/error.h"

namespace confiture::mask {

namespace {

constexpr int byte_bits = 8;
constexpr int subtree_nodes = 256;

}  // namespace

CryptoPan::CryptoPan(const Subkey &key) : aes_(EVP_CIPHER_CTX_new()) {
  if (!aes_ || EVP_EncryptInit_ex(aes_.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(aes_.get(), 0) != 1)
    fail(Code::internal, "OpenSSL could not set up AES-128");
  Block secret;
  std::memcpy(secret.data(), key.data() + secret.size(), secret.size());
  run_aes(&secret, &pad_, 1);
  OPENSSL_cleanse(secret.data(), secret.size());
}

void CryptoPan::run_aes(const Block *in, Block *out, int count) const {
  int written = 0;
  const int size = count * static_cast<int>(sizeof(Block));
  if (EVP_EncryptUpdate(aes_.get(), out->data(), &written, in->data(), size) != 1 || written != size)
    fail(Code::internal, "OpenSSL could not run AES-128");
}

CryptoPan::Block CryptoPan::input_for(const uint8_t *address, int bits) const {
  Block block = pad_;
  const int whole = bits / byte_bits, rest = bits % byte_bits;
  std::memcpy(block.data(), address, static_cast<size_t>(whole));
  if (rest > 0) {
    const int kept = 0xff00 >> rest & 0xff;
    block[static_cast<size_t>(whole)] =
        static_cast<uint8_t>((address[whole] & kept) | (pad_[static_cast<size_t>(whole)] & ~kept));
  }
  return block;
}

void CryptoPan::fill_subtree(const uint8_t *address, int bits, uint8_t *flips) const {
  Block in[subtree_nodes], out[subtree_nodes];
  uint8_t path[sizeof(Block)] = {};
  const int whole = bits / byte_bits;
  std::memcpy(path, address, static_cast<size_t>(whole));
  for (int level = 0; level < byte_bits; level++)
    for (int node = 1 << level; node < 2 << level; node++) {
      path[whole] = static_cast<uint8_t>(node << (byte_bits - level));
      in[node] = input_for(path, bits + level);
    }
  run_aes(in + 1, out + 1, subtree_nodes - 1);
  std::memset(flips, 0, subtree_size);
  for (int node = 1; node < subtree_nodes; node++)
    flips[node / byte_bits] = static_cast<uint8_t>(flips[node / byte_bits] | out[node][0] >> 7 << node % byte_bits);
}

// The eight flips on the way that the byte takes down a subtree.
static uint8_t walk(const uint8_t *flips, uint8_t byte) {
  unsigned result = 0, node = 1;
  for (int i = byte_bits - 1; i >= 0; i--) {
    result = result << 1 | (flips[node / byte_bits] >> node % byte_bits & 1U);
    node = node << 1 | (byte >> i & 1U);
  }
  return static_cast<uint8_t>(result);
}

const uint8_t *CryptoPan::subtree(const uint8_t *address, int bytes) const {
  size_t prefix = 0;
  for (int i = 0; i < bytes; i++) prefix = prefix << byte_bits | address[i];
  Subtrees &trees = known_[static_cast<size_t>(bytes)];
  if (trees.flips.empty()) {
    trees.flips.resize(subtree_size << bytes * byte_bits);
    trees.is_known.resize(size_t{1} << bytes * byte_bits);
  }
  uint8_t *const flips = &trees.flips[prefix * subtree_size];
  if (!trees.is_known[prefix]) fill_subtree(address, bytes * byte_bits, flips);
  trees.is_known[prefix] = true;
  return flips;
}

CryptoPan::Block CryptoPan::flips_of(const uint8_t *address, int size) const {
  Block flips{};
  for (int i = 0; i < cached_bytes; i++) flips[static_cast<size_t>(i)] = walk(subtree(address, i), address[i]);

  Block in[128], out[128];
  const int first = cached_bytes * byte_bits, count = size * byte_bits - first;
  // As input_for() has them, byte by byte.
  Block block = pad_;
  std::memcpy(block.data(), address, cached_bytes);
  for (int i = 0; i < count; i++) {
    const auto at = static_cast<size_t>((first + i) / byte_bits);
    const int kept = 0xff00 >> i % byte_bits & 0xff;
    block[at] = static_cast<uint8_t>((address[at] & kept) | (pad_[at] & ~kept));
    in[i] = block;
    if (i % byte_bits == byte_bits - 1) block[at] = address[at];
  }
  run_aes(in, out, count);
  for (int i = 0; i < count; i++) {
    const auto at = static_cast<size_t>((first + i) / byte_bits);
    flips[at] = static_cast<uint8_t>(flips[at] | out[i][0] >> 7 << (7 - i % byte_bits));
  }
  return flips;
}

const CryptoPan::Block &CryptoPan::recent_flips_of(const uint8_t *address, int size) const {
  Block whole{};
  std::memcpy(whole.data(), address, static_cast<size_t>(size));
  constexpr uint64_t factors[] = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f};
  const uint64_t low = load_le64(whole.data()) + static_cast<uint64_t>(size);
  const uint64_t place = (low ^ load_le64(whole.data() + 8) * factors[1]) * factors[0] >> 52;
  if (recent_.empty()) recent_.resize(cached_addresses);
  KnownFlips &recent = recent_[place];
  const bool is_known = recent.size == size && load_le64(recent.address.data()) == load_le64(whole.data()) &&
                        load_le64(recent.address.data() + 8) == load_le64(whole.data() + 8);
  if (!is_known) recent = {size, whole, flips_of(address, size)};
  return recent.flips;
}

void CryptoPan::encrypt(IpAddress &address, int kept) const {
  const int size = static_cast<int>(address.size());
  const Block &flips = recent_flips_of(address.bytes.data(), size);
  for (int i = 0; i < size; i++) {
    const int kept_bits = std::clamp(kept - i * byte_bits, 0, byte_bits);
    address.bytes[static_cast<size_t>(i)] ^= static_cast<uint8_t>(flips[static_cast<size_t>(i)] & 0xff >> kept_bits);
  }
}

}  // namespace confiture::mask
