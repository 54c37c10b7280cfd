// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

func names(checkpoints []Checkpoint) []string {
	var all []string
	for _, checkpoint := range checkpoints {
		all = append(all, checkpoint.Name)
	}

	return all
}

func TestCheckpoint_Fields(t *testing.T) {
	t.Parallel()

	const name = "accounts/acme/rlorTrainerJobs/sft/checkpoints/step-50-0a1b2c3d"

	tests := map[string]struct {
		row  string
		want Checkpoint
	}{
		"all": {`{"name":"` + name + `","createTime":"2026-05-01T10:00:00Z","updateTime":"2026-05-01T10:00:01.5Z",
				"checkpointType":"CHECKPOINT_TYPE_INFERENCE_LORA","promotable":true,"sizeBytes":"12"}`,
			Checkpoint{Name: name, CreateTime: timestamp(t, "2026-05-01T10:00:00Z"),
				UpdateTime: timestamp(t, "2026-05-01T10:00:01.5Z"),
				Type:       "CHECKPOINT_TYPE_INFERENCE_LORA", Promotable: true}},
		"of a session": {`{"name":"` + name + `","checkpointName":"run-9f-step-50-0a1b2c3d"}`,
			Checkpoint{Name: name, SessionCheckpointID: "run-9f-step-50-0a1b2c3d"}},
		"promotable absent is false": {`{"name":"` + name + `"}`, Checkpoint{Name: name}},
		"nulls": {
			`{"name":"` + name + `","createTime":null,"promotable":null,"checkpointType":null}`,
			Checkpoint{Name: name},
		},
		"an unknown type": {
			`{"name":"` + name + `","checkpointType":"CHECKPOINT_TYPE_X"}`,
			Checkpoint{Name: name, Type: "CHECKPOINT_TYPE_X"},
		},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			got, err := serve(t, respondWith(ok(`{"checkpoints":[`+test.row+`]}`))).ListCheckpoints(t.Context(),
				testJob, 0)
			if err != nil {
				t.Fatal(err)
			}

			wantNoDiff(t, "checkpoints", []Checkpoint{test.want}, got)
		})
	}
}

func TestCheckpoint_ID(t *testing.T) {
	t.Parallel()

	tests := map[string]Checkpoint{
		"step-50": {Name: "accounts/acme/rlorTrainerJobs/sft/checkpoints/step-50"},
		"run-9f":  {Name: "accounts/acme/trainingSessions/s/checkpoints/other", SessionCheckpointID: "run-9f"},
		"bare":    {Name: "bare"},
		"":        {},
	}
	for want, checkpoint := range tests {
		if got := checkpoint.ID(); got != want {
			t.Errorf("ID of %+v is %q, want %q", checkpoint, got, want)
		}
	}
}

func TestCheckpointName_Parent(t *testing.T) {
	t.Parallel()

	if got := testJobCheckpoint.Parent(); got != testJob {
		t.Errorf("parent %v, want %v", got, testJob)
	}

	if got := testSessionCkpt.Parent(); got != testSession {
		t.Errorf("parent %v, want %v", got, testSession)
	}
}

func TestListCheckpoints_Spellings(t *testing.T) {
	t.Parallel()

	lists := []string{"checkpoints", "rlorTrainerJobCheckpoints", "trainingSessionCheckpoints",
		"training_session_checkpoints"}
	for _, list := range lists {
		for _, token := range []string{"nextPageToken", "next_page_token"} {
			for _, parent := range []CheckpointParent{testJob, testSession} {
				t.Run(list+" "+token+" "+parent.String(), func(t *testing.T) {
					t.Parallel()

					server := respondWith(
						ok(`{"`+list+`":[{"name":"c1"},{"name":"c2"}],"`+token+`":"one","totalSize":4}`),
						ok(`{"`+list+`":[],"`+token+`":"two"}`),
						ok(`{"`+token+`":"three"}`),
						ok(`{"`+list+`":[{"name":"c3"},{"name":"c4"}],"`+token+`":""}`),
					)

					got, err := serve(t, server).ListCheckpoints(t.Context(), parent, 2)
					if err != nil {
						t.Fatal(err)
					}

					wantNoDiff(t, "checkpoints", []string{"c1", "c2", "c3", "c4"}, names(got))

					var tokens []string
					for _, request := range server.requests() {
						tokens = append(tokens, request.Query.Get("pageToken"))
						if size := request.Query.Get("pageSize"); size != "2" {
							t.Errorf("page size %s, want 2", size)
						}
					}

					wantNoDiff(t, "tokens", []string{"", "one", "two", "three"}, tokens)
				})
			}
		}
	}
}

