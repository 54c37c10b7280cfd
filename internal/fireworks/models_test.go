// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"net/http"
	"testing"
)

func TestModel_Fields(t *testing.T) {
	t.Parallel()

	const name = "accounts/acme/models/tuned"

	tests := map[string]struct {
		fields string
		want   Model
	}{
		"least": {``, Model{}},
		"all": {
			`,"displayName":"Tuned","description":"d","public":true,"state":"READY","status":{"code":"OK","message":"fine"},
				"kind":"HF_PEFT_ADDON","createTime":"2026-05-01T10:00:00.123456789Z","updateTime":"2026-05-01T12:00:00+02:00","contextLength":131072,
				"peftDetails":{"baseModel":"accounts/fireworks/models/b","baseModelType":"qwen3","r":16,
				"targetModules":["q_proj","v_proj"],"mergeAddonModelName":"m"},
				"deployedModelRefs":[{"name":"accounts/acme/deployedModels/x","deployment":"accounts/acme/deployments/d","state":"DEPLOYED"}],
				"fineTuningJob":"accounts/acme/dpoJobs/tone","importedFrom":"gs://b",
				"supportsLora":true,"supportsTools":true,"supportsImageInput":true,"tunable":true,"trainingContextLength":65536,
				"defaultDraftModel":"accounts/fireworks/models/draft","huggingFaceUrl":"https://huggingface.co/x","unknown":[1,{"a":null}]`,
			Model{
				DisplayName:   "Tuned",
				Description:   "d",
				Public:        true,
				State:         "READY",
				Status:        Status{"", "fine"},
				Kind:          "HF_PEFT_ADDON",
				CreateTime:    timestamp(t, "2026-05-01T10:00:00.123456789Z"),
				UpdateTime:    timestamp(t, "2026-05-01T12:00:00+02:00"),
				ContextLength: 131072,
				PEFTDetails:   &PEFTDetails{"accounts/fireworks/models/b", "qwen3", 16, []string{"q_proj", "v_proj"}},
				Deployments:   []string{"accounts/acme/deployments/d"},

				FineTuningJob: "accounts/acme/dpoJobs/tone", ImportedFrom: "gs://b",
				SupportsLora: true, SupportsTools: true, SupportsImageInput: true, Tunable: true,
				DefaultDraftModel: "accounts/fireworks/models/draft", HuggingFaceURL: "https://huggingface.co/x",
			},
		},
		"nulls": {
			`,"displayName":null,"status":null,"peftDetails":null,"createTime":null,"contextLength":null,"deployedModelRefs":null,"state":null`,
			Model{},
		},
		"a full-weight model": {
			`,"kind":"HF_BASE_MODEL","baseModelDetails":{"modelType":"qwen3","parameterCount":"8190735360","defaultPrecision":"BF16",
				"moe":true,"worldSize":2,"checkpointFormat":"HUGGINGFACE"}`,
			Model{Kind: "HF_BASE_MODEL", BaseModelDetails: &BaseModelDetails{"qwen3", 8190735360}},
		},
		"empty baseModelDetails": {`,"baseModelDetails":{}`, Model{}},
		"empty peftDetails":      {`,"peftDetails":{}`, Model{}},
		"unpopulated": {
			`,"cluster":"","defaultDraftTokenCount":0,"deployedModelRefs":[],"displayName":"","state":"STATE_UNSPECIFIED","kind":"KIND_UNSPECIFIED",
				"status":{"code":"OK","message":""},"createTime":"","contextLength":"0","defaultDraftModel":"","peftDetails":{"baseModel":"",
				"baseModelType":"","mergeAddonModelName":"","r":0,"targetModules":[]},"baseModelDetails":{"modelType":"","parameterCount":"0"}`,
			Model{},
		},
		"peftDetails without a base model": {`,"peftDetails":{"baseModel":"","r":"8","targetModules":["q_proj"]}`,
			Model{}},
		"an empty target module": {
			`,"peftDetails":{"baseModel":"accounts/fireworks/models/b","targetModules":["",null]}`,
			Model{PEFTDetails: &PEFTDetails{BaseModel: "accounts/fireworks/models/b"}},
		},
		"baseModelDetails of an older server": {
			`,"base_model_details":{"model_type":"qwen3","parameter_count":"8"}`,
			Model{BaseModelDetails: &BaseModelDetails{"qwen3", 8}},
		},
		"int64 as strings": {
			`,"contextLength":"131072","peftDetails":{"baseModel":"accounts/fireworks/models/b","r":"8"}`,
			Model{ContextLength: 131072, PEFTDetails: &PEFTDetails{BaseModel: "accounts/fireworks/models/b", R: 8}},
		},
		"int64 beyond float64": {`,"contextLength":"9007199254740993"`, Model{ContextLength: 9007199254740993}},
		"state 0":              {`,"state":0,"kind":0`, Model{}},
		"state 1":              {`,"state":1`, Model{State: ModelStateUploading}},
		"state 2":              {`,"state":2`, Model{State: ModelStateReady}},
		"an unknown state":     {`,"state":"ARCHIVED","kind":"NEW_KIND"`, Model{State: "ARCHIVED", Kind: "NEW_KIND"}},
		"an unknown number":    {`,"state":17,"kind":42`, Model{State: "17", Kind: "42"}},
		"status code, a number": {`,"status":{"code":13,"message":"broken"}`,
			Model{Status: Status{"INTERNAL", "broken"}}},
		"refs as strings": {
			`,"deployedModelRefs":["accounts/acme/deployments/d",""]`,
			Model{Deployments: []string{"accounts/acme/deployments/d"}},
		},
		"refs with names only": {
			`,"deployedModelRefs":[{"name":"accounts/acme/deployments/d"},{},null]`,
			Model{Deployments: []string{"accounts/acme/deployments/d"}},
		},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			test.want.Name = name
			checkDecoding(t, "models", `{"name":"`+name+`"`+test.fields+`}`, test.want)
		})
	}
}

