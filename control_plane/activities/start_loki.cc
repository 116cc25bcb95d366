#include "control_plane/activities/start_loki.h"

#include <thread>

namespace oc::control_plane {

namespace {

// `up` starts a backend that died again within a second; it reads its log before it is ready.
constexpr std::chrono::milliseconds kPause{100};
constexpr int kLooks = 250;

}  // namespace

Result<StartLokiOutput> StartLoki::execute(const StartLokiInput&, const ActivityContext& context) {
  const auto url = config_.logs_base_url();
  LogStoreClient store(url, config_.embedded_backend() ? token_ : "");
  const auto ready = store.ready();
  if (ready) return StartLokiOutput{config_.embedded_backend() ? "running" : "not_owned", url};
  if (!config_.embedded_backend())
    return permanent("not owned: the log store at " + url + " is not ours to start: " + ready.error().message,
                     "start it where it runs, or take sinks.logs.url out to use the embedded one");
  for (int look = 0; look < kLooks && !context.cancelled.stop_requested(); ++look) {
    if (store.ready()) return StartLokiOutput{"started", url};
    std::this_thread::sleep_for(kPause);
  }
  return retryable("the embedded log store does not come up: " + store.ready().error().message,
                   "see backend.log in the data directory's log folder; `onecollector up` keeps it running");
}

}  // namespace oc::control_plane
