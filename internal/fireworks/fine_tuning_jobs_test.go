// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"strings"
	"testing"
)

// jobSecrets are the members of a job that hold secrets.
const jobSecrets = `,"wandbConfig":{"apiKey":"SECRET","enabled":true},"trainerLogsSignedUrl":"https://x/?sig=SECRET",` +
	`"metricsFileSignedUrl":"SECRET","awsS3Config":{"credentialsSecret":"SECRET"},` +
	`"azureBlobStorageConfig":{"credentialsSecret":"SECRET"},` +
	`"estimatedCost":{"currencyCode":"USD","units":"12"}`

func TestFineTuningJob_Fields(t *testing.T) {
	t.Parallel()

	const config = `"baseModel":"accounts/fireworks/models/b","warmStartFrom":"accounts/acme/models/w",` +
		`"outputModel":"out","epochs":"3","loraRank":16,"maxContextLength":"4096","learningRate":0.0001`

	full := FineTuningConfig{
		BaseModel: "accounts/fireworks/models/b", WarmStartFrom: "accounts/acme/models/w",
		OutputModel: "accounts/acme/models/out", Epochs: 3, LoRARank: 16, MaxContextLength: 4096, LearningRate: 0.0001,
	}

	const model = "accounts/acme/models/"

	output := func(name string) FineTuningConfig { return FineTuningConfig{OutputModel: name} }

	tests := map[string]struct {
		fields    string
		want      FineTuningJob
		completed bool
	}{
		"least": {``, FineTuningJob{}, false},
		"nulls": {
			`,"jobProgress":null,"trainingConfig":null,"status":null,"state":null,"epochs":null,"createTime":null`,
			FineTuningJob{}, false,
		},
		"all": {
			`,"displayName":"N","createdBy":"me","dataset":"d","evaluationDataset":"e","createTime":"2026-05-01T10:00:00Z",
				"updateTime":"2026-05-02T10:00:00Z","completedTime":"2026-05-03T10:00:00Z",
				"jobProgress":{"percent":40,"epoch":"1","new":2},"status":{"code":"INTERNAL","message":"m"}`,
			FineTuningJob{
				DisplayName: "N", CreatedBy: "me", Dataset: "d", EvaluationDataset: "e",
				Status:     Status{"INTERNAL", "m"},
				CreateTime: timestamp(t, "2026-05-01T10:00:00Z"), UpdateTime: timestamp(t, "2026-05-02T10:00:00Z"),
				CompletedTime: timestamp(t, "2026-05-03T10:00:00Z"), Progress: &FineTuningJobProgress{40, 1},
			}, false,
		},
		"progress, zero": {`,"jobProgress":{"percent":0}`, FineTuningJob{Progress: &FineTuningJobProgress{}}, false},
		"top level":      {`,` + config, FineTuningJob{FineTuningConfig: full}, false},
		"numbers as texts": {`,"learningRate":"0.5","epochs":"","state":"3"`, FineTuningJob{
			State:            FineTuningJobStateCompleted,
			FineTuningConfig: FineTuningConfig{OutputModel: model + "tone", LearningRate: 0.5},
		}, true},
		"state as a number": {`,"state":16`,
			FineTuningJob{State: FineTuningJobStateEarlyStopped, FineTuningConfig: output(model + "tone")}, true},
		"state of a newer server": {`,"state":99`, FineTuningJob{State: "99"}, false},
		"training config": {`,"outputModel":"other","epochs":9,"trainingConfig":{` + config + `}`,
			FineTuningJob{FineTuningConfig: full}, false},
		"one of each": {`,"outputModel":"x","trainingConfig":{"loraRank":8}`,
			FineTuningJob{FineTuningConfig: FineTuningConfig{OutputModel: model + "x", LoRARank: 8}}, false},
		"full output": {`,"state":"JOB_STATE_RUNNING","outputModel":"accounts/other/models/x"`,
			FineTuningJob{State: "RUNNING", FineTuningConfig: output("accounts/other/models/x")}, false},
		"no output, running": {`,"state":"JOB_STATE_RUNNING"`, FineTuningJob{State: "RUNNING"}, false},
		"no output, completed": {`,"state":"JOB_STATE_COMPLETED","outputModel":""`,
			FineTuningJob{State: FineTuningJobStateCompleted, FineTuningConfig: output(model + "tone")}, true},
		"no prefix": {`,"state":"EARLY_STOPPED"`,
			FineTuningJob{State: FineTuningJobStateEarlyStopped, FineTuningConfig: output(model + "tone")}, true},
		"unspecified":            {`,"state":"JOB_STATE_UNSPECIFIED"`, FineTuningJob{}, false},
		"unspecified, no prefix": {`,"state":"UNSPECIFIED"`, FineTuningJob{}, false},
		"unspecified, number":    {`,"state":0`, FineTuningJob{}, false},
		"a newer state":          {`,"state":"JOB_STATE_DREAMING"`, FineTuningJob{State: "DREAMING"}, false},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			for _, kind := range FineTuningJobKinds() {
				name := FineTuningJobName{AccountID: "acme", Kind: kind, JobID: "tone"}
				want := test.want
				want.Name = name.String()
				body := `{"name":"` + want.Name + `"` + jobSecrets + test.fields + `}`
				client := serve(t, respondWith(ok(body), ok(`{"`+kind.Collection()+`":[`+body+`]}`)))

				got, err := client.GetFineTuningJob(t.Context(), name)
				checkEqual(t, "error", err, nil)
				wantNoDiff(t, "job", want, got)
				checkEqual(t, "completed", got.Completed(), test.completed)
				checkEqual(t, "contains a secret", strings.Contains(fmt.Sprintf("%+v", got), "SECRET"), false)

				list, err := client.ListFineTuningJobs(t.Context(), "acme", kind)
				checkEqual(t, "error", err, nil)
				wantNoDiff(t, "list", []FineTuningJob{want}, list)
			}
		})
	}
}