func TestGetModel_InvalidResponse(t *testing.T) {
	t.Parallel()

	for body, reason := range map[string]string{
		`{}`:                                   "it has no name",
		`null`:                                 "it has no name",
		`{"name":""}`:                          "it has no name",
		`[]`:                                   "not the expected JSON",
		`{"name":1}`:                           "not the expected JSON",
		`{"name":"m","state":{}}`:              "an enum is neither a string nor a number",
		`{"name":"m","state":1.5}`:             "an enum is neither a string nor a number",
		`{"name":"m","createTime":5}`:          "a timestamp is not a string",
		`{"name":"m","createTime":"x"}`:        `"x" is not an RFC 3339 timestamp`,
		`{"name":"m","contextLength":"many"}`:  `"many" is not an integer`,
		`{"name":"m","deployedModelRefs":[1]}`: "not the expected JSON",
	} {
		_, err := serve(t, respondWith(ok(body))).GetModel(t.Context(), testModel)
		wantDecodeError(t, err, reason)
	}
}

func TestUpdateModel_Requests(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		fields  Fields
		replies []cannedResponse
		methods []string
	}{
		"without fields": {Fields{}, []cannedResponse{ok(promotedModel)}, []string{"GET"}},
		"an empty response": {Fields{"public": false}, []cannedResponse{ok(`{}`), ok(promotedModel)},
			[]string{"PATCH", "GET"}},
	} {
		server := respondWith(test.replies...)

		got, err := serve(t, server).UpdateModel(t.Context(), testModel, test.fields)
		checkEqual(t, "error "+name, err, nil)
		checkEqual(t, "name "+name, got.Name, testModel.String())

		var methods []string
		for _, request := range server.requests() {
			methods = append(methods, request.Method)
		}

		wantNoDiff(t, "methods "+name, test.methods, methods)
	}
}

func TestDeleteModel_Responses(t *testing.T) {
	t.Parallel()

	const deployed = `{"code":9,"message":"model is deployed","details":[]}`

	tests := map[string]struct {
		response     cannedResponse
		fails        bool
		notFound     bool
		precondition bool
	}{
		"done":            {ok(`{}`), false, false, false},
		"no content":      {cannedResponse{status: http.StatusNoContent}, false, false, false},
		"an empty body":   {ok(""), false, false, false},
		"already deleted": {cannedResponse{status: 404, body: `{"code":5,"message":"no"}`}, true, true, false},
		"deployed":        {cannedResponse{status: 400, body: deployed}, true, false, true},
		"deployed, by name": {
			cannedResponse{status: 400, body: `{"error":{"code":"FAILED_PRECONDITION","message":"model is deployed"}}`},
			true, false, true,
		},
		"bad request": {cannedResponse{status: 400, body: `{"code":3,"message":"no"}`}, true, false, false},
		"HTML":        {ok("<html>"), true, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			err := serve(t, respondWith(test.response)).DeleteModel(t.Context(), testModel)
			checkEqual(t, "fails", err != nil, test.fails)
			checkEqual(t, "not found", IsNotFound(err), test.notFound)
			checkEqual(t, "failed precondition", IsFailedPrecondition(err), test.precondition)
		})
	}
}
