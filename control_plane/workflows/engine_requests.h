// What other threads put before the engine's thread.
#pragma once

#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

struct StartRequest {
  std::string workflow, key;
  std::string input;  // JSON text
  std::optional<std::pair<std::string, Json>> signal;
  std::promise<Result<StartedRun>> answer;
};
struct SignalRequest {
  std::string run_id, name;
  Json data;
  std::promise<Status> answer;
};
struct CancelRequest {
  std::string run_id;
  std::promise<Status> answer;
};
struct AttemptEnded {
  std::string run_id;
  Result<Json> output;
};

struct EngineInbox {
  std::vector<StartRequest> starts;
  std::vector<SignalRequest> signals;
  std::vector<CancelRequest> cancels;
  std::vector<AttemptEnded> ended;

  bool has_requests() const { return !starts.empty() || !signals.empty() || !cancels.empty(); }
  bool empty() const { return !has_requests() && ended.empty(); }
  // Answers every request with the error.
  void refuse(const Error& error) {
    for (auto& request : starts) request.answer.set_value(std::unexpected(error));
    for (auto& request : signals) request.answer.set_value(std::unexpected(error));
    for (auto& request : cancels) request.answer.set_value(std::unexpected(error));
    starts.clear();
    signals.clear();
    cancels.clear();
  }
};

}  // namespace oc::control_plane
