// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAuthentication_Keys(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		serverKey string
		header    http.Header
		want      int
	}{
		"no key":                 {"", http.Header{}, http.StatusUnauthorized},
		"empty bearer":           {"", http.Header{"Authorization": {"Bearer "}}, http.StatusUnauthorized},
		"blank bearer":           {"", http.Header{"Authorization": {"Bearer    "}}, http.StatusUnauthorized},
		"another scheme":         {"", http.Header{"Authorization": {"Basic abc"}}, http.StatusUnauthorized},
		"any bearer":             {"", http.Header{"Authorization": {"Bearer fw-1"}}, http.StatusOK},
		"scheme in another case": {"", http.Header{"Authorization": {"bearer fw-1"}}, http.StatusOK},
		"any key":                {"", http.Header{"X-Api-Key": {"fw-1"}}, http.StatusOK},
		"the right bearer":       {"fw-1", http.Header{"Authorization": {"Bearer fw-1"}}, http.StatusOK},
		"the right key":          {"fw-1", http.Header{"X-Api-Key": {"fw-1"}}, http.StatusOK},
		"a wrong bearer": {"fw-1", http.Header{"Authorization": {"Bearer fw-2-wrong"}},
			http.StatusUnauthorized},
		"a wrong key": {"fw-1", http.Header{"X-Api-Key": {"fw-2-wrong"}}, http.StatusUnauthorized},
		"a wrong bearer, a right key": {
			"fw-1", http.Header{"Authorization": {"Bearer fw-2-wrong"}, "X-Api-Key": {"fw-1"}}, http.StatusUnauthorized,
		},
		"another scheme, the right key": {
			"fw-1", http.Header{"Authorization": {"Basic abc"}, "X-Api-Key": {"fw-1"}}, http.StatusOK,
		},
		"the key with something added": {"fw-1", http.Header{"X-Api-Key": {"fw-1x"}}, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{APIKey: test.serverKey})
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/accounts", nil)
			r.Header = test.header
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)

			if w.Code != test.want {
				t.Errorf("status %d, want %d", w.Code, test.want)
			}

			if strings.Contains(w.Body.String(), "fw-") {
				t.Errorf("the response contains a key: %s", w.Body)
			}

			if w.Code == http.StatusUnauthorized && !strings.Contains(w.Body.String(), `"code":16`) {
				t.Errorf("no gRPC code 16: %s", w.Body)
			}
		})
	}
}

func TestAccounts_List(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.get("/v1/accounts?pageSize=2").want(http.StatusOK, `"name":"accounts/demo"`).lacks("nextPageToken")

	h.SetAccounts()
	h.get("/v1/accounts?pageSize=2").want(http.StatusOK).lacks("accounts")

	h.SetAccounts("demo", "other")
	h.get("/v1/accounts?pageSize=2").want(http.StatusOK, `"accounts/demo"`, `"accounts/other"`)
	h.get("/v1/accounts?pageSize=1").want(http.StatusOK, `"accounts/demo"`, "nextPageToken").lacks(`"accounts/other"`)
}

func TestAccounts_NoAccess(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.get("/v1/accounts/nobody/models").want(http.StatusNotFound, `account \"nobody\" not found`)
	h.get("/v1/accounts/nobody/rlorTrainerJobs/j/checkpoints").want(http.StatusNotFound)
	h.get("/v1/accounts/fireworks/rlorTrainerJobs/j/checkpoints").want(http.StatusForbidden, `"code":7`)
	h.get("/v1/accounts/fireworks/operations/o").want(http.StatusForbidden)
	h.get("/v1/accounts/fireworks/models").want(http.StatusOK, "qwen3-8b")
	h.do(http.MethodDelete, "/v1/"+qwen, "").want(http.StatusForbidden)
	h.do(http.MethodPatch, "/v1/"+qwen+"?updateMask=public", "{}").want(http.StatusForbidden)
}

func TestSetForbidden_Reads(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	shape := "accounts/fireworks/trainingShapes/qwen3-8b-128k"

	h.SetForbidden(qwen, true)
	h.SetForbidden(shape, true)
	h.get("/v1/"+qwen).want(http.StatusForbidden, `"code":7`)
	h.get("/v1/" + shape + "/versions").want(http.StatusForbidden)
	h.get("/v1/" + shape + "/versions/9d4e8f62").want(http.StatusForbidden)
	h.get("/v1/accounts/-/trainingShapes/-/versions").want(http.StatusOK).lacks("qwen3-8b-128k/")
	h.promote(latest, jobPromotion("m")).want(http.StatusOK)

	h.SetForbidden(qwen, false)
	h.get("/v1/" + qwen).want(http.StatusOK)
}
