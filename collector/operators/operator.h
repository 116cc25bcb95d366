// What an operator is: one step that records of a receiver pass. Made once from its config, then shared by threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/pipeline/config_reader.h"
#include "collector/record/log_record.h"

namespace oc::collector {

enum class Fate { kGoesOn, kLeftOut };

// Where a record belongs that an operator joins with its neighbours.
struct Placement {
  std::string_view text;   // what the record gives to the joined one; as the next, lives in its batch or the arena
  std::string_view group;  // only records of one group are joined
  bool begins = false;     // the group before it is complete
  bool ends = false;       // its group is complete
};

// How an operator joins; limits end a group early.
struct JoinRules {
  std::string separator;
  std::size_t most_records = 1'000;
  std::size_t most_unbegun_records = 100;          // of a group none of whose records begins one
  std::size_t most_bytes = 0;                      // 0: what is read of a file at once
  std::size_t most_groups = 1'000;                 // open at the same time in one file
  bool newest_counts = false;                      // all else is taken of the last record, else of the first
  Duration flush_after = std::chrono::seconds(5);  // a group that nobody ends
};

class Operator {
 public:
  virtual ~Operator() = default;
  // nullptr: it does not join, process() is called. Else place() is, for each record, and finish() for each group.
  virtual const JoinRules* joins() const { return nullptr; }
  virtual Result<Placement> place(LogRecord&, Arena&) const { return Placement{}; }
  virtual Status finish(LogRecord&, std::string_view /*joined*/, Arena&) const { return {}; }
  // nullptr: there is one way on, process() is called. Else route() is: it says which of these routes the record goes,
  // each of one or more operators, by their ids; nullopt: it is left out.
  virtual const std::vector<std::vector<std::string>>* outputs() const { return nullptr; }
  virtual std::optional<std::size_t> route(LogRecord&, Arena&) const { return std::nullopt; }
  // Changes the record. An error is what `on_error` decides about; the record then stays as far as it got. What is put
  // into the record lives in the arena, in the record's batch or in the operator.
  virtual Result<Fate> process(LogRecord&, Arena&) const { return Fate::kGoesOn; }
};

struct OperatorFactory {
  std::string_view type;
  // Reads the type's own keys; an error the reader cannot know is told it by fail().
  std::shared_ptr<const Operator> (*parse)(ConfigReader& reader);
};

// All operators there are.
std::span<const OperatorFactory> operator_list();

}  // namespace oc::collector
