// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"strings"
	"testing"
)

const matchPathname = "/v1/accounts/demo/deploymentShapeVersions:match"

func (h *harness) match(parent, model string, addons bool) reply {
	h.t.Helper()

	deployment := body{"baseModel": model, "enableAddons": addons}

	return h.send(http.MethodPost, matchPathname,
		body{"createDeploymentRequest": body{"parent": parent, "deployment": deployment}})
}

func TestShapeMatch(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for name, test := range map[string]struct {
		model  string
		addons bool
		want   string
	}{
		"exact":        {qwen, false, "qwen3-8b-fast/5b6a7988 qwen3-8b-minimal/e5f60718 rft-qwen3-8b/d2f40c1b"},
		"addons":       {qwen, true, "rft-qwen3-8b/d2f40c1b"},
		"live merge":   {firstLora, false, "qwen3-8b-minimal/e5f60718 rft-qwen3-8b/d2f40c1b"},
		"type, size":   {"accounts/fireworks/models/deepseek-r1-0528-qwen3-8b", true, "rft-qwen3-8b/d2f40c1b"},
		"another base": {"accounts/demo/models/chat-lora", false, "llama-v3p1-8b-minimal/77665544"},
		"nothing":      {"accounts/fireworks/models/qwen3-vl-235b-a22b", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var list struct{ DeploymentShapeVersions []shapeVersion }
			h.match("accounts/demo", test.model, test.addons).want(http.StatusOK).into(&list)

			var got []string

			for _, v := range list.DeploymentShapeVersions {
				parts := strings.Split(v.Name, "/")
				got = append(got, parts[3]+"/"+parts[5])
			}

			if strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}

	h.match("accounts/fireworks", qwen, false).want(http.StatusForbidden)
	h.match("accounts/demo", "accounts/demo/models/none", false).want(http.StatusNotFound)
	h.match("accounts/demo", "qwen", false).want(http.StatusBadRequest)
	h.send(http.MethodPost, matchPathname, body{"parent": "x"}).want(http.StatusBadRequest, "parent")
}

func TestShapeMatch_OlderServer(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetShapeMatchUnknown(true)
	h.match("accounts/demo", qwen, false).want(http.StatusNotFound)
}

func TestShapeMatch_ExactFirst(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	f := Fixtures{Accounts: []string{"demo"}}
	snapshot := DeploymentSnapshotFixture{
		BaseModel: "accounts/fireworks/models/deepseek-r1-0528-qwen3-8b", ModelType: "qwen3",
		ParameterCount: 8190735360,
	}

	if err := loadShape(h.Server, f, deploymentShapes,
		DeploymentShapeFixture{Name: "z", Snapshot: snapshot}); err != nil {
		t.Fatal(err)
	}

	h.match("accounts/demo", snapshot.BaseModel, false).want(http.StatusOK,
		`{"deploymentShapeVersions":[{"name":"accounts/demo/deploymentShapes/z/`)
}

func TestParameterBucket(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		a, b int64
		same bool
	}{
		{8_000_000_000, 8_900_000_000, true}, {7_900_000_000, 8_000_000_000, false},
		{9_900_000_000, 10_000_000_000, false},
		{10_000_000_000, 19_000_000_000, true}, {19_000_000_000, 20_000_000_000, false},
		{100_000_000, 1_100_000_000_000, false},
	} {
		if got := parameterBucket(test.a) == parameterBucket(test.b); got != test.same {
			t.Errorf("%d and %d: same bucket %t", test.a, test.b, got)
		}
	}
}

func TestQuotas_Paging(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.get("/v1/accounts/demo/quotas").want(http.StatusOK, `"totalSize":7`,
		`"name":"accounts/demo/quotas/global--h200-count","value":"256"`,
		`"maxValue":"512"`, `"usage":123.45`).lacks("nextPageToken")
	h.get("/v1/accounts/demo/quotas?pageSize=2").want(http.StatusOK, "nextPageToken").lacks("h200")
	h.get("/v1/accounts/fireworks/quotas").want(http.StatusForbidden)
}

