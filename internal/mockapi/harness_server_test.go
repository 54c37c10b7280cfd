// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	sftJob     = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"
	session    = "accounts/demo/trainingSessions/serverless-1"
	qwen       = "accounts/fireworks/models/qwen3-8b"
	llama      = "accounts/fireworks/models/llama-v3p1-8b-instruct"
	latest     = "step-200-5e6f7a8b"
	loraLatest = "step-180-6f7a8b9c"
)

// clock is a clock that only advance changes.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.now = c.now.Add(d)
}

type harness struct {
	*Server
	t     *testing.T
	clock *clock
}

func start(t *testing.T, o Options) *harness {
	t.Helper()

	c := &clock{now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	o.Now = c.Now

	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}

	return &harness{Server: s, t: t, clock: c}
}

// checkEqual fails the test if got differs from want.
func checkEqual[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()

	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (h *harness) do(method, path, body string) reply {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer key")

	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	return reply{h.t, w.Code, w.Header(), w.Body.String()}
}

func (h *harness) get(path string) reply {
	h.t.Helper()
	return h.do(http.MethodGet, path, "")
}

func (r reply) want(status int, fragments ...string) reply {
	r.t.Helper()

	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}

	for _, f := range fragments {
		if !strings.Contains(r.body, f) {
			r.t.Errorf("%s is missing in the response: %s", f, r.body)
		}
	}

	return r
}

func (r reply) lacks(fragments ...string) reply {
	r.t.Helper()

	for _, f := range fragments {
		if strings.Contains(r.body, f) {
			r.t.Errorf("%s is in the response: %s", f, r.body)
		}
	}

	return r
}

func (r reply) into(v any) {
	r.t.Helper()

	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
}

// promotionBody is the body of a request to promote a checkpoint of sft-qwen3-8b.
type promotionBody map[string]any

func jobPromotion(modelID string) promotionBody {
	return promotionBody{
		"output_model":    "accounts/demo/models/" + modelID,
		"trainer_job_id":  sftJob,
		"base_model":      qwen,
		"async_promotion": true,
	}
}

func (p promotionBody) with(field string, value any) promotionBody {
	p[field] = value
	return p
}

func (p promotionBody) without(field string) promotionBody {
	delete(p, field)
	return p
}

func (h *harness) promote(checkpointID string, p promotionBody) reply {
	h.t.Helper()

	body, err := json.Marshal(p)
	if err != nil {
		h.t.Fatal(err)
	}

	return h.do(http.MethodPost, "/v1/accounts/demo/checkpoints/"+checkpointID+":promote", string(body))
}

func (h *harness) mustModel(id string) Model {
	h.t.Helper()

	m, ok := h.Model("accounts/demo/models/" + id)
	if !ok {
		h.t.Fatalf("model %s does not exist", id)
	}

	return m
}

// checkReadErrors reads texts, which the format completes: each must have an error of one line that starts as wanted.
func checkReadErrors[T any](t *testing.T, read func(io.Reader) (T, error), format string, tests [][2]string) {
	t.Helper()

	for _, test := range tests {
		text, want := fmt.Sprintf(format, test[0]), test[1]

		_, err := read(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// names returns the IDs of the rows of a list, separated by spaces.
func (h *harness) names(path string) string {
	h.t.Helper()

	var (
		list map[string]json.RawMessage
		ids  []string
	)

	h.get(path).want(http.StatusOK).into(&list)

	for _, member := range list {
		var rows []struct{ Name string }
		if json.Unmarshal(member, &rows) != nil {
			continue
		}

		for _, row := range rows {
			ids = append(ids, lastSegment(row.Name))
		}
	}

	return strings.Join(ids, " ")
}

type checkpointList struct {
	Checkpoints        []Checkpoint `json:"checkpoints"`
	SessionCheckpoints []Checkpoint `json:"trainingSessionCheckpoints"`
	NextPageToken      string       `json:"nextPageToken"`
	TotalSize          int          `json:"totalSize"`
}

// all returns the rows of all pages of a listing.
func (h *harness) all(parent string, pageSize int) (rows []Checkpoint, pages int) {
	h.t.Helper()

	token := ""

	for pages < 100 {
		query := url.Values{"pageSize": {fmt.Sprint(pageSize)}}
		if token != "" {
			query.Set("pageToken", token)
		}

		var list checkpointList
		h.get("/v1/" + parent + "/checkpoints?" + query.Encode()).want(http.StatusOK).into(&list)
		rows = append(append(rows, list.Checkpoints...), list.SessionCheckpoints...)

		pages++
		if token = list.NextPageToken; token == "" {
			return rows, pages
		}
	}

	h.t.Fatal("the pages do not end")

	return nil, 0
}

type operationReply struct {
	Name     string
	Done     bool
	Metadata struct{ StatusMessage string }
	Response *struct {
		Type string `json:"@type"`
		Model
	}
	Error *struct {
		Code    int
		Message string
	}
}

type promotionReply struct {
	Operation *operationReply
	Model     *Model
}

func (h *harness) operation(name string) (op operationReply) {
	h.t.Helper()
	h.get("/v1/" + name).want(http.StatusOK).into(&op)

	return op
}
