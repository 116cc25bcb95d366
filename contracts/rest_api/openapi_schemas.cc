#include "contracts/rest_api/openapi_parts.h"

namespace oc::contracts {

const std::string_view kOpenApiSchemas = R"json({
  "Error": {
    "type": "object",
    "required": ["error", "next_step"],
    "properties": {
      "error": {"type": "string", "description": "What is wrong"},
      "next_step": {"type": "string", "description": "What to do about it; empty where there is nothing to do"}
    }
  },
  "Status": {
    "type": "object",
    "required": ["version", "started_at", "settled", "summary", "agents", "probe", "stores", "health", "notes"],
    "properties": {
      "version": {"type": "string"},
      "started_at": {"type": "string", "format": "date-time"},
      "settled": {
        "type": "boolean",
        "description": "An agent is connected and has reported its sources, its latest config is applied or failed, the probe has an answer, and every source waits at most for its first line"
      },
      "summary": {
        "type": "object",
        "required": ["sources", "verified", "acknowledged", "partly", "idle", "waiting", "failed"],
        "properties": {
          "sources": {"type": "integer"},
          "verified": {"type": "integer", "description": "Compared byte for byte, or counted"},
          "acknowledged": {"type": "integer", "description": "By a sink that cannot be asked"},
          "partly": {"type": "integer", "description": "The store merged identical lines, or refused old ones"},
          "idle": {"type": "integer"},
          "waiting": {"type": "integer"},
          "failed": {"type": "integer"}
        }
      },
      "agents": {"type": "array", "items": {"$ref": "#/components/schemas/Agent"}},
      "probe": {"oneOf": [{"$ref": "#/components/schemas/VerificationResult"}, {"type": "null"}]},
      "stores": {
        "type": "object",
        "required": ["logs"],
        "properties": {
          "logs": {
            "type": "object",
            "required": ["url", "kind", "reachable", "reason"],
            "properties": {
              "url": {"type": "string"},
              "kind": {"enum": ["embedded", "loki", "otlp"]},
              "reachable": {"type": "boolean"},
              "reason": {"type": "string"}
            }
          }
        }
      },
      "health": {"type": "array", "items": {"$ref": "#/components/schemas/HealthResult"}},
      "notes": {"type": "array", "items": {"type": "string"}}
    }
  },
  "HealthResult": {
    "type": "object",
    "required": ["check", "state", "reason", "figures", "checked_at"],
    "properties": {
      "check": {"enum": ["check_end_to_end_sample_log", "check_loki_push_errors", "check_collector_queue_backpressure"]},
      "state": {"enum": ["good", "warning", "failing", "unknown"]},
      "reason": {"type": "string"},
      "figures": {"type": "object"},
      "checked_at": {"type": "string", "format": "date-time"}
    }
  },
  "Agent": {
    "type": "object",
    "required": [
      "agent_id",
      "host_name",
      "version",
      "connected",
      "healthy",
      "status",
      "last_seen",
      "config",
      "collector",
      "notes"
    ],
    "properties": {
      "agent_id": {"type": "string", "description": "UUID"},
      "host_name": {"type": "string"},
      "version": {"type": "string"},
      "connected": {"type": "boolean"},
      "healthy": {"type": "boolean"},
      "status": {"type": "string"},
      "last_seen": {"type": "string", "format": "date-time"},
      "config": {
        "type": "object",
        "required": ["version", "state", "error"],
        "properties": {
          "version": {"type": "integer"},
          "state": {"enum": ["applied", "applying", "failed", "none"]},
          "error": {"type": "string"}
        }
      },
      "collector": {
        "type": "object",
        "required": ["kind", "version", "healthy", "error"],
        "properties": {
          "kind": {"type": "string"},
          "version": {"type": "string"},
          "healthy": {"type": "boolean"},
          "error": {"type": "string"}
        }
      },
      "notes": {"type": "array", "items": {"type": "string"}}
    }
  },
  "LogShape": {
    "type": "object",
    "description": "What was inferred from the source's own bytes; never text of the log",
    "required": ["shape", "timestamp_layout", "record_start", "encoding", "multiline", "confidence", "reason"],
    "properties": {
      "shape": {"type": "string"},
      "timestamp_layout": {"type": "string"},
      "record_start": {"type": "string"},
      "encoding": {"type": "string"},
      "multiline": {"type": "boolean"},
      "confidence": {"type": "number", "minimum": 0, "maximum": 1},
      "reason": {"type": "string"}
    }
  },
  "DiscoveredLogSource": {
    "type": "object",
    "required": [
      "source_id",
      "source_type",
      "log_path",
      "aliases",
      "metadata",
      "discovered_at",
      "status",
      "shape",
      "start_offset",
      "skipped_bytes"
    ],
    "properties": {
      "source_id": {"type": "string"},
      "source_type": {"enum": ["docker", "k8s", "filesystem", "probe"]},
      "log_path": {"type": "string"},
      "aliases": {"type": "array", "items": {"type": "string"}},
      "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
      "discovered_at": {"type": "string", "format": "date-time"},
      "status": {"enum": ["active", "inactive"]},
      "shape": {"$ref": "#/components/schemas/LogShape"},
      "start_offset": {"type": "integer", "description": "Reading begins at this byte"},
      "skipped_bytes": {"type": "integer", "description": "What the first-run policy leaves out"}
    }
  },
  "Source": {
    "type": "object",
    "required": ["id", "agent_id", "source", "labels", "registered_at", "last_seen", "config_version", "verification"],
    "properties": {
      "id": {"type": "string", "description": "UUID"},
      "agent_id": {"type": "string"},
      "source": {"$ref": "#/components/schemas/DiscoveredLogSource"},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}},
      "registered_at": {"type": "string", "format": "date-time"},
      "last_seen": {"type": "string", "format": "date-time"},
      "config_version": {"type": "integer", "description": "0: in no config yet"},
      "verification": {"$ref": "#/components/schemas/Verification"}
    }
  },
  "Verification": {
    "type": "object",
    "required": ["state", "reason", "latency_ms", "verified_at"],
    "properties": {
      "state": {
        "enum": ["verified", "counted", "acknowledged", "merged", "too_old", "idle", "waiting", "not_delivered", "refused"],
        "description": "verified: the store durably holds every complete line that the agent saw; counted: the sink acknowledged them and the store counts as many; acknowledged: the sink acknowledged them and cannot be asked; merged: the store counts fewer than it acknowledged, for identical lines are one to it; too_old: the store takes no lines of that time; idle: there is no complete line to deliver; waiting: not proven yet; not_delivered: not proven within 30 s; refused: by the collector or the store"
      },
      "reason": {"type": "string"},
      "latency_ms": {"type": ["number", "null"], "description": "From the first sight of the lines to the proof"},
      "verified_at": {"type": ["string", "null"], "format": "date-time"}
    }
  },
  "SourcePage": {
    "type": "object",
    "required": ["sources", "next", "total"],
    "properties": {
      "sources": {"type": "array", "items": {"$ref": "#/components/schemas/Source"}},
      "next": {"type": ["string", "null"], "description": "For the parameter after; null: the last page"},
      "total": {"type": "integer"}
    }
  },
  "Explanation": {
    "type": "object",
    "required": ["source_id", "log_path", "chain", "broken"],
    "properties": {
      "source_id": {"type": "string"},
      "log_path": {"type": "string"},
      "chain": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["step", "ok", "detail"],
          "properties": {
            "step": {"$ref": "#/components/schemas/Step"},
            "ok": {"type": ["boolean", "null"], "description": "null: not reached"},
            "detail": {"type": "string"}
          }
        }
      },
      "broken": {
        "oneOf": [{"$ref": "#/components/schemas/Step"}, {"type": "null"}],
        "description": "The first broken link"
      }
    }
  },
  "Step": {"enum": ["discovered", "registered", "rendered", "applied", "read", "sent", "stored"]},
  "CollectorConfig": {
    "type": "object",
    "required": ["version", "parent", "agent_id", "hash", "yaml", "reason", "author", "generated_at"],
    "properties": {
      "version": {"type": "integer", "description": "Counts up for each agent"},
      "parent": {"type": "integer", "description": "The version before; 0: none"},
      "agent_id": {"type": "string"},
      "hash": {"type": "string", "description": "Of the YAML: the same content has the same hash"},
      "yaml": {"type": "string"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "generated_at": {"type": "string", "format": "date-time"}
    }
  },
  "ConfigSummary": {
    "type": "object",
    "required": ["version", "parent", "agent_id", "hash", "reason", "author", "generated_at", "state"],
    "properties": {
      "version": {"type": "integer", "description": "Counts up for each agent"},
      "parent": {"type": "integer", "description": "The version before; 0: none"},
      "agent_id": {"type": "string"},
      "hash": {"type": "string", "description": "Of the YAML: the same content has the same hash"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "generated_at": {"type": "string", "format": "date-time"},
      "state": {"enum": ["applied", "applying", "failed", "none"]}
    }
  },
  "VerificationResult": {
    "type": "object",
    "required": ["test_id", "log_found", "latency_seconds", "labels_correct", "reason", "verified_at"],
    "properties": {
      "test_id": {"type": "string", "description": "The UUID in the probe's line"},
      "log_found": {"type": "boolean"},
      "latency_seconds": {"type": "number"},
      "labels_correct": {"type": "boolean"},
      "reason": {"type": "string"},
      "verified_at": {"type": "string", "format": "date-time"}
    }
  }
})json";

}  // namespace oc::contracts
