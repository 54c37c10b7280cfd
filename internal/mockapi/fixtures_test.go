// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestBuiltinFixtures_DocumentedNames(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	for _, path := range []string{
		sftJob + "/checkpoints", session + "/checkpoints", qwen, llama,
		"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions",
		"accounts/fireworks/trainingShapes/qwen3-8b-128k-lora/versions",
		"accounts/fireworks/trainingShapes/qwen3-8b-unvalidated/versions",
		"accounts/fireworks/trainingShapes/qwen3-8b-unlinked/versions",
	} {
		h.get("/v1/" + path).want(http.StatusOK)
	}

	one, two := BuiltinFixtures(), BuiltinFixtures()

	one.Jobs[0].Checkpoints[0].Name = "changed"
	if two.Jobs[0].Checkpoints[0].Name == "changed" {
		t.Error("two copies of the built-in fixtures share data")
	}
}

func TestBuiltinFixtures_EmbeddedFile(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile("builtin_fixtures.json")
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(string(text), BuiltinFixturesJSON); diff != "" {
		t.Error(diff)
	}
}

func TestFixtures_Defaults(t *testing.T) {
	t.Parallel()

	fixtures, err := ReadFixtures(strings.NewReader(`{
		"accounts": ["me"],
		"models": [{"name": "base"}, {"name": "addon", "peft_details": {"r": 4}, "deployments": ["d"]}, {"name": "secret", "forbidden": true}],
		"jobs": [{"name": "j", "base_model": "accounts/me/models/base", "create_time": "2026-02-02T00:00:00Z", "checkpoints": [
			{"name": "a", "promotable": true}, {"name": "b"},
			{"name": "accounts/me/rlorTrainerJobs/j/checkpoints/c", "create_time": "2025-01-01T00:00:00+01:00"}]}],
		"training_shapes": [{"name": "s"}, {"name": "none", "versions": []}],
		"deployment_shapes": [{"name": "d", "snapshot": {"precision": "FP8"}}]
	}`))
	if err != nil {
		t.Fatal(err)
	}

	h := start(t, Options{Fixtures: fixtures})
	h.get("/v1/accounts/me/models/base").want(http.StatusOK, `"state":"READY"`, `"kind":"HF_BASE_MODEL"`, `"code":"OK"`)
	h.get("/v1/accounts/me/models/addon").want(http.StatusOK, `"kind":"HF_PEFT_ADDON"`, `"r":4`,
		`"accounts/me/deployments/d"`)
	h.get("/v1/accounts/me/models/secret").want(http.StatusForbidden)
	h.get("/v1/accounts/me/trainingShapes/s"+latestQuery).want(http.StatusOK,
		"accounts/me/trainingShapes/s/versions/v1")
	h.get("/v1/accounts/me/trainingShapes/none" + latestQuery).want(http.StatusOK).lacks("trainingShapeVersions")
	h.get("/v1/accounts/me/deploymentShapes/d/versions/v1").want(http.StatusOK, `"precision":"FP8"`)

	var list checkpointList
	h.get("/v1/accounts/me/rlorTrainerJobs/j/checkpoints").want(http.StatusOK).into(&list)

	parent := "accounts/me/rlorTrainerJobs/j/checkpoints/"

	want := []Checkpoint{
		{
			Name:           parent + "c",
			CreateTime:     "2025-01-01T00:00:00+01:00",
			UpdateTime:     "2025-01-01T00:00:00+01:00",
			CheckpointType: defaultCheckpointType,
		},
		{
			Name:           parent + "a",
			CreateTime:     "2026-02-02T00:01:00Z",
			UpdateTime:     "2026-02-02T00:01:00Z",
			CheckpointType: defaultCheckpointType,
			Promotable:     true,
		},
		{
			Name: parent + "b", CreateTime: "2026-02-02T00:02:00Z", UpdateTime: "2026-02-02T00:02:00Z",
			CheckpointType: defaultCheckpointType,
		},
	}
	if diff := cmp.Diff(want, list.Checkpoints); diff != "" {
		t.Error(diff)
	}
}

