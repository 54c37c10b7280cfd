// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"testing"
	"time"
)

func TestOutcomes_OfSingleObjects(t *testing.T) {
	t.Parallel()

	fixtures := BuiltinFixtures()
	fixtures.Outcomes = []Outcome{
		{Object: "accounts/*/deployments/d", Outcome: "fails"},
		{Object: "accounts/demo/models/m", Outcome: "fails-leaving-model", Times: 1},
	}

	h := start(t, Options{Fixtures: &fixtures})
	h.deploy("other", shapeBody()).want(http.StatusOK)
	h.deploy("d", shapeBody()).want(http.StatusOK)
	h.get(deploymentsPath+"/other").want(http.StatusOK, `"state":"READY"`)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"FAILED"`)
	h.remove("d", "?hard=true").want(http.StatusOK)
	h.deploy("d", shapeBody()).want(http.StatusOK)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)

	h.promote(latest, jobPromotion("m").without("async_promotion")).want(http.StatusInternalServerError, failureMessage)
	checkEqual(t, "state", h.mustModel("m").State, stateUploading)

	h.SetOutcomes(Outcome{Object: "accounts/demo/deployments/d", Update: true, Outcome: "fails-serving"})
	h.remove("d", "?hard=true").want(http.StatusOK)
	h.deploy("d", shapeBody()).want(http.StatusOK)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)
	h.patch("d", "?updateMask=max_context_length", body{"maxContextLength": 1000}).want(http.StatusOK)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"FAILED"`)
}

func TestOutcomes_DeployedModel(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	h.SetOutcomes(Outcome{Object: "accounts/demo/deployedModels/support-lora-1-*", Outcome: "unloads"})
	failing, loading := h.loaded(h.load(firstLora, addonsDeployment)), h.loaded(h.load(secondLora, addonsDeployment))
	h.clock.advance(time.Minute)
	h.get("/v1/"+failing.Name).want(http.StatusOK, stateUndeploying)
	h.get("/v1/"+loading.Name).want(http.StatusOK, `"state":"DEPLOYED"`)
}

func TestOutcomes_Invalid(t *testing.T) {
	t.Parallel()

	checkReadErrors(t, ReadFixtures, `{"outcomes":[%s]}`, [][2]string{
		{`{"outcome":"fails"}`, "outcomes[0].object:"},
		{`{"object":"accounts/a/quotas/x","outcome":"fails"}`, "outcomes[0].object:"},
		{`{"object":"accounts/a/models/x","outcome":"fails"}`, "outcomes[0].outcome:"},
		{`{"object":"accounts/a/models/x","outcome":"succeeds","update":true}`, "outcomes[0].update:"},
		{
			`{"object":"accounts/a/deployments/x","outcome":"fails","times":1,"once":1}`,
			"outcomes[0].once: unknown field",
		},
	})
}

func TestDeployment_LacksCapacity(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetDeploymentOutcome(DeploymentLacksCapacity)
	h.deploy("d", shapeBody()).want(http.StatusOK, `"state":"CREATING"`,
		`"code":"RESOURCE_EXHAUSTED","message":"no capacity`)
	h.clock.advance(time.Hour)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"CREATING"`, `"code":"RESOURCE_EXHAUSTED"`)
	h.FinishDeployments()
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`, `"status":{"code":"OK"}`)
}

