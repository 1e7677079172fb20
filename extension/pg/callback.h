// A function object passed down a call: one pointer to it and one to the code that calls it.
#pragma once

#include <type_traits>

namespace confiture {

template <class Signature>
class Callback;

// Refers to a lambda (or any callable) and does not own it: for parameters, never for members that outlive the call.
// An ereport() may leave the lambda's frame by longjmp, so that it may capture only what needs no destructor.
template <class Result, class... Args>
class Callback<Result(Args...)> {
 public:
  template <class Function, class = std::enable_if_t<!std::is_same_v<std::decay_t<Function>, Callback>>>
  Callback(Function &&function)  // NOLINT(google-explicit-constructor): lambdas are written at the call
      : object_(address_of(function)), call_([](void *object, Args... args) -> Result {
          if constexpr (std::is_function_v<std::remove_reference_t<Function>>)
            return reinterpret_cast<std::remove_reference_t<Function> *>(object)(args...);
          else
            return (*static_cast<std::remove_reference_t<Function> *>(object))(args...);
        }) {}

  Result operator()(Args... args) const { return call_(object_, args...); }

 private:
  template <class Function>
  static void *address_of(Function &function) {
    if constexpr (std::is_function_v<Function>) {
      return reinterpret_cast<void *>(&function);
    } else {
      static_assert(std::is_trivially_destructible_v<Function>);
      return const_cast<void *>(static_cast<const void *>(&function));
    }
  }

  void *object_;
  Result (*call_)(void *, Args...);
};

}  // namespace confiture
