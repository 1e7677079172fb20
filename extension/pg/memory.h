// Objects in the current memory context. They are freed with it, without a destructor.
#pragma once

#include <type_traits>

#include "pg/pg.h"

namespace confiture {

// make<SyncPlan>() is all zeros; make<Recipe>({.step = ..., .sql = ...}) a copy of what is given. Ereports 53200.
template <class T>
T *make(const T &value = {}) {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
  T *object = static_cast<T *>(palloc(sizeof(T)));
  *object = value;
  return object;
}

// `count` objects, all zeros; at least one, so that there always is an address.
template <class T>
T *make_array(size_t count) {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
  return static_cast<T *>(palloc0(mul_size(sizeof(T), Max(count, 1))));
}

}  // namespace confiture
