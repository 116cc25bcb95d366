// Lets one request at a time through for each file, so that what a request is compared with is what is durable.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <vector>

#include "stores/logs/range_memory.h"

namespace oc::stores {

class DeliveryGate {
 public:
  class Pass {
   public:
    Pass(DeliveryGate& gate, std::set<FileKey> files) : gate_(gate), files_(std::move(files)) {}
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    DeliveryGate& gate_;
    std::set<FileKey> files_;
  };
  // Waits until none of the files is held by another pass, then takes all at once: two requests never wait for each
  // other.
  Pass enter(std::set<FileKey> files);

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::set<FileKey> inside_;
};

}  // namespace oc::stores
