#include "control_plane/activities/activity_runner.h"

#include <condition_variable>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/activities/activity_list.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;

struct NumberInput {
  std::int64_t number = 0;
  static constexpr auto fields() {
    return std::tuple(contracts::required("number", &NumberInput::number, "Any number"));
  }
};
struct NumberOutput {
  std::int64_t doubled = 0;
  static constexpr auto fields() {
    return std::tuple(contracts::required("doubled", &NumberOutput::doubled, "Twice the number"));
  }
};

class Double final : public TypedActivity<Double, NumberInput, NumberOutput> {
 public:
  using Behaviour = std::function<Status(const ActivityContext&)>;
  static constexpr std::string_view kName = "double_activity";
  static constexpr std::string_view kDescription = "Doubles a number";
  explicit Double(Behaviour behaviour = {}, ActivityLimits limits = {milliseconds(20), 3, milliseconds(1)})
      : behaviour_(std::move(behaviour)), limits_(limits) {}
  ActivityLimits limits() const override { return limits_; }
  Result<NumberOutput> execute(const NumberInput& input, const ActivityContext& context) override {
    if (behaviour_) OC_TRY(behaviour_(context));
    return NumberOutput{input.number * 2};
  }

 private:
  const Behaviour behaviour_;
  const ActivityLimits limits_;
};

class Misnamed final : public TypedActivity<Misnamed, NumberInput, NumberOutput> {
 public:
  static constexpr std::string_view kName = "Double";
  static constexpr std::string_view kDescription = "Has no name of an activity";
  Result<NumberOutput> execute(const NumberInput&, const ActivityContext&) override { return NumberOutput{}; }
};

Status until_cancelled(const ActivityContext& context) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, context.cancelled, [] { return false; });
  return permanent("interrupted");
}

TEST(ActivityRunner, GivesTheOutputOrTheErrorOfTheInput) {
  ActivityRunner runner;
  Double activity;
  const auto result = runner.run(activity, {{"number", 21}}, {});
  EXPECT_EQ(result.output->dump(), R"({"doubled":42})");
  EXPECT_EQ(result.attempts, 1);
  const auto wrong = runner.run(activity, {{"number", "x"}}, {});
  EXPECT_EQ(wrong.output.error().message, "number: expected a whole number of 64 bits, got a string");
  EXPECT_EQ(wrong.attempts, 1);
}

TEST(ActivityRunner, TriesAgainWhatMayPassAsOftenAsTheLimitSays) {
  ActivityRunner runner;
  int calls = 0;
  Double late([&](const ActivityContext&) { return ++calls < 3 ? Status(retryable("not yet")) : Status(); });
  EXPECT_EQ(runner.run(late, {{"number", 1}}, {}).attempts, 3);
  Double never([](const ActivityContext&) { return Status(retryable("no")); });
  const auto result = runner.run(never, {{"number", 1}}, {});
  EXPECT_EQ(result.attempts, 3);
  EXPECT_EQ(result.output.error().message, "no");
}

TEST(ActivityRunner, AnAttemptThatTakesTooLongIsToldToEndAndMayBeTriedAgain) {
  ActivityRunner runner;
  Double slow(until_cancelled);
  const auto result = runner.run(slow, {{"number", 1}}, {});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.attempts, 3) << "a timeout may pass, whatever the activity said when it was interrupted";
  EXPECT_EQ(result.output.error().message, "no answer within 20 ms: interrupted");
}

TEST(ActivityRunner, TheCallersWishEndsItWithoutAnotherAttempt) {
  ActivityRunner runner;
  std::stop_source caller;
  Double slow(
      [&](const ActivityContext& context) {
        caller.request_stop();
        return until_cancelled(context);
      },
      {std::chrono::minutes(1), 3, milliseconds(1)});
  const auto result = runner.run(slow, {{"number", 1}}, caller.get_token());
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.attempts, 1);
}

TEST(ActivityRunner, AnExceptionIsAPermanentError) {
  ActivityRunner runner;
  Double throwing([](const ActivityContext&) -> Status { throw std::runtime_error("oops"); });
  const auto result = runner.run(throwing, {{"number", 1}}, {});
  EXPECT_EQ(result.output.error().message, "unexpected: oops");
  EXPECT_EQ(result.attempts, 1);
}

TEST(RetryPause, DoublesUpToTheLongest) {
  const ActivityLimits limits{.attempts = 10, .first_pause = milliseconds(100), .longest_pause = milliseconds(500)};
  const Error passing{Error::Kind::kRetryable, "x", ""};
  EXPECT_EQ(retry_pause(limits, 1, passing), milliseconds(100));
  EXPECT_EQ(retry_pause(limits, 2, passing), milliseconds(200));
  EXPECT_EQ(retry_pause(limits, 4, passing), milliseconds(500));
  EXPECT_EQ(retry_pause(limits, 10, passing), std::nullopt);
  EXPECT_EQ(retry_pause(limits, 1, {Error::Kind::kPermanent, "x", ""}), std::nullopt);
}

TEST(ActivityList, HasEachNameOnceAndSuggests) {
  ActivityList list;
  EXPECT_TRUE(list.add(std::make_unique<Double>()));
  EXPECT_FALSE(list.add(std::make_unique<Double>()));
  EXPECT_FALSE(list.add(std::make_unique<Misnamed>()));
  EXPECT_EQ(list.all().size(), 1u);
  EXPECT_NE(list.find("double_activity"), nullptr);
  EXPECT_EQ(list.find("duble_activity"), nullptr);
  EXPECT_EQ(list.unknown("duble_activity").next_step, "did you mean 'double_activity'?");
}

}  // namespace
}  // namespace oc::control_plane
