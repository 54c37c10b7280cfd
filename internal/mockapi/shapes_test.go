// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/url"
	"testing"
)

const (
	shapesPath  = "/v1/accounts/fireworks/trainingShapes/"
	latestQuery = "/versions?filter=latest_validated%3Dtrue&pageSize=1"
)

type versionReply struct {
	Name                       string
	Validated, LatestValidated bool
	Snapshot                   struct {
		BaseModel, DeploymentShapeVersion, TrainerMode, TrainerImageTag string
		TrainerShardingScheme                                           struct{ PipelineParallelism int }
	}
}

func TestTrainingShapes_LatestValidated(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for shape, version := range map[string]string{
		"qwen3-8b-128k":        "9d4e8f62",
		"qwen3-8b-128k-lora":   "5e6a7b80",
		"qwen3-8b-unlinked":    "0c1d2e3f",
		"qwen3-8b-unvalidated": "",
	} {
		checkEqual(t, shape, h.names(shapesPath+shape+latestQuery), version)
	}

	h.get(shapesPath + "none" + latestQuery).want(http.StatusNotFound)
}

func TestTrainingShapes_Version(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	var v versionReply
	h.get(shapesPath+"qwen3-8b-128k/versions/3b7c0e51").want(http.StatusOK,
		`"parameterCount":"8190735360"`).lacks("latestValidated").into(&v)

	checkEqual(t, "validated", v.Validated, true)
	checkEqual(t, "trainer image tag", v.Snapshot.TrainerImageTag, "0.58.0")
	checkEqual(t, "trainer mode", v.Snapshot.TrainerMode, "POLICY_TRAINER")
	checkEqual(t, "pipeline parallelism", v.Snapshot.TrainerShardingScheme.PipelineParallelism, 2)

	h.get("/v1/"+v.Snapshot.DeploymentShapeVersion).want(http.StatusOK, `"enableAddons":true`)

	h.get(shapesPath+"qwen3-8b-unlinked/versions/0c1d2e3f").
		want(http.StatusOK).
		lacks("deploymentShapeVersion", "trainerShardingScheme", "nodeCount")
	h.get(shapesPath + "qwen3-8b-unvalidated/versions/77aa88bb").want(http.StatusOK).lacks(`"validated"`)
	h.get(shapesPath + "qwen3-8b-128k/versions/none").want(http.StatusNotFound)
	h.get(shapesPath+"qwen3-8b-128k").want(http.StatusForbidden, `"code":7`)
	h.get("/v1/accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions").want(http.StatusOK,
		"deploymentShapeVersions", `"totalSize":2`)
}

func TestTrainingShapes_Search(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	const latestValidated = " AND latest_validated=true"

	for filter, want := range map[string]string{
		`snapshot.base_model="` + qwen + `" AND snapshot.trainer_mode="LORA_TRAINER"` + latestValidated: "5e6a7b80",

		"snapshot.parameter_count>=8000000000 AND snapshot.trainer_mode=POLICY_TRAINER" + latestValidated: "9d4e8f62",

		"latest_validated=true":                "5e6a7b80 9d4e8f62 0c1d2e3f",
		"snapshot.parameter_count>=9000000000": "",
		"validated=false":                      "77aa88bb c15fa073",
		`snapshot.base_model="` + llama + `"`:  "",
	} {
		for _, parent := range []string{"accounts/-/trainingShapes/-", "accounts/fireworks/trainingShapes/-"} {
			query := url.Values{"filter": {filter}, "orderBy": {"create_time desc"}, "pageSize": {"200"}}
			checkEqual(t, filter, h.names("/v1/"+parent+"/versions?"+query.Encode()), want)
		}
	}

	h.get("/v1/accounts/-/trainingShapes/-/versions?filter=snapshot.nonsense%3D1").want(http.StatusBadRequest,
		"snapshot.nonsense")
}
