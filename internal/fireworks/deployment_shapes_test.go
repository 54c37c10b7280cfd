// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"testing"
)

func TestDeploymentShape_Fields(t *testing.T) {
	t.Parallel()

	const name = "accounts/fireworks/deploymentShapes/qwen3-8b/versions/v2"

	tests := map[string]struct {
		fields string
		want   DeploymentShapeVersion
	}{
		"least": {``, DeploymentShapeVersion{}},
		"nulls": {`,"snapshot":null,"createTime":null`, DeploymentShapeVersion{}},
		"unpopulated": {`,"createTime":"","snapshot":{"presetType":"PRESET_TYPE_UNSPECIFIED","acceleratorType":"ACCELERATOR_TYPE_UNSPECIFIED",
			"precision":0,"parameterCount":"0","draftModel":""}`, DeploymentShapeVersion{}},
		"all": {
			`,"createTime":"2026-05-01T10:00:00Z","validated":true,"latestValidated":true,"public":true,"new":1,"snapshot":{"name":"x",
				"displayName":"N","description":"D","baseModel":"accounts/fireworks/models/b","modelType":"qwen3","parameterCount":"8190735360",
				"acceleratorType":"NVIDIA_H100_80GB","acceleratorCount":2,"precision":"FP8","maxContextLength":131072,"enableAddons":true,
				"draftModel":"accounts/fireworks/models/d","draftTokenCount":4,"ngramSpeculationLength":5,"presetType":"FAST"}`,
			DeploymentShapeVersion{
				ShapeVersion{
					CreateTime: timestamp(t, "2026-05-01T10:00:00Z"), Validated: true, LatestValidated: true,
					Public: true,
				},
				DeploymentShapeSnapshot{
					DisplayName: "N", Description: "D", BaseModel: "accounts/fireworks/models/b", ModelType: "qwen3",
					ParameterCount:  8190735360,
					AcceleratorType: "NVIDIA_H100_80GB", AcceleratorCount: 2, Precision: "FP8",
					MaxContextLength: 131072, EnableAddons: true,
					DraftModel: "accounts/fireworks/models/d", DraftTokenCount: 4, NgramSpeculationLength: 5,
					PresetType: "FAST",
				},
			},
		},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			test.want.LatestValidated = true
			test.want.Name, test.want.Shape, test.want.VersionID = name, "accounts/fireworks/deploymentShapes/qwen3-8b", "v2"
			body := `{"name":"` + name + `","latestValidated":true` + test.fields + `}`
			list := `{"deploymentShapeVersions":[` + body + `],"nextPageToken":"more"}`
			client := serve(t, respondWith(ok(body), ok(list)))

			for _, shape := range []DeploymentShapeName{testDeploymentShapeVersion, testDeploymentShape} {
				got, err := client.ResolveDeploymentShape(t.Context(), shape)
				checkEqual(t, "error", err, nil)
				wantNoDiff(t, shape.String(), test.want, got)
			}

			matches, err := client.MatchDeploymentShapes(t.Context(), "acme", "accounts/acme/models/m", true)
			checkEqual(t, "error", err, nil)
			wantNoDiff(t, "matches", []DeploymentShapeVersion{test.want}, matches)
		})
	}
}

func TestDeploymentShape_NoneValidated(t *testing.T) {
	t.Parallel()

	for _, body := range []string{`{}`, `{"deploymentShapeVersions":[]}`} {
		client := serve(t, respondWith(ok(body)))
		if _, err := client.ResolveDeploymentShape(t.Context(), testDeploymentShape); !errors.Is(err,
			ErrNoValidatedVersion) {
			t.Errorf("%s: error %v, want ErrNoValidatedVersion", body, err)
		}

		matches, err := client.MatchDeploymentShapes(t.Context(), "acme", "accounts/acme/models/m", false)
		checkEqual(t, "error", err, nil)
		checkEqual(t, "is nil", matches == nil, false)
		checkEqual(t, "matches", len(matches), 0)
	}
}

func TestDeploymentShape_NotAVersion(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"", "accounts/fireworks/deploymentShapes/x",
		"accounts/fireworks/trainingShapes/x/versions/v"} {
		client := serve(t, respondWith(ok(`{"name":"`+name+`"}`),
			ok(`{"deploymentShapeVersions":[{"name":"`+name+`","latestValidated":true}]}`)))

		for _, shape := range []DeploymentShapeName{testDeploymentShapeVersion, testDeploymentShape} {
			_, err := client.ResolveDeploymentShape(t.Context(), shape)
			wantDecodeError(t, err, "not a deployment shape version")
		}

		_, err := client.MatchDeploymentShapes(t.Context(), "acme", "m", false)
		wantDecodeError(t, err, "not a deployment shape version")
	}
}
