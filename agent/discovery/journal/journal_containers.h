// Which containers whose log driver is journald are sources, and under which names: their engines say it, and where no
// engine knows one, its entries do. Used by one thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "agent/discovery/docker/docker_watch.h"
#include "agent/discovery/journal/journal_inventory.h"
#include "base/clock.h"

namespace oc::agent {

// An engine tells of a container within milliseconds, and of all it has in a second or two after the agent's start.
// What nobody knows by then is collected: its engine's socket is closed to us, or it has none.
inline constexpr std::chrono::seconds kUnknownGrace{5};
// Without an engine nobody says that a container has ended: it is taken for ended this long after its last entry.
inline constexpr std::chrono::minutes kQuiet{10};

enum class ContainerStanding {
  kWaits,      // for its engine's word
  kSource,     // it is collected
  kRests,      // its label keeps it out, or it has ended and is delivered; it may be started again
  kForgotten,  // it is gone, and nothing is left to deliver
};

class JournalContainers {
 public:
  // `tells_delivered`: the collector says how far it has delivered; an official one does not.
  JournalContainers(bool tells_delivered, const Clock& clock) : tells_delivered_(tells_delivered), clock_(clock) {}

  // Until when the journal was followed in an earlier run: what came later is news, however old it is.
  void set_followed_until(Nanos wall_ns) { followed_until_ns_ = wall_ns; }

  // All that the engines know now, by id.
  void set_engines(std::map<std::string, Container> containers);
  // What the engines know to write to the journal and nobody has asked for before.
  std::vector<std::string> not_looked_up();
  // An entry of the container's: the name that it gives, and when it was written.
  void saw(const std::string& id, const std::string& name, Nanos wrote_ns);
  // An entry that was written then is one of a container that nobody needs to hear of any more.
  bool is_stale(const std::string& id, Nanos wrote_ns) const;
  // What is known of it stands in `source` afterwards. `delivered`: all its entries are.
  ContainerStanding judge(const std::string& id, bool delivered, KnownJournalSource& source);
  // When to judge again though nothing was said, after judging all; nullopt: nothing waits.
  std::optional<std::chrono::milliseconds> look_again();

 private:
  struct Seen {
    std::string name;
    std::chrono::steady_clock::time_point since{};
    Nanos last_entry_ns = 0;
    std::optional<std::chrono::steady_clock::time_point> done_since;
  };
  ContainerStanding forget(const std::string& id);
  void take_word(const std::string& id, const Seen& seen, KnownJournalSource& source);
  bool is_over(const std::string& id, const Seen& seen, bool delivered) const;
  bool is_quiet(Nanos wrote_ns) const;
  void look_again_in(std::chrono::milliseconds time);

  const bool tells_delivered_;
  const Clock& clock_;
  std::optional<Nanos> followed_until_ns_;
  std::map<std::string, Container> engines_;
  std::set<std::string> removed_, looked_up_;
  std::map<std::string, Seen> seen_;
  std::optional<std::chrono::milliseconds> look_again_;
};

}  // namespace oc::agent
