// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"strings"
	"time"
)

// recordLifetime is how long the record and the files of a deleted job are kept.
const recordLifetime = 30 * 24 * time.Hour

// Checkpoint is a row of a listing, as on the wire.
type Checkpoint struct {
	Name           string `json:"name"`
	CheckpointName string `json:"checkpointName,omitempty"`
	CreateTime     string `json:"createTime,omitempty"`
	UpdateTime     string `json:"updateTime,omitempty"`
	CheckpointType string `json:"checkpointType,omitempty"`
	Promotable     bool   `json:"promotable,omitempty"`
}

// trainingRun is a trainer job or a serverless training session.
type trainingRun struct {
	name          string
	baseModel     string
	loraRank      int32
	targetModules []string
	deleted       time.Time
	rows          []Checkpoint // oldest first; never changed in place
}

func (r *trainingRun) find(checkpointID string) (Checkpoint, bool) {
	name := r.name + "/checkpoints/" + checkpointID

	i := slices.IndexFunc(r.rows, func(row Checkpoint) bool { return row.Name == name })
	if i < 0 {
		return Checkpoint{}, false
	}

	return r.rows[i], true
}

func (r *trainingRun) remove(name string) {
	r.rows = slices.DeleteFunc(slices.Clone(r.rows), func(row Checkpoint) bool { return row.Name == name })
}

func (r *trainingRun) put(row Checkpoint) {
	r.remove(row.Name)
	at := parseTime(row.CreateTime)

	i := slices.IndexFunc(r.rows, func(other Checkpoint) bool { return parseTime(other.CreateTime).After(at) })
	if i < 0 {
		i = len(r.rows)
	}

	r.rows = slices.Insert(r.rows, i, row)
}

// PutCheckpoint creates or replaces a checkpoint of a job or session, given by its full name. A job or session that
// does not exist is created, for any base model. The checkpoint's name may be its bare ID.
func (s *Server) PutCheckpoint(parent string, c Checkpoint) {
	defer s.lock()()

	owner, ok := s.trainingRuns[parent]
	if !ok {
		owner = &trainingRun{name: parent, loraRank: defaultLoRARank, targetModules: defaultTargetModules()}
		s.trainingRuns[parent] = owner
	}

	if !strings.Contains(c.Name, "/") {
		c.Name = parent + "/checkpoints/" + c.Name
	}

	if c.CheckpointName == "" && isSession(parent) {
		c.CheckpointName = lastSegment(c.Name)
	}

	if c.CreateTime == "" {
		c.CreateTime = formatTime(s.now())
	}

	if c.UpdateTime == "" {
		c.UpdateTime = c.CreateTime
	}

	delete(s.orphans, c.Name)
	owner.put(c)
}

// RemoveCheckpoint removes a checkpoint, given by its full name.
func (s *Server) RemoveCheckpoint(name string) {
	defer s.lock()()

	parent, _, _ := strings.Cut(name, "/checkpoints/")
	if owner, ok := s.trainingRuns[parent]; ok {
		owner.remove(name)
	}
}

// DeleteJob deletes a job as a user does: for 30 days its checkpoints can still be listed and promoted.
func (s *Server) DeleteJob(name string) {
	defer s.lock()()

	if job, ok := s.trainingRuns[name]; ok {
		job.deleted = s.now()
	}
}

// RemoveJob removes the record and the files of a job or session: listing and promotion return 404.
func (s *Server) RemoveJob(name string) {
	defer s.lock()()

	delete(s.trainingRuns, name)
}

func isSession(parent string) bool { return strings.Contains(parent, "/trainingSessions/") }

// findTrainingRun returns a job or session whose record still exists.
func (s *Server) findTrainingRun(name string) (*trainingRun, error) {
	found, ok := s.trainingRuns[name]
	if ok && (found.deleted.IsZero() || s.now().Sub(found.deleted) < recordLifetime) {
		return found, nil
	}

	if isSession(name) {
		return nil, notFound("training session %q not found", lastSegment(name))
	}

	return nil, notFound("trainer job %q not found", lastSegment(name))
}

func (s *Server) listJobCheckpoints(c *call) (any, error) {
	rows, next, total, err := s.checkpointPage(c, "accounts/"+c.params[0]+"/rlorTrainerJobs/"+c.params[1])
	if err != nil {
		return nil, err
	}

	return struct {
		Checkpoints   []Checkpoint `json:"checkpoints,omitempty"`
		NextPageToken string       `json:"nextPageToken,omitempty"`
		TotalSize     int          `json:"totalSize,omitempty"`
	}{rows, next, total}, nil
}

func (s *Server) listSessionCheckpoints(c *call) (any, error) {
	rows, next, _, err := s.checkpointPage(c, "accounts/"+c.params[0]+"/trainingSessions/"+c.params[1])
	if err != nil {
		return nil, err
	}

	return struct {
		Checkpoints   []Checkpoint `json:"trainingSessionCheckpoints,omitempty"`
		NextPageToken string       `json:"nextPageToken,omitempty"`
	}{rows, next}, nil
}

func (s *Server) checkpointPage(c *call, parent string) (page []Checkpoint, next string, total int, err error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, "", 0, err
	}

	owner, err := s.findTrainingRun(parent)
	if err != nil {
		return nil, "", 0, err
	}

	page, next, err = paginate(c, owner.rows)

	return page, next, len(owner.rows), err
}