func TestFixtures_ErrorPaths(t *testing.T) {
	t.Parallel()

	checkReadErrors(t, ReadFixtures, "%s", [][2]string{
		{"{\n\n x", "invalid JSON in line 3"},
		{"", "invalid JSON"},
		{"{} {}", "there is more after the end"},
		{"[]", "must be an object"},
		{`{"jobs":[{"name":"a"},{"nome":"b"}]}`, "jobs[1].nome: unknown field; known are base_model, checkpoints"},
		{`{"Jobs":[]}`, "Jobs: unknown field"},
		{`{"jobs":[{"name":1}]}`, "jobs[0].name: must be a string"},
		{`{"jobs":[{"name":"a","lora_rank":1.5}]}`, "jobs[0].lora_rank: must be a whole number"},
		{
			`{"models":[{"name":"a","context_length":99999999999}]}`,
			"models[0].context_length: must be a whole number",
		},
		{`{"models":[{"name":"a","public":"no"}]}`, "models[0].public: must be true or false"},
		{`{"jobs":{}}`, "jobs: must be a list"},
		{`{"accounts":null}`, "accounts: must be a list"},
		{`{"accounts":["a","accounts/b"]}`, "accounts[1]:"},
		{`{"jobs":[{"name":"a"}]}`, `jobs[0].name: "a" is a bare ID`},
		{`{"jobs":[{}]}`, "jobs[0].name: is required"},
		{`{"training_shapes":[{"name":"s"}]}`, "training_shapes[0].name:"},
	})
	checkReadErrors(t, ReadFixtures, `{"accounts":["a"],%s}`, [][2]string{
		{`"jobs":[{"name":"accounts/a/models/m"}]`, "jobs[0].name:"},
		{`"jobs":[{"name":"j"},{"name":"accounts/a/rlorTrainerJobs/j"}]`, "jobs[1].name:"},
		{`"models":[{"name":"m"},{"name":"m"}]`, "models[1].name:"},
		{`"training_shapes":[{"name":"s"},{"name":"s"}]`, "training_shapes[1].name:"},
		{`"jobs":[{"name":"j","base_model":"m"}]`, "jobs[0].base_model:"},
		{`"jobs":[{"name":"j","create_time":"now"}]`, "jobs[0].create_time:"},
		{`"models":[{"name":"j","create_time":"now"}]`, "models[0].create_time:"},
		{`"jobs":[{"name":"j","deleted_days_ago":-1}]`, "jobs[0].deleted_days_ago:"},
		{`"jobs":[{"name":"j","generated_checkpoints":-1}]`, "jobs[0].generated_checkpoints:"},
		{`"sessions":[{"name":"s","deleted_days_ago":1}]`, "sessions[0].deleted_days_ago:"},
		{
			`"jobs":[{"name":"i"},{"name":"k"},{"name":"j","checkpoints":[{"name":"c","create_time":"2026-03-01"}]}]`,
			`jobs[2].checkpoints[0].create_time: "2026-03-01" is not an RFC 3339 time`,
		},
		{
			`"jobs":[{"name":"j","checkpoints":[{"name":"c","update_time":"x"}]}]`,
			"jobs[0].checkpoints[0].update_time:",
		},
		{`"jobs":[{"name":"j","checkpoints":[{"name":"c"},{"name":"c"}]}]`, "jobs[0].checkpoints[1].name:"},
		{`"jobs":[{"name":"j","checkpoints":[{"name":"x/c"}]}]`, "jobs[0].checkpoints[0].name:"},
		{`"jobs":[{"name":"j","checkpoints":[{}]}]`, "jobs[0].checkpoints[0].name: is required"},
		{
			`"training_shapes":[{"name":"s","snapshot":{"trainer_mode":"LORA"}}]`,
			"training_shapes[0].snapshot.trainer_mode:",
		},
		{
			`"training_shapes":[{"name":"s","versions":[{"id":"v","snapshot":{"trainer_mode":"x"}}]}]`,
			"training_shapes[0].versions[0].snapshot.trainer_mode:",
		},
		{
			`"training_shapes":[{"name":"s","snapshot":{"deployment_shape_version":"x"}}]`,
			"training_shapes[0].snapshot.deployment_shape_version:",
		},
		{`"training_shapes":[{"name":"s","versions":[{}]}]`, "training_shapes[0].versions[0].id:"},
		{
			`"deployment_shapes":[{"name":"s","versions":[{"id":"v"},{"id":"v"}]}]`,
			"deployment_shapes[0].versions[1].id:",
		},
		{
			`"deployment_shapes":[{"name":"s","versions":[{"id":"v","create_time":"x"}]}]`,
			"deployment_shapes[0].versions[0].create_time:",
		},
		{`"models":[{"name":"m","deprecation_date":"soon"}]`, "models[0].deprecation_date:"},
		{`"routers":[{}]`, "routers[0].name: is required"},
		{`"routers":[{"name":"r"}]`, "routers[0].deployments: at least one"},
		{`"routers":[{"name":"r","deployments":["d"]}]`, "routers[0].deployments:"},
		{`"routers":[{"name":"r","create_time":"x"}]`, "routers[0].create_time:"},
		{`"fine_tuning_jobs":[{"name":"j","kind":"sft"}]`, `fine_tuning_jobs[0].kind: "sft" is not one of dpo,`},
		{`"fine_tuning_jobs":[{"name":"j"},{"name":"j"}]`, "fine_tuning_jobs[1].name:"},
		{`"fine_tuning_jobs":[{"name":"accounts/a/dpoJobs/j"}]`, "fine_tuning_jobs[0].name:"},
		{`"fine_tuning_jobs":[{"name":"j","generated_jobs":-1}]`, "fine_tuning_jobs[0].generated_jobs:"},
		{`"fine_tuning_jobs":[{"name":"j","completed_time":"x"}]`, "fine_tuning_jobs[0].completed_time:"},
		{`"fine_tuning_jobs":[{"name":"j"},{"name":"j","kind":"dpo"}],"x":[]`, "x: unknown field"},
	})

	if _, err := ReadFixtures(iotest.ErrReader(os.ErrClosed)); err == nil {
		t.Error("the error of the reader is not returned")
	}
}

func TestNew_InvalidFixtures(t *testing.T) {
	t.Parallel()

	_, err := New(Options{Fixtures: &Fixtures{Jobs: []RunFixture{{Name: "j"}}}})
	if err == nil || !strings.HasPrefix(err.Error(), "fixtures: jobs[0].name:") {
		t.Errorf("got %v", err)
	}
}
