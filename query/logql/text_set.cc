#include "query/logql/text_set.h"

#include <algorithm>

namespace oc::query {

TextSet::TextSet(std::vector<std::string> texts) : filter_(kFilterBits / 64) {
  for (const std::string& text : texts) head_bytes_ = std::min(head_bytes_, text.size());
  for (std::string& text : texts) {
    const Head head = head_of(text);
    filter_[filter_bit(head) / 64] |= 1ull << filter_bit(head) % 64;
    by_head_[head].push_back(std::move(text));
  }
}

TextSet::Head TextSet::head_of(std::string_view text) const {
  Head head = 0;
  text.copy(reinterpret_cast<char*>(&head), sizeof head);
  return head_bytes_ == sizeof head ? head : head & ((Head{1} << 8 * head_bytes_) - 1);
}

bool TextSet::any_at(std::string_view rest) const {
  const Head head = head_of(rest);
  if ((filter_[filter_bit(head) / 64] >> filter_bit(head) % 64 & 1) == 0) return false;
  const auto found = by_head_.find(head);
  return found != by_head_.end() &&
         std::ranges::any_of(found->second, [&](const std::string& text) { return rest.starts_with(text); });
}

bool TextSet::found_in(std::string_view line) const {
  for (std::size_t at = 0; at + head_bytes_ <= line.size(); ++at)
    if (any_at(line.substr(at))) return true;
  return false;
}

}  // namespace oc::query
