// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestGetOperation_Responses(t *testing.T) {
	t.Parallel()

	const name = "accounts/acme/operations/op-1"

	model := &Model{Name: "accounts/acme/models/tuned", State: "READY"}

	tests := map[string]struct {
		fields string
		want   Operation
	}{
		"running":                   {``, Operation{}},
		"running, done false":       {`,"done":false,"response":` + promotedModel, Operation{}},
		"running with an error":     {`,"error":{"code":5,"message":"x"}`, Operation{}},
		"status text":               {`,"metadata":{"statusMessage":"a"}`, Operation{StatusMessage: "a"}},
		"status text, snake case":   {`,"metadata":{"@type":"x","status_message":"b"}`, Operation{StatusMessage: "b"}},
		"status text, value":        {`,"metadata":{"value":{"statusMessage":"c"}}`, Operation{StatusMessage: "c"}},
		"status text, value, snake": {`,"metadata":{"value":{"status_message":"d"}}`, Operation{StatusMessage: "d"}},
		"status text, several": {
			`,"metadata":{"statusMessage":"","status_message":"b","value":{"statusMessage":"c"}}`,
			Operation{StatusMessage: "b"},
		},
		"status text beside nonsense": {`,"metadata":{"value":"base64==","statusMessage":"a"}`,
			Operation{StatusMessage: "a"}},
		"metadata of another kind": {`,"metadata":"text"`, Operation{}},
		"metadata null":            {`,"metadata":null`, Operation{}},
		"done":                     {`,"done":true`, Operation{Done: true}},
		"done with a model": {
			`,"done":true,"response":{"@type":"type.googleapis.com/gateway.Model",` + promotedModel[1:],
			Operation{Done: true, Model: model},
		},
		"done with an empty response": {`,"done":true,"response":{"@type":"type.googleapis.com/google.protobuf.Empty"}`,
			Operation{Done: true}},
		"done with a null": {`,"done":true,"response":null,"error":null`, Operation{Done: true}},
		"done with a text": {`,"done":true,"response":"fine"`, Operation{Done: true}},
		"done with a strange model": {
			`,"done":true,"response":{"name":"accounts/acme/models/tuned","createTime":"yesterday"}`,
			Operation{Done: true},
		},
		"failed": {
			`,"done":true,"error":{"code":9,"message":"no space"}`,
			Operation{Done: true, Failure: &OperationFailure{9, "no space"}},
		},
		"failed, code as a name": {
			`,"done":true,"error":{"code":"NOT_FOUND","message":"not there"}`,
			Operation{Done: true, Failure: &OperationFailure{5, "not there"}},
		},
		"failed with a response": {`,"done":true,"error":{"code":13,"message":"x","details":[{}]},"response":` +
			promotedModel,
			Operation{Done: true, Failure: &OperationFailure{13, "x"}}},
		"an empty error": {`,"done":true,"error":{}`, Operation{Done: true}},
		"the error OK":   {`,"done":true,"error":{"code":0,"message":"","details":[]}`, Operation{Done: true}},
		"the error OK by name": {`,"done":true,"error":{"code":"OK"},"response":` + promotedModel,
			Operation{Done: true, Model: model}},
		"failed, odd code": {`,"done":true,"error":{"code":99,"message":"x"}`,
			Operation{Done: true, Failure: &OperationFailure{0, "x"}}},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			got, err := serve(t, respondWith(ok(`{"name":"`+name+`"`+test.fields+`}`))).GetOperation(t.Context(),
				testOperation)
			if err != nil {
				t.Fatal(err)
			}

			test.want.Name = name
			wantNoDiff(t, "operation", test.want, got)
		})
	}
}

func TestOperationFailure_Text(t *testing.T) {
	t.Parallel()

	for want, failure := range map[string]OperationFailure{
		"no space (code 9, FAILED_PRECONDITION)": {9, "no space"},
		"odd (code 99)":                          {99, "odd"},
		"odd (code -1)":                          {-1, "odd"},
	} {
		checkEqual(t, "text", failure.Error(), want)
	}
}

func TestGetOperation_TextsRedactedAndCut(t *testing.T) {
	t.Parallel()

	body, err := json.Marshal(map[string]any{
		"name":     "o",
		"done":     true,
		"metadata": map[string]string{"statusMessage": "token " + testHeadVal},
		"error":    map[string]any{"code": 2, "message": testHeadVal + strings.Repeat("x", 3*maxText)},
	})
	if err != nil {
		t.Fatal(err)
	}

	client := serve(t, respondWith(ok(string(body))),
		func(c *Config) { c.AdditionalHeaders = map[string]string{testHeader: testHeadVal} })

	got, err := client.GetOperation(t.Context(), testOperation)
	if err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "status message", got.StatusMessage, "token (redacted)")
	checkEqual(t, "is redacted", strings.HasPrefix(got.Failure.Message, "(redacted)x"), true)
	checkEqual(t, "is cut", len(got.Failure.Message) <= maxText+20, true)
}
