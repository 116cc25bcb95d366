// Docker's Engine API over its unix socket (Podman's compatible one as well). Blocking; one a thread.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace oc::agent {

class EngineClient {
 public:
  explicit EngineClient(std::string socket);
  ~EngineClient();

  // `path` as in "/containers/json?all=true". Errors: retryable ones when the engine is not there, permanent ones when
  // it refuses; both say what to do.
  Result<Json> get(const std::string& path, const std::stop_token& stop);
  // A stream of JSON objects, one a line. Ends without an error when `goes_on` says false, asked about once a second
  // and after each object.
  Status stream(const std::string& path, const std::function<void(const Json&)>& on_object,
                const std::function<bool()>& goes_on);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The text at this path of keys of an answer; empty where there is none, or it is no text.
std::string text_at(const Json& answer, std::initializer_list<const char*> path);

}  // namespace oc::agent
