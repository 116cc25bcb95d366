// For tests: a server on a free port that lets everybody in.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/http/server.h"

namespace oc::http {

inline Server::Options open_options() {
  Server::Options options;
  options.access = AccessPolicy::everyone();
  return options;
}

inline std::unique_ptr<Server> start(Router router, Server::Options options = open_options()) {
  auto server = Server::listen(std::move(options), std::move(router));
  EXPECT_TRUE(server) << server.error().text();
  return server ? std::move(*server) : nullptr;
}

inline std::string url(const Server& server, const std::string& target) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + target;
}

}  // namespace oc::http
