package mockapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRequestLog(t *testing.T) {
	t.Parallel()
	h := start(t, Options{APIKey: "key"})
	h.get("/v1/accounts/demo/models?filter=state%3DREADY")
	h.promote("c%2Fd", jobPromotion("m"))
	h.get("/v1/accounts/demo/models/none")

	requests := h.Requests()

	first, second := requests[0], requests[1]
	if len(requests) != 3 || first.RawQuery != "filter=state%3DREADY" || first.Query.Get("filter") != "state=READY" ||
		first.Status != http.StatusOK || first.Header.Get("Authorization") != "Bearer key" || !first.Time.Equal(h.clock.Now()) {
		t.Errorf("got %+v", first)
	}

	if second.Method != http.MethodPost || second.Path != "/v1/accounts/demo/checkpoints/c%2Fd:promote" ||
		second.Status != http.StatusNotFound ||
		!strings.Contains(string(second.Body), "output_model") {
		t.Errorf("got %+v", second)
	}

	for pattern, want := range map[string]int{
		"/v1/accounts/*/models": 1, "/v1/accounts/*/checkpoints/*": 1, "/v1/accounts/*/checkpoints/*:promote": 1, "/v1/**": 3, "": 3,
	} {
		if got := h.Count("", pattern); got != want {
			t.Errorf("Count(%q) = %d, want %d", pattern, got, want)
		}
	}

	if h.Count(http.MethodPost, "/v1/**") != 1 || h.Count(http.MethodDelete, "/v1/**") != 0 {
		t.Error("Count does not look at the method")
	}

	requests[0].Body, requests[0].Method = nil, "CHANGED"
	if h.Requests()[0].Method != http.MethodGet {
		t.Error("a copy of the log changes the log")
	}

	h.ResetRequests()

	if len(h.Requests()) != 0 {
		t.Error("the log is not empty")
	}
}

func TestForgottenRequests(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	h := start(t, Options{ForgetRequests: true, Log: &log})
	h.get("/v1/accounts").want(http.StatusOK)

	if len(h.Requests()) != 0 || h.Count("", "") != 0 || log.Len() == 0 {
		t.Errorf("%d requests are kept, %d bytes are logged", len(h.Requests()), log.Len())
	}
}

func TestLogLines(t *testing.T) {
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

		if line.Status != status || line.Path != "/v1/accounts" || line.Query != "pageSize=2" || line.RequestID == "" || line.Bytes == 0 {
			t.Errorf("got %s", lines[i])
		}

		if (line.Fault == FaultStatusAfter) != (i == 1) {
			t.Errorf("the fault of line %d is %q", i, line.Fault)
		}
	}
}

func TestOnRequest(t *testing.T) {
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
