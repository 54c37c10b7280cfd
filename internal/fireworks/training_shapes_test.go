// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

const shapeVersionName = "accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v7"

// emptyProfile is the profile of a version of which nothing but its name is known.
func emptyProfile() TrainingShapeProfile {
	return TrainingShapeProfile{
		ShapeVersion: ShapeVersion{
			Name:      shapeVersionName,
			Shape:     "accounts/fireworks/trainingShapes/qwen3-8b-128k",
			VersionID: "v7",

			LatestValidated: true,
		},
		TrainingShapeSnapshot: TrainingShapeSnapshot{
			NodeCount:      1,
			ShardingScheme: ShardingScheme{1, 1, 1, 1},
		},
	}
}

func TestTrainingShape_Profile(t *testing.T) {
	t.Parallel()

	const deployment = "accounts/fireworks/deploymentShapes/d/versions/2"

	tests := map[string]struct {
		fields string
		want   func(*TrainingShapeProfile)
	}{
		"nothing":        {``, func(*TrainingShapeProfile) {}},
		"empty snapshot": {`"snapshot":{"trainerShardingScheme":{}}`, func(*TrainingShapeProfile) {}},
		"nulls": {
			`"snapshot":{"trainerShardingScheme":null,"nodeCount":null,"trainerMode":null,"parameterCount":null}`,
			func(*TrainingShapeProfile) {},
		},
		"no snapshot": {`"snapshot":null`, func(*TrainingShapeProfile) {}},
		"validated": {
			`"validated":true,"latestValidated":true,"public":true`,
			func(p *TrainingShapeProfile) { p.Validated, p.LatestValidated, p.Public = true, true, true },
		},
		"create time": {
			`"createTime":"2026-05-01T10:00:00Z"`,
			func(p *TrainingShapeProfile) { p.CreateTime = timestamp(t, "2026-05-01T10:00:00Z") },
		},
		"trainer image": {`"snapshot":{"trainerImageTag":"0.33.0"}`,
			func(p *TrainingShapeProfile) { p.TrainerImageTag = "0.33.0" }},
		"context length": {
			`"snapshot":{"maxSupportedContextLength":131072}`,
			func(p *TrainingShapeProfile) { p.MaxSupportedContextLength = 131072 },
		},
		"nodes":   {`"snapshot":{"nodeCount":4}`, func(p *TrainingShapeProfile) { p.NodeCount = 4 }},
		"nodes 0": {`"snapshot":{"nodeCount":0}`, func(*TrainingShapeProfile) {}},
		"deployment": {
			`"snapshot":{"deploymentShapeVersion":"` + deployment + `"}`,
			func(p *TrainingShapeProfile) { p.DeploymentShapeVersion = deployment },
		},
		"image": {`"snapshot":{"deploymentImageTag":"4.1"}`,
			func(p *TrainingShapeProfile) { p.DeploymentImageTag = "4.1" }},
		"accelerator": {
			`"snapshot":{"acceleratorType":"NVIDIA_B200_192GB","acceleratorCount":8}`,
			func(p *TrainingShapeProfile) { p.AcceleratorType, p.AcceleratorCount = "NVIDIA_B200_192GB", 8 },
		},
		"precision": {
			`"snapshot":{"baseModelWeightPrecision":"BFLOAT16"}`,
			func(p *TrainingShapeProfile) { p.BaseModelWeightPrecision = "BFLOAT16" },
		},
		"pipeline": {
			`"snapshot":{"trainerShardingScheme":{"pipelineParallelism":2}}`,
			func(p *TrainingShapeProfile) { p.PipelineParallelism = 2 },
		},
		"pipeline 0": {`"snapshot":{"trainerShardingScheme":{"pipelineParallelism":0}}`,
			func(*TrainingShapeProfile) {}},
		"other sharding": {
			`"snapshot":{"trainerShardingScheme":{"tensorParallelism":"4","contextParallelism":2,"expertParallelism":8,"sequenceParallelism":1}}`,
			func(p *TrainingShapeProfile) {
				p.TensorParallelism, p.ContextParallelism, p.ExpertParallelism = 4, 2, 8
			},
		},
		"policy trainer": {`"snapshot":{"trainerMode":"POLICY_TRAINER"}`,
			func(p *TrainingShapeProfile) { p.TrainerMode = "POLICY_TRAINER" }},
		"mode 1": {`"snapshot":{"trainerMode":1}`,
			func(p *TrainingShapeProfile) { p.TrainerMode = "POLICY_TRAINER" }},
		"mode 2": {`"snapshot":{"trainerMode":2}`,
			func(p *TrainingShapeProfile) { p.TrainerMode = "FORWARD_ONLY" }},
		"mode 3": {`"snapshot":{"trainerMode":3}`,
			func(p *TrainingShapeProfile) { p.TrainerMode = "LORA_TRAINER" }},
		"mode 0": {`"snapshot":{"trainerMode":0}`, func(*TrainingShapeProfile) {}},
		"mode 9": {`"snapshot":{"trainerMode":9}`, func(p *TrainingShapeProfile) { p.TrainerMode = "9" }},
		"lora": {`"snapshot":{"trainerMode":"LORA_TRAINER"}`,
			func(p *TrainingShapeProfile) { p.TrainerMode = "LORA_TRAINER" }},
		"base model": {
			`"snapshot":{"baseModel":"accounts/fireworks/models/b","modelType":"qwen3"}`,
			func(p *TrainingShapeProfile) { p.BaseModel, p.ModelType = "accounts/fireworks/models/b", "qwen3" },
		},
		"parameters": {`"snapshot":{"parameterCount":"8190735360"}`,
			func(p *TrainingShapeProfile) { p.ParameterCount = 8190735360 }},
		"parameters, num": {`"snapshot":{"parameterCount":8190735360}`,
			func(p *TrainingShapeProfile) { p.ParameterCount = 8190735360 }},
		"parameters, exp": {`"snapshot":{"parameterCount":8.190735360e9}`,
			func(p *TrainingShapeProfile) { p.ParameterCount = 8190735360 }},
		"texts": {
			`"snapshot":{"displayName":"Qwen","description":"d","name":"x"}`,
			func(p *TrainingShapeProfile) { p.DisplayName, p.Description = "Qwen", "d" },
		},
		"unknown fields": {
			`"new":{"a":[1]},"snapshot":{"new":"x","minTotalAcceleratorCount":16,"updateTime":"2026-05-01T10:00:00Z"}`,
			func(*TrainingShapeProfile) {},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			version := `{` + strings.TrimSuffix(`"name":"`+shapeVersionName+`","latestValidated":true,`+test.fields,
				",") + `}`
			want := emptyProfile()
			test.want(&want)

			client := serve(t, respondWith(ok(version),
				ok(`{"trainingShapeVersions":[`+version+`],"nextPageToken":"more"}`)))
			for _, shape := range []TrainingShapeName{testShapeVersion, testShape} {
				got, err := client.ResolveTrainingShape(t.Context(), shape)
				if err != nil {
					t.Fatal(err)
				}

				wantNoDiff(t, shape.String(), want, got)

				if got.SupportsLoRA() != (want.TrainerMode == "LORA_TRAINER") {
					t.Errorf("supports LoRA: %t in mode %s", got.SupportsLoRA(), got.TrainerMode)
				}
			}
		})
	}
}

