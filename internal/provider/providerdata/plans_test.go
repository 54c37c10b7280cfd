// SPDX-License-Identifier: MPL-2.0

package providerdata_test

import (
	"fmt"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestPlans_Conflicts finds each pair of plans that exclude each other exactly once, in any order.
func TestPlans_Conflicts(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	keep := func(p *providerdata.Plans) providerdata.PlanConflict { return p.Keep(name) }
	destroy := func(p *providerdata.Plans) providerdata.PlanConflict { return p.Destroy(name) }
	refresh := func(p *providerdata.Plans) providerdata.PlanConflict {
		p.Refresh(providerdata.ManagedObject{Name: name})
		return providerdata.NoConflict
	}
	forget := func(p *providerdata.Plans) providerdata.PlanConflict { p.Forget(name); return providerdata.NoConflict }
	create := func(p *providerdata.Plans) providerdata.PlanConflict { _, found := p.Create(name, ""); return found }
	createFor := func(replaced string) func(*providerdata.Plans) providerdata.PlanConflict {
		return func(p *providerdata.Plans) providerdata.PlanConflict {
			_, found := p.Create(name, replaced)
			return found
		}
	}

	type call = func(*providerdata.Plans) providerdata.PlanConflict

	for label, test := range map[string]struct {
		calls []call
		want  []providerdata.PlanConflict
	}{
		"a new object":                  {[]call{create}, nil},
		"an object that is kept":        {[]call{refresh, keep}, nil},
		"an object that is destroyed":   {[]call{refresh, destroy}, nil},
		"a tainted object":              {[]call{refresh, create}, nil},
		"an object that does not exist": {[]call{forget, create}, nil},
		"a new resource for a kept object": {[]call{refresh, keep, create},
			[]providerdata.PlanConflict{providerdata.ConflictManaged}},
		"without a refresh": {[]call{keep, create},
			[]providerdata.PlanConflict{providerdata.ConflictManaged}},
		"another replacement takes the name": {[]call{keep, createFor("accounts/a/models/other")},
			[]providerdata.PlanConflict{providerdata.ConflictManaged}},
		"a renamed resource": {[]call{refresh, destroy, create},
			[]providerdata.PlanConflict{providerdata.ConflictRenamed}},
		"a replacement takes a destroyed name": {[]call{refresh, destroy, createFor("accounts/a/models/other")},
			[]providerdata.PlanConflict{providerdata.ConflictRollback}},
		"a deposed object of a kept one": {[]call{refresh, keep, destroy},
			[]providerdata.PlanConflict{providerdata.ConflictDeposed}},
		"two new resources": {[]call{create, create},
			[]providerdata.PlanConflict{providerdata.ConflictTwice}},
		"a tainted and a new resource": {[]call{refresh, create, create},
			[]providerdata.PlanConflict{providerdata.ConflictTwice}},
		"two replacements take the name": {[]call{createFor("x"), createFor("y")},
			[]providerdata.PlanConflict{providerdata.ConflictTwice}},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			providertest.Permutations(len(test.calls), func(order []int) {
				var (
					plans providerdata.Plans
					found []providerdata.PlanConflict
				)

				for _, i := range order {
					if conflict := test.calls[i](&plans); conflict != providerdata.NoConflict {
						found = append(found, conflict)
					}
				}

				if fmt.Sprint(found) != fmt.Sprint(test.want) {
					t.Errorf("in the order %v: got %v, want %v", order, found, test.want)
				}
			})
		})
	}
}

// TestPlans_Replacement lets a resource replace its own object under its name, and records that.
func TestPlans_Replacement(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans providerdata.Plans

	plans.Refresh(providerdata.ManagedObject{Name: name})
	providertest.AssertEqual(t, "first plan", plans.Keep(name), providerdata.NoConflict)
	providertest.AssertEqual(t, "replaced after the first plan", plans.Replaces(name), false)

	tainted, found := plans.Create(name, name)
	providertest.AssertEqual(t, "second plan", found, providerdata.NoConflict)
	providertest.AssertEqual(t, "tainted", tainted == nil, true)
	providertest.AssertEqual(t, "replaced", plans.Replaces(name), true)
	providertest.AssertEqual(t, "created", plans.Renews(name), true)
}

// TestPlans_ReportedOnce reports an existing object once, whether a check or a plan finds it.
func TestPlans_ReportedOnce(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans providerdata.Plans

	plans.Create(name, "")
	providertest.AssertEqual(t, "first report", plans.ReportExisting(name), true)
	providertest.AssertEqual(t, "second report", plans.ReportExisting(name), false)
	providertest.AssertEqual(t, "the managing resource", plans.Keep(name), providerdata.NoConflict)
}

// TestPlans_Values returns what is planned, and nothing before.
func TestPlans_Values(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans providerdata.Plans

	plans.Describe(name, providerdata.PlannedValues{})
	providertest.AssertEqual(t, "created before the plan", plans.Creates(name), false)
	plans.Create(name, "")
	providertest.AssertEqual(t, "created", plans.Creates(name), true)
	providertest.AssertEqual(t, "replaced", plans.Replaces(name), false)

	plans.Keep(name + "2")
	plans.Describe(name+"2", providerdata.PlannedValues{Ready: true})
	providertest.AssertEqual(t, "kept and ready", plans.Creates(name+"2"), false)

	plans.Refresh(providerdata.ManagedObject{Noun: "deployment", Name: "accounts/a/deployments/d"})
	providertest.AssertEqual(t, "refreshed", plans.RefreshedDeployment("d"), true)
	providertest.AssertEqual(t, "another ID", plans.RefreshedDeployment("e"), false)

	plans.Forget("accounts/a/deployments/d")
	providertest.AssertEqual(t, "removed", plans.RefreshedDeployment("d"), false)
	providertest.AssertEqual(t, "missing", plans.IsMissing("accounts/a/deployments/d"), true)
}
