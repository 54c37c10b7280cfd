// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFineTuningJobs_Fixtures(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for path, fragments := range map[string][]string{
		supervisedJobs + "/sft-support-v1": {
			`"state":"JOB_STATE_COMPLETED"`, `"outputModel":"accounts/demo/models/sft-support-v1"`, `"percent":100`,
		},
		supervisedJobs + "/sft-support-v2": {
			`"state":"JOB_STATE_RUNNING"`, `"outputModel":"accounts/demo/models/sft-support-v2"`, `"percent":40`,
		},
		supervisedJobs + "/sft-broken":  {`"state":"JOB_STATE_FAILED"`, `"code":"INVALID_ARGUMENT"`, "line 17"},
		supervisedJobs + "/sft-early":   {`"state":"JOB_STATE_EARLY_STOPPED"`},
		supervisedJobs + "/sft-legacy":  {`"state":"COMPLETED"`, `"outputModel":"chat-lora"`},
		dpoJobs + "/dpo-tone":           {`"trainingConfig":{"warmStartFrom":"accounts/demo/models/sft-support-v1"`},
		reinforcementJobs + "/rft-math": {`"trainingConfig":{"baseModel":"` + qwen + `"`, `"learningRate":0.00002`},
	} {
		fragments = append(fragments, `"wandbConfig"`, `"trainerLogsSignedUrl"`, `"awsS3Config"`)

		r := h.get("/v1/accounts/demo/"+path).want(http.StatusOK, fragments...)
		if strings.Count(r.body, FineTuningJobSecret) < 5 {
			t.Errorf("%s has few secrets: %s", path, r.body)
		}
	}

	h.get("/v1/accounts/demo/"+supervisedJobs+"/sft-early").want(http.StatusOK).lacks("outputModel", "trainingConfig")
	h.get("/v1/accounts/demo/"+dpoJobs+"/sft-early").want(http.StatusNotFound, `"code":5`)
	h.get("/v1/accounts/fireworks/" + dpoJobs).want(http.StatusForbidden)
	h.get("/v1/accounts/demo/models/sft-support-v1").want(http.StatusOK, `"kind":"HF_PEFT_ADDON"`,
		`"fineTuningJob":"accounts/demo/supervisedFineTuningJobs/sft-support-v1"`)
	h.get("/v1/accounts/demo/models").want(http.StatusOK, `"importedFrom":"s3://demo-models/chat-lora"`)
}

func TestFineTuningJobs_Pages(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	seen, pages, token := map[string]bool{}, 0, ""

	for {
		var list struct {
			SupervisedFineTuningJobs []FineTuningJob
			NextPageToken            string
			TotalSize                int
		}

		query := url.Values{"pageSize": {"200"}, "pageToken": {token}}
		h.get("/v1/accounts/demo/" + supervisedJobs + "?" + query.Encode()).want(http.StatusOK).into(&list)

		for _, job := range list.SupervisedFineTuningJobs {
			seen[job.Name] = true
		}

		pages++

		if token = list.NextPageToken; token == "" {
			checkEqual(t, "jobs", len(seen), list.TotalSize)
			break
		}
	}

	checkEqual(t, "pages", pages, 2)

	h.PutFineTuningJob(FineTuningJob{Name: "accounts/demo/dpoJobs/mine", State: "JOB_STATE_IDLE"})
	h.get("/v1/accounts/demo/dpoJobs").want(http.StatusOK, "dpo-tone", "JOB_STATE_IDLE", FineTuningJobSecret)
	h.RemoveFineTuningJob("accounts/demo/dpoJobs/mine")
	h.get("/v1/accounts/demo/dpoJobs/mine").want(http.StatusNotFound)
}
