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
  unsigned result = 0;
  for (int level = 0; level < byte_bits; level++) {
    const unsigned node = (256U | byte) >> (byte_bits - level);
    result |= (flips[node / byte_bits] >> node % byte_bits & 1U) << (byte_bits - 1 - level);
  }
  return static_cast<uint8_t>(result);
}

const uint8_t *CryptoPan::subtree(const uint8_t *address, int bytes) const {
  size_t prefix = 0;
  for (int i = 0; i < bytes; i++) prefix = prefix << byte_bits | address[i];
  Subtrees &trees = known_[static_cast<size_t>(bytes)];
  if (trees.flips.empty()) {
    trees.flips.resize(subtree_size << bytes * byte_bits);
    trees.uses.resize(size_t{1} << bytes * byte_bits);
  }
  uint8_t *const flips = &trees.flips[prefix * subtree_size];
  // To fill one takes as long as 255 steps, and many tables have few addresses of each of many networks.
  const int worth_it = bytes < cached_bytes - 1 ? 1 : 32;
  uint8_t &uses = trees.uses[prefix];
  if (uses == worth_it) return flips;
  if (++uses < worth_it) return nullptr;
  fill_subtree(address, bytes * byte_bits, flips);
  return flips;
}

CryptoPan::Block CryptoPan::compute_flips(const uint8_t *address, int size) const {
  Block flips{};
  size_t known = 0;
  for (; known < cached_bytes; known++) {
    const uint8_t *const tree = subtree(address, static_cast<int>(known));
    if (tree == nullptr) break;
    flips[known] = walk(tree, address[known]);
  }

  Block in[128], out[128];
  // As input_for() has them. A block is copied whole and changed then: to copy what a byte of was just written would
  // wait.
  Block block = pad_;
  std::memcpy(block.data(), address, known);
  int count = 0;
  for (size_t at = known; at < static_cast<size_t>(size); at++) {
    for (int bit = 0; bit < byte_bits; bit++, count++) {
      const int kept = 0xff00 >> bit & 0xff;
      in[count] = block;
      in[count][at] = static_cast<uint8_t>((address[at] & kept) | (pad_[at] & ~kept));
    }
    block[at] = address[at];
  }
  run_aes(in, out, count);
  for (int i = 0; i < count; i += byte_bits) {
    unsigned byte = 0;
    for (int bit = 0; bit < byte_bits; bit++) byte = byte << 1 | out[i + bit][0] >> 7;
    flips[known++] = static_cast<uint8_t>(byte);
  }
  return flips;
}

static constexpr uint64_t factors[] = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f};

uint32_t CryptoPan::flips_of_v4(uint32_t address) const {
  if (recent_v4_.empty()) {
    recent_v4_.resize(size_t{1} << cache_bits);
    recent_v4_[0] = UINT64_MAX;  // the place of address 0, which would seem to be known
  }
  uint64_t &recent = recent_v4_[address * factors[0] >> (64 - cache_bits)];
  if (recent >> 32 != address) {
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++) bytes[i] = static_cast<uint8_t>(address >> (24 - byte_bits * i));
    const Block flips = compute_flips(bytes, 4);
    recent = uint64_t{address} << 32 | uint32_t{flips[0]} << 24 | uint32_t{flips[1]} << 16 | uint32_t{flips[2]} << 8 |
             flips[3];
  }
  return static_cast<uint32_t>(recent);
}

const CryptoPan::Block &CryptoPan::flips_of_v6(const Block &address) const {
  if (recent_v6_.empty()) recent_v6_.resize(size_t{1} << cache_bits);
  const uint64_t low = load_le64(address.data()), high = load_le64(address.data() + 8);
  KnownFlips &recent = recent_v6_[(low ^ high * factors[1]) * factors[0] >> (64 - cache_bits)];
  if (!recent.is_known || recent.address != address)
    recent = {true, address, compute_flips(address.data(), static_cast<int>(address.size()))};
  return recent.flips;
}

void CryptoPan::encrypt(IpAddress &address, int kept) const {
  uint8_t *const bytes = address.bytes.data();
  if (!address.is_v6) {
    const uint32_t number =
        uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
    const uint32_t masked = number ^ (flips_of_v4(number) & static_cast<uint32_t>(uint64_t{UINT32_MAX} >> kept));
    for (int i = 0; i < 4; i++) bytes[i] = static_cast<uint8_t>(masked >> (24 - byte_bits * i));
    return;
  }
  const Block &flips = flips_of_v6(address.bytes);
  for (size_t i = 0; i < flips.size(); i++) {
    const int kept_bits = std::clamp(kept - static_cast<int>(i) * byte_bits, 0, byte_bits);
    bytes[i] ^= static_cast<uint8_t>(flips[i] & 0xff >> kept_bits);
  }
}

}  // namespace confiture::mask
