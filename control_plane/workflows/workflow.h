// Workflow<T>: the coroutine that a workflow is written as. It suspends only in the awaitables of WorkflowContext and
// in other Workflows that it awaits, and is resumed on the engine's thread. It ends with `co_return value` or
// `co_return permanent("why")`. Awaiting a step or a part that failed ends the workflow with that error, as OC_TRY
// would; `attempt(part)` and the context's try_… hand over a Result instead. Locals are destroyed either way.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace oc::control_plane {

// A coroutine that waits for the end of another one.
class WorkflowWaiter {
 public:
  virtual std::coroutine_handle<> part_ended() = 0;  // what is resumed next

 protected:
  ~WorkflowWaiter() = default;
};

class WorkflowPromiseBase {
 public:
  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> coroutine) const noexcept {
      return coroutine.promise().end();
    }
    void await_resume() const noexcept {}
  };
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }

  // Ends a suspended coroutine where it stands; the owner of its frame destroys it. Returns what is resumed next.
  virtual std::coroutine_handle<> fail(Error error) = 0;
  std::coroutine_handle<> end() noexcept {
    ended_ = true;
    return waiter_ ? waiter_->part_ended() : std::noop_coroutine();
  }
  bool ended() const { return ended_; }
  void set_waiter(WorkflowWaiter* waiter) { waiter_ = waiter; }

 protected:
  ~WorkflowPromiseBase() = default;

 private:
  WorkflowWaiter* waiter_ = nullptr;
  bool ended_ = false;
};

template <typename T>
class [[nodiscard]] Workflow {
 public:
  class promise_type final : public WorkflowPromiseBase {
   public:
    Workflow get_return_object() { return Workflow(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_value(T value) { result_ = std::move(value); }
    template <typename Other>
      requires(!std::is_same_v<std::remove_cvref_t<Other>, T> && std::is_constructible_v<Result<T>, Other &&>)
    void return_value(Other&& other) {
      result_ = std::forward<Other>(other);
    }
    void unhandled_exception() { result_ = unexpected_exception(); }
    std::coroutine_handle<> fail(Error error) override {
      result_ = std::unexpected(std::move(error));
      return end();
    }
    Result<T>& result() { return result_; }

   private:
    static std::unexpected<Error> unexpected_exception() {
      try {
        throw;
      } catch (const std::exception& error) {
        return permanent(std::string("unexpected: ") + error.what(), "this is a bug of the workflow");
      }
    }
    Result<T> result_ = permanent("the workflow ended without a result");
  };

  Workflow(Workflow&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Workflow& operator=(Workflow&&) = delete;
  ~Workflow() {
    if (coroutine_) coroutine_.destroy();
  }

  bool ended() const { return coroutine_.promise().ended(); }
  void resume() { coroutine_.resume(); }                               // of one that has not begun
  Result<T>& result() const { return coroutine_.promise().result(); }  // once it has ended

  // Runs as a part of the awaiting workflow.
  auto operator co_await() && { return Awaiter<true>(std::move(*this)); }

  template <bool kEndsOnError>
  class Awaiter final : public WorkflowWaiter {
   public:
    explicit Awaiter(Workflow part) : part_(std::move(part)) {}
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> coroutine) {
      waiting_ = coroutine;
      promise_ = &coroutine.promise();
      part_.coroutine_.promise().set_waiter(this);
      return part_.coroutine_;
    }
    auto await_resume() {
      if constexpr (kEndsOnError)
        return std::move(*part_.result());
      else
        return std::move(part_.result());
    }
    std::coroutine_handle<> part_ended() override {
      if (kEndsOnError && !part_.result()) return promise_->fail(std::move(part_.result()).error());
      return waiting_;
    }

   private:
    Workflow part_;
    std::coroutine_handle<> waiting_;
    WorkflowPromiseBase* promise_ = nullptr;
  };

 private:
  explicit Workflow(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  std::coroutine_handle<promise_type> coroutine_;
};

// `auto done = co_await attempt(part(run));` goes on after a failure, with the Result.
template <typename T>
auto attempt(Workflow<T> part) {
  return typename Workflow<T>::template Awaiter<false>(std::move(part));
}

}  // namespace oc::control_plane
