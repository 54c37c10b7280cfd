// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRequestLog_Entries(t *testing.T) {
	t.Parallel()

	h := start(t, Options{APIKey: "key"})
	h.get("/v1/accounts/demo/models?filter=state%3DREADY")
	h.promote("c%2Fd", jobPromotion("m"))
	h.get("/v1/accounts/demo/models/none")

	requests := h.Requests()

	if len(requests) != 3 {
		t.Fatalf("got %d requests, want 3", len(requests))
	}

	first, second := requests[0], requests[1]
	checkEqual(t, "raw query", first.RawQuery, "filter=state%3DREADY")
	checkEqual(t, "filter", first.Query.Get("filter"), "state=READY")
	checkEqual(t, "status", first.Status, http.StatusOK)
	checkEqual(t, "Authorization", first.Header.Get("Authorization"), "Bearer key")
	checkEqual(t, "time", first.Time, h.clock.Now())

	checkEqual(t, "method", second.Method, http.MethodPost)
	checkEqual(t, "path", second.Path, "/v1/accounts/demo/checkpoints/c%2Fd:promote")
	checkEqual(t, "status", second.Status, http.StatusNotFound)
	checkEqual(t, "body has output_model", strings.Contains(string(second.Body), "output_model"), true)

	for pattern, want := range map[string]int{
		"/v1/accounts/*/models": 1, "/v1/accounts/*/checkpoints/*": 1, "/v1/accounts/*/checkpoints/*:promote": 1,
		"/v1/**": 3, "": 3,
	} {
		if got := h.Count("", pattern); got != want {
			t.Errorf("Count(%q) = %d, want %d", pattern, got, want)
		}
	}

	checkEqual(t, "count of POST", h.Count(http.MethodPost, "/v1/**"), 1)
	checkEqual(t, "count of DELETE", h.Count(http.MethodDelete, "/v1/**"), 0)

	requests[0].Body, requests[0].Method = nil, "CHANGED"
	if h.Requests()[0].Method != http.MethodGet {
		t.Error("changing a copy of the log changes the log")
	}

	h.ResetRequests()

	if len(h.Requests()) != 0 {
		t.Error("the log is not empty")
	}
}

func TestRequestLog_Disabled(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	h := start(t, Options{ForgetRequests: true, Log: &log})
	h.get("/v1/accounts").want(http.StatusOK)

	checkEqual(t, "requests", len(h.Requests()), 0)
	checkEqual(t, "count", h.Count("", ""), 0)
	checkEqual(t, "log is empty", log.Len() == 0, false)
}

func TestRequestLog_Lines(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	h := start(t, Options{APIKey: "fw-secret-key", Log: &log, Faults: []Fault{{Match: 2, Kind: FaultStatusAfter}}})
	for _, key := range []string{"fw-secret-key", "fw-secret-key", "fw-wrong-key"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/accounts?pageSize=2", nil)
		r.Header.Set("Authorization", "Bearer "+key)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}

	if strings.Contains(log.String(), "fw-") {
		t.Errorf("a key is in the log: %s", log.String())
	}

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3", len(lines))
	}

	for i, status := range []int{200, 502, 401} {
		var line logLine
		if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "status", line.Status, status)
		checkEqual(t, "path", line.Path, "/v1/accounts")
		checkEqual(t, "query", line.Query, "pageSize=2")

		if line.RequestID == "" || line.Bytes == 0 {
			t.Errorf("no request ID or no size: %s", lines[i])
		}

		if (line.Fault == FaultStatusAfter) != (i == 1) {
			t.Errorf("the fault of line %d is %q", i, line.Fault)
		}
	}
}

func TestOnRequest_Hook(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	calls := 0

	h.OnRequest(func(r *http.Request) {
		calls++

		if h.Count(r.Method, r.URL.EscapedPath()) != 1 {
			t.Error("the request is not in the log yet")
		}

		h.RemoveJob(sftJob)
	})
	h.get("/v1/" + sftJob + "/checkpoints").want(http.StatusNotFound)
	h.OnRequest(nil)
	h.get("/v1/accounts")

	if calls != 1 {
		t.Errorf("%d calls, want 1", calls)
	}
}
