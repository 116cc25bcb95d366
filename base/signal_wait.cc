#include <algorithm>
#include <iterator>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/lifeline.h"
#include "base/process.h"

namespace oc {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::hours kForever{24 * 365};  // keeps now + timeout from overflowing

SignalWait::Event event_of(unsigned signal_number) {
  if (signal_number == SIGHUP) return SignalWait::Event::kReload;
  if (signal_number == SIGCHLD) return SignalWait::Event::kChild;
  return SignalWait::Event::kStop;
}

int poll_timeout(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 60'000));
}

}  // namespace

SignalWait::SignalWait() {
  sigset_t handled;
  ::sigemptyset(&handled);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&handled, number);
  ::pthread_sigmask(SIG_BLOCK, &handled, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an errno, not the end of the process
  signal_fd_ = UniqueFd(::signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  wake_fd_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  lifeline_fd_ = inherited_lifeline();
}

SignalWait::~SignalWait() = default;

void SignalWait::request_stop() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_.get(), &one, sizeof one);  // fails only when already set
}

// Takes one event a call; what else is pending stays in the kernel for the next one.
SignalWait::Event SignalWait::wait(milliseconds timeout) {
  const auto deadline = steady_clock::now() + std::min<milliseconds>(timeout, kForever);
  while (true) {
    pollfd fds[] = {{wake_fd_.get(), POLLIN, 0}, {signal_fd_.get(), POLLIN, 0}, {lifeline_fd_, POLLIN, 0}};
    const int ready = ::poll(fds, std::size(fds), poll_timeout(deadline));
    std::uint64_t woken = 0;
    if (ready > 0 && fds[0].revents != 0 && ::read(wake_fd_.get(), &woken, sizeof woken) > 0) return Event::kStop;
    signalfd_siginfo info{};
    if (ready > 0 && fds[1].revents != 0 && ::read(signal_fd_.get(), &info, sizeof info) == sizeof info)
      return event_of(info.ssi_signo);
    if (ready > 0 && fds[2].revents != 0) {
      lifeline_fd_ = -1;  // the end of file stays readable for ever; it is told once
      return Event::kLifelineLost;
    }
    if (steady_clock::now() >= deadline) return Event::kTimeout;
  }
}

}  // namespace oc
