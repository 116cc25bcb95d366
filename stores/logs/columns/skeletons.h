// Lines by what they have in common: a skeleton is a line without its tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stores/logs/columns/tokens.h"

namespace oc::stores::columns {

class Skeletons {
 public:
  // Lines that share a skeleton with few others are not worth one.
  static constexpr std::uint32_t kNone = ~0u;

  // The lines must outlive it.
  Skeletons(std::span<const std::string_view> lines, bool phrases);

  std::size_t size() const { return skeletons_.size(); }
  std::uint32_t count(std::size_t skeleton) const { return skeletons_[skeleton].lines; }
  std::uint32_t example(std::size_t skeleton) const { return skeletons_[skeleton].example; }  // a line of it
  std::uint32_t of(std::size_t line) const { return lines_[line].skeleton; }                  // or kNone
  std::span<const Token> tokens(std::size_t line) const {
    return std::span(tokens_).subspan(lines_[line].first_token, lines_[line].tokens);
  }

 private:
  struct Line {
    std::uint32_t first_token = 0;
    std::uint32_t tokens = 0;
    std::uint32_t skeleton = kNone;
  };
  struct Skeleton {
    std::uint64_t hash = 0;
    std::uint32_t example = 0;
    std::uint32_t lines = 0;
  };
  std::uint32_t find_or_add(std::uint32_t line);
  bool same(std::uint32_t a, std::uint32_t b) const;
  std::uint64_t hash(std::uint32_t line) const;

  std::span<const std::string_view> texts_;
  std::vector<Token> tokens_;
  std::vector<Line> lines_;
  std::vector<Skeleton> skeletons_;
  std::vector<std::uint32_t> slots_;  // skeleton + 1
};

}  // namespace oc::stores::columns
