// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// servingSeeds are responses to the calls for serving models, complete and damaged.
var servingSeeds = []string{
	`{"name":"accounts/acme/deployments/serve","state":"READY","status":{"code":"OK"},"baseModel":"accounts/acme/models/m",` +
		`"deploymentShape":"accounts/fireworks/deploymentShapes/s/versions/v","acceleratorType":"NVIDIA_H100_80GB","acceleratorCount":1,` +
		`"minReplicaCount":1,"maxReplicaCount":"2","autoscalingPolicy":{"scaleUpWindow":"30s","loadTargets":{"default":0.8}},` +
		`"placement":{"multiRegion":"GLOBAL"},"annotations":{"custom/team":"x","other":"y"},"replicaStats":{"readyReplicaCount":1},` +
		`"createTime":"2026-01-01T00:00:00Z","purgeTime":"2026-01-08T00:00:00Z"}`,
	`{"name":"accounts/acme/deployments/serve","state":6,"status":{"code":8,"message":"` + testKey + `"},"acceleratorType":4,"precision":2,` +
		`"minReplicaCount":-1,"maxReplicaCount":9223372036854775807,"annotations":{"custom/":""}}`,
	`{"name":"accounts/acme/deployments/serve","autoscalingPolicy":null,"placement":{"region":"` + testKey + `"},"annotations":null}`,
	`{"name":"accounts/acme/deployedModels/dm-1","model":"accounts/acme/models/m","deployment":"accounts/acme/deployments/serve",` +
		`"state":"DEPLOYED","default":true,"public":false,"status":{"code":"INTERNAL","message":"\u001b[2J"}}`,
	`{"name":"accounts/fireworks/deploymentShapes/s/versions/v","validated":true,"latestValidated":true,"snapshot":{"presetType":2,` +
		`"parameterCount":"8190735360","acceleratorCount":1,"maxContextLength":1e9,"enableAddons":true}}`,
	`{"deploymentShapeVersions":[{"name":"accounts/fireworks/deploymentShapes/s/versions/v"},` +
		`{"name":"accounts/fireworks/deploymentShapes/s"}]}`,
	`{"deployments":[{"name":"accounts/acme/deployments/a","createTime":"2026-01-02T00:00:00Z"},{"name":"accounts/acme/deployments/a"}]}`,
	`{"deployedModels":[{"name":"accounts/acme/deployedModels/a"},null,{"name":""}],"nextPageToken":"x"}`,
	`{"quotas":[{"name":"accounts/acme/quotas/q","value":"8","maxValue":16,"usage":4.5,"updateTime":"2026-01-01T00:00:00Z"},{"name":"q"}]}`,
	`{"quotas":[{"name":"q","value":"8","usage":"4.5"},{"name":"r","usage":"many"}]}`,
	`{"name":"accounts/acme/deployments/serve","state":"STATE_UNSPECIFIED","status":{"code":0,"message":""},"region":"REGION_UNSPECIFIED",` +
		`"placement":{"region":0,"multiRegion":"MULTI_REGION_UNSPECIFIED","regions":["REGION_UNSPECIFIED",null]},"autoscalingPolicy":{}}`,
	`{"quotas":[{"name":"accounts/acme/quotas/","value":-9223372036854775808,"usage":-1e308}]}`,
}

