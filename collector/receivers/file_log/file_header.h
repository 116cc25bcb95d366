// `header`: lines at the beginning of a file that say something about all that follow.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <re2/re2.h>

#include "collector/operators/operator_chain.h"
#include "collector/receivers/file_log/line_splitter.h"

namespace oc::collector {

class FileHeader {
 public:
  // `value` is that of the key. `lines`, `encoding`: how the file's lines end, and what its text is. Errors are told
  // the reader.
  static std::shared_ptr<const FileHeader> parse(const ConfigValue& value, const LineRules& lines,
                                                 const std::string& encoding, ConfigReader& reader);

  struct Found {
    std::uint64_t end = 0;  // of its lines, where what it belongs to begins
    std::uint64_t lines = 0;
    std::string record_attributes;  // encoded, as LogStream's
  };
  static constexpr std::size_t kMostBytes = 1 << 20;  // it is held in memory, and read again after each restart
  // `bytes`: the first of the file, kMostBytes if there are so many. nullopt: it does not end yet, all whole lines are
  // part of it. One that is longer than kMostBytes ends there.
  std::optional<Found> read(std::string_view bytes) const;

 private:
  std::string attributes_of(std::vector<contracts::otlp::LogRecordView> lines) const;

  std::shared_ptr<const re2::RE2> pattern_;
  std::shared_ptr<const OperatorChain> operators_;
  LineRules lines_;
  std::string encoding_;
};

}  // namespace oc::collector
