// SPDX-License-Identifier: MPL-2.0

package fireworks

// The forms of the names of routers and fine-tuning jobs, as shown in messages.
const (
	RouterNameForm                     = "accounts/{account}/routers/{router}"
	SupervisedFineTuningJobNameForm    = "accounts/{account}/supervisedFineTuningJobs/{job}"
	DPOJobNameForm                     = "accounts/{account}/dpoJobs/{job}"
	ReinforcementFineTuningJobNameForm = "accounts/{account}/reinforcementFineTuningJobs/{job}"
)

// RouterName is the name of a router.
type RouterName struct{ AccountID, RouterID string }

// String returns the full resource name.
func (n RouterName) String() string {
	return "accounts/" + n.AccountID + "/routers/" + n.RouterID
}

// ParseRouterName reads the full name of a router.
func ParseRouterName(name string) (RouterName, error) {
	_, ids, err := parseName(name, routerPattern)

	return RouterName{AccountID: ids[0], RouterID: ids[1]}, err
}

// FineTuningJobName is the name of a fine-tuning job.
type FineTuningJobName struct {
	AccountID string
	Kind      FineTuningJobKind
	JobID     string
}

// String returns the full resource name.
func (n FineTuningJobName) String() string {
	return "accounts/" + n.AccountID + "/" + n.Kind.Collection() + "/" + n.JobID
}

// ParseFineTuningJobName reads the full name of a fine-tuning job of any kind.
func ParseFineTuningJobName(name string) (FineTuningJobName, error) {
	form, ids, err := parseName(name, supervisedJobPattern, dpoJobPattern, reinforcementJobPattern)
	if err != nil {
		return FineTuningJobName{}, err
	}

	kind := FineTuningJobSupervised

	switch form {
	case DPOJobNameForm:
		kind = FineTuningJobDPO
	case ReinforcementFineTuningJobNameForm:
		kind = FineTuningJobReinforcement
	}

	return FineTuningJobName{AccountID: ids[0], Kind: kind, JobID: ids[1]}, nil
}
