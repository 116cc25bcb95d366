// A container as its engine describes it, and what becomes of it here.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/discovery/docker/logs_inside.h"
#include "agent/discovery/file_stat.h"
#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace oc::agent {

// A container's log, held open: the file may be deleted together with its container at any moment.
struct OpenLog {
  UniqueFd fd;
  FileStat stat;     // as it was opened
  std::string path;  // likewise
};

// What a record is: "lines", or an expression, beginning with ^, that the first line of each matches. Else: inferred.
inline constexpr std::string_view kShapeLabel = "onecollector.shape";

struct Container {
  std::string id;
  std::string log_path;  // empty: its log driver keeps none that can be read
  std::string left_out;  // why its log is not collected, for people; empty: it is
  std::string remark;    // what is wrong with it though it is collected; empty: nothing
  std::vector<LogsInside> logs_inside;
  bool is_local = false;    // its log driver is Docker's `local`
  bool in_journal = false;  // its log driver is journald: there is no file
  bool ended = false;       // it has run and does not any more; it may be started again
  // What its source carries: service_name, container.id, container.name, container.image.name, compose_project,
  // onecollector.shape. Of its environment and labels nothing else is kept (CP-10).
  std::map<std::string, std::string> metadata;
  std::shared_ptr<const OpenLog> log;  // nullptr: it was not there, or has no file
  bool operator==(const Container&) const = default;
};

// In the engine's words.
bool has_ended(std::string_view state);
// From the answer to GET /containers/{id}/json. Labels onecollector.enabled, .service, .shape and
// .logs are obeyed.
Result<Container> container_from_inspect(const Json& inspect);
// From an entry of GET /events, for a container that was gone before it could be asked for: its labels and name are in
// there, its log driver is not, and is taken for json-file.
Result<Container> container_from_event(const Json& event);

}  // namespace oc::agent
