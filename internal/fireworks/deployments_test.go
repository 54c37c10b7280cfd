// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"testing"
)

func TestDeployment_Fields(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		fields string
		want   Deployment
	}{
		"least": {``, Deployment{}},
		"nulls": {`,"autoscalingPolicy":null,"placement":null,"annotations":null,"status":null,"replicaStats":null,"createTime":null,
			"minReplicaCount":null,"state":null`, Deployment{}},
		"model and hardware": {
			`,"baseModel":"accounts/a/models/m","deploymentShape":"accounts/fireworks/deploymentShapes/s/versions/v",
				"acceleratorType":"NVIDIA_H100_80GB","acceleratorCount":8,
				"precision":"BF16","maxContextLength":"131072","enableAddons":true,"enableSessionAffinity":true`,
			Deployment{
				BaseModel: "accounts/a/models/m", DeploymentShape: "accounts/fireworks/deploymentShapes/s/versions/v",
				AcceleratorType: "NVIDIA_H100_80GB", AcceleratorCount: 8, Precision: "BF16", MaxContextLength: 131072,
				EnableAddons: true, EnableSessionAffinity: true,
			},
		},
		"speculative decoding": {
			`,"draftModel":"accounts/a/models/d","draftTokenCount":4,"ngramSpeculationLength":"5"`,
			Deployment{DraftModel: "accounts/a/models/d", DraftTokenCount: 4, NgramSpeculationLength: 5},
		},
		"replicas": {
			`,"minReplicaCount":1,"maxReplicaCount":"4","replicaCount":2,"desiredReplicaCount":3,"replicaStats":{"pendingSchedulingReplicaCount":1,
				"downloadingModelReplicaCount":2,"initializingReplicaCount":3,"readyReplicaCount":"4","new":5}`,
			Deployment{
				MinReplicaCount: 1, MaxReplicaCount: 4, ReplicaCount: 2, DesiredReplicaCount: 3,
				ReplicaStats: ReplicaStats{PendingScheduling: 1, DownloadingModel: 2, Initializing: 3, Ready: 4},
			},
		},
		"autoscaling": {
			`,"autoscalingPolicy":{"scaleUpWindow":"30s","scaleDownWindow":"600s","scaleToZeroWindow":"3600s","loadTargets":{"default":0.8,"x":"2"}}`,
			Deployment{AutoscalingPolicy: &AutoscalingPolicy{
				ScaleUpWindow: "30s", ScaleDownWindow: "600s", ScaleToZeroWindow: "3600s",
				LoadTargets: map[string]Float64{"default": 0.8, "x": 2},
				Members: map[string]json.RawMessage{
					"scaleUpWindow": json.RawMessage(`"30s"`), "scaleDownWindow": json.RawMessage(`"600s"`),
					"scaleToZeroWindow": json.RawMessage(`"3600s"`),
					"loadTargets":       json.RawMessage(`{"default":0.8,"x":"2"}`),
				},
			}},
		},
		"schedules": {
			`,"autoscalingPolicy":{"scaleUpWindow":null,"loadTargets":null,"new":{},"scalingSchedules":{"day":{"minReplicaCount":2}}}`,
			Deployment{AutoscalingPolicy: &AutoscalingPolicy{
				ScalingSchedules: map[string]ScalingSchedule{"day": {MinReplicaCount: 2}},
				Members:          map[string]json.RawMessage{"scalingSchedules": json.RawMessage(`{"day":{"minReplicaCount":2}}`)},
			}},
		},
		"members and schedules of another form": {
			`,"autoscalingPolicy":{"scalingSchedules":[1],"new":{"a":0}},"maxConcurrencyPerReplica":"3"`,
			Deployment{MaxConcurrencyPerReplica: 3, AutoscalingPolicy: &AutoscalingPolicy{
				Members: map[string]json.RawMessage{"scalingSchedules": json.RawMessage(`[1]`),
					"new": json.RawMessage(`{"a":0}`)},
			}},
		},
		"empty objects": {
			`,"autoscalingPolicy":{},"placement":{}`,
			Deployment{},
		},
		"unpopulated": {
			`,"state":"STATE_UNSPECIFIED","status":{"code":0,"message":""},"precision":"PRECISION_UNSPECIFIED","acceleratorCount":0,
				"acceleratorType":"ACCELERATOR_TYPE_UNSPECIFIED","region":"REGION_UNSPECIFIED","deploymentShape":"","purgeTime":"",
				"placement":{"region":"REGION_UNSPECIFIED","multiRegion":"MULTI_REGION_UNSPECIFIED","regions":[]},
				"autoscalingPolicy":{"scaleUpWindow":"","loadTargets":{}},"maxContextLength":"0"`,
			Deployment{},
		},
		"unpopulated beside a value": {
			`,"placement":{"region":0,"multiRegion":"MULTI_REGION_UNSPECIFIED","regions":["US_IOWA_1","REGION_UNSPECIFIED",null]}`,
			Deployment{Placement: &Placement{Regions: []Enum{"US_IOWA_1"}}},
		},
		"shape of an older server": {`,"deployment_shape":"accounts/f/deploymentShapes/s/versions/v"`,
			Deployment{DeploymentShape: "accounts/f/deploymentShapes/s/versions/v"}},
		"region": {
			`,"placement":{"region":"US_IOWA_1"},"region":"US_IOWA_1"`,
			Deployment{Placement: &Placement{Region: "US_IOWA_1"}, Region: "US_IOWA_1"},
		},
		"multi-region": {`,"placement":{"multiRegion":"GLOBAL"}`,
			Deployment{Placement: &Placement{MultiRegion: "GLOBAL"}}},
		"regions": {`,"placement":{"regions":["A_1","B_2"]}`,
			Deployment{Placement: &Placement{Regions: []Enum{"A_1", "B_2"}}}},
		"metadata": {
			`,"displayName":"N","description":"D","annotations":{"custom/team":"x","internal":"y"}`,
			Deployment{DisplayName: "N", Description: "D",
				Annotations: map[string]string{"custom/team": "x", "internal": "y"}},
		},
		"status": {`,"state":"FAILED","status":{"code":"INTERNAL","message":"m"}`,
			Deployment{State: DeploymentStateFailed, Status: Status{"INTERNAL", "m"}}},
		"times": {
			`,"createTime":"2026-05-01T10:00:00.5Z","updateTime":"2026-05-02T10:00:00Z",
				"deleteTime":"2026-05-03T10:00:00Z","purgeTime":"2026-05-10T10:00:00Z"`,
			Deployment{
				CreateTime: timestamp(t, "2026-05-01T10:00:00.5Z"), UpdateTime: timestamp(t, "2026-05-02T10:00:00Z"),
				DeleteTime: timestamp(t, "2026-05-03T10:00:00Z"), PurgeTime: timestamp(t, "2026-05-10T10:00:00Z"),
			},
		},
		"state 1":        {`,"state":1`, Deployment{State: DeploymentStateCreating}},
		"state 6":        {`,"state":6`, Deployment{State: DeploymentStateDeleted}},
		"ready":          {`,"state":"READY"`, Deployment{State: DeploymentStateReady}},
		"a newer state":  {`,"state":"PARKED","new":{"a":[1]}`, Deployment{State: "PARKED"}},
		"enum as number": {`,"state":17,"precision":3`, Deployment{State: "17", Precision: "3"}},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			test.want.Name = testDeployment.String()
			checkDecoding(t, "deployments", `{"name":"`+test.want.Name+`"`+test.fields+`}`, test.want)
		})
	}
}

func TestDeployment_Tags(t *testing.T) {
	t.Parallel()

	d := Deployment{Annotations: map[string]string{"custom/team": "x", "custom/a/b": "y", "internal": "z",
		"CUSTOM/q": "z"}}
	wantNoDiff(t, "tags", map[string]string{"team": "x", "a/b": "y"}, d.Tags())
	wantNoDiff(t, "no tags", map[string]string{}, Deployment{}.Tags())
}

func TestStatus_Failures(t *testing.T) {
	t.Parallel()

	for code, want := range map[Enum]bool{"": false, "OK": false, "0": false, "13": true, "INTERNAL": true,
		"NOT_FOUND": true, "99": false, "PENDING": false} {
		checkEqual(t, "failure of "+string(code), Status{StatusCode: code}.LastOperationFailed(), want)
	}
}
