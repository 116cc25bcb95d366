// Things that all components of a kind share (one thread that reads all files), made when the first asks for it and
// gone with the last. Used from the service's thread only.
#pragma once

#include <map>
#include <memory>
#include <typeindex>

namespace oc::collector {

class SharedServices {
 public:
  template <typename T, typename Make>
  std::shared_ptr<T> get(Make make) {
    auto& slot = services_[typeid(T)];
    auto service = std::static_pointer_cast<T>(slot.lock());
    if (!service) slot = service = make();
    return service;
  }

 private:
  std::map<std::type_index, std::weak_ptr<void>> services_;
};

}  // namespace oc::collector
