// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (h *harness) patch(id, query string, b body) reply {
	h.t.Helper()
	return h.send(http.MethodPatch, deploymentsPath+"/"+id+query, b)
}

func (h *harness) remove(id, query string) reply {
	h.t.Helper()
	return h.do(http.MethodDelete, deploymentsPath+"/"+id+query, "")
}

func (h *harness) mustDeployment(id string) Deployment {
	h.t.Helper()

	d, ok := h.Deployment("accounts/demo/deployments/" + id)
	if !ok {
		h.t.Fatalf("deployment %s does not exist", id)
	}

	return d
}

func TestDeployment_UpdateMask(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody(body{"displayName": "one", "description": "text",
		"autoscalingPolicy": body{"scaleUpWindow": "60s"}}))

	before := h.mustDeployment("d1")

	change := body{"minReplicaCount": 2, "maxReplicaCount": 3, "description": "no"}
	h.patch("d1", "?updateMask=min_replica_count,max_replica_count", change).want(
		http.StatusOK, `"state":"READY"`, `"replicaCount":2`)

	want := before.clone()
	want.MinReplicaCount, want.MaxReplicaCount, want.DesiredReplicaCount, want.ReplicaCount = 2, 3, 2, 2
	want.ReplicaStats = &ReplicaStats{ReadyReplicaCount: 2}

	got := h.mustDeployment("d1")
	if got.UpdateTime <= before.UpdateTime {
		t.Errorf("the update time is %s", got.UpdateTime)
	}

	want.UpdateTime = got.UpdateTime
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	h.patch("d1", "?updateMask=autoscaling_policy", body{"autoscalingPolicy": body{"scaleDownWindow": "1200.5s"}}).want(
		http.StatusOK, `"scaleUpWindow":"30s","scaleDownWindow":"1200.5s"`)
	h.patch("d1", "?updateMask=min_replica_count,max_replica_count",
		body{"minReplicaCount": 0, "maxReplicaCount": 0}).want(
		http.StatusOK, `"state":"READY"`).lacks(`"replicaCount"`, "maxReplicaCount")
}

func TestDeployment_UpdateWithoutMask(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody(body{"displayName": "one", "maxReplicaCount": 5, "enableSessionAffinity": true}))
	h.patch("d1", "", body{"description": "new"}).want(http.StatusOK, `"description":"new"`,
		`"maxReplicaCount":1`).lacks(
		"displayName", "enableSessionAffinity", "deploymentShape")
}

func TestDeployment_UpdateRefused(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("shaped", shapeBody())
	h.deploy("shapeless"+shapelessQuery, shapelessBody())
	h.deploy("deleted", shapeBody())
	h.remove("deleted", "")

	for name, test := range map[string]struct {
		id, query string
		body      body
		status    int
		want      string
	}{
		"base model": {"shaped", "?updateMask=base_model", body{"baseModel": llama}, 400, "base_model"},
		"placement": {"shaped", "?updateMask=placement", body{"placement": body{"region": "US_IOWA_1"}}, 400,
			"placement"},
		"annotations": {"shaped", "?updateMask=annotations", body{"annotations": body{"custom/a": "b"}}, 400,
			"annotations"},
		"camel case": {"shaped", "?updateMask=displayName", body{"displayName": "x"}, 400, "displayName"},
		"a nested field": {"shaped", "?updateMask=autoscaling_policy.scale_up_window", body{}, 400,
			"scale_up_window"},
		"type with a shape": {"shaped", "?updateMask=accelerator_type", body{"acceleratorType": "NVIDIA_H100_80GB"},
			400, "together"},
		"count with a shape": {"shaped", "?updateMask=accelerator_count", body{"acceleratorCount": 2}, 400, "together"},
		"no hardware":        {"shaped", "?updateMask=deployment_shape", body{}, 400, "is required"},
		"min over max": {"shaped", "?updateMask=min_replica_count", body{"minReplicaCount": 2}, 400,
			"max_replica_count"},
		"unknown field": {"shaped", "?updateMask=description", body{"desc": ""}, 400, "desc"},
		"addons with FP8": {"shaped", "?updateMask=enable_addons,precision",
			body{"enableAddons": true, "precision": "FP8"}, 400, "FP8"},
		"lower case": {"shapeless", "?updateMask=accelerator_type", body{"acceleratorType": "h100"}, 400,
			"h100"},
		"a deleted one": {"deleted", "?updateMask=description", body{"description": "x"}, 400, `"code":9`},
		"none": {"none", "?updateMask=description", body{"description": "x"}, 404,
			`"message":"deployment not found"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.patch(test.id, test.query, test.body).want(test.status, test.want)
		})
	}
}

func TestDeployment_UpdateRollout(t *testing.T) {
	t.Parallel()

	h := start(t, Options{DeploymentTime: time.Minute})
	h.deploy("d1", shapeBody(body{"minReplicaCount": 1}))
	h.clock.advance(time.Minute)

	h.patch("d1", "?updateMask=deployment_shape",
		body{"deploymentShape": "accounts/fireworks/deploymentShapes/qwen3-8b-fast"}).want(
		http.StatusOK, `"state":"UPDATING"`, "qwen3-8b-fast/versions/5b6a7988", `"acceleratorType":"NVIDIA_H200_141GB"`,
		`"precision":"FP8"`,
		`"draftTokenCount":3`, `"replicaCount":1`).lacks("enableAddons")
	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"READY"`)

	h.SetUpdateOutcome(DeploymentKeepsError)
	h.patch("d1", "?updateMask=max_context_length", body{"maxContextLength": 4096}).want(http.StatusOK,
		`"state":"UPDATING"`)
	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"READY"`, `"code":"INTERNAL"`, `"maxContextLength":4096`)

	h.SetUpdateOutcome(DeploymentFails)
	h.patch("d1", "?updateMask=deployment_shape,accelerator_type", body{"acceleratorType": "NVIDIA_H100_80GB"}).want(
		http.StatusOK, `"state":"UPDATING"`, `"acceleratorType":"NVIDIA_H100_80GB"`).lacks("deploymentShape")
	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"FAILED"`, "no capacity")
}

