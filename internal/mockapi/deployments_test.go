// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	qwenShape        = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
	qwenShapeVersion = qwenShape + "/versions/d2f40c1b"
	deploymentsPath  = "/v1/accounts/demo/deployments"
	shapelessQuery   = "&acceptShapelessRisk=true"
)

type body map[string]any

func shapeBody(changes ...body) body {
	b := body{"baseModel": qwen, "deploymentShape": qwenShape}
	for _, c := range changes {
		maps.Copy(b, c)
	}

	return b
}

func shapelessBody(changes ...body) body {
	b := body{"baseModel": qwen, "acceleratorType": "NVIDIA_H100_80GB"}
	for _, c := range changes {
		maps.Copy(b, c)
	}

	return b
}

func (h *harness) send(method, path string, b any) reply {
	h.t.Helper()

	text, err := json.Marshal(b)
	if err != nil {
		h.t.Fatal(err)
	}

	return h.do(method, path, string(text))
}

func (h *harness) deploy(id string, b body) reply {
	h.t.Helper()
	return h.send(http.MethodPost, deploymentsPath+"?deploymentId="+id, b)
}

func TestDeployment_Create(t *testing.T) {
	t.Parallel()

	h := start(t, Options{DeploymentTime: time.Minute})
	h.deploy("d1", shapeBody(body{"displayName": "one"})).want(http.StatusOK,
		`"name":"accounts/demo/deployments/d1"`, `"state":"CREATING"`, `"deploymentShape":"`+qwenShapeVersion+`"`,
		`"acceleratorType":"NVIDIA_B200_192GB"`, `"acceleratorCount":1`, `"precision":"BF16"`, `"maxReplicaCount":1`,
		`"scaleUpWindow":"30s","scaleDownWindow":"600s","scaleToZeroWindow":"3600s","loadTargets":{"default":0.8}`,
	).lacks("minReplicaCount", "replicaStats")

	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"READY"`, `"region":"US_IOWA_1"`,
		`"status":{"code":"OK"}`)

	if n := h.DeploymentsCreated("accounts/demo/deployments/d1"); n != 1 {
		t.Errorf("%d deployments were created", n)
	}

	h.send(http.MethodPost, deploymentsPath,
		shapeBody()).want(http.StatusOK).lacks(`"name":"accounts/demo/deployments/"`)
}

func TestDeployment_CreateRefused(t *testing.T) {
	t.Parallel()

	const (
		lora  = "accounts/demo/models/lora"
		rigid = "accounts/demo/deploymentShapes/rigid"
		raw   = "accounts/demo/deploymentShapes/raw"
	)

	for name, test := range map[string]struct {
		query  string
		body   body
		status int
		want   string
	}{
		"no hardware":        {"", body{"baseModel": qwen}, 400, "one of deployment_shape and accelerator_type"},
		"count without type": {"", body{"baseModel": qwen, "acceleratorCount": 2}, 400, "needs accelerator_type"},
		"both": {"", shapeBody(body{"acceleratorType": "NVIDIA_H100_80GB"}), 400,
			"together with deployment_shape"},
		"risk not accepted":    {"", shapelessBody(), 400, "acceptShapelessRisk"},
		"risk with a shape":    {shapelessQuery, shapeBody(), 400, "acceptShapelessRisk"},
		"ID in the body":       {"", shapeBody(body{"deploymentId": "x"}), 400, "deploymentId"},
		"unknown field":        {"", shapeBody(body{"replicas": 1}), 400, "replicas"},
		"unknown nested field": {"", shapeBody(body{"placement": body{"zone": "x"}}), 400, `unknown field \"zone\"`},
		"lower case": {shapelessQuery, shapelessBody(body{"acceleratorType": "nvidia_h100_80gb"}), 400,
			"nvidia_h100_80gb"},
		"unknown accelerator": {shapelessQuery, shapelessBody(body{"acceleratorType": "NVIDIA_X"}), 400, "NVIDIA_X"},
		"unknown precision":   {"", shapeBody(body{"precision": "FP2"}), 400, "FP2"},
		"unsupported hardware": {shapelessQuery, shapelessBody(body{"acceleratorType": "NVIDIA_A100_80GB"}), 400,
			"model type qwen3"},
		"addons with FP8":    {"", shapeBody(body{"enableAddons": true, "precision": "FP8"}), 400, "FP8"},
		"addons of an addon": {"", shapeBody(body{"baseModel": lora, "enableAddons": true}), 400, "addon"},
		"no live merge":      {"", shapeBody(body{"baseModel": lora, "deploymentShape": rigid}), 400, "live merge"},
		"model not ready": {"", shapeBody(body{"baseModel": "accounts/demo/models/uploading"}), 400,
			"not READY"},
		"no model":      {"", shapeBody(body{"baseModel": "accounts/demo/models/none"}), 404, "none"},
		"no model name": {"", shapeBody(body{"baseModel": "qwen"}), 400, "base_model"},
		"no shape": {"", shapeBody(body{"deploymentShape": "accounts/demo/deploymentShapes/none"}), 404,
			"none"},
		"no version":            {"", shapeBody(body{"deploymentShape": qwenShape + "/versions/none"}), 404, "none"},
		"no shape name":         {"", shapeBody(body{"deploymentShape": "fast"}), 400, "fast"},
		"version not validated": {"", shapeBody(body{"deploymentShape": raw + "/versions/v1"}), 400, "not validated"},
		"nothing validated":     {"", shapeBody(body{"deploymentShape": raw}), 400, "no validated version"},
		"replica counts": {"", shapeBody(body{"minReplicaCount": 3, "maxReplicaCount": 2}), 400,
			"max_replica_count 2"},
		"negative count": {"", shapeBody(body{"minReplicaCount": -1}), 400, "negative"},
		"long window": {"", shapeBody(body{"autoscalingPolicy": body{"scaleUpWindow": "3601s"}}), 400,
			"at most 3600s"},
		"short window": {"", shapeBody(body{"autoscalingPolicy": body{"scaleToZeroWindow": "299s"}}), 400,
			"at least 300s"},
		"window in minutes": {"", shapeBody(body{"autoscalingPolicy": body{"scaleUpWindow": "10m"}}), 400,
			"duration in seconds"},
		"load target": {"", shapeBody(body{"autoscalingPolicy": body{"loadTargets": body{"cpu": 1}}}), 400,
			"cpu"},
		"two placements": {"", shapeBody(body{"placement": body{"region": "US_IOWA_1", "multiRegion": "US"}}),
			400, "exactly one"},
		"unknown region":         {"", shapeBody(body{"placement": body{"region": "us"}}), 400, "us"},
		"reserved annotation":    {"", shapeBody(body{"annotations": body{"team": "x"}}), 403, "reserved"},
		"bad annotation":         {"", shapeBody(body{"annotations": body{"custom/-team": "x"}}), 400, "custom/-team"},
		"long display name":      {"", shapeBody(body{"displayName": strings.Repeat("x", 64)}), 400, "display_name"},
		"bad parameter":          {"&validateOnly=yes", shapeBody(), 400, "validateOnly"},
		"taken":                  {"", shapeBody(), 409, "already exists"},
		"taken, only validating": {"&validateOnly=true", shapeBody(), 409, "already exists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{})
			h.addServingFixtures()

			id := "new"
			if test.status == http.StatusConflict {
				id = "taken"
				h.deploy(id, shapeBody()).want(http.StatusOK)
			}

			before := h.DeploymentsCreated("")
			h.deploy(id+test.query, test.body).want(test.status, test.want)

			if n := h.DeploymentsCreated("") - before; n != 0 {
				t.Errorf("%d deployments were created", n)
			}
		})
	}
}

