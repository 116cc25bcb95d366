#include "control_plane/control_plane.h"

#include <chrono>

#include "base/files.h"
#include "control_plane/control_plane_process.h"

namespace oc::control_plane {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLockPatience{10'000};  // a control plane that was told to stop takes at most 5 s
constexpr milliseconds kLockPause{100};

// nullopt: told to stop while waiting.
Result<std::optional<FileLock>> acquire_lock(const std::filesystem::path& path, SignalWait& signals) {
  const auto deadline = std::chrono::steady_clock::now() + kLockPatience;
  while (true) {
    auto lock = FileLock::acquire(path);
    if (lock) return std::move(*lock);
    if (!lock.error().retryable() || std::chrono::steady_clock::now() >= deadline)
      return in_context(std::move(lock).error(), "another control plane uses this data directory");
    const auto event = signals.wait(kLockPause);
    if (event == SignalWait::Event::kStop || event == SignalWait::Event::kLifelineLost) return std::nullopt;
  }
}

void wait_for_stop(SignalWait& signals) {
  while (true) {
    const auto event = signals.wait(std::chrono::hours(1));
    if (event == SignalWait::Event::kStop || event == SignalWait::Event::kLifelineLost) return;
  }
}

}  // namespace

Status run_control_plane(const contracts::Config& config, const contracts::DataDirectory& data,
                         const ControlPlaneOptions& options, SignalWait& signals) {
  OC_TRY(ensure_directory(data.control_plane(), 0700));
  OC_TRY_ASSIGN(const auto lock, acquire_lock(data.control_plane() / "lock", signals));
  if (!lock) return {};
  OC_TRY_ASSIGN(const auto process, ControlPlaneProcess::start(config, data, options));
  wait_for_stop(signals);
  return {};
}

}  // namespace oc::control_plane
