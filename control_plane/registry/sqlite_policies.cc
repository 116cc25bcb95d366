#include <mutex>

#include <fmt/format.h>

#include "base/ids.h"
#include "control_plane/event_bus/event_types.h"
#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

namespace {

using model::Policy;
using model::PolicyState;

constexpr const char* kPolicyColumns =
    "SELECT version, parent, hash, overlay_name, reason, author, created_at_ns, state, broken_reason";

Policy policy_of(const SqlRow& row) {
  Policy policy;
  policy.version = row.integer(0);
  policy.parent = row.integer(1);
  policy.hash = row.text(2);
  policy.overlay_name = row.text(3);
  policy.reason = row.text(4);
  policy.author = row.text(5);
  policy.created_at_ns = row.integer(6);
  policy.state = static_cast<PolicyState>(row.integer(7));
  policy.broken_reason = row.text(8);
  return policy;
}

std::int64_t number(PolicyState state) { return static_cast<std::int64_t>(state); }

class SqlitePolicies final : public PolicyRepository {
 public:
  SqlitePolicies(SqliteConnections& connections, SqliteEventBus& events) : connections_(connections), events_(events) {}

  Result<Policy> add_policy(const NewPolicy& policy, bool force) override {
    std::optional<Policy> added;
    OC_TRY(events_.commit([&](Database& database, std::vector<NewEvent>& events) -> Status {
      const auto hash = stable_hash(policy.overlay_text);
      OC_TRY_ASSIGN(const auto known, one(database, "WHERE hash = ?1", {hash}));
      if (known)
        OC_TRY(propose_again(database, *known, force));
      else
        OC_TRY(insert(database, policy, hash));
      OC_TRY_ASSIGN(added, one(database, "WHERE hash = ?1", {hash}));
      if (!known)
        events.push_back({std::string(event_types::kPolicyCreated),
                          std::to_string(added->version),
                          {{"version", added->version}, {"author", added->author}, {"reason", added->reason}}});
      return {};
    }));
    return *added;
  }

  Result<std::optional<Policy>> find_policy(std::int64_t version) override {
    return read("WHERE version = ?1", {version});
  }
  Result<std::optional<Policy>> newest_by(const std::string& author) override {
    return read("WHERE author = ?1 ORDER BY version DESC LIMIT 1", {author});
  }
  Result<Policy> current_policy() override { return last_good_policy(0); }
  Result<Policy> last_good_policy(std::int64_t bad) override {
    std::lock_guard lock(connections_.reader.mutex);
    return last_good(connections_.reader.database, bad);
  }

  Result<std::vector<Policy>> list_policies(std::size_t limit) override {
    std::vector<Policy> policies;
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(connections_.reader.database.execute(
        std::string(kPolicyColumns) + " FROM policies ORDER BY version DESC LIMIT ?1",
        {static_cast<std::int64_t>(limit)}, [&](const SqlRow& row) { policies.push_back(policy_of(row)); }));
    return policies;
  }

  Status set_policy_state(std::int64_t version, PolicyState state, const std::string& reason) override {
    std::lock_guard lock(connections_.writer.mutex);
    auto& database = connections_.writer.database;
    return database.transaction([&]() -> Status {
      OC_TRY_ASSIGN(const auto policy, one(database, "WHERE version = ?1", {version}));
      if (!policy) return permanent(fmt::format("there is no policy version {}", version));
      if (state == PolicyState::kCurrent) return promote(database, version);
      if (policy->state == PolicyState::kCurrent) return take_back(database, *policy, state, reason);
      if (state == PolicyState::kBroken && version == kFirstPolicy) return first_is_good();
      return write_state(database, version, state, reason);
    });
  }

 private:
  static Result<std::optional<Policy>> one(Database& database, const std::string& condition,
                                           const std::vector<SqlValue>& parameters) {
    std::optional<Policy> found;
    OC_TRY(database.execute(std::string(kPolicyColumns) + ", overlay FROM policies " + condition, parameters,
                            [&](const SqlRow& row) {
                              found = policy_of(row);
                              found->overlay_text = row.text(9);
                            }));
    return found;
  }

  Result<std::optional<Policy>> read(const std::string& condition, const std::vector<SqlValue>& parameters) {
    std::lock_guard lock(connections_.reader.mutex);
    return one(connections_.reader.database, condition, parameters);
  }

  // The current one has the highest promotion.
  static Result<Policy> last_good(Database& database, std::int64_t bad) {
    OC_TRY_ASSIGN(const auto found,
                  one(database, "WHERE state IN (1, 2) AND version <> ?1 ORDER BY promotion DESC LIMIT 1", {bad}));
    if (!found) return permanent("control-plane.db has no good policy", "restore the file from a backup");
    return *found;
  }

  static Status insert(Database& database, const NewPolicy& policy, const std::string& hash) {
    OC_TRY_ASSIGN(const auto parent, last_good(database, 0));
    return database.execute(
        "INSERT INTO policies(parent, hash, overlay, overlay_name, reason, author, created_at_ns, state) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        {parent.version, hash, policy.overlay_text, policy.overlay_name, policy.reason, policy.author,
         policy.created_at_ns});
  }

  static Status propose_again(Database& database, const Policy& known, bool force) {
    if (known.state == PolicyState::kBroken && !force)
      return permanent(
          fmt::format("this content is policy version {}, which is broken: {}", known.version, known.broken_reason),
          "change the overlay, or insist with force");
    if (known.state != PolicyState::kBroken && known.state != PolicyState::kSuperseded) return {};
    return write_state(database, known.version, PolicyState::kProposed, "");
  }

  static Status promote(Database& database, std::int64_t version) {
    OC_TRY(database.execute("UPDATE policies SET state = 2 WHERE state = 1 AND version <> ?1", {version}));
    OC_TRY(database.execute(
        "UPDATE policies SET promotion = (SELECT max(promotion) + 1 FROM policies) WHERE version = ?1", {version}));
    return write_state(database, version, PolicyState::kCurrent, "");
  }

  static Status take_back(Database& database, const Policy& policy, PolicyState state, const std::string& reason) {
    if (policy.version == kFirstPolicy && state == PolicyState::kBroken) return first_is_good();
    if (state != PolicyState::kBroken)
      return permanent(fmt::format("policy version {} is the current one", policy.version),
                       "make another one current first");
    OC_TRY_ASSIGN(const auto good, last_good(database, policy.version));
    OC_TRY(write_state(database, policy.version, state, reason));
    return promote(database, good.version);
  }

  static std::unexpected<Error> first_is_good() {
    return permanent("policy version 1 is the empty overlay: it is good");
  }

  static Status write_state(Database& database, std::int64_t version, PolicyState state, const std::string& reason) {
    return database.execute("UPDATE policies SET state = ?2, broken_reason = ?3 WHERE version = ?1",
                            {version, number(state), state == PolicyState::kBroken ? reason : std::string()});
  }

  SqliteConnections& connections_;
  SqliteEventBus& events_;
};

}  // namespace

std::unique_ptr<PolicyRepository> make_sqlite_policies(SqliteConnections& connections, SqliteEventBus& events) {
  return std::make_unique<SqlitePolicies>(connections, events);
}

}  // namespace oc::control_plane
