#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/discovery/journal/journal_inventory.h"
#include "agent/discovery/journal/journal_key.h"
#include "agent/discovery/journal/syslog_daemon.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

TEST(JournalKey, AUnitIsASourceAUserIsOneAndTheKernelIs) {
  const auto key = [](std::string unit, std::string slice, std::string transport) {
    return journal_key({{}, std::move(unit), std::move(slice), std::move(transport)});
  };
  EXPECT_EQ(key("nginx.service", "system.slice", "stdout"), (JournalKey{"_SYSTEMD_UNIT", "nginx.service"}));
  EXPECT_EQ(key("session-3.scope", "user-1000.slice", "syslog"), (JournalKey{"_SYSTEMD_SLICE", "user-1000.slice"}));
  EXPECT_EQ(key("user@1000.service", "user-1000.slice", "journal"), (JournalKey{"_SYSTEMD_SLICE", "user-1000.slice"}));
  EXPECT_EQ(key("libpod-conmon-5f.scope", "machine.slice", "journal"), (JournalKey{"_SYSTEMD_SLICE", "machine.slice"}));
  EXPECT_EQ(key("", "", "kernel"), (JournalKey{"_TRANSPORT", "kernel"}));
  EXPECT_EQ(key("", "", "audit"), (JournalKey{"_TRANSPORT", "audit"}));
  EXPECT_EQ(key("", "", "syslog"), std::nullopt);
}

TEST(JournalKey, WhatAContainerSaysIsItsOwnWhoeverWritesItDown) {
  const JournalKey container{"CONTAINER_ID_FULL", "5f"};
  EXPECT_EQ(journal_key({"5f", "docker.service", "system.slice", "journal"}), container);
  EXPECT_EQ(journal_key({"5f", "libpod-conmon-5f.scope", "machine.slice", "journal"}), container);
  EXPECT_EQ(journal_key({"5f", "", "", ""}), container);
  EXPECT_TRUE(is_container(container));
  EXPECT_FALSE(is_container({"_SYSTEMD_UNIT", "docker.service"}));
}

TEST(JournalKey, OurOwnServiceIsThatOfOurControlGroup) {
  EXPECT_EQ(service_of_cgroup("0::/system.slice/onecollector.service\n"), "onecollector.service");
  EXPECT_EQ(service_of_cgroup("1:name=systemd:/system.slice/a.service\n0::/\n"), "a.service");
  EXPECT_EQ(service_of_cgroup("0::/user.slice/user-1000.slice/session-3.scope\n"), "");
  EXPECT_EQ(service_of_cgroup(""), "");
}

TEST(JournalKey, NamesItsService) {
  EXPECT_EQ(service_of({"_SYSTEMD_UNIT", "nginx.service"}), "nginx");
  EXPECT_EQ(service_of({"_SYSTEMD_SLICE", "user-1000.slice"}), "user-1000");
  EXPECT_EQ(service_of({"_TRANSPORT", "kernel"}), "kernel");
}

TEST(JournalInventory, IsReadAsItWasWritten) {
  const JournalSources sources{{{"_SYSTEMD_UNIT", "a.service"}, {"5f", 17, 1'764}},
                               {{"_TRANSPORT", "kernel"}, {"5f"}},
                               {{"CONTAINER_ID_FULL", "a1"}, {.sequence = "5f", .said = {{"service_name", "orders"}}}},
                               {{"CONTAINER_ID_FULL", "b2"}, {.sequence = "5f", .opted_out = true}}};
  for (const auto& begin : {std::optional<JournalPlace>(), std::optional(JournalPlace{"5f", 12})}) {
    const auto read = decode_journal_inventory(encode_journal_inventory({sources, begin, 1'764}));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->sources, sources);
    EXPECT_EQ(read->begin, begin);
    EXPECT_EQ(read->followed_until_ns, 1'764);
  }
  for (const char* wrong : {"", "[]", "{}", R"({"version":2,"sources":[]})", R"({"version":1,"sources":[{}]})",
                            R"({"version":1,"sources":[],"begin":7})"})
    EXPECT_FALSE(decode_journal_inventory(wrong)) << wrong;
}

TEST(JournalInventory, ADamagedFileIsBegunAnew) {
  TemporaryDirectory dir;
  EXPECT_FALSE(load_journal_inventory(dir / "journal"));
  std::ofstream(dir / "journal") << "{\"version\":1,";
  EXPECT_FALSE(load_journal_inventory(dir / "journal"));
}

TEST(SyslogDaemon, CopiesTheJournalIfItRunsAndItsFileIsCollected) {
  TemporaryDirectory dir;
  const auto process = [&](const std::string& pid, const std::string& name) {
    std::filesystem::create_directories(dir / ("proc/" + pid));
    std::ofstream(dir / ("proc/" + pid) / "comm") << name << "\n";
  };
  std::optional<std::string> messages;
  const auto copied = [&] {
    return copied_by_syslog([&](std::string_view name) { return name == "messages" ? messages : std::nullopt; },
                            dir / "proc");
  };
  process("7", "sshd");
  EXPECT_EQ(copied(), std::nullopt);
  messages = "/var/log/messages";
  EXPECT_EQ(copied(), std::nullopt) << "an old file that nobody writes";
  process("12", "rsyslogd");
  EXPECT_EQ(copied(), "rsyslogd writes it to /var/log/messages");
  messages.reset();
  EXPECT_EQ(copied(), std::nullopt) << "it writes elsewhere";
}

}  // namespace
}  // namespace oc::agent