// decodeServing is decodeAll for the calls that serve models.
func decodeServing(ctx context.Context, t *testing.T, client *Client) (all []error) {
	t.Helper()

	keep := func(err error, check func()) {
		if all = append(all, err); err == nil {
			check()
		}
	}

	deployment, err := client.GetDeployment(ctx, testDeployment)
	keep(err, func() { checkDeployment(t, deployment) })
	deployments, err := client.ListDeployments(ctx, "acme")
	keep(err, func() {
		for _, deployment := range deployments {
			checkDeployment(t, deployment)
		}
	})

	deployed, err := client.GetDeployedModel(ctx, testDeployedModel)
	keep(err, func() { checkDeployedModel(t, deployed) })
	loaded, err := client.ListDeployedModels(ctx, "acme")
	keep(err, func() {
		for _, deployed := range loaded {
			checkDeployedModel(t, deployed)
		}
	})

	for _, name := range []DeploymentShapeName{testDeploymentShape, testDeploymentShapeVersion} {
		version, err := client.ResolveDeploymentShape(ctx, name)
		keep(err, func() { checkShapeVersion(t, version) })
	}

	versions, err := client.MatchDeploymentShapes(ctx, "acme", "accounts/acme/models/m", true)
	keep(err, func() {
		for _, version := range versions {
			checkShapeVersion(t, version)
		}
	})

	quotas, err := client.ListQuotas(ctx, "acme")
	keep(err, func() {
		for _, quota := range quotas {
			checkTimestamp(t, quota.UpdateTime)
			checkValid(t, quota.Name, quota.ID())

			if math.IsNaN(float64(quota.Usage)) || math.IsInf(float64(quota.Usage), 0) {
				t.Errorf("quota %+v", quota)
			}
		}
	})

	return all
}

func checkDeployment(t *testing.T, d Deployment) {
	t.Helper()
	checkText(t, d.StatusMessage)
	checkValid(t, d.Name, d.BaseModel, d.DeploymentShape, d.DraftModel, d.DisplayName, d.Description)
	checkValid(t, d.AcceleratorType, d.Precision, d.State, d.StatusCode, d.Region)

	for _, at := range []Timestamp{d.CreateTime, d.UpdateTime, d.DeleteTime, d.PurgeTime} {
		checkTimestamp(t, at)
	}

	checkSpecified(t, d.AcceleratorType, d.Precision, d.State, d.StatusCode, d.Region)

	if p := d.Placement; p != nil {
		checkSpecified(t, append(p.Regions, p.Region, p.MultiRegion)...)
		checkEqual(t, "a placement of nothing", p.Region == "" && p.MultiRegion == "" && len(p.Regions) == 0, false)
		checkEqual(t, "a region of nothing", slices.Contains(p.Regions, ""), false)
	}

	tags := d.Tags()
	for key, value := range TagAnnotations(tags) {
		if annotation, exists := d.Annotations[key]; !exists || annotation != value {
			t.Errorf("the tag %q is %q, but the annotation %q", key, value, annotation)
		}
	}
}

// checkSpecified checks that no value stands for nothing.
func checkSpecified(t *testing.T, values ...Enum) {
	t.Helper()

	for _, value := range values {
		if value == "0" || value == "OK" || strings.HasSuffix(string(value), "_UNSPECIFIED") {
			t.Errorf("%q means nothing", value)
		}
	}
}

func checkDeployedModel(t *testing.T, d DeployedModel) {
	t.Helper()
	checkText(t, d.StatusMessage)
	checkTimestamp(t, d.CreateTime)
	checkTimestamp(t, d.UpdateTime)
	checkValid(t, d.Name, d.Model, d.Deployment, d.DisplayName, d.Description)
	checkValid(t, d.State, d.StatusCode)
	checkSpecified(t, d.State, d.StatusCode)
}

func checkShapeVersion(t *testing.T, v DeploymentShapeVersion) {
	t.Helper()
	checkTimestamp(t, v.CreateTime)
	checkValid(t, v.DisplayName, v.Description, v.BaseModel, v.ModelType, v.DraftModel)
	checkValid(t, v.AcceleratorType, v.Precision, v.PresetType)

	name, err := ParseDeploymentShapeName(v.Name)
	if err != nil || name.VersionID == "" || name.VersionID != v.VersionID || name.Shape() != v.Shape {
		t.Errorf("version %q of %q is named %q: %v", v.VersionID, v.Shape, v.Name, err)
	}
}

func checkValid[S ~string](t *testing.T, texts ...S) {
	t.Helper()

	for _, text := range texts {
		if !utf8.ValidString(string(text)) {
			t.Errorf("%q is not UTF-8", text)
		}
	}
}
