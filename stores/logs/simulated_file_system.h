// A disk in memory for tests: it can be full, fail to sync, and lose power. After crash() only what was synced is left,
// with any part of an unsynced tail; handles from before it fail.
#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

#include "base/files.h"
#include "stores/logs/file_system.h"

namespace oc::stores {

class SimulatedFileSystem final : public FileSystem {
 public:
  using Path = std::filesystem::path;
  struct Node {
    std::string content;
    std::string durable;
  };

  // Faults, switched by the test.
  void fill_disk_after(std::uint64_t bytes) {
    set([&] { writable_bytes_ = bytes; });
  }
  void empty_disk() { fill_disk_after(~0ull); }
  void fail_syncs(bool fail) {
    set([&] { syncs_fail_ = fail; });
  }
  void fail_truncates(bool fail) {
    set([&] { truncates_fail_ = fail; });
  }
  void set_space(DiskSpace space) {
    set([&] { space_ = space; });
  }
  std::uint64_t syncs() const { return get(syncs_); }

  // Until crash() nothing can be written: what runs at this moment ends without leaving a trace.
  void power_off() {
    set([&] { powered_ = false; });
  }
  // The machine is up again, with what was durable.
  void crash(std::mt19937& random) {
    std::lock_guard lock(mutex_);
    ++generation_;
    powered_ = true;
    entries_ = durable_entries_;
    for (auto& [path, node] : entries_) {
      std::string survivor = node->durable;
      if (node->content.starts_with(node->durable) && node->content.size() > node->durable.size())
        survivor += node->content.substr(node->durable.size(), random() % (node->content.size() - survivor.size() + 1));
      *node = {survivor, survivor};
    }
    writable_bytes_ = ~0ull;
    syncs_fail_ = truncates_fail_ = false;
  }
  // For tests that damage bytes: the content as it lies there.
  std::string& content(const Path& path) { return entries_.at(path.string())->content; }
  bool exists(const Path& path) const { return entries_.contains(path.string()); }
  std::vector<Path> paths_starting_with(const std::string& prefix) const {
    std::vector<Path> found;
    for (const auto& [path, node] : entries_)
      if (path.starts_with(prefix)) found.emplace_back(path);
    return found;
  }

  Result<std::unique_ptr<ReadableFile>> open(const Path& path) override;
  Result<std::unique_ptr<WritableFile>> create(const Path& path) override;
  Status truncate(const Path& path, std::uint64_t size) override {
    std::lock_guard lock(mutex_);
    if (!powered_) return errno_error("truncate", path, EIO);
    Node& node = *entries_.at(path.string());
    node.content.resize(size);
    node.durable = node.content;
    return {};
  }
  Status rename(const Path& from, const Path& to) override {
    std::lock_guard lock(mutex_);
    if (!powered_) return errno_error("rename", from, EIO);
    entries_[to.string()] = std::exchange(entries_.at(from.string()), nullptr);
    entries_.erase(from.string());
    return {};
  }
  Status remove(const Path& path) override {
    std::lock_guard lock(mutex_);
    if (!powered_) return errno_error("remove", path, EIO);
    entries_.erase(path.string());
    return {};
  }
  Status sync_directory(const Path&) override {
    std::lock_guard lock(mutex_);
    if (syncs_fail_ || !powered_) return errno_error("fsync", "directory", EIO);
    durable_entries_ = entries_;
    return {};
  }
  Result<std::vector<std::string>> list(const Path& directory) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [path, node] : entries_)
      if (Path(path).parent_path() == directory) names.push_back(Path(path).filename());
    return names;
  }
  Result<DiskSpace> space(const Path&) override { return get(space_); }

 private:
  class Reader;
  class Writer;
  template <typename Body>
  void set(Body body) {
    std::lock_guard lock(mutex_);
    body();
  }
  template <typename T>
  T get(const T& value) const {
    std::lock_guard lock(mutex_);
    return value;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> entries_, durable_entries_;
  std::uint64_t generation_ = 0;
  std::uint64_t writable_bytes_ = ~0ull;
  std::uint64_t syncs_ = 0;
  bool syncs_fail_ = false, truncates_fail_ = false, powered_ = true;
  DiskSpace space_{1ull << 40, 1ull << 39};
};

class SimulatedFileSystem::Reader final : public ReadableFile {
 public:
  Reader(SimulatedFileSystem& files, std::shared_ptr<Node> node) : files_(files), node_(std::move(node)) {}
  Result<std::string> read(std::uint64_t offset, std::size_t length) const override {
    std::lock_guard lock(files_.mutex_);
    return offset >= node_->content.size() ? std::string() : node_->content.substr(offset, length);
  }
  Result<std::uint64_t> size() const override {
    std::lock_guard lock(files_.mutex_);
    return node_->content.size();
  }

 private:
  SimulatedFileSystem& files_;
  std::shared_ptr<Node> node_;
};

class SimulatedFileSystem::Writer final : public WritableFile {
 public:
  Writer(SimulatedFileSystem& files, std::shared_ptr<Node> node)
      : files_(files), node_(std::move(node)), generation_(files.generation_) {}
  Status append(std::span<const std::string_view> pieces) override {
    std::lock_guard lock(files_.mutex_);
    if (!usable()) return errno_error("write", "file", EIO);
    for (const std::string_view piece : pieces) {
      const std::size_t fits = std::min<std::uint64_t>(piece.size(), files_.writable_bytes_);
      node_->content.append(piece.substr(0, fits));
      if (files_.writable_bytes_ != ~0ull) files_.writable_bytes_ -= fits;
      if (fits < piece.size()) return errno_error("write", "file", ENOSPC);
    }
    return {};
  }
  Status sync() override {
    std::lock_guard lock(files_.mutex_);
    if (files_.syncs_fail_ || !usable()) return errno_error("fdatasync", "file", EIO);
    ++files_.syncs_;
    node_->durable = node_->content;
    return {};
  }
  Status truncate(std::uint64_t size) override {
    std::lock_guard lock(files_.mutex_);
    if (files_.truncates_fail_ || !usable()) return errno_error("truncate", "file", EIO);
    node_->content.resize(size);
    return {};
  }

 private:
  bool usable() const { return files_.powered_ && generation_ == files_.generation_; }

  SimulatedFileSystem& files_;
  std::shared_ptr<Node> node_;
  const std::uint64_t generation_;
};

inline Result<std::unique_ptr<ReadableFile>> SimulatedFileSystem::open(const Path& path) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(path.string());
  if (found == entries_.end()) return errno_error("open", path, ENOENT);
  return std::make_unique<Reader>(*this, found->second);
}

inline Result<std::unique_ptr<WritableFile>> SimulatedFileSystem::create(const Path& path) {
  std::lock_guard lock(mutex_);
  if (!powered_) return errno_error("open", path, EIO);
  if (writable_bytes_ == 0) return errno_error("open", path, ENOSPC);
  auto node = std::make_shared<Node>();
  entries_[path.string()] = node;
  return std::make_unique<Writer>(*this, node);
}

}  // namespace oc::stores
