// Lines by what they have in common: a skeleton is a line without its tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "stores/logs/columns/tokens.h"
#include "stores/logs/columns/value_samples.h"

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
  std::span<const Token> example_tokens(std::size_t skeleton) const { return skeletons_[skeleton].of_example(); }
  std::uint32_t of(std::size_t line) const { return skeleton_of_[line]; }  // or kNone
  // Of its longer tokens.
  struct TokenSample {
    std::uint32_t token = 0;
    ValueSample sample;
  };
  std::span<const TokenSample> samples(std::size_t skeleton) const { return skeletons_[skeleton].samples; }
  // This token of the skeleton's n-th line.
  std::string_view value(std::size_t skeleton, std::size_t token, std::size_t n) const {
    const Skeleton& of = skeletons_[skeleton];
    return of.tokens[n * of.tokens_a_line + token].in(of.copies[n]);
  }

 private:
  // Its lines are copied to lie one behind the other: a column of them is read several times, and other lines between
  // them would fill the cache.
  struct Skeleton {
    std::uint64_t hash = 0;
    std::uint32_t example = 0;
    std::uint32_t lines = 0;
    std::size_t tokens_a_line = 0;
    std::vector<Token> tokens;  // of the first line, which is the example, then of the second …
    std::vector<const char*> copies;
    std::vector<TokenSample> samples;
    std::span<const Token> of_example() const { return std::span(tokens).first(tokens_a_line); }
    char* room = nullptr;
    std::size_t room_bytes = 0, bytes = 0;
  };
  std::uint32_t find_or_add(std::uint32_t line, std::span<const Token> tokens);
  bool same(std::string_view line, std::span<const Token> tokens, const Skeleton& skeleton) const;
  void add(std::string_view line, std::span<const Token> tokens, Skeleton& skeleton);
  const char* copy(std::string_view line, Skeleton& skeleton);

  std::span<const std::string_view> texts_;
  ValueSamples samples_;
  std::vector<std::uint32_t> skeleton_of_;  // by line
  std::vector<Skeleton> skeletons_;
  std::vector<std::uint32_t> slots_;  // skeleton + 1
  Arena copies_;
};

}  // namespace oc::stores::columns
