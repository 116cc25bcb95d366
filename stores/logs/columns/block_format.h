// Numbers of the column block that writer and reader share (FORMAT.md, "Column block").
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"

namespace oc::stores::columns {

// What times are counted in: the largest that all are a multiple of.
inline constexpr std::array<Nanos, 4> kTimeUnits = {1'000'000'000, 1'000'000, 1'000, 1};

// Added to the unit where values recur: they come next.
inline constexpr std::uint64_t kValuesRecur = kTimeUnits.size();
// Added to the unit where the rows' own metadata have a directory of their own: there may be thousands of names.
inline constexpr std::uint64_t kOwnDirectory = 2 * kValuesRecur;

// How the values of a name of metadata are kept.
enum class ValuesForm : std::uint8_t {
  kColumn = 0,
  kOffsets = 1,     // in decimal: the value before, plus the size of its row's line, plus 1, plus what is kept
  kByTemplate = 2,  // one for all lines of a template
};

// Every so many offsets one is kept as it is, so that a few can be told without the lines of all rows before.
inline constexpr std::size_t kOffsetsPerAnchor = 256;

}  // namespace oc::stores::columns
