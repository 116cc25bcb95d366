#include "control_plane/agent_manager/agent_requests.h"

namespace oc::control_plane {

namespace {

Result<Json> result_of(contracts::CollectorAnswer answer) {
  if (answer.error.empty()) return std::move(answer.result);
  return answer.retryable ? Result<Json>(retryable(answer.error)) : Result<Json>(permanent(answer.error));
}

}  // namespace

void AgentRequests::open(const std::string& agent_id, const std::string& request_id) {
  std::lock_guard lock(mutex_);
  questions_[request_id] = {agent_id, std::nullopt};
}

Result<Json> AgentRequests::wait(const std::string& request_id, std::chrono::milliseconds timeout,
                                 std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const bool done =
      changed_.wait_for(lock, stop, timeout, [&] { return questions_.at(request_id).answer.has_value(); });
  auto question = std::move(questions_.at(request_id));
  questions_.erase(request_id);
  if (done) return *std::move(question.answer);
  return retryable(stop.stop_requested() ? "waiting for the agent was cancelled" : "the agent did not answer in time");
}

void AgentRequests::answered(const std::string& agent_id, contracts::CollectorAnswer answer) {
  std::lock_guard lock(mutex_);
  const auto question = questions_.find(answer.request_id);
  if (question == questions_.end() || question->second.agent_id != agent_id) return;
  question->second.answer = result_of(std::move(answer));
  changed_.notify_all();
}

void AgentRequests::agent_lost(const std::string& agent_id) {
  std::lock_guard lock(mutex_);
  for (auto& [id, question] : questions_)
    if (question.agent_id == agent_id && !question.answer)
      question.answer = Result<Json>(retryable("the agent has disconnected"));
  changed_.notify_all();
}

}  // namespace oc::control_plane
