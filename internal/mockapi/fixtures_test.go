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

	for name, test := range map[string]struct{ text, want string }{
		"no JSON":             {"{\n\n x", "invalid JSON in line 3"},
		"nothing":             {"", "invalid JSON"},
		"more than one value": {"{} {}", "more after the end"},
		"a list":              {"[]", "must be an object"},
		"an unknown field": {`{"jobs":[{"name":"a"},{"nome":"b"}]}`,
			"jobs[1].nome: unknown field; known are base_model, checkpoints"},
		"another case": {`{"Jobs":[]}`, "Jobs: unknown field"},
		"a wrong type": {`{"jobs":[{"name":1}]}`, "jobs[0].name: must be a string"},
		"a fraction": {`{"jobs":[{"name":"a","lora_rank":1.5}]}`,
			"jobs[0].lora_rank: must be a whole number"},
		"a number too large": {`{"models":[{"name":"a","context_length":99999999999}]}`,
			"models[0].context_length: must be a whole number"},
		"a text for a switch":   {`{"models":[{"name":"a","public":"no"}]}`, "models[0].public: must be true or false"},
		"an object for a list":  {`{"jobs":{}}`, "jobs: must be a list"},
		"null":                  {`{"accounts":null}`, "accounts: must be a list"},
		"a bad account":         {`{"accounts":["a","accounts/b"]}`, "accounts[1]:"},
		"a bare ID, no account": {`{"jobs":[{"name":"a"}]}`, `jobs[0].name: "a" is a bare ID`},
		"no name":               {`{"jobs":[{}]}`, "jobs[0].name: is required"},
		"a name of another":     {`{"accounts":["a"],"jobs":[{"name":"accounts/a/models/m"}]}`, "jobs[0].name:"},
		"a job twice": {`{"accounts":["a"],"jobs":[{"name":"j"},{"name":"accounts/a/rlorTrainerJobs/j"}]}`,
			"jobs[1].name:"},
		"a model twice": {`{"accounts":["a"],"models":[{"name":"m"},{"name":"m"}]}`, "models[1].name:"},
		"a shape twice": {`{"accounts":["a"],"training_shapes":[{"name":"s"},{"name":"s"}]}`,
			"training_shapes[1].name:"},
		"an unknown base": {`{"accounts":["a"],"jobs":[{"name":"j","base_model":"m"}]}`, "jobs[0].base_model:"},
		"a bad job time": {`{"accounts":["a"],"jobs":[{"name":"j","create_time":"now"}]}`,
			"jobs[0].create_time:"},
		"a bad model time": {`{"accounts":["a"],"models":[{"name":"j","create_time":"now"}]}`,
			"models[0].create_time:"},
		"negative age": {`{"accounts":["a"],"jobs":[{"name":"j","deleted_days_ago":-1}]}`,
			"jobs[0].deleted_days_ago:"},
		"negative rows": {`{"accounts":["a"],"jobs":[{"name":"j","generated_checkpoints":-1}]}`,
			"jobs[0].generated_checkpoints:"},
		"a deleted session": {`{"accounts":["a"],"sessions":[{"name":"s","deleted_days_ago":1}]}`,
			"sessions[0].deleted_days_ago:"},
		"a bad row time": {
			`{"accounts":["a"],"jobs":[{"name":"i"},{"name":"k"},{"name":"j","checkpoints":[{"name":"c","create_time":"2026-03-01"}]}]}`,
			`jobs[2].checkpoints[0].create_time: "2026-03-01" is not an RFC 3339 time`,
		},
		"a bad update time": {
			`{"accounts":["a"],"jobs":[{"name":"j","checkpoints":[{"name":"c","update_time":"x"}]}]}`,
			"jobs[0].checkpoints[0].update_time:",
		},
		"a row twice": {
			`{"accounts":["a"],"jobs":[{"name":"j","checkpoints":[{"name":"c"},{"name":"c"}]}]}`,
			"jobs[0].checkpoints[1].name:",
		},
		"a row elsewhere": {`{"accounts":["a"],"jobs":[{"name":"j","checkpoints":[{"name":"x/c"}]}]}`,
			"jobs[0].checkpoints[0].name:"},
		"a row without a name": {`{"accounts":["a"],"jobs":[{"name":"j","checkpoints":[{}]}]}`,
			"jobs[0].checkpoints[0].name: is required"},
		"a trainer mode": {
			`{"accounts":["a"],"training_shapes":[{"name":"s","snapshot":{"trainer_mode":"LORA"}}]}`,
			"training_shapes[0].snapshot.trainer_mode:",
		},
		"a version's mode": {
			`{"accounts":["a"],"training_shapes":[{"name":"s","versions":[{"id":"v","snapshot":{"trainer_mode":"x"}}]}]}`,
			"training_shapes[0].versions[0].snapshot.trainer_mode:",
		},
		"a link": {
			`{"accounts":["a"],"training_shapes":[{"name":"s","snapshot":{"deployment_shape_version":"x"}}]}`,
			"training_shapes[0].snapshot.deployment_shape_version:",
		},
		"a version without ID": {`{"accounts":["a"],"training_shapes":[{"name":"s","versions":[{}]}]}`,
			"training_shapes[0].versions[0].id:"},
		"a version twice": {
			`{"accounts":["a"],"deployment_shapes":[{"name":"s","versions":[{"id":"v"},{"id":"v"}]}]}`,
			"deployment_shapes[0].versions[1].id:",
		},
		"a version's time": {
			`{"accounts":["a"],"deployment_shapes":[{"name":"s","versions":[{"id":"v","create_time":"x"}]}]}`,
			"deployment_shapes[0].versions[0].create_time:",
		},
		"a shape's name": {`{"training_shapes":[{"name":"s"}]}`, "training_shapes[0].name:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := ReadFixtures(strings.NewReader(test.text))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}

			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %v", err)
			}
		})
	}

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
