// Which templates the lines of a column are written with: skeletons, those that differ in a few words taken together.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "stores/logs/columns/skeletons.h"

namespace oc::stores::columns {

// A part of a template: text that all its lines share, or what differs.
struct TemplatePart {
  enum class Source : std::uint8_t {
    kShared,
    kToken,  // the line's token with this index
    kWord,   // the word with this index of the line's skeleton
    kLine,   // the whole line
  };
  Source source = Source::kShared;
  std::uint32_t index = 0;
  std::string_view text;
};

struct TemplatePlan {
  std::vector<std::vector<TemplatePart>> templates;
  std::vector<std::uint32_t> template_of;            // by skeleton
  std::vector<std::vector<std::string_view>> words;  // by skeleton; empty where its template needs none
  std::uint32_t template_of_none = 0;                // for lines without a skeleton

  std::uint32_t of(std::uint32_t skeleton) const {
    return skeleton == Skeletons::kNone ? template_of_none : template_of[skeleton];
  }
};

// Whether so few of the lines have one with others that they are better kept as text.
bool is_free_text(std::span<const std::string_view> lines, bool phrases);

TemplatePlan plan_templates(std::span<const std::string_view> lines, const Skeletons& skeletons);

}  // namespace oc::stores::columns
