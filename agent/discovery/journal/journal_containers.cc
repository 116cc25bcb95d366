#include "agent/discovery/journal/journal_containers.h"

#include <algorithm>
#include <utility>

#include "agent/discovery/source_catalog.h"
#include "contracts/labels/labels.h"

namespace oc::agent {

namespace {

using namespace std::chrono_literals;

constexpr auto kSoon = 1s;    // while an engine's word or a delivery is waited for
constexpr auto kLater = 30s;  // while a container may have fallen silent

}  // namespace

void JournalContainers::set_engines(std::map<std::string, Container> containers) {
  for (const auto& [id, container] : engines_)
    if (!containers.contains(id)) removed_.insert(id);
  for (const auto& [id, container] : containers) removed_.erase(id);
  std::erase_if(looked_up_, [&](const auto& id) { return !containers.contains(id); });
  std::erase_if(removed_, [&](const auto& id) { return !seen_.contains(id); });
  engines_ = std::move(containers);
}

std::vector<std::string> JournalContainers::not_looked_up() {
  std::vector<std::string> ids;
  for (const auto& [id, container] : engines_)
    if (container.in_journal && looked_up_.insert(id).second) ids.push_back(id);
  return ids;
}

void JournalContainers::saw(const std::string& id, const std::string& name, Nanos wrote_ns) {
  auto& seen = seen_.try_emplace(id, Seen{.name = {}, .since = clock_.steady(), .done_since = {}}).first->second;
  if (!name.empty()) seen.name = name;
  seen.last_entry_ns = std::max(seen.last_entry_ns, wrote_ns);
}

bool JournalContainers::is_stale(const std::string& id, Nanos wrote_ns) const {
  const bool is_news = followed_until_ns_ && wrote_ns >= *followed_until_ns_;
  return !engines_.contains(id) && !is_news && is_quiet(wrote_ns);
}

ContainerStanding JournalContainers::judge(const std::string& id, bool delivered, KnownJournalSource& source) {
  auto& seen = seen_[id];
  const auto now = clock_.steady();
  const bool known = engines_.contains(id);
  take_word(id, seen, source);
  look_again_in(source.said.empty() ? kSoon : kLater);
  if (source.said.empty()) return ContainerStanding::kWaits;
  // What was kept out once stays so until its engine has removed it: an engine that is away takes nothing back.
  if (source.opted_out) return removed_.contains(id) ? forget(id) : ContainerStanding::kRests;
  if (!is_over(id, seen, delivered)) {
    seen.done_since.reset();
    return ContainerStanding::kSource;
  }
  if (!seen.done_since) seen.done_since = now;
  if (now - *seen.done_since >= kDoneGrace) return known ? ContainerStanding::kRests : forget(id);
  look_again_in(kSoon);
  return ContainerStanding::kSource;
}

ContainerStanding JournalContainers::forget(const std::string& id) {
  seen_.erase(id);
  return ContainerStanding::kForgotten;
}

// Its engine's; or, when that has had its time, what its entries say.
void JournalContainers::take_word(const std::string& id, const Seen& seen, KnownJournalSource& source) {
  if (const auto engine = engines_.find(id); engine != engines_.end()) {
    source.opted_out = !engine->second.left_out.empty();
    source.said = engine->second.metadata;
  } else if (source.said.empty() && clock_.steady() - seen.since >= kUnknownGrace) {
    contracts::ServiceNameHints hints;
    hints.container_name = seen.name;
    hints.file_stem = id.substr(0, 12);
    source.said = {{"service_name", contracts::service_name(hints)}, {"container.id", id}};
    if (!seen.name.empty()) source.said["container.name"] = seen.name;
  }
}

// Nothing more of it is to come, and what came is where it belongs.
bool JournalContainers::is_over(const std::string& id, const Seen& seen, bool delivered) const {
  const auto engine = engines_.find(id);
  const bool quiet = is_quiet(seen.last_entry_ns);
  if (!tells_delivered_) return engine == engines_.end() && quiet;
  return delivered && (engine == engines_.end() ? removed_.contains(id) || quiet : engine->second.ended);
}

bool JournalContainers::is_quiet(Nanos wrote_ns) const {
  return clock_.wall_ns() - wrote_ns >= std::chrono::duration_cast<std::chrono::nanoseconds>(kQuiet).count();
}

void JournalContainers::look_again_in(std::chrono::milliseconds time) {
  look_again_ = std::min(look_again_.value_or(time), time);
}

std::optional<std::chrono::milliseconds> JournalContainers::look_again() {
  return std::exchange(look_again_, std::nullopt);
}

}  // namespace oc::agent
