// One value of a JSON line, by its path.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/logql/stages/label_extraction.h"

namespace oc::query {

// Keeps its memory from line to line; one a thread.
class JsonPathFinder {
 public:
  JsonPathFinder();
  ~JsonPathFinder();
  JsonPathFinder(JsonPathFinder&&) noexcept;
  JsonPathFinder& operator=(JsonPathFinder&&) noexcept;

  // Strings unescaped, null as "", objects and arrays as their text; nullopt where there is no such value or the line
  // is damaged before it. The view ends at the next call.
  std::optional<std::string_view> find(std::string_view line, const std::vector<FieldStep>& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::query
