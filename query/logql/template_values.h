// The late values of one template's lines, read of a batch gap by gap, for the lines that want them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/line.h"
#include "query/logql/line_template.h"
#include "query/logql/log_reader.h"

namespace oc::query {

// Lines are known by their index in RowTemplate::rows. The batch and the template must outlive it.
class TemplateValues final : public LateValues {
 public:
  TemplateValues(RowBatch& batch, std::size_t number, const LineTemplate& of);

  void begin(std::uint32_t line);
  std::string_view value(std::size_t index) override;
  void give_up() override { gave_up_ = gave_up_ || !missing_; }

  // Since begin(). The gap of which a value was wanted that is not here: all that came of it does not count.
  std::optional<std::size_t> missing() const { return missing_; }
  bool gave_up() const { return gave_up_; }
  // Fetches what these lines have in the gap.
  Status load(std::size_t gap, std::span<const std::uint32_t> lines);

 private:
  struct Value {
    LineTemplate::LateSpan late;
    std::optional<std::size_t> gap;  // it is this gap and nothing else
    std::string text, scratch;
  };
  bool read_gap(std::size_t gap, std::string_view& text);
  bool join(const formats::TemplateSpan& span, std::string& text);

  RowBatch& batch_;
  const std::size_t number_;
  const LineTemplate& of_;
  std::vector<Value> values_;
  std::vector<std::vector<std::string_view>> texts_;  // by gap, by line; data() is null where it was not fetched
  std::vector<std::shared_ptr<const void>> memory_;
  std::uint32_t line_ = 0;
  std::optional<std::size_t> missing_;
  bool gave_up_ = false;
};

}  // namespace oc::query
