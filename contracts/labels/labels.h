// The one table that says which OTLP resource attributes become stream labels (exactly Loki's default promotions; all
// else is structured metadata), and how a source gets its service.name (DESIGN section 6; docs/labels.md).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oc::contracts {

// Loki: distributor.otlp_config.default_resource_attributes_as_index_labels.
inline constexpr std::array<std::string_view, 18> kStreamLabelAttributes = {"service.name",
                                                                            "service.namespace",
                                                                            "service.instance.id",
                                                                            "deployment.environment",
                                                                            "deployment.environment.name",
                                                                            "cloud.region",
                                                                            "cloud.availability_zone",
                                                                            "k8s.cluster.name",
                                                                            "k8s.namespace.name",
                                                                            "k8s.pod.name",
                                                                            "k8s.container.name",
                                                                            "container.name",
                                                                            "k8s.replicaset.name",
                                                                            "k8s.deployment.name",
                                                                            "k8s.statefulset.name",
                                                                            "k8s.daemonset.name",
                                                                            "k8s.cronjob.name",
                                                                            "k8s.job.name"};

// Of these, and of attributes that people know from elsewhere, the ones that have another value for every instance or
// record: fine in records, never a label that somebody sets for a source.
inline constexpr std::array<std::string_view, 27> kUnboundedAttributes = {"service.instance.id",
                                                                          "k8s.pod.name",
                                                                          "k8s.pod.uid",
                                                                          "k8s.replicaset.name",
                                                                          "k8s.job.name",
                                                                          "container.id",
                                                                          "host.id",
                                                                          "process.pid",
                                                                          "log.file.path",
                                                                          "log.file.name",
                                                                          "log.record.uid",
                                                                          "trace_id",
                                                                          "traceid",
                                                                          "span_id",
                                                                          "spanid",
                                                                          "request_id",
                                                                          "session_id",
                                                                          "user_id",
                                                                          "user.email",
                                                                          "client.address",
                                                                          "client.port",
                                                                          "url.full",
                                                                          "transaction_id",
                                                                          "correlation_id",
                                                                          "timestamp",
                                                                          "message_id",
                                                                          "log.file.record_offset"};
// Names that the platform sets itself.
inline constexpr std::array<std::string_view, 2> kPlatformAttributes = {"source_id", "host.name"};

// Names that become the same label are the same here: "trace.id" is "trace_id".
bool is_unbounded_attribute(std::string_view name);
bool is_platform_attribute(std::string_view name);

bool is_stream_label_attribute(std::string_view resource_attribute);
// "service.name" → "service_name". Loki's rule and OpenTelemetry's (specification, compatibility with Prometheus 1.38):
// ASCII letters and digits stay, what is between them becomes one "_"; a leading digit gets "key_"; what stands between
// "__" at both ends keeps those. May have nothing but "_" left.
std::string to_label_name(std::string_view attribute);

// Attribute names that records and resources of ours carry besides the semantic conventions.
inline constexpr std::string_view kSourceIdAttribute = "source_id";
inline constexpr std::string_view kRecordOffsetAttribute = "log.file.record_offset";  // the official collector's name
inline constexpr std::string_view kUnknownService = "unknown_service";                // Loki's fallback

// Where a service name may come from, the strongest first. Empty strings count as absent.
struct ServiceNameHints {
  std::string onecollector_label;  // container label or annotation onecollector.service
  std::string otel_service_name;   // OTEL_SERVICE_NAME of the process
  std::string compose_service;
  std::string container_name;
  std::string systemd_unit;  // ".service" is taken off
  std::string file_stem;     // of the log file: "access.log.1" → "access"
};
// The record's own service.name is stronger than all of these and is not looked at here.
std::string service_name(const ServiceNameHints& hints);
// "/var/log/nginx/access.log" → "access"; a name without letters takes its folder's name.
std::string file_stem(std::string_view path);

}  // namespace oc::contracts
