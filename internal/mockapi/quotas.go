// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Quota is a limit of an account, as on the wire.
type Quota struct {
	Name       string  `json:"name"`
	Value      int64   `json:"value,string,omitempty"`
	MaxValue   int64   `json:"maxValue,string,omitempty"`
	Usage      float64 `json:"usage,omitempty"`
	UpdateTime string  `json:"updateTime,omitempty"`
}

const deployedModelQuota = "deployed-model-count"

// SetQuota sets the value of a quota, given by its full name. Nothing is limited that has no quota.
func (s *Server) SetQuota(name string, value int64) {
	defer s.lock()()

	s.putQuota(Quota{Name: name, Value: value, MaxValue: value, UpdateTime: formatTime(s.now())})
}

func (s *Server) putQuota(q Quota) {
	at, found := slices.BinarySearchFunc(s.serving.quotas, q.Name, compareQuota)
	if found {
		q.MaxValue = max(q.Value, s.serving.quotas[at].MaxValue)
		s.serving.quotas[at] = q

		return
	}

	s.serving.quotas = slices.Insert(s.serving.quotas, at, q)
}

func compareQuota(q Quota, name string) int { return strings.Compare(q.Name, name) }

func (s *Server) findQuota(name string) (Quota, bool) {
	at, found := slices.BinarySearchFunc(s.serving.quotas, name, compareQuota)
	if !found {
		return Quota{}, false
	}

	return s.serving.quotas[at], true
}

func (s *Server) listQuotas(c *call) (any, error) {
	defer s.lock()()

	account := c.params[0]
	if err := s.requireAccess(account); err != nil {
		return nil, err
	}

	var all []Quota

	for _, q := range s.serving.quotas {
		if id, ok := strings.CutPrefix(q.Name, "accounts/"+account+"/quotas/"); ok {
			q.Usage += float64(s.quotaUsage(account, id))
			all = append(all, q)
		}
	}

	page, next, err := paginate(c, all)
	if err != nil {
		return nil, err
	}

	return struct {
		Quotas        []Quota `json:"quotas,omitempty"`
		NextPageToken string  `json:"nextPageToken,omitempty"`
		TotalSize     int     `json:"totalSize,omitempty"`
	}{page, next, len(all)}, nil
}

func (s *Server) quotaUsage(account, id string) int64 {
	if id != deployedModelQuota {
		return s.acceleratorsInUse(account, id)
	}

	var n int64

	for name := range s.serving.deployedModels {
		if strings.HasPrefix(name, "accounts/"+account+"/") {
			n++
		}
	}

	return n
}

// quotaID returns the ID of the quota for a type of accelerator: global--h200-count for NVIDIA_H200_141GB.
func quotaID(acceleratorType string) string {
	parts := strings.Split(strings.ToLower(acceleratorType), "_")
	if len(parts) < 2 {
		return ""
	}

	return "global--" + parts[1] + "-count"
}

// acceleratorsInUse counts the accelerators that the deployments of an account may use, scaled to zero or not.
func (s *Server) acceleratorsInUse(account, id string) int64 {
	var n int64

	for name, record := range s.serving.deployments {
		if strings.HasPrefix(name, "accounts/"+account+"/") && quotaID(record.deployment.AcceleratorType) == id {
			n += record.deployment.accelerators()
		}
	}

	return n
}

func (d *Deployment) accelerators() int64 {
	if d.State == stateDeleted || d.State == stateFailed && d.ReplicaCount == 0 {
		return 0
	}

	return int64(d.AcceleratorCount) * int64(d.MaxReplicaCount)
}

// quotaExceeded is not a rate limit: it has no Retry-After.
func quotaExceeded(id, account string, inUse, quota, requested int64) error {
	return &apiError{
		status: http.StatusTooManyRequests,
		code:   codeResourceExhausted,
		message: fmt.Sprintf("%s for account %s, in use: %d, quota: %d, requesting: %d", id, account, inUse, quota,
			requested),
	}
}