func TestListCheckpoints_PageTokenEscaped(t *testing.T) {
	t.Parallel()

	const token = "a+b/c=&d% é#?\"\\\u2028"

	encoded, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}

	server := respondWith(ok(`{"nextPageToken":`+string(encoded)+`}`), ok(`{}`))
	if _, err := serve(t, server).ListCheckpoints(t.Context(), testJob, 0); err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "query", pageQuery("pageToken", token), server.requests()[1].Query)
}

func TestListCheckpoints_PageSize(t *testing.T) {
	t.Parallel()

	for size, want := range map[int]string{0: "200", -1: "200", 201: "200", 1: "1", 50: "50", 200: "200"} {
		server := respondWith(ok(`{}`))
		if _, err := serve(t, server).ListCheckpoints(t.Context(), testJob, size); err != nil {
			t.Fatal(err)
		}

		if got := server.requests()[0].Query.Get("pageSize"); got != want {
			t.Errorf("page size %d is sent as %s, want %s", size, got, want)
		}
	}
}

func TestListCheckpoints_DuplicateRow(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"checkpoints":[{"name":"c1"},{"name":"c2"}],"nextPageToken":"one"}`),
		ok(`{"checkpoints":[{"name":"c2","promotable":true},{"name":"c3"}]}`))

	got, err := serve(t, server).ListCheckpoints(t.Context(), testJob, 0)
	if err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "checkpoints", []Checkpoint{{Name: "c1"}, {Name: "c2", Promotable: true}, {Name: "c3"}}, got)
}

func TestListCheckpoints_OrderByTime(t *testing.T) {
	t.Parallel()
	// Oldest first; as strings these sort differently, and so do the steps in the names.
	times := []string{
		"2026-05-01T23:30:00-02:00", "2026-05-02T02:00:00Z", "2026-05-02T02:00:00.000000001Z", "2026-05-02T02:00:00.5Z",
		"2026-05-02T04:00:01+02:00", "2026-05-02T02:00:10Z",
	}

	var rows []string
	for i, at := range times {
		rows = append(rows, fmt.Sprintf(`{"name":"c%d/step-%d","createTime":%q,"promotable":%t}`, i, 100-i, at,
			i%2 == 0))
	}

	slices.Reverse(rows)
	rows = append([]string{`{"name":"undated"}`}, rows...)

	got, err := serve(t, respondWith(ok(`{"checkpoints":[`+strings.Join(rows, ",")+`]}`))).ListCheckpoints(t.Context(),
		testJob, 0)
	if err != nil {
		t.Fatal(err)
	}

	want := []string{"undated", "c0/step-100", "c1/step-99", "c2/step-98", "c3/step-97", "c4/step-96", "c5/step-95"}
	wantNoDiff(t, "order", want, names(got))
	wantNoDiff(t, "promotable, newest first", []string{"c4/step-96", "c2/step-98", "c0/step-100"},
		names(Promotable(got)))
}

func TestListCheckpoints_OrderOfEqualTimes(t *testing.T) {
	t.Parallel()

	const at = `"createTime":"2026-05-01T10:00:00Z"`

	body := `{"checkpoints":[{"name":"b",` + at +
		`},{"name":"a","createTime":"2026-05-01T12:00:00+02:00"},{"name":"c",` + at + `}]}`

	got, err := serve(t, respondWith(ok(body))).ListCheckpoints(t.Context(), testJob, 0)
	if err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "order", []string{"a", "b", "c"}, names(got))
}

func TestPromotable_None(t *testing.T) {
	t.Parallel()

	if got := Promotable([]Checkpoint{{Name: "c"}}); len(got) != 0 {
		t.Errorf("promotable %v, want none", got)
	}
}

func TestListCheckpoints_FailureOnLaterPage(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"checkpoints":[{"name":"c1"}],"nextPageToken":"one"}`), failing(http.StatusNotFound))

	got, err := serve(t, server).ListCheckpoints(t.Context(), testJob, 0)
	if got != nil || !IsNotFound(err) {
		t.Errorf("checkpoints %v, error %v, want a 404 alone", got, err)
	}
}

func TestListCheckpoints_RepeatedPageToken(t *testing.T) {
	t.Parallel()

	for _, cycle := range []int64{1, 2, 3} {
		t.Run(strconv.FormatInt(cycle, 10), func(t *testing.T) {
			t.Parallel()

			var count atomic.Int64

			client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"checkpoints":[{"name":"c"}],"nextPageToken":"t%d"}`, count.Add(1)%cycle)
			}))
			_, err := client.ListCheckpoints(t.Context(), testJob, 0)
			wantDecodeError(t, err, "repeats a page token")

			if n := count.Load(); n != cycle+1 {
				t.Errorf("%d requests, want %d", n, cycle+1)
			}
		})
	}
}
