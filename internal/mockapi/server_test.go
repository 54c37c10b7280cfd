// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLegacyWire_Formats(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Minute})
	h.SetLegacyWire(true)
	h.get(bigList+"?pageSize=1").want(http.StatusOK, `"rlorTrainerJobCheckpoints":[`, `"next_page_token":"a+b/c=`).
		lacks(`"checkpoints"`, "nextPageToken")
	h.get("/v1/"+session+"/checkpoints").want(http.StatusOK,
		`"training_session_checkpoints":[`).lacks("trainingSessionCheckpoints")
	h.get(shapesPath+"qwen3-8b-128k/versions/9d4e8f62").want(http.StatusOK, `"trainerMode":1`,
		`"parameterCount":8190735360`)
	h.get(shapesPath+"qwen3-8b-unlinked/versions/0c1d2e3f").want(http.StatusOK, `"trainerMode":2`)
	h.get(shapesPath+"qwen3-8b-128k-lora"+latestQuery).want(http.StatusOK, `"trainerMode":3`)
	h.get("/v1/"+qwen).want(http.StatusOK, `"parameterCount":8190735360`, `"public":true`)
	h.promote(latest, jobPromotion("m")).
		want(http.StatusOK, `"value":{"status_message":"Validating checkpoint"}`, `"@type"`).
		lacks("statusMessage")
	h.get("/v1/accounts/demo/models/none").want(http.StatusNotFound, `"code":5`, `"details":[]`)

	h.SetLegacyWire(false)
	h.get(bigList+"?pageSize=1").want(http.StatusOK, `"checkpoints":[`)
}

func TestServer_ErrorFormat(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v2/accounts", "/v1/accounts/", "/v1/accounts/demo", "/v1/accounts/demo/models/",
		"/v1/accounts/demo/models/a/b", "//v1/accounts",
	} {
		got := h.get(path).want(http.StatusNotFound)

		want := `{"code":5,"message":"Not Found","details":[]}`
		if diff := cmp.Diff(want, got.body); diff != "" {
			t.Error(diff)
		}

		checkEqual(t, "Content-Type", got.header.Get("Content-Type"), "application/json")

		if got.header.Get("X-Request-Id") == "" {
			t.Error("no X-Request-Id")
		}
	}

	h.do(http.MethodPost, "/v1/accounts/demo/models/m", "{}").want(http.StatusNotFound, `"message":"Not Found"`)
	h.get("/v1/accounts?pageSize=%zz").want(http.StatusBadRequest, "malformed query")
}

func TestServer_UnreadableBody(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.do(http.MethodPatch, "/v1/accounts/demo/models/m", strings.Repeat("x", maxRequestBody+1)).
		want(http.StatusRequestEntityTooLarge, "1048576")

	r := httptest.NewRequestWithContext(t.Context(), http.MethodPatch, "/v1/accounts/demo/models/m",
		iotest.ErrReader(http.ErrBodyReadAfterClose))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d, want 400", w.Code)
	}
}
