#include "contracts/rest_api/openapi_parts.h"

namespace oc::contracts {

const std::string_view kOpenApiPaths = R"json({
  "/healthz": {
    "get": {
      "operationId": "getHealth",
      "summary": "Whether the process is alive. Open to all.",
      "responses": {"200": {"description": "Text", "content": {"text/plain": {"schema": {"type": "string"}}}}},
      "security": []
    }
  },
  "/readyz": {
    "get": {
      "operationId": "getReadiness",
      "summary": "Whether requests can be answered. Open to all.",
      "responses": {
        "200": {"description": "Text", "content": {"text/plain": {"schema": {"type": "string"}}}},
        "503": {
          "description": "Not ready; the text says why",
          "content": {"text/plain": {"schema": {"type": "string"}}}
        }
      },
      "security": []
    }
  },
  "/metrics": {
    "get": {
      "operationId": "getMetrics",
      "summary": "The process's own metrics in the Prometheus text format.",
      "responses": {
        "200": {"description": "Text", "content": {"text/plain": {"schema": {"type": "string"}}}},
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/openapi.json": {
    "get": {
      "operationId": "getOpenApi",
      "summary": "This document.",
      "responses": {
        "200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}},
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/status": {
    "get": {
      "operationId": "getStatus",
      "summary": "The whole at a glance.",
      "responses": {
        "200": {
          "description": "Status",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/agents": {
    "get": {
      "operationId": "listAgents",
      "summary": "All agents, connected or not.",
      "responses": {
        "200": {
          "description": "Agents",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["agents"],
                "properties": {"agents": {"type": "array", "items": {"$ref": "#/components/schemas/Agent"}}}
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/sources": {
    "get": {
      "operationId": "listSources",
      "summary": "Log sources, page by page.",
      "parameters": [
        {
          "name": "status",
          "in": "query",
          "description": "Only these",
          "schema": {"enum": ["active", "inactive"]}
        },
        {"name": "agent", "in": "query", "description": "Only this agent's", "schema": {"type": "string"}},
        {
          "name": "type",
          "in": "query",
          "description": "Only of this type",
          "schema": {"enum": ["docker", "k8s", "filesystem", "journald", "probe"]}
        },
        {
          "name": "q",
          "in": "query",
          "description": "Only sources whose path, service name or id contains this text",
          "schema": {"type": "string"}
        },
        {
          "name": "limit",
          "in": "query",
          "description": "Sources on a page",
          "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}
        },
        {
          "name": "after",
          "in": "query",
          "description": "The next of the page before",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "A page of sources",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourcePage"}}}
        },
        "400": {
          "description": "A parameter is wrong; the message names it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/sources/{source_id}": {
    "get": {
      "operationId": "getSource",
      "summary": "One source.",
      "parameters": [
        {
          "name": "source_id",
          "in": "path",
          "required": true,
          "description": "A source's id or a unique beginning of one, its log path, or its service name (percent-encoded)",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "The source",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Source"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    },
    "delete": {
      "operationId": "deleteSource",
      "summary": "Forgets a source but for its history; an agent that still finds it registers it anew.",
      "parameters": [
        {
          "name": "source_id",
          "in": "path",
          "required": true,
          "description": "As for getSource",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "What was deleted",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["source_id", "log_path"],
                "properties": {"source_id": {"type": "string"}, "log_path": {"type": "string"}}
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/sources/{source_id}/explain": {
    "get": {
      "operationId": "explainSource",
      "summary": "The chain from discovery to the store, with the first broken link.",
      "parameters": [
        {
          "name": "source_id",
          "in": "path",
          "required": true,
          "description": "As for getSource",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "The chain",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Explanation"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/sources/{source_id}/labels": {
    "patch": {
      "operationId": "updateSourceLabels",
      "summary": "Sets and removes labels of a source; only labels of low cardinality are taken.",
      "parameters": [
        {
          "name": "source_id",
          "in": "path",
          "required": true,
          "description": "As for getSource",
          "schema": {"type": "string"}
        }
      ],
      "requestBody": {
        "required": true,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LabelChange"}}}
      },
      "responses": {
        "200": {
          "description": "The source as it is now",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Source"}}}
        },
        "400": {
          "description": "A label is refused, nothing was changed; the message names it and why",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/sources/{source_id}/history": {
    "get": {
      "operationId": "getSourceHistory",
      "summary": "What happened to a source and who did it, the newest first.",
      "parameters": [
        {
          "name": "source_id",
          "in": "path",
          "required": true,
          "description": "As for getSource; a deleted source by its whole id",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "The newest 100 changes",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceHistory"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/events": {
    "get": {
      "operationId": "listEvents",
      "summary": "What happened, in order: a page of the journal, or a stream that goes on.",
      "parameters": [
        {
          "name": "after",
          "in": "query",
          "description": "Only events with a seq above this; without it a page begins with the oldest, a stream with what is to come. The header Last-Event-ID is stronger",
          "schema": {"type": "integer", "minimum": 0}
        },
        {
          "name": "types",
          "in": "query",
          "description": "Only these types, separated by commas",
          "schema": {"type": "string"}
        },
        {
          "name": "limit",
          "in": "query",
          "description": "Events on a page",
          "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}
        },
        {
          "name": "follow",
          "in": "query",
          "description": "true: text/event-stream, each event with its seq as id",
          "schema": {"enum": ["true", "false"], "default": "false"}
        }
      ],
      "responses": {
        "200": {
          "description": "A page, or a stream",
          "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/EventPage"}},
            "text/event-stream": {"schema": {"type": "string"}}
          }
        },
        "400": {
          "description": "A parameter is wrong; the message names it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "As many streams as there may be are open",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/configs": {
    "get": {
      "operationId": "listConfigs",
      "summary": "Collector configs, the newest first, without their YAML.",
      "parameters": [{"name": "agent", "in": "query", "description": "Only this agent's", "schema": {"type": "string"}}],
      "responses": {
        "200": {
          "description": "Configs",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["configs"],
                "properties": {"configs": {"type": "array", "items": {"$ref": "#/components/schemas/ConfigSummary"}}}
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/configs/{agent_id}/{version}": {
    "get": {
      "operationId": "getConfig",
      "summary": "One collector config with its YAML.",
      "parameters": [
        {
          "name": "agent_id",
          "in": "path",
          "required": true,
          "description": "The agent's id",
          "schema": {"type": "string"}
        },
        {
          "name": "version",
          "in": "path",
          "required": true,
          "description": "The config's version",
          "schema": {"type": "integer", "minimum": 1}
        }
      ],
      "responses": {
        "200": {
          "description": "The config",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CollectorConfig"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/configs/{agent_id}/{version}/diff/{other}": {
    "get": {
      "operationId": "diffConfigs",
      "summary": "What changed from one config version to another, by component and by line.",
      "parameters": [
        {
          "name": "agent_id",
          "in": "path",
          "required": true,
          "description": "The agent's id",
          "schema": {"type": "string"}
        },
        {
          "name": "version",
          "in": "path",
          "required": true,
          "description": "The version to start from",
          "schema": {"type": "integer", "minimum": 1}
        },
        {
          "name": "other",
          "in": "path",
          "required": true,
          "description": "The version to come to",
          "schema": {"type": "integer", "minimum": 1}
        }
      ],
      "responses": {
        "200": {"description": "The difference", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ConfigDiff"}}}},
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/rollback": {
    "post": {
      "operationId": "takeBackPolicy",
      "summary": "Takes the current policy back: the last good one is applied and proven, this one is marked broken.",
      "requestBody": {
        "required": false,
        "content": {
          "application/json": {
            "schema": {
              "type": "object",
              "properties": {"reason": {"type": "string"}, "author": {"type": "string"}}
            }
          }
        }
      },
      "responses": {
        "200": {
          "description": "The policy that is taken back, and the workflow run that does it",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["policy", "run"],
                "properties": {"policy": {"$ref": "#/components/schemas/Policy"}, "run": {"type": "string"}}
              }
            }
          }
        },
        "400": {
          "description": "The body is no JSON object",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "409": {
          "description": "No policy is applied",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "No agent is connected, or another rollout has not ended",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/policies": {
    "get": {
      "operationId": "listPolicies",
      "summary": "Policies, the newest first, without their overlays.",
      "responses": {
        "200": {
          "description": "Policies",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["policies"],
                "properties": {"policies": {"type": "array", "items": {"$ref": "#/components/schemas/PolicySummary"}}}
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    },
    "post": {
      "operationId": "proposePolicy",
      "summary": "Proposes an overlay as a policy and starts its rollout.",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OverlayRequest"}}}},
      "responses": {
        "200": {
          "description": "The policy, and the workflow run that rolls it out",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["policy", "run"],
                "properties": {
                  "policy": {"$ref": "#/components/schemas/Policy"},
                  "run": {"type": "string", "description": "Empty: it is tried once another rollout has ended"}
                }
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "400": {
          "description": "The request is wrong; the message names the member",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "409": {
          "description": "This content is marked broken; force proposes it again",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "422": {
          "description": "The overlay is refused",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["error", "next_step", "problems"],
                "properties": {
                  "error": {"type": "string"},
                  "next_step": {"type": "string"},
                  "problems": {"type": "array", "items": {"$ref": "#/components/schemas/ConfigProblem"}}
                }
              }
            }
          }
        },
        "503": {
          "description": "No rollout can be started now",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/policies/{version}": {
    "get": {
      "operationId": "getPolicy",
      "summary": "One policy with its overlay.",
      "parameters": [
        {
          "name": "version",
          "in": "path",
          "required": true,
          "description": "The policy's version",
          "schema": {"type": "integer", "minimum": 1}
        }
      ],
      "responses": {
        "200": {"description": "The policy", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Policy"}}}},
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/plan": {
    "post": {
      "operationId": "planPolicy",
      "summary": "What an overlay would do to every connected agent's config; changes nothing.",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OverlayRequest"}}}},
      "responses": {
        "200": {"description": "The plan", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}}},
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "400": {
          "description": "The request is wrong; the message names the member",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "A config could not be validated now",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/probe": {
    "post": {
      "operationId": "runProbe",
      "summary": "Sends a line through the whole pipeline now and waits for it, at most 30 s.",
      "responses": {
        "200": {
          "description": "What came of it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/VerificationResult"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "No agent is connected that could write the line",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  }
})json";

}  // namespace oc::contracts