// addServingFixtures adds models and shapes that deployments cannot be created with.
func (h *harness) addServingFixtures() {
	h.t.Helper()
	h.PutModel(Model{
		Name:        "accounts/demo/models/lora",
		Kind:        kindPEFTAddon,
		PeftDetails: &PeftDetails{BaseModel: qwen, BaseModelType: "qwen3"},
	})
	h.PutModel(Model{Name: "accounts/demo/models/uploading", State: stateUploading})

	f := Fixtures{Accounts: []string{"demo"}, DeploymentShapes: []DeploymentShapeFixture{
		{Name: "rigid", Snapshot: DeploymentSnapshotFixture{AcceleratorType: "NVIDIA_H100_80GB", NoLiveMerge: true}},
		{
			Name: "raw", Snapshot: DeploymentSnapshotFixture{AcceleratorType: "NVIDIA_H100_80GB"},
			Versions: []ShapeVersionFixture[DeploymentSnapshotFixture]{{ID: "v1", Validated: new(false)}},
		},
	}}
	for _, sh := range f.DeploymentShapes {
		if err := loadShape(h.Server, f, deploymentShapes, sh); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestDeployment_SkipShapeValidation(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.addServingFixtures()
	h.deploy("d1&skipShapeValidation=true",
		shapeBody(body{"deploymentShape": "accounts/demo/deploymentShapes/raw"})).want(
		http.StatusOK, `"deploymentShape":"accounts/demo/deploymentShapes/raw/versions/v1"`)
}

func TestDeployment_ValidateOnly(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1&validateOnly=true", shapeBody()).want(http.StatusOK, `"state":"STATE_UNSPECIFIED"`,
		`"acceleratorCount":1`,
		`"acceleratorType":"NVIDIA_B200_192GB"`, `"deploymentShape":"`+qwenShapeVersion+`"`).lacks("createTime", "CREATING")
	h.get(deploymentsPath + "/d1").want(http.StatusNotFound)

	h.SetIgnoreValidateOnly(true)
	h.deploy("d1&validateOnly=true", shapeBody()).want(http.StatusOK, `"state":"CREATING"`, "createTime")
	h.get(deploymentsPath + "/d1").want(http.StatusOK)
}

func TestDeployment_Outcomes(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetDeploymentOutcome(DeploymentFails, "accounts/demo/deployments/d1")
	h.deploy("d1", shapeBody(body{"minReplicaCount": 2})).want(http.StatusOK, `"pendingSchedulingReplicaCount":2`)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"FAILED"`, "no capacity").lacks("replicaCount")

	h.deploy("d2", shapeBody(body{"minReplicaCount": 2})).want(http.StatusOK)
	h.get(deploymentsPath+"/d2").want(http.StatusOK, `"state":"READY"`, `"replicaCount":2`, `"readyReplicaCount":2`)

	h.SetDeploymentOutcome(DeploymentHangs)
	h.deploy("d3", shapeBody()).want(http.StatusOK)
	h.clock.advance(time.Hour)
	h.get(deploymentsPath+"/d3").want(http.StatusOK, `"state":"CREATING"`)
	h.FinishDeployments()
	h.get(deploymentsPath+"/d3").want(http.StatusOK, `"state":"READY"`)
}
