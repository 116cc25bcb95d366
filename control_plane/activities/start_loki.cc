#include "control_plane/activities/start_loki.h"

#include <filesystem>
#include <thread>

#include <sys/wait.h>

#include "base/files.h"
#include "base/log.h"

namespace oc::control_plane {

namespace {

// A backend is started within a second; it reads its log before it is ready.
constexpr std::chrono::milliseconds kPause{100};
constexpr int kLooks = 250;

}  // namespace

Status StartLoki::start_unless_supervised() {
  if (backend_.arguments.empty()) return {};
  std::lock_guard lock(mutex_);
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) return {};  // on its way up
  if (!lifeline_) {
    if (has_lifeline()) return {};  // `up` is there
    OC_TRY_ASSIGN(lifeline_, Lifeline::create());
  }
  OC_TRY(ensure_directory(std::filesystem::path(backend_.log_file).parent_path(), 0750));
  OC_TRY_ASSIGN(pid_, spawn(backend_));
  log::info("the embedded log store is started, its log: {}", backend_.log_file);
  return {};
}

Result<StartLokiOutput> StartLoki::execute(const StartLokiInput&, const ActivityContext& context) {
  const auto url = config_.logs_base_url();
  LogStoreClient store(url, config_.embedded_backend() ? token_ : "");
  const auto ready = store.ready();
  if (ready) return StartLokiOutput{config_.embedded_backend() ? "running" : "not_owned", url};
  if (!config_.embedded_backend())
    return permanent("not owned: the log store at " + url + " is not ours to start: " + ready.error().message,
                     "start it where it runs, or take sinks.logs.url out to use the embedded one");
  OC_TRY(start_unless_supervised());
  for (int look = 0; look < kLooks && !context.cancelled.stop_requested(); ++look) {
    if (store.ready()) return StartLokiOutput{"started", url};
    std::this_thread::sleep_for(kPause);
  }
  return retryable("the embedded log store does not come up: " + store.ready().error().message,
                   "see own-logs/backend.log in the data directory");
}

}  // namespace oc::control_plane
