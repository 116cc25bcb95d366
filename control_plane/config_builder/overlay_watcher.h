// Watches the overlay file that onecollector.yaml names: `overlay`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace oc::control_plane {

class OverlayWatcher {
 public:
  // The file's text. False: it could not be taken now (a retryable error), and is offered again at the next look.
  using OnText = std::function<bool(const std::string& text)>;

  // Starts a thread that calls `on_text` with what the file holds, at once and after each change. A file that cannot
  // be read is said in the log, once, and changes nothing: an editor may just be replacing it.
  OverlayWatcher(std::filesystem::path file, OnText on_text,
                 std::chrono::milliseconds every = std::chrono::milliseconds(1000));
  ~OverlayWatcher();  // waits for a call under way

 private:
  void run();
  void look();

  const std::filesystem::path file_;
  const OnText on_text_;
  const std::chrono::milliseconds every_;
  std::string taken_hash_;
  std::string last_error_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace oc::control_plane
