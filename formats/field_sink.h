// How the field parsers hand out what they find.
#pragma once

#include <concepts>
#include <memory>
#include <string_view>
#include <type_traits>

namespace oc::formats {

// A reference to a callable (key, value); it owns nothing, so the callable must outlive the call it is passed to.
// The views it is given end when it returns. A callable that returns bool ends the walk with false.
class FieldSink {
 public:
  template <typename Callable>
    requires(!std::same_as<std::remove_cvref_t<Callable>, FieldSink> &&
             std::invocable<Callable&, std::string_view, std::string_view>)
  FieldSink(Callable&& callable)  // NOLINT(google-explicit-constructor): call sites pass lambdas
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* object, std::string_view key, std::string_view value) {
          auto& target = *static_cast<std::remove_reference_t<Callable>*>(object);
          if constexpr (std::same_as<std::invoke_result_t<Callable&, std::string_view, std::string_view>, bool>) {
            return target(key, value);
          } else {
            target(key, value);
            return true;
          }
        }) {}

  bool operator()(std::string_view key, std::string_view value) const { return call_(object_, key, value); }

 private:
  void* object_;
  bool (*call_)(void*, std::string_view, std::string_view);
};

}  // namespace oc::formats