func TestDeployment_IgnoredFields(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetIgnoredFields("max_replica_count", "precision")
	h.deploy("d1", shapeBody(body{"maxReplicaCount": 4, "precision": "FP8"})).want(http.StatusOK, `"maxReplicaCount":1`,
		`"precision":"BF16"`)
	h.patch("d1", "?updateMask=max_replica_count,description", body{"maxReplicaCount": 4, "description": "x"}).want(
		http.StatusOK, `"maxReplicaCount":1`, `"description":"x"`)
}

func TestDeployment_Shapes(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("pinned", shapeBody(body{"deploymentShape": qwenShape + "/versions/a91c3e07"})).want(http.StatusOK,
		"versions/a91c3e07")
	h.deploy("default", shapeBody(body{"deploymentShape": "default"})).want(http.StatusOK,
		"qwen3-8b-fast/versions/5b6a7988")
	h.deploy("plain&disableSpeculativeDecoding=true", shapeBody(body{"deploymentShape": "default"})).want(
		http.StatusOK, "qwen3-8b-fast/versions/5b6a7988").lacks("draft")
	h.deploy("misfit", body{"baseModel": llama,
		"deploymentShape": qwenShape}).want(http.StatusOK).lacks("deploymentShape")
	h.deploy("nothing", body{"baseModel": "accounts/fireworks/models/qwen3-vl-235b-a22b",
		"deploymentShape": "default"}).want(
		http.StatusBadRequest, "no validated shape")

	h.SetDropShapes(true)
	h.deploy("dropped", shapeBody()).want(http.StatusOK, "NVIDIA_B200_192GB").lacks("deploymentShape")
}

