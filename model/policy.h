// A policy: what a person adds to every rendered collector config. Kept for ever, numbered, addressed by content.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace oc::model {

enum class PolicyState {
  kProposed,    // its rollout has not ended
  kCurrent,     // configs are rendered from it: exactly one at a time
  kProven,      // was current, and good, until another took its place
  kBroken,      // its rollout failed: never offered again, unless a person insists
  kSuperseded,  // given up before it was tried to the end
};
std::string_view to_string(PolicyState state);

struct Policy {
  std::int64_t version = 0;  // from 1, which is the empty overlay and always good
  std::int64_t parent = 0;   // the version that was current when it was made; 0: none
  std::string overlay_text;  // collector YAML, merged last
  std::string overlay_name;  // the file name that errors show
  std::string hash;          // stable_hash of overlay_text
  std::string reason;
  std::string author;
  Nanos created_at_ns = 0;
  PolicyState state = PolicyState::kProposed;
  std::string broken_reason;
};

Json to_json(const Policy&);

}  // namespace oc::model
