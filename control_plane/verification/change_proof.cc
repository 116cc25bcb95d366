#include "control_plane/verification/change_proof.h"

namespace oc::control_plane {

std::string_view to_string(ChangeState state) {
  switch (state) {
    case ChangeState::kDelivered:
      return "delivered";
    case ChangeState::kUnproven:
      return "unproven";
    case ChangeState::kFailed:
      return "failed";
    case ChangeState::kSinkUnreachable:
      return "sink_unreachable_before_and_after";
    case ChangeState::kSuperseded:
      return "superseded";
  }
  return "failed";
}

Json to_json(const ChangeProof& proof) {
  Json failures = Json::array();
  for (const auto& [source_id, log_path, reason] : proof.failures)
    failures.push_back({{"source_id", source_id}, {"log_path", log_path}, {"reason", reason}});
  Json left_out = Json::object();
  for (const auto& [reason, records] : proof.left_out) left_out[reason] = records;
  return {{"state", to_string(proof.state)},
          {"reason", proof.reason},
          {"sources", proof.sources},
          {"delivered", proof.delivered},
          {"idle", proof.idle},
          {"behind", proof.behind},
          {"failed", proof.failed},
          {"records", proof.records},
          {"left_out", std::move(left_out)},
          {"probe", proof.probe ? model::to_json(*proof.probe) : Json(nullptr)},
          {"failures", std::move(failures)},
          {"took_ms", proof.took_ms}};
}

}  // namespace oc::control_plane
