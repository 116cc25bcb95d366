// Finding the route of a request. Private to base/http. Immutable after construction, so thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/server.h"

namespace oc::http {

struct RouteMatch {
  const Router::Route* route = nullptr;           // null: see `allowed`
  std::map<std::string, std::string> parameters;  // of {name} segments, percent-decoded
  std::string allowed;                            // "GET, HEAD, POST" when the path is known, but not the method
};

class RouteTable {
 public:
  explicit RouteTable(const Router& router);
  RouteMatch find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    Router::Route route;
    std::vector<std::string> segments;
  };
  std::vector<Entry> entries_;  // an exact segment stands before {name}, so the first match is the best one
};

}  // namespace oc::http
