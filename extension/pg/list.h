// PostgreSQL's lists in range-based for loops.
#pragma once

#include "pg/pg.h"

namespace confiture {

// The elements of a List of pointers, of Oids or of integers. The list may grow while it is walked.
template <class Element, Element (*read)(const ListCell *)>
struct ListRange {
  List *list;

  struct Iterator {
    List *list;
    int position;

    Element operator*() const { return read(list_nth_cell(list, position)); }
    Iterator &operator++() {
      position++;
      return *this;
    }
    // Compared with end() only, whose list is the same.
    bool operator!=(const Iterator &) const { return position < list_length(list); }
  };

  Iterator begin() const { return {list, 0}; }
  Iterator end() const { return {list, 0}; }
};

template <class T>
T *pointer_in(const ListCell *cell) {
  return static_cast<T *>(lfirst(cell));
}

inline Oid oid_in(const ListCell *cell) { return lfirst_oid(cell); }
inline int int_in(const ListCell *cell) { return lfirst_int(cell); }

// for (PlanColumn *column : each<PlanColumn>(plan->columns)); a NIL list has no elements.
template <class T>
ListRange<T *, pointer_in<T>> each(List *list) {
  return {list};
}

inline ListRange<const char *, [](const ListCell *cell) { return static_cast<const char *>(lfirst(cell)); }> each_text(
    List *texts) {
  return {texts};
}
inline ListRange<Oid, oid_in> each_oid(List *oids) { return {oids}; }
inline ListRange<int, int_in> each_int(List *numbers) { return {numbers}; }

// Appends; the casts that lists of `const char *` need stay here.
inline List *append(List *list, const void *element) { return lappend(list, const_cast<void *>(element)); }

// In a list that list_oid_cmp has sorted.
inline bool is_in_sorted(const List *oids, Oid oid) {
  if (oids == NIL) return false;
  ListCell wanted = {.oid_value = oid};
  return bsearch(&wanted, oids->elements, oids->length, sizeof(ListCell), [](const void *a, const void *b) {
           return list_oid_cmp(static_cast<const ListCell *>(a), static_cast<const ListCell *>(b));
         }) != nullptr;
}

}  // namespace confiture
