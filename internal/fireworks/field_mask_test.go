// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"testing"
)

func TestFields_MaskAndBody(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		fields     Fields
		mask, body string
	}{
		"nil":      {nil, "", `{}`},
		"empty":    {Fields{}, "", `{}`},
		"one word": {Fields{"public": false}, "public", `{"public":false}`},
		"sorted": {
			Fields{"min_replica_count": 0, "display_name": "", "max_replica_count": 2},
			"display_name,max_replica_count,min_replica_count",
			`{"displayName":"","maxReplicaCount":2,"minReplicaCount":0}`,
		},
		"nested": {
			Fields{"autoscaling_policy": Fields{"scale_up_window": "30s"}},
			"autoscaling_policy",
			`{"autoscalingPolicy":{"scaleUpWindow":"30s"}}`,
		},
		"keys of maps are data": {
			Fields{"annotations": map[string]string{"custom/my_team": "x"},
				"load_targets": map[string]float64{"requests_per_second": 0.8}},
			"annotations,load_targets",
			`{"annotations":{"custom/my_team":"x"},"loadTargets":{"requests_per_second":0.8}}`,
		},
		"null":        {Fields{"draft_model": nil}, "draft_model", `{"draftModel":null}`},
		"underscores": {Fields{"_a__b_": 1}, "_a__b_", `{"AB":1}`},
	}
	for name, test := range tests {
		body, err := json.Marshal(test.fields)
		if err != nil {
			t.Fatal(err)
		}

		if got := test.fields.Mask(); got != test.mask {
			t.Errorf("%s: mask %q, want %q", name, got, test.mask)
		}

		if string(body) != test.body {
			t.Errorf("%s: body %s, want %s", name, body, test.body)
		}
	}
}