func TestBuiltinFixtures_Deployments(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for id, want := range map[string][]string{
		"qwen3-ready": {`"state":"READY"`, `"replicaCount":1`, `"draftTokenCount":3`,
			`"custom/team":"search"`},
		"qwen3-creating":       {`"state":"CREATING"`, `"pendingSchedulingReplicaCount":1`},
		"qwen3-failed":         {`"state":"FAILED"`, "no capacity", `"placement":{"region":"US_IOWA_1"}`},
		"qwen3-scaled-to-zero": {`"state":"READY"`, `"maxReplicaCount":1`, `"acceleratorCount":1`},
		"qwen3-parked":         {`"state":"READY"`, "versions/a1b2c3d4"},
		"qwen3-deleted":        {`"state":"DELETED"`, "purgeTime"},
		"served-qwen3-in-use":  {`"state":"READY"`},
		"qwen3-addons":         {`"state":"READY"`, `"enableAddons":true`},
	} {
		h.get(deploymentsPath+"/"+id).want(http.StatusOK, want...)
	}

	h.get(deploymentsPath+"/qwen3-parked").want(http.StatusOK).lacks("maxReplicaCount", "replicaCount")
	h.get(deploymentsPath+"/qwen3-scaled-to-zero").want(http.StatusOK).lacks(`"replicaCount"`, "deploymentShape")
	h.remove("served-qwen3-in-use", "").want(http.StatusBadRequest, `"code":9`)
	h.do(http.MethodDelete, "/v1/accounts/demo/models/served-qwen3", "").want(http.StatusBadRequest, `"code":9`)
	h.get("/v1/accounts/demo/deployedModels/support-lora-1-loaded").want(http.StatusOK, `"state":"DEPLOYED"`,
		`"default":true`)
	h.get("/v1/accounts/fireworks/models/qwen3-vl-235b-a22b").want(http.StatusOK,
		`"deprecationDate":{"year":2027,"month":6,"day":30}`)
}

func TestServingFixtures_Errors(t *testing.T) {
	t.Parallel()

	const (
		head  = `{"accounts":["a"],"models":[{"name":"m"}],`
		valid = `"base_model":"accounts/a/models/m","accelerator_type":"NVIDIA_H100_80GB"`
	)

	checkReadErrors(t, ReadFixtures, head+`"deployments":[{"name":"d",%s}]}`, [][2]string{
		{`"base_model":"x"`, "deployments[0].base_model:"},
		{`"base_model":"accounts/a/models/m"`, "deployments[0].deployment_shape:"},
		{valid + `,"deployment_shape":"default"`, "deployments[0].accelerator_type:"},
		{`"base_model":"accounts/a/models/m","accelerator_type":"h100"`, "deployments[0].accelerator_type:"},
		{`"base_model":"accounts/a/models/m","deployment_shape":"x"`, "deployments[0].deployment_shape:"},
		{valid + `,"create_time":"now"`, "deployments[0].create_time:"},
		{valid + `,"deleted_days_ago":-1`, "deployments[0].deleted_days_ago:"},
		{valid + `,"region":"us"`, "deployments[0].placement:"},
	})
	checkReadErrors(t, ReadFixtures, head+"%s", [][2]string{
		{`"deployments":[{"name":"d",` + valid + `},{"name":"d",` + valid + `}]}`, "deployments[1].name:"},
		{`"deployed_models":[{"model":"x","deployment":"d"}]}`, "deployed_models[0].model:"},
		{`"deployed_models":[{"model":"accounts/a/models/m","deployment":"d"}]}`, "deployed_models[0].deployment:"},
		{`"deployed_models":[{"name":"x/y","model":"m","deployment":"d"}]}`, "deployed_models[0].name:"},
		{`"quotas":[{"value":1}]}`, "quotas[0].name:"},
		{`"quotas":[{"name":"q"},{"name":"q"}]}`, "quotas[1].name:"},
	})
}
