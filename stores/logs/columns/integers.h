// Numbers as byte planes: the lowest byte of every number, then the next … Each plane is a stretch of its own, so the
// random low bytes are stored as they are and the others shrink to what they say. Where all numbers of their range come
// about equally often they are packed into as few bits as that range needs.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stores/logs/columns/packing.h"
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
  // Calls visit(first, numbers) for all, some at a time, so that they stay in the processor's cache.
  template <typename Visit>
  Status for_each_run(StretchReader& in, Visit visit) const {
    constexpr std::size_t kRun = 512;
    OC_TRY_ASSIGN(const LoadedStretches planes, load_planes(in));
    std::array<std::uint64_t, kRun> numbers;
    std::uint64_t before = 0;
    for (std::size_t first = 0; first < count_; first += kRun) {
      const std::span run(numbers.data(), std::min(kRun, count_ - first));
      join(planes.bytes, first, before, run);
      before = run.back();
      visit(first, std::span<const std::uint64_t>(run));
    }
    return {};
  }
  bool constant_zero() const { return stretches_.empty() && !differences_ && base_ == 0; }

 private:
  using BytePlanes = std::array<std::string_view, LoadedStretches::kMost>;
  std::uint64_t stored_bytes() const;  // of each stretch
  Result<LoadedStretches> load_planes(StretchReader& in) const;
  // Those from the first-th on; `before` is the one before.
  void join(const BytePlanes& planes, std::size_t first, std::uint64_t before, std::span<std::uint64_t> out) const;
  std::vector<std::uint64_t> pick(const BytePlanes& planes, const RowSet& rows) const;
  std::vector<std::uint64_t> pick_sums(const BytePlanes& planes, const RowSet& rows) const;
  // Of the stored numbers from `begin` to before `end`.
  std::uint64_t sum(const BytePlanes& planes, std::size_t begin, std::size_t end) const;

  std::size_t count_ = 0;
  bool differences_ = false;
  std::optional<Packing> packing_;  // of the one stretch; else each is a plane
  std::uint64_t first_ = 0, base_ = 0;
  std::vector<Stretch> stretches_;  // there may be thousands of columns
};

}  // namespace oc::stores::columns
