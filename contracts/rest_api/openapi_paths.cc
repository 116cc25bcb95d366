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
