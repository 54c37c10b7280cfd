// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	deployedModelsPath = "/v1/accounts/demo/deployedModels"
	firstLora          = "accounts/demo/models/support-lora-1"
	secondLora         = "accounts/demo/models/support-lora-2"
	addonsDeployment   = "accounts/demo/deployments/addons"
)

// startWithAddons starts a server with the deployment addons, which is READY.
func startWithAddons(t *testing.T) *harness {
	t.Helper()

	h := start(t, Options{DeploymentTime: time.Minute, Fixtures: servingFixtures()})
	h.deploy("addons", shapeBody(body{"minReplicaCount": 1, "enableAddons": true})).want(http.StatusOK)
	h.clock.advance(time.Minute)

	return h
}

func (h *harness) load(model, deployment string, changes ...body) reply {
	h.t.Helper()

	b := body{"model": model, "deployment": deployment}

	for _, c := range changes {
		maps.Copy(b, c)
	}

	return h.send(http.MethodPost, deployedModelsPath, b)
}

func (h *harness) loaded(r reply) DeployedModel {
	h.t.Helper()

	var d DeployedModel
	r.want(http.StatusOK).into(&d)

	return d
}

func TestDeployedModel_Lifecycle(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	created := h.loaded(h.load(firstLora, addonsDeployment, body{"displayName": "one"}))
	path := "/v1/" + created.Name

	checkEqual(t, "state", created.State, stateDeploying)
	checkEqual(t, "default", created.Default, true)

	if !strings.HasPrefix(created.Name, "accounts/demo/deployedModels/") {
		t.Errorf("name %s", created.Name)
	}

	h.load(firstLora, addonsDeployment).want(http.StatusConflict, `"code":6`)
	h.clock.advance(20 * time.Second)
	h.get(path).want(http.StatusOK, `"state":"DEPLOYED"`, `"status":{"code":"OK"}`, `"displayName":"one"`)
	h.get("/v1/"+firstLora).want(http.StatusOK,
		`"deployedModelRefs":[{"name":"`+created.Name+`","deployment":"`+addonsDeployment+`"`)

	h.send(http.MethodPatch, path+"?updateMask=description,public", body{"description": "text", "public": true}).want(
		http.StatusOK, `"description":"text"`, `"public":true`, `"displayName":"one"`)
	h.send(http.MethodPatch, path, body{"description": "text"}).want(http.StatusOK).lacks("displayName", "public",
		"default")
	h.send(http.MethodPatch, path+"?updateMask=model", body{"model": secondLora}).want(http.StatusBadRequest)

	h.do(http.MethodDelete, path, "").want(http.StatusOK, "{}")
	h.get(path).want(http.StatusOK, `"state":"UNDEPLOYING"`)
	// A change of the model while it is loaded does not keep it loaded.
	model, _ := h.Model(firstLora)
	h.PutModel(model)

	h.do(http.MethodDelete, path, "").want(http.StatusOK)
	h.clock.advance(20 * time.Second)
	h.get(path).want(http.StatusNotFound)
	h.get("/v1/" + firstLora).want(http.StatusOK).lacks("deployedModelRefs")

	if n := h.DeployedModelsCreated(firstLora); n != 1 {
		t.Errorf("%d deployed models were created", n)
	}
}

func TestDeployedModel_Default(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	h.deploy("more", shapeBody(body{"enableAddons": true})).want(http.StatusOK)

	first := h.loaded(h.load(firstLora, addonsDeployment))
	second := h.loaded(h.load(firstLora, "accounts/demo/deployments/more"))

	if second.Default {
		t.Error("the second deployed model is the default")
	}

	h.send(http.MethodPatch, "/v1/"+second.Name+"?updateMask=default", body{"default": true}).want(http.StatusOK,
		`"default":true`)
	h.get("/v1/" + first.Name).want(http.StatusOK).lacks("default")
}

