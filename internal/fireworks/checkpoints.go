// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Checkpoint is a row of the checkpoints of a trainer job or a training session.
type Checkpoint struct {
	// Name is the full resource name, to be passed on verbatim.
	Name string `json:"name"`
	// SessionCheckpointID is the server-side checkpoint ID of a session's row, empty for a job's.
	SessionCheckpointID string    `json:"checkpointName"`
	CreateTime          Timestamp `json:"createTime"`
	UpdateTime          Timestamp `json:"updateTime"`
	// Type is opaque: only Promotable determines whether the checkpoint can be promoted.
	Type       Enum `json:"checkpointType"`
	Promotable bool `json:"promotable"`
}

// ID returns the ID of the checkpoint: that of a session's row, else the last segment of the name.
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

// CheckpointParent is the name of a trainer job or a training session.
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

func (c Checkpoint) resourceName() string { return c.Name }

// ListCheckpoints returns all checkpoints of a job or session, oldest first and by name where the times are equal,
// each once. A pageSize outside of 1 to MaxPageSize means MaxPageSize.
func (c *Client) ListCheckpoints(ctx context.Context, parent CheckpointParent, pageSize int) ([]Checkpoint, error) {
	all, err := listAll[Checkpoint](ctx, c, listRequest{path: parent.checkpointsPath(), pageSize: pageSize})
	if err != nil {
		return nil, err
	}

	slices.SortFunc(all, func(a, b Checkpoint) int {
		return cmp.Or(a.CreateTime.time.Compare(b.CreateTime.time), strings.Compare(a.Name, b.Name))
	})

	return all, nil
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