func TestDeployment_SoftDelete(t *testing.T) {
	t.Parallel()

	h := start(t, Options{DeploymentTime: time.Minute})
	h.deploy("d1", shapeBody(body{"minReplicaCount": 1}))
	h.clock.advance(time.Minute)

	h.remove("d1", "").want(http.StatusOK, "{}")
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"DELETING"`)
	h.deploy("d1", shapeBody()).want(http.StatusConflict, `"code":6`)
	h.remove("d1", "").want(http.StatusOK, "{}")
	h.clock.advance(20 * time.Second)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"DELETED"`, `"deleteTime":"2026-04-01T12:01:20Z"`,
		`"purgeTime":"2026-04-08T12:01:20Z"`).lacks("replicaCount")
	h.deploy("d1", shapeBody()).want(http.StatusConflict)
	h.get(deploymentsPath).want(http.StatusOK).lacks("deployments/d1")
	h.get(deploymentsPath+"?showDeleted=true").want(http.StatusOK, "deployments/d1")

	h.do(http.MethodPost, deploymentsPath+"/d1:undelete", "").want(http.StatusOK,
		`"state":"CREATING"`).lacks("purgeTime")
	h.do(http.MethodPost, deploymentsPath+"/d1:undelete", "").want(http.StatusBadRequest, `"code":9`)
	h.clock.advance(time.Minute)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"READY"`)

	h.remove("d1", "")
	h.clock.advance(7*24*time.Hour + time.Minute)
	h.get(deploymentsPath + "/d1").want(http.StatusNotFound)
	h.deploy("d1", shapeBody()).want(http.StatusOK)
}

func TestDeployment_HardDelete(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody())
	h.remove("d1", "?hard=true").want(http.StatusOK, "{}")
	h.get(deploymentsPath + "/d1").want(http.StatusNotFound)

	h.deploy("d1", shapeBody()).want(http.StatusOK)
	h.remove("d1", "").want(http.StatusOK)
	h.SetHardDeleteLag(time.Minute)
	h.remove("d1", "?hard=true").want(http.StatusOK)
	h.get(deploymentsPath + "/d1").want(http.StatusNotFound)
	h.deploy("d1", shapeBody()).want(http.StatusConflict, `"code":6`)
	h.clock.advance(time.Minute)
	h.deploy("d1", shapeBody()).want(http.StatusOK)

	if n := h.DeploymentsCreated("accounts/demo/deployments/d1"); n != 3 {
		t.Errorf("%d deployments were created", n)
	}

	h.ReserveDeploymentID("accounts/demo/deployments/d2", time.Minute)
	h.deploy("d2", shapeBody()).want(http.StatusConflict)
}

func TestDeployment_InUse(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody())
	h.MarkInUse("accounts/demo/deployments/d1")
	h.remove("d1", "?hard=true").want(http.StatusBadRequest, `"code":9`)
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"state":"READY"`)
	h.clock.advance(time.Hour)
	h.remove("d1", "").want(http.StatusOK)

	h.deploy("d2", shapeBody())
	h.MarkInUse("accounts/demo/deployments/d2")
	h.remove("d2", "?ignoreChecks=true&hard=true").want(http.StatusOK)
}

func TestDeployment_DeletedByPlatform(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("idle", shapeBody())
	h.deploy("used", shapeBody())
	h.deploy("kept", shapeBody(body{"minReplicaCount": 1}))
	h.clock.advance(7*24*time.Hour - time.Minute)
	h.MarkInUse("accounts/demo/deployments/used")
	h.clock.advance(time.Minute)

	h.get(deploymentsPath+"/idle").want(http.StatusOK, `"state":"DELETED"`)
	h.get(deploymentsPath+"/used").want(http.StatusOK, `"state":"READY"`)
	h.get(deploymentsPath+"/kept").want(http.StatusOK, `"state":"READY"`)

	h.ExpireDeployment("accounts/demo/deployments/used")
	h.get(deploymentsPath+"/used").want(http.StatusOK, `"state":"DELETED"`)
	h.RemoveDeployment("accounts/demo/deployments/kept")
	h.get(deploymentsPath + "/kept").want(http.StatusNotFound)
}

func TestDeployment_Tags(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody(body{"annotations": body{"custom/a": "1"}})).want(http.StatusOK,
		`"annotations":{"custom/a":"1"}`)

	set := deploymentsPath + "/d1:setTags"
	h.send(http.MethodPost, set, body{"tags": body{"custom/b": "2"}}).want(http.StatusOK,
		`{"custom/a":"1","custom/b":"2"}`)
	h.send(http.MethodPost, set, body{"tags": body{"custom/c": "3", "team": "x"}}).want(http.StatusForbidden,
		`"code":7`)
	h.send(http.MethodPost, set, body{"tags": body{"custom/c": " 3"}}).want(http.StatusBadRequest)
	h.send(http.MethodPost, set,
		body{"tags": body{"custom/" + strings.Repeat("x", 122): "3"}}).want(http.StatusBadRequest)
	h.send(http.MethodPost, set, body{"tags": body{"custom/c": strings.Repeat("x", 129)}}).want(http.StatusBadRequest)
	h.send(http.MethodPost, set, body{"labels": body{}}).want(http.StatusBadRequest, "labels")

	many := body{}
	for i := range 63 {
		many[fmt.Sprintf("custom/many-%d", i)] = "x"
	}

	h.send(http.MethodPost, set, body{"tags": many}).want(http.StatusBadRequest, "at most 64")

	remove := deploymentsPath + "/d1:deleteTags"
	h.send(http.MethodPost, remove, body{"keys": []string{"custom/a", "team"}}).want(http.StatusForbidden)
	h.send(http.MethodPost, remove, body{"keys": []string{"custom/a", "custom/none"}}).want(http.StatusOK,
		`"annotations":{"custom/b":"2"}`)
}

