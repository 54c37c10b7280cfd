// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const (
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
		"operation done": {
			`{"operation":{"name":"accounts/acme/operations/op-1","done":true,"response":` + promotedModel + `}}`,
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

		checkEqual(t, "lost response of "+body, MayHaveSucceeded(err), true)
		checkEqual(t, "requests with "+body, server.count(), 1)
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
		request := testPromotion
		request.HotLoadDeploymentID = given

		server := respondWith(ok(promotionReply))
		if _, err := serve(t, server).Promote(t.Context(), request); err != nil {
			t.Fatal(err)
		}

		body, _ := decodeJSON(t, server.requests()[0].Body).(map[string]any)
		got, sent := body["hot_load_deployment_id"]
		checkEqual(t, "hot_load_deployment_id", got, want)
		checkEqual(t, "is sent", sent, want != nil)
	}
}

func TestPromote_InvalidModelID(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(promotionReply))
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
				checkEqual(t, "error has the problem", strings.Contains(err.Error(), problem), true)
			}

			checkEqual(t, "lost or transient", MayHaveSucceeded(err) || IsTransient(err), false)
		}
	}

	checkEqual(t, "requests", server.count(), 0)
}

func asyncFlags(server *scriptedServer) (flags []bool) {
	for _, request := range server.requests() {
		flags = append(flags, strings.Contains(request.Body, `"async_promotion":true`))
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
		"snake case": {[]cannedResponse{{status: 400, body: asyncUnknownError}, ok(promotionReply)},
			[]bool{true, false}, 0},
		"camel case": {[]cannedResponse{{status: 400, body: camel}, ok(promotionReply)}, []bool{true, false}, 0},
		"plain text": {[]cannedResponse{{status: 400, body: "no async_promotion here"}, ok(promotionReply)},
			[]bool{true, false}, 0},
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
			wantNoDiff(t, "async_promotion", test.flags, asyncFlags(server))

			checkEqual(t, "status", StatusOf(err), test.status)

			if test.status == 0 {
				wantNoDiff(t, "promotion", model, got)
			}
		})
	}
}

func TestPromote_DecidesOnOriginalText(t *testing.T) {
	t.Parallel()

	server := respondWith(cannedResponse{status: 400, body: asyncUnknownError}, ok(promotionReply))
	client := serve(t, server,
		func(c *Config) { c.AdditionalHeaders = map[string]string{"X-Token": "async_promotion"} })

	if _, err := client.Promote(t.Context(), testPromotion); err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "async_promotion", []bool{true, false}, asyncFlags(server))
}

func TestPromote_SessionWithoutAsyncRetry(t *testing.T) {
	t.Parallel()

	server := respondWith(cannedResponse{status: http.StatusBadRequest, body: asyncUnknownError})
	_, err := serve(t, server).Promote(t.Context(), testSessionPromotion)
	checkEqual(t, "status", StatusOf(err), http.StatusBadRequest)
	checkEqual(t, "requests", server.count(), 1)
}

func TestPromotionRequest_OutputModel(t *testing.T) {
	t.Parallel()

	if got := testPromotion.OutputModel(); got != testModel {
		t.Errorf("output model %v, want %v", got, testModel)
	}
}
