// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pruned removes what means the same as absence from a JSON value. It returns nil for what means the same itself.
func pruned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		rest := map[string]any{}

		for name, inner := range v {
			if inner = pruned(inner); inner != nil {
				rest[name] = inner
			}
		}

		if len(rest) > 0 {
			return rest
		}

		return nil
	case []any:
		if len(v) == 0 {
			return nil
		}

		for i := range v {
			v[i] = pruned(v[i])
		}
	case string:
		if v == "" || v == "0" || v == statusOK || strings.HasSuffix(v, "_UNSPECIFIED") {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	}

	return value
}

// TestEmitUnpopulated_MeansTheSame compares the responses of two servers, with and without the fields that are not set.
func TestEmitUnpopulated_MeansTheSame(t *testing.T) {
	t.Parallel()

	plain, full := start(t, Options{}), start(t, Options{EmitUnpopulated: true})
	both := func(send func(h *harness) reply) {
		var short, long any

		send(plain).into(&short)
		send(full).into(&long)

		if diff := cmp.Diff(pruned(short), pruned(long)); diff != "" {
			t.Error(diff)
		}
	}

	both(func(h *harness) reply { return h.promote(latest, jobPromotion("m")) })
	both(func(h *harness) reply { return h.deploy("d", shapeBody()) })

	for _, path := range []string{
		"accounts", "accounts/demo/models", "accounts/demo/models/m", "accounts/demo/models/support-lora-1", qwen,
		"accounts/demo/deployments", "accounts/demo/deployments/d", "accounts/demo/deployedModels",
		"accounts/demo/quotas",
		"accounts/demo/operations/promote-1", sftJob + "/checkpoints", session + "/checkpoints",
		"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions", qwenShapeVersion, "accounts/demo/models/none",
	} {
		both(func(h *harness) reply { return h.get("/v1/" + path) })
	}

	both(func(h *harness) reply { return h.remove("d", "?hard=true") })
}

func TestEmitUnpopulated_Fields(t *testing.T) {
	t.Parallel()

	h := start(t, Options{EmitUnpopulated: true})
	h.get("/v1/"+qwen).want(http.StatusOK, `"cluster":""`, `"defaultDraftTokenCount":0`,
		`"status":{"code":"OK","message":""}`, `"deprecationDate":null`,
		`"peftDetails":{"baseModel":"","baseModelType":"","mergeAddonModelName":"","r":0,"targetModules":[]}`)
	h.get("/v1/"+llama).want(http.StatusOK, `"deployedModelRefs":[]`)
	h.deploy("d", shapeBody(body{"placement": body{"regions": []string{"US_IOWA_1"}}})).want(http.StatusOK,
		`"multiRegion":"MULTI_REGION_UNSPECIFIED"`, `"region":"REGION_UNSPECIFIED"`, `"regions":["US_IOWA_1"]`,
		`"deleteTime":null`,
		`"annotations":{}`, `"minReplicaCount":0`, `"enableHotLoad":false`, `"scalingSchedules":{}`, `"draftModel":""`)
	h.get("/v1/"+sftJob+"/checkpoints").want(http.StatusOK, `"promotable":false`, `"checkpointName":""`)
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK, `"nextPageToken":""`)
	h.remove("d", "").want(http.StatusOK, "{}")

	h.SetLegacyWire(true)
	h.get("/v1/"+sftJob+"/checkpoints").want(http.StatusOK, `"rlorTrainerJobCheckpoints":[`, `"promotable":false`)
}

