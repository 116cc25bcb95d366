// OPS-0: the log store is there and ready. The embedded one is kept running by `onecollector up`, which is waited for;
// where the control plane runs by itself it is started here, and ends with it. A store of somebody else is not ours to
// start.
#pragma once

#include <mutex>
#include <optional>
#include <tuple>

#include "base/process.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "contracts/record/record.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/verification/log_store_client.h"

namespace oc::control_plane {

struct StartLokiInput {
  static constexpr auto fields() { return std::tuple<>(); }
};
struct StartLokiOutput {
  std::string state;
  std::string url;
  static constexpr auto fields() {
    using O = StartLokiOutput;
    return std::tuple(contracts::required("state", &O::state, "running: it was there; started; not_owned"),
                      contracts::required("url", &O::url, "Where it answers"));
  }
};

class StartLoki final : public TypedActivity<StartLoki, StartLokiInput, StartLokiOutput> {
 public:
  static constexpr std::string_view kName = "start_loki_activity";
  static constexpr std::string_view kDescription = "Sees to it that the embedded log store runs and is ready";
  // `backend`: how it is started where no `up` does; without arguments it is only waited for.
  StartLoki(const contracts::Config& config, const std::string& token, SpawnOptions backend)
      : config_(config), token_(token), backend_(std::move(backend)) {}
  Result<StartLokiOutput> execute(const StartLokiInput& input, const ActivityContext& context) override;

 private:
  Status start_unless_supervised();

  const contracts::Config& config_;
  const std::string token_;
  const SpawnOptions backend_;
  std::mutex mutex_;
  std::optional<Lifeline> lifeline_;
  pid_t pid_ = 0;
};

}  // namespace oc::control_plane
