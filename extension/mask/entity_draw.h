// The PRF output of the entity that the values to come hang on, where they have one.
#pragma once

#include <string_view>

#include "mask/prf.h"

namespace confiture::mask {

class EntityDraw {
 public:
  // No data: the values hang on themselves.
  void set(const Prf128 &prf, std::string_view entity) {
    is_set_ = entity.data() != nullptr;
    if (is_set_) random_ = prf(entity);
  }
  explicit operator bool() const { return is_set_; }
  const PrfOutput &operator*() const { return random_; }

 private:
  PrfOutput random_{};
  bool is_set_ = false;
};

}  // namespace confiture::mask
