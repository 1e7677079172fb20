// Objects that are found by an OID, by halving: filled first, then sorted, then asked.
#pragma once

#include "pg/memory.h"

namespace confiture {

template <class T>
struct ByOid {
  struct Pair {
    Oid oid;
    T *object;
  };

  Pair *pairs;
  size_t count;
};

// Room for so many objects.
template <class T>
ByOid<T> make_by_oid(size_t room) {
  return {make_array<typename ByOid<T>::Pair>(room), 0};
}

template <class T>
void add(ByOid<T> *all, Oid oid, T *object) {
  all->pairs[all->count++] = {oid, object};
}

template <class T>
int compare_oids(const void *a, const void *b) {
  Oid left = static_cast<const typename ByOid<T>::Pair *>(a)->oid;
  Oid right = static_cast<const typename ByOid<T>::Pair *>(b)->oid;
  return (left > right) - (left < right);
}

template <class T>
void sort(ByOid<T> *all) {
  qsort(all->pairs, all->count, sizeof(typename ByOid<T>::Pair), compare_oids<T>);
}

// nullptr: there is none.
template <class T>
T *find(const ByOid<T> *all, Oid oid) {
  typename ByOid<T>::Pair wanted = {oid, nullptr};
  const void *found = bsearch(&wanted, all->pairs, all->count, sizeof(wanted), compare_oids<T>);
  return found == nullptr ? nullptr : static_cast<const typename ByOid<T>::Pair *>(found)->object;
}

}  // namespace confiture
