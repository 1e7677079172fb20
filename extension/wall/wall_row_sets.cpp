// row_sets_*: the rows that a subset chooses.
#include "wall/wall.h"

#include <cstring>
#include <memory>

#include <openssl/rand.h>

#include "mask/hmac.h"
#include "mask/keys.h"
#include "mask/position_list.h"
#include "mask/row_sets.h"
#include "wall/catch_all.h"

namespace confiture::wall {

struct RowSets {
  RowSets(uint64_t budget, uint64_t seed) : sets(budget, seed) {}
  mask::RowSets sets;
};

static mask::RowSets::Pending pending_of(bool followed) {
  return followed ? mask::RowSets::Pending::followed : mask::RowSets::Pending::fresh;
}

bool choice_seed(const unsigned char *masking_key, size_t key_size, int64_t *seed) noexcept {
  return guarded(nullptr, [&] {
    // No strategy has a name with a space.
    mask::Subkey key =
        mask::derive_subkey({reinterpret_cast<const char *>(masking_key), key_size}, "choice of rows", "");
    mask::HmacSha256 hmac({reinterpret_cast<const char *>(key.data()), key.size()});
    mask::Sha256Digest digest = hmac("seed");
    std::memcpy(seed, digest.data(), sizeof *seed);
    return true;
  });
}

RowSets *row_sets_create(uint64_t budget, Status *status) noexcept {
  RowSets *made = nullptr;
  (void)guarded(status, [&] {
    uint64_t seed = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char *>(&seed), sizeof seed) != 1)
      mask::fail(Code::internal, "OpenSSL has no random numbers");
    made = std::make_unique<RowSets>(budget, seed).release();
    return true;
  });
  return made;
}

void row_sets_destroy(RowSets *sets) noexcept { delete sets; }

bool row_sets_add_relation(RowSets *sets, uint32_t oid, size_t table, bool keeps_fresh, bool keeps_followed,
                           Status *status) noexcept {
  return guarded(status, [&] {
    sets->sets.add_relation(oid, table, keeps_fresh, keeps_followed);
    return true;
  });
}

void row_sets_record_arrivals(RowSets *sets) noexcept { sets->sets.record_arrivals(); }

bool row_sets_begin(RowSets *sets, size_t table, bool followed, size_t via, size_t step, Status *status) noexcept {
  return guarded(status, [&] {
    sets->sets.begin(table, followed, via, step);
    return true;
  });
}

bool row_sets_begin_search(RowSets *sets, size_t table, bool followed, size_t step, Status *status) noexcept {
  return guarded(status, [&] {
    sets->sets.begin_search(table, followed, step);
    return true;
  });
}

bool row_sets_feed(RowSets *sets, const char *data, size_t size, Status *status) noexcept {
  return guarded(status, [&] {
    sets->sets.feed({data, size});
    return true;
  });
}

bool row_sets_finish(RowSets *sets, Status *status) noexcept {
  return guarded(status, [&] {
    sets->sets.finish();
    return true;
  });
}

bool row_sets_has_pending(const RowSets *sets, size_t relation, bool followed) noexcept {
  return sets->sets.has_pending(relation, pending_of(followed));
}

bool row_sets_batch(RowSets *sets, size_t relation, bool followed, size_t most, const char **text, size_t *via,
                    Status *status) noexcept {
  return guarded(status, [&] {
    *text = sets->sets.next_batch(relation, pending_of(followed), most, via).c_str();
    return true;
  });
}

uint64_t row_sets_size(const RowSets *sets, size_t relation) noexcept { return sets->sets.size(relation); }

uint64_t row_sets_digest(const RowSets *sets, size_t relation) noexcept { return sets->sets.digest(relation); }

uint64_t row_sets_memory(const RowSets *sets) noexcept { return sets->sets.memory(); }

void row_sets_forget(RowSets *sets, size_t relation) noexcept { sets->sets.forget(relation); }

bool row_sets_arrival(const RowSets *sets, size_t relation, uint32_t block, uint16_t offset, bool followed,
                      size_t *step) noexcept {
  std::optional<size_t> arrival = sets->sets.arrival(relation, mask::make_position(block, offset), followed);
  if (arrival.has_value()) *step = *arrival;
  return arrival.has_value();
}

bool row_sets_found(const RowSets *sets, size_t *relation, uint32_t *block, uint16_t *offset) noexcept {
  const std::optional<mask::RowSets::Found> &found = sets->sets.found();
  if (!found.has_value()) return false;
  *relation = found->relation;
  *block = mask::block_of(found->position);
  *offset = mask::offset_of(found->position);
  return true;
}

bool row_sets_slice(RowSets *sets, size_t relation, size_t most, const char **packed, size_t *size, size_t *rows,
                    Status *status) noexcept {
  return guarded(status, [&] {
    const std::string &slice = sets->sets.next_slice(relation, most, rows);
    *packed = slice.data();
    *size = slice.size();
    return true;
  });
}

bool positions_text(const char *packed, size_t packed_size, char *out, size_t *size, Status *status) noexcept {
  return guarded(status, [&] {
    std::string text = mask::unpacked_text({packed, packed_size});
    if (out != nullptr) std::memcpy(out, text.data(), text.size());
    *size = text.size();
    return true;
  });
}

}  // namespace confiture::wall