func TestDeployedModel_Refused(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	h.deploy("plain", shapeBody(body{"enableAddons": false})).want(http.StatusOK)
	h.deploy("deleted", shapeBody()).want(http.StatusOK)
	h.remove("deleted", "").want(http.StatusOK)

	for name, test := range map[string]struct {
		model, deployment string
		more              body
		status            int
		want              string
	}{
		"not a LoRA":         {qwen, addonsDeployment, nil, 400, "not a LoRA"},
		"not ready":          {"accounts/demo/models/support-lora-3", addonsDeployment, nil, 400, "UPLOADING"},
		"of another base":    {"accounts/demo/models/chat-lora", addonsDeployment, nil, 400, llama},
		"no addons":          {firstLora, "accounts/demo/deployments/plain", nil, 400, "enable_addons"},
		"deleted deployment": {firstLora, "accounts/demo/deployments/deleted", nil, 400, `"code":9`},
		"no model":           {"accounts/demo/models/none", addonsDeployment, nil, 404, "none"},
		"no deployment":      {firstLora, "accounts/demo/deployments/none", nil, 404, "none"},
		"a bare model":       {"support-lora-1", addonsDeployment, nil, 400, "model"},
		"a bare deployment":  {firstLora, "addons", nil, 400, "deployment"},
		"a name":             {firstLora, addonsDeployment, body{"name": "x"}, 400, "name"},
		"unknown field":      {firstLora, addonsDeployment, body{"replicas": 1}, 400, "replicas"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.load(test.model, test.deployment, test.more).want(test.status, test.want)
		})
	}
}

func TestDeployedModel_Outcomes(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome DeployedModelOutcome
		status  int
		want    string
	}{
		"hangs":      {DeployedModelHangs, 200, `"state":"DEPLOYING","status":{"code":"OK"}`},
		"fails":      {DeployedModelFails, 200, `"state":"DEPLOYING","status":{"code":"INTERNAL"`},
		"unloads":    {DeployedModelUnloads, 200, `"state":"UNDEPLOYING","status":{"code":"INTERNAL"`},
		"disappears": {DeployedModelDisappears, 404, `"code":5`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := startWithAddons(t)
			h.SetDeployedModelOutcome(test.outcome)

			path := "/v1/" + h.loaded(h.load(firstLora, addonsDeployment)).Name
			h.clock.advance(time.Hour)
			h.get(path).want(test.status, test.want)

			if test.status == http.StatusOK {
				h.do(http.MethodDelete, path, "").want(http.StatusOK)
				h.clock.advance(time.Minute)
				h.get(path).want(http.StatusNotFound)
			}
		})
	}
}

func TestDeployedModel_DeletedWithDeployment(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	path := "/v1/" + h.loaded(h.load(firstLora, addonsDeployment)).Name

	h.remove("addons", "").want(http.StatusOK)
	h.clock.advance(time.Minute)
	h.get(path).want(http.StatusNotFound)
	h.get(deployedModelsPath).want(http.StatusOK).lacks("deployedModels")
}

func TestDeployedModel_List(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	first := h.loaded(h.load(firstLora, addonsDeployment))
	h.load(secondLora, addonsDeployment).want(http.StatusOK)

	h.get(deployedModelsPath+"?pageSize=2").want(http.StatusOK, `"totalSize":3`, "nextPageToken")
	h.get(deployedModelsPath+"?filter=model%3D%22"+firstLora+"%22").want(http.StatusOK, `"totalSize":1`, firstLora)

	if n := len(h.DeployedModels()); n != 3 {
		t.Errorf("%d deployed models", n)
	}

	name := h.PutDeployedModel(DeployedModel{Model: firstLora, Deployment: "accounts/demo/deployments/x",
		State: "UPDATING"})
	h.get("/v1/"+name).want(http.StatusOK, `"state":"UPDATING"`)
	h.RemoveDeployedModel(name)
	h.get("/v1/" + name).want(http.StatusNotFound)

	h.RemoveDeployedModel(first.Name)
	h.SetQuota("accounts/demo/quotas/deployed-model-count", 2)
	h.load(firstLora, addonsDeployment).want(http.StatusTooManyRequests, `"code":8`, "in use: 2, quota: 2")
}
