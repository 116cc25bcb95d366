// What a workflow may do: run activities, wait for time and for signals, and ask whether it was cancelled. Each is a
// step: journaled before and after, answered from the journal on replay. A workflow must ask for the same steps again
// when it is given the same answers: whatever is not in its input comes through an activity, time of day and chance
// included.
//
// Cancellation arrives once, as the error of the step under way (or of the next one, if that step still succeeds);
// steps after it run as usual, so that a workflow can undo what it did:
//
//   auto pushed = co_await run.try_activity<PushConfig>({artifact});
//   if (!pushed && run.cancelled()) co_await run.activity<RollBack>({artifact});
#pragma once

#include <chrono>
#include <coroutine>
#include <map>
#include <optional>
#include <string>

#include "contracts/record/record.h"
#include "control_plane/workflows/workflow.h"
#include "control_plane/workflows/workflow_record.h"

namespace oc::control_plane {

// What a suspended workflow waits for.
struct StepRequest {
  StepKind kind = StepKind::kActivity;
  std::string name;                  // unique in the epoch
  std::string subject;               // the activity's or the signal's name
  Json input;                        // of an activity
  std::chrono::milliseconds wait{};  // of a timer or a signal
};

// The awaitable that asked.
class StepWaiter {
 public:
  // An error: the output is not what this code expects; nothing was taken.
  virtual Status take(Result<Json> output) = 0;
  virtual std::coroutine_handle<> next() = 0;  // after take: what is resumed

 protected:
  ~StepWaiter() = default;
};

struct AskedStep {
  StepRequest request;
  StepWaiter* waiter = nullptr;
};

template <typename Out, bool kEndsOnError>
class StepAwaitable;

class WorkflowContext {
 public:
  WorkflowContext(std::string run_id, std::string key) : run_id_(std::move(run_id)), key_(std::move(key)) {}
  WorkflowContext(const WorkflowContext&) = delete;
  WorkflowContext& operator=(const WorkflowContext&) = delete;

  const std::string& run_id() const { return run_id_; }
  const std::string& key() const { return key_; }
  bool cancelled() const { return cancelled_; }

  // `step`: a name of its own in the journal, in place of the activity's.
  template <typename A>
  StepAwaitable<typename A::Output, true> activity(typename A::Input input, std::string step = {});  // A::Output
  template <typename A>
  StepAwaitable<typename A::Output, false> try_activity(typename A::Input input, std::string step = {});  // Result

  // After a restart only the rest is waited.
  StepAwaitable<void, true> sleep(std::chrono::milliseconds duration, std::string step = "sleep");
  StepAwaitable<void, false> try_sleep(std::chrono::milliseconds duration, std::string step = "sleep");  // Status

  // The oldest signal of this name that no step has taken yet, its data as sent; nullopt: none came within `timeout`,
  // which may be zero to ask only for what is there.
  StepAwaitable<std::optional<Json>, true> signal(const std::string& name, std::chrono::milliseconds timeout);
  StepAwaitable<std::optional<Json>, false> try_signal(const std::string& name, std::chrono::milliseconds timeout);

  // For the engine and the awaitables.
  void ask(StepRequest request, StepWaiter* waiter);
  AskedStep take_asked() { return std::exchange(asked_, {}); }
  void set_cancelled() { cancelled_ = true; }

 private:
  StepRequest activity_request(std::string_view activity, std::string step, Json input) const;
  StepRequest timer_request(std::chrono::milliseconds duration, std::string step) const;
  StepRequest signal_request(const std::string& name, std::chrono::milliseconds timeout) const;

  const std::string run_id_, key_;
  bool cancelled_ = false;
  std::map<std::string, int> uses_;  // of step names
  AskedStep asked_;
};

template <typename Out, bool kEndsOnError>
class StepAwaitable final : public StepWaiter {
 public:
  StepAwaitable(WorkflowContext& context, StepRequest request) : context_(context), request_(std::move(request)) {}
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    coroutine_ = coroutine;
    promise_ = &coroutine.promise();
    context_.ask(std::move(request_), this);
  }
  auto await_resume() {
    if constexpr (!kEndsOnError)
      return std::move(result_);
    else if constexpr (!std::is_void_v<Out>)
      return std::move(*result_);
  }

  Status take(Result<Json> output) override {
    if (!output) {
      result_ = std::unexpected(std::move(output).error());
    } else if constexpr (std::is_void_v<Out>) {
      result_ = {};
    } else {
      Out value{};
      OC_TRY(contracts::Codec<Out>::read(*output, "output", value));
      result_ = std::move(value);
    }
    return {};
  }
  std::coroutine_handle<> next() override {
    if (kEndsOnError && !result_) return promise_->fail(std::move(result_).error());
    return coroutine_;
  }

 private:
  WorkflowContext& context_;
  StepRequest request_;
  std::coroutine_handle<> coroutine_;
  WorkflowPromiseBase* promise_ = nullptr;
  Result<Out> result_ = permanent("the step has no result yet");
};

template <typename A>
StepAwaitable<typename A::Output, true> WorkflowContext::activity(typename A::Input input, std::string step) {
  return {*this, activity_request(A::kName, std::move(step), contracts::write_record(input))};
}
template <typename A>
StepAwaitable<typename A::Output, false> WorkflowContext::try_activity(typename A::Input input, std::string step) {
  return {*this, activity_request(A::kName, std::move(step), contracts::write_record(input))};
}

}  // namespace oc::control_plane
