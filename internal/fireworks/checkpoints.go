package fireworks

import (
	"context"
	"net/http"
	"net/url"
	"slices"
)

// Checkpoint is a row of the checkpoints of a trainer job or a training session.
type Checkpoint struct {
	// Name is the full resource name, to be passed on verbatim.
	Name string `json:"name"`
	// SessionCheckpointID is the server-side checkpoint ID of a session's row, empty for a job's.
	SessionCheckpointID string    `json:"checkpointName"`
	CreateTime          Timestamp `json:"createTime"`
	UpdateTime          Timestamp `json:"updateTime"`
	// Type is opaque: Promotable alone says whether the checkpoint can be promoted.
	Type       string `json:"checkpointType"`
	Promotable bool   `json:"promotable"`
}

// ID is the checkpoint's own ID: the one that a session's row carries, else the last segment of the name.
func (c Checkpoint) ID() string {
	if c.SessionCheckpointID != "" {
		return c.SessionCheckpointID
	}

	for i := len(c.Name) - 1; i >= 0; i-- {
		if c.Name[i] == '/' {
			return c.Name[i+1:]
		}
	}

	return c.Name
}

// CheckpointParent is what has checkpoints: a JobName or a SessionName.
type CheckpointParent interface {
	String() string
	checkpointsPath() string
}

func (n JobName) checkpointsPath() string {
	return resourcePath("accounts", n.AccountID, "rlorTrainerJobs", n.JobID, "checkpoints")
}

func (n SessionName) checkpointsPath() string {
	return resourcePath("accounts", n.AccountID, "trainingSessions", n.SessionID, "checkpoints")
}

// ParentName is the job or the session that the checkpoint belongs to.
func (n CheckpointName) ParentName() CheckpointParent {
	if n.IsSession() {
		return SessionName{AccountID: n.AccountID, SessionID: n.SessionID}
	}

	return JobName{AccountID: n.AccountID, JobID: n.JobID}
}

type checkpointPage struct {
	nextPage
	Checkpoints        []Checkpoint `json:"checkpoints"`
	JobCheckpoints     []Checkpoint `json:"rlorTrainerJobCheckpoints"`
	SessionCheckpoints []Checkpoint `json:"trainingSessionCheckpoints"`
	SessionSnakeCase   []Checkpoint `json:"training_session_checkpoints"`
}

// ListCheckpoints returns all checkpoints of a job or session, oldest first, each once. A pageSize outside of 1 to MaxPageSize means MaxPageSize.
func (c *Client) ListCheckpoints(ctx context.Context, parent CheckpointParent, pageSize int) ([]Checkpoint, error) {
	var lists [][]Checkpoint

	path := parent.checkpointsPath()

	err := c.walkPages(path, nil, pageSize, func(query url.Values) (nextPage, error) {
		page := checkpointPage{Checkpoints: make([]Checkpoint, 0, MaxPageSize)}
		if err := c.do(ctx, request{method: http.MethodGet, path: path, query: query}, &page); err != nil {
			return nextPage{}, err
		}

		lists = append(lists, page.Checkpoints, page.JobCheckpoints, page.SessionCheckpoints, page.SessionSnakeCase)
		page.rows = len(page.Checkpoints) + len(page.JobCheckpoints) + len(page.SessionCheckpoints) + len(page.SessionSnakeCase)

		return page.nextPage, nil
	})
	if err != nil {
		return nil, err
	}

	all := onceEach(lists)
	slices.SortStableFunc(all, func(a, b Checkpoint) int { return a.CreateTime.time.Compare(b.CreateTime.time) })

	return all, nil
}

// onceEach joins the lists. A checkpoint that is written between two pages shifts the rows, and one comes twice: the last one counts.
func onceEach(lists [][]Checkpoint) []Checkpoint {
	count := 0
	for _, list := range lists {
		count += len(list)
	}

	all := make([]Checkpoint, 0, count)
	position := make(map[string]int, count)

	for _, list := range lists {
		for _, row := range list {
			if i, ok := position[row.Name]; ok {
				all[i] = row
				continue
			}

			position[row.Name] = len(all)
			all = append(all, row)
		}
	}

	return all
}

// Promotable returns the checkpoints that can be promoted, newest first, of a list that is oldest first.
func Promotable(checkpoints []Checkpoint) []Checkpoint {
	var promotable []Checkpoint

	for _, checkpoint := range slices.Backward(checkpoints) {
		if checkpoint.Promotable {
			promotable = append(promotable, checkpoint)
		}
	}

	return promotable
}
