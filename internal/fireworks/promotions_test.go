// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	promotedModel     = `{"name":"accounts/acme/models/tuned","state":"READY"}`
	promoteOperation  = `{"name":"accounts/acme/operations/op-1","metadata":{"statusMessage":"copying"}}`
	asyncUnknownError = `{"code":3,"message":"unknown field \"async_promotion\" in request","details":[]}`
)

func TestPromote_Responses(t *testing.T) {
	t.Parallel()

	model := &Model{Name: "accounts/acme/models/tuned", State: "READY"}
	operation := &Operation{Name: "accounts/acme/operations/op-1", StatusMessage: "copying"}
	done := &Operation{Name: "accounts/acme/operations/op-1", Done: true, Model: model}

	tests := map[string]struct {
		body string
		want Promotion
	}{
		"model":     {`{"model":` + promotedModel + `}`, Promotion{Model: model}},
		"operation": {`{"operation":` + promoteOperation + `}`, Promotion{Operation: operation}},
		"operation and model": {
			`{"operation":` + promoteOperation + `,"model":` + promotedModel + `}`,
			Promotion{Operation: operation, Model: model},
		},
		"operation done": {`{"operation":{"name":"accounts/acme/operations/op-1","done":true,"response":` +
			promotedModel + `}}`,
			Promotion{Operation: done}},
		"nulls and more":       {`{"operation":null,"model":` + promotedModel + `,"new":1}`, Promotion{Model: model}},
		"model without a name": {`{"model":{"state":"READY"}}`, Promotion{Model: model}},
		"unpopulated model": {`{"operation":` + promoteOperation +
			`,"model":{"name":"","state":"STATE_UNSPECIFIED","status":{"code":"OK"}}}`,
			Promotion{Operation: operation}},
		"empty operation": {`{"operation":{},"model":` + promotedModel + `}`, Promotion{Model: model}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := serve(t, respondWith(ok(test.body))).Promote(t.Context(), testPromotion)
			if err != nil {
				t.Fatal(err)
			}

			wantNoDiff(t, "promotion", test.want, got)
		})
	}
}

func TestPromote_UnusableResponse(t *testing.T) {
	t.Parallel()

	for _, body := range []string{`{}`, `{"operation":{},"model":{}}`, `{"operation":{"done":true}}`, `null`, `[]`, ``,
		`{"model":{"name":"accounts/acme/models/other","state":"READY"}}`, `{"model":{"peftDetails":{"r":0},"kind":0}}`,
		`<html>`, `{"model":`} {
		server := respondWith(ok(body))
		_, err := serve(t, server, withRetries(8)).Promote(t.Context(), testPromotion)
		wantDecodeError(t, err, "")

		if !MayHaveSucceeded(err) {
			t.Errorf("%s: error %v, want a lost response", body, err)
		}

		if n := server.count(); n != 1 {
			t.Errorf("%s: %d promotions were requested, want 1", body, n)
		}
	}
}

func TestPromote_HotLoadDeployment(t *testing.T) {
	t.Parallel()

	for given, want := range map[string]any{
		"":                            nil,
		"serving":                     "accounts/acme/deployments/serving",
		"accounts/acme/deployments/x": "accounts/acme/deployments/x",
		"accounts/else/deployments/y": "accounts/else/deployments/y",
	} {
		t.Run("given "+given, func(t *testing.T) {
			t.Parallel()

			request := testPromotion
			request.HotLoadDeploymentID = given

			server := respondWith(ok(`{"model":` + promotedModel + `}`))
			if _, err := serve(t, server).Promote(t.Context(), request); err != nil {
				t.Fatal(err)
			}

			body, _ := decodeJSON(t, server.requests()[0].Body).(map[string]any)
			if got, sent := body["hot_load_deployment_id"]; got != want || sent != (want != nil) {
				t.Errorf("hot_load_deployment_id is %v, want %v", got, want)
			}

			wantFields := 4
			if want != nil {
				wantFields = 5
			}

			if len(body) != wantFields {
				t.Errorf("body has the fields %v, want %d", body, wantFields)
			}
		})
	}
}

