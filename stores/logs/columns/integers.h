// Numbers as byte planes: the lowest byte of every number, then the next … Each plane is a stretch of its own, so the
// random low bytes are stored as they are and the others shrink to what they say.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "stores/logs/columns/row_set.h"
#include "stores/logs/columns/stretch.h"

namespace oc::stores::columns {

// Stored less their smallest, or as differences less the smallest difference, whichever is smaller. Modulo 2^64.
void put_integers(std::span<const std::uint64_t> values, StretchWriter& out);

class Integers {
 public:
  static Integers read(StretchReader& in, std::size_t count);
  // Those of some rows, in order; of all when null.
  Result<std::vector<std::uint64_t>> load(StretchReader& in, const RowSet* rows = nullptr) const;
  bool constant_zero() const { return width_ == 0 && !differences_ && base_ == 0; }

 private:
  std::vector<std::uint64_t> pick(const std::array<std::string, 8>& planes, const RowSet& rows) const;

  std::size_t count_ = 0;
  bool differences_ = false;
  unsigned width_ = 0;  // bytes a number
  std::uint64_t first_ = 0, base_ = 0;
  std::array<Stretch, 8> planes_;
};

}  // namespace oc::stores::columns
