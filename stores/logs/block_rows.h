// The rows of a part's block one after another, whichever version it has.
#pragma once

#include <memory>
#include <vector>

#include "stores/logs/part.h"

namespace oc::stores {

// Views live until the next row. The part must outlive it.
class BlockRows {
 public:
  static Result<std::unique_ptr<BlockRows>> open(const Part& part, const PartBlock& block);
  virtual ~BlockRows() = default;
  virtual bool next() = 0;
  virtual Nanos time_ns() const = 0;
  virtual std::uint64_t arrival() const = 0;
  virtual std::string_view line() const = 0;
  virtual Metadata shared() const = 0;
  // Appends the row's own pairs.
  virtual Status own(std::vector<query::LabelView>& out) = 0;
};

}  // namespace oc::stores