func TestPromote_InvalidModelID(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"model":` + promotedModel + `}`))
	client := serve(t, server)

	ids := []string{"", "a_b", "A", strings.Repeat("a", 64), "a/b", "ä", "a b", "a\n", "A" + strings.Repeat("_", 80)}
	for _, checkpoint := range []CheckpointName{testJobCheckpoint, testSessionCkpt} {
		for _, id := range ids {
			_, err := client.Promote(t.Context(),
				PromotionRequest{Checkpoint: checkpoint, OutputModelID: id, BaseModel: "accounts/a/models/b"})

			var invalid *InvalidModelIDError
			if !errors.As(err, &invalid) {
				t.Errorf("ID %q: error %v (%T), want *InvalidModelIDError", id, err, err)
				continue
			}

			wantNoDiff(t, "problems", ValidateModelID(id), invalid.Problems)

			for _, problem := range invalid.Problems {
				if !strings.Contains(err.Error(), problem) {
					t.Errorf("error %q, want %q in it", err, problem)
				}
			}

			if MayHaveSucceeded(err) || IsTransient(err) {
				t.Errorf("ID %q: an ID that was not sent counts as lost or transient", id)
			}
		}
	}

	if n := server.count(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func asyncFlags(t *testing.T, server *scriptedServer) []bool {
	t.Helper()

	var flags []bool

	for _, request := range server.requests() {
		var body map[string]any
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			t.Fatal(err)
		}

		flag, sent := body["async_promotion"]
		flags = append(flags, sent && flag == true)
	}

	return flags
}

func TestPromote_AsyncPromotionUnknown(t *testing.T) {
	t.Parallel()

	const camel = `{"error":{"code":"INVALID_ARGUMENT","message":"Cannot find field: asyncPromotion"}}`

	model := Promotion{Model: &Model{Name: "accounts/acme/models/tuned", State: "READY"}}

	tests := map[string]struct {
		replies []cannedResponse
		flags   []bool
		status  int
	}{
		"snake case": {[]cannedResponse{{status: 400, body: asyncUnknownError}, ok(`{"model":` + promotedModel + `}`)},
			[]bool{true, false}, 0},
		"camel case": {[]cannedResponse{{status: 400, body: camel}, ok(`{"model":` + promotedModel + `}`)},
			[]bool{true, false}, 0},
		"plain text": {
			[]cannedResponse{{status: 400, body: "no async_promotion here"}, ok(`{"model":` + promotedModel + `}`)},
			[]bool{true, false},
			0,
		},
		"not a third time": {[]cannedResponse{{status: 400, body: asyncUnknownError}}, []bool{true, false}, 400},
		"another failure": {[]cannedResponse{{status: 400, body: asyncUnknownError}, failing(409)},
			[]bool{true, false}, 409},
		"another message": {[]cannedResponse{failing(400)}, []bool{true}, 400},
		"not for a 404":   {[]cannedResponse{{status: 404, body: asyncUnknownError}}, []bool{true}, 404},
		"not for a 500":   {[]cannedResponse{{status: 500, body: asyncUnknownError}}, []bool{true}, 500},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(test.replies...)
			got, err := serve(t, server).Promote(t.Context(), testPromotion)
			wantNoDiff(t, "async_promotion", test.flags, asyncFlags(t, server))

			if StatusOf(err) != test.status {
				t.Errorf("error %v, want status %d", err, test.status)
			}

			if test.status == 0 {
				wantNoDiff(t, "promotion", model, got)
			}
		})
	}
}

func TestPromote_DecidesOnOriginalText(t *testing.T) {
	t.Parallel()

	server := respondWith(cannedResponse{status: 400, body: asyncUnknownError}, ok(`{"model":`+promotedModel+`}`))
	client := serve(t, server,
		func(c *Config) { c.AdditionalHeaders = map[string]string{"X-Token": "async_promotion"} })

	if _, err := client.Promote(t.Context(), testPromotion); err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "async_promotion", []bool{true, false}, asyncFlags(t, server))
}

func TestPromote_SessionWithoutAsyncRetry(t *testing.T) {
	t.Parallel()

	server := respondWith(cannedResponse{status: http.StatusBadRequest, body: asyncUnknownError})
	request := testPromotion

	request.Checkpoint = testSessionCkpt
	if _, err := serve(t, server).Promote(t.Context(), request); StatusOf(err) != http.StatusBadRequest {
		t.Errorf("error %v, want a 400", err)
	}

	if n := server.count(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestPromote_Refusals(t *testing.T) {
	t.Parallel()

	for status, code := range map[int]int{400: 3, 404: 5, 409: 6} {
		server := respondWith(cannedResponse{status: status,
			body: fmt.Sprintf(`{"code":%d,"message":"because","details":[]}`, code)})
		_, err := serve(t, server, withRetries(8)).Promote(t.Context(), testPromotion)

		apiError := wantAPIError(t, err)
		checkEqual(t, "StatusCode", apiError.StatusCode, status)
		checkEqual(t, "Code", apiError.Code, code)
		checkEqual(t, "Message", apiError.Message, "because")

		checkEqual(t, fmt.Sprintf("conflict of %d", status), IsConflict(err), status == 409)
		checkEqual(t, fmt.Sprintf("not found of %d", status), IsNotFound(err), status == 404)
		checkEqual(t, fmt.Sprintf("response lost of %d", status), MayHaveSucceeded(err), false)
		checkEqual(t, fmt.Sprintf("requests of %d", status), server.count(), 1)
	}
}

func TestPromotionRequest_OutputModel(t *testing.T) {
	t.Parallel()

	if got := testPromotion.OutputModel(); got != testModel {
		t.Errorf("output model %v, want %v", got, testModel)
	}
}