func TestTrainingShape_NoneValidated(t *testing.T) {
	t.Parallel()

	for _, body := range []string{`{}`, `{"trainingShapeVersions":[]}`, `{"trainingShapeVersions":null}`} {
		_, err := serve(t, respondWith(ok(body))).ResolveTrainingShape(t.Context(), testShape)
		if !errors.Is(err, ErrNoValidatedVersion) {
			t.Errorf("%s: error %v, want ErrNoValidatedVersion", body, err)
		}
	}
}

func TestTrainingShape_FilterIgnored(t *testing.T) {
	t.Parallel()

	const old = `{"name":"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v1","validated":true}`

	server := respondWith(ok(`{"training_shape_versions":[`+old+`],"nextPageToken":"a"}`),
		ok(`{"training_shape_versions":[`+old+`,{"name":"`+shapeVersionName+`","latestValidated":true}],"nextPageToken":"b"}`))

	got, err := serve(t, server).ResolveTrainingShape(t.Context(), testShape)
	if err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "version", got.VersionID, "v7")

	_, err = serve(t, respondWith(ok(`{"trainingShapeVersions":[`+old+`]}`))).ResolveTrainingShape(t.Context(),
		testShape)
	if !errors.Is(err, ErrNoValidatedVersion) {
		t.Errorf("error %v, want ErrNoValidatedVersion", err)
	}
}

func TestTrainingShape_EmptyPageFirst(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"nextPageToken":"a"}`),
		ok(`{"trainingShapeVersions":[{"name":"`+shapeVersionName+`","latestValidated":true}],"nextPageToken":"b"}`))

	got, err := serve(t, server).ResolveTrainingShape(t.Context(), testShape)
	if err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "profile", emptyProfile(), got)

	want := url.Values{"filter": {"latest_validated=true"}, "pageSize": {"200"}, "pageToken": {"a"}}
	wantNoDiff(t, "second query", want, server.requests()[1].Query)

	if n := server.count(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestTrainingShape_NotAVersion(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"", "accounts/fireworks/trainingShapes/x", "accounts/fireworks/models/x", "v7"} {
		_, err := serve(t, respondWith(ok(`{"name":"`+name+`"}`))).ResolveTrainingShape(t.Context(), testShapeVersion)
		wantDecodeError(t, err, "not a training shape version")

		list := ok(`{"trainingShapeVersions":[{"name":"` + name + `","latestValidated":true}]}`)
		_, err = serve(t, respondWith(list)).ResolveTrainingShape(t.Context(), testShape)
		wantDecodeError(t, err, "not a training shape version")
	}
}

func TestTrainingShape_Refusals(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 401, 403, 404} {
		for _, shape := range []TrainingShapeName{testShape, testShapeVersion} {
			server := respondWith(failing(status))

			_, err := serve(t, server, withRetries(8)).ResolveTrainingShape(t.Context(), shape)
			if StatusOf(err) != status || server.count() != 1 {
				t.Errorf("error %v after %d requests, want status %d after one", err, server.count(), status)
			}
		}
	}
}