func TestDeployment_FailedButServing(t *testing.T) {
	t.Parallel()

	fixtures := BuiltinFixtures()
	fixtures.Deployments = append(fixtures.Deployments, DeploymentFixture{
		Name: "old", BaseModel: qwen, DeploymentShape: qwenShape, MinReplicaCount: 1, ReplicaCount: new(int32(1)),
		State: stateFailed,
	})
	h := start(t, Options{Fixtures: &fixtures})
	h.deploy("d", shapeBody(body{"minReplicaCount": 2, "maxReplicaCount": 2})).want(http.StatusOK)
	h.deploy("s", shapeBody(body{"minReplicaCount": 1})).want(http.StatusOK)

	h.SetUpdateOutcome(DeploymentFailsServing)
	h.patch("d", "?updateMask=max_context_length", body{"maxContextLength": 1000}).want(http.StatusOK)
	checkEqual(t, "found", h.SetState("accounts/demo/deployments/s", stateFailed, Status{Code: "INTERNAL"}), true)

	for id, replicas := range map[string]string{"d": `"replicaCount":2`, "s": `:1`, "old": `"replicaCount":1`} {
		h.get(deploymentsPath+"/"+id).want(http.StatusOK, `"state":"FAILED"`, replicas)
		h.send(http.MethodPost, "/inference/v1/chat/completions", body{
			"model": "accounts/demo/deployments/" + id, "messages": []body{{"role": "user", "content": "x"}},
		}).want(http.StatusOK, "canned")
	}

	h.remove("d", "").want(http.StatusBadRequest, `"code":9`)
}

func TestDeployment_UpdateStartsLater(t *testing.T) {
	t.Parallel()

	h := start(t, Options{DeploymentTime: time.Minute})
	h.deploy("d", shapeBody()).want(http.StatusOK)
	h.clock.advance(time.Minute)
	h.SetUpdateStart(2)
	h.patch("d", "?updateMask=max_context_length", body{"maxContextLength": 1000}).want(http.StatusOK,
		`"state":"READY"`)
	h.clock.advance(time.Hour)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"UPDATING"`)
	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)
}

func TestSetState_UnknownStates(t *testing.T) {
	t.Parallel()

	h := startWithAddons(t)
	loaded := h.loaded(h.load(firstLora, addonsDeployment))
	h.deploy("d", shapeBody()).want(http.StatusOK)

	for name, state := range map[string]string{
		"accounts/demo/deployments/d": "PROVISIONING", firstLora: "ARCHIVED", loaded.Name: "INITIALIZING",
	} {
		checkEqual(t, name, h.SetState(name, state, Status{Code: "UNKNOWN", Message: "why"}), true)
		h.clock.advance(time.Hour)
		h.get("/v1/"+name).want(http.StatusOK, `"state":"`+state+`"`, `"message":"why"`)
	}

	checkEqual(t, "missing", h.SetState("accounts/demo/models/none", "X", Status{}), false)
	h.FinishDeployments()
	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)
}

func TestPromotion_LosesToAnother(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Minute})
	h.SetPromotionOutcome(PromotionLosesToAnother)

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)
	h.clock.advance(time.Minute)

	op := h.operation(first.Operation.Name)
	if !op.Done || op.Error == nil || op.Error.Code != codeAlreadyExists {
		t.Errorf("got %+v", op)
	}

	checkEqual(t, "state", h.mustModel("m").State, stateReady)
}

func TestPromotion_UnusualSuccess(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetOutcomes(Outcome{Object: "accounts/demo/models/a", Outcome: "succeeds-with-empty-error"})
	h.promote(latest, jobPromotion("a")).want(http.StatusOK)
	h.get("/v1/accounts/demo/operations/promote-1").want(http.StatusOK, `"done":true,"error":{}`).lacks("response")
	checkEqual(t, "state", h.mustModel("a").State, stateReady)

	h.SetNamelessModels(true)
	h.SetModelInPromotionResponse(true)
	h.promote(latest, jobPromotion("b")).want(http.StatusOK, `"model":{"name":"",`)
	h.get("/v1/accounts/demo/operations/promote-2").want(http.StatusOK, `"name":"","createTime"`)
	h.promote(latest, jobPromotion("c").without("async_promotion")).want(http.StatusOK, `"model":{"name":"",`)
	h.get("/v1/accounts/demo/models/c").want(http.StatusOK, `"name":"accounts/demo/models/c"`)
}
