// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCheckpoints_BuiltinJob(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	rows, _ := h.all(sftJob, 200)

	if !slices.IsSortedFunc(rows,
		func(a, b Checkpoint) int { return parseTime(a.CreateTime).Compare(parseTime(b.CreateTime)) }) {
		t.Error("the rows are not sorted by time")
	}

	var promotable []Checkpoint

	kinds := map[string]bool{}

	for _, row := range rows {
		if row.Promotable {
			promotable = append(promotable, row)
			kinds[row.CheckpointType] = true
		}
	}

	if got := lastSegment(promotable[len(promotable)-1].Name); got != latest {
		t.Errorf("the latest promotable checkpoint is %s, want %s", got, latest)
	}

	byText := slices.MaxFunc(promotable,
		func(a, b Checkpoint) int { return strings.Compare(a.CreateTime, b.CreateTime) })
	if lastSegment(byText.Name) == latest {
		t.Error("the latest checkpoint is also the latest by string comparison")
	}

	if !strings.HasPrefix(lastSegment(byText.Name), "step-900-") {
		t.Errorf("the latest by string comparison is not the highest step: %s", byText.Name)
	}

	if lastSegment(rows[len(rows)-1].Name) == latest {
		t.Error("the last row is the latest promotable one")
	}

	if len(kinds) < 2 {
		t.Errorf("all promotable rows are of one type: %v", kinds)
	}
}

func TestCheckpoints_FalseIsOmitted(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.get("/v1/" + sftJob + "/checkpoints").want(http.StatusOK).lacks(`"promotable":false`)
}

func TestCheckpoints_AllPages(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ rows, pageSize, pages int }{
		{250, 0, 5}, {250, 200, 2}, {250, 100000, 2}, {201, 200, 2}, {200, 200, 1}, {400, 200, 2}, {7, 1, 7},
		{1, 50, 1},
	} {
		h := start(t, Options{BigJobCheckpoints: test.rows})
		rows, pages := h.all("accounts/demo/rlorTrainerJobs/big-run", test.pageSize)

		names := map[string]bool{}
		for _, row := range rows {
			names[row.Name] = true
		}

		checkEqual(t, "rows", len(rows), test.rows)
		checkEqual(t, "different rows", len(names), test.rows)
		checkEqual(t, "pages", pages, test.pages)
	}
}

func TestCheckpoints_TotalSize(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.get("/v1/accounts/demo/rlorTrainerJobs/big-run/checkpoints?pageSize=1").want(http.StatusOK, `"totalSize":250`)
	h.get("/v1/" + session + "/checkpoints").want(http.StatusOK).lacks("totalSize")
}

func TestCheckpoints_Session(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	var list checkpointList
	h.get("/v1/" + session + "/checkpoints").want(http.StatusOK).into(&list)

	want := Checkpoint{
		Name:           session + "/checkpoints/run-7f3a9c-step-10-0d1e2f3a",
		CheckpointName: "run-7f3a9c-step-10-0d1e2f3a",
		CreateTime:     "2026-03-02T08:00:00Z",
		UpdateTime:     "2026-03-02T08:00:00Z",
		CheckpointType: "CHECKPOINT_TYPE_INFERENCE_LORA",
		Promotable:     true,
	}
	if diff := cmp.Diff(want, list.SessionCheckpoints[0]); diff != "" {
		t.Error(diff)
	}
}

func TestCheckpoints_DeletedJob(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	deleted := "/v1/accounts/demo/rlorTrainerJobs/deleted-run/checkpoints"
	expired := "/v1/accounts/demo/rlorTrainerJobs/expired-run/checkpoints"

	h.get(deleted).want(http.StatusOK, "step-10-0a1b2c3d")
	h.get(expired).want(http.StatusNotFound, `trainer job \"expired-run\" not found`, `"code":5`)
	h.get("/v1/accounts/demo/rlorTrainerJobs/never/checkpoints").want(http.StatusNotFound)
	h.get("/v1/accounts/demo/trainingSessions/never/checkpoints").want(http.StatusNotFound, "training session")

	h.clock.advance(27*24*time.Hour - time.Second)
	h.get(deleted).want(http.StatusOK)
	h.clock.advance(time.Second)
	h.get(deleted).want(http.StatusNotFound)

	h.DeleteJob(sftJob)
	h.get("/v1/" + sftJob + "/checkpoints").want(http.StatusOK)
	h.promote(latest, jobPromotion("m")).want(http.StatusOK)
	h.RemoveJob(sftJob)
	h.get("/v1/" + sftJob + "/checkpoints").want(http.StatusNotFound)
	h.promote(latest, jobPromotion("m2")).want(http.StatusNotFound)
}

func TestPutCheckpoint_Order(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	parent := "accounts/demo/rlorTrainerJobs/new"
	h.PutCheckpoint(parent, Checkpoint{Name: "now"})
	h.PutCheckpoint(parent, Checkpoint{Name: "old", CreateTime: "2026-01-01T00:00:00+02:00", Promotable: true})
	h.PutCheckpoint(parent, Checkpoint{Name: parent + "/checkpoints/between", CreateTime: "2026-01-01T00:00:00Z"})
	h.PutCheckpoint(parent, Checkpoint{Name: "old", CreateTime: "2026-01-01T00:00:00+01:00"})

	want := []Checkpoint{
		{
			Name: parent + "/checkpoints/old", CreateTime: "2026-01-01T00:00:00+01:00",
			UpdateTime: "2026-01-01T00:00:00+01:00",
		},
		{Name: parent + "/checkpoints/between", CreateTime: "2026-01-01T00:00:00Z", UpdateTime: "2026-01-01T00:00:00Z"},
		{Name: parent + "/checkpoints/now", CreateTime: "2026-04-01T12:00:00Z", UpdateTime: "2026-04-01T12:00:00Z"},
	}

	got, _ := h.all(parent, 200)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	h.RemoveCheckpoint(parent + "/checkpoints/between")
	h.RemoveCheckpoint("accounts/demo/rlorTrainerJobs/none/checkpoints/between")

	if got, _ := h.all(parent, 200); len(got) != 2 {
		t.Errorf("%d rows are left, want 2", len(got))
	}

	h.PutCheckpoint(session, Checkpoint{Name: "run-1-x-12345678"})
	h.get("/v1/"+session+"/checkpoints").want(http.StatusOK, `"checkpointName":"run-1-x-12345678"`)
}

func TestRoutes_EscapedIDs(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.PutCheckpoint("accounts/demo/rlorTrainerJobs/a b%", Checkpoint{Name: "c d?#", Promotable: true})
	h.get("/v1/accounts/demo/rlorTrainerJobs/a%20b%25/checkpoints").want(http.StatusOK, "c d?#")
	h.promote("c%20d%3F%23", jobPromotion("m").with("trainer_job_id",
		"accounts/demo/rlorTrainerJobs/a b%")).want(http.StatusOK)
}