func TestAddMembers_KeptInEveryResponse(t *testing.T) {
	t.Parallel()

	for _, unpopulated := range []bool{false, true} {
		t.Run(fmt.Sprint(unpopulated), func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{EmitUnpopulated: unpopulated})
			h.deploy("d", shapeBody()).want(http.StatusOK)
			h.AddMembers("accounts/demo/deployments/d", map[string]any{
				"owner": "me", "placement": map[string]any{"zone": "z"},
				"autoscalingPolicy": map[string]any{"burst": 2},
			})
			h.AddMembers(qwen, map[string]any{"peftDetails": map[string]any{"alpha": 16}})

			for _, path := range []string{deploymentsPath, deploymentsPath + "/d"} {
				h.get(path).want(http.StatusOK, `"owner":"me"`, `"zone":"z"`, `"burst":2`, `"scaleUpWindow":"30s"`)
			}

			h.get("/v1/"+qwen).want(http.StatusOK, `"alpha":16`)
			h.AddMembers(llama, map[string]any{"state": 2, "kind": 1})
			h.AddMembers(llama, map[string]any{"kind": nil})
			h.get("/v1/accounts/fireworks/models?filter=name="+llama).want(http.StatusOK, `"state":2`, "HF_BASE_MODEL")
			h.patch("d", "?updateMask=display_name", body{"displayName": "x"}).want(http.StatusOK, `"owner":"me"`,
				`"burst":2`)
			h.remove("d", "?hard=true").want(http.StatusOK)
			h.deploy("d", shapeBody()).want(http.StatusOK).lacks("owner", "burst")
		})
	}
}

// TestPolicyMembers_Update replaces the whole policy: members that the body lacks are lost.
func TestPolicyMembers_Update(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	night := body{"schedule": "0 22 * * *", "duration": "36000s", "timezone": "Europe/Berlin"}
	h.deploy("d", shapeBody(body{"autoscalingPolicy": body{"scalingSchedules": body{"night": night}}})).want(http.StatusOK,
		`"scalingSchedules":{"night":{`)
	h.AddMembers("accounts/demo/deployments/d", map[string]any{"autoscalingPolicy": map[string]any{"burst": 2}})

	h.patch("d", "?updateMask=description", body{"autoscalingPolicy": body{}}).want(http.StatusOK, "night", "burst")
	h.patch("d", "?updateMask=autoscaling_policy", body{"autoscalingPolicy": body{"burst": 2, "scaleUpWindow": "60s"}}).
		want(http.StatusOK, `"burst":2`, `"scaleUpWindow":"60s"`).lacks("night")
	h.patch("d", "?updateMask=autoscaling_policy", body{"autoscalingPolicy": body{"surge": 1}}).
		want(http.StatusBadRequest, `unknown field \"surge\"`)
	h.patch("d", "?updateMask=autoscaling_policy", body{"autoscalingPolicy": body{}}).want(http.StatusOK).lacks("burst")
}

func TestLoadTargets_32BitFloats(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	targets := body{
		"default": 2.0 / 3, "generation_latency_per_token_ms": 12.5, "vllm_concurrent_requests": 1,
		"serverless_uncached_input_capacity_utilization": 0.5, "serverless_generated_capacity_utilization": 0.1,
	}
	h.deploy("d", shapeBody(body{"autoscalingPolicy": body{"loadTargets": targets}})).want(http.StatusOK,
		`"default":0.6666667`, `"serverless_generated_capacity_utilization":0.1`, `"vllm_concurrent_requests":1`)
}

func TestDeployment_PublicFieldsAreAccepted(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	public := body{"state": "READY", "replicaCount": 7, "status": body{"code": "INTERNAL"}}

	for name, value := range otherDeploymentFields {
		public[name] = value
	}

	h.deploy("d", shapeBody(public)).want(http.StatusOK, `"name":"accounts/demo/deployments/d"`).
		lacks(":7", "INTERNAL", "enableHotLoad")
	h.do(http.MethodPost, deploymentsPath+"?deploymentId=e", "{\"baseModel\":\""+qwen+"\",\n  \"enableHotload\":true}").
		want(http.StatusBadRequest, `"code":3`, `"message":"proto: (line 2:3): unknown field \"enableHotload\""`)
	h.match("accounts/demo", "accounts/demo/models/support-lora-1", false).want(http.StatusOK, qwenShapeVersion)
}
