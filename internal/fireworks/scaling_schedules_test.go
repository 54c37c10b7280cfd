// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"testing"
	"time"
)

func TestScalingSchedule_JSON(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		in, out string
		want    ScalingSchedule
	}{
		"all": {
			`{"minReplicaCount":"2","schedule":"0 8 * * 1-5","duration":"10h","timezone":"CET","description":"D","disabled":true,"x":1}`,
			`{"minReplicaCount":2,"schedule":"0 8 * * 1-5","duration":"36000s","timezone":"CET","description":"D","disabled":true}`,
			ScalingSchedule{2, "0 8 * * 1-5", Seconds(10 * time.Hour), "CET", "D", true},
		},
		"zero values": {
			`{"schedule":"0 8 * * *","duration":"300.000s","timezone":"UTC"}`,
			`{"minReplicaCount":0,"schedule":"0 8 * * *","duration":"300s","timezone":"UTC"}`,
			ScalingSchedule{Schedule: "0 8 * * *", Duration: Seconds(5 * time.Minute), Timezone: "UTC"},
		},
		"nulls": {
			`{"minReplicaCount":null,"duration":null}`,
			`{"minReplicaCount":0,"schedule":"","duration":"0s","timezone":""}`,
			ScalingSchedule{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var got ScalingSchedule
			if err := json.Unmarshal([]byte(test.in), &got); err != nil {
				t.Fatal(err)
			}

			wantNoDiff(t, "schedule", test.want, got)

			encoded, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}

			checkEqual(t, "JSON", string(encoded), test.out)
		})
	}

	for _, invalid := range []string{`{"duration":5}`, `{"duration":"long"}`} {
		if err := json.Unmarshal([]byte(invalid), new(ScalingSchedule)); err == nil {
			t.Errorf("%s was accepted", invalid)
		}
	}
}