func TestDeployment_QuotaAndSuspension(t *testing.T) {
	t.Parallel()

	h := start(t, Options{Fixtures: servingFixtures()})
	h.SetQuota("accounts/demo/quotas/global--h100-count", 4)
	h.deploy("d1"+shapelessQuery, shapelessBody(body{"acceleratorCount": 1, "maxReplicaCount": 3})).want(http.StatusOK)

	refused := h.deploy("d2"+shapelessQuery,
		shapelessBody(body{"acceleratorCount": 2})).want(http.StatusTooManyRequests,
		`"code":8`, "global--h100-count for account demo, in use: 3, quota: 4, requesting: 2")
	if refused.header.Get("Retry-After") != "" {
		t.Error("a quota has Retry-After")
	}

	h.deploy("d2&validateOnly=true"+shapelessQuery,
		shapelessBody(body{"acceleratorCount": 2})).want(http.StatusTooManyRequests)
	h.patch("d1", "?updateMask=max_replica_count", body{"maxReplicaCount": 5}).want(http.StatusTooManyRequests)
	h.patch("d1", "?updateMask=max_replica_count", body{"maxReplicaCount": 4}).want(http.StatusOK)
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK, `"value":"4"`, `"usage":4`)
	h.patch("d1", "?updateMask=max_replica_count", body{"maxReplicaCount": 0}).want(http.StatusOK)
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK).lacks("usage")
	h.deploy("deleted"+shapelessQuery, shapelessBody()).want(http.StatusOK)
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK, `"usage":1`)
	h.remove("deleted", "").want(http.StatusOK)
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK).lacks("usage")

	h.SetSuspended(true)
	h.deploy("d3"+shapelessQuery, shapelessBody()).want(http.StatusPreconditionFailed, `"code":9`)
	h.patch("d1", "?updateMask=description", body{}).want(http.StatusPreconditionFailed)
}

// servingFixtures are fixtures with base models and shapes, and nothing that is deployed.
func servingFixtures() *Fixtures {
	f := BuiltinFixtures()
	f.Deployments, f.DeployedModels, f.Quotas = nil, nil, nil

	return &f
}

func TestDeployment_List(t *testing.T) {
	t.Parallel()

	h := start(t, Options{Fixtures: servingFixtures()})

	for _, id := range []string{"c", "a", "b"} {
		h.deploy(id, shapeBody())
		h.clock.advance(time.Minute)
	}

	for query, want := range map[string]string{
		"": "c a b", "orderBy=name": "a b c", "orderBy=create_time%20desc": "b a c", "filter=state%3DREADY": "c a b",
		"filter=create_time%3E%3D%222026-04-01T12:01:00Z%22": "a b",
		"filter=name%3D%22accounts/demo/deployments/a%22":    "a",
	} {
		checkEqual(t, query, h.names(deploymentsPath+"?"+query), want)
	}

	h.get(deploymentsPath+"?pageSize=2").want(http.StatusOK, "nextPageToken", `"totalSize":3`)
	h.get(deploymentsPath + "?filter=region%3D").want(http.StatusBadRequest)
	h.get("/v1/accounts/fireworks/deployments").want(http.StatusForbidden)
}

func TestDeployment_ModelReferences(t *testing.T) {
	t.Parallel()

	h := start(t, Options{DeploymentTime: time.Minute})
	h.PutModel(Model{Name: "accounts/demo/models/m"})
	h.SetDeployedModelRefsLag(time.Minute)
	h.deploy("d1", shapeBody(body{"baseModel": "accounts/demo/models/m"})).want(http.StatusOK)
	h.deploy("d2&disableAutoDeploy=true", shapeBody(body{"baseModel": "accounts/demo/models/m"})).want(http.StatusOK)

	path := "/v1/accounts/demo/models/m"
	h.get(path).want(http.StatusOK, `"deployment":"accounts/demo/deployments/d1"`, `"state":"DEPLOYING"`,
		`"default":true`).lacks(
		"deployments/d2")
	h.clock.advance(time.Minute)
	h.get(path).want(http.StatusOK, `"state":"DEPLOYED"`)
	h.get("/v1/accounts/demo/models").want(http.StatusOK).lacks("deployedModelRefs")
	h.do(http.MethodDelete, path, "").want(http.StatusBadRequest, `"code":9`)

	h.remove("d1", "?hard=true").want(http.StatusOK)
	h.clock.advance(20 * time.Second)
	h.get(deploymentsPath + "/d1").want(http.StatusNotFound)
	h.get(path).want(http.StatusOK, "deployments/d1")
	h.do(http.MethodDelete, path, "").want(http.StatusBadRequest)
	h.clock.advance(time.Minute)
	h.get(path).want(http.StatusOK).lacks("deployedModelRefs")
	h.do(http.MethodDelete, path, "").want(http.StatusOK)
}
