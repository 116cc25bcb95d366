#include "contracts/labels/labels.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

TEST(Labels, OnlyLokisDefaultPromotionsAreStreamLabels) {
  EXPECT_TRUE(is_stream_label_attribute("service.name"));
  EXPECT_TRUE(is_stream_label_attribute("k8s.job.name"));
  for (const std::string_view other :
       {"host.name", "source_id", "service_name", "container.id", "compose_project", ""}) {
    EXPECT_FALSE(is_stream_label_attribute(other)) << other;
  }
}

TEST(Labels, NamesFollowTheRuleOfLokiAndOpenTelemetry) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"service.name", "service_name"},
      {"a-b", "a_b"},
      {"a..b", "a_b"},
      {"a__b", "a_b"},
      {"a:b", "a_b"},
      {"1x", "key_1x"},
      {"_x", "_x"},
      {".x", "_x"},
      {"__x", "_x"},
      {"__x.y__", "__x_y__"},
      {"___", "_"},
      {"\u00fcn\u00ef", "_n_"},
      {"a\xff\xfe", "a_"},
      {"log.file.record_offset", "log_file_record_offset"},
      {"", ""},
  };
  for (const auto& [attribute, label] : names) EXPECT_EQ(to_label_name(attribute), label) << attribute;
}

TEST(ServiceName, TheStrongestHintWins) {
  ServiceNameHints hints{.onecollector_label = "label",
                         .otel_service_name = "otel",
                         .compose_service = "compose",
                         .container_name = "container",
                         .systemd_unit = "nginx.service",
                         .file_stem = "access"};
  EXPECT_EQ(service_name(hints), "label");
  hints.onecollector_label.clear();
  EXPECT_EQ(service_name(hints), "otel");
  hints.otel_service_name.clear();
  EXPECT_EQ(service_name(hints), "compose");
  hints.compose_service.clear();
  EXPECT_EQ(service_name(hints), "container");
  hints.container_name.clear();
  EXPECT_EQ(service_name(hints), "nginx");
  hints.systemd_unit = ".service";
  EXPECT_EQ(service_name(hints), "access");
  hints.file_stem.clear();
  EXPECT_EQ(service_name(hints), "unknown_service");
}

TEST(FileStem, TakesOffWhatIsNotTheName) {
  const std::vector<std::pair<std::string, std::string>> stems = {
      {"/var/log/nginx/access.log", "access"},
      {"access.log.1", "access"},
      {"access.log.2.gz", "access"},
      {"syslog", "syslog"},
      {"syslog.1", "syslog"},
      {"/var/log/auth.LOG", "auth"},
      {"app-2026-11-23.log", "app"},
      {"app.2026-11-23.log.gz", "app"},
      {"app.log.2026-11-23-14", "app"},
      {"app.log-20261123", "app"},
      {"app_2026_11_23.txt", "app"},
      {"app-2026-11-23T02:11:09.log", "app"},
      {"app.log-1795399869", "app"},
      {"app1-20261123.log", "app1"},
      {"app.1.log", "app"},
      {"web-1.log", "web-1"},
      {"postgresql-15-main.log", "postgresql-15-main"},
      {"my.app.log", "my.app"},
      {"catalina.out", "catalina"},
      {"events.ndjson", "events"},
      {"error.log.old", "error"},
      {"mysql-bin.000001", "mysql-bin"},
      {"access_log", "access_log"},
      {"\u65e5\u672c.log", "\u65e5\u672c"},
      {"/var/log/nginx/1.log", "nginx"},
      {"/var/log/pods/web/0/0.log", "web"},
      {"/srv/app/2026-11-23.log", "app"},
      {"/srv/app/.log", "app"},
      {"/srv/app/", "app"},
      {"/1.log", ""},
      {"7", ""},
      {"", ""},
      {"/", ""},
  };
  for (const auto& [path, stem] : stems) EXPECT_EQ(file_stem(path), stem) << path;
}

}  // namespace
}  // namespace oc::contracts
